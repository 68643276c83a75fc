package store

import (
	"context"

	"ronda"
)

// NoteRule keeps the newest value of what the public log is told about, such as the digest of the rules, together with the entry that a change of it owes, in
// one transaction. The value that is known already changes nothing and owes nothing.
func (db *DB) NoteRule(ctx context.Context, name, value string, leaf ronda.Leaf) (changed bool, err error) {
	err = db.write.do(ctx, func(t *tx) error {
		var known string
		changed = false
		found, err := t.one(`SELECT value FROM meta WHERE name = $1`+t.engine.forUpdate, []any{name}, &known)
		if err != nil || found && known == value {
			return err
		}
		if _, err := t.exec(`INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value); err != nil {
			return err
		}
		changed = true
		return t.addLeaves([]ronda.Leaf{leaf})
	})
	return changed, wrap("note "+name, err)
}
