package appeal_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/appeal"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/ledger"
)

const words = "Video ini potongan liputan langsung dan tidak mengajak siapa pun memusuhi siapa pun."

// doors stands for what the stage asks of others: it counts what was looked up.
type doors struct {
	*caseworktest.Rig
	lookups, taken int
}

func (d *doors) Parse(raw string) (ronda.ReportAddress, error) {
	id, ok := strings.CutPrefix(raw, "https://www.tiktok.com/@contoh/video/")
	if !ok {
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, "link.not_http", "")
	}
	return ronda.ReportAddress{Platform: "tiktok", Kind: "video", Canonical: raw, Key: "tiktok:video:" + id}, nil
}

func (d *doors) Allow(_ context.Context, _, _ string, n int) error { d.taken += n; return nil }

func (d *doors) Change(c ronda.Case, e []ronda.Event) (ronda.Change, error) {
	return d.Cases.Change(c, e)
}

func (d *doors) Env() ronda.Env { return d.Cases.Env() }

// counted counts the look-ups of cases and notices.
type counted struct {
	appeal.Files
	d *doors
}

func (c counted) Case(ctx context.Context, id string) (ronda.Case, error) {
	c.d.lookups++
	return c.Files.Case(ctx, id)
}

func (c counted) NoticeByCode(ctx context.Context, code string) (ronda.NoticeRow, error) {
	c.d.lookups++
	return c.Files.NoticeByCode(ctx, code)
}

