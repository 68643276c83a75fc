package publish_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/election"
	"ronda/internal/i18n"
	"ronda/internal/ledger"
	"ronda/internal/publish"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
)

type anywhere struct{}

func (anywhere) MayWork(string, string, *ronda.Pack) error { return nil }

// rig is the service on a real database.
type rig struct {
	*publish.Service
	db   *store.DB
	now  time.Time
	owed map[string]int // kinds of log entry
}

func newRig(t *testing.T) *rig {
	t.Helper()
	pack, err := election.Builtin("pilkada-2024")
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{owed: map[string]int{}, now: time.Date(2024, 11, 20, 3, 0, 0, 0, time.UTC)}
	if r.db, err = store.Open(t.Context(), store.Config{Dir: storetest.Dir(t), Clock: func() time.Time { return r.now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.db.Close() })
	ids, book := ronda.IDs{Rand: rand.Reader}, ledger.NewBook()
	r.Service = &publish.Service{Pack: pack, Alerts: r.db, Checks: r.db, Kits: r.db, Bulletins: r.db,
		Standing: func(_ context.Context, a ronda.Actor) (publish.Standing, error) {
			return publish.Standing{Mandate: anywhere{}, Name: "Cek " + a.Org}, nil
		},
		Env: func() ronda.Env {
			return ronda.Env{Now: r.now, Pack: pack, ID: func() string { return ids.New(r.now) }}
		},
		Leaf: func(act ronda.LogAct) (ronda.Leaf, error) {
			r.owed[act.Kind]++
			return book.Leaf(act, rand.Reader)
		}}
	return r
}

func partner(org string) ronda.Actor {
	return ronda.Actor{Account: "orang-" + org, Org: org, Roles: []ronda.Role{ronda.RolePartner}}
}

func content() ronda.CheckContent {
	return ronda.CheckContent{Claim: ronda.Text{"id": "Pemungutan suara disebut mundur sepekan."}, Truth: ronda.Text{"id": "Pemungutan suara tetap tanggal 27 November 2024."},
		Explanation: ronda.Text{"id": "Kami membaca jadwal resmi dan menelepon tiga kantor."}, Verdict: ronda.VerdictFalse, References: []ronda.Reference{{Title: "KPU", URL: "https://kpu.example/jadwal"}}}
}

func code(t *testing.T, err error, want string) {
	t.Helper()
	if ronda.CodeOf(err) != want {
		t.Fatalf("error is %v, want %s", err, want)
	}
}

// publishOne writes a draft and publishes it.
func (r *rig) publishOne(t *testing.T, org string) ronda.FactCheck {
	t.Helper()
	d, err := r.SaveDraft(t.Context(), partner(org), "", 0, func(d *ronda.CheckDraft) { d.Content = content() })
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.Publish(t.Context(), partner(org), d.ID, d.Version)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDraftsAreKeptAndNeverOverwritten(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t), t.Context()
	d, err := r.SaveDraft(ctx, partner("a"), "", 0, func(d *ronda.CheckDraft) { d.Content.Claim = ronda.Text{"id": "belum"} })
	if err != nil {
		t.Fatalf("an incomplete draft is kept: %v", err)
	}
	if _, err := r.Publish(ctx, partner("a"), d.ID, d.Version); ronda.CodeOf(err) != "check.invalid" {
		t.Errorf("incomplete: %v", err)
	}
	if _, err := r.Draft(ctx, partner("b"), d.ID); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("another organisation reads it: %v", err)
	}
	if _, err := r.SaveDraft(ctx, partner("a"), d.ID, 1, func(d *ronda.CheckDraft) { d.Content = content() }); err != nil {
		t.Fatal(err)
	}
	_, err = r.SaveDraft(ctx, partner("a"), d.ID, 1, func(d *ronda.CheckDraft) { d.Content.Claim = nil })
	code(t, err, "draft.changed")
	_, err = r.Publish(ctx, partner("a"), d.ID, 1)
	code(t, err, "draft.changed")
	if _, err = r.Publish(ctx, partner("a"), d.ID, 2); err != nil {
		t.Fatal(err)
	}
	_, err = r.Publish(ctx, partner("a"), d.ID, 3)
	code(t, err, "draft.done")
}

