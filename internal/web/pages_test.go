package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/web"
)

var update = flag.Bool("update", false, "rewrite the golden pages")

// citizenPages are the pages that the golden files hold, by name, with the visit that leads to each.
var citizenPages = map[string]func(b *browser, lang string) view{
	"home": func(b *browser, l string) view { return b.get(l + "/") },
	"cek-cocok": func(b *browser, l string) view {
		return b.post(l+"/cek", "text", "surat suara tercoblos, 081234567890")
	},
	"cek-mirip":     func(b *browser, l string) view { return b.post(l+"/cek", "text", "Tanpa KTP tidak boleh") },
	"cek-belum":     func(b *browser, l string) view { return b.post(l+"/cek", "text", "TPS pindah ke lapangan") },
	"cek-resmi":     func(b *browser, l string) view { return b.post(l+"/cek", "text", "Nama saya hilang dari DPT") },
	"cek-izin":      func(b *browser, l string) view { return b.post(l+"/cek/izin", "text", "TPS pindah ke lapangan") },
	"periksa":       func(b *browser, l string) view { return b.get(l + "/periksa/k01") },
	"periksa-semua": func(b *browser, l string) view { return b.get(l + "/periksa") },
	"lapor-tautan":  func(b *browser, l string) view { return b.get(l + "/lapor/tautan") },
	"lapor-galat":   func(b *browser, l string) view { return b.post(l+"/lapor/tautan", "link", "tiktok", "text", "x") },
	"lapor-masalah": func(b *browser, l string) view {
		return b.post(l+"/lapor/tautan", "link", "https://www.tiktok.com/@a/video/1")
	},
	"lapor-wilayah": func(b *browser, l string) view { return answer(b, l, 2) },
	"lapor-bukti":   func(b *browser, l string) view { return answer(b, l, 3) },
	"lapor-periksa": func(b *browser, l string) view { return answer(b, l, 4) },
	"lapor-kirim":   func(b *browser, l string) view { return answer(b, l, 5) },
	"tiket":         func(b *browser, l string) view { return b.get(l + "/tiket") },
	"tiket-satu":    func(b *browser, l string) view { return b.get(l + "/tiket/RND-7K3M-9Q2X-4TBC") },
	"peringatan":    func(b *browser, l string) view { return b.get(l + "/peringatan") },
	"bantuan":       func(b *browser, l string) view { return b.get(l + "/bantuan") },
	"laporan-resmi": func(b *browser, l string) view { return b.get(l + "/bantuan/laporan-resmi") },
	"situs-resmi":   func(b *browser, l string) view { return b.get(l + "/bantuan/situs-resmi") },
	"salin":         func(b *browser, l string) view { return b.get(l + "/bantuan/salin-tautan") },
	"salin-tiktok":  func(b *browser, l string) view { return b.get(l + "/bantuan/salin-tautan/tiktok") },
	"keberatan":     func(b *browser, l string) view { return b.get(l + "/keberatan") },
	"privasi":       func(b *browser, l string) view { return b.get(l + "/privasi") },
	"aksesibilitas": func(b *browser, l string) view { return b.get(l + "/aksesibilitas") },
	"status":        func(b *browser, l string) view { return b.get(l + "/status") },
	"tidak-ada":     func(b *browser, l string) view { return b.get(l + "/tidak-ada") },
}

// answer answers the first n questions of a report and returns the last page.
func answer(b *browser, l string, n int) view {
	var page view
	for i, post := range [][]string{
		{"/lapor/tautan", "link", "https://www.tiktok.com/@a/video/1", "text", "Hubungi 081234567890"},
		{"/lapor/masalah", "category", "hoax"}, {"/lapor/wilayah", "region", "71.09"}, {"/lapor/bukti"}, {"/lapor/periksa-jawaban"},
	} {
		if i < n {
			page = b.post(l+post[0], post[1:]...)
		}
	}
	return page
}

// someAlerts is one warning in force.
type someAlerts struct{}

func (someAlerts) CurrentAlerts(context.Context, time.Time) ([]ronda.Alert, error) {
	return []ronda.Alert{{ID: "p1", Region: "34.04", Urgency: 4, PublishedAt: now.Add(-time.Hour), Org: "Mitra Contoh", Check: "k01",
		Title: text("Kabar bohong tentang surat suara tercoblos", "False news of punched ballots"),
		Text:  text("Foto lama beredar lagi di grup warga.\nJangan diteruskan.", "An old photo goes around in chat groups.\nDo not forward it.")}}, nil
}

// health says that one of two parts is down.
type health struct{}

func (health) Parts(context.Context) []web.Part {
	return []web.Part{{Name: "report", OK: true}, {Name: "check", OK: false}}
}

