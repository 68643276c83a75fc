package election

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// entry is one value of a list with the place it was read from.
type entry[T any] struct {
	v  T
	o  origin
	ok bool // its shape is right, so it is worth looking at its meaning
}

// reader reads the files of one pack and notes which of them it knows.
type reader struct {
	fsys      fs.FS
	files     []string // every file of the pack, sorted
	known     map[string]bool
	broken    map[string]bool // lists of which a file cannot be read at all: references to them cannot be judged
	languages []string
	faults    *faultList
}

// maxFile is the largest file that a pack may have, in bytes.
const maxFile = 8 << 20

func newReader(fsys fs.FS) (*reader, error) {
	r := &reader{fsys: fsys, known: map[string]bool{}, broken: map[string]bool{}, faults: &faultList{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			r.files = append(r.files, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the pack's files: %w", err)
	}
	sort.Strings(r.files)
	return r, nil
}

// refuse reports a file that cannot be read as what it should be.
func (r *reader) refuse(file string, line int, problem string) {
	r.broken[listOf(file)] = true
	r.faults.add(Fault{File: file, Line: line, Problem: problem})
}

// listOf is the list that a file belongs to: "platforms" for platforms/tiktok.json, "clocks" for clocks.json.
func listOf(file string) string {
	if dir := path.Dir(file); dir != "." {
		return dir
	}
	return strings.TrimSuffix(file, path.Ext(file))
}

// file returns the content of a file of the pack, or nil where it is missing or too large, which it reports.
func (r *reader) file(name string) []byte {
	r.known[name] = true
	info, err := fs.Stat(r.fsys, name)
	if err == nil && info.Size() > maxFile {
		r.refuse(name, 0, fmt.Sprintf("is larger than %d MB", maxFile>>20))
		return nil
	}
	data, err := fs.ReadFile(r.fsys, name)
	if err != nil {
		problem := "cannot be read: " + err.Error()
		if errors.Is(err, fs.ErrNotExist) {
			problem = "is missing"
		}
		r.refuse(name, 0, problem)
		return nil
	}
	return data
}

// parse reads a JSON file; the origin is nil-noded where it cannot be read.
func (r *reader) parse(name string) (*node, []byte) {
	data := r.file(name)
	if data == nil {
		return nil, nil
	}
	n, dup, err := parseJSON(data)
	if err != nil {
		var at errAt
		if errors.As(err, &at) {
			r.refuse(name, at.line, at.problem)
		}
		return nil, nil
	}
	for _, d := range dup {
		r.faults.add(Fault{File: name, Line: d.line, Field: d.key, Problem: "stands twice in one object"})
	}
	return n, data
}

// list reads a list of the pack: name.json with an array, the files of the folder name with an array or one object
// each, or both. A list that may be absent is empty then.
func list[T any](r *reader, name string, required bool) []entry[T] {
	var out []entry[T]
	found := false
	for _, file := range r.files {
		if file != name+".json" && !(path.Dir(file) == name && strings.HasSuffix(file, ".json")) {
			continue
		}
		found = true
		n, data := r.parse(file)
		if n == nil {
			continue
		}
		switch n.kind {
		case '{':
			if file == name+".json" {
				r.refuse(file, n.line, "must be a list: put [ and ] around it")
				continue
			}
			out = append(out, decode[T](r, file, "", n, data))
		case '[':
			for i, item := range n.items {
				out = append(out, decode[T](r, file, fmt.Sprintf("%s[%d]", name, i), item, data))
			}
		default:
			r.refuse(file, n.line, "must be a list or an object")
		}
	}
	if required && !found {
		r.refuse(name+".json", 0, "is missing")
	}
	return out
}

// one reads a file that holds a single object.
func one[T any](r *reader, name string) (entry[T], bool) {
	n, data := r.parse(name)
	if n == nil {
		return entry[T]{}, false
	}
	return decode[T](r, name, "", n, data), true
}

func decode[T any](r *reader, file, label string, n *node, data []byte) entry[T] {
	e := entry[T]{o: origin{file: file, label: label, node: n, to: r.faults}}
	before := len(r.faults.list) + r.faults.more
	shaper{r.languages, e.o}.check(n, reflect.TypeFor[T](), "")
	e.ok = len(r.faults.list)+r.faults.more == before
	if n.kind == '{' {
		// Where the shape is wrong, what can be read still serves cross references: its id is known.
		if err := json.Unmarshal(data[n.start:n.end], &e.v); err != nil && e.ok {
			e.o.fault("", "cannot be read: %s", err)
			e.ok = false
		}
	}
	return e
}

// row is one line of a CSV file by column name.
type row struct {
	cells map[string]string
	o     origin
}

// get is the cell of a column, "" where the file has no such column.
func (w row) get(column string) string { return w.cells[column] }

// text collects the cells name_id, name_en, … of a text; nil where all are empty.
func (w row) text(name string, languages []string) map[string]string {
	var t map[string]string
	for _, lang := range languages {
		if v := w.get(name + "_" + lang); v != "" {
			if t == nil {
				t = map[string]string{}
			}
			t[lang] = v
		}
	}
	return t
}

// table reads a CSV file with a header line. Columns may stand in any order; unknown ones are faults.
func (r *reader) table(name string, required, optional []string) []row {
	data := r.file(name)
	if data == nil {
		return nil
	}
	if !utf8.Valid(data) {
		line := 1 + strings.Count(string(data[:firstInvalid(data)]), "\n")
		r.refuse(name, line, "is not valid UTF-8")
		return nil
	}
	c := csv.NewReader(strings.NewReader(string(data)))
	records, lines := r.records(c, name)
	if len(records) == 0 && r.broken[listOf(name)] {
		return nil
	}
	if len(records) == 0 {
		r.refuse(name, 1, "has no header line")
		return nil
	}
	header := records[0]
	for i, column := range header {
		at := Fault{File: name, Line: lines[0], Field: column}
		if !slices.Contains(required, column) && !slices.Contains(optional, column) {
			at.Problem = "is not a column; known are " + strings.Join(append(slices.Clone(required), optional...), ", ")
			r.faults.add(at)
		} else if slices.Contains(header[:i], column) {
			at.Problem = "is a column twice"
			r.faults.add(at)
		}
	}
	for _, column := range required {
		if !slices.Contains(header, column) {
			r.faults.add(Fault{File: name, Line: lines[0], Field: column, Problem: "column is missing"})
		}
	}
	return r.rows(name, header, records[1:], lines[1:])
}

// records reads every record with its line. A record that CSV itself refuses ends the file: what follows cannot be trusted.
func (r *reader) records(c *csv.Reader, name string) (records [][]string, lines []int) {
	for {
		record, err := c.Read()
		var bad *csv.ParseError
		switch {
		case errors.As(err, &bad) && errors.Is(err, csv.ErrFieldCount):
			line, _ := c.FieldPos(0)
			r.faults.add(Fault{File: name, Line: line, Problem: fmt.Sprintf("has %d cells, the header has %d", len(record), c.FieldsPerRecord)})
		case errors.As(err, &bad):
			r.refuse(name, bad.Line, "is not CSV: "+bad.Err.Error())
			return records, lines
		case err != nil:
			return records, lines
		default:
			line, _ := c.FieldPos(0)
			records, lines = append(records, record), append(lines, line)
		}
	}
}

func (r *reader) rows(name string, header []string, records [][]string, lines []int) []row {
	var out []row
	for i, record := range records {
		w := row{cells: map[string]string{}, o: origin{file: name, line: lines[i], to: r.faults}}
		for j, cell := range record {
			if bad := badText(cell); bad != "" {
				w.o.fault(header[j], "%s", bad)
				cell = ""
			}
			w.cells[header[j]] = cell
		}
		out = append(out, w)
	}
	return out
}

// unknown reports files that nothing reads: a misspelt name would otherwise be silently without effect.
func (r *reader) unknown() {
	for _, file := range r.files {
		ext := strings.ToLower(path.Ext(file))
		if !r.known[file] && ext != ".md" && ext != ".txt" {
			r.faults.add(Fault{File: file, Problem: "is not a file of a pack: check its name"})
		}
	}
}
