package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ronda"
)

// caseWith is the case of an address.
func (h *hub) caseWith(t testing.TB, link string) ronda.Case {
	t.Helper()
	for _, c := range h.find(t, ronda.StageNew, nil) {
		if slices.ContainsFunc(c.Items, func(it ronda.Item) bool { return it.Address == link }) {
			return c
		}
	}
	t.Fatalf("no case for %s", link)
	return ronda.Case{}
}

// rowTexts are the lines of the queue as they are read.
const rowTexts = `[...document.querySelectorAll("tr[data-row]")].map(r => r.innerText)`

// queueView: B1 and B2.
func queueView(t *testing.T, w *window) {
	b := w.tab(t, "narahubung", 1366, 768)
	b.goTo("/kerja/antrean")
	if n := ask[int](b, `[...document.querySelectorAll("tr[data-row]")].filter(r => r.getBoundingClientRect().bottom <= innerHeight).length`); n < 9 {
		t.Errorf("%d rows above the fold at 1366×768, want 9", n)
	}
	if right := ask[float64](b, `document.querySelector("tr[data-row] td:last-child").getBoundingClientRect().right`); right > 1366 || right < 200 {
		t.Errorf("the deadline column ends at %.0f", right)
	}
	// What a partner flagged stands first until somebody has looked at it; the rest is in the order of deadlines.
	due := ask[[]string](b, `[...document.querySelectorAll("tr[data-row]:not([data-priority]) td:last-child time")].map(x => x.dateTime)`)
	if len(due) < 9 || !slices.IsSorted(due) {
		t.Errorf("deadlines are not in order: %v", due)
	}
	b.says("Lewat tenggat")

	b.run(chromedp.SetValue(chromedp.CSS("#masalah"), "hoax"))
	b.press("form.filter button")
	link, rows := b.where(), ask[[]string](b, rowTexts)
	if !strings.Contains(link, "masalah=hoax") || len(rows) == 0 {
		t.Fatalf("%s: %d rows", link, len(rows))
	}
	other := w.tab(t, "narahubung", 1024, 768)
	other.goTo(link)
	if got := ask[[]string](other, rowTexts); !slices.Equal(got, rows) {
		t.Errorf("the same link shows something else:\n%v\n%v", got, rows)
	}
	other.says("1 saringan aktif")
}

// mergeAndSplit: B3.
func mergeAndSplit(t *testing.T, w *window) {
	into := w.bring(t, "Kasus pertama dari dua yang digabung lalu dipisahkan lagi.")
	from := w.bring(t, "Kasus kedua yang ternyata tentang hal yang sama.")
	into.act(into.officer, "ambil")
	from.act(from.officer, "ambil")
	b := w.tab(t, into.officer, 1366, 768)
	b.goTo("/kerja/kasus/" + into.number)
	b.openFold(`form[action$="/gabung"]`)
	b.fill("#other", strings.ToLower(from.number))
	b.press(`form[action$="/gabung"] button`)
	merged := into.now()
	if len(merged.Items) != 2 {
		t.Fatalf("%d addresses after merging, want 2 (at %s)\n%s", len(merged.Items), b.where(), b.text())
	}
	b.goTo("/kerja/kasus/" + into.number)
	b.says("Tautan (2)", "Kasus lain digabung ke sini", "2 laporan")
	b.goTo("/kerja/kasus/" + from.number)
	b.says(into.number)
	b.openFold(`form[action$="/pisah"]`)
	b.tick("#split-1")
	b.tick(`label[for="splitr-0"]`)
	b.fill("#split-title", "Dipisahkan lagi")
	b.press(`form[action$="/pisah"] button`)
	if n := len(into.now().Items); n != 1 {
		t.Errorf("%d addresses after splitting, want 1\n%s", n, b.text())
	}
	b.goTo("/kerja/kasus/" + into.number)
	b.says("Tautan (1)", "Sebagian dipisahkan", "Kasus lain digabung ke sini", "1 laporan")
}

// openFold opens the fold in which a form lies.
func (b *tab) openFold(form string) {
	b.t.Helper()
	b.run(chromedp.Evaluate[chromedp.Void]("document.querySelector(" + quote(strings.ReplaceAll(form, `"`, `'`)) + ").closest('details').open = true"))
}

