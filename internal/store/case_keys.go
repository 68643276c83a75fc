package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"ronda"
)

// freeKeys ends the claims of a case that ended, and those on addresses that it no longer has. A case that was merged passes its claims on.
func (t *tx) freeKeys(before, c ronda.Case) error {
	if c.Version == 1 {
		return nil
	}
	if c.Stage == ronda.StageMerged && c.MergedInto != "" {
		_, err := t.exec(`UPDATE case_keys SET case_id = $1 WHERE case_id = $2`, c.MergedInto, c.ID)
		return err
	}
	if !c.Stage.Open() {
		if !before.Stage.Open() {
			return nil
		}
		_, err := t.exec(`DELETE FROM case_keys WHERE case_id = $1`, c.ID)
		return err
	}
	now := itemKeys(c)
	for _, key := range itemKeys(before) {
		if _, kept := slices.BinarySearch(now, key); kept {
			continue
		}
		if _, err := t.exec(`DELETE FROM case_keys WHERE key = $1 AND case_id = $2`, key, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// claimKeys claims the addresses that an open case gained. One that another open case has stays with it: an address in two cases is a
// suggestion to merge, not an error.
func (t *tx) claimKeys(before, c ronda.Case) error {
	if !c.Stage.Open() {
		return nil
	}
	var had []string
	if before.Stage.Open() {
		had = itemKeys(before)
	}
	var gained []string
	for _, key := range itemKeys(c) {
		if _, ok := slices.BinarySearch(had, key); !ok {
			gained = append(gained, key)
		}
	}
	return t.insertKeys(c.ID, gained)
}

// insertKeys claims what is free of sorted keys.
func (t *tx) insertKeys(caseID string, keys []string) error {
	for _, part := range chunks(keys, 100) {
		if _, err := t.insertSome(caseID, part); err != nil {
			return err
		}
	}
	return nil
}

// insertSome claims what is free of up to 100 sorted keys and returns how many that were.
func (t *tx) insertSome(caseID string, keys []string) (int64, error) {
	args := make([]any, 0, 2*len(keys))
	for _, k := range keys {
		args = append(args, k, caseID)
	}
	return t.exec(`INSERT INTO case_keys (key, case_id) VALUES `+rowPlaces(len(keys), 2)+` ON CONFLICT (key) DO NOTHING`, args...)
}

// itemKeys lists the identities of a case's addresses, sorted: locks are always taken in this order.
func itemKeys(c ronda.Case) []string {
	keys := make([]string, 0, len(c.Items))
	for _, it := range c.Items {
		if it.Key != "" {
			keys = append(keys, c.IdentityOf(it))
		}
	}
	return sortedOnce(keys)
}

func sortedOnce(keys []string) []string {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return slices.Compact(keys)
}

// chunks cuts a list so that no statement gets more arguments than the engines take.
func chunks[T any](list []T, size int) [][]T {
	var out [][]T
	for len(list) > size {
		out = append(out, list[:size])
		list = list[size:]
	}
	if len(list) > 0 {
		out = append(out, list)
	}
	return out
}

// OpenCaseByKeys tells which open case claims each of the identities.
func (db *DB) OpenCaseByKeys(ctx context.Context, keys []string) (map[string]string, error) {
	out := map[string]string{}
	for _, part := range chunks(sortedOnce(keys), 200) {
		err := each(ctx, db.read, func(rows *sql.Rows) error {
			var key, id string
			err := rows.Scan(&key, &id)
			out[key] = id
			return err
		}, `SELECT key, case_id FROM case_keys WHERE key IN (`+places(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, fmt.Errorf("find open cases by address: %w", err)
		}
	}
	return out, nil
}
