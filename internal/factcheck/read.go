package factcheck

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
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
	data = asUTF8(data)
	start := bytes.TrimLeft(data, " \t\r\n")
	lower := strings.ToLower(name)
	read := readCSV
	switch {
	case len(start) == 0:
		return nil, nil, fmt.Errorf("read %s: it is empty", name)
	case strings.HasSuffix(lower, ".csv"), strings.HasSuffix(lower, ".tsv"):
	case start[0] == '<':
		read = readPage
	case start[0] == '{' || start[0] == '[':
		read = readJSON
	}
	records, faults, err := read(data, o)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	return records, faults, nil
}

// asUTF8 takes away a byte order mark and brings UTF-16, which spreadsheets write, to UTF-8. UTF-16 without a mark is known by the zero beside the
// first letter.
func asUTF8(data []byte) []byte {
	if b, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		return b
	}
	var order binary.ByteOrder
	switch {
	case len(data) < 2:
		return data
	case data[0] == 0xff && data[1] == 0xfe:
		order, data = binary.LittleEndian, data[2:]
	case data[0] == 0xfe && data[1] == 0xff:
		order, data = binary.BigEndian, data[2:]
	case data[0] != 0 && data[1] == 0:
		order = binary.LittleEndian
	case data[0] == 0 && data[1] != 0:
		order = binary.BigEndian
	default:
		return data
	}
	out := make([]byte, 0, len(data))
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data[i+2:]))); pair != utf8.RuneError {
				r, i = pair, i+2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// collector gathers records and errors; the same id a second time is an error.
type collector struct {
	records []Record
	errors  []RowError
	seen    map[string]seen
	nodes   map[string]json.RawMessage // objects of JSON-LD by their @id
	outlet  string
	origin  string
}

// seen is where an id was first, and for which claim.
type seen struct {
	line  int
	title string
}

func (c *collector) add(line int, r Record, rowErr *RowError) {
	if rowErr != nil {
		c.errors = append(c.errors, *rowErr)
		return
	}
	if r.Outlet == "" {
		r.Outlet = c.outlet
	}
	if r.Outlet == "" {
		r.Outlet = hostOf(r.URL) // whose check it is must be said, and its address says it
	}
	given := r.ID
	if field, err := r.clean(c.origin); err != nil {
		c.errors = append(c.errors, RowError{Line: line, Field: field, Err: err})
		return
	}
	if c.seen == nil {
		c.seen = map[string]seen{}
	}
	if first, again := c.seen[r.ID]; again && given == "" && r.URL != "" && first.title != r.Title {
		// One article reviews several claims. Each needs an address of its own, which still opens the article.
		part := shortHash(r.Title)
		r.URL, _, _ = strings.Cut(r.URL, "#")
		r.URL, r.ID = r.URL+"#"+part, c.origin+"-"+shortHash(r.URL+"#"+part)
	}
	if first, again := c.seen[r.ID]; again {
		c.errors = append(c.errors, RowError{Line: line, Field: "id", Err: repeated(first.line)})
		return
	}
	c.seen[r.ID], r.Line = seen{line, r.Title}, line
	c.records = append(c.records, r)
}

func hostOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}
