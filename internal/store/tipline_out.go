package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

const tiplineOutColumns = `id, key, chat_id, provider, kind, address, body, state, attempt, at, next_at, failure`

func scanTiplineOut(rows *sql.Rows) (ronda.TiplineOut, error) {
	var o ronda.TiplineOut
	var at, next int64
	err := rows.Scan(&o.ID, &o.Key, &o.Chat, &o.Provider, &o.Kind, &o.Address, &o.Body, &o.State, &o.Attempt, &at, &next, &o.Failure)
	o.At, o.Next = instant(at), instant(next)
	return o, err
}

// ClaimTiplineOut takes the first message that a chat waits for and commits that it is being sent. again says that it was being sent before and
// nobody knows what came of it. The order is kept: while the first may not go yet, later ones wait, and next says until when.
func (db *DB) ClaimTiplineOut(ctx context.Context, chat string, now time.Time) (o ronda.TiplineOut, again, ok bool, next time.Time, err error) {
	err = db.write.do(ctx, func(t *tx) error {
		again, ok, next = false, false, time.Time{}
		found := false
		err := t.query(func(rows *sql.Rows) error {
			found = true
			var err error
			o, err = scanTiplineOut(rows)
			return err
		}, `SELECT `+tiplineOutColumns+` FROM tipline_outbox WHERE chat_id = $1 AND state IN ('waiting', 'sending') ORDER BY id LIMIT 1`+t.engine.forUpdate, chat)
		if err != nil || !found {
			return err
		}
		if o.Next.After(now) {
			next = o.Next
			return nil
		}
		again, ok = o.State == ronda.TiplineSending, true
		o.State = ronda.TiplineSending
		o.Attempt++
		_, err = t.exec(`UPDATE tipline_outbox SET state = 'sending', attempt = $2 WHERE id = $1`, o.ID, o.Attempt)
		return err
	})
	return o, again, ok, next, wrap("take up outgoing message", err)
}

// EndTiplineOut writes what became of an attempt. A message that is out keeps its key only, if it has one. If another attempt was begun or the message
// was settled meanwhile, nothing changes.
func (db *DB) EndTiplineOut(ctx context.Context, o ronda.TiplineOut, jobs ...ronda.Job) error {
	err := db.write.do(ctx, func(t *tx) error {
		n, err := t.endTiplineOut(o)
		if err != nil || n == 0 {
			return err
		}
		return t.addJobs(jobs)
	})
	return wrap("end outgoing message", err)
}

func (t *tx) endTiplineOut(o ronda.TiplineOut) (int64, error) {
	const mine = ` WHERE id = $1 AND attempt = $2 AND state = 'sending'`
	switch {
	case o.State == ronda.TiplineSent && o.Key == "":
		n, err := t.exec(`DELETE FROM tipline_outbox`+mine, o.ID, o.Attempt)
		return n, err
	case o.State == ronda.TiplineSent:
		return t.exec(`UPDATE tipline_outbox SET state = 'sent', body = NULL, address = NULL, failure = ''`+mine, o.ID, o.Attempt)
	}
	return t.exec(`UPDATE tipline_outbox SET state = $3, next_at = $4, failure = $5`+mine, o.ID, o.Attempt, o.State, micros(o.Next), o.Failure)
}

// SettleTiplineOut writes that the application told by itself what became of a message whose outcome was unknown: it is out.
func (db *DB) SettleTiplineOut(ctx context.Context, id string) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE tipline_outbox SET state = 'sent', body = NULL, address = NULL, failure = '' WHERE id = $1 AND state IN ('sending', 'waiting')`, id)
		return err
	})
	return wrap("settle outgoing message", err)
}

// SilenceTiplineChat notes that a chat can no longer be written to, and drops what waits for it.
func (db *DB) SilenceTiplineChat(ctx context.Context, chat string) error {
	err := db.write.do(ctx, func(t *tx) error {
		if _, err := t.exec(`UPDATE tipline_chats SET quiet = TRUE, version = version + 1 WHERE id = $1`, chat); err != nil {
			return err
		}
		_, err := t.exec(`DELETE FROM tipline_outbox WHERE chat_id = $1 AND state <> 'sent'`, chat)
		return err
	})
	return wrap("silence conversation", err)
}

// NudgeTiplineChat notes that a chat was told, by a template, that news waits.
func (db *DB) NudgeTiplineChat(ctx context.Context, chat string) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE tipline_chats SET nudged = TRUE, version = version + 1 WHERE id = $1`, chat)
		return err
	})
	return wrap("note nudge", err)
}

