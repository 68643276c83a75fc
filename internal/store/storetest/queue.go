package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// queueCases saves six cases that differ in what lists filter by, and returns them.
func queueCases(t *testing.T, db *store.DB) []ronda.Case {
	t.Helper()
	ctx := ctxOf(t)
	regions := []string{"34.04", "34.71", "34", "31.71", "3", ""}
	out := make([]ronda.Case, len(regions))
	for i, r := range regions {
		c := Case(Start.Add(time.Duration(i)*time.Minute), "tiktok:video:"+r)
		c.Region, c.Urgency, c.DueAt = r, 1+i%3, Start.Add(time.Duration(6-i)*time.Hour)
		out[i] = c
	}
	out[1].Title = "Sound 100% hoaks_palsu"
	out[1].Holder, out[1].Stage = "a1", ronda.StageSecond
	out[1].Draws = []ronda.Draw{{Round: 1, Seat: ronda.SeatSecond, Account: "a2"}, {Round: 1, Seat: ronda.SeatFirst, Account: "a9", Ended: "done"}}
	out[1].Assessments = []ronda.Assessment{{Round: 1, By: "a1"}, {Round: 0, By: "a8"}}
	out[2].Items[0].Platform = "x"
	out[2].Claim, out[2].Category = "claim-1", "hoax"
	out[3].Stage, out[3].Office = ronda.StageClosed, "bawaslu:31.71"
	out[4].DueAt = time.Time{}
	out[5].DueAt = Start.Add(-time.Hour)
	for _, c := range out {
		must(t, db.SaveChanges(ctx, Opened(c)))
	}
	return out
}

