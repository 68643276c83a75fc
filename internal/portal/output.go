package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"hash"
	"os"
	"path/filepath"
)

// output is one file while it is written. Rows gather in memory and are appended piece by piece, so that a year of daily files needs no more open files
// than one.
type output struct {
	name    string
	path    string
	table   Table
	buffer  bytes.Buffer
	csv     *csv.Writer // onto buffer; nil for the other forms
	columns parquetFile // onto buffer; nil for the other forms
	sum     hash.Hash
	size    int64
	rows    int
	daily   bool
}

// piece is how many bytes gather before they are written.
const piece = 256 << 10

// outputs are all files of one making, by name.
type outputs struct {
	dir    string
	tables map[string]Table
	files  map[string]*output

	waiting int // acts without an entry of the log
}

// open begins the files of a table, all of it or one day of it.
func (s *outputs) open(t Table, day string) error {
	forms := []string{".csv", ".ndjson"}
	if t.Parquet && day == "" {
		forms = append(forms, ".parquet")
	}
	for _, form := range forms {
		name := fileName(t, day, form)
		o := &output{name: name, path: filepath.Join(s.dir, name+".new"), table: t, sum: sha256.New(), daily: day != ""}
		if err := os.WriteFile(o.path, nil, 0o644); err != nil {
			return fmt.Errorf("create download: %w", err)
		}
		switch form {
		case ".csv":
			o.csv = csv.NewWriter(&o.buffer)
			head := make([]string, len(t.Columns))
			for i, c := range t.Columns {
				head[i] = c.Name
			}
			if err := o.csv.Write(head); err != nil {
				return err
			}
		case ".parquet":
			o.columns = newParquet(t.Name, &o.buffer)
		}
		s.files[name] = o
	}
	return nil
}

func fileName(t Table, day, form string) string {
	if day != "" {
		return t.Name + "-" + day + form
	}
	return t.Name + form
}

// add writes a fact's case, acts and objections. A case that counts nowhere is left out; its acts are public and stay.
func (s *outputs) add(f *Fact, numbers map[string]int64) error {
	if !f.Skip {
		if err := s.row("cases", "", f.record(), f.parquet()); err != nil {
			return err
		}
	}
	for _, a := range f.Acts {
		number, ok := numbers[a.ID]
		if !ok {
			number = -1
			s.waiting++
		}
		for _, day := range []string{"", DayText(a.Day)} {
			if err := s.row("acts", day, a.record(number), a.parquet(number)); err != nil {
				return err
			}
		}
	}
	for _, o := range f.Objections {
		if err := s.row("objections", "", o.record(), o.parquet()); err != nil {
			return err
		}
	}
	return nil
}

// row writes a row to every file of its table, or of its table's day.
func (s *outputs) row(table, day string, values []string, columns any) error {
	t := s.tables[table]
	if _, ok := s.files[fileName(t, day, ".csv")]; !ok {
		if err := s.open(t, day); err != nil {
			return err
		}
	}
	for _, form := range []string{".csv", ".ndjson", ".parquet"} {
		o := s.files[fileName(t, day, form)]
		if o == nil {
			continue
		}
		if err := o.add(values, columns); err != nil {
			return fmt.Errorf("write %s: %w", o.name, err)
		}
	}
	return nil
}

func (o *output) add(values []string, columns any) error {
	o.rows++
	switch {
	case o.columns != nil:
		if err := o.columns.row(columns); err != nil {
			return err
		}
	case o.csv != nil:
		if err := o.csv.Write(values); err != nil {
			return err
		}
	default:
		o.buffer.WriteString(o.table.json(values))
	}
	if o.buffer.Len() < piece {
		return nil
	}
	return o.flush()
}

// flush appends what has gathered to the file.
func (o *output) flush() error {
	if o.buffer.Len() == 0 {
		return nil
	}
	f, err := os.OpenFile(o.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	o.sum.Write(o.buffer.Bytes()) // never fails
	n, err := f.Write(o.buffer.Bytes())
	o.size += int64(n)
	o.buffer.Reset()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

func (o *output) close() error {
	if o.columns != nil {
		if err := o.columns.Close(); err != nil {
			return err
		}
	}
	if o.csv != nil {
		o.csv.Flush()
		if err := o.csv.Error(); err != nil {
			return err
		}
	}
	return o.flush()
}
