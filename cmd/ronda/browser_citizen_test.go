package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// checkMessage: A1, A2 and A3 on a phone without script.
func checkMessage(t *testing.T, w *window) {
	checks, err := w.db.RecentFactChecks(t.Context(), 1)
	if err != nil || len(checks) == 0 {
		t.Fatalf("no fact-check: %v", err)
	}
	b := w.tab(t, "", 360, 740).withoutScript()
	b.goTo("/")
	b.fill("#text", "VIRAL! Sebarkan! "+checks[0].Claim.In("id"))
	if status := b.press(".paste button"); status != 200 {
		t.Errorf("check: status %d", status)
	}
	b.says("Pesan ini cocok dengan yang sudah diperiksa", checks[0].Truth.In("id"), checks[0].Outlet)
	if words := ask[string](b, "document.querySelector('.vword, .verdict').innerText"); words == "" {
		t.Error("the verdict is not said in a word")
	}

	b.goTo("/")
	b.fill("#text", "Xilbrum qwertop zanflor mudrekil, hubungi Budi di 0812-3456-7890 ya")
	b.press(".paste button")
	b.says("bukan berarti pesannya benar", "Boleh kami tampilkan", "kami menyamarkan 1 nomor telepon")
	if page := ask[string](b, "document.documentElement.outerHTML"); strings.Contains(page, "3456-7890") {
		t.Error("the number is still on the page")
	}
}

