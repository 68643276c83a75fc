package ronda

import (
	"encoding/json"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// statementReader reads one statement's fields and collects the first fault of each.
type statementReader struct {
	doc    map[string]any
	faults []StatementFault
}

func (r *statementReader) fault(field, message string) {
	for _, f := range r.faults {
		if f.Field == field {
			return
		}
	}
	r.faults = append(r.faults, StatementFault{field, message})
}

// words is a field's name in a sentence.
func fieldWords(field string) string { return strings.ReplaceAll(field, "_", " ") }

// scalar reads a text; a number counts as its digits, as many exporters number their statements.
func (r *statementReader) scalar(field string) (string, bool) {
	switch v := r.doc[field].(type) {
	case nil:
		return "", true
	case string:
		return strings.TrimSpace(v), true
	case json.Number:
		return v.String(), true
	case float64:
		return fmt.Sprint(v), true
	}
	r.fault(field, "The "+fieldWords(field)+" field must be a string.")
	return "", false
}

// text reads a text of at most max letters. Because is "" for an optional one.
func (r *statementReader) text(field string, max int, because string) string {
	s, ok := r.scalar(field)
	switch {
	case !ok:
	case s == "" && because != "":
		r.fault(field, "The "+fieldWords(field)+" field is "+because+".")
	case utf8.RuneCountInString(s) > max:
		r.fault(field, fmt.Sprintf("The %s field must not be greater than %d characters.", fieldWords(field), max))
	}
	return s
}

// present tells whether a field holds anything: a wrong value is its own fault, and none of a missing field.
func (r *statementReader) present(field string) bool {
	switch v := r.doc[field].(type) {
	case nil:
		return false
	case string:
		return strings.TrimSpace(v) != ""
	case []any:
		return len(v) > 0
	}
	return true
}

// choice reads one of the values, or nothing.
func (r *statementReader) choice(field string, values []string) string {
	s, ok := r.scalar(field)
	if ok && s != "" && !contains(values, s) {
		r.fault(field, "The selected "+fieldWords(field)+" is invalid.")
	}
	return s
}

// need reads one of the values.
func (r *statementReader) need(field string, values []string) string {
	s := r.choice(field, values)
	if s == "" {
		r.fault(field, "The "+fieldWords(field)+" field is required.")
	}
	return s
}

// choices reads a list of the values, sorted and each once.
func (r *statementReader) choices(field string, values []string) []string {
	out := []string{}
	switch list := r.doc[field].(type) {
	case nil:
	case []any:
		for _, x := range list {
			s, ok := x.(string)
			if !ok || !contains(values, s) {
				r.fault(field, "The selected "+fieldWords(field)+" is invalid.")
				return out
			}
			if !contains(out, s) {
				out = append(out, s)
			}
		}
	default:
		r.fault(field, "The "+fieldWords(field)+" field must be an array.")
	}
	sort.Strings(out)
	return out
}

// lastStatementDay is the last day that the DSA database takes.
const lastStatementDay = "2038-01-01"

// date reads a day from first on; "" is no bound.
func (r *statementReader) date(field, first string, needed bool) string {
	s, ok := r.scalar(field)
	name := fieldWords(field)
	if head, tail, ok := strings.Cut(field, "end_date_"); ok && head == "" {
		name = "end date of " + fieldWords(tail)
	}
	switch {
	case !ok:
	case s == "":
		if needed {
			r.fault(field, "The "+name+" field is required.")
		}
	case !isDay(s):
		r.fault(field, "The "+name+" does not match the format YYYY-MM-DD.")
	case s < first:
		r.fault(field, "The "+name+" must be a date after or equal to "+first+".")
	case s > lastStatementDay:
		r.fault(field, "The "+name+" must be a date before or equal to "+lastStatementDay+".")
	}
	return s
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// url reads an address of at most max letters.
func (r *statementReader) url(field string, max int) string {
	s := r.text(field, max, "")
	if u, err := url.Parse(s); s != "" && (err != nil || u.Host == "" || u.Scheme == "") {
		r.fault(field, "The "+fieldWords(field)+" field must be a valid URL.")
	}
	return s
}

// puid reads the platform's own number of the statement.
func (r *statementReader) puid() string {
	s := r.text("puid", 500, "required")
	if s != "" && !isPUID(s) {
		r.fault("puid", "The puid format is invalid.")
	}
	return s
}

// ValidPUID tells whether s can be a platform's number of a statement: 1 to 500 of a-z, A-Z, 0-9, - and _.
func ValidPUID(s string) bool { return s != "" && len(s) <= 500 && isPUID(s) }

func isPUID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// reference reads a number of ours.
func (r *statementReader) reference(field string) string {
	s := r.text(field, 100, "")
	if s != "" && !isPUID(s) {
		r.fault(field, "The "+fieldWords(field)+" format is invalid.")
	}
	return s
}

// ean reads content_id, whose one known key is "EAN-13".
func (r *statementReader) ean() string {
	switch v := r.doc["content_id"].(type) {
	case nil:
		return ""
	case map[string]any:
		s := fmt.Sprint(v["EAN-13"])
		if v["EAN-13"] == nil {
			return ""
		}
		if len(s) != 13 || strings.Trim(s, "0123456789") != "" {
			r.fault("content_id.EAN-13", "The content id.EAN-13 field must be 13 digits.")
		}
		return s
	}
	r.fault("content_id", "The content id field must be an array.")
	return ""
}
