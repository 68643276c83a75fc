package store

import (
	"context"
	"database/sql"
	"time"

	"ronda"
)

const subscriberColumns = `id, kind, region, least, lang, org, known, sealed, created_at, confirmed_at`

func scanSubscriber(rows *sql.Rows) (ronda.Subscriber, error) {
	var s ronda.Subscriber
	var created int64
	var confirmed sql.NullInt64
	err := rows.Scan(&s.ID, &s.Kind, &s.Region, &s.Least, &s.Lang, &s.Org, &s.Known, &s.Sealed, &created, &confirmed)
	s.CreatedAt = instant(created)
	if confirmed.Valid {
		s.ConfirmedAt = instant(confirmed.Int64)
	}
	return s, err
}

// AddSubscriber saves a subscriber, with the jobs that tell its owner. One that is known already is left as it is, and added is false.
func (db *DB) AddSubscriber(ctx context.Context, s ronda.Subscriber, jobs ...ronda.Job) (added bool, err error) {
	err = db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`INSERT INTO subscribers (`+subscriberColumns+`) VALUES (`+places(1, 10)+`) ON CONFLICT DO NOTHING`,
			s.ID, s.Kind, s.Region, s.Least, s.Lang, s.Org, s.Known, s.Sealed, micros(s.CreatedAt), orNull(s.ConfirmedAt))
		added = n > 0
		if err != nil || !added {
			return err
		}
		return t.addJobs(jobs)
	})
	return added, wrap("add subscriber", err)
}

// Subscriber returns a subscriber, or a NotFound error.
func (db *DB) Subscriber(ctx context.Context, id string) (ronda.Subscriber, error) {
	missing := ronda.Errorf(ronda.NotFound, "subscriber.not_found", "")
	if !validText(id) {
		return ronda.Subscriber{}, missing
	}
	all, err := list(ctx, db.read, scanSubscriber, `SELECT `+subscriberColumns+` FROM subscribers WHERE id = $1`, id)
	if err != nil {
		return ronda.Subscriber{}, wrap("read subscriber", err)
	}
	if len(all) == 0 {
		return ronda.Subscriber{}, missing
	}
	return all[0], nil
}

// ConfirmSubscriber records that the owner of the address wants the mails. Confirming twice changes nothing.
func (db *DB) ConfirmSubscriber(ctx context.Context, id string, at time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE subscribers SET confirmed_at = $2 WHERE id = $1 AND confirmed_at IS NULL`, id, micros(at))
		return err
	})
	return wrap("confirm subscriber", err)
}

// DropSubscriber forgets a subscriber. One that is gone already is no error.
func (db *DB) DropSubscriber(ctx context.Context, id string) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM subscribers WHERE id = $1`, id)
		return err
	})
	return wrap("drop subscriber", err)
}

// DropUnconfirmed forgets whoever did not confirm in time.
func (db *DB) DropUnconfirmed(ctx context.Context, before time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM subscribers WHERE confirmed_at IS NULL AND created_at < $1`, micros(before))
		return err
	})
	return wrap("drop unconfirmed subscribers", err)
}

// Subscribers lists confirmed subscribers after an id.
func (db *DB) Subscribers(ctx context.Context, after string, limit int) ([]ronda.Subscriber, error) {
	out, err := list(ctx, db.read, scanSubscriber, `SELECT `+subscriberColumns+` FROM subscribers WHERE id > $1 AND confirmed_at IS NOT NULL ORDER BY id LIMIT $2`, after, limit)
	return out, wrap("list subscribers", err)
}

// OrgSubscribers lists the web hooks of an organisation.
func (db *DB) OrgSubscribers(ctx context.Context, org string) ([]ronda.Subscriber, error) {
	out, err := list(ctx, db.read, scanSubscriber, `SELECT `+subscriberColumns+` FROM subscribers WHERE org = $1 AND org <> '' ORDER BY id LIMIT 50`, org)
	return out, wrap("list web hooks", err)
}