// reportByKeyboard: A4 and G6, with the keyboard alone and without script: at most six pages, Back keeps what was typed, a second press
// makes no second ticket, and the code opens it.
func reportByKeyboard(t *testing.T, w *window) {
	b := w.tab(t, "", 360, 740).withoutScript()
	link := linkOf("laporan dengan papan ketik")
	pages := 1
	next := func(control string) {
		t.Helper()
		pages++
		b.tabTo(control)
		if status := b.load(chromedp.KeyEvent(kb.Enter)); status != 200 {
			t.Fatalf("page %d: status %d at %s\n%s", pages, status, b.where(), b.text())
		}
	}
	b.goTo("/lapor/tautan")
	b.tabTo("#link")
	b.key(link)
	next("form .acts button")
	b.tabTo("input[name=category]")
	b.key(" ")
	b.key(kb.ArrowDown)
	next("form .acts button")
	b.load(chromedp.NavigateBack())
	b.load(chromedp.NavigateBack())
	if got := ask[string](b, "document.querySelector('#link').value"); got != link {
		t.Errorf("Back has lost the address: %q", got)
	}
	b.goTo("/lapor/wilayah")
	b.tabTo("input[name=region]")
	b.key(" ")
	next("form .acts button")
	b.tabTo("#note")
	b.key("Terdengar pada detik ketujuh.")
	next("form .acts button")
	review := b.where()
	next("form[enctype] button")
	if pages > 6 {
		t.Errorf("%d pages, at most 6", pages)
	}
	b.says("Laporan terkirim", "Kabar pertama paling lambat")
	code := codeRE.FindString(b.text())
	b.load(chromedp.NavigateBack())
	if b.where() == review {
		b.press("form[enctype] button")
	} else {
		b.goTo("/lapor/terkirim")
	}
	if again := codeRE.FindString(b.text()); again != code {
		t.Errorf("a second press made ticket %s beside %s", again, code)
	}
	b.goTo("/tiket")
	b.tabTo("#code")
	b.key(strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	if status := b.load(chromedp.KeyEvent(kb.Enter)); status != 200 {
		t.Errorf("ticket: status %d", status)
	}
	b.says(code)
}

// emptySteps: A5 and A6. Each step sent empty says so first, at the field, in the title, with the focus on the summary.
func emptySteps(t *testing.T, w *window) {
	b := w.tab(t, "", 360, 740)
	b.goTo("/lapor/tautan")
	b.expectFault("form .acts button", "link")
	b.fill("#link", "tiktok")
	b.expectFault("form .acts button", "link")
	if got := ask[string](b, "document.querySelector('#link').value"); got != "tiktok" {
		t.Errorf("what was typed is gone: %q", got)
	}
	b.fill("#link", linkOf("langkah kosong"))
	b.press("form .acts button")
	b.expectFault("form .acts button", "category")
	b.tick("#category")
	b.press("form .acts button")
	b.expectFault("form .acts button", "region")
	b.goTo("/")
	b.expectFault(".paste button", "text")
	b.goTo("/tiket")
	b.expectFault("main form button", "code")
	b.fill("#code", "7K3M 9Q2X 4TBD")
	if status := b.press("main form button"); status != 404 {
		t.Errorf("an unknown code: status %d, want 404", status)
	}
	b.says("Kode ini tidak ditemukan")
}

// expectFault presses a button and checks everything that a page with a fault owes.
func (b *tab) expectFault(button, field string) {
	b.t.Helper()
	if status := b.press(button); status != 422 {
		b.t.Errorf("%s: status %d, want 422", b.where(), status)
	}
	b.until("document.activeElement !== document.body") // the browser moves the focus after it has drawn the page
	if fault := ask[string](b, `(field => {
		const box = document.querySelector(".faults");
		if (!box) return "no summary of faults";
		if (!document.title.startsWith("Galat:")) return "the title is " + document.title;
		if (document.activeElement !== box) return "the focus is on " + document.activeElement.outerHTML.slice(0, 80);
		const first = box.compareDocumentPosition(document.querySelector("h1"));
		if (!(first & Node.DOCUMENT_POSITION_FOLLOWING)) return "the summary is not first";
		const link = box.querySelector('a[href="#' + field + '"]');
		if (!link) return "no link to " + field;
		const target = document.getElementById(field), at = document.getElementById(field + "-fault");
		if (!target || !at) return "the link leads nowhere";
		if (!at.innerText.includes(link.innerText)) return "other words at the field: " + at.innerText;
		return "";
	})(`+quote(field)+`)`); fault != "" {
		b.t.Errorf("%s: %s", b.where(), fault)
	}
}

// weight: G1. What a first visit transfers, what it asks of others (nothing) and how much script citizens get (none).
func weight(t *testing.T, w *window) {
	code := w.report(t, "Laporan yang dipakai untuk menimbang halaman tiket.")
	type budget struct {
		login  string
		paths  []string
		kb     int
		script bool
	}
	for _, x := range []budget{
		{"", []string{"/", "/cek", "/lapor/tautan", "/tiket", "/tiket/" + code, "/keberatan", "/periksa"}, 50, false},
		{"", []string{"/data", "/data/tindakan"}, 150, true},
		{"ketua.jabar", []string{"/kerja", "/kerja/antrean", "/kerja/kasus/" + w.inside(t, "32").Number}, 150, true},
		{"penghubung.tiktok", []string{"/penghubung"}, 150, true},
	} {
		for _, path := range x.paths {
			b := w.tab(t, x.login, 360, 740) // a window of its own has nothing in its cache
			b.seen.reset()
			b.goTo(path)
			requests, bytes := b.seen.read()
			t.Logf("%-40s %6.1f kB in %d requests", path, float64(bytes)/1000, len(requests))
			if bytes > x.kb*1000 || bytes == 0 {
				t.Errorf("%s transfers %d bytes, at most %d kB", path, bytes, x.kb)
			}
			if !x.script && len(requests) > 4 {
				t.Errorf("%s makes %d requests, at most 4: %v", path, len(requests), requests)
			}
			for _, r := range requests {
				if u, err := url.Parse(r); err != nil || (u.Scheme != "data" && "http://"+u.Host != w.base) {
					t.Errorf("%s asks a third party: %s", path, r)
				}
			}
			if n := ask[int](b, "document.querySelectorAll('script, [onclick], [onload], [onsubmit]').length"); !x.script && n > 0 {
				t.Errorf("%s has %d scripts", path, n)
			}
		}
	}
}

// slowLine: G2, as far as a shared machine can judge it: nothing jumps, and the first page stands within four seconds on 400 kbit/s with 400 ms
// of delay. Only a slow machine makes it later than it is, so the best of three counts.
func slowLine(t *testing.T, w *window) {
	best := 1e9
	for range 3 {
		b := w.tab(t, "", 360, 740)
		if _, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
			{Latency: 400, DownloadThroughput: 50_000, UploadThroughput: 50_000}}}); err != nil {
			t.Fatal(err)
		}
		b.goTo("/")
		lcp := ask[float64](b, `new Promise(done => new PerformanceObserver(l => done(l.getEntries().at(-1).startTime)).observe({type: "largest-contentful-paint", buffered: true}))`)
		if lcp < best {
			best = lcp
		}
		if best <= 4000 {
			break
		}
	}
	t.Logf("largest paint after %.0f ms", best)
	if best > 4000 {
		t.Errorf("the first page stands after %.0f ms, at most 4000", best)
	}
	b := w.tab(t, "ketua.jabar", 1366, 768)
	for _, path := range []string{"/", "/lapor/tautan", "/kerja/antrean", "/kerja"} {
		b.goTo(path)
		if shift := ask[float64](b, `new Promise(done => { let s = 0; new PerformanceObserver(l => l.getEntries().forEach(e => s += e.value)).observe({type: "layout-shift", buffered: true}); requestAnimationFrame(() => requestAnimationFrame(() => done(s))); })`); shift > 0.05 {
			t.Errorf("%s jumps: %.3f", path, shift)
		}
	}
}

