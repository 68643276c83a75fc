package store

import (
	"context"
	"crypto/sha256"
	"database/sql"

	"ronda"
)

// RecordCheck counts a check. Of the text only the keyed fingerprint is kept.
func (db *DB) RecordCheck(ctx context.Context, r ronda.CheckRecord) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO checks (fingerprint, day, result, channel, total) VALUES ($1, $2, $3, $4, 1)
			ON CONFLICT (fingerprint, day, result, channel) DO UPDATE SET total = checks.total + 1`, r.Fingerprint, r.Day, r.Result, r.Channel)
		return err
	})
	return wrap("count check", err)
}

// CheckCounts counts the checks of the days from first to last ("2024-11-20"), both counted, by day, result and channel.
func (db *DB) CheckCounts(ctx context.Context, first, last string) ([]ronda.CheckCount, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.CheckCount, error) {
		var c ronda.CheckCount
		err := rows.Scan(&c.Day, &c.Result, &c.Channel, &c.Total, &c.Texts)
		return c, err
	}, `SELECT day, result, channel, CAST(SUM(total) AS BIGINT), COUNT(DISTINCT fingerprint) FROM checks WHERE day >= $1 AND day <= $2
		GROUP BY day, result, channel ORDER BY day, result, channel`, first, last)
	return out, wrap("count checks", err)
}

// AddWish keeps a text that its sender lets fact-checkers read. The same text again raises its count.
func (db *DB) AddWish(ctx context.Context, w ronda.Wish) error {
	hash := sha256.Sum256([]byte(w.Text))
	count := max(w.Count, 1)
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO wishes (hash, id, at, text, lang, channel, total, code) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (hash) DO UPDATE SET total = wishes.total + excluded.total, at = excluded.at`,
			hash[:], w.ID, micros(w.At), w.Text, w.Lang, w.Channel, count, w.Code)
		return err
	})
	return wrap("keep wish", err)
}

const wishColumns = `id, at, text, lang, channel, total, code, answer`

func scanWish(rows *sql.Rows) (ronda.Wish, error) {
	var w ronda.Wish
	var at int64
	err := rows.Scan(&w.ID, &at, &w.Text, &w.Lang, &w.Channel, &w.Count, &w.Code, &w.Answer)
	w.At = instant(at)
	return w, err
}

// Wishes lists the texts that fact-checkers may read and have not answered, latest first.
func (db *DB) Wishes(ctx context.Context, limit int) ([]ronda.Wish, error) {
	out, err := list(ctx, db.read, scanWish, `SELECT `+wishColumns+` FROM wishes WHERE answer = '' ORDER BY at DESC, id DESC LIMIT $1`, limit)
	return out, wrap("list wishes", err)
}

// WishOf returns what is kept of a text, so that whoever sends the same one gets the same code; NotFound where nothing is.
func (db *DB) WishOf(ctx context.Context, text string) (ronda.Wish, error) {
	hash := sha256.Sum256([]byte(text))
	return db.wishWhere(ctx, "hash", hash[:])
}

// WishByCode returns the message of a code, or a NotFound error.
func (db *DB) WishByCode(ctx context.Context, code string) (ronda.Wish, error) {
	return db.wishWhere(ctx, "code", code)
}

// Wish returns the message with the id, or a NotFound error.
func (db *DB) Wish(ctx context.Context, id string) (ronda.Wish, error) {
	return db.wishWhere(ctx, "id", id)
}

func (db *DB) wishWhere(ctx context.Context, column string, value any) (ronda.Wish, error) {
	if s, ok := value.(string); ok && (s == "" || !validText(s)) {
		return ronda.Wish{}, ronda.Errorf(ronda.NotFound, "wish.not_found", "code")
	}
	all, err := list(ctx, db.read, scanWish, `SELECT `+wishColumns+` FROM wishes WHERE `+column+` = $1`, value)
	if err != nil {
		return ronda.Wish{}, wrap("read wish", err)
	}
	if len(all) == 0 {
		return ronda.Wish{}, ronda.Errorf(ronda.NotFound, "wish.not_found", "code")
	}
	return all[0], nil
}

// DropWish removes a text that was dealt with or should not be read.
func (db *DB) DropWish(ctx context.Context, id string) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM wishes WHERE id = $1`, id)
		return err
	})
	return wrap("drop wish", err)
}
