package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// ReceiveTipline keeps messages that came in, each once, with the work that they owe. When it returns they are on disk, so the application's server
// may be told. It says how many were new.
func (db *DB) ReceiveTipline(ctx context.Context, list []ronda.TiplineIn, jobs ...ronda.Job) (int, error) {
	var fresh int
	err := db.write.do(ctx, func(t *tx) error {
		fresh = 0
		for _, m := range list {
			n, err := t.exec(`INSERT INTO tipline_inbox (message, id, chat_id, provider, address, body, at, attempt, done)
				VALUES ($1, $2, $3, $4, $5, $6, $7, 0, FALSE) ON CONFLICT (message) DO NOTHING`,
				m.Message, m.ID, m.Chat, m.Provider, m.Address, m.Body, micros(m.At))
			if err != nil {
				return fmt.Errorf("insert message: %w", err)
			}
			fresh += int(n)
		}
		if fresh == 0 {
			return nil
		}
		return t.addJobs(jobs)
	})
	return fresh, wrap("keep incoming messages", err)
}

const tiplineInColumns = `id, message, chat_id, provider, address, body, at, attempt`

func scanTiplineIn(rows *sql.Rows) (ronda.TiplineIn, error) {
	var m ronda.TiplineIn
	var at int64
	err := rows.Scan(&m.ID, &m.Message, &m.Chat, &m.Provider, &m.Address, &m.Body, &at, &m.Attempt)
	m.At = instant(at)
	return m, err
}

// NextTiplineIn takes up the oldest message of a chat that is not answered. It counts the attempt; nothing else changes until the turn is saved.
func (db *DB) NextTiplineIn(ctx context.Context, chat string) (m ronda.TiplineIn, ok bool, err error) {
	err = db.write.do(ctx, func(t *tx) error {
		ok = false
		return t.query(func(rows *sql.Rows) error {
			ok = true
			var err error
			m, err = scanTiplineIn(rows)
			return err
		}, `UPDATE tipline_inbox SET attempt = attempt + 1 WHERE message = (
			SELECT message FROM tipline_inbox WHERE chat_id = $1 AND NOT done ORDER BY id LIMIT 1) RETURNING `+tiplineInColumns, chat)
	})
	return m, ok, wrap("take up message", err)
}

const tiplineChatColumns = `c.id, c.provider, c.address, c.state, c.draft, c.seen_at, c.quiet, c.nudged, c.version`

func scanTiplineChat(rows *sql.Rows) (ronda.TiplineChat, error) {
	var c ronda.TiplineChat
	var seen int64
	err := rows.Scan(&c.ID, &c.Provider, &c.Address, &c.State, &c.Draft, &seen, &c.Quiet, &c.Nudged, &c.Version)
	c.SeenAt = instant(seen)
	return c, err
}

// TiplineChat returns a conversation; one of version 0 if there is none yet.
func (db *DB) TiplineChat(ctx context.Context, id string) (ronda.TiplineChat, error) {
	out, err := list(ctx, db.read, scanTiplineChat, `SELECT `+tiplineChatColumns+` FROM tipline_chats c WHERE c.id = $1`, id)
	if err != nil || len(out) == 0 {
		return ronda.TiplineChat{ID: id}, wrap("read conversation", err)
	}
	return out[0], nil
}

// errAnswered is the answer to a worker that was too slow: another one saved the turn.
func errAnswered() error { return ronda.Errorf(ronda.Conflict, "tipline.answered", "") }

// SaveTiplineTurn saves what answering a message changes, whole. If the message was answered before, or the conversation went on meanwhile, it is
// a Conflict "tipline.answered" and nothing changes.
func (db *DB) SaveTiplineTurn(ctx context.Context, turn ronda.TiplineTurn) error {
	err := db.write.do(ctx, func(t *tx) error { return t.saveTiplineTurn(turn) })
	if err == nil && turn.Erase {
		err = db.Purge(ctx)
	}
	return wrap("save turn", err)
}

func (t *tx) saveTiplineTurn(turn ronda.TiplineTurn) error {
	n, err := t.exec(`UPDATE tipline_inbox SET done = TRUE, body = NULL, address = NULL WHERE id = $1 AND NOT done`, turn.In)
	if err != nil {
		return fmt.Errorf("mark as answered: %w", err)
	}
	if n == 0 {
		return errAnswered()
	}
	if turn.Erase {
		if err := t.eraseTiplineChat(turn.Chat.ID, turn.In); err != nil {
			return err
		}
		if err := t.addLeaves(turn.Leaves); err != nil {
			return err
		}
	} else if err := t.saveTiplineChat(turn.Chat); err != nil {
		return err
	}
	if err := t.saveFollows(turn); err != nil {
		return fmt.Errorf("save subscriptions: %w", err)
	}
	for _, x := range turn.Tickets {
		if err := t.saveTiplineTicket(x); err != nil {
			return fmt.Errorf("save ticket of chat: %w", err)
		}
	}
	if turn.Wake {
		if _, err := t.exec(`UPDATE tipline_outbox SET state = 'waiting' WHERE chat_id = $1 AND state = 'held'`, turn.Chat.ID); err != nil {
			return fmt.Errorf("release held messages: %w", err)
		}
	}
	if err := t.addTiplineOut(turn.Out); err != nil {
		return err
	}
	return t.addJobs(turn.Jobs)
}

