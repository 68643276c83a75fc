// Package caseworktest gives tests of the stages a real store, the real pack, a clock that stands still until it is moved, and people with
// mandates, so that they play whole histories by the real rules.
package caseworktest

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/election"
	"ronda/internal/ledger"
	"ronda/internal/store"
)

// Start is when a rig's clock stands: in the campaign.
var Start = time.Date(2024, 11, 18, 3, 0, 0, 0, time.UTC)

// Rig is a working casework stage on an empty SQLite store.
type Rig struct {
	DB     *store.DB
	Pack   *ronda.Pack
	Cases  *casework.Service
	People map[string]ronda.Actor

	mu  sync.Mutex // guards now
	now time.Time
}

// Now is the rig's clock.
func (r *Rig) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// Wait moves the clock.
func (r *Rig) Wait(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// New makes a rig. It is closed with the test.
func New(t testing.TB) *Rig {
	t.Helper()
	r := &Rig{now: Start, People: map[string]ronda.Actor{}}
	pack, err := election.Builtin("pilkada-2024")
	if err != nil {
		t.Fatalf("load pack: %v", err)
	}
	r.Pack = pack
	if r.DB, err = store.Open(t.Context(), store.Config{Dir: t.TempDir(), Clock: r.Now}); err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() {
		if err := r.DB.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	book := ledger.NewBook()
	r.Cases = &casework.Service{Pack: pack, Store: r.DB, Reports: r.DB, Readers: r.DB, Now: r.Now, IDs: ronda.IDs{Rand: rand.Reader}, Pick: casework.RandomPick,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Leaf: func(a ronda.LogAct) (ronda.Leaf, error) { return book.Leaf(a, rand.Reader) }}
	r.hire(t)
	return r
}

// hire makes people of every kind that a history needs.
func (r *Rig) hire(t testing.TB) {
	t.Helper()
	add := func(login, office, unit string, roles ...ronda.Role) {
		r.Hire(t, login, ronda.Actor{Org: ronda.OfficeAuthority(office), Office: office, Unit: unit, Roles: roles})
	}
	add("bandung", "bawaslu:32.73", "", ronda.RoleOfficer)
	add("bandung2", "bawaslu:32.73", "", ronda.RoleOfficer)
	add("garut", "bawaslu:32.05", "", ronda.RoleOfficer)
	add("jabar", "bawaslu:32", "", ronda.RoleOfficer)
	add("ketua", "bawaslu:32", "Pimpinan", ronda.RoleLead)
	add("jateng", "bawaslu:33", "", ronda.RoleOfficer)
	add("narahubung", "bawaslu:", "", ronda.RoleContact)
	add("menteri1", "komdigi:", "A", ronda.RoleOfficer)
	add("menteri2", "komdigi:", "B", ronda.RoleOfficer)
	r.Hire(t, "tiktok", ronda.Actor{Org: "tiktok", Platform: "tiktok", Roles: []ronda.Role{ronda.RoleLiaison}})
	r.Hire(t, "facebook", ronda.Actor{Org: "facebook", Platform: "facebook", Roles: []ronda.Role{ronda.RoleLiaison}})
	r.Hire(t, "auditor", ronda.Actor{Org: "auditor", Roles: []ronda.Role{ronda.RoleAuditor}})
}

// Hire saves an account and remembers its actor under the login.
func (r *Rig) Hire(t testing.TB, login string, a ronda.Actor) ronda.Actor {
	t.Helper()
	a.Account, a.Name = "acc-"+login, login
	acc := ronda.Account{ID: a.Account, Login: login, Name: login, Actor: a, CreatedAt: r.Now(), Lang: "id"}
	if err := r.DB.SaveAccount(t.Context(), acc, "-"); err != nil {
		t.Fatalf("save account %s: %v", login, err)
	}
	r.People[login] = a
	return a
}

// Open saves a report that opens a case with n TikTok addresses in Kota Bandung.
func (r *Rig) Open(t testing.TB, category string, n int) ronda.Case {
	t.Helper()
	env := r.Cases.Env()
	rep := ronda.Report{ID: env.ID(), Code: env.Code(ronda.CodeLength), At: env.Now, Channel: "web", Lang: "id", Category: category, Region: "32.73", Text: "Laporan percobaan tentang sebuah unggahan."}
	var items []ronda.Item
	var keys []string
	for i := range n {
		id := fmt.Sprintf("7%018d", i) + env.Code(4)
		a := ronda.ReportAddress{Given: id, Platform: "tiktok", Kind: "video", Canonical: "https://www.tiktok.com/@contoh/video/" + id, Key: "tiktok:video:" + id}
		rep.Addresses = append(rep.Addresses, a)
		items, keys = append(items, a.Item()), append(keys, a.Key)
	}
	c, events := ronda.Open(ronda.Opening{Title: "Unggahan percobaan", Category: category, Region: "32.73", Items: items}, ronda.System(), env)
	change, err := r.Cases.Change(c, events)
	if err != nil {
		t.Fatalf("make change: %v", err)
	}
	if _, err := r.DB.Submit(t.Context(), ronda.Submission{Report: rep, Keys: keys, Open: change}); err != nil {
		t.Fatalf("submit: %v", err)
	}
	return c
}

// Do applies commands one after another as one person and returns the case.
func (r *Rig) Do(t testing.TB, who, id string, cmds ...ronda.Command) ronda.Case {
	t.Helper()
	var c ronda.Case
	for _, cmd := range cmds {
		var err error
		a, ok := r.People[who]
		if who == "system" {
			a, ok = ronda.System(), true
		}
		if !ok {
			t.Fatalf("nobody is called %s", who)
		}
		if c, err = r.Cases.Do(t.Context(), a, id, 0, cmd); err != nil {
			t.Fatalf("%s: %T: %v", who, cmd, err)
		}
		r.Wait(time.Minute)
	}
	return c
}

// Assessment is a sound conclusion that a platform's own rule is broken, to be changed by the test.
func Assessment() ronda.Assessment {
	return ronda.Assessment{
		Outcome: ronda.OutcomeAct, Act: ronda.Flag, Measure: ronda.MeasureRemove, Target: ronda.TargetGroup, Ground: "policy:tiktok:tiktok-hate",
		Summary:    "Unggahan ini mengajak orang memusuhi suatu kelompok karena identitasnya.",
		PolicyNote: "Ajakan memusuhi kelompok tertentu disebut jelas dalam aturan platform itu.",
		Necessity:  "Label saja tidak cukup karena ajakannya langsung dan sudah diikuti ancaman.",
		Exclusions: []ronda.Exclusion{
			{Reason: "satire", Because: "Tidak ada tanda lelucon, penonton menanggapinya sebagai ajakan sungguhan."},
			{Reason: "journalism", Because: "Akun ini bukan media dan tidak memuat liputan maupun konfirmasi."},
			{Reason: "criticism", Because: "Isinya tidak menyinggung kebijakan, hanya menyerang identitas orang."},
			{Reason: "counter_speech", Because: "Pengunggah tidak membantah, ia justru mengajak menyebarkan lagi."},
		},
	}
}

// Drawn is the person whom the lot chose for the waiting seat.
func (r *Rig) Drawn(t testing.TB, c ronda.Case) string {
	t.Helper()
	last := c.Draws[len(c.Draws)-1]
	for login, a := range r.People {
		if a.Account == last.Account {
			return login
		}
	}
	t.Fatalf("nobody has account %s", last.Account)
	return ""
}

// Decide takes a new case through two agreeing readers to an act.
func (r *Rig) Decide(t testing.TB, c ronda.Case, a ronda.Assessment) ronda.Case {
	t.Helper()
	day := Start.Add(-48 * time.Hour)
	r.Do(t, "bandung", c.ID, ronda.Take{}, ronda.Triage{Title: "Ajakan memusuhi kelompok", ContentDate: &day})
	c = r.Do(t, "bandung", c.ID, ronda.Assess{Assessment: a})
	return r.Do(t, r.Drawn(t, c), c.ID, ronda.Assess{Assessment: a})
}

// Flag sends a flag on a decided case and returns the notice, handed over by the portal.
func (r *Rig) Flag(t testing.TB, c ronda.Case) ronda.Notice {
	t.Helper()
	c = r.Do(t, "bandung", c.ID, ronda.Send{Act: ronda.Flag, Platform: "tiktok", Channel: "portal", GoodFaith: true,
		Explanation: "Unggahan ini mengajak memusuhi kelompok tertentu di kota ini.", Necessity: "Label saja tidak cukup karena ancaman sudah terjadi."})
	return c.Notices[len(c.Notices)-1]
}
