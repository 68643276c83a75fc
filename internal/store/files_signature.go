package store

import (
	"context"
	"database/sql"
	"fmt"
)

// FileSignatures returns the sealed signatures that were kept with files, by name. Files without one are not in it.
func (db *DB) FileSignatures(ctx context.Context, names []string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, part := range chunks(names, 200) {
		_, err := list(ctx, db.read, func(rows *sql.Rows) (struct{}, error) {
			var name string
			var sealed []byte
			err := rows.Scan(&name, &sealed)
			out[name] = sealed
			return struct{}{}, err
		}, `SELECT name, signature FROM evidence_files WHERE signature IS NOT NULL AND name IN (`+places(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, fmt.Errorf("read signatures of files: %w", err)
		}
	}
	return out, nil
}

// KeepSignatures keeps sealed signatures with their files. A file that is gone meanwhile takes none.
func (db *DB) KeepSignatures(ctx context.Context, sealed map[string][]byte) error {
	if len(sealed) == 0 {
		return nil
	}
	err := db.write.do(ctx, func(t *tx) error {
		for name, b := range sealed {
			if _, err := t.exec(`UPDATE evidence_files SET signature = $2 WHERE name = $1`, name, b); err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("keep signatures of files", err)
}
