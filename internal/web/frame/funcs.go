package frame

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"ronda"
)

// funcs are what templates can call, bound to one language. README.md lists them.
func (f *Frame) funcs(lang string) template.FuncMap {
	p := f.opt.Messages.Printer(lang, f.opt.Zone)
	return template.FuncMap{
		"t":        p.T,
		"has":      p.Has,
		"number":   p.Value,
		"decimal":  p.Decimal,
		"percent":  func(part, whole int) string { return p.Percent(int64(part), int64(whole)) },
		"bytes":    p.Bytes,
		"time":     p.Time,
		"timein":   p.TimeIn,
		"date":     p.Date,
		"day":      p.Day,
		"relative": p.Relative,
		"cells":    cells,
		"iso":      func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"link":     func(path string) string { return f.prefix(lang) + path },
		"asset":    f.static.path,
		"absolute": f.Absolute,
		"icon":     f.icon,
		"args":     args,
		"lines":    lines,
		"blocks":   blocks,
		"seq":      seq,
		"add":      func(a, b int) int { return a + b },
		"lang":     func() string { return lang },
		"seqs":     func(words ...string) []string { return words },
		"cue":      cue,
		"rows":     rows,
		"fallback": fallback,
		"can":      func(m map[ronda.Action]bool, action string) bool { return m[ronda.Action(action)] },
		"yesno":    func() []Choice { return []Choice{{Value: "ya", Text: p.T("yes")}, {Value: "tidak", Text: p.T("no")}} },
		"langname": func(l string) string { return p.T("frame.language." + l) },
	}
}

// args makes a map of name, value pairs, so that a component can be given several things.
func args(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("args needs pairs, got %d values", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("args: name %v is no string", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// lines splits a text at line breaks, leaving out empty lines.
func lines(s string) []string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// seq counts from 1 to n.
func seq(n int) []int {
	out := make([]int, max(0, n))
	for i := range out {
		out[i] = i + 1
	}
	return out
}

// block is a paragraph, or a list where a text has lines that begin with "- ".
type block struct {
	Text  string
	Items []string
}

// blocks splits a longer text into paragraphs and lists.
func blocks(s string) []block {
	var out []block
	for _, l := range lines(s) {
		item, isItem := strings.CutPrefix(l, "- ")
		switch {
		case !isItem:
			out = append(out, block{Text: l})
		case len(out) > 0 && out[len(out)-1].Items != nil:
			out[len(out)-1].Items = append(out[len(out)-1].Items, item)
		default:
			out = append(out, block{Items: []string{item}})
		}
	}
	return out
}

// cue writes seconds from the beginning of a recording as m:ss or h:mm:ss.
func cue(seconds int) string {
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// rows makes a list of facts of name, value pairs; pairs with an empty value are left out.
func rows(pairs ...any) []Row {
	var out []Row
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := fmt.Sprint(pairs[i+1]); v != "" {
			out = append(out, Row{Name: fmt.Sprint(pairs[i]), Values: []string{v}})
		}
	}
	return out
}

// fallback is the form with a value for name where none was typed: what the thing to be changed holds now.
func fallback(f Form, name, value string) Form {
	if f.Values.Has(name) {
		return f
	}
	out := Form{Values: url.Values{}, Faults: f.Faults}
	for k, v := range f.Values {
		out.Values[k] = v
	}
	out.Values.Set(name, value)
	return out
}

// cells are the rows of a table of figures, the first cell of each a heading. Made here because a template takes some microseconds a cell, and a chart of a
// season has a thousand.
func cells(rows [][]string) template.HTML {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString("<tr>")
		for i, c := range row {
			if i == 0 {
				b.WriteString(`<th scope="row">` + template.HTMLEscapeString(c) + "</th>")
			} else {
				b.WriteString("<td>" + template.HTMLEscapeString(c) + "</td>")
			}
		}
		b.WriteString("</tr>")
	}
	return template.HTML(b.String())
}
