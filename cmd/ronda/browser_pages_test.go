package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"ronda"
	"ronda/internal/i18n"
)

// axe is axe-core, which finds faults of accessibility that a machine can find. See testdata/axe/README.md.
//
//go:embed testdata/axe/axe.min.js
var axe string

// part of the pages that one kind of person sees.
type part struct {
	login string
	paths []string
}

// everyPage looks at each page in both languages, one of them in the dark: G3 (axe without a violation), G4 (nothing sideways at 320), G13
// (language, no raw key, no word of the other language, the spelling of "antrean") and G15 (headers).
func everyPage(t *testing.T, w *window) {
	messages, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	foreign := foreignTexts(messages)
	bites(t, w)
	for _, p := range w.allPages(t) {
		t.Run(p.name(), func(t *testing.T) {
			t.Parallel()
			b := w.tab(t, p.login, 1366, 768)
			for _, path := range p.paths {
				for _, lang := range []string{"id", "en"} {
					b.inspect(path, lang, foreign[lang])
				}
			}
		})
	}
}

// bites shows that the checks find what they are there to find.
func bites(t *testing.T, w *window) {
	t.Helper()
	b := w.tab(t, "", 320, 740)
	b.goTo("/")
	b.run(chromedp.Evaluate[chromedp.Void](`document.querySelector("label[for=text]").remove(); document.querySelector("h1").style.minWidth = "500px"; document.querySelector("h1").textContent = "⟦home.title⟧"`))
	if faults := ask[string](b, axe+";"+axeRun); !strings.Contains(faults, "label") {
		t.Errorf("axe does not miss a label: %q", faults)
	}
	if ask[string](b, overflow) == "" {
		t.Error("a heading of 500 pixels is not seen at 320")
	}
	if len(ask[[]string](b, "("+wordFaults+`)("en", ["Dapat pesan"])`)) < 2 {
		t.Error("a raw key or a wrong language is not seen")
	}
}

func (p part) name() string {
	if p.login == "" {
		return "everyone"
	}
	return p.login
}

// allPages lists every kind of page that can be opened, by who opens it.
func (w *window) allPages(t *testing.T) []part {
	t.Helper()
	withPicture := w.find(t, ronda.StageTriage, func(c ronda.Case) bool { return len(c.Evidence) > 0 })[0]
	second := w.find(t, ronda.StageSecond, func(c ronda.Case) bool { return len(c.Draws) > 0 })[0]
	waiting := w.find(t, ronda.StageAwaiting, func(c ronda.Case) bool {
		n := c.Notices[len(c.Notices)-1]
		return n.Platform == "tiktok" && n.State == ronda.NoticeReceived
	})[0]
	request := w.find(t, ronda.StageNotified, func(c ronda.Case) bool { return c.Notices[len(c.Notices)-1].Act == ronda.Request })[0]
	decided := w.find(t, ronda.StageDecided, func(c ronda.Case) bool { return c.Decision.Act == ronda.Flag })[0]
	notice := waiting.Notices[len(waiting.Notices)-1].ID
	code := w.report(t, "Ada unggahan yang mengancam petugas TPS di kampung kami, lihat tautannya.")
	checks, err := w.db.RecentFactChecks(t.Context(), 1)
	if err != nil || len(checks) == 0 {
		t.Fatalf("no fact-check: %v", err)
	}
	return []part{
		{"", []string{"/", "/cek", "/periksa", "/periksa/" + checks[0].ID, "/lapor/tautan", "/tiket", "/tiket/" + code, "/peringatan", "/bantuan", "/bantuan/laporan-resmi",
			"/bantuan/situs-resmi", "/bantuan/salin-tautan", "/bantuan/salin-tautan/tiktok", "/keberatan", "/privasi", "/aksesibilitas", "/status", "/tidak-ada",
			"/data", "/data/tindakan", "/data/tindakan/" + notice, "/data/luar-log", "/data/platform/x", "/masuk"}},
		{w.login(t, withPicture.Holder), []string{"/kerja", "/kerja/antrean", "/kerja/antrean?tahap=new&cari=zzzz", "/kerja/pilah", "/kerja/pintasan", "/kerja/serahkan",
			"/kerja/kasus/" + withPicture.Number, "/kerja/kasus/" + withPicture.Number + "/kajian",
			"/kerja/kasus/" + withPicture.Number + "/kajian?ground=ite-28-2&laku=dasar"}},
		{w.login(t, second.Draws[len(second.Draws)-1].Account), []string{"/kerja/kasus/" + second.Number, "/kerja/kasus/" + second.Number + "/kajian"}},
		{w.login(t, decided.Assessments[0].By), []string{"/kerja/kasus/" + decided.Number, "/kerja/kasus/" + decided.Number + "/pemberitahuan/baru"}},
		{"", []string{"/akun-resmi", "/kontes/mayor-32.73", "/kontes/regent-11.01", "/deklarasi", "/data/komitmen/1", "/data/komitmen/2", "/data/komitmen/3"}},
		{"akun.bandung", []string{"/kerja/akun-kampanye/mayor-32.73", "/kerja/masa-tenang"}},
		{"petugas.bandung", []string{"/kerja/masa-tenang"}},
		{"ketua.jabar", []string{"/kerja", "/kerja/antrean?pilih=lewat", "/kerja/kasus/" + w.inside(t, "32").Number}},
		{"kementerian.satu", []string{"/kerja", "/kerja/antrean", "/kerja/kasus/" + request.Number}},
		{"penghubung.tiktok", []string{"/penghubung", "/penghubung?pilih=semua", "/penghubung/pemberitahuan/" + notice, "/penghubung/kinerja", "/penghubung/web-hook", "/kerja/kalender", "/kerja/akun/token",
			"/penghubung/uji-coba", "/penghubung/luar"}},
		{"pengelola", []string{"/kelola", "/kelola/saluran", "/kelola/saluran/tiktok"}},
		{"pengamat", []string{"/kerja", "/kerja/antrean", "/kerja/kasus/" + waiting.Number}},
		{"pemeriksa", []string{"/kerja/kasus/" + waiting.Number}},
	}
}