func TestCorrectionsAndRetraction(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t), t.Context()
	f := r.publishOne(t, "a")
	if f.Version != 1 || f.Outlet != "Cek a" || len(f.History) != 1 {
		t.Fatalf("%+v", f)
	}
	begin := func(org string) ronda.CheckDraft {
		d, err := r.SaveDraft(ctx, partner(org), "", 0, func(d *ronda.CheckDraft) {
			d.Check, d.CheckFrom, d.Content = f.ID, f.Version, f.Content()
			d.Content.Verdict, d.Note = ronda.VerdictMisleading, "Tanggalnya benar, tetapi tempatnya keliru."
		})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	other := begin("b")
	_, err := r.Publish(ctx, partner("b"), other.ID, 1)
	code(t, err, "publish.not_yours")
	first, second := begin("a"), begin("a")
	r.now = r.now.Add(time.Hour)
	g, err := r.Publish(ctx, partner("a"), first.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	if h := g.History[1]; g.Version != 2 || h.Kind != "corrected" || h.Verdict != ronda.VerdictFalse || fmt.Sprint(h.Changed) != "[verdict]" || h.Note == "" {
		t.Errorf("history %+v", g.History)
	}
	_, err = r.Publish(ctx, partner("a"), second.ID, 1)
	code(t, err, "check.changed")
	_, err = r.Retract(ctx, partner("a"), f.ID, 1, "Sumber utamanya ternyata tidak ada.")
	code(t, err, "check.changed")
	_, err = r.Retract(ctx, partner("a"), f.ID, 2, "salah")
	code(t, err, "publish.reason")
	gone, err := r.Retract(ctx, partner("a"), f.ID, 2, "Sumber utamanya ternyata tidak ada.")
	if err != nil || gone.Live() || gone.Because == "" {
		t.Fatalf("%+v %v", gone, err)
	}
	_, err = r.Retract(ctx, partner("a"), f.ID, 3, "Sumber utamanya ternyata tidak ada.")
	code(t, err, "check.retracted")
	if rows := r.owed; rows["fact_check"] != 1 || rows["correction"] != 2 {
		t.Errorf("the log is owed %v", rows)
	}
}

func TestKitNeedsASecondOrganisation(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t), t.Context()
	c := r.Pack.Kits[0].KitContent
	k, err := r.ChangeKit(ctx, partner("a"), "", c)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := r.db.Kits(ctx); err != nil || len(list) != 0 {
		t.Errorf("public at once: %v %v", list, err)
	}
	_, err = r.ApproveKit(ctx, partner("a"), k.ID, "")
	code(t, err, "alert.second_other")
	back, err := r.ApproveKit(ctx, partner("b"), k.ID, "Pesan kedua perlu sumber yang lebih kuat.")
	if err != nil || back.State != ronda.AlertDraft {
		t.Fatalf("%+v %v", back, err)
	}
	if _, err = r.ChangeKit(ctx, partner("a"), k.ID, c); err != nil {
		t.Fatal(err)
	}
	office := ronda.Actor{Account: "k", Org: "kpu", Office: "kpu:32", Roles: []ronda.Role{ronda.RoleLead}}
	if k, err = r.ApproveKit(ctx, office, k.ID, ""); err != nil || k.SecondOrg != "kpu" {
		t.Fatalf("%+v %v", k, err)
	}
	if list, err := r.db.Kits(ctx); err != nil || len(list) != 1 {
		t.Errorf("not public: %v %v", list, err)
	}
	c.Expires = "2024-11-19"
	c.Reviewed = "2024-11-01"
	_, err = r.ChangeKit(ctx, partner("a"), "", c)
	code(t, err, "kit.expires")
}

