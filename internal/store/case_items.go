package store

import (
	"fmt"

	"ronda"
)

// saveItems keeps the rows of a case's addresses in step with the case.
func (t *tx) saveItems(before, c ronda.Case) error {
	old := map[string]ronda.Item{}
	for _, it := range before.Items {
		old[it.ID] = it
	}
	var put []ronda.Item
	for _, it := range c.Items {
		was, had := old[it.ID]
		delete(old, it.ID)
		if !had || was.Key != it.Key || was.Platform != it.Platform || was.Address != it.Address || was.State != it.State {
			put = append(put, it)
		}
	}
	for _, it := range before.Items {
		if _, gone := old[it.ID]; !gone {
			continue
		}
		if _, err := t.exec(`DELETE FROM case_items WHERE case_id = $1 AND item_id = $2`, c.ID, it.ID); err != nil {
			return fmt.Errorf("remove address: %w", err)
		}
	}
	for _, part := range chunks(put, 50) {
		args := make([]any, 0, 6*len(part))
		for _, it := range part {
			args = append(args, c.ID, it.ID, c.IdentityOf(it), it.Platform, it.Address, string(it.State))
		}
		_, err := t.exec(`INSERT INTO case_items (case_id, item_id, key, platform, address, state) VALUES `+rowPlaces(len(part), 6)+`
			ON CONFLICT (case_id, item_id) DO UPDATE
			SET key = excluded.key, platform = excluded.platform, address = excluded.address, state = excluded.state`, args...)
		if err != nil {
			return fmt.Errorf("save addresses: %w", err)
		}
	}
	return nil
}
