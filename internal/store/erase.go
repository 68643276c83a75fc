package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// EraseReport removes what a report says and who sent it, and its messages. The row stays with its code, case, category and region, so that
// counts hold and the ticket can say that it was erased. It returns the report's files, whose bytes the caller removes. Erasing again is
// no error. What was deleted is overwritten on disk before the call returns.
func (db *DB) EraseReport(ctx context.Context, id string, at time.Time) ([]ronda.Evidence, error) {
	empty, err := encode(reportDoc{})
	if err != nil {
		return nil, err
	}
	var files []ronda.Evidence
	err = db.write.do(ctx, func(t *tx) error {
		var err error
		if files, err = t.reportFiles(id); err != nil {
			return err
		}
		n, err := t.exec(`UPDATE reports SET text = '', contact = NULL, sender = '', signature = NULL, doc = $2,
			erased_at = COALESCE(erased_at, $3) WHERE id = $1`, id, empty, micros(at))
		if err != nil {
			return fmt.Errorf("erase text: %w", err)
		}
		if n == 0 {
			return ronda.Errorf(ronda.NotFound, "report.not_found", "")
		}
		if _, err := t.exec(`DELETE FROM messages WHERE report_id = $1`, id); err != nil {
			return fmt.Errorf("erase messages: %w", err)
		}
		if _, err := t.exec(`UPDATE receipts SET body = NULL WHERE subject = $1`, id); err != nil {
			return fmt.Errorf("erase stored reply: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("erase report: %w", err)
	}
	return files, db.Purge(ctx)
}

// reportFiles lists the files of a report and its messages.
func (t *tx) reportFiles(id string) ([]ronda.Evidence, error) {
	var files []ronda.Evidence
	collect := func(rows *sql.Rows) error {
		doc, err := scanText(rows)
		if err != nil {
			return err
		}
		d, err := decode[messageDoc](doc) // reports keep their files under the same name
		files = append(files, d.Files...)
		return err
	}
	if err := t.query(collect, `SELECT doc FROM reports WHERE id = $1`, id); err != nil {
		return nil, fmt.Errorf("read files of report: %w", err)
	}
	if err := t.query(collect, `SELECT doc FROM messages WHERE report_id = $1`, id); err != nil {
		return nil, fmt.Errorf("read files of messages: %w", err)
	}
	return files, nil
}

// Purge brings what was deleted out of the write-ahead log, so that it is nowhere in the files of the embedded database: deleted content is
// overwritten in the database file, and the log is cut to nothing. On PostgreSQL dead rows are the server's to clean, and its log and
// backups are the operator's.
func (db *DB) Purge(ctx context.Context) error {
	w, ok := db.write.(*groupWriter)
	if !ok {
		return nil
	}
	err := w.submit(ctx, &command{done: make(chan error, 1), alone: func(conn *sql.Conn) error {
		for range purgeTries {
			var busy, frames, moved int
			err := conn.QueryRowContext(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved)
			if err != nil {
				return err
			}
			if busy == 0 {
				return nil
			}
		}
		return ronda.Errorf(ronda.Internal, "store.purge_busy", "")
	}})
	return wrap("purge", err)
}

// purgeTries bounds how often a checkpoint waits, 10 s each time, for readers to finish.
const purgeTries = 3
