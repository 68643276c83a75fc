package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"ronda/internal/store"
)

// TestEveryTableIsClassified finds a table that nobody has said of whether it holds personal data. Put it into erasables or impersonal
// (internal/store/erase_tables.go).
func TestEveryTableIsClassified(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	openDir(t, store.Config{Dir: dir})
	db, err := sql.Open("sqlite", filepath.Join(dir, "ronda.db"))
	must(t, err)
	defer db.Close()
	rows, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`)
	must(t, err)
	defer rows.Close()
	seen := map[string]bool{}
	for rows.Next() {
		var name string
		must(t, rows.Scan(&name))
		seen[name] = true
		if !store.Classified(name) {
			t.Errorf("table %s is neither registered as personal data nor named as free of it: see internal/store/erase_tables.go", name)
		}
	}
	must(t, rows.Err())
	for _, name := range store.ClassifiedTables() {
		if !seen[name] {
			t.Errorf("table %s is classified and does not exist", name)
		}
	}
}
