package link

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// template is a compiled ID, Canonical or Target: literal text with placeholders, see ronda.URLPattern.
type template []piece

type piece struct {
	literal string
	source  byte // 0 literal, 'p' path group, 'h' host group, 'H' host, 'q' query value
	group   int
	key     string
	lower   bool
	digits  bool
	dashes  bool
	inQuery bool // stands after "?" or "#" and is escaped for that
}

// filling is what a template is filled with. plain leaves values unescaped, for ids and wrapped addresses.
type filling struct {
	a      *address
	text   string // what path was matched on
	path   []int  // submatch indexes of text
	host   *regexp.Regexp
	values []string // for the pattern's required keys, in order
	keys   []string
	plain  bool
}

func parseTemplate(s string, w where, keys []string) (template, error) {
	var t template
	inQuery := false
	for s != "" {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			open = len(s)
		}
		if open > 0 {
			t = append(t, piece{literal: s[:open]})
			inQuery = inQuery || strings.ContainsAny(s[:open], "?#")
			s = s[open:]
			continue
		}
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return nil, fmt.Errorf("placeholder without an end in %q", s)
		}
		one, err := parsePiece(s[1:end], w, keys)
		if err != nil {
			return nil, err
		}
		one.inQuery = inQuery
		t = append(t, one)
		s = s[end+1:]
	}
	return t, nil
}

func parsePiece(name string, w where, keys []string) (piece, error) {
	name, filter, _ := strings.Cut(name, "|")
	var one piece
	switch filter {
	case "":
	case "lower":
		one.lower = true
	case "digits":
		one.digits = true
	case "dashes":
		one.dashes = true
	default:
		return one, fmt.Errorf("unknown filter %q", filter)
	}
	re, number := w.path, name
	one.source = 'p'
	switch {
	case name == "host":
		one.source = 'H'
		return one, nil
	case strings.HasPrefix(name, "q."):
		one.source, one.key = 'q', name[2:]
		if keys != nil && !contains(keys, one.key) {
			return one, fmt.Errorf("query key %q is not required", one.key)
		}
		return one, nil
	case strings.HasPrefix(name, "h"):
		one.source, re, number = 'h', w.host, name[1:]
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > re.NumSubexp() {
		return one, fmt.Errorf("no group for {%s}", name)
	}
	one.group = n
	return one, nil
}

func (t template) fill(f filling) string {
	if len(t) == 1 && f.plain {
		return t[0].value(f)
	}
	var b strings.Builder
	b.Grow(80)
	for i := range t {
		if t[i].source == 0 {
			b.WriteString(t[i].literal)
			continue
		}
		v := t[i].value(f)
		switch {
		case f.plain:
			b.WriteString(v)
		case t[i].inQuery:
			b.WriteString(escapeValue(v))
		default:
			b.WriteString(escapePath(v))
		}
	}
	return b.String()
}

func (one *piece) value(f filling) string {
	var v string
	switch one.source {
	case 0:
		return one.literal
	case 'H':
		v = strings.TrimPrefix(f.a.host, "www.")
	case 'h':
		if m := f.host.FindStringSubmatch(f.a.host); m != nil {
			v = m[one.group]
		}
	case 'p':
		if i := f.path[2*one.group]; i >= 0 {
			v = trimMarks(f.text[i:f.path[2*one.group+1]])
		}
	case 'q':
		for i, key := range f.keys {
			if key == one.key {
				v = f.values[i]
			}
		}
	}
	if one.lower {
		v = strings.ToLower(v)
	}
	if one.dashes {
		v = dashedHost.Replace(v)
	}
	if one.digits {
		v = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, v)
	}
	return v
}

// trimMarks takes off punctuation that would be taken off anyway if the value stood at the end of an address.
func trimMarks(v string) string {
	if short := trimEnd(v); short != "" {
		return short
	}
	return v
}

// dashedHost opens a host that a proxy wrote as one label ("www-detik-com").
var dashedHost = strings.NewReplacer("--", "-", "-", ".")

// escapeValue escapes a query value; what readers know ("@", ":", "/", ",") stays readable.
func escapeValue(s string) string {
	i := 0
	for i < len(s) && valueByte(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('+')
		case valueByte(c):
			b.WriteByte(c)
		default:
			writeEscape(&b, c)
		}
	}
	return b.String()
}

func valueByte(c byte) bool {
	return unreserved(c) || c == '@' || c == ':' || c == '/' || c == ',' || c == '!'
}