// inside returns an open case of a region with everything in it that a case can have.
func (w *window) inside(t *testing.T, area string) ronda.Case {
	t.Helper()
	return w.find(t, ronda.StageAwaiting, func(c ronda.Case) bool { return w.pack.Within(c.Region, area) })[0]
}

// inspect opens a page and checks what holds on every page.
func (b *tab) inspect(path, lang, foreign string) {
	b.t.Helper()
	scheme, prefix := "light", ""
	if lang == "en" {
		scheme, prefix = "dark", "/en"
		if path == "/" {
			path = ""
		}
	}
	path = prefix + path
	b.media("", scheme)
	b.run(chromedp.EmulateViewport(1366, 768))
	b.goTo(path)
	if faults := ask[string](b, axe+";"+axeRun); faults != "" {
		b.t.Errorf("%s (%s): axe: %s", path, scheme, faults)
	}
	for _, fault := range ask[[]string](b, "("+wordFaults+")("+quote(lang)+", "+foreign+")") {
		b.t.Errorf("%s: %s", path, fault)
	}
	b.run(chromedp.EmulateViewport(320, 740))
	if fault := ask[string](b, overflow); fault != "" {
		b.t.Errorf("%s is wider than 320 pixels: %s", path, fault)
	}
}

// axeRun runs every rule and says what is broken, with the place.
const axeRun = `axe.run(document, {resultTypes: ["violations"], rules: {"region": {enabled: true}}}).then(r => r.violations.map(v =>
	v.id + ": " + v.help + " [" + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + (n.any.concat(n.all, n.none)[0] || {message: ""}).message).join(" | ") + "]").join("\n  "))`

// overflow says which elements reach over the edge of the window.
const overflow = `(() => {
	const wide = document.documentElement.scrollWidth;
	if (wide <= innerWidth) return "";
	const out = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && e.getBoundingClientRect().width > 0);
	return wide + ": " + out.slice(-3).map(e => e.outerHTML.slice(0, 140)).join(" | ");
})()`

// wordFaults looks for words that must not be: raw keys, the other language's texts, a wrong spelling, a wrong language in the head.
const wordFaults = `(lang, foreign) => {
	const out = [];
	if (document.documentElement.lang !== lang) out.push("html lang is " + document.documentElement.lang);
	if (/⟦/.test(document.documentElement.outerHTML)) out.push("shows a raw key: " + document.documentElement.outerHTML.match(/⟦[^⟧]*/)[0]);
	if (/antrian|walikota/i.test(document.body.innerText)) out.push("says antrian or walikota");
	if (!document.title || !document.querySelector("h1")) out.push("has no title or no heading");
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), wrong = new Set(foreign);
	for (let n; (n = walk.nextNode());) {
		const text = n.data.trim(), own = n.parentElement.closest("[lang]");
		if (own && own.lang !== lang) continue;
		if (wrong.has(text)) out.push("says in another language: " + text);
	}
	const pair = document.querySelector('link[hreflang="' + (lang === "id" ? "en" : "id") + '"]');
	if (!document.querySelector('meta[name=robots]') && !pair) out.push("does not name its twin in the other language");
	return out;
}`

// foreignTexts lists for each language the texts of the other one that it does not say itself, as JavaScript arrays.
func foreignTexts(c *i18n.Catalogue) map[string]string {
	out := map[string]string{}
	for lang, other := range map[string]string{"id": "en", "en": "id"} {
		here, there := c.Printer(lang, nil), c.Printer(other, nil)
		own := map[string]bool{}
		for _, k := range c.Keys() {
			own[here.T(k)] = true
		}
		var list []string
		for _, k := range c.Keys() {
			// The name of a language and of the other theme stand in their own language on purpose.
			if text := there.T(k); len(text) > 5 && !strings.Contains(text, "{") && !own[text] && !strings.HasPrefix(k, "lang.") {
				list = append(list, text)
			}
		}
		b, err := json.Marshal(list)
		if err != nil {
			panic(fmt.Sprint("texts are strings: ", err))
		}
		out[lang] = string(b)
	}
	return out
}
