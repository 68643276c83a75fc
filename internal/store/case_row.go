package store

import (
	"fmt"
	"strings"
	"time"

	"ronda"
)

// caseRow is a case with the columns that lists need, made before the transaction begins.
type caseRow struct {
	c       ronda.Case
	doc     string
	updated time.Time
}

func rowOf(c ronda.Case, updated time.Time) (caseRow, error) {
	doc, err := encode(c)
	return caseRow{c: c, doc: doc, updated: updated}, err
}

// lastEvent is when a change happened by its own account.
func lastEvent(ch ronda.Change, now time.Time) time.Time {
	for i := len(ch.Events) - 1; i >= 0; i-- {
		if at := ch.Events[i].At; !at.IsZero() {
			return at
		}
	}
	return now
}

// caseColumns are the columns of cases in the order of values.
const caseColumns = `id, number, version, election, title, search, claim, category, region, contest, urgency, stage, open, office, org, holder,
	reader, concluded, platforms, items, priority, sandbox, merged_into, due_at, opened_at, updated_at, doc, ended_at, held_until, erased, surge`

const caseColumnCount = 31

// insertCase and updateCase are built once; see caseColumns.
var (
	insertCase = `INSERT INTO cases (` + caseColumns + `) VALUES (` + places(1, caseColumnCount) + `) ON CONFLICT (id) DO NOTHING`
	updateCase = `UPDATE cases SET (` + caseColumns + `) = (` + places(1, caseColumnCount) + `) WHERE id = $1 AND version = $32`
)

func (r caseRow) values() []any {
	c := r.c
	return []any{c.ID, c.Number, c.Version, c.Election, c.Title, searchText(c), c.Claim, c.Category, c.Region, c.Contest, c.Urgency,
		string(c.Stage), c.Stage.Open(), c.Office, ronda.OfficeAuthority(c.Office), c.Holder, drawnReader(c), concludedBy(c),
		strings.Join(c.Platforms(), " "), len(c.Items), c.Priority, c.Sandbox, c.MergedInto, orNull(c.DueAt), micros(c.OpenedAt),
		micros(r.updated), r.doc, orNull(c.EndedAt()), orNull(heldUntil(c)), erasedKinds(c), c.Surge}
}

// searchText is what words are looked for in.
func searchText(c ronda.Case) string { return strings.ToLower(c.Number + " " + c.Title) }

// drawnReader is the account that is drawn and has not concluded.
func drawnReader(c ronda.Case) string {
	if !c.Stage.Open() {
		return ""
	}
	for _, d := range c.Draws {
		if d.Round == c.Round && d.Ended == "" {
			return d.Account
		}
	}
	return ""
}

// concludedBy lists the accounts that concluded in this round.
func concludedBy(c ronda.Case) string {
	var out []string
	for _, a := range c.Conclusions() {
		out = append(out, a.By)
	}
	return strings.Join(out, " ")
}

// saveCase inserts a new case, or replaces the version before, and returns what was there.
func (t *tx) saveCase(r caseRow) (before ronda.Case, err error) {
	if r.c.Version == 1 {
		n, err := t.exec(insertCase, r.values()...)
		if err != nil {
			return before, fmt.Errorf("insert case %s: %w", r.c.ID, err)
		}
		if n == 0 {
			return before, ronda.Errorf(ronda.Conflict, "case.changed", "")
		}
		return before, nil
	}
	var doc string
	found, err := t.one(`SELECT doc FROM cases WHERE id = $1 AND version = $2`+t.engine.forUpdate, []any{r.c.ID, r.c.Version - 1}, &doc)
	if err != nil {
		return before, fmt.Errorf("read case %s: %w", r.c.ID, err)
	}
	if !found {
		return before, ronda.Errorf(ronda.Conflict, "case.changed", "")
	}
	if before, err = decode[ronda.Case](doc); err != nil {
		return before, err
	}
	n, err := t.exec(updateCase, append(r.values(), r.c.Version-1)...)
	if err != nil {
		return before, fmt.Errorf("update case %s: %w", r.c.ID, err)
	}
	if n == 0 {
		return before, ronda.Errorf(ronda.Conflict, "case.changed", "")
	}
	return before, nil
}

// heldUntil is the end of the last hold that nobody has ended.
func heldUntil(c ronda.Case) time.Time {
	var until time.Time
	for _, h := range c.Holds {
		if h.EndedAt.IsZero() && h.Until.After(until) {
			until = h.Until
		}
	}
	return until
}

// erasedKinds lists what of the case is gone, each kind between spaces.
func erasedKinds(c ronda.Case) string {
	out := ""
	for _, k := range c.Erased {
		out += " " + string(k) + " "
	}
	return out
}
