package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

const channelColumns = `platform, kind, target, key_id, secret, private, changed_at, changed_by`

func scanChannel(rows *sql.Rows) (ronda.PlatformChannel, error) {
	var c ronda.PlatformChannel
	var at int64
	err := rows.Scan(&c.Platform, &c.Kind, &c.Target, &c.KeyID, &c.Secret, &c.Private, &at, &c.ChangedBy)
	c.ChangedAt = instant(at)
	return c, err
}

// channelTable keeps settings for practice beside the real ones.
func channelTable(sandbox bool) string {
	if sandbox {
		return "sandbox_channels"
	}
	return "platform_channels"
}

// SetPlatformChannel saves the operator's setting for a platform in place of the one before, or, with Sandbox, the platform's own for practice.
func (db *DB) SetPlatformChannel(ctx context.Context, c ronda.PlatformChannel) error {
	if c.Secret == nil {
		c.Secret = []byte{}
	}
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO `+channelTable(c.Sandbox)+` (`+channelColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (platform) DO UPDATE SET kind = excluded.kind, target = excluded.target, key_id = excluded.key_id, secret = excluded.secret,
			private = excluded.private, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
			c.Platform, c.Kind, c.Target, c.KeyID, c.Secret, c.Private, micros(c.ChangedAt), c.ChangedBy)
		return err
	})
	return wrap("set channel", err)
}

// PlatformChannel returns the operator's setting for a platform; the zero value if nothing was set.
func (db *DB) PlatformChannel(ctx context.Context, platform string) (ronda.PlatformChannel, error) {
	out, err := list(ctx, db.read, scanChannel, `SELECT `+channelColumns+` FROM platform_channels WHERE platform = $1`, platform)
	if err != nil || len(out) == 0 {
		return ronda.PlatformChannel{}, wrap("read channel", err)
	}
	return out[0], nil
}

// SandboxChannel returns a platform's setting for practice; the zero value if nothing was set.
func (db *DB) SandboxChannel(ctx context.Context, platform string) (ronda.PlatformChannel, error) {
	out, err := list(ctx, db.read, scanChannel, `SELECT `+channelColumns+` FROM sandbox_channels WHERE platform = $1`, platform)
	if err != nil || len(out) == 0 {
		return ronda.PlatformChannel{}, wrap("read channel for practice", err)
	}
	out[0].Sandbox = true
	return out[0], nil
}

// PlatformChannels lists all settings, by platform.
func (db *DB) PlatformChannels(ctx context.Context) ([]ronda.PlatformChannel, error) {
	out, err := list(ctx, db.read, scanChannel, `SELECT `+channelColumns+` FROM platform_channels ORDER BY platform`)
	return out, wrap("list channels", err)
}

// keptDeliveries is how many tries of a platform are kept besides those of the newest notices.
const keptDeliveries = 200

const deliveryColumns = `id, platform, notice_id, kind, at, outcome, status, answer, failure, took, sandbox`

func scanDelivery(rows *sql.Rows) (ronda.Delivery, error) {
	var d ronda.Delivery
	var at, status, took int64
	err := rows.Scan(&d.ID, &d.Platform, &d.Notice, &d.Kind, &at, &d.Outcome, &status, &d.Answer, &d.Failure, &took, &d.Sandbox)
	d.At, d.Status, d.Took = instant(at), int(status), time.Duration(took)*time.Microsecond
	return d, err
}

// AddDelivery keeps one try, and drops the platform's oldest ones beyond the last two hundred. Tries of the same notice are never dropped: what is
// known about it depends on all of them.
func (db *DB) AddDelivery(ctx context.Context, d ronda.Delivery) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO deliveries (`+deliveryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			d.ID, d.Platform, d.Notice, d.Kind, micros(d.At), string(d.Outcome), d.Status, d.Answer, d.Failure, d.Took.Microseconds(), d.Sandbox)
		if err != nil {
			return fmt.Errorf("insert delivery: %w", err)
		}
		_, err = t.exec(`DELETE FROM deliveries WHERE platform = $1 AND (notice_id = '' OR notice_id <> $2) AND id < (
			SELECT MIN(id) FROM (SELECT id FROM deliveries WHERE platform = $1 ORDER BY id DESC LIMIT `+fmt.Sprint(keptDeliveries)+`) AS kept)`,
			d.Platform, d.Notice)
		return err
	})
	return wrap("add delivery", err)
}

// Deliveries lists a platform's last tries, newest first.
func (db *DB) Deliveries(ctx context.Context, platform string, limit int) ([]ronda.Delivery, error) {
	out, err := list(ctx, db.read, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE platform = $1 ORDER BY id DESC LIMIT $2`, platform, limit)
	return out, wrap("list deliveries", err)
}

// NoticeDeliveries lists the tries to hand a notice over, oldest first.
func (db *DB) NoticeDeliveries(ctx context.Context, notice string) ([]ronda.Delivery, error) {
	out, err := list(ctx, db.read, scanDelivery, `SELECT `+deliveryColumns+` FROM deliveries WHERE notice_id = $1 AND notice_id <> '' ORDER BY id`, notice)
	return out, wrap("list deliveries of notice", err)
}

// SetCalendarFeed saves the hash of the secret part of an account's calendar address; the one before no longer works.
func (db *DB) SetCalendarFeed(ctx context.Context, account string, hash []byte, at time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO calendar_feeds (account, hash, created_at) VALUES ($1, $2, $3)
			ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at`, account, hash, micros(at))
		return err
	})
	return wrap("set calendar address", err)
}

// CalendarFeed returns the account whose calendar address has this hash. A disabled account's is NotFound.
func (db *DB) CalendarFeed(ctx context.Context, hash []byte) (ronda.Account, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Account, error) {
		var f accountFields
		if err := rows.Scan(f.dest()...); err != nil {
			return f.a, err
		}
		return f.take()
	}, `SELECT `+accountColumns+` FROM calendar_feeds f JOIN accounts a ON a.id = f.account WHERE f.hash = $1 AND a.disabled_at IS NULL`, hash)
	if err != nil {
		return ronda.Account{}, fmt.Errorf("read calendar address: %w", err)
	}
	if len(out) == 0 {
		return ronda.Account{}, ronda.Errorf(ronda.NotFound, "page", "")
	}
	return out[0], nil
}
