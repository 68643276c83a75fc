package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/demo"
)

// Sentences that people write. Each has words of its own, as the rules ask.
const (
	because = "Terlihat jelas pada tangkapan layar dan keterangan unggahan yang dilampirkan sebagai bukti."
	summary = "Video itu menghina suatu suku dan mengajak warga mengusir mereka dari kampung."
	needed  = "Label saja tidak cukup karena ajakan pengusiran itu sudah menyebar dan menyangkut keselamatan warga."
)

// stays say why no reason to leave the content applies, in the order of ronda.Exclusions.
var stays = []string{
	"Tidak ada tanda lelucon, akun ini menyampaikan ajakan dengan sungguh-sungguh kepada pengikutnya.",
	"Pengunggah bukan media pers dan video itu tidak memuat liputan atau wawancara apa pun.",
	"Yang diserang adalah warga satu suku, bukan kebijakan pejabat atau gagasan calon mana pun.",
	"Potongan itu diunggah utuh tanpa bantahan, jadi tidak dipakai untuk melawan ujaran buruk.",
}

// findings say why an element is met.
var findings = []string{
	"Pengunggah mengulang ajakan tiga kali dan membalas komentar dengan kalimat serupa.",
	"Tidak ada izin atau kewenangan yang membolehkan ajakan seperti ini disebarkan.",
	"Kalimat pada detik ketujuh menyebut nama suku dan meminta warganya diusir.",
	"Unggahan dapat dibuka siapa saja dan sudah ditonton ribuan orang di kota itu.",
	"Komentar di bawah video menunjukkan kemarahan terhadap kelompok yang disebut.",
}

// matter is one case on its way through the pages, from a citizen's report on.
type matter struct {
	*hub
	t       testing.TB
	code    string // of the reporter's ticket
	number  string
	officer string // sign-in name of who holds it
}

// bring reports the addresses and finds the case that the report opened.
func (h *hub) bring(t testing.TB, text string, links ...string) *matter {
	t.Helper()
	m := &matter{hub: h, t: t, officer: "petugas.bandung"}
	m.code = h.report(t, text, links...)
	if len(links) == 0 {
		links = []string{linkOf(text)}
	}
	for _, c := range h.find(t, ronda.StageNew, nil) {
		for _, it := range c.Items {
			if it.Address == links[0] {
				m.number = c.Number
			}
		}
	}
	if m.number == "" {
		t.Fatalf("no case for %s", links[0])
	}
	return m
}

func (m *matter) now() ronda.Case {
	m.t.Helper()
	c, err := m.db.CaseByNumber(m.t.Context(), m.number)
	if err != nil {
		m.t.Fatal(err)
	}
	return c
}

func (m *matter) last() ronda.Notice {
	m.t.Helper()
	c := m.now()
	if len(c.Notices) == 0 {
		m.t.Fatalf("case %s has no act", m.number)
	}
	return c.Notices[len(c.Notices)-1]
}

func (m *matter) stage(want ronda.CaseStage) {
	m.t.Helper()
	if got := m.now().Stage; got != want {
		m.t.Fatalf("case %s is in stage %s, want %s", m.number, got, want)
	}
}

// act sends one form of the case page and fails unless it leads back to the case.
func (m *matter) act(login, form string, fields ...string) {
	m.t.Helper()
	path := "/kerja/kasus/" + m.number
	a := m.visit(m.t, login).post(path+"/"+form, fields...)
	if a.StatusCode != 200 || a.at != path {
		m.t.Fatalf("%s as %s: status %d at %s\n%s", form, login, a.StatusCode, a.at, mainText(a.text))
	}
}

// triage takes and describes the case, with a screenshot.
func (m *matter) triage() {
	m.t.Helper()
	day := m.app.now().Add(-48 * time.Hour).Format(time.DateOnly)
	m.act(m.officer, "ambil")
	m.act(m.officer, "pilah", "title", "Video mengajak mengusir warga suku lain", "category", "hate_sara", "region", "32.73", "urgency", "4", "content_date", day)
	picture, err := demo.Picture(3)
	if err != nil {
		m.t.Fatal(err)
	}
	v := m.visit(m.t, m.officer)
	v.postFilesIn("files", "/kerja/kasus/"+m.number+"/bukti", map[string][]byte{"layar.png": picture}, "kind", "screenshot").is(m.t, 200, "Bukti")
	if n := len(m.now().Evidence); n != 1 {
		m.t.Fatalf("%d pieces of evidence, want 1", n)
	}
}