// blindReading: B4 and G6. The second reader sees nothing of the first conclusion, writes the own one with the keyboard, and only then
// both stand side by side; the first reader cannot be the second one too.
func blindReading(t *testing.T, w *window) {
	m := w.bring(t, "Unggahan yang akan dikaji dua orang, yang kedua tanpa tahu simpulan pertama.")
	m.triage()
	m.act(m.officer, "kajian", m.conclusion(ronda.Flag, summary)...)
	first := w.tab(t, m.officer, 1366, 768)
	if status := first.goTo("/kerja/kasus/" + m.number + "/kajian"); status != 403 {
		t.Errorf("the first reader may assess again: status %d", status)
	}
	again := m.visit(t, m.officer).post("/kerja/kasus/"+m.number+"/kajian", m.conclusion(ronda.Flag, summary)...)
	if again.StatusCode != 403 || len(m.now().Assessments) != 1 {
		t.Errorf("the first reader was taken as the second: status %d", again.StatusCode)
	}

	b := w.tab(t, m.second(), 1366, 768)
	for _, path := range []string{"/kerja/kasus/" + m.number, "/kerja/kasus/" + m.number + "/kajian"} {
		b.goTo(path)
		if page := ask[string](b, "document.documentElement.outerHTML"); strings.Contains(page, summary) || strings.Contains(page, needed) || strings.Contains(page, stays[0]) {
			t.Errorf("%s shows the second reader what the first one wrote", path)
		}
	}
	b.says("Kajian")
	own := "Menurut saya unggahan ini boleh tetap ada, ajakannya tidak jelas ditujukan kepada siapa."
	b.tabTo("#summary")
	b.key(own)
	b.tabTo("input[name=outcome]")
	b.key(kb.ArrowDown)
	b.key(kb.ArrowUp)
	b.key(kb.ArrowDown) // "no action"
	b.tabTo("input[name=target]")
	b.key(" ")
	for i, reason := range ronda.Exclusions() {
		b.tabTo(`[id="may_stay.` + reason + `"]`)
		b.key(stays[i])
	}
	b.tabTo(".acts button[value=simpan]")
	if status := b.load(chromedp.KeyEvent(kb.Enter)); status != 200 {
		t.Fatalf("saving: status %d\n%s", status, b.text())
	}
	b.goTo("/kerja/kasus/" + m.number)
	b.says(own, summary)
	m.stage(ronda.StageThird)
}

// twoWindows: B5.
func twoWindows(t *testing.T, w *window) {
	m := w.bring(t, "Kasus yang dibuka di dua jendela oleh dua orang.")
	m.act(m.officer, "ambil")
	one, two := w.tab(t, "ketua.jabar", 1366, 768), w.tab(t, m.officer, 1366, 768)
	for i, b := range []*tab{one, two} {
		b.goTo("/kerja/kasus/" + m.number)
		b.openFold(`form[action$="/pilah"]`)
		b.fill("#title", []string{"Judul dari ketua", "Judul dari petugas"}[i])
	}
	one.press(`form[action$="/pilah"] button`)
	if status := two.press(`form[action$="/pilah"] button`); status != 409 {
		t.Errorf("the second to save gets status %d, want 409", status)
	}
	two.says("baru diubah oleh " + w.app.nameOf(t, "ketua.jabar"))
	if got := ask[string](two, "document.querySelector('#title').value"); got != "Judul dari petugas" {
		t.Errorf("what the second typed is gone: %q", got)
	}
	if got := m.now().Title; got != "Judul dari ketua" {
		t.Errorf("title %q: overwritten in silence", got)
	}
}

// maskedContent: B6. No byte of a picture is loaded before somebody opens it.
func maskedContent(t *testing.T, w *window) {
	c := w.find(t, ronda.StageTriage, func(c ronda.Case) bool { return len(c.Evidence) > 0 })[0]
	b := w.tab(t, w.login(t, c.Holder), 1366, 768)
	b.seen.reset()
	b.goTo("/kerja/kasus/" + c.Number)
	if requests, _ := b.seen.read(); slices.ContainsFunc(requests, func(r string) bool { return strings.Contains(r, "/berkas/") }) {
		t.Errorf("the picture is loaded before it is opened: %v", requests)
	}
	b.tick("#bukti details.mask summary")
	b.until(`(i => i && i.complete && i.naturalWidth > 0)(document.querySelector("#bukti details.mask img"))`)
	if requests, _ := b.seen.read(); !slices.ContainsFunc(requests, func(r string) bool { return strings.Contains(r, "/berkas/") }) {
		t.Error("the picture was not loaded when it was opened")
	}
}