func (t *tx) saveTiplineChat(c ronda.TiplineChat) error {
	var n int64
	var err error
	if c.Version == 0 {
		n, err = t.exec(`INSERT INTO tipline_chats (id, provider, address, state, draft, seen_at, quiet, nudged, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT (id) DO NOTHING`,
			c.ID, c.Provider, c.Address, c.State, c.Draft, micros(c.SeenAt), c.Quiet, c.Nudged)
	} else {
		n, err = t.exec(`UPDATE tipline_chats SET address = $2, state = $3, draft = $4, seen_at = $5, quiet = $6, nudged = $7, version = version + 1
			WHERE id = $1 AND version = $8`, c.ID, c.Address, c.State, c.Draft, micros(c.SeenAt), c.Quiet, c.Nudged, c.Version)
	}
	if err != nil {
		return fmt.Errorf("save conversation: %w", err)
	}
	if n == 0 {
		return errAnswered()
	}
	return nil
}

// eraseTiplineChat forgets a conversation with everything that came before the message with the id. What arrived after it is a new beginning.
func (t *tx) eraseTiplineChat(chat, upTo string) error {
	for _, q := range []string{`DELETE FROM tipline_chats WHERE id = $1`, `DELETE FROM tipline_subscriptions WHERE chat_id = $1`,
		`DELETE FROM tipline_tickets WHERE chat_id = $1`, `DELETE FROM tipline_outbox WHERE chat_id = $1`} {
		if _, err := t.exec(q, chat); err != nil {
			return fmt.Errorf("erase conversation: %w", err)
		}
	}
	if _, err := t.exec(`UPDATE tipline_inbox SET chat_id = '', body = NULL, address = NULL, done = TRUE WHERE chat_id = $1 AND id <= $2`, chat, upTo); err != nil {
		return fmt.Errorf("erase messages: %w", err)
	}
	return nil
}