func testQueue(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	all := queueCases(t, db)
	for range 3 {
		s := Submission(Start.Add(-25*time.Hour), all[0].Items[0].Key)
		_, err := db.Submit(ctx, s)
		must(t, err)
	}
	_, err := db.Submit(ctx, Submission(Start.Add(-time.Hour), all[0].Items[0].Key))
	must(t, err)
	tests := []struct {
		name   string
		filter ronda.QueueFilter
		want   []int
	}{
		{"all by deadline, none last", ronda.QueueFilter{}, []int{5, 3, 2, 1, 0, 4}},
		{"newest", ronda.QueueFilter{Sort: "newest"}, []int{5, 4, 3, 2, 1, 0}},
		{"urgency", ronda.QueueFilter{Sort: "urgency"}, []int{5, 2, 1, 4, 3, 0}},
		{"reports", ronda.QueueFilter{Sort: "reports", Area: "34"}, []int{0, 1, 2}},
		{"open", ronda.QueueFilter{Open: true}, []int{5, 2, 1, 0, 4}},
		{"area: the province and all in it, not 3", ronda.QueueFilter{Area: "34"}, []int{2, 1, 0}},
		{"exact regions", ronda.QueueFilter{Regions: []string{"34", ""}}, []int{5, 2}},
		{"no regions at all", ronda.QueueFilter{Regions: []string{}}, nil},
		{"platform", ronda.QueueFilter{Platform: "x"}, []int{2}},
		{"category and claim", ronda.QueueFilter{Category: "hoax", Claim: "claim-1"}, []int{2}},
		{"office", ronda.QueueFilter{Offices: []string{"bawaslu:31.71"}}, []int{3}},
		{"another authority", ronda.QueueFilter{Org: "kpu"}, nil},
		{"stages", ronda.QueueFilter{Stages: []ronda.CaseStage{ronda.StageSecond, ronda.StageClosed}}, []int{3, 1}},
		{"holder", ronda.QueueFilter{Holder: "a1"}, []int{1}},
		{"drawn reader", ronda.QueueFilter{Reader: "a2"}, []int{1}},
		{"a draw that ended", ronda.QueueFilter{Reader: "a9"}, nil},
		{"overdue", ronda.QueueFilter{Overdue: true, Now: Start}, []int{5}},
		{"due before", ronda.QueueFilter{DueBefore: Start.Add(3*time.Hour + time.Minute), Open: true}, []int{5}},
		{"urgency at least", ronda.QueueFilter{Urgency: 3}, []int{5, 2}},
		{"words in any case", ronda.QueueFilter{Text: "PALSU sound"}, []int{1}},
		{"percent is a letter", ronda.QueueFilter{Text: "0%_h"}, nil},
		{"underscore is a letter", ronda.QueueFilter{Text: "hoaks_p"}, []int{1}},
		{"number", ronda.QueueFilter{Text: all[4].Number}, []int{4}},
		{"text that cannot be stored", ronda.QueueFilter{Text: "a\xff"}, nil},
		{"quotes", ronda.QueueFilter{Text: `'; DROP TABLE cases; --`}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			page, err := db.Queue(ctx, test.filter)
			must(t, err)
			var got []int
			for _, r := range page.Rows {
				for i, c := range all {
					if c.ID == r.ID {
						got = append(got, i)
					}
				}
			}
			same(t, "cases", got, test.want)
			same(t, "total", page.Total, len(test.want))
		})
	}
	t.Run("row", func(t *testing.T) {
		page, err := db.Queue(ctx, ronda.QueueFilter{Area: "34.71", Now: Start})
		must(t, err)
		c := all[1]
		want := ronda.QueueRow{ID: c.ID, Number: c.Number, Title: c.Title, Category: c.Category, Urgency: c.Urgency, Region: c.Region,
			Contest: c.Contest, Platforms: []string{"tiktok"}, Items: 1, Stage: c.Stage, Office: c.Office, Holder: "a1", DueAt: c.DueAt,
			OpenedAt: c.OpenedAt, UpdatedAt: c.OpenedAt, Version: 1, Reader: "a2", Concluded: []string{"a1"}}
		same(t, "row", page.Rows[0], want)
		page, err = db.Queue(ctx, ronda.QueueFilter{Area: "34.04", Now: Start})
		must(t, err)
		same(t, "reports", page.Rows[0].Reports, 4)
		same(t, "reports in a day", page.Rows[0].Last24h, 1)
	})
	t.Run("pages", func(t *testing.T) {
		var got []string
		for p := 1; p <= 3; p++ {
			page, err := db.Queue(ctx, ronda.QueueFilter{Sort: "newest", Size: 2, Page: p})
			must(t, err)
			same(t, "pages", page.Pages, 3)
			for _, r := range page.Rows {
				got = append(got, r.ID)
			}
		}
		same(t, "cases over pages", got, []string{all[5].ID, all[4].ID, all[3].ID, all[2].ID, all[1].ID, all[0].ID})
	})
	t.Run("counts", func(t *testing.T) {
		got, err := db.QueueCounts(ctx, ronda.QueueFilter{Now: Start, DueBefore: Start.Add(5 * time.Hour)}, "a1")
		must(t, err)
		same(t, "counts", got, ronda.QueueCounts{Overdue: 1, DueToday: 1, Second: 1, Mine: 1, New: 4, Newest: all[5].OpenedAt})
		got, err = db.QueueCounts(ctx, ronda.QueueFilter{Now: Start, Org: "kpu"}, "a2")
		must(t, err)
		same(t, "counts of a reader from elsewhere", got, ronda.QueueCounts{ToRead: 1})
	})
}

func testClaimsOfCases(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	all := queueCases(t, db)
	found, err := db.CasesByClaim(ctx, "claim-1", 10)
	must(t, err)
	same(t, "cases of a claim", found, []ronda.Case{all[2]})
	found, err = db.CasesByClaim(ctx, "", 10)
	must(t, err)
	same(t, "cases of no claim", len(found), 0)
	first, err := db.Cases(ctx, "", 4)
	must(t, err)
	rest, err := db.Cases(ctx, first[3].ID, 4)
	must(t, err)
	same(t, "all cases in order", append(first, rest...), all)
	counts, err := db.PublicCounts(ctx)
	must(t, err)
	total := 0
	for _, c := range counts.Cases {
		total += c.Total
	}
	same(t, "cases counted", total, len(all))
	same(t, "ended", counts.Conclusion, []ronda.ClosingCount{{Org: "bawaslu", Stage: ronda.StageClosed, Total: 1}})
}
