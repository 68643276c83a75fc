package storetest

import (
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// testRetention lets every kind that counts from its making grow old.
func testRetention(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	old, now := Start, Start.AddDate(0, 0, 40)
	p := &ronda.Pack{Retention: []ronda.Retention{{Kind: ronda.KeepCheckText, Days: 30, After: ronda.AfterCreated},
		{Kind: ronda.KeepCheckCount, Days: 30, After: ronda.AfterCreated}, {Kind: ronda.KeepSession, Days: 30, After: ronda.AfterCreated},
		{Kind: ronda.KeepMail, Days: 30, After: ronda.AfterCreated}, {Kind: ronda.KeepReply, Days: 7, After: ronda.AfterCreated}}}
	p.Seal()
	for i, at := range []time.Time{old, now} {
		id := string(rune('a' + i))
		must(t, db.AddWish(ctx, ronda.Wish{ID: id, At: at, Text: "teks " + id, Lang: "id", Channel: "web"}))
		must(t, db.RecordCheck(ctx, ronda.CheckRecord{Fingerprint: []byte{byte(i)}, Day: at.Format(time.DateOnly), Result: "match", Channel: "web"}))
		_, err := db.RecordMiss(ctx, "k", at, time.Hour)
		must(t, err)
	}
	want := map[ronda.RetentionKind]int64{ronda.KeepCheckText: 1, ronda.KeepCheckCount: 1, ronda.KeepSession: 1, ronda.KeepMail: 0, ronda.KeepReply: 0}
	due, err := db.Expired(ctx, p, now)
	must(t, err)
	same(t, "due", due, want)
	gone, err := db.Expire(ctx, p, now)
	must(t, err)
	same(t, "removed", gone, want)
	due, err = db.Expired(ctx, p, now)
	must(t, err)
	for k, n := range due {
		if n != 0 {
			t.Errorf("%d of %s are still due", n, k)
		}
	}
	wishes, err := db.Wishes(ctx, 10)
	must(t, err)
	same(t, "texts left", len(wishes), 1)
}

// testDueCases: held cases, open ones, those under an objection and those whose data is gone are not due.
func testDueCases(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	now := Start.AddDate(1, 0, 0)
	save := func(change func(*ronda.Case)) ronda.Case {
		c := Case(Start)
		c.Stage, c.StageSince = ronda.StageClosed, Start
		change(&c)
		must(t, db.SaveChanges(ctx, Opened(c)))
		return c
	}
	due := save(func(*ronda.Case) {})
	save(func(c *ronda.Case) { c.Stage = ronda.StageTriage })
	save(func(c *ronda.Case) { c.StageSince = now })
	held := save(func(c *ronda.Case) { c.Holds = []ronda.Hold{{ID: "h", Until: now.Add(time.Hour)}} })
	over := save(func(c *ronda.Case) { c.Holds = []ronda.Hold{{ID: "h", Until: now.Add(-time.Hour)}} })
	save(func(c *ronda.Case) { c.Erased = []ronda.RetentionKind{ronda.KeepContact} })
	part := save(func(c *ronda.Case) { c.Erased = []ronda.RetentionKind{ronda.KeepReport} })
	appealed := save(func(*ronda.Case) {})
	must(t, db.SaveAppeal(ctx, ronda.AppealSave{Appeal: ronda.Appeal{ID: "ap1", Code: "AAAABBBBCCCC", Version: 1, State: ronda.AppealPanel, Case: appealed.ID}}))

	got, err := db.DueCases(ctx, ronda.KeepContact, now.Add(-time.Hour), now, "", 100)
	must(t, err)
	var ids []string
	for _, c := range got {
		ids = append(ids, c.ID)
	}
	same(t, "due", ids, sorted(due.ID, over.ID, part.ID))
	kept, err := db.HeldCases(ctx, now, 10)
	must(t, err)
	if len(kept) != 1 || kept[0].ID != held.ID {
		t.Fatalf("held are %+v", kept)
	}
}

// testEraseCase empties a whole case with its objection, its openings of the log and its reports.
func testEraseCase(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	s := Submission(Start, "k1")
	s.Report.Text = "Nurlela Zubaidah menulis ini"
	_, err := db.Submit(ctx, s)
	must(t, err)
	c := Next(s.Open.Case)
	c.Stage, c.StageSince = ronda.StageClosed, Start
	leaf := ronda.Leaf{ID: "l1", Case: c.ID, Kind: "withdrawal", At: Start, Bytes: []byte("{}"), Sealed: []ronda.SealedField{{Name: "text", Salt: []byte("s"), Value: "Zubaidah"}}}
	told := ronda.Leaf{ID: "l2", Case: c.ID, Kind: "erasure", At: Start, Bytes: []byte("{}"), Sealed: []ronda.SealedField{{Name: "decider", Salt: []byte("s"), Value: "acc"}}}
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c, Leaves: []ronda.Leaf{leaf, told}}))
	must(t, db.SaveAppeal(ctx, ronda.AppealSave{Appeal: ronda.Appeal{ID: "ap1", Code: "AAAABBBBCCCC", Version: 1, State: ronda.AppealDecided, Case: c.ID, Reasons: "Zubaidah"}}))
	c = Next(c)
	c.Erased = ronda.CaseKinds()
	must(t, db.SaveChanges(ctx, ronda.Change{Case: c, Erase: []ronda.Erasure{{ID: "x", Scope: ronda.EraseOfCase, Ref: c.ID, Case: c.ID, Kinds: ronda.CaseKinds(), At: Start}}}))
	for id, want := range map[string]int{"l1": 0, "l2": 1} {
		l, err := db.LogLeaf(ctx, id)
		must(t, err)
		same(t, "openings of "+id, len(l.Sealed), want)
	}
	ap, err := db.Appeal(ctx, "ap1")
	must(t, err)
	same(t, "reasons of the objection", ap.Reasons, "")
	r, err := db.Report(ctx, s.Report.ID)
	must(t, err)
	same(t, "text of the report", r.Text, "")
	got, err := db.DueCases(ctx, ronda.KeepCase, Start, Start, "", 10)
	must(t, err)
	same(t, "due again", len(got), 0)
}