func (t *tx) saveFollows(turn ronda.TiplineTurn) error {
	for _, r := range turn.Unfollow {
		q, args := `DELETE FROM tipline_subscriptions WHERE chat_id = $1 AND region = $2`, []any{turn.Chat.ID, r}
		if r == "*" {
			q, args = `DELETE FROM tipline_subscriptions WHERE chat_id = $1`, args[:1]
		}
		if _, err := t.exec(q, args...); err != nil {
			return err
		}
	}
	for _, r := range turn.Follow {
		if _, err := t.exec(`INSERT INTO tipline_subscriptions (region, chat_id, at) VALUES ($1, $2, $3) ON CONFLICT (region, chat_id) DO NOTHING`, r, turn.Chat.ID, micros(turn.Chat.SeenAt)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) saveTiplineTicket(x ronda.TiplineTicket) error {
	_, err := t.exec(`INSERT INTO tipline_tickets (chat_id, report_id, own, told) VALUES ($1, $2, $3, $4)
		ON CONFLICT (chat_id, report_id) DO UPDATE SET told = excluded.told, own = tipline_tickets.own OR excluded.own`, x.Chat, x.Report, x.Own, x.Told)
	return err
}

// addTiplineOut adds outgoing messages. One whose key is known was told before.
func (t *tx) addTiplineOut(list []ronda.TiplineOut) error {
	for _, o := range list {
		if _, err := t.exec(`INSERT INTO tipline_outbox (id, key, chat_id, provider, kind, address, body, state, attempt, at, next_at, failure)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, '') ON CONFLICT DO NOTHING`,
			o.ID, o.Key, o.Chat, o.Provider, o.Kind, o.Address, o.Body, o.State, micros(o.At), micros(o.Next)); err != nil {
			return fmt.Errorf("add outgoing message: %w", err)
		}
	}
	return nil
}

// TiplineFollows lists the regions that a chat gets alerts for.
func (db *DB) TiplineFollows(ctx context.Context, chat string) ([]string, error) {
	out, err := list(ctx, db.read, scanText, `SELECT region FROM tipline_subscriptions WHERE chat_id = $1 ORDER BY region`, chat)
	return out, wrap("list subscriptions", err)
}

func scanTiplineTicket(rows *sql.Rows) (ronda.TiplineTicket, error) {
	var x ronda.TiplineTicket
	err := rows.Scan(&x.Chat, &x.Report, &x.Own, &x.Told)
	return x, err
}

// TiplineTickets lists the reports that a chat follows, the newest last.
func (db *DB) TiplineTickets(ctx context.Context, chat string) ([]ronda.TiplineTicket, error) {
	out, err := list(ctx, db.read, scanTiplineTicket, `SELECT chat_id, report_id, own, told FROM tipline_tickets WHERE chat_id = $1 ORDER BY report_id`, chat)
	return out, wrap("list tickets of chat", err)
}

// TiplineFollowers lists who follows a report of the case. Reports are read by themselves, so that their table can be spread over machines.
func (db *DB) TiplineFollowers(ctx context.Context, caseID string) ([]ronda.TiplineTicket, error) {
	reports, err := list(ctx, db.read, scanText, `SELECT id FROM reports WHERE case_id = $1 AND erased_at IS NULL ORDER BY id`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list followers of case: %w", err)
	}
	var out []ronda.TiplineTicket
	for _, part := range chunks(reports, 400) {
		found, err := list(ctx, db.read, scanTiplineTicket, `SELECT chat_id, report_id, own, told FROM tipline_tickets WHERE report_id IN (`+places(1, len(part))+`)
			ORDER BY report_id, chat_id`, anys(part)...)
		if err != nil {
			return nil, fmt.Errorf("list followers of case: %w", err)
		}
		for i := range found {
			found[i].Case = caseID
		}
		out = append(out, found...)
	}
	return out, nil
}

// TiplineSubscribers lists the chats that get alerts for one of the regions, or for any region if none is given, in the order of their ids. Each is
// listed once; those that said stop are not.
func (db *DB) TiplineSubscribers(ctx context.Context, regions []string, after string, limit int) ([]ronda.TiplineChat, error) {
	where, args := ``, []any{after, limit}
	if len(regions) > 0 {
		where = ` AND s.region IN (` + places(3, len(regions)) + `)`
		args = append(args, anys(regions)...)
	}
	out, err := list(ctx, db.read, scanTiplineChat, `SELECT `+tiplineChatColumns+` FROM tipline_chats c WHERE c.id > $1 AND NOT c.quiet
		AND EXISTS (SELECT 1 FROM tipline_subscriptions s WHERE s.chat_id = c.id`+where+`) ORDER BY c.id LIMIT $2`, args...)
	return out, wrap("list subscribers", err)
}

// TiplineCursor is the number of the last event that people were told of.
func (db *DB) TiplineCursor(ctx context.Context) (int64, error) {
	at, err := list(ctx, db.read, scanInt, `SELECT value FROM counters WHERE name = 'tipline'`)
	if err != nil || len(at) == 0 {
		return 0, fmt.Errorf("read cursor: %w", err)
	}
	return at[0], nil
}

// PushTipline adds messages and moves the cursor, together. If the cursor is elsewhere another process did it: a Conflict "tipline.cursor".
func (db *DB) PushTipline(ctx context.Context, p ronda.TiplinePush) error {
	err := db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE counters SET value = $2 WHERE name = 'tipline' AND value = $1`, p.From, p.To)
		if err != nil {
			return fmt.Errorf("move cursor: %w", err)
		}
		if n == 0 {
			return ronda.Errorf(ronda.Conflict, "tipline.cursor", "")
		}
		for _, key := range p.Drop {
			if _, err := t.exec(`UPDATE tipline_outbox SET state = 'sent', body = NULL, address = NULL WHERE key = $1 AND state IN ('waiting', 'held')`, key); err != nil {
				return fmt.Errorf("drop message: %w", err)
			}
		}
		for _, x := range p.Told {
			if _, err := t.exec(`UPDATE tipline_tickets SET told = $3 WHERE chat_id = $1 AND report_id = $2`, x.Chat, x.Report, x.Told); err != nil {
				return fmt.Errorf("note what was told: %w", err)
			}
		}
		if err := t.addTiplineOut(p.Out); err != nil {
			return err
		}
		return t.addJobs(p.Jobs)
	})
	return wrap("push news", err)
}

// TiplineToldWith lists the pushes whose key begins with prefix and that were sent or may still be, in the order of their keys.
func (db *DB) TiplineToldWith(ctx context.Context, prefix, after string, limit int) ([]ronda.TiplineOut, error) {
	out, err := list(ctx, db.read, scanTiplineOut, `SELECT `+tiplineOutColumns+` FROM tipline_outbox WHERE key > $1 AND key >= $2 AND key < $3
		AND state <> 'dead' ORDER BY key LIMIT $4`, after, prefix, prefix+"\U0010FFFF", limit)
	return out, wrap("list pushes", err)
}

// TidyTipline forgets which messages were answered before the time, and lists conversations that hold a message which nobody reported since the other
// time: a state is sealed, and its owner alone can take one out. Everything else goes in the daily run, by the election's rules.
func (db *DB) TidyTipline(ctx context.Context, repeats, drafts time.Time) ([]ronda.TiplineChat, error) {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM tipline_inbox WHERE done AND at < $1`, micros(repeats))
		return err
	})
	if err != nil {
		return nil, wrap("tidy conversations", err)
	}
	out, err := list(ctx, db.read, scanTiplineChat, `SELECT `+tiplineChatColumns+` FROM tipline_chats c WHERE c.draft AND c.seen_at < $1 ORDER BY c.id LIMIT 1000`, micros(drafts))
	return out, wrap("list old drafts", err)
}

// SaveTiplineChat saves a conversation outside of a turn, unless it went on meanwhile: a Conflict "tipline.answered".
func (db *DB) SaveTiplineChat(ctx context.Context, c ronda.TiplineChat) error {
	return wrap("save conversation", db.write.do(ctx, func(t *tx) error { return t.saveTiplineChat(c) }))
}
