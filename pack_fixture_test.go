package ronda_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"

	"time"

	"ronda"
	"ronda/internal/election"
)

// thePack is the shipped election: the rules are tested on the data that they will run on.
var thePack = sync.OnceValue(func() *ronda.Pack {
	p, err := election.Builtin("pilkada-2024")
	if err != nil {
		panic(err)
	}
	return p
})

// noon is an hour in the campaign; every test's world begins there.
var noon = time.Date(2024, 11, 5, 5, 0, 0, 0, time.UTC)

// The cast. 32.04 is a regency and 32.73 a city in province 32; 33 is another province.
var (
	officer   = person("ani", "bawaslu:32.04", ronda.RoleOfficer)
	colleague = person("beni", "bawaslu:32.04", ronda.RoleOfficer)
	lead      = person("cici", "bawaslu:32.04", ronda.RoleLead)
	second    = person("dedi", "bawaslu:32.73", ronda.RoleOfficer)
	third     = person("eka", "bawaslu:33", ronda.RoleOfficer)
	fourth    = person("fani", "bawaslu:32", ronda.RoleLead)
	contact   = person("gita", "bawaslu:", ronda.RoleContact)
	minister  = unit(person("hadi", "komdigi:", ronda.RoleOfficer), "aptika")
	signer    = unit(person("indra", "komdigi:", ronda.RoleLead), "hukum")
	deskmate  = unit(person("joko", "komdigi:", ronda.RoleOfficer), "aptika")
	kpu       = person("kiki", "kpu:32.04", ronda.RoleLead)
	tiktok    = liaison("lia", "tiktok")
	facebook  = liaison("mira", "facebook")
	partner   = ronda.Actor{Account: "nina", Org: "mafindo", Roles: []ronda.Role{ronda.RolePartner}}
	observer  = ronda.Actor{Account: "odi", Org: "perludem", Roles: []ronda.Role{ronda.RoleObserver}}
	auditor   = ronda.Actor{Account: "puri", Org: "audit", Roles: []ronda.Role{ronda.RoleAuditor}}
	admin     = ronda.Actor{Account: "qori", Org: "operator", Roles: []ronda.Role{ronda.RoleAdmin}}
)

func person(account, office string, roles ...ronda.Role) ronda.Actor {
	return ronda.Actor{Account: account, Name: strings.ToUpper(account), Org: ronda.OfficeAuthority(office), Office: office, Roles: roles}
}

func unit(a ronda.Actor, u string) ronda.Actor { a.Unit = u; return a }

func liaison(account, platform string) ronda.Actor {
	return ronda.Actor{Account: account, Org: platform, Platform: platform, Roles: []ronda.Role{ronda.RoleLiaison}}
}

// readers is the pool that draws are made from.
func readers() []ronda.Actor {
	return []ronda.Actor{officer, colleague, lead, second, third, fourth, contact}
}

// tester is what a world needs of *testing.T and *rapid.T alike.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// world is one case with a clock, driven command by command.
type world struct {
	t      tester
	c      ronda.Case
	now    time.Time
	ids    int
	events []ronda.Event
}

func (w *world) env() ronda.Env {
	return ronda.Env{
		Now: w.now, Pack: thePack(),
		ID:   func() string { w.ids++; return fmt.Sprintf("id%06d", w.ids) },
		Code: func(n int) string { w.ids++; return fmt.Sprintf("%0*d", n, w.ids) },
	}
}

// try applies a command; the world changes only where it succeeds.
func (w *world) try(a ronda.Actor, cmd ronda.Command) error {
	next, events, err := ronda.Apply(w.c, a, cmd, w.env())
	if err == nil {
		w.c, w.events = next, append(w.events, events...)
	}
	return err
}

// do applies a command that must succeed.
func (w *world) do(a ronda.Actor, cmd ronda.Command) {
	w.t.Helper()
	if err := w.try(a, cmd); err != nil {
		w.t.Fatalf("%T by %s at stage %s: %v", cmd, a.Account, w.c.Stage, err)
	}
}

func (w *world) later(d time.Duration) { w.now = w.now.Add(d) }