// until waits for a condition on the page, at each frame that it draws.
func (b *tab) until(condition string) {
	b.t.Helper()
	ask[bool](b, "new Promise(done => { const look = () => ("+condition+") ? done(true) : requestAnimationFrame(look); look(); })")
}

// shortcuts: G7. Off until a person turns them on; then they move and open, and "?" lists them.
func shortcuts(t *testing.T, w *window) {
	b := w.tab(t, "ketua.jabar", 1366, 768)
	b.goTo("/kerja/antrean")
	before := ask[string](b, "document.querySelector('main').innerHTML")
	for _, k := range []string{"e", "k", "j", "x", "b", "?"} {
		b.key(k)
	}
	if b.where() != "/kerja/antrean" || ask[string](b, "document.querySelector('main').innerHTML") != before || ask[int](b, "document.querySelectorAll('[aria-current=true], input:checked').length") != 0 {
		t.Error("keys do something before shortcuts are turned on")
	}
	b.goTo("/kerja/pintasan")
	b.press("main form button")
	b.goTo("/kerja/antrean")
	b.key("j")
	b.key("j")
	if at := ask[int](b, `[...document.querySelectorAll("tr[data-row]")].findIndex(r => r.getAttribute("aria-current") === "true")`); at != 1 {
		t.Errorf("after j, j the mark is on row %d, want 1", at)
	}
	b.key("x")
	if n := ask[int](b, "document.querySelectorAll('tr[data-row] input:checked').length"); n != 1 {
		t.Errorf("x ticks %d rows", n)
	}
	b.run(chromedp.Focus(chromedp.CSS("#cari")))
	b.key("jx?")
	if got := ask[string](b, "document.querySelector('#cari').value"); got != "jx?" {
		t.Errorf("keys typed in a field do something else: %q", got)
	}
	b.run(chromedp.Evaluate[chromedp.Void]("document.activeElement.blur()"))
	b.load(chromedp.KeyEvent("?"))
	if b.where() != "/kerja/pintasan" {
		t.Errorf("? leads to %s", b.where())
	}
	b.says("Pintasan")
}

// printed: G12. On paper there is no menu and no form; a ticket and an act fit on two pages of A4.
func printed(t *testing.T, w *window) {
	code := w.report(t, "Laporan yang akan dicetak pada kertas.")
	notice := w.inside(t, "32").Notices[0].ID
	b := w.tab(t, "", 794, 1123)
	for path, most := range map[string]int{"/tiket/" + code: 2, "/data/tindakan/" + notice: 3, "/keberatan": 3} {
		b.goTo(path)
		b.media("print", "dark")
		if shown := ask[[]string](b, `[...document.querySelectorAll("nav, footer nav, .skip, .menu, .leave, main form button, .who, .demo form")].filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 0).map(e => e.outerHTML.slice(0, 90))`); len(shown) > 0 {
			t.Errorf("%s on paper shows %v", path, shown)
		}
		if dark := ask[string](b, `getComputedStyle(document.body).color + " on " + getComputedStyle(document.documentElement).backgroundColor`); !strings.HasPrefix(dark, "rgb(0, 0, 0)") {
			t.Errorf("%s prints %s", path, dark)
		}
		pdf, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69, PreferCSSPageSize: new(true)})
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(pdf.Data), "/Type /Page\n") + strings.Count(string(pdf.Data), "/Type /Page "); n < 1 || n > most {
			t.Errorf("%s is %d pages of paper, at most %d", path, n, most)
		}
		b.media("", "light")
	}
}

