package store

import (
	"database/sql"
	"fmt"

	"ronda"
)

// keepFiles lets rows refer to stored files. The first row that does so takes the upload's mark away; without a mark the upload was given
// up, or belongs to a process that lost its lease, and the bytes may be gone: Conflict "evidence.lost".
func (t *tx) keepFiles(before, now []ronda.Evidence) error {
	had := map[string]bool{}
	for _, e := range before {
		had[e.Blob], had[e.View], had[e.Thumb] = true, true, true
	}
	var gained []string
	for _, e := range now {
		for _, name := range []string{e.Blob, e.View, e.Thumb} {
			if name != "" && !had[name] {
				had[name] = true
				gained = append(gained, name)
			}
		}
	}
	return t.keepNames(sortedOnce(gained))
}

func (t *tx) keepNames(names []string) error {
	for _, part := range chunks(names, 200) {
		known := map[string]bool{}
		err := t.query(func(rows *sql.Rows) error {
			name, err := scanText(rows)
			known[name] = true
			return err
		}, `SELECT name FROM evidence_files WHERE name IN (`+places(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return fmt.Errorf("look for files: %w", err)
		}
		for _, name := range part {
			if known[name] {
				continue
			}
			n, err := t.exec(`DELETE FROM evidence_marks WHERE name = $1`, name)
			if err != nil {
				return fmt.Errorf("take mark of file: %w", err)
			}
			if n == 0 {
				return ronda.Errorf(ronda.Conflict, "evidence.lost", "files")
			}
			if _, err := t.exec(`INSERT INTO evidence_files (name) VALUES ($1)`, name); err != nil {
				return fmt.Errorf("keep file: %w", err)
			}
		}
	}
	return nil
}

// dropViews lets go of the pictures of what went into quarantine, and of how it looks: the sweeper removes their bytes.
func (t *tx) dropViews(before, now ronda.Case) error {
	for _, e := range now.Evidence {
		was, had := before.EvidenceByID(e.ID)
		if !e.Quarantine || !had || was.Quarantine {
			continue
		}
		if _, err := t.exec(`UPDATE evidence_files SET signature = NULL WHERE name = $1`, was.Blob); err != nil {
			return fmt.Errorf("let go of signature: %w", err)
		}
		for _, name := range []string{was.View, was.Thumb} {
			if name == "" {
				continue
			}
			if _, err := t.exec(`DELETE FROM evidence_files WHERE name = $1`, name); err != nil {
				return fmt.Errorf("let go of picture: %w", err)
			}
		}
	}
	return nil
}