// newWorld opens a case of a category in 32.04 with a video on TikTok, a post on Facebook and a screenshot of each.
func newWorld(t tester, category string) *world {
	w := &world{t: t, now: noon}
	c, events := ronda.Open(ronda.Opening{
		Title: "Video tentang pasangan calon", Category: category, Region: "32.04",
		Items: []ronda.Item{
			{Platform: "tiktok", Kind: "video", Address: "https://www.tiktok.com/@a/video/7301", Key: "tiktok:7301"},
			{Platform: "facebook", Kind: "post", Address: "https://www.facebook.com/b/posts/99", Key: "facebook:99"},
		},
	}, ronda.System(), w.env())
	w.c, w.events = c, events
	w.do(officer, ronda.AddEvidence{Evidence: []ronda.Evidence{
		{ID: "shot", Kind: "screenshot", SHA256: "aa"}, {ID: "complaint", Kind: "complaint"}, {ID: "determination", Kind: "determination"},
	}})
	published := noon.Add(-48 * time.Hour)
	w.do(officer, ronda.Triage{ContentDate: &published})
	return w
}

func (w *world) item(platform string) string {
	for _, it := range w.c.Items {
		if it.Platform == platform {
			return it.ID
		}
	}
	w.t.Fatalf("no item on %s", platform)
	return ""
}

// exclusions are four honest sentences.
func exclusions() []ronda.Exclusion {
	return []ronda.Exclusion{
		{Reason: "satire", Because: "Unggahan memakai nada serius dan tanpa penanda lelucon apa pun."},
		{Reason: "journalism", Because: "Akun pribadi, bukan pers, dan tidak ada liputan di dalamnya."},
		{Reason: "criticism", Because: "Isinya ajakan membenci suatu suku, bukan kritik atas kebijakan."},
		{Reason: "counter_speech", Because: "Pengunggah mendukung ucapan itu dan sama sekali tidak membantahnya."},
	}
}

// conclusion is a complete assessment for the act on the ground at a date; tests take parts of it away.
func conclusion(act ronda.Act, ground string, at time.Time) ronda.Assessment {
	s := ronda.Assessment{
		Ground: ground, Target: ronda.TargetGroup, Exclusions: exclusions(), Measure: ronda.MeasureRemove, Act: act, Outcome: ronda.OutcomeAct,
		Necessity: "Label tidak cukup karena ajakan itu menyebut tempat dan waktu yang jelas.",
		Summary:   "Video mengajak penonton memusuhi satu suku menjelang pemungutan suara.",
	}
	if _, _, ok := ronda.SplitPolicy(ground); ok {
		s.PolicyNote = "Aturan platform melarang ajakan membenci suatu suku secara terbuka."
		return s
	}
	g, ok := thePack().GroundAt(ground, at)
	if !ok {
		panic("no ground " + ground)
	}
	for _, el := range g.ElementsAt(at) {
		s.Elements = append(s.Elements, ronda.ElementFinding{Element: el.ID, Finding: ronda.Met, Evidence: []string{"shot"},
			Because: "Pada menit pertama pembicara mengucapkannya sendiri dengan terang."})
	}
	if g.Complaint {
		s.Complaint = "complaint"
	}
	return s
}

// decline is a complete assessment that finds nothing to act on.
func decline(o ronda.Outcome) ronda.Assessment {
	return ronda.Assessment{Outcome: o, Target: ronda.TargetNone, Exclusions: exclusions(), Summary: "Unggahan hanya berisi pendapat yang tajam tentang program calon."}
}

// draw gives the open seat to the account.
func (w *world) draw(account string) {
	w.t.Helper()
	w.do(ronda.System(), ronda.DrawReader{Pool: readers(), Pick: pickAccount(w.t, account)})
	if d := w.c.Draws[len(w.c.Draws)-1]; d.Account != account {
		w.t.Fatalf("drew %s, want %s", d.Account, account)
	}
}

// pickAccount steers the draw in tests by the order that it promises: by account.
func pickAccount(t tester, account string) func(int) int {
	rank := map[string]int{"dedi": 0, "eka": 1, "fani": 2}
	return func(n int) int {
		if n == 3 {
			return rank[account]
		}
		return min(max(rank[account]-1, 0), n-1)
	}
}

// decide lets two readers agree on the assessment.
func (w *world) decide(s ronda.Assessment) {
	w.t.Helper()
	w.do(officer, ronda.Assess{Assessment: s})
	w.draw("dedi")
	w.do(second, ronda.Assess{Assessment: s})
}

