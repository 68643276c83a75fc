package factcheck

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Options say how a file is read.
type Options struct {
	Columns map[string]string // for CSV: field of Record (as in JSON) -> name of the column
	Comma   rune              // for CSV: what separates the columns; 0: a comma, or a tab if the head line has one
	Outlet  string            // for rows that name no outlet
}

// MaxFile is the largest file that Read takes, in bytes.
const MaxFile = 256 << 20

// Read reads known claims from a file whatever its format: it looks at the
// content first and at the name where that is not enough. It returns the good
// records in the order of the file, what is wrong with the others, and an
// error only where the file as a whole cannot be read.
func Read(r io.Reader, name string, o Options) ([]Record, []RowError, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > MaxFile {
		return nil, nil, fmt.Errorf("read %s: it is larger than %d MB", name, MaxFile>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	start := bytes.TrimLeft(data, " \t\r\n")
	lower := strings.ToLower(name)
	switch {
	case len(start) == 0:
		return nil, nil, fmt.Errorf("read %s: it is empty", name)
	case strings.HasSuffix(lower, ".csv"), strings.HasSuffix(lower, ".tsv"):
		return readCSV(data, o)
	case start[0] == '<':
		return readPage(data, o)
	case start[0] == '{' || start[0] == '[':
		return readJSON(data, o)
	}
	return readCSV(data, o)
}

// collector gathers records and errors; the same id a second time is an error.
type collector struct {
	records []Record
	errors  []RowError
	lines   map[string]int
	outlet  string
	origin  string
}

func (c *collector) add(line int, r Record, rowErr *RowError) {
	if rowErr != nil {
		c.errors = append(c.errors, *rowErr)
		return
	}
	if r.Outlet == "" {
		r.Outlet = c.outlet
	}
	if field, err := r.clean(c.origin); err != nil {
		c.errors = append(c.errors, RowError{Line: line, Field: field, Err: err})
		return
	}
	if c.lines == nil {
		c.lines = map[string]int{}
	}
	if first, again := c.lines[r.ID]; again {
		c.errors = append(c.errors, RowError{Line: line, Field: "id", Err: fmt.Errorf("is the same as that of line %d", first)})
		return
	}
	c.lines[r.ID], r.Line = line, line
	c.records = append(c.records, r)
}
