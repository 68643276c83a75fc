package storetest

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// testBrigades: traits are read with what their cases say, waves are replaced within their window, and the queue is the same with and without:
// what a wave alone speaks of stands behind what others sent.
func testBrigades(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	queue := func() []ronda.QueueRow {
		page, err := db.Queue(ctx, ronda.QueueFilter{Now: Start})
		must(t, err)
		return page.Rows
	}
	honest := Submission(Start.Add(time.Hour), "k-honest") // later, so that it stands behind without the rule
	_, err := db.Submit(ctx, honest)
	must(t, err)
	alone := queue()
	for i := range 3 {
		sub := Submission(Start.Add(time.Duration(i)*time.Minute), "k-wave")
		sub.Report.Signature, sub.Report.Sender, sub.Report.Network, sub.Report.Org = bytes.Repeat([]byte{1}, 96), fmt.Sprint("s", i), "n", ""
		_, err := db.Submit(ctx, sub)
		must(t, err)
	}
	traits, err := db.ReportTraits(ctx, Start.Add(-time.Hour))
	must(t, err)
	same(t, "traits", len(traits), 4)
	same(t, "network", traits[0].Network, "n")
	same(t, "fresh", traits[0].Fresh, true)
	b := ronda.Brigade{ID: traits[0].Report, First: Start, Last: Start, Reports: []string{"r"}, Cases: map[string]int{traits[0].Case: 3}, Signals: []ronda.BrigadeSignal{{Kind: "linked", N: 3, Of: 3}}}
	must(t, db.SaveBrigades(ctx, Start.Add(-time.Hour), []ronda.Brigade{b}))
	of, err := db.BrigadesOf(ctx, traits[0].Case)
	must(t, err)
	same(t, "waves of case", of, []ronda.Brigade{b})
	rows := queue()
	same(t, "cases in the queue", len(rows), 2)
	same(t, "the honest case first, as it was", rows[0], alone[0])
	must(t, db.SaveBrigades(ctx, Start.Add(-time.Hour), nil))
	all, err := db.Brigades(ctx)
	must(t, err)
	same(t, "waves", len(all), 0)
}
