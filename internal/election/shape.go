package election

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ronda"
)

// The types that shape checks beyond their fields.
var (
	textType   = reflect.TypeFor[ronda.Text]()
	sourceType = reflect.TypeFor[ronda.Source]()
	timeType   = reflect.TypeFor[time.Time]()
)

// shaper compares JSON with the Go type that it will be decoded into. It finds what encoding/json lets pass: unknown and
// differently spelt fields, null, texts that lack a language, sources of an unknown standing.
type shaper struct {
	languages []string
	o         origin
}

// field is one JSON field of a struct type.
type field struct {
	name     string
	typ      reflect.Type
	optional bool
}

// fieldsOf lists the JSON fields of a struct, those of embedded structs among them.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			out = append(out, fieldsOf(f.Type)...)
			continue
		}
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		out = append(out, field{name, f.Type, strings.Contains(opts, "omit")})
	}
	return out
}

// check reports every difference between n and t. path is n's place below the origin.
func (s shaper) check(n *node, t reflect.Type, path string) {
	if n.kind == 'n' {
		s.o.fault(path, "must not be null: leave the field out")
		return
	}
	switch {
	case t == textType:
		s.text(n, path)
	case t == timeType:
		if n.kind != '"' {
			s.o.fault(path, "must be an instant such as \"2024-01-02T00:00:00+07:00\"")
		} else if _, err := time.Parse(time.RFC3339, n.text); err != nil {
			s.o.fault(path, "must be an instant such as \"2024-01-02T00:00:00+07:00\", not %q", n.text)
		}
	case t.Kind() == reflect.Struct:
		s.object(n, t, path)
	case t.Kind() == reflect.Slice:
		if n.kind != '[' {
			s.o.fault(path, "must be a list")
			return
		}
		for i, item := range n.items {
			s.check(item, t.Elem(), fmt.Sprintf("%s[%d]", path, i))
		}
	case t.Kind() == reflect.Map:
		if n.kind != '{' {
			s.o.fault(path, "must be an object")
			return
		}
		for _, key := range n.keys {
			s.check(n.fields[key], t.Elem(), join(path, key))
		}
	default:
		s.scalar(n, t, path)
	}
}

func (s shaper) object(n *node, t reflect.Type, path string) {
	if n.kind != '{' {
		s.o.fault(path, "must be an object")
		return
	}
	fields := fieldsOf(t)
	names := make([]string, 0, len(fields))
	for _, f := range fields {
		names = append(names, f.name)
		child, ok := n.fields[f.name]
		if ok {
			s.check(child, f.typ, join(path, f.name))
		} else if f.typ == textType && !f.optional {
			s.o.fault(join(path, f.name), "is missing")
		}
	}
	for _, key := range n.keys {
		if !slices.Contains(names, key) {
			s.o.fault(join(path, key), "is not a field; known are %s", strings.Join(names, ", "))
		}
	}
	if t == sourceType {
		s.source(n, path)
	}
}

func (s shaper) scalar(n *node, t reflect.Type, path string) {
	switch t.Kind() {
	case reflect.String:
		if n.kind != '"' {
			s.o.fault(path, "must be a text in quotes")
		} else if bad := badText(n.text); bad != "" {
			s.o.fault(path, "%s", bad)
		}
	case reflect.Bool:
		if n.kind != 't' {
			s.o.fault(path, "must be true or false")
		}
	default:
		if n.kind != '0' {
			s.o.fault(path, "must be a whole number")
		} else if v, err := strconv.ParseInt(n.text, 10, t.Bits()); err != nil {
			s.o.fault(path, "must be a whole number, not %s", n.text)
		} else if v < 0 {
			s.o.fault(path, "must not be negative")
		}
	}
}

// text holds every language of the pack, each with something in it, and no other.
func (s shaper) text(n *node, path string) {
	if n.kind != '{' {
		s.o.fault(path, "must be an object with a text for each language (%s)", strings.Join(s.languages, ", "))
		return
	}
	for _, lang := range s.languages {
		child, ok := n.fields[lang]
		switch {
		case !ok:
			s.o.fault(join(path, lang), "is missing")
		case child.kind != '"' || strings.TrimSpace(child.text) == "":
			s.o.fault(join(path, lang), "must be a text that is not empty")
		case badText(child.text) != "":
			s.o.fault(join(path, lang), "%s", badText(child.text))
		}
	}
	for _, key := range n.keys {
		if !slices.Contains(s.languages, key) {
			s.o.fault(join(path, key), "is not a language of this pack (%s)", strings.Join(s.languages, ", "))
		}
	}
}

// statuses is how sure a fact of a pack can be; "own" marks a rule that the service gave itself.
var statuses = []string{"verified", "transcribed", "press", "unverified", "own"}

func (s shaper) source(n *node, path string) {
	if st := n.fields["status"]; st == nil || st.kind != '"' || !slices.Contains(statuses, st.text) {
		s.o.fault(join(path, "status"), "must be one of %s", strings.Join(statuses, ", "))
	}
	if u := n.fields["url"]; u != nil && u.kind == '"' && !webAddress(u.text) {
		s.o.fault(join(path, "url"), "must be a full https:// or http:// address")
	}
}

// webAddress tells whether s is an absolute web address with a host.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.ContainsAny(s, " \t\n…")
}

// badText says what is wrong with a text that would look or sort differently than it reads; "" is fine.
func badText(s string) string {
	if s != strings.TrimSpace(s) {
		return "must not start or end with a space"
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar {
			return fmt.Sprintf("holds the character %U", r)
		}
	}
	return ""
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