// headers: G15. What a ticket page says to caches and other sites, and that no page allows inline code.
func headers(t *testing.T, w *window) {
	code := w.report(t, "Laporan untuk memeriksa kepala jawaban.")
	ticket := w.visit(t, "").get("/tiket/"+code).is(t, 200)
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"} {
		if got := ticket.Header.Get(name); !strings.Contains(got, want) {
			t.Errorf("ticket: %s is %q, want %s", name, got, want)
		}
	}
	for who, path := range map[string]string{"": "/", "ketua.jabar": "/kerja/antrean", "penghubung.tiktok": "/penghubung"} {
		policy := w.visit(t, who).get(path).is(t, 200).Header.Get("Content-Security-Policy")
		if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") || (who == "" && strings.Contains(policy, "script-src")) {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
	b := w.tab(t, "", 1366, 768)
	b.goTo("/tiket/" + code)
	cookies, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cookies.Cookies {
		if !c.HTTPOnly || c.SameSite == "" {
			t.Errorf("cookie %s can be read or sent by others", c.Name)
		}
	}
}

// fiveAnswers: C1 and G6. One address of five without an answer: the summary names it, the other four are kept, and nothing was stored.
func fiveAnswers(t *testing.T, w *window) {
	m := w.bring(t, "Lima tautan dalam satu laporan untuk dijawab platform.", linksOf("lima tautan", 5)...)
	m.triage()
	m.decide(ronda.Flag)
	m.notice(m.officer, ronda.Flag, "good_faith", "ya")
	n := m.sent()
	if len(n.Items) != 5 {
		t.Fatalf("the act names %d addresses, want 5", len(n.Items))
	}
	b := w.tab(t, "penghubung.tiktok", 1366, 768)
	b.goTo("/penghubung/pemberitahuan/" + n.ID)
	for i, it := range n.Items {
		b.tabTo(`[id="a-` + it.Item + `"]`)
		if i == 2 {
			continue
		}
		b.key(kb.ArrowDown)
	}
	b.tabTo(`form[action$="/jawab"] > button`)
	if status := b.load(chromedp.KeyEvent(kb.Enter)); status != 422 {
		t.Fatalf("one answer is missing: status %d\n%s", status, b.text())
	}
	if link := ask[string](b, `document.querySelector(".faults a").getAttribute("href")`); link != "#answers."+n.Items[2].Item {
		t.Errorf("the summary leads to %s, want the third address", link)
	}
	kept := ask[[]string](b, `[...document.querySelectorAll("select[name^='answer.']")].map(s => s.value)`)
	if len(kept) != 5 || kept[2] != "" || slices.Contains(slices.Delete(slices.Clone(kept), 2, 3), "") {
		t.Errorf("answers on the page: %q, want four kept", kept)
	}
	for _, it := range m.last().Items {
		if it.Answer != "" {
			t.Error("an incomplete form was stored")
		}
	}
	b.run(chromedp.SetValue(chromedp.CSS(`[id="a-`+n.Items[2].Item+`"]`), string(ronda.AnswerRemoved)))
	if status := b.press(`form[action$="/jawab"] > button`); status != 200 {
		t.Errorf("all answered: status %d\n%s", status, b.text())
	}
	m.stage(ronda.StageActed)
}

// TestBrowserClock: C2. A deadline passes by the clock alone, and every page that is concerned says so in words.
func TestBrowserClock(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	w := &window{startHub(t, ""), browser}
	running := w.find(t, ronda.StageAwaiting, func(c ronda.Case) bool {
		n := c.Notices[len(c.Notices)-1]
		return n.Act == ronda.Order && n.State == ronda.NoticeReceived && !n.Overdue && n.Platform == "tiktok" && n.DueAt.After(w.app.now())
	})[0]
	m := &matter{hub: w.hub, t: t, number: running.Number}
	id := m.last().ID
	w.putForward(26 * time.Hour)
	m.until("overdue", func(n ronda.Notice) bool { return n.Overdue })
	for who, path := range map[string]string{"narahubung": "/kerja/antrean?pilih=lewat&cari=" + m.number, "penghubung.tiktok": "/penghubung?pilih=lewat", "": "/data/tindakan/" + id} {
		b := w.tab(t, who, 1366, 768)
		b.goTo(path)
		b.says("Lewat tenggat")
		if who == "narahubung" {
			b.says(m.number)
		}
	}
}