// testEraseAccount leaves an account's id and mandate, without a name.
func testEraseAccount(t *testing.T, db *store.DB) {
	ctx := ctxOf(t)
	a := ronda.Account{ID: "acc1", Login: "nurlela", Name: "Nurlela Zubaidah", Lang: "id", CreatedAt: Start,
		Actor: ronda.Actor{Account: "acc1", Name: "Nurlela Zubaidah", Org: "bawaslu", Office: "bawaslu:"}}
	must(t, db.SaveAccount(ctx, a, "hash"))
	must(t, db.CreateSession(ctx, []byte("h"), ronda.SessionInfo{ID: "s1", Account: "acc1", CreatedAt: Start, LastSeen: Start, ExpiresAt: Start.Add(time.Hour), Agent: "Zubaidah"}))
	e := ronda.Erasure{ID: "x1", Scope: ronda.EraseOfAccount, Ref: "acc1", Kinds: []ronda.RetentionKind{ronda.KeepSession}, At: Start}
	must(t, db.Erase(ctx, e, ronda.Leaf{ID: "x1", Kind: "erasure", At: Start, Bytes: []byte("{}")}))
	got, err := db.Account(ctx, "acc1")
	must(t, err)
	same(t, "account", got, ronda.Account{ID: "acc1", Login: "terhapus-acc1", Lang: "id", CreatedAt: Start, DisabledAt: Start,
		Actor: ronda.Actor{Account: "acc1", Org: "bawaslu", Office: "bawaslu:"}})
	sessions, err := db.Sessions(ctx, "acc1")
	must(t, err)
	same(t, "sessions", len(sessions), 0)
	if _, ok, err := db.LogNumber(ctx, "x1"); err != nil || ok {
		t.Fatalf("the entry is owed: %v %v", ok, err)
	}
	e.Ref = "nobody"
	wantCode(t, db.Erase(ctx, e, ronda.Leaf{ID: "x2", Kind: "erasure", At: Start}), ronda.NotFound, "account.not_found")
}

func sorted(ids ...string) []string {
	for i := range ids {
		for j := i; j > 0 && ids[j] < ids[j-1]; j-- {
			ids[j], ids[j-1] = ids[j-1], ids[j]
		}
	}
	return ids
}
