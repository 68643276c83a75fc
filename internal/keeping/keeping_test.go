package keeping_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/keeping"
)

// doubles stand for the vault and the limits; everything else is real.
type doubles struct {
	misses  map[string]int
	full    bool
	erased  []string
	notes   []ronda.Erasure
	forgot  int
	missing error // what noting apart from the database answers
}

func (d *doubles) Allow(_ context.Context, budget, key string, n int) error {
	if d.full && budget == "code" {
		return ronda.Errorf(ronda.Limited, "throttle.code", "")
	}
	d.misses[budget+" "+key] += n
	return nil
}

func (d *doubles) Erase(_ context.Context, owner string) error {
	d.erased = append(d.erased, owner)
	return nil
}

func service(t *testing.T) (*keeping.Service, *caseworktest.Rig, *doubles) {
	t.Helper()
	r, d := caseworktest.New(t), &doubles{misses: map[string]int{}}
	return &keeping.Service{Pack: r.Pack, Store: r.DB, Requests: r.DB, Cases: r.Cases, Files: d, Throttle: d, Leaf: r.Cases.Leaf,
		Note:   func(e ronda.Erasure) error { d.notes = append(d.notes, e); return d.missing },
		Forget: func(context.Context) error { d.forgot++; return nil }}, r, d
}

// reported saves a report with a contact and a file, and returns it with its case.
func reported(t *testing.T, r *caseworktest.Rig) (ronda.Report, ronda.Case) {
	t.Helper()
	env := r.Cases.Env()
	rep := ronda.Report{ID: env.ID(), Code: env.Code(ronda.CodeLength), At: env.Now, Channel: "web", Lang: "id", Category: "hoax", Region: "32.73",
		Text: "Kalimat rahasia pelapor tentang tetangganya.", Contact: []byte("sealed"), Sender: "aabbcc"}
	c, events := ronda.Open(ronda.Opening{Title: "Kalimat yang ditulis petugas", Category: "hoax", Region: "32.73"}, ronda.System(), env)
	change, err := r.Cases.Change(c, events)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.DB.Submit(t.Context(), ronda.Submission{Report: rep, Open: change}); err != nil {
		t.Fatal(err)
	}
	return rep, c
}

