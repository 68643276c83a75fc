package store

import (
	"fmt"
	"math"
	"reflect"

	"ronda"
)

// saveNotices keeps the rows of a case's notices in step with the case.
func (t *tx) saveNotices(before, c ronda.Case) error {
	for _, n := range c.Notices {
		old, had := before.Notice(n.ID)
		if had && reflect.DeepEqual(old, n) {
			continue
		}
		if err := t.saveNotice(c, n); err != nil {
			return fmt.Errorf("save notice %s: %w", n.ID, err)
		}
		if err := t.saveNoticeItems(c, old, n); err != nil {
			return fmt.Errorf("save answers of notice %s: %w", n.ID, err)
		}
	}
	for _, n := range before.Notices {
		if _, kept := c.Notice(n.ID); kept {
			continue
		}
		for _, q := range []string{`DELETE FROM notice_items WHERE notice_id = $1`, `DELETE FROM notices WHERE id = $1`} {
			if _, err := t.exec(q, n.ID); err != nil {
				return fmt.Errorf("remove notice %s: %w", n.ID, err)
			}
		}
	}
	return nil
}

// noDeadline sorts after every deadline.
const noDeadline = math.MaxInt64

func (t *tx) saveNotice(c ronda.Case, n ronda.Notice) error {
	doc, err := encode(n)
	if err != nil {
		return err
	}
	due := n.Deadline()
	order := int64(noDeadline)
	if !due.IsZero() {
		order = micros(due)
	}
	_, err = t.exec(`INSERT INTO notices (id, code, case_id, act, state, platform, authority, org, region, category, due_at, due_order,
			paused, overdue, public, sandbox, created_at, sent_at, received_at, answered_at, doc)
		VALUES (`+places(1, 21)+`)
		ON CONFLICT (id) DO UPDATE SET case_id = excluded.case_id, state = excluded.state, platform = excluded.platform,
			authority = excluded.authority, region = excluded.region, category = excluded.category, due_at = excluded.due_at,
			due_order = excluded.due_order, paused = excluded.paused, overdue = excluded.overdue, public = excluded.public,
			sent_at = excluded.sent_at, received_at = excluded.received_at, answered_at = excluded.answered_at, doc = excluded.doc`,
		n.ID, n.Code, c.ID, string(n.Act), string(n.State), n.Platform, n.Authority, n.Org, n.Region, n.Category, orNull(due), order,
		stands(n), n.Overdue, n.Public(), n.Sandbox, micros(n.CreatedAt), orNull(n.SentAt), orNull(n.ReceivedAt),
		orNull(n.AnsweredAt), doc)
	return err
}

// stands tells whether the clock stands still with no end in sight.
func stands(n ronda.Notice) bool { return n.Paused() && n.RunsAgain.IsZero() }

func (t *tx) saveNoticeItems(c ronda.Case, old, n ronda.Notice) error {
	type seen struct {
		answer  ronda.Answer
		recheck ronda.RecheckResult
	}
	had := map[string]seen{}
	for _, it := range old.Items {
		had[it.Item] = seen{it.Answer, it.Stated}
	}
	for _, it := range n.Items {
		if was, ok := had[it.Item]; ok && was == (seen{it.Answer, it.Stated}) {
			continue
		}
		item, _ := c.Item(it.Item)
		_, err := t.exec(`INSERT INTO notice_items (notice_id, item_id, key, answer, recheck) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (notice_id, item_id) DO UPDATE SET answer = excluded.answer, recheck = excluded.recheck`,
			n.ID, it.Item, c.IdentityOf(item), string(it.Answer), string(it.Stated))
		if err != nil {
			return err
		}
	}
	return nil
}
