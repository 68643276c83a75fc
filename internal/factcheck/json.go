package factcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"

	"ronda"
)

// readJSON reads ClaimReview or Mafindo's objects: one, a list, one a line, or
// inside the object that an API wraps them in.
func readJSON(data []byte, o Options) ([]Record, []RowError, error) {
	c := collector{outlet: o.Outlet, origin: "claim"}
	if err := c.readObjects(data, 0); err != nil {
		return nil, nil, err
	}
	if len(c.records)+len(c.errors) == 0 {
		return nil, nil, ErrNone
	}
	return c.records, c.errors, nil
}

// readObjects reads a stream of JSON values; before is the number of lines
// that stand before data in the file. A broken value does not end it where the
// next one begins a line, as it does in files with an object a line.
func (c *collector) readObjects(data []byte, before int) error {
	for from := 0; ; {
		d := json.NewDecoder(bytes.NewReader(data[from:]))
		lines := lineCounter{data: data[from:], line: before + 1}
		err := c.readStream(d, &lines)
		if err == nil {
			return nil
		}
		at := int(d.InputOffset())
		start := from + at + len(data[from+at:]) - len(bytes.TrimLeft(data[from+at:], " \t\r\n"))
		line := lines.at(start - from)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) && int(syntax.Offset) > at {
			line = lines.at(int(syntax.Offset) - 1)
		}
		next := bytes.Index(data[min(start+1, len(data)):], []byte("\n{"))
		if next < 0 && len(c.records) == 0 {
			return fmt.Errorf("line %d: %w", line, err)
		}
		c.add(line, Record{}, &RowError{Line: line, Err: err})
		if next < 0 {
			return nil // the rest of the file cannot be found any more
		}
		next += min(start+1, len(data)) + 1
		before += bytes.Count(data[from:next], []byte("\n"))
		from = next
	}
}

func (c *collector) readStream(d *json.Decoder, lines *lineCounter) error {
	for {
		var v json.RawMessage
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := c.walk(v, lines, int(d.InputOffset())-len(v), 0); err != nil {
			return err
		}
	}
}

// lineCounter tells the line of a place in data, of growing places cheaply.
type lineCounter struct {
	data []byte
	done int
	line int
}

func (l *lineCounter) at(offset int) int {
	if offset = min(offset, len(l.data)); offset > l.done {
		l.line += bytes.Count(l.data[l.done:offset], []byte("\n"))
		l.done = offset
	}
	return l.line
}

// maxDepth is how deep the objects may be wrapped.
const maxDepth = 6

// wraps are the fields in which reviews stand.
var wraps = []string{"@graph", "dataFeedElement", "item", "itemListElement", "mainEntity", "mainEntityOfPage", "hasPart", "about", "mentions", "subjectOf", "data", "results",
	"result", "claims", "claimReview", "review", "reviews"}

// know keeps the objects of a graph that have an @id, for those that only name it.
func (c *collector) know(graph json.RawMessage) {
	var list []json.RawMessage
	if len(graph) == 0 || json.Unmarshal(graph, &list) != nil {
		return
	}
	for _, v := range list {
		var o struct {
			ID string `json:"@id"`
		}
		if json.Unmarshal(v, &o) == nil && o.ID != "" {
			if c.nodes == nil {
				c.nodes = map[string]json.RawMessage{}
			}
			v, _ = trimLeft(v)
			c.nodes[o.ID] = v
		}
	}
}