// enlarged: G5 and G16. At 400 % (1366 pixels shown as 341) and with wide text spacing nothing is cut off, also with the longest name
// of a region and a message of 2,000 letters.
func enlarged(t *testing.T, w *window) {
	long := strings.Repeat("Pesanpanjangtanpaspasi", 30) + " " + strings.Repeat("kata demi kata yang panjang ", 48)
	v := w.visit(t, "")
	v.post("/lapor/tautan", "link", linkOf("teks panjang"), "text", long[:2000]).is(t, 200)
	v.post("/lapor/masalah", "category", "violence").is(t, 200)
	v.post("/lapor/wilayah", "region", "71.09").is(t, 200)
	v.post("/lapor/bukti", "note", "").is(t, 200)
	code := codeRE.FindString(v.postFiles("/lapor/periksa-jawaban", nil).is(t, 200).text)
	if name := w.pack.RegionName("71.09"); !strings.Contains(name, "Siau Tagulandang Biaro") {
		t.Fatalf("71.09 is %s", name)
	}
	c := w.caseWith(t, linkOf("teks panjang"))
	b := w.tab(t, "narahubung", 341, 192)
	for _, path := range []string{"/", "/lapor/tautan", "/tiket/" + code, "/data", "/kerja/antrean", "/kerja/antrean?cari=" + c.Number, "/kerja/kasus/" + c.Number} {
		b.goTo(path)
		if fault := ask[string](b, overflow); fault != "" {
			t.Errorf("%s at 400 %%: %s", path, fault)
		}
		b.run(chromedp.Evaluate[chromedp.Void](spacing))
		if fault := ask[string](b, overflow); fault != "" {
			t.Errorf("%s with text spacing: %s", path, fault)
		}
		if fault := ask[string](b, cutOff); fault != "" {
			t.Errorf("%s with text spacing: cut off: %s", path, fault)
		}
	}
}

// spacing is the text spacing of WCAG 1.4.12.
const spacing = `(() => { for (const e of document.querySelectorAll("body *")) { e.style.setProperty("line-height", "1.5", "important"); e.style.setProperty("letter-spacing", "0.12em", "important"); e.style.setProperty("word-spacing", "0.16em", "important"); } })()`

// cutOff finds buttons and links whose words do not fit into them.
const cutOff = `(() => [...document.querySelectorAll("main button, main a.button, main summary, main label")].filter(e => {
	const s = getComputedStyle(e);
	return e.offsetWidth > 4 && s.overflow !== "visible" && (e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 2) && s.position !== "absolute";
}).map(e => e.outerHTML.slice(0, 120)).slice(0, 3).join(" | "))()`
