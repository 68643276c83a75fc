package store

import (
	"fmt"
	"strings"
)

// where collects the conditions of a list and their arguments. Conditions are written with ?, which become $1, $2, … in order; a
// condition is never built from input.
type where struct {
	conds []string
	args  []any
}

// add adds a condition.
func (w *where) add(cond string, args ...any) {
	for _, a := range args {
		cond = strings.Replace(cond, "?", w.arg(a), 1)
	}
	w.conds = append(w.conds, cond)
}

// arg adds an argument and returns its place.
func (w *where) arg(a any) string {
	w.args = append(w.args, a)
	return fmt.Sprintf("$%d", len(w.args))
}

// equal filters on a column unless the value is empty.
func (w *where) equal(column, value string) {
	if value != "" {
		w.add(column+" = ?", value)
	}
}

// in filters on a list unless it is nil; an empty one lets nothing through.
func (w *where) in(column string, values []string) {
	if values == nil {
		return
	}
	if len(values) == 0 {
		w.add("1 = 0")
		return
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	w.add(column+" IN ("+marks+")", anys(values)...)
}

// area filters on a region with everything below it, "" for everywhere.
func (w *where) area(column, code string) {
	if code != "" {
		w.add("("+column+" = ? OR "+column+` LIKE ? ESCAPE '\')`, code, likeText(code)+".%")
	}
}

// words demands that each word stands somewhere in a column of folded text.
func (w *where) words(column, text string) {
	for _, word := range strings.Fields(strings.ToLower(text)) {
		w.add(column+` LIKE ? ESCAPE '\'`, "%"+likeText(word)+"%")
	}
}

// clause is the WHERE clause, empty without conditions.
func (w *where) clause() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

// likeText takes the special meaning from the letters of a LIKE pattern.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// wrap names what was attempted; nil stays nil.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