var (
	hashRE   = regexp.MustCompile(`\.[0-9a-f]{10}\.`)
	keyRE    = regexp.MustCompile(`(name="key" value=")[0-9A-Z]{26}`)
	langOnly = map[string]string{"id": "", "en": "/en"}
)

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	h := site(t, func(o *web.Options) { o.Alerts, o.Health, o.Demo = someAlerts{}, health{}, true })
	for lang, prefix := range langOnly {
		for name, visit := range citizenPages {
			t.Run(lang+"/"+name, func(t *testing.T) {
				golden(t, lang, name, visit(browse(t, h), prefix))
			})
		}
	}
}

// golden compares a page with its file, or writes the file.
func golden(t *testing.T, lang, name string, page view) {
	t.Helper()
	got := keyRE.ReplaceAllString(hashRE.ReplaceAllString(page.Body, ".hash."), "${1}KEY")
	file := filepath.Join("testdata", "golden", lang, name+".html")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run with -update and look at the page)", err)
	}
	if got != string(want) {
		t.Errorf("page %s differs from %s; run with -update and look at it:\n%s", name, file, firstDifference(string(want), got))
	}
}

func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "want " + a[i] + "\ngot  " + b[i]
		}
	}
	return "one has more lines"
}

var (
	idRE     = regexp.MustCompile(` id="([^"]+)"`)
	forRE    = regexp.MustCompile(` (?:for|aria-labelledby|aria-describedby)="([^"]+)"|href="#([^"]+)"`)
	foreign  = regexp.MustCompile(`(?:src|action|srcset)="(?:https?:)?//|<link[^>]+href="https?://(?:[^r]|r[^o])`)
	forbidRE = regexp.MustCompile(`(?i)<script| style="| on[a-z]+="|javascript:|<iframe|http-equiv="refresh"|⟦|ZgotmplZ|antrian`)
)

// TestPagesAreWhole looks for what no page may have, and for references that lead nowhere.
func TestPagesAreWhole(t *testing.T) {
	t.Parallel()
	h := site(t, func(o *web.Options) { o.Alerts, o.Health = someAlerts{}, health{} })
	for lang, prefix := range langOnly {
		for name, visit := range citizenPages {
			page := visit(browse(t, h), prefix)
			if !strings.Contains(page.Body, `<html lang="`+lang+`"`) || strings.Count(page.Body, "<h1") != 1 {
				t.Errorf("%s/%s: language or heading is wrong", lang, name)
			}
			if bad := forbidRE.FindString(page.Body); bad != "" {
				t.Errorf("%s/%s holds %q", lang, name, bad)
			}
			if bad := foreign.FindString(page.Body); bad != "" {
				t.Errorf("%s/%s loads from elsewhere: %q", lang, name, bad)
			}
			ids := map[string]bool{}
			for _, m := range idRE.FindAllStringSubmatch(page.Body, -1) {
				if ids[m[1]] {
					t.Errorf("%s/%s: id %q twice", lang, name, m[1])
				}
				ids[m[1]] = true
			}
			for _, m := range forRE.FindAllStringSubmatch(page.Body, -1) {
				for _, ref := range strings.Fields(m[1] + " " + m[2]) {
					if !ids[ref] {
						t.Errorf("%s/%s refers to %q, which is not there", lang, name, ref)
					}
				}
			}
		}
	}
}

var assetRE = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)

// TestByteBudget holds citizen pages to what slow networks carry: HTML of 14 kB, 50 kB and four requests in all.
func TestByteBudget(t *testing.T) {
	t.Parallel()
	h := site(t)
	for name, visit := range citizenPages {
		page := visit(browse(t, h), "")
		html := zipped(t, []byte(page.Body))
		total, requests := html, 1
		for _, m := range assetRE.FindAllStringSubmatch(page.Body, -1) {
			r := httptest.NewRequest("GET", m[1], nil)
			r.Header.Set("Accept-Encoding", "gzip")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %s answered %d", name, m[1], w.Code)
			}
			total, requests = total+w.Body.Len(), requests+1
		}
		if html > 14_000 || total > 50_000 || requests > 4 {
			t.Errorf("%s: HTML %d bytes, %d in all, %d requests", name, html, total, requests)
		}
	}
}

func zipped(t testing.TB, b []byte) int {
	t.Helper()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return z.Len()
}

// TestShareImages holds the pictures of messengers under 30 kB.
func TestShareImages(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("static/og-*.png")
	if err != nil || len(files) != 14 {
		t.Fatalf("%d pictures, %v", len(files), err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Size() > 30_000 {
			t.Errorf("%s: %v %v", f, info.Size(), err)
		}
	}
}
