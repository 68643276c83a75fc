package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// Appeal makes an objection of an author to a notice of a case.
func Appeal(c ronda.Case, at time.Time) ronda.Appeal {
	a := ronda.Appeal{ID: ID(at), Code: Code(ronda.CodeLength), Version: 1, By: ronda.AppealAuthor, State: ronda.AppealPanel, Case: c.ID, Org: "bawaslu",
		Platform: "tiktok", Region: c.Region, Ground: "satire", Reasons: "Ini lakon satire tentang janji kampanye.", FiledAt: at, DueAt: at.Add(7 * 24 * time.Hour)}
	if len(c.Notices) > 0 {
		a.Notice, a.Act = c.Notices[0].ID, c.Notices[0].Act
	}
	return a
}

func testAppeals(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	c := Case(Start, "k1")
	c.Notices = []ronda.Notice{Notice(c, ronda.Flag, ronda.NoticeReceived, Start), Notice(c, ronda.Flag, ronda.NoticeQueued, Start.Add(time.Minute))}
	must(t, db.SaveChanges(ctx, Opened(c)))
	a := Appeal(c, Start)
	leaf := ronda.Leaf{ID: ID(Start), Case: c.ID, Notice: a.Notice, Kind: "appeal", At: Start, Bytes: []byte("{}")}
	must(t, db.SaveAppeal(ctx, ronda.AppealSave{Appeal: a, CaseVersion: c.Version, Events: []ronda.Event{Event(c, ronda.EventAppealFiled, Start)},
		Jobs: []ronda.Job{{Kind: "appeal.draw", Key: "appeal.draw:" + a.ID, RunAt: Start}}, Leaves: []ronda.Leaf{leaf}}))
	got, err := db.AppealByCode(ctx, a.Code)
	must(t, err)
	same(t, "objection", got, a)
	entries, err := db.NoticeEntries(ctx, a.Notice)
	must(t, err)
	same(t, "entries owed", len(entries), 1)
	of, err := db.AppealsOf(ctx, []string{"nothing", c.ID})
	must(t, err)
	same(t, "objections by case", of, map[string][]ronda.Appeal{c.ID: {a}})
	sent := ronda.Leaf{ID: ID(Start), Case: c.ID, Notice: a.Notice, Kind: "notice_flag", At: Start, Bytes: []byte(`{"a":1}`)}
	must(t, db.AddLeaves(ctx, sent))
	numbers, err := db.ActEntries(ctx, []string{a.Notice, "nothing"})
	must(t, err)
	same(t, "numbers before the log took them", len(numbers), 0)
	epoch, ok, err := db.LeaseLog(ctx, "test", 0, time.Minute)
	must(t, err)
	same(t, "lease", ok, true)
	_, err = db.NumberLog(ctx, epoch, 0, 10)
	must(t, err)
	number, _, err := db.LogNumber(ctx, sent.ID)
	must(t, err)
	numbers, err = db.ActEntries(ctx, []string{a.Notice, "nothing"})
	must(t, err)
	same(t, "numbers", numbers, map[string]int64{a.Notice: number})

	t.Run("changes whole or not at all", func(t *testing.T) {
		next := a
		next.Version, next.State, next.Decision = 2, ronda.AppealDecided, ronda.AppealOverturned
		stale := Next(c)
		stale.Version = 7
		err := db.SaveAppeal(ctx, ronda.AppealSave{Appeal: next, Change: &ronda.Change{Case: stale}})
		wantCode(t, err, ronda.Conflict, "case.changed")
		kept, err := db.Appeal(ctx, a.ID)
		must(t, err)
		same(t, "objection after a case that changed", kept, a)
		changed := Next(c)
		changed.Notices[0].State, changed.Notices[0].Overturned = ronda.NoticeWithdrawn, Start
		must(t, db.SaveAppeal(ctx, ronda.AppealSave{Appeal: next, Change: &ronda.Change{Case: changed, Events: []ronda.Event{Event(c, ronda.EventNoticeEnded, Start)}},
			CaseVersion: changed.Version, Events: []ronda.Event{Event(c, ronda.EventAppealDecided, Start)}}))
		row, err := db.Notice(ctx, a.Notice)
		must(t, err)
		same(t, "overturned", row.Notice.Overturned, Start)
		events, err := db.Events(ctx, c.ID)
		must(t, err)
		same(t, "events", len(events), 4)
		same(t, "the last event", events[3].Kind, ronda.EventAppealDecided)
		wantCode(t, db.SaveAppeal(ctx, ronda.AppealSave{Appeal: next}), ronda.Conflict, "appeal.changed")
	})
	t.Run("once", func(t *testing.T) {
		x := Appeal(c, Start.Add(time.Second))
		x.By, x.Account = ronda.AppealPlatform, "a9"
		must(t, db.SaveAppeal(ctx, ronda.AppealSave{Appeal: x}))
		y := Appeal(c, Start.Add(2*time.Second))
		y.By = ronda.AppealPlatform
		wantCode(t, db.SaveAppeal(ctx, ronda.AppealSave{Appeal: y}), ronda.Conflict, "appeal.exists")
		z := Appeal(c, Start.Add(3*time.Second)) // authors are told apart by proof
		z.DueAt = time.Time{}
		must(t, db.SaveAppeal(ctx, ronda.AppealSave{Appeal: z}))
		list, err := db.Appeals(ctx, ronda.AppealFilter{Org: "bawaslu", States: []ronda.AppealState{ronda.AppealPanel}})
		must(t, err)
		if len(list) != 2 || list[0].ID != x.ID || list[1].ID != z.ID {
			t.Fatalf("listed %+v", list)
		}
		for _, f := range []ronda.AppealFilter{{Org: "kpu"}, {Platform: "facebook"}, {Notice: "x"}, {Case: "x"}, {Sandbox: true}, {States: []ronda.AppealState{}}} {
			if list, err := db.Appeals(ctx, f); err != nil || len(list) != 0 {
				t.Errorf("%+v lists %d, %v", f, len(list), err)
			}
		}
	})
	t.Run("acts on an address", func(t *testing.T) {
		rows, err := db.ActsOn(ctx, "k1")
		must(t, err)
		if len(rows) != 1 || rows[0].Notice.ID != a.Notice {
			t.Fatalf("acts that went out: %+v", rows)
		}
		rows, err = db.ActsOn(ctx, "")
		must(t, err)
		same(t, "acts on nothing", len(rows), 0)
	})
	t.Run("merged cases", func(t *testing.T) {
		from := Case(Start, "k9")
		from.Stage, from.MergedInto = ronda.StageMerged, c.ID
		must(t, db.SaveChanges(ctx, Opened(from)))
		related, err := db.RelatedCases(ctx, c.ID)
		must(t, err)
		if len(related) != 1 || related[0].ID != from.ID {
			t.Fatalf("related: %+v", related)
		}
	})
	_, err = db.AppealByCode(ctx, "nothing")
	wantCode(t, err, ronda.NotFound, "appeal.not_found")
}