// TiplineStuck lists chats that have messages to answer or to send although no work is planned for them any more: their job was buried.
func (db *DB) TiplineStuck(ctx context.Context, kindIn, kindOut string, limit int) (answer, send []string, err error) {
	answer, err = list(ctx, db.read, scanText, `SELECT DISTINCT chat_id FROM tipline_inbox WHERE NOT done AND chat_id <> '' AND NOT EXISTS (
		SELECT 1 FROM jobs j WHERE j.kind = $1 AND j.key = tipline_inbox.chat_id AND j.state <> 'dead') ORDER BY chat_id LIMIT $2`, kindIn, limit)
	if err != nil {
		return nil, nil, fmt.Errorf("list stuck conversations: %w", err)
	}
	send, err = list(ctx, db.read, scanText, `SELECT DISTINCT chat_id FROM tipline_outbox WHERE state IN ('waiting', 'sending') AND NOT EXISTS (
		SELECT 1 FROM jobs j WHERE j.kind = $1 AND j.key = tipline_outbox.chat_id AND j.state <> 'dead') ORDER BY chat_id LIMIT $2`, kindOut, limit)
	return answer, send, wrap("list stuck conversations", err)
}

// DeadTiplineOut lists messages that were given up, newest first, without what they say and to whom.
func (db *DB) DeadTiplineOut(ctx context.Context, limit int) ([]ronda.TiplineOut, error) {
	out, err := list(ctx, db.read, scanTiplineOut, `SELECT id, '', '', provider, kind, NULL, NULL, state, attempt, at, next_at, failure FROM tipline_outbox
		WHERE state = 'dead' ORDER BY id DESC LIMIT $1`, limit)
	return out, wrap("list dead messages", err)
}

// RetryTiplineOut lets messages that were given up go out again, and returns their chats.
func (db *DB) RetryTiplineOut(ctx context.Context, now time.Time, jobOf func(chat string) ronda.Job) (int, error) {
	var n int
	err := db.write.do(ctx, func(t *tx) error {
		n = 0
		var jobs []ronda.Job
		err := t.query(func(rows *sql.Rows) error {
			chat, err := scanText(rows)
			n++
			jobs = append(jobs, jobOf(chat))
			return err
		}, `UPDATE tipline_outbox SET state = 'waiting', attempt = 0, next_at = $1 WHERE state = 'dead' RETURNING chat_id`, micros(now))
		if err != nil {
			return err
		}
		return t.addJobs(jobs)
	})
	return n, wrap("retry dead messages", err)
}

// TiplineCounts are the figures of each application.
func (db *DB) TiplineCounts(ctx context.Context, now time.Time) ([]ronda.TiplineCounts, error) {
	by := map[string]*ronda.TiplineCounts{}
	var order []string
	of := func(provider string) *ronda.TiplineCounts {
		if by[provider] == nil {
			by[provider] = &ronda.TiplineCounts{Provider: provider, Out: map[string]int{}}
			order = append(order, provider)
		}
		return by[provider]
	}
	err := each(ctx, db.read, func(rows *sql.Rows) error {
		var p string
		var chats, subscribed int
		err := rows.Scan(&p, &chats, &subscribed)
		of(p).Chats, of(p).Subscribed = chats, subscribed
		return err
	}, `SELECT provider, COUNT(*), COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM tipline_subscriptions s WHERE s.chat_id = c.id)) FROM tipline_chats c GROUP BY provider ORDER BY provider`)
	if err != nil {
		return nil, fmt.Errorf("count conversations: %w", err)
	}
	err = each(ctx, db.read, func(rows *sql.Rows) error {
		var p string
		var n int
		var oldest int64
		err := rows.Scan(&p, &n, &oldest)
		of(p).Waiting, of(p).OldestIn = n, instant(oldest)
		return err
	}, `SELECT provider, COUNT(*), MIN(at) FROM tipline_inbox WHERE NOT done GROUP BY provider ORDER BY provider`)
	if err != nil {
		return nil, fmt.Errorf("count incoming messages: %w", err)
	}
	err = each(ctx, db.read, func(rows *sql.Rows) error {
		var p, state string
		var n int
		var due sql.NullInt64
		err := rows.Scan(&p, &state, &n, &due)
		c := of(p)
		c.Out[state] = n
		if at := instantOrZero(due); due.Valid && (c.OldestOut.IsZero() || at.Before(c.OldestOut)) {
			c.OldestOut = at
		}
		return err
	}, `SELECT provider, state, COUNT(*), MIN(at) FILTER (WHERE state IN ('waiting', 'sending')) FROM tipline_outbox WHERE state <> 'sent'
		GROUP BY provider, state ORDER BY provider, state`)
	if err != nil {
		return nil, fmt.Errorf("count outgoing messages: %w", err)
	}
	out := make([]ronda.TiplineCounts, len(order))
	for i, p := range order {
		out[i] = *by[p]
	}
	return out, nil
}
