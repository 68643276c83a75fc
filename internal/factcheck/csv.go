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
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes, r.Comma = -1, true, ','
	if first, _, _ := bytes.Cut(data, []byte("\n")); bytes.Count(first, []byte("\t")) > bytes.Count(first, []byte(",")) {
		r.Comma = '\t'
	} else if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';'
	}
	if o.Comma != 0 {
		r.Comma = o.Comma
	}
	head, err := r.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("read the names of the columns: %w", err)
	}
	at, err := columns(head, o.Columns)
	if err != nil {
		return nil, nil, err
	}
	c := collector{outlet: o.Outlet, origin: "csv"}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return c.records, c.errors, nil
		}
		if err != nil {
			var p *csv.ParseError
			if !errors.As(err, &p) {
				return nil, nil, fmt.Errorf("read table: %w", err)
			}
			c.add(p.StartLine, Record{}, &RowError{Line: p.StartLine, Err: p.Err})
			continue
		}
		line, _ := r.FieldPos(0)
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
		c.add(line, rec, nil)
	}
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
			return nil, fmt.Errorf("no column for %s: name it in the map of columns", must)
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
