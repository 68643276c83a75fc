package store

import (
	"fmt"

	"ronda"
)

// addLeaves writes the entries that the public log is owed. An entry that is there already, by the same id, is owed once.
func (t *tx) addLeaves(leaves []ronda.Leaf) error {
	for _, l := range leaves {
		n, err := t.exec(`INSERT INTO ledger_leaves (id, case_id, notice_id, kind, at, bytes) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
			l.ID, l.Case, l.Notice, l.Kind, micros(l.At), l.Bytes)
		if err != nil {
			return fmt.Errorf("add log entry: %w", err)
		}
		if n == 0 {
			continue
		}
		for i, s := range l.Sealed {
			_, err := t.exec(`INSERT INTO ledger_sealed (leaf_id, n, name, salt, value) VALUES ($1, $2, $3, $4, $5)`, l.ID, i, s.Name, s.Salt, s.Value)
			if err != nil {
				return fmt.Errorf("add sealed field: %w", err)
			}
		}
	}
	return nil
}
