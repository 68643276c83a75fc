package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// SaveOutside saves an order that a platform logs, with the entries that the public log is owed, in one transaction. A number that the platform
// used before is a Conflict "outside.repeated"; a change takes the place of the row with the same id.
func (db *DB) SaveOutside(ctx context.Context, o ronda.OutsideOrder, leaves []ronda.Leaf) error {
	doc, err := encode(o)
	if err != nil {
		return fmt.Errorf("save order received elsewhere: %w", err)
	}
	err = db.write.do(ctx, func(t *tx) error {
		if !o.Withdrawn.IsZero() {
			n, err := t.exec(`UPDATE outside_orders SET withdrawn_at = $2, doc = $3 WHERE id = $1 AND withdrawn_at IS NULL`, o.ID, micros(o.Withdrawn), doc)
			if err == nil && n == 0 {
				err = ronda.Errorf(ronda.Conflict, "outside.withdrawn", "")
			}
			if err != nil {
				return err
			}
			return t.addLeaves(leaves)
		}
		n, err := t.exec(`INSERT INTO outside_orders (platform, sandbox, own_id, id, at, received_at, authority, total, doc)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (platform, sandbox, own_id) DO NOTHING`,
			o.Platform, o.Sandbox, o.OwnID, o.ID, micros(o.At), micros(o.ReceivedAt), o.Authority, o.Count, doc)
		if err != nil {
			return err
		}
		if n == 0 {
			return ronda.Errorf(ronda.Conflict, "outside.repeated", "own_id")
		}
		return t.addLeaves(leaves)
	})
	return wrap("save order received elsewhere", err)
}

// Outside lists orders that platforms logged, newest first: one platform's, or all with "". After is the id of the last row seen.
func (db *DB) Outside(ctx context.Context, platform string, sandbox bool, after string, limit int) ([]ronda.OutsideOrder, error) {
	w := &where{}
	w.equal("platform", platform)
	w.add("sandbox = ?", sandbox)
	if after != "" {
		w.add("id < ?", after)
	}
	if !validArgsText(w.args) {
		return nil, nil
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM outside_orders`+w.clause()+` ORDER BY id DESC LIMIT `+w.arg(max(1, min(limit, 1000))), w.args...)
	if err != nil {
		return nil, fmt.Errorf("list orders received elsewhere: %w", err)
	}
	return decodeAll[ronda.OutsideOrder](docs)
}

// OutsideOrder returns one logged order, or a NotFound error.
func (db *DB) OutsideOrder(ctx context.Context, id string) (ronda.OutsideOrder, error) {
	missing := ronda.Errorf(ronda.NotFound, "outside.not_found", "")
	if !validText(id) {
		return ronda.OutsideOrder{}, missing
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM outside_orders WHERE id = $1`, id)
	if err != nil {
		return ronda.OutsideOrder{}, fmt.Errorf("read order received elsewhere: %w", err)
	}
	if len(docs) == 0 {
		return ronda.OutsideOrder{}, missing
	}
	return decode[ronda.OutsideOrder](docs[0])
}

// OutsideOrderCounts counts what platforms logged and did not take back, by platform and authority.
func (db *DB) OutsideOrderCounts(ctx context.Context) ([]ronda.OutsideOrderCount, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.OutsideOrderCount, error) {
		var c ronda.OutsideOrderCount
		var last int64
		err := rows.Scan(&c.Platform, &c.Authority, &c.Orders, &c.Addresses, &last)
		c.Last = instant(last)
		return c, err
	}, `SELECT platform, authority, COUNT(*), CAST(SUM(total) AS BIGINT), MAX(received_at) FROM outside_orders
		WHERE sandbox = FALSE AND withdrawn_at IS NULL GROUP BY platform, authority ORDER BY platform, authority`)
	return out, wrap("count orders received elsewhere", err)
}

// RecheckCounts counts the addresses of public acts by platform and by what the log was told of a later look.
func (db *DB) RecheckCounts(ctx context.Context) ([]ronda.RecheckCount, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.RecheckCount, error) {
		var c ronda.RecheckCount
		err := rows.Scan(&c.Platform, &c.Gone, &c.There)
		return c, err
	}, `SELECT n.platform, COUNT(*) FILTER (WHERE i.recheck = 'gone'), COUNT(*) FILTER (WHERE i.recheck = 'still_there')
		FROM notice_items i JOIN notices n ON n.id = i.notice_id WHERE n.public = TRUE AND n.sandbox = FALSE AND i.recheck <> ''
		GROUP BY n.platform ORDER BY n.platform`)
	return out, wrap("count later looks", err)
}

// DownCases lists the cases in which a platform took down one of the identities, oldest first.
func (db *DB) DownCases(ctx context.Context, keys []string) ([]string, error) {
	var out []string
	for _, part := range chunks(sortedOnce(keys), 200) {
		ids, err := list(ctx, db.read, scanText, `SELECT DISTINCT case_id FROM case_items WHERE key IN (`+places(1, len(part))+`)
			AND state IN ('removed', 'restricted', 'account_action') ORDER BY case_id LIMIT 100`, anys(part)...)
		if err != nil {
			return nil, fmt.Errorf("find cases with addresses taken down: %w", err)
		}
		out = append(out, ids...)
	}
	return out, nil
}
