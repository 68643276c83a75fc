package ronda

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Kind says whose turn it is after an error.
type Kind string

// The kinds of error. Anything that is not an *Error is Internal, and its text is never shown to anyone.
const (
	Invalid   Kind = "invalid"   // the input must be changed
	NotFound  Kind = "not_found" // there is no such thing, or not for this person
	Conflict  Kind = "conflict"  // somebody else changed it, or the state does not allow it
	Forbidden Kind = "forbidden" // the person may not do this
	Limited   Kind = "limited"   // too much at once; try again later
	Internal  Kind = "internal"  // our fault
)

// Error is an error that a person or a program can act on. Code is a key of the text catalogue, such as "report.link_or_text";
// Args fill its placeholders. Field names the input that is meant, as the form or the JSON document calls it.
type Error struct {
	Kind   Kind
	Code   string
	Field  string
	Args   map[string]string
	Fields []*Error // several faults at once, each with its field
	Err    error    // the cause, for the log only
}

// Error makes one line for the log.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Code)
	if e.Field != "" {
		fmt.Fprintf(&b, " (%s)", e.Field)
	}
	keys := make([]string, 0, len(e.Args))
	for k := range e.Args {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, " %s=%q", k, e.Args[k])
	}
	for _, f := range e.Fields {
		b.WriteString("; " + f.Error())
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// With adds an argument for the text and returns e.
func (e *Error) With(key, value string) *Error {
	if e.Args == nil {
		e.Args = map[string]string{}
	}
	e.Args[key] = value
	return e
}

// Errorf makes an error of a kind with a text key and, where one is meant, a field.
func Errorf(kind Kind, code, field string) *Error {
	return &Error{Kind: kind, Code: code, Field: field}
}

// KindOf returns the kind of err: Internal for a foreign error, "" for nil.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Kind
	default:
		return Internal
	}
}

// CodeOf returns the text key of err, "internal" for a foreign error.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return "internal"
}

// faults collects field errors and folds them into one.
type faults []*Error

func (f *faults) add(field, code string) *Error {
	e := Errorf(Invalid, code, field)
	*f = append(*f, e)
	return e
}

// err returns nil, the single fault, or one error that carries them all.
func (f faults) err(code string) error {
	switch len(f) {
	case 0:
		return nil
	default:
		return &Error{Kind: Invalid, Code: code, Fields: f}
	}
}