// conclusion is the form of an assessment that asks for an act.
func (m *matter) conclusion(act ronda.Act, words string) []string {
	m.t.Helper()
	c := m.now()
	f := []string{"laku", "simpan", "summary", words, "outcome", "act", "target", "group", "measure", "remove", "necessity", needed, "act", string(act),
		"rule_date", c.ContentDate.UTC().Format(time.RFC3339)}
	for i, reason := range ronda.Exclusions() {
		f = append(f, "may_stay."+reason, stays[i])
	}
	if act == ronda.Flag {
		p, _ := m.pack.Platform("tiktok")
		for _, x := range p.Policies {
			for _, cat := range x.Categories {
				if cat == c.Category && x.Holds(c.ContentDate) {
					return append(f, "ground", "policy:tiktok:"+x.ID, "policy_note", because)
				}
			}
		}
		m.t.Fatal("the platform has no policy for this category")
	}
	g, ok := m.pack.GroundAt("ite-28-2", c.ContentDate)
	if !ok {
		m.t.Fatal("the pack lacks ite-28-2")
	}
	f = append(f, "ground", g.ID)
	for i, e := range g.ElementsAt(c.ContentDate) {
		f = append(f, "finding."+e.ID, "met", "element."+e.ID, findings[i%len(findings)], "evidence."+e.ID, c.Evidence[0].ID)
	}
	return f
}

// second is the sign-in name of the reader who was drawn last.
func (m *matter) second() string {
	m.t.Helper()
	d := m.now().Draws
	if len(d) == 0 {
		m.t.Fatal("no reader was drawn")
	}
	return m.login(m.t, d[len(d)-1].Account)
}

// decide lets both readers conclude the same.
func (m *matter) decide(act ronda.Act) {
	m.t.Helper()
	m.act(m.officer, "kajian", m.conclusion(act, summary)...)
	m.stage(ronda.StageSecond)
	m.act(m.second(), "kajian", m.conclusion(act, summary)...)
	m.stage(ronda.StageDecided)
}

// upward passes a request up to the national office.
func (m *matter) upward() {
	m.t.Helper()
	m.act(m.officer, "teruskan")
	m.act("ketua.jabar", "teruskan")
	if o := m.now().Office; o != "bawaslu:" {
		m.t.Fatalf("the case is at %q, want the national office", o)
	}
}

// notice writes an act and waits until the portal has taken it.
func (m *matter) notice(login string, act ronda.Act, fields ...string) ronda.Notice {
	m.t.Helper()
	c := m.now()
	f := append([]string{"laku", "kirim", "jenis", string(act), "explanation", summary, "necessity", needed, "platform", "tiktok"}, fields...)
	for _, it := range c.Items {
		f = append(f, "items", it.ID)
	}
	for _, e := range c.Evidence {
		f = append(f, "evidence", e.ID)
	}
	m.act(login, "pemberitahuan/baru", f...)
	n := m.last()
	if n.Act != act {
		m.t.Fatalf("the last act is a %s, want a %s", n.Act, act)
	}
	return n
}

// until waits for a state of the last act: another goroutine sends it.
func (m *matter) until(what string, holds func(ronda.Notice) bool) ronda.Notice {
	m.t.Helper()
	changed, stop := m.db.NewEvents()
	defer stop()
	limit := time.After(time.Minute)
	for {
		if n := m.last(); holds(n) {
			return n
		}
		select {
		case <-changed:
		case <-limit:
			m.t.Fatalf("after a minute still not %s: %+v", what, m.last())
		}
	}
}

func (m *matter) sent() ronda.Notice {
	m.t.Helper()
	return m.until("sent", func(n ronda.Notice) bool { return n.State == ronda.NoticeSent })
}

// linkOf is the address that a report with this text names.
func linkOf(text string) string {
	return "https://www.tiktok.com/@contoh.uji/video/7300000000000" + digitsOf(text)
}

// linksOf makes n addresses.
func linksOf(text string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, linkOf(fmt.Sprint(text, i)))
	}
	return out
}

// answers is the form with which a platform answers every address of an act but the first few.
func answers(n ronda.Notice, skip int) []string {
	var f []string
	for _, it := range n.Items[skip:] {
		f = append(f, "answer."+it.Item, "removed", "told."+it.Item, "yes", "reason."+it.Item, "")
	}
	return f
}

func has(text string, words ...string) bool {
	for _, w := range words {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
			return false
		}
	}
	return true
}