// pass hands a decided request up to the contact officer.
func (w *world) pass() {
	w.t.Helper()
	w.do(officer, ronda.Forward{})
	w.do(fourth, ronda.Forward{})
}

func aFlag() ronda.Send {
	return ronda.Send{
		Act: ronda.Flag, Platform: "tiktok", GoodFaith: true, Channel: "portal",
		Explanation: "Video mengajak penonton memusuhi satu suku menjelang pemungutan suara.",
		Necessity:   "Label tidak cukup karena ajakan itu menyebut tempat dan waktu yang jelas.",
	}
}

func aRequest() ronda.Send {
	s := aFlag()
	s.Act, s.Platform, s.Authority, s.Number = ronda.Request, "", "komdigi", "012/PM.05/K1/11/2024"
	s.LegalAnalysis = "Seluruh unsur pasal terpenuhi oleh ucapan pada menit pertama sampai ketiga."
	return s
}

func anOrder(basis string) ronda.Send {
	s := aRequest()
	s.Act, s.Platform, s.Authority, s.Basis, s.Number = ronda.Order, "tiktok", "", basis, "B-77/DJAI/11/2024"
	return s
}

func determination() *ronda.Determination {
	return &ronda.Determination{Agency: "Kepolisian Daerah Jawa Barat", Number: "T/9/XI/2024", Date: noon.Add(-time.Hour), Subject: "Ajakan yang meresahkan di satu kecamatan", Evidence: "determination"}
}

const why = "Surat balasan memuat alasan yang lengkap dan sudah kami periksa."

// requested brings a fresh case to a request that the ministry took up, and returns the request's id.
func (w *world) requested() string {
	w.t.Helper()
	w.decide(conclusion(ronda.Request, "ite-28-2", w.c.ContentDate))
	w.pass()
	w.do(contact, aRequest())
	id := w.last()
	w.deliver(id)
	w.do(minister, ronda.AnswerRequest{Notice: id, Accept: true, Reason: why})
	return id
}

// ordered brings a fresh case to a signed order that TikTok received, and returns its id.
func (w *world) ordered(urgent bool) string {
	w.t.Helper()
	cmd := anOrder(w.requested())
	if urgent {
		cmd.Urgent, cmd.Determination = true, determination()
	}
	w.do(minister, cmd)
	id := w.last()
	w.do(signer, ronda.Countersign{Notice: id})
	w.deliver(id)
	w.do(tiktok, ronda.Receive{Notice: id, ByTo: true})
	return id
}

// deliver sends the notice by its channel.
func (w *world) deliver(id string) {
	w.t.Helper()
	w.do(ronda.System(), ronda.Sending{Notice: id, MessageID: "<" + id + "@ronda.test>"})
	w.do(ronda.System(), ronda.Sent{Notice: id})
}

func (w *world) last() string { return w.c.Notices[len(w.c.Notices)-1].ID }

func (w *world) notice(id string) ronda.Notice {
	w.t.Helper()
	n, ok := w.c.Notice(id)
	if !ok {
		w.t.Fatalf("no notice %s", id)
	}
	return n
}

// faultsOf lists "field code" of every fault in err, sorted; a single error without a field is its code.
func faultsOf(err error) []string {
	var e *ronda.Error
	if !errors.As(err, &e) {
		if err == nil {
			return nil
		}
		return []string{err.Error()}
	}
	if len(e.Fields) == 0 {
		return []string{strings.TrimSpace(e.Field + " " + e.Code)}
	}
	var out []string
	for _, f := range e.Fields {
		out = append(out, strings.TrimSpace(f.Field+" "+f.Code))
	}
	sort.Strings(out)
	return out
}

// wantFaults fails unless err has exactly the faults, in any order.
func wantFaults(t tester, err error, want ...string) {
	t.Helper()
	sort.Strings(want)
	if got := faultsOf(err); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("faults\n got %q\nwant %q", got, want)
	}
}

// wantCode fails unless err carries the text key.
func wantCode(t tester, err error, code string) {
	t.Helper()
	if got := ronda.CodeOf(err); err == nil || got != code {
		t.Errorf("error %v, want code %s", err, code)
	}
}

func asJSON(t tester, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("marshal %T: %v", v, err)
	}
	return string(b)
}