// walk looks for claims in a value: in lists and in the fields that wrap them.
func (c *collector) walk(v json.RawMessage, lines *lineCounter, offset, depth int) error {
	v, skipped := trimLeft(v)
	offset += skipped
	if depth > maxDepth || len(v) == 0 {
		return nil
	}
	if v[0] == '[' {
		return c.walkList(v, lines, offset, depth)
	}
	if v[0] != '{' {
		return nil
	}
	line := lines.at(offset)
	var o map[string]json.RawMessage
	if err := json.Unmarshal(v, &o); err != nil {
		return fmt.Errorf("read JSON: line %d: %w", line, err)
	}
	c.know(o["@graph"])
	switch {
	case hasType(o["@type"], "ClaimReview"):
		r, rowErr := c.readClaimReview(v, line)
		c.add(line, r, rowErr)
		return nil
	case o["text"] != nil && o["claimReview"] != nil:
		c.readSearched(v, line)
		return nil
	case o["title"] != nil && (o["classification"] != nil || o["tanggal"] != nil || o["conclusion"] != nil):
		r, rowErr := readMafindo(v, line)
		c.add(line, r, rowErr)
		return nil
	}
	for _, wrap := range wraps {
		if inner, ok := o[wrap]; ok {
			if err := c.walk(inner, lines, offset+max(0, bytes.Index(v, inner)), depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *collector) walkList(v json.RawMessage, lines *lineCounter, offset, depth int) error {
	d := json.NewDecoder(bytes.NewReader(v))
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	for d.More() {
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return fmt.Errorf("read JSON: %w", err)
		}
		if err := c.walk(item, lines, offset+int(d.InputOffset())-len(item), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func trimLeft(v json.RawMessage) (json.RawMessage, int) {
	t := bytes.TrimLeft(v, " \t\r\n")
	return t, len(v) - len(t)
}

// hasType says whether a JSON-LD type, one or a list, names the type.
func hasType(v json.RawMessage, want string) bool {
	for _, t := range texts(v) {
		if t == want || strings.HasSuffix(t, "/"+want) || strings.HasSuffix(t, ":"+want) {
			return true
		}
	}
	return false
}

// ldScript finds the JSON-LD of a page.
var ldScript = regexp.MustCompile(`(?is)<script[^>]*type\s*=\s*["']?application/ld\+json["']?[^>]*>(.*?)</script\s*>`)

// readPage reads the ClaimReview of a page.
func readPage(data []byte, o Options) ([]Record, []RowError, error) {
	c := collector{outlet: o.Outlet, origin: "claim"}
	blocks := ldScript.FindAllSubmatchIndex(data, -1)
	for _, b := range blocks {
		before := bytes.Count(data[:b[2]], []byte("\n"))
		text := scriptText(data[b[2]:b[3]])
		for _, mended := range [][]byte{text, escapeControls(text), escapeControls([]byte(html.UnescapeString(string(text))))} {
			if json.Valid(mended) {
				text = mended
				break
			}
		}
		err := c.readObjects(text, before)
		if err != nil {
			c.add(before+1, Record{}, &RowError{Line: before + 1, Err: err})
		}
	}
	if len(c.records)+len(c.errors) == 0 {
		return nil, nil, ErrNone
	}
	return c.records, c.errors, nil
}

// scriptText takes away what old pages write around the content of a script. The lines stay.
func scriptText(b []byte) []byte {
	b = bytes.TrimLeft(b, " \t\r") // a line break would move the lines
	for _, mark := range []string{"//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "<!--"} {
		if i := bytes.Index(b, []byte(mark)); i >= 0 && len(bytes.TrimSpace(b[:i])) == 0 {
			b = append(append([]byte{}, b[:i]...), b[i+len(mark):]...)
		}
	}
	for _, mark := range []string{"//]]>", "/*]]>*/", "]]>", "-->"} {
		if t := bytes.TrimRight(b, " \t\r\n;"); bytes.HasSuffix(t, []byte(mark)) {
			b = t[:len(t)-len(mark)]
		}
	}
	return b
}

// escapeControls mends texts of JSON that run over several lines, which many pages hold and no reader of JSON takes.
func escapeControls(b []byte) []byte {
	out := make([]byte, 0, len(b)+64)
	inside, escaped := false, false
	for _, ch := range b {
		switch {
		case inside && ch < 0x20:
			if ch == '\n' || ch == '\t' {
				out = append(out, ' ')
			}
			escaped = false
			continue
		case escaped:
			escaped = false
		case inside && ch == '\\':
			escaped = true
		case ch == '"':
			inside = !inside
		}
		out = append(out, ch)
	}
	return out
}

// mafindo is an object of Mafindo's API.
type mafindo struct {
	ID             json.RawMessage `json:"id"` // a number or a text
	Authors        json.RawMessage `json:"authors"`
	Status         json.RawMessage `json:"status"` // "1" true, "2" fake
	Classification string          `json:"classification"`
	Title          string          `json:"title"`
	Content        string          `json:"content"`
	Fact           string          `json:"fact"`
	SourceLink     string          `json:"source_link"`
	URL            string          `json:"url"`
	Tanggal        string          `json:"tanggal"`
	Tags           string          `json:"tags"`
	Conclusion     string          `json:"conclusion"`
}

// mafindoOutlet is the outlet of Mafindo's objects.
const mafindoOutlet = "MAFINDO"

func readMafindo(v json.RawMessage, line int) (Record, *RowError) {
	var m mafindo
	if err := json.Unmarshal(v, &m); err != nil {
		return Record{}, &RowError{Line: line, Err: err}
	}
	r := Record{
		Title: html.UnescapeString(m.Title), Narration: plainText(m.Content), Truth: plainText(m.Conclusion), Date: m.Tanggal,
		Outlet: mafindoOutlet, OutletURL: "https://turnbackhoax.id", Author: strings.Join(texts(m.Authors), ", "), Language: "id",
		Tags: splitTags(m.Tags), Verdict: ReadVerdict(m.Classification),
	}
	if r.Truth == "" {
		r.Truth = cutText(plainText(m.Fact), maxTruth)
	}
	if id := strings.Join(texts(m.ID), ""); id != "" {
		r.ID = "mafindo-" + id
	}
	for _, u := range []string{m.URL, m.SourceLink} {
		if r.URL == "" && (strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")) {
			r.URL = u
		}
	}
	switch status := strings.Join(texts(m.Status), ""); {
	case r.Verdict == "" && status == "1":
		r.Verdict = ronda.VerdictTrue
	case r.Verdict == "" && status == "2":
		r.Verdict = ronda.VerdictFalse
	}
	return r, nil
}

var tags = regexp.MustCompile(`(?s)<[^<>]*>`)

// plainText takes the marks of a page out of a text.
func plainText(s string) string {
	return strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(s, " ")))
}

// cutText cuts a text to so many bytes at a rune.
func cutText(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && s[most]&0xC0 == 0x80 {
		most--
	}
	return s[:most]
}

// texts reads a value that may be a text, a number, an object with a name, or
// a list of these.
func texts(v json.RawMessage) []string {
	v, _ = trimLeft(v)
	if len(v) == 0 {
		return nil
	}
	switch v[0] {
	case '"':
		var s string
		if json.Unmarshal(v, &s) == nil && s != "" {
			return []string{s}
		}
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(v, &list) == nil {
			var out []string
			for _, item := range list[:min(len(list), 100)] {
				if item, _ = trimLeft(item); len(item) > 0 && item[0] != '[' {
					out = append(out, texts(item)...)
				}
			}
			return out
		}
	case '{':
		var o struct{ Name, URL, ID json.RawMessage }
		if json.Unmarshal(v, &o) == nil {
			for _, f := range []json.RawMessage{o.Name, o.URL} {
				if f, _ = trimLeft(f); len(f) > 0 && f[0] != '{' && f[0] != '[' {
					return texts(f)
				}
			}
		}
	case 'n', 't', 'f':
		return nil
	default:
		return []string{string(v)}
	}
	return nil
}
