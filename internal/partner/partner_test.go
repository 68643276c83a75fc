package partner_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/keys"
	"ronda/internal/partner"
)

// house is the real service on a real store; accounts and limits are counted.
type house struct {
	*partner.Service
	*caseworktest.Rig
	ring     *keys.Ring
	misses   int
	made     []ronda.Actor
	disabled int
}

func (h *house) Allow(_ context.Context, budget, _ string, n int) error {
	if budget == "code" {
		h.misses += n
	}
	return nil
}

func (h *house) Create(_ context.Context, login, name, _ string, mandate ronda.Actor) (ronda.Account, error) {
	h.made = append(h.made, mandate)
	return ronda.Account{ID: "acc-" + login, Login: login, Name: name, Actor: mandate}, nil
}

func (h *house) Rescue(context.Context, string) (string, error) { return "link", nil }

func (h *house) Disable(context.Context, ronda.Actor, string) error { h.disabled++; return nil }

func open(t *testing.T) *house {
	t.Helper()
	h := &house{Rig: caseworktest.New(t)}
	ring, err := keys.Open(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	h.ring = ring
	h.Service = &partner.Service{Pack: h.Rig.Pack, Store: h.DB, Flags: h.DB, Accounts: h, Keys: ring, Throttle: h, Env: h.Cases.Env, Leaf: h.Cases.Leaf,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	return h
}

const reasons = "Karyanya dapat ditelusuri dan sumber dananya diumumkan."

func application() partner.Application {
	return partner.Application{Name: "Rembuk Warga", Kind: "community_leader", Terms: ronda.PartnerTerms{Regions: []string{"32.73"}, Languages: []string{"id"}},
		Statement: "Anggota kami tidak menjadi pengurus partai maupun tim kampanye.", Funding: "Iuran anggota yang diumumkan setiap tahun.",
		Contact: ronda.ContactPerson{Name: "Bu Sari Rekaan", Mail: "sari@rembuk.example", Phone: "0812 3456 7890"}, Sender: "1.2.3.4", IdemKey: rand.Text()}
}

// accredit lets two people of different offices say yes.
func (h *house) accredit(t *testing.T, id string) ronda.Partner {
	t.Helper()
	var p ronda.Partner
	for _, who := range []string{"bandung", "jabar"} {
		now, err := h.Partner(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if p, err = h.Service.Do(t.Context(), h.People[who], id, ronda.DecideMotion{Motion: now.OpenMotions()[0].ID, Yes: true, Reasons: reasons}); err != nil {
			t.Fatalf("%s: %v", who, err)
		}
	}
	return p
}

// TestApply: faults are named all at once, the same key is the same application, and who answers is sealed.
func TestApply(t *testing.T) {
	t.Parallel()
	h := open(t)
	bad := application()
	bad.Contact, bad.Publications, bad.Statement = ronda.ContactPerson{Mail: "bukan surel"}, []string{"javascript:alert(1)"}, ""
	_, err := h.Service.Apply(t.Context(), bad)
	e, ok := err.(*ronda.Error)
	if !ok {
		t.Fatalf("error %v", err)
	}
	fields := ""
	for _, f := range e.Fields {
		fields += f.Field + " "
	}
	for _, want := range []string{"contact_name", "mail", "publications", "statement"} {
		if !strings.Contains(fields, want) {
			t.Errorf("faults at %q, %s is missing", fields, want)
		}
	}
	in := application()
	in.Statement += " Hubungi 081234567890."
	p, err := h.Service.Apply(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(p.Statement, "0812345") {
		t.Errorf("a number of a person is kept: %q", p.Statement)
	}
	again, err := h.Service.Apply(t.Context(), in)
	if err != nil || again.ID != p.ID {
		t.Errorf("sent twice: %s and %s, %v", p.ID, again.ID, err)
	}
	sealed, err := h.DB.PartnerContact(t.Context(), p.ID)
	if err != nil || len(sealed) == 0 || bytes.Contains(sealed, []byte("sari")) {
		t.Errorf("contact as stored: %q, %v", sealed, err)
	}
	if _, _, _, err := h.View(t.Context(), h.People["tiktok"], p.ID); ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("a platform opens the contact: %v", err)
	}
	if _, c, _, err := h.View(t.Context(), h.People["bandung"], p.ID); err != nil || c.Mail != in.Contact.Mail {
		t.Errorf("who decides sees %+v, %v", c, err)
	}
}

// TestCodes: a mistyped code costs nothing, a guess is counted, and before the decision no account comes of a code.
func TestCodes(t *testing.T) {
	t.Parallel()
	h := open(t)
	p, err := h.Service.Apply(t.Context(), application())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ByCode(t.Context(), "pendek", "1.2.3.4"); ronda.CodeOf(err) != "partner.code_form" || h.misses != 0 {
		t.Errorf("%v, %d misses", err, h.misses)
	}
	if _, err := h.ByCode(t.Context(), h.Cases.Env().Code(ronda.CodeLength), "1.2.3.4"); ronda.CodeOf(err) != "partner.code_not_found" || h.misses != 1 {
		t.Errorf("%v, %d misses", err, h.misses)
	}
	if _, err := h.Enter(t.Context(), p.Code, "sari", "Bu Sari", "1.2.3.4"); ronda.KindOf(err) != ronda.Conflict || len(h.made) != 0 {
		t.Errorf("an account before the decision: %v, %d made", err, len(h.made))
	}
	h.accredit(t, p.ID)
	link, err := h.Enter(t.Context(), ronda.FormatCode(p.Code), "sari", "Bu Sari", "1.2.3.4")
	if err != nil || link == "" || len(h.made) != 1 || h.made[0].Org != p.ID || len(h.made[0].Roles) != 1 || h.made[0].Roles[0] != ronda.RolePartner {
		t.Fatalf("link %q, mandates %+v, %v", link, h.made, err)
	}
	if _, err := h.Enter(t.Context(), p.Code, "lain", "Orang lain", "1.2.3.4"); ronda.KindOf(err) != ronda.Conflict || len(h.made) != 1 {
		t.Errorf("a second first account: %v, %d made", err, len(h.made))
	}
}

// TestRegister: the public sees who is or was accredited, without votes, reasons or codes, and can ask for nobody else.
func TestRegister(t *testing.T) {
	t.Parallel()
	h := open(t)
	p, err := h.Service.Apply(t.Context(), application())
	if err != nil {
		t.Fatal(err)
	}
	if list, err := h.Register(t.Context(), ronda.PartnerFilter{}); err != nil || len(list) != 0 {
		t.Fatalf("who only applied is in the register: %d, %v", len(list), err)
	}
	if _, err := h.Register(t.Context(), ronda.PartnerFilter{States: []ronda.PartnerState{p.State}}); ronda.CodeOf(err) != "partner.state_unknown" {
		t.Errorf("the register lists applications: %v", err)
	}
	h.accredit(t, p.ID)
	list, err := h.Register(t.Context(), ronda.PartnerFilter{})
	if err != nil || len(list) != 1 || list[0].Name != "Rembuk Warga" {
		t.Fatalf("%+v, %v", list, err)
	}
	if e := list[0]; len(e.Motions) != 0 || e.Code != "" || e.Account != "" {
		t.Errorf("the register tells %+v", e.Partner)
	}
	if _, _, err := h.Desk(t.Context(), h.People["menteri1"]); ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("another authority sees the desk: %v", err)
	}
}

// TestGoesFirst: only an accredited partner's flags, in its region, without a tie or a suspension; why not is always said.
func TestGoesFirst(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := func(org, region string, want bool) {
		t.Helper()
		got, why, err := h.GoesFirst(t.Context(), org, region)
		if err != nil || got != want || got == (why != "") {
			t.Errorf("%s in %s goes first: %v because %q, %v; want %v", org, region, got, why, err, want)
		}
	}
	first("nobody", "32.73", false)
	p, err := h.Service.Apply(t.Context(), application())
	if err != nil {
		t.Fatal(err)
	}
	first(p.ID, "32.73", false)
	h.accredit(t, p.ID)
	first(p.ID, "32.73", true)
	first(p.ID, "73.71", false)
	move := ronda.MoveMeasure{Kind: ronda.MotionSuspend, Reason: ronda.SuspensionReasons()[0], Text: "Mitra ini menandai unggahan yang tidak pernah ada.", Urgent: true}
	if _, err := h.Service.Do(t.Context(), h.People["tiktok"], p.ID, move); ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("a platform suspends a partner: %v", err)
	}
	if _, err := h.Service.Do(t.Context(), h.People["bandung"], p.ID, move); err != nil {
		t.Fatal(err)
	}
	first(p.ID, "32.73", false)
	// Nobody confirms it: after its time the clock lifts it, once, and running it again changes nothing.
	h.Wait(ronda.UrgentSuspension + time.Minute)
	for range 2 {
		if err := h.Tick(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
	}
	first(p.ID, "32.73", true)
	if jobs := partner.Jobs(must(h.Partner(t.Context(), p.ID))); len(jobs) != 1 || jobs[0].Kind != partner.JobTick || !jobs[0].RunAt.After(h.Now()) {
		t.Errorf("the clock owes %+v", jobs)
	}
}

func must(p ronda.Partner, err error) ronda.Partner {
	if err != nil {
		panic(err)
	}
	return p
}