func rig(t *testing.T) (*appeal.Service, *doors) {
	t.Helper()
	d := &doors{Rig: caseworktest.New(t)}
	for _, x := range []string{"34", "35", "36", "31"} {
		d.Hire(t, "panel"+x, ronda.Actor{Org: "bawaslu", Office: "bawaslu:" + x, Roles: []ronda.Role{ronda.RoleOfficer}})
	}
	book := ledger.NewBook()
	return &appeal.Service{Pack: d.Pack, Store: d.DB, Files: counted{d.DB, d}, Cases: d, Links: d, Throttle: d, Pick: func(int) int { return 0 },
		Leaf: func(a ronda.LogAct) (ronda.Leaf, error) { return book.Leaf(a, rand.Reader) }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, d
}

// removed is a flag on which TikTok removed both videos.
func removed(t *testing.T, d *doors) (ronda.Case, ronda.Notice) {
	t.Helper()
	c := d.Decide(t, d.Open(t, "hate_sara", 2), caseworktest.Assessment())
	n := d.Flag(t, c)
	d.Do(t, "system", c.ID, ronda.Sending{Notice: n.ID, MessageID: "m@ronda.test"}, ronda.Sent{Notice: n.ID})
	cmd := ronda.AnswerItems{Notice: n.ID, All: true}
	for _, it := range n.Items {
		cmd.Answers = append(cmd.Answers, ronda.ItemAnswer{Item: it.Item, Answer: ronda.AnswerRemoved, UploaderTold: "yes"})
	}
	c = d.Do(t, "tiktok", c.ID, cmd)
	n, _ = c.Notice(n.ID)
	return c, n
}

func (d *doors) member(t *testing.T, ap ronda.Appeal, i int) ronda.Actor {
	t.Helper()
	for _, a := range d.People {
		if a.Account == ap.Panel[i].Account {
			return a
		}
	}
	t.Fatalf("member %d of %d is nobody", i, len(ap.Panel))
	return ronda.Actor{}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if ronda.CodeOf(err) != code || err == nil {
		t.Errorf("error %v, want %s", err, code)
	}
}

// TestAppealWholeWay goes from the notice's code to the restored video and looks at what each step shows and owes.
func TestAppealWholeWay(t *testing.T) {
	t.Parallel()
	s, d := rig(t)
	ctx := t.Context()
	c, n := removed(t, d)
	ap, err := s.File(ctx, appeal.Input{Ref: "rnd-" + strings.ToLower(n.Code), Ground: "journalism", Reasons: words + " Hubungi saya di 081234567890.", Items: []string{n.Items[0].Item}})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(ap.Reasons, "081234567890") {
		t.Error("a number is kept as it was typed")
	}
	st, err := s.Status(ctx, ap.Code, "x")
	if err != nil || st.Notice.Ground != n.Ground || st.Notice.Explanation != "" || st.Office != n.Office {
		t.Fatalf("the holder of the code sees %+v, %v", st, err)
	}
	if _, err := s.AskControl(ctx, ap.Code, "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prove(ctx, d.People["tiktok"], ap.ID, true); err != nil {
		t.Fatal(err)
	}
	if st, err = s.Status(ctx, ap.Code, "x"); err != nil || st.Notice.Explanation == "" {
		t.Errorf("sealed reasons stay closed to the proven author: %v", err)
	}
	_, err = s.Decide(ctx, d.People["bandung"], ap.ID, ronda.AppealUpheld, words)
	wantCode(t, err, "appeal.not_on_panel")
	if ap, err = s.Decide(ctx, d.member(t, ap, 0), ap.ID, ronda.AppealOverturned, words); err != nil || ap.State != ronda.AppealPanel {
		t.Fatalf("after one finding %s, %v", ap.State, err)
	}
	_, err = s.Decide(ctx, d.member(t, ap, 0), ap.ID, ronda.AppealOverturned, words)
	wantCode(t, err, "appeal.voted")
	if ap, err = s.Decide(ctx, d.member(t, ap, 1), ap.ID, ronda.AppealOverturned, words); err != nil || ap.Effect != ronda.EffectWithdrawn {
		t.Fatalf("after two findings %s, %v", ap.Effect, err)
	}
	if len(ap.Restorations) != 1 {
		t.Fatalf("%d addresses to put back, want the one objected to", len(ap.Restorations))
	}
	for login, want := range map[string]int{"tiktok": 1, "facebook": 0, "menteri1": 0} {
		if desk, err := s.Desk(ctx, d.People[login]); err != nil || len(desk.Restore) != want {
			t.Errorf("%s is asked to put back %d, want %d, %v", login, len(desk.Restore), want, err)
		}
	}
	row, err := d.DB.Notice(ctx, n.ID)
	if err != nil || row.Notice.State != ronda.NoticeWithdrawn || row.Notice.Overturned.IsZero() {
		t.Fatalf("the flag is %s, %v", row.Notice.State, err)
	}
	if _, err := s.Restore(ctx, d.People["tiktok"], ap.ID, ronda.AnswerRestoration{Notice: n.ID, Item: n.Items[0].Item, Back: true}); err != nil {
		t.Fatal(err)
	}
	now, err := d.DB.Case(ctx, c.ID)
	if err != nil || now.Items[0].State != ronda.ItemRestored {
		t.Errorf("the address is %s, %v", now.Items[0].State, err)
	}
	entries, err := d.DB.NoticeEntries(ctx, n.ID)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, e := range entries {
		kinds[e.Kind]++
	}
	for _, k := range []string{"appeal", "appeal_decision", "withdrawal", "restoration"} {
		if kinds[k] != 1 {
			t.Errorf("the log is owed %d entries %s: %v", kinds[k], k, kinds)
		}
	}
}

// TestAddressTellsNothing files under an address with an act, one that was only reported, and one that nobody knows: what comes back, what
// is looked up and what is stored are the same.
func TestAddressTellsNothing(t *testing.T) {
	t.Parallel()
	s, d := rig(t)
	ctx := t.Context()
	c, _ := removed(t, d)
	reported := d.Open(t, "hate_sara", 1)
	addresses := []string{c.Items[0].Address, reported.Items[0].Address, "https://www.tiktok.com/@contoh/video/7000000000000000009"}
	var shown []string
	var filed []ronda.Appeal
	for _, address := range addresses {
		d.lookups, d.taken = 0, 0
		sub, err := s.Read(ctx, address, "x")
		if err != nil || sub.Case != "" || sub.Notice.ID != "" {
			t.Fatalf("%+v, %v", sub, err)
		}
		ap, err := s.File(ctx, appeal.Input{Ref: address, Ground: "satire", Reasons: words, Sender: "x"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AskControl(ctx, ap.Code, "x"); err != nil {
			t.Fatal(err)
		}
		st, err := s.Status(ctx, ap.Code, "x")
		if err != nil || d.lookups != 0 || d.taken != 1 {
			t.Errorf("%d look-ups, %d taken, %v", d.lookups, d.taken, err)
		}
		filed = append(filed, st.Appeal)
		st.Appeal.ID, st.Appeal.Code, st.Appeal.Key, st.Appeal.Address, st.Appeal.Control.Code = "", "", "", "", ""
		st.Appeal.FiledAt, st.Appeal.DueAt, st.Appeal.Control.AskedAt = time.Time{}, time.Time{}, time.Time{}
		shown = append(shown, strings.TrimSpace(strings.Join([]string{string(st.Appeal.State), st.Appeal.Case, st.Appeal.Notice, st.Office, st.Notice.ID, st.Appeal.Org}, "|")))
	}
	if shown[0] != shown[1] || shown[1] != shown[2] {
		t.Errorf("status differs: %q", shown)
	}
	checker := d.People["panel34"]
	for _, login := range []string{"panel36", "panel34"} {
		if x := d.People[login]; !slices.Contains(c.Decision.Readers, x.Account) {
			checker = x // the second reader was drawn by lot
		}
	}
	_, err := s.Prove(ctx, d.People["bandung"], filed[0].ID, false) // who decided keeps nobody out
	wantCode(t, err, "appeal.decider")
	for i, want := range []ronda.AppealState{ronda.AppealPanel, ronda.AppealNoAct, ronda.AppealNoAct} {
		ap, err := s.Prove(ctx, checker, filed[i].ID, true)
		if err != nil || ap.State != want {
			t.Errorf("address %d: %s, %v; want %s", i, ap.State, err, want)
		}
		if want == ronda.AppealPanel && ap.Member(checker.Account) {
			t.Error("who confirmed the account judges")
		}
	}
}

// A code of an act that has not gone out is a wrong code, word for word.
func TestUnsentActIsAWrongCode(t *testing.T) {
	t.Parallel()
	s, d := rig(t)
	c := d.Decide(t, d.Open(t, "hate_sara", 1), caseworktest.Assessment())
	n := d.Flag(t, c)
	_, unsent := s.Read(t.Context(), n.Code, "x")
	_, wrong := s.Read(t.Context(), strings.Repeat("7", ronda.NoticeCodeLength), "x")
	wantCode(t, unsent, "appeal.code_not_found")
	if unsent.Error() != wrong.Error() || d.taken != 2 {
		t.Errorf("%v, %v, %d misses taken", unsent, wrong, d.taken)
	}
}

// Without enough people the objection is saved, shows as overdue in time, and a job goes on trying.
func TestNoPanelIsNotTheEnd(t *testing.T) {
	t.Parallel()
	s, d := rig(t)
	ctx := t.Context()
	_, n := removed(t, d)
	for login, a := range d.People {
		if a.Org == "bawaslu" && login != "bandung" {
			if err := d.DB.Disable(ctx, a.Account, d.Now()); err != nil {
				t.Fatal(err)
			}
		}
	}
	ap, err := s.FileByPlatform(ctx, d.People["tiktok"], n.ID, "true", words)
	if err != nil || len(ap.Panel) != 0 || ap.State != ronda.AppealPanel {
		t.Fatalf("%+v, %v", ap, err)
	}
	_, err = s.FileByPlatform(ctx, d.People["tiktok"], n.ID, "true", words)
	wantCode(t, err, "appeal.exists")
	wantCode(t, s.Redraw(ctx, ap.ID), "appeal.no_panel")
	d.Wait(8 * 24 * time.Hour)
	desk, err := s.Desk(ctx, d.People["bandung"])
	if err != nil || desk.Overdue != 1 {
		t.Errorf("%d overdue shown, %v", desk.Overdue, err)
	}
	for _, x := range []string{"38", "39"} {
		d.Hire(t, "new"+x, ronda.Actor{Org: "bawaslu", Office: "bawaslu:" + x, Roles: []ronda.Role{ronda.RoleOfficer}})
	}
	if err := s.Redraw(ctx, ap.ID); err != nil {
		t.Fatal(err)
	}
	mine, err := s.Desk(ctx, d.People["new38"])
	if err != nil || len(mine.Mine) != 1 || mine.Mine[0].Code != "" {
		t.Errorf("the drawn member's desk: %+v, %v", mine.Mine, err)
	}
}

// A reporter objects under the ticket's code once the case ended without an act; an overturned end reopens the case.
func TestReporterReopens(t *testing.T) {
	t.Parallel()
	s, d := rig(t)
	ctx := t.Context()
	c := d.Open(t, "hate_sara", 1)
	reports, err := d.DB.CaseReports(ctx, c.ID, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	in := appeal.Input{Ref: reports[0].Code, Ground: "other", Reasons: words}
	_, err = s.File(ctx, in)
	wantCode(t, err, "appeal.not_ended")
	a := caseworktest.Assessment()
	a.Outcome, a.Act, a.Measure, a.Ground, a.PolicyNote = ronda.OutcomeNoAct, "", ronda.MeasureNone, "", ""
	d.Decide(t, c, a)
	ap, err := s.File(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.File(ctx, in)
	wantCode(t, err, "appeal.exists")
	for i := range 2 {
		if ap, err = s.Decide(ctx, d.member(t, ap, i), ap.ID, ronda.AppealOverturned, words); err != nil {
			t.Fatal(err)
		}
	}
	if now, err := d.DB.Case(ctx, c.ID); err != nil || now.Stage != ronda.StageTriage || ap.Effect != ronda.EffectReopened {
		t.Errorf("stage %s, effect %s, %v", now.Stage, ap.Effect, err)
	}
}
