package store

import (
	"context"
	"fmt"

	"ronda"
)

// SaveChanges saves what commands did, all of it in one transaction or none. A case whose version is not the successor of the stored one
// is a Conflict "case.changed".
func (db *DB) SaveChanges(ctx context.Context, changes ...ronda.Change) error {
	docs := make([]caseRow, len(changes))
	for i, ch := range changes {
		row, err := rowOf(ch.Case, lastEvent(ch, db.now()))
		if err != nil {
			return fmt.Errorf("save case %s: %w", ch.Case.ID, err)
		}
		docs[i] = row
	}
	return db.write.do(ctx, func(t *tx) error { return t.saveChanges(changes, docs) })
}

func (t *tx) saveChanges(changes []ronda.Change, rows []caseRow) error {
	for _, ch := range changes {
		if err := t.addReceipt(ch.Receipt, ch.Case.ID); err != nil {
			return err
		}
	}
	before := make([]ronda.Case, len(changes))
	for i, row := range rows {
		old, err := t.saveCase(row)
		if err != nil {
			return err
		}
		before[i] = old
	}
	// Every claim that ends is freed before any new one is made: in a merge or a split, keys go from one case to another.
	for i := range rows {
		if err := t.freeKeys(before[i], changes[i].Case); err != nil {
			return fmt.Errorf("free addresses of case %s: %w", changes[i].Case.ID, err)
		}
	}
	versions := map[string]int64{}
	for i := range rows {
		versions[changes[i].Case.ID] = changes[i].Case.Version
		if err := t.claimKeys(before[i], changes[i].Case); err != nil {
			return fmt.Errorf("claim addresses of case %s: %w", changes[i].Case.ID, err)
		}
	}
	for i, ch := range changes {
		if err := t.saveRest(before[i], ch, versions); err != nil {
			return fmt.Errorf("save case %s: %w", ch.Case.ID, err)
		}
	}
	return nil
}

// saveRest writes what hangs on the case row: derived rows, events, jobs, log entries, moved reports.
func (t *tx) saveRest(before ronda.Case, ch ronda.Change, versions map[string]int64) error {
	if err := t.saveItems(before, ch.Case); err != nil {
		return err
	}
	if err := t.saveNotices(before, ch.Case); err != nil {
		return err
	}
	if err := t.saveInvites(before, ch.Case); err != nil {
		return err
	}
	if err := t.keepFiles(before.Evidence, ch.Case.Evidence); err != nil {
		return err
	}
	if err := t.dropViews(before, ch.Case); err != nil {
		return err
	}
	if err := t.addEvents(ch.Events, ch.Case.Version, 0, versions); err != nil {
		return err
	}
	if err := t.addLeaves(ch.Leaves); err != nil {
		return err
	}
	if err := t.moveReports(ch.Moves); err != nil {
		return err
	}
	for _, e := range ch.Erase {
		if err := t.erase(e); err != nil {
			return err
		}
	}
	return t.addJobs(ch.Jobs)
}
