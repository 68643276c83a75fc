package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

func testNotices(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	c := Case(Start, "k1", "k2")
	for i, n := range []ronda.Notice{
		Notice(c, ronda.Order, ronda.NoticeReceived, Start),
		Notice(c, ronda.Request, ronda.NoticeRejected, Start.Add(time.Hour)),
		Notice(c, ronda.Flag, ronda.NoticeQueued, Start.Add(2*time.Hour)),
		Notice(c, ronda.Order, ronda.NoticeReceived, Start.Add(3*time.Hour)),
	} {
		if i == 3 {
			n.Pauses = []ronda.Pause{{From: Start}}
			n.DueAt = Start.Add(time.Hour)
		}
		c.Notices = append(c.Notices, n)
	}
	must(t, db.SaveChanges(ctx, Opened(c)))
	id := func(i int) string { return c.Notices[i].ID }
	tests := []struct {
		name   string
		filter ronda.NoticeFilter
		want   []string
	}{
		{"all, newest first", ronda.NoticeFilter{}, []string{id(3), id(2), id(1), id(0)}},
		{"after", ronda.NoticeFilter{After: id(2)}, []string{id(1), id(0)}},
		{"nearest deadline", ronda.NoticeFilter{Oldest: true}, []string{id(3), id(0), id(1), id(2)}},
		{"nearest deadline, after", ronda.NoticeFilter{Oldest: true, After: id(0)}, []string{id(1), id(2)}},
		{"size", ronda.NoticeFilter{Size: 1}, []string{id(3)}},
		{"platform", ronda.NoticeFilter{Platform: "tiktok", Act: ronda.Flag}, []string{id(2)}},
		{"authority", ronda.NoticeFilter{Authority: "ministry"}, []string{id(1)}},
		{"states", ronda.NoticeFilter{States: []ronda.NoticeState{ronda.NoticeRejected, ronda.NoticeQueued}}, []string{id(2), id(1)}},
		{"region", ronda.NoticeFilter{Region: "34"}, []string{id(3), id(2), id(1), id(0)}},
		{"another region", ronda.NoticeFilter{Region: "3"}, nil},
		{"overdue, not while the clock stands still", ronda.NoticeFilter{Overdue: true, Now: Start.Add(25 * time.Hour)}, []string{id(0)}},
		{"since", ronda.NoticeFilter{Since: Start.Add(90 * time.Minute)}, []string{id(3), id(2)}},
		{"sandbox", ronda.NoticeFilter{Sandbox: true}, nil},
		{"sender", ronda.NoticeFilter{Org: "kpu"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rows, total, err := db.Notices(ctx, test.filter)
			must(t, err)
			var got []string
			for _, r := range rows {
				got = append(got, r.Notice.ID)
			}
			same(t, "notices", got, test.want)
			if test.filter.After == "" && test.filter.Size == 0 && total != len(test.want) {
				t.Fatalf("total is %d, want %d", total, len(test.want))
			}
		})
	}
	t.Run("public", func(t *testing.T) {
		rows, total, err := db.Notices(ctx, ronda.NoticeFilter{Public: true})
		must(t, err)
		same(t, "public notices", total, 3)
		for _, r := range rows {
			if r.Title != "" || r.Notice.Explanation != "" || r.Notice.Items[0].Address != "" || r.Notice.Code != "" {
				t.Fatalf("the public is shown %+v", r)
			}
		}
	})
	t.Run("clocks", func(t *testing.T) {
		rows, err := db.DueNotices(ctx, Start.Add(25*time.Hour), 10)
		must(t, err)
		if len(rows) != 1 || rows[0].Notice.ID != id(0) || rows[0].Case != c.ID {
			t.Fatalf("due are %+v", rows)
		}
		rows, err = db.DueNotices(ctx, Start.Add(23*time.Hour), 10)
		must(t, err)
		same(t, "due before the deadline", len(rows), 0)
		rows, err = db.UnsentNotices(ctx, Start.Add(24*time.Hour), 10)
		must(t, err)
		if len(rows) != 1 || rows[0].Notice.ID != id(2) {
			t.Fatalf("unsent are %+v", rows)
		}
	})
	t.Run("rejected", func(t *testing.T) {
		got, err := db.RejectedPriors(ctx, []string{"k2", "k7", "k1"})
		must(t, err)
		same(t, "priors", got, []ronda.Prior{{Key: "k1", Notice: id(1)}, {Key: "k2", Notice: id(1)}})
	})
	t.Run("answers", func(t *testing.T) {
		c := Next(c)
		n := c.Notices[0]
		n.Items = append([]ronda.NoticeItem(nil), n.Items...)
		n.Items[1].Answer, n.State, n.Overdue = ronda.AnswerRemoved, ronda.NoticeAnswered, true
		c.Notices[0] = n
		must(t, db.SaveChanges(ctx, ronda.Change{Case: c}))
		row, err := db.Notice(ctx, n.ID)
		must(t, err)
		same(t, "notice", row.Notice, n)
		counts, err := db.PublicCounts(ctx)
		must(t, err)
		same(t, "answers", counts.Answers, []ronda.AnswerCount{
			{Act: ronda.Order, Platform: "tiktok", Answer: "", Total: 3}, {Act: ronda.Order, Platform: "tiktok", Answer: ronda.AnswerRemoved, Total: 1},
			{Act: ronda.Request, Answer: "", Total: 2}})
		acts, late := 0, 0
		for _, a := range counts.Acts {
			acts, late = acts+a.Total, late+a.Overdue
			same(t, "addresses of an act", a.Addresses, 2*a.Total)
		}
		same(t, "acts", acts, 3)
		same(t, "overdue", late, 1)
	})
}
