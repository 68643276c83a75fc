package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrNewerSchema is the error of a program that is older than the database it was given.
var ErrNewerSchema = errors.New("the database was made by a newer version of this program")

// migrate brings the schema up to date, under a lock where several processes may start at once.
func migrate(ctx context.Context, db *sql.DB, d dialect) error { return migrateTo(ctx, db, d, 0) }

// migrateTo stops at a version; 0 is the newest.
func migrateTo(ctx context.Context, db *sql.DB, d dialect, to int64) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("open migrations: %w", err)
	}
	options := []goose.ProviderOption{goose.WithTableName("schema_versions"), goose.WithLogger(log.New(io.Discard, "", 0))}
	if d.name == postgresDialect.name {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrationLock), lock.WithLockTimeout(1, 120))
		if err != nil {
			return fmt.Errorf("make migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(d.migrations, db, files, options...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if err := refuseNewer(ctx, p); err != nil {
		return err
	}
	if to > 0 {
		if _, target, err := p.GetVersions(ctx); err != nil || to > target {
			return errors.Join(err, fmt.Errorf("%w: schema %d, known up to %d", ErrNewerSchema, to, target))
		}
		_, err = p.UpTo(ctx, to)
	} else {
		_, err = p.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("bring the schema up to date: %w", err)
	}
	return nil
}

// migrationLock is the number of the advisory lock on PostgreSQL: "ronda" in ASCII.
const migrationLock = 0x726f6e6461

// refuseNewer compares the versions before anything is changed.
func refuseNewer(ctx context.Context, p *goose.Provider) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if current > target {
		return fmt.Errorf("%w: schema %d, known up to %d", ErrNewerSchema, current, target)
	}
	return nil
}
