package response

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"ronda"
)

// columns of the table that a platform downloads, fills in and uploads again.
var columns = []string{"notice", "item", "address", "answer", "reason", "uploader_told", "statement"}

// maxTable bounds an uploaded table: 200 addresses of 8 KiB with reasons fit many times over.
const maxTable = 4 << 20

// Table writes the notice's addresses as CSV to be filled in. Cells that a spreadsheet would run as a formula are quoted.
func Table(w io.Writer, n ronda.Notice) error {
	cw := csv.NewWriter(w)
	if err := cw.Write(columns); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	for _, it := range n.Items {
		row := []string{n.ID, it.Item, harmless(it.Address), string(it.Answer), harmless(it.Reason), it.UploaderTold, harmless(it.Statement)}
		if err := cw.Write(row); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
	}
	cw.Flush()
	return cw.Error()
}

// harmless keeps a spreadsheet from taking text as a formula (OWASP, CSV injection).
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// ReadTable reads a filled table for one notice. Every bad row is reported with its line as field "line.<n>"; rows without an answer are
// left out. Commas and semicolons are both understood, as spreadsheets in different countries write them.
func ReadTable(r io.Reader, n ronda.Notice) ([]ronda.ItemAnswer, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxTable+1))
	if err != nil {
		return nil, fmt.Errorf("read table: %w", err)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch {
	case len(data) > maxTable:
		return nil, ronda.Errorf(ronda.Invalid, "answer.table_too_large", "file")
	case !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0:
		return nil, ronda.Errorf(ronda.Invalid, "text.broken", "file")
	}
	cr := csv.NewReader(bytes.NewReader(data))
	cr.FieldsPerRecord = -1
	cr.LazyQuotes = true
	if head, _, _ := bytes.Cut(data, []byte("\n")); bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) {
		cr.Comma = ';'
	}
	head, err := cr.Read()
	if err != nil {
		return nil, ronda.Errorf(ronda.Invalid, "answer.table_empty", "file")
	}
	at := map[string]int{}
	for i, name := range head {
		at[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, need := range []string{"answer"} {
		if _, ok := at[need]; !ok {
			return nil, ronda.Errorf(ronda.Invalid, "answer.table_column", "file").With("column", need)
		}
	}
	return readRows(cr, at, n)
}

func readRows(cr *csv.Reader, at map[string]int, n ronda.Notice) ([]ronda.ItemAnswer, error) {
	var out []ronda.ItemAnswer
	var faults []*ronda.Error
	fault := func(line int, code string) {
		faults = append(faults, ronda.Errorf(ronda.Invalid, code, "line."+strconv.Itoa(line)))
	}
	for {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := cr.FieldPos(0)
		if err != nil {
			fault(line, "answer.table_row")
			break
		}
		cell := func(name string) string {
			if i, ok := at[name]; ok && i < len(row) {
				return strings.TrimPrefix(strings.TrimSpace(row[i]), "'")
			}
			return ""
		}
		if cell("answer") == "" {
			continue
		}
		if id := cell("notice"); id != "" && id != n.ID {
			fault(line, "answer.table_other_notice")
			continue
		}
		item := itemOf(n, cell("item"), cell("address"))
		if item == "" {
			fault(line, "answer.unknown_item")
			continue
		}
		out = append(out, ronda.ItemAnswer{Item: item, Answer: ronda.Answer(strings.ToLower(cell("answer"))), Reason: cell("reason"),
			UploaderTold: strings.ToLower(cell("uploader_told")), Statement: cell("statement")})
	}
	if len(faults) > 0 {
		return nil, &ronda.Error{Kind: ronda.Invalid, Code: "answer.table_invalid", Fields: faults}
	}
	return out, nil
}

// itemOf finds the item that a row means, by its id or its address.
func itemOf(n ronda.Notice, id, address string) string {
	for _, it := range n.Items {
		if it.Item == id || (id == "" && it.Address == address) {
			return it.Item
		}
	}
	return ""
}

// AnswerTable takes a filled table.
func (s *Service) AnswerTable(ctx context.Context, a ronda.Actor, id string, table io.Reader) (ronda.Notice, error) {
	return s.do(ctx, a, id, ronda.Idempotent{}, func(n ronda.Notice) (ronda.Command, error) {
		answers, err := ReadTable(table, n)
		if err != nil {
			return nil, err
		}
		return ronda.AnswerItems{Notice: id, Answers: answers}, nil
	})
}
