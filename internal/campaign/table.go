package campaign

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"ronda"
)

// Limits of a file.
const (
	MaxFile = 10 << 20 // bytes
	MaxRows = 5000
	// headLines is how far down the line of column names may stand: spreadsheets have titles above it.
	headLines = 20
)

// The kinds of table.
const (
	TablePairs    = "pairs"
	TableAccounts = "accounts"
)

// line is one row of a table as it was read.
type line struct {
	n     int // in the file, from 1
	cells map[string]string
	fault *ronda.Error
}

// table is a file with its columns found.
type table struct {
	kind    string
	columns []string // of the file, in our names; "" for a column that means nothing to us
	lines   []line
}

// columnNames are the words by which people name a column, in both languages.
var columnNames = map[string]string{
	"baris": "line", "line": "line",
	"kontes": "contest", "kodekontes": "contest", "contest": "contest", "kodepemilihan": "contest",
	"nomor": "number", "no": "number", "nomorurut": "number", "nourut": "number", "number": "number", "nomorpasangan": "number", "paslon": "number", "pasangan": "number",
	"aplikasi": "platform", "platform": "platform", "application": "platform", "app": "platform", "mediasosial": "platform", "jenisaplikasi": "platform",
	"jenis": "kind", "kind": "kind", "jenisakun": "kind", "type": "kind",
	"akun": "account", "account": "account", "alamat": "account", "address": "account", "tautan": "account", "link": "account", "url": "account", "namaakun": "account", "alamatakun": "account",
	"alias": "alias", "aliases": "alias", "alamatlain": "alias", "tautanlain": "alias",
	"calon": "head", "namacalon": "head", "head": "head", "candidate": "head",
	"wakil": "deputy", "namawakil": "deputy", "calonwakil": "deputy", "deputy": "deputy", "wakilcalon": "deputy",
	"fiktif": "fictional", "fictional": "fictional",
}

// readTable finds encoding, delimiter and columns of a file, and splits it line by line, so that a broken quote costs one row and no more.
func readTable(data []byte) (table, error) {
	fault := func(code string) error { return ronda.Errorf(ronda.Invalid, code, "file") }
	switch {
	case len(data) > MaxFile:
		return table{}, fault("campaign.file_large").(*ronda.Error).With("mb", strconv.Itoa(MaxFile>>20))
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return table{}, fault("campaign.file_workbook")
	case bytes.HasPrefix(data, []byte("%PDF")), bytes.HasPrefix(data, []byte("\xff\xd8\xff")), bytes.HasPrefix(data, []byte("\x89PNG")):
		return table{}, fault("campaign.file_kind")
	}
	text := decode(data)
	if strings.TrimSpace(text) == "" {
		return table{}, fault("campaign.file_empty")
	}
	if strings.ContainsRune(text, 0) {
		return table{}, fault("campaign.file_kind")
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(text, "\n")
	t, from, comma, ok := header(lines)
	if !ok {
		return table{}, fault("campaign.file_header")
	}
	for i, raw := range lines[from:] {
		if strings.Trim(raw, " \t,;\"") == "" {
			continue
		}
		if len(t.lines) == MaxRows {
			return table{}, fault("campaign.file_rows").(*ronda.Error).With("max", strconv.Itoa(MaxRows))
		}
		t.lines = append(t.lines, t.row(from+i+1, raw, comma))
	}
	if len(t.lines) == 0 {
		return table{}, fault("campaign.file_empty")
	}
	return t, nil
}

// decode makes text of a file: UTF-8 with or without its mark, UTF-16 with its mark, or what Windows programs of this part of the world write.
func decode(data []byte) string {
	if b, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		data = b
	}
	for mark, order := range map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
		if b, ok := bytes.CutPrefix(data, []byte(mark)); ok {
			units := make([]uint16, len(b)/2)
			for i := range units {
				units[i] = order.Uint16(b[2*i:])
			}
			return string(utf16.Decode(units))
		}
	}
	if utf8.Valid(data) {
		return string(data)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	return string(out)
}

// header finds the line of column names and what separates its cells.
func header(lines []string) (t table, from int, comma rune, ok bool) {
	for i, raw := range lines[:min(len(lines), headLines)] {
		for _, c := range []rune{';', ',', '\t'} {
			cells, err := split(raw, c)
			if err != nil {
				continue
			}
			columns := make([]string, len(cells))
			for j, cell := range cells {
				name := columnNames[letters(cell)]
				if name != "" && !slices.Contains(columns[:j], name) {
					columns[j] = name
				}
			}
			switch {
			case !slices.Contains(columns, "number"):
			case slices.Contains(columns, "account"):
				return table{kind: TableAccounts, columns: columns}, i + 1, c, true
			case slices.Contains(columns, "head"):
				return table{kind: TablePairs, columns: columns}, i + 1, c, true
			}
		}
	}
	return table{}, 0, 0, false
}

// row reads one line. More or fewer cells than columns are no fault while the cells that count are there.
func (t table) row(n int, raw string, comma rune) line {
	l := line{n: n, cells: map[string]string{}}
	cells, err := split(raw, comma)
	if err != nil {
		l.fault = ronda.Errorf(ronda.Invalid, "campaign.row_quotes", "")
		l.cells["raw"] = raw
		return l
	}
	for i, c := range cells {
		if i < len(t.columns) && t.columns[i] != "" {
			l.cells[t.columns[i]] = clean(c)
		}
	}
	if given, err := strconv.Atoi(l.cells["line"]); err == nil && given > 0 {
		l.n = given // mended on the page: the line of the first file
	}
	return l
}

func split(raw string, comma rune) ([]string, error) {
	r := csv.NewReader(strings.NewReader(raw))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = comma, -1, true
	cells, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	return cells, err
}

// clean drops what cannot be seen and folds blanks.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u00a0':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// letters reduces a word to its letters and digits in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
