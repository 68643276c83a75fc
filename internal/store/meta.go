package store

import (
	"context"
	"fmt"
	"time"

	"ronda"
)

// Meta returns a value of the store's own notebook (demonstration mark, origin of the log, …), "" if it was never set.
func (db *DB) Meta(ctx context.Context, name string) (string, error) {
	out, err := list(ctx, db.read, scanText, `SELECT value FROM meta WHERE name = $1`, name)
	if err != nil || len(out) == 0 {
		return "", wrap("read "+name, err)
	}
	return out[0], nil
}

// SetMeta writes a value.
func (db *DB) SetMeta(ctx context.Context, name, value string) error {
	return db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
		return wrap("write "+name, err)
	})
}

// ClaimMeta writes a value unless there is one, and returns the one that is there now.
func (db *DB) ClaimMeta(ctx context.Context, name, value string) (string, error) {
	now := value
	err := db.write.do(ctx, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, value); err != nil {
			return err
		}
		_, err := t.one(`SELECT value FROM meta WHERE name = $1`, []any{name}, &now)
		return err
	})
	return now, wrap("claim "+name, err)
}

// ClaimHome records where the evidence lives, unless it is recorded already, and returns the recorded home.
func (db *DB) ClaimHome(ctx context.Context, id string) (string, error) {
	return db.ClaimMeta(ctx, evidenceHome, id)
}

// demoMark is the name under which a demonstration database says that it is one.
const demoMark = "demo"

// Demo tells whether this is a demonstration database.
func (db *DB) Demo(ctx context.Context) (bool, error) {
	v, err := db.Meta(ctx, demoMark)
	return v != "", err
}

// BeginDemo marks an empty database as a demonstration. fresh is false if it was marked before. A database with real data in it is refused:
// demonstration and reality never mix.
func (db *DB) BeginDemo(ctx context.Context) (fresh bool, err error) {
	now := db.now().Format(time.RFC3339)
	err = db.write.do(ctx, func(t *tx) error {
		fresh = false
		var mark string
		found, err := t.one(`SELECT value FROM meta WHERE name = $1`, []any{demoMark}, &mark)
		if err != nil || found {
			return wrap("look for the demonstration's mark", err)
		}
		var used bool
		_, err = t.one(`SELECT EXISTS (SELECT 1 FROM cases) OR EXISTS (SELECT 1 FROM accounts)`, nil, &used)
		if err != nil {
			return fmt.Errorf("look for data: %w", err)
		}
		if used {
			return ronda.Errorf(ronda.Conflict, "demo.database_in_use", "")
		}
		fresh = true
		_, err = t.exec(`INSERT INTO meta (name, value) VALUES ($1, $2)`, demoMark, now)
		return wrap("mark the demonstration", err)
	})
	return fresh, err
}

// evidenceHome and logHome are the meta rows that name the folders of this database's evidence and log. A restore forgets them: it has folders of its own.
const (
	evidenceHome = "evidence.home"
	logHome      = "log.home"
)
