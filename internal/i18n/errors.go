package i18n

import (
	"errors"
	"strconv"
	"time"

	"ronda"
)

// Error writes err for the person who caused it or has to live with it. The text of a ronda.Error is "error." and its code;
// a code without a text falls back to its kind. Anything else is our own fault, and its words are never shown.
// Arguments that are whole numbers or RFC 3339 times are written in the language's way.
func (p Printer) Error(err error) string {
	var e *ronda.Error
	if !errors.As(err, &e) {
		return p.T("error.kind.internal")
	}
	return p.errorText(e)
}

func (p Printer) errorText(e *ronda.Error) string {
	key := "error." + e.Code
	if !p.Has(key) {
		key = "error.kind." + string(e.Kind)
	}
	args := make([]any, 0, 2*len(e.Args))
	for name, value := range e.Args {
		arg := argument(value)
		if t, ok := arg.(time.Time); ok && name == "until" { // minutes or hours from now: the time of day is enough, and never a moment too early
			arg = p.Clock(t.Add(time.Minute - time.Nanosecond).Truncate(time.Minute))
		}
		args = append(args, name, arg)
	}
	return p.T(key, args...)
}

// argument gives a textual argument back its type.
func argument(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t
	}
	return s
}

// FieldError is one fault of a form, in words.
type FieldError struct {
	Field, Text string
	Kind        ronda.Kind // of a refusal that is more than a wrong entry (Conflict, Forbidden), else ""
}

// Fields writes the faults that err holds, each with its field: all of them where err folds several, else err itself.
// It is empty for an error that names no field.
func (p Printer) Fields(err error) []FieldError {
	var e *ronda.Error
	if !errors.As(err, &e) {
		return nil
	}
	var out []FieldError
	for _, f := range e.Fields {
		out = append(out, FieldError{Field: f.Field, Text: p.errorText(f)})
	}
	if len(out) == 0 && e.Field != "" {
		out = append(out, FieldError{Field: e.Field, Text: p.errorText(e)})
	}
	return out
}