func TestOnlyTheCommissionSpeaksAsItself(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t), t.Context()
	c := ronda.BulletinContent{Title: ronda.Text{"id": "Gudang logistik sudah lengkap"}, Text: ronda.Text{"id": "Semua kotak suara sudah berada di gudang."}, Region: "32"}
	for name, a := range map[string]ronda.Actor{"partner": partner("a"), "supervisor": {Account: "x", Org: "bawaslu", Office: "bawaslu:32", Roles: []ronda.Role{ronda.RoleLead}}} {
		if _, err := r.IssueBulletin(ctx, a, "", 0, c, ""); ronda.KindOf(err) != ronda.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	office := ronda.Actor{Account: "k", Org: "kpu", Office: "kpu:32", Roles: []ronda.Role{ronda.RoleLead}}
	b, err := r.IssueBulletin(ctx, office, "", 0, c, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.IssueBulletin(ctx, office, b.ID, 1, c, "")
	code(t, err, "check.note_missing")
	if b, err = r.IssueBulletin(ctx, office, b.ID, 1, c, "Menambahkan nama tiga kabupaten."); err != nil || len(b.History) != 2 {
		t.Fatalf("%+v %v", b, err)
	}
	_, err = r.IssueBulletin(ctx, office, b.ID, 1, c, "Menambahkan nama tiga kabupaten.")
	code(t, err, "bulletin.changed")
	neighbour := office
	neighbour.Office = "kpu:33"
	_, err = r.WithdrawBulletin(ctx, neighbour, b.ID, 0, "Bukan pernyataan kantor kami sendiri.")
	code(t, err, "publish.not_yours")
	if b, err = r.WithdrawBulletin(ctx, office, b.ID, 2, "Angkanya keliru dan sedang dihitung ulang."); err != nil || b.Live() {
		t.Fatalf("%+v %v", b, err)
	}
}

// TestMarked: in every text that leaves the hub the claim stands once, behind the verdict's word and struck through.
func TestMarked(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	const claim = "Pemilu ~batal~\n katanya"
	al := ronda.Alert{Title: ronda.Text{"id": "Tetap*jadi*"}, Text: ronda.Text{"id": "Datang saja."}, Claim: ronda.Text{"id": claim}, Verdict: ronda.VerdictMisleading, Urgency: 3, ExpiresAt: r.now, State: ronda.AlertPublished, Because: "Keliru."}
	for _, lang := range texts.Languages() {
		p := texts.Printer(lang, nil)
		text := publish.AlertText(p, r.Pack, al, "Sumber", "https://x.example/1")
		word := strings.ToUpper(p.T("verdict.menyesatkan"))
		if i := strings.Index(text, "~Pemilu batal katanya~"); i < 0 || !strings.Contains(text[:i], word) || strings.Count(text, "batal") != 1 {
			t.Errorf("%s: %s", lang, text)
		}
		if gone := publish.WithdrawnText(p, r.Pack, al, "Sumber", "https://x.example/1"); strings.Contains(gone, "batal") || strings.Contains(gone, "Datang saja") || !strings.Contains(gone, "Keliru.") {
			t.Errorf("%s: %s", lang, gone)
		}
	}
}

// TestImportedCheckIsRetracted: by the partner whose outlet it names, with an entry in the log and the organisation in its history.
func TestImportedCheckIsRetracted(t *testing.T) {
	t.Parallel()
	r, ctx := newRig(t), t.Context()
	f := ronda.FactCheck{ID: "arsip 1/2", Claim: content().Claim, Verdict: ronda.VerdictFalse, Outlet: "Cek a", URL: "https://a.example/1", Origin: "import"}
	if _, err := r.db.ImportClaim(ctx, f); err != nil {
		t.Fatal(err)
	}
	_, err := r.Retract(ctx, partner("b"), f.ID, 1, "Sumber utamanya ternyata tidak ada.")
	code(t, err, "publish.not_yours")
	gone, err := r.Retract(ctx, partner("a"), f.ID, 1, "Sumber utamanya ternyata tidak ada.")
	if err != nil || gone.Live() || gone.History[0].By != "a" || gone.History[0].Kind != "withdrawn" {
		t.Fatalf("%+v %v", gone, err)
	}
	if r.owed["correction"] != 1 {
		t.Errorf("the log is owed %v", r.owed)
	}
}