func stored(t *testing.T, r *caseworktest.Rig, id string) ronda.Report {
	t.Helper()
	rep, err := r.DB.Report(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if ronda.CodeOf(err) != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

const why = "Pelapor meminta datanya dihapus karena merasa terancam di kampungnya."

// TestWithdraw: the holder of a code takes the own contact away at once and alone, also while a hold runs; the rest waits for two people.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	s, r, d := service(t)
	rep, c := reported(t, r)
	r.Do(t, "ketua", c.ID, ronda.PlaceHold{Reason: "Perkara di pengadilan memerlukan data kasus ini.", Until: r.Now().Add(30 * 24 * time.Hour)})
	wantCode(t, s.Withdraw(t.Context(), "bukan kode", "1.2.3.4", false), "ticket.code_form")
	wantCode(t, s.Withdraw(t.Context(), r.Cases.Env().Code(ronda.CodeLength), "1.2.3.4", false), "ticket.not_found")
	if d.misses["code 1.2.3.4"] != 1 {
		t.Errorf("misses %v: a wrong code must cost one, a typing mistake none", d.misses)
	}
	if err := s.Withdraw(t.Context(), ronda.FormatCode(rep.Code), "1.2.3.4", false); err != nil {
		t.Fatal(err)
	}
	now := stored(t, r, rep.ID)
	if now.Contact != nil || now.Sender != "" || now.Text == "" || !now.ErasedAt.IsZero() {
		t.Errorf("after withdrawing the contact: %+v", now)
	}
	if len(d.notes) != 1 || d.notes[0].Cause != ronda.ErasedByReporter || d.notes[0].Ref != rep.ID {
		t.Errorf("noted apart from the database: %+v", d.notes)
	}
	for range 2 { // asking twice is one request
		if err := s.Withdraw(t.Context(), rep.Code, "1.2.3.4", true); err != nil {
			t.Fatal(err)
		}
	}
	open, err := s.Open(t.Context(), r.People["bandung"])
	if err != nil || len(open) != 1 || !open[0].Held || open[0].AskedBy != ronda.AskedByReporter {
		t.Fatalf("requests %+v, %v", open, err)
	}
	d.full = true
	if err := s.Withdraw(t.Context(), rep.Code, "1.2.3.4", true); ronda.KindOf(err) != ronda.Limited {
		t.Errorf("a right code after too many wrong ones: %v", err)
	}
}

// TestTwoPeopleErase: nobody erases alone, by asking and granting, by granting twice, or from outside the office.
func TestTwoPeopleErase(t *testing.T) {
	t.Parallel()
	s, r, d := service(t)
	rep, c := reported(t, r)
	_, err := s.Ask(t.Context(), r.People["ketua"], rep.Code, "ya")
	wantCode(t, err, "erasure.reason")
	_, err = s.Ask(t.Context(), r.People["jateng"], rep.Code, why)
	if ronda.KindOf(err) == "" {
		t.Error("an officer of another region may ask")
	}
	_, err = s.Ask(t.Context(), r.People["ketua"], "tidak-ada", why)
	wantCode(t, err, "erasure.unknown_code")
	q, err := s.Ask(t.Context(), r.People["ketua"], rep.Code, why)
	if err != nil {
		t.Fatal(err)
	}
	for who, code := range map[string]string{"ketua": "erasure.own", "jateng": "", "auditor": "", "tiktok": ""} {
		if _, err := s.Decide(t.Context(), r.People[who], q.ID, true, ""); err == nil || code != "" && ronda.CodeOf(err) != code {
			t.Errorf("%s grants: %v", who, err)
		}
	}
	if q, err = s.Decide(t.Context(), r.People["bandung"], q.ID, true, ""); err != nil || q.State != ronda.RequestOpen {
		t.Fatalf("after one word: %s, %v", q.State, err)
	}
	if err := s.CarryOut(t.Context(), q.ID); err != nil || stored(t, r, rep.ID).Text == "" {
		t.Fatalf("carried out with one word: %v", err)
	}
	_, err = s.Decide(t.Context(), r.People["bandung"], q.ID, true, "")
	wantCode(t, err, "erasure.second_person")
	if q, err = s.Decide(t.Context(), r.People["bandung2"], q.ID, true, ""); err != nil || q.State != ronda.RequestGranted || q.Reason != "" {
		t.Fatalf("after two words: %+v, %v", q, err)
	}
	for range 2 { // a job that is run again does no harm
		if err := s.CarryOut(t.Context(), q.ID); err != nil {
			t.Fatal(err)
		}
	}
	now := stored(t, r, rep.ID)
	if now.Text != "" || now.Contact != nil || now.ErasedAt.IsZero() || now.Code != rep.Code {
		t.Errorf("the report after erasure: %+v", now)
	}
	if left, err := r.DB.Case(t.Context(), c.ID); err != nil || left.Title == "" {
		t.Errorf("the case went with one report: %q, %v", left.Title, err)
	}
	if d.forgot == 0 || len(d.notes) == 0 || d.notes[0].Scope != ronda.EraseOfReport {
		t.Errorf("caches dropped %d times, notes %+v", d.forgot, d.notes)
	}
	_, err = s.Decide(t.Context(), r.People["garut"], q.ID, false, why)
	if err == nil {
		t.Error("a granted request was refused afterwards")
	}
}

// TestRetention: a dry run says what the run does; a hold keeps; a second run finds nothing; an erasure that cannot be noted apart for a restore is told.
func TestRetention(t *testing.T) {
	t.Parallel()
	s, r, d := service(t)
	rep, c := reported(t, r)
	_, held := reported(t, r)
	_, open := reported(t, r)
	for _, id := range []string{c.ID, held.ID} {
		r.Do(t, "bandung", id, ronda.Take{}, ronda.Close{Reason: ronda.CloseReason("out_of_scope"), Note: why})
	}
	r.Do(t, "ketua", held.ID, ronda.PlaceHold{Reason: "Perkara di pengadilan memerlukan data kasus ini.", Until: r.Now().Add(365 * 24 * time.Hour)})
	rule, ok := r.Pack.RetentionOf(ronda.KeepContact)
	if !ok {
		t.Fatal("the pack keeps contacts for ever")
	}
	r.Wait(time.Duration(rule.Days)*24*time.Hour - time.Hour)
	if due, err := s.DryRun(t.Context()); err != nil || due.Cases[ronda.KeepContact] != 0 {
		t.Errorf("an hour before its time: %+v, %v", due.Cases, err)
	}
	r.Wait(2 * time.Hour)
	due, err := s.DryRun(t.Context())
	if err != nil || due.Cases[ronda.KeepContact] != 1 || stored(t, r, rep.ID).Contact == nil {
		t.Fatalf("dry run: %+v, %v", due.Cases, err)
	}
	done, err := s.Run(t.Context())
	if err != nil || done.Cases[ronda.KeepContact] != due.Cases[ronda.KeepContact] {
		t.Fatalf("run: %+v, %v", done.Cases, err)
	}
	if now := stored(t, r, rep.ID); now.Contact != nil || now.Text == "" {
		t.Errorf("after the contact's time: %+v", now)
	}
	for _, id := range []string{held.ID, open.ID} {
		if x, err := r.DB.Case(t.Context(), id); err != nil || slices.Contains(x.Erased, ronda.KeepContact) {
			t.Errorf("a held or an open case lost its data: %v, %v", x.Erased, err)
		}
	}
	if again, err := s.Run(t.Context()); err != nil || len(again.Cases) != 0 {
		t.Errorf("a second run removed %+v, %v", again.Cases, err)
	}
	d.missing = errors.New("the folder of the keys is full")
	r.Wait(6 * 365 * 24 * time.Hour)
	if _, err := s.Run(t.Context()); !errors.Is(err, d.missing) {
		t.Errorf("an erasure that could not be noted for a restore says %v", err)
	}
}

// TestReapply: after a restore an erasure is repeated on the older state, open or held as that may be, and what was never there is no error.
func TestReapply(t *testing.T) {
	t.Parallel()
	s, r, _ := service(t)
	rep, c := reported(t, r)
	r.Do(t, "ketua", c.ID, ronda.PlaceHold{Reason: "Perkara di pengadilan memerlukan data kasus ini.", Until: r.Now().Add(30 * 24 * time.Hour)})
	for _, e := range []ronda.Erasure{
		{Scope: ronda.EraseOfReport, Ref: "never", Kinds: ronda.KindsOf(ronda.EraseOfReport)}, {Scope: ronda.EraseOfCase, Ref: "never", Kinds: ronda.CaseKinds()},
		{Scope: ronda.EraseOfReport, Ref: rep.ID, Kinds: ronda.KindsOf(ronda.EraseOfReport), Cause: ronda.ErasedOnRequest},
		{Scope: ronda.EraseOfCase, Ref: c.ID, Kinds: ronda.CaseKinds(), Cause: ronda.ErasedByTime},
	} {
		if err := s.Reapply(t.Context(), e); err != nil {
			t.Errorf("%s %s: %v", e.Scope, e.Ref, err)
		}
	}
	if now := stored(t, r, rep.ID); now.Text != "" || now.Contact != nil {
		t.Errorf("the report came back: %+v", now)
	}
	if now, err := r.DB.Case(t.Context(), c.ID); err != nil || now.Title == c.Title {
		t.Errorf("the case came back: %q, %v", now.Title, err)
	}
	if err := s.Reapply(t.Context(), ronda.Erasure{Scope: "moon", Ref: "x"}); err == nil {
		t.Error("an unknown scope was passed over in silence")
	}
}
