package factcheck

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// columnNames are the names of columns that are understood without a map.
var columnNames = map[string][]string{
	"id":        {"id", "claim_id", "kode"},
	"url":       {"url", "link", "tautan", "alamat", "source_url"},
	"title":     {"title", "judul", "claim", "klaim", "claim_reviewed", "claimreviewed"},
	"narration": {"narration", "narasi", "content", "isi", "text", "teks"},
	"truth":     {"truth", "conclusion", "kesimpulan", "fakta", "fact", "penjelasan"},
	"verdict":   {"verdict", "label", "classification", "klasifikasi", "rating", "hasil", "putusan"},
	"date":      {"date", "tanggal", "published", "date_published", "datepublished"},
	"outlet":    {"outlet", "publisher", "media", "penerbit", "source", "sumber"},
	"author":    {"author", "authors", "penulis"},
	"language":  {"language", "lang", "bahasa"},
	"tags":      {"tags", "tag", "topik"},
}

// readCSV reads a table whose first line names the columns.
func readCSV(data []byte, o Options) ([]Record, []RowError, error) {
	t := table{data: data, line: 1, comma: o.Comma}
	if rest, sep, ok := separator(data); ok { // a line that spreadsheets write before the table
		t.data, t.line = rest, 2
		if t.comma == 0 {
			t.comma = sep
		}
	}
	if t.comma == 0 {
		t.comma = guessComma(t.data)
	}
	t.begin(0)
	head, _, err := t.next()
	if err != nil {
		return nil, nil, fmt.Errorf("read the names of the columns: %w", err)
	}
	at, err := columns(head, o.Columns)
	if err != nil {
		return nil, nil, err
	}
	c := collector{outlet: o.Outlet, origin: "csv"}
	for {
		row, line, err := t.next()
		if errors.Is(err, io.EOF) {
			return c.records, c.errors, nil
		}
		if err != nil {
			c.add(line, Record{}, &RowError{Line: line, Err: err})
			continue
		}
		if len(row) > len(head) && strings.Join(row[len(head):], "") != "" {
			c.add(line, Record{}, &RowError{Line: line, Err: errColumns}) // a text with the separator in it, not in quotes
			continue
		}
		get := func(field string) string {
			if i, ok := at[field]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		rec := Record{
			ID: get("id"), URL: get("url"), Title: get("title"), Narration: get("narration"), Truth: get("truth"), Date: get("date"),
			Outlet: get("outlet"), Author: get("author"), Language: get("language"), Tags: splitTags(get("tags")), Verdict: ReadVerdict(get("verdict")),
		}
		if rec.Outlet == "" {
			rec.Outlet = o.Outlet
		}
		if rec.ID != "" { // a number of the outlet's own, which another outlet may use too
			rec.ID = "csv-" + shortHash(rec.Outlet+"\x00"+rec.ID)
		}
		c.add(line, rec, nil)
	}
}

// separator reads the line "sep=;".
func separator(data []byte) (rest []byte, sep rune, ok bool) {
	line, rest, _ := bytes.Cut(data, []byte("\n"))
	word := strings.TrimRight(string(line[:min(len(line), 10)]), "\r")
	if len(word) == 5 && strings.EqualFold(word[:4], "sep=") && len(line) < 10 {
		return rest, rune(word[4]), true
	}
	return data, 0, false
}

// guessComma looks at the names of the columns.
func guessComma(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', bytes.Count(first, []byte(","))
	for _, sep := range "\t;" {
		if n := bytes.Count(first, []byte(string(sep))); n > most {
			best, most = sep, n
		}
	}
	return best
}

// table reads rows. A row whose quotes do not match is read by its line alone, so that it does not swallow those after it.
type table struct {
	data  []byte
	comma rune
	r     *csv.Reader
	from  int // where r begins in data
	line  int // the line there
}

func (t *table) begin(from int) {
	t.line += bytes.Count(t.data[t.from:from], []byte("\n"))
	t.from = from
	t.r = csv.NewReader(bytes.NewReader(t.data[from:]))
	t.r.FieldsPerRecord, t.r.Comma = -1, t.comma
}

// next returns a row with the line where it begins; io.EOF at the end.
func (t *table) next() ([]string, int, error) {
	start := t.from + int(t.r.InputOffset())
	row, err := t.r.Read()
	if err == nil {
		line, _ := t.r.FieldPos(0)
		return row, t.line + line - 1, nil
	}
	var fault *csv.ParseError
	if !errors.As(err, &fault) {
		return nil, t.line, err
	}
	for start < len(t.data) && (t.data[start] == '\n' || t.data[start] == '\r') { // empty lines, which the reader passes over
		start++
	}
	end := len(t.data)
	if i := bytes.IndexByte(t.data[start:], '\n'); i >= 0 {
		end = start + i + 1
	}
	alone := csv.NewReader(bytes.NewReader(t.data[start:end]))
	alone.FieldsPerRecord, alone.Comma, alone.LazyQuotes = -1, t.comma, true
	row, lazy := alone.Read()
	line := t.line + bytes.Count(t.data[t.from:start], []byte("\n"))
	t.begin(end)
	if lazy != nil {
		return nil, line, fault.Err
	}
	return row, line, nil
}

// columns finds the column of each field: by the map where it names one, else
// by the names that are understood.
func columns(head []string, named map[string]string) (map[string]int, error) {
	plain := make([]string, len(head))
	for i, h := range head {
		plain[i] = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(h)), " ", "_")
	}
	at := map[string]int{}
	for field, names := range columnNames {
		if want, ok := named[field]; ok {
			i := slices.Index(head, want)
			if i < 0 {
				return nil, fmt.Errorf("map of columns: there is no column %q for %s", want, field)
			}
			at[field] = i
			continue
		}
		for _, name := range names {
			if i := slices.Index(plain, name); i >= 0 {
				at[field] = i
				break
			}
		}
	}
	for field := range named {
		if _, ok := columnNames[field]; !ok {
			return nil, fmt.Errorf("map of columns: there is no field %q", field)
		}
	}
	for _, must := range []string{"title", "verdict"} {
		if _, ok := at[must]; !ok {
			return nil, MissingColumn(must)
		}
	}
	return at, nil
}

func splitTags(s string) []string {
	var tags []string
	for t := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ';' || r == '|' }) {
		if t = strings.TrimSpace(t); t != "" && len(t) <= 100 && len(tags) < 50 {
			tags = append(tags, t)
		}
	}
	return tags
}
