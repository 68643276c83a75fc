package web_test

import (
	"context"
	"encoding/csv"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/demo"
	"ronda/internal/election"
	"ronda/internal/ledger"
	"ronda/internal/link"
	"ronda/internal/notice"
	"ronda/internal/portal"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
	"ronda/internal/web"
)

// plainDrawer owes jobs and no log entries.
type plainDrawer struct{ p *ronda.Pack }

func (d plainDrawer) Change(c ronda.Case, events []ronda.Event) (ronda.Change, error) {
	return ronda.Change{Case: c, Events: events, Jobs: casework.Jobs(c, events, d.p)}, nil
}

// dataSite is a site with the demonstration's cases and their figures.
func dataSite(t *testing.T) http.Handler {
	t.Helper()
	pack, err := election.Builtin("pilkada-2024")
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return demo.Start }
	db, err := store.Open(t.Context(), store.Config{Dir: storetest.Dir(t), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	links, err := link.New(pack.Platforms)
	if err != nil {
		t.Fatal(err)
	}
	parse := func(raw string) (ronda.ReportAddress, error) {
		l, err := links.Parse(raw)
		return ronda.ReportAddress{Given: l.Input, Platform: l.Platform, Kind: l.Kind, Canonical: l.Canonical, Key: l.Key}, err
	}
	state, err := demo.Build(pack, plainDrawer{pack}, parse, func(string, int, time.Time) (ronda.Evidence, error) { return ronda.Evidence{}, nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range state.Cases {
		for _, s := range append([]ronda.Submission{c.First}, c.Joining...) {
			if _, err := db.Submit(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		if c.Final != nil {
			if err := db.SaveChanges(t.Context(), *c.Final); err != nil {
				t.Fatal(err)
			}
		}
	}
	p := portal.New(db, pack.Zone(""), clock)
	if err := p.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := &portal.Downloads{Dir: t.TempDir(), Portal: p, Now: clock, LogSize: func(context.Context) (int64, error) { return 0, nil }, LogIndex: db.ActEntries}
	if err := d.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	return site(t, func(o *web.Options) {
		o.Pack, o.Now, o.Notices = pack, clock, &notice.Service{Store: db, Pack: pack, Now: clock}
		o.Portal, o.Downloads = p, d
		o.LogStatus = func(context.Context) (ledger.Status, error) { return ledger.Status{Origin: "uji"}, nil }
	})
}

var (
	cellRE  = regexp.MustCompile(`<t[hd][^>]*>([^<]*)</t[hd]>`)
	tileRE  = regexp.MustCompile(`<a class="tile ([^"]+)" href="/wilayah/(\d\d)"`)
	classRE = regexp.MustCompile(` style=`)
)

func TestDataPages(t *testing.T) {
	t.Parallel()
	h := dataSite(t)
	b := browse(t, h)
	for _, path := range []string{"/data", "/data?platform=tiktok", "/data?wilayah=32&masalah=hoax", "/data?dari=2024-11-01&sampai=2024-11-10", "/data?platform=tidak-ada", "/data/platform/tiktok",
		"/data/platform/x", "/data/lembaga/bawaslu", "/wilayah", "/wilayah/32", "/wilayah/32.73", "/wilayah/34", "/wilayah/31.71", "/kontes/governor-32", "/kontes/mayor-32.73", "/data/unduh", "/data/metodologi",
		"/data/koreksi", "/data/log", "/data/log/verifikasi", "/data/bagan/hasil", "/data/bagan/pemutus", "/data/bagan/kesetaraan?platform=tiktok"} {
		for _, prefix := range []string{"", "/en"} {
			page := b.get(prefix + path)
			if bad := forbidRE.FindString(page.Body); bad != "" || !strings.Contains(page.Body, "</html>") || strings.Count(page.Body, "<h1") != 1 || classRE.MatchString(page.Body) {
				t.Errorf("%s%s: %q, or it is not whole", prefix, path, bad)
			}
			if n := zipped(t, []byte(page.Body)); n > 25_000 {
				t.Errorf("%s%s: %d bytes", prefix, path, n)
			}
		}
	}
}

// The tables of the page and the CSV files hold the same numbers.
func TestChartsEqualTheirFiles(t *testing.T) {
	t.Parallel()
	b := browse(t, dataSite(t))
	for _, query := range []string{"", "?platform=tiktok", "?wilayah=32"} {
		page := b.get("/data" + query).Body
		for _, id := range []string{"peta", "pertumbuhan", "kecepatan", "hasil", "masalah", "kesetaraan", "pemutus", "koreksi"} {
			rows, err := csv.NewReader(strings.NewReader(b.get("/data/bagan/" + id + ".csv" + query).Body)).ReadAll()
			if err != nil || len(rows) < 1 {
				t.Fatalf("%s: %v", id, err)
			}
			part := page[strings.Index(page, "/data/bagan/"+id+".csv")-1:]
			if id != "peta" {
				part = page[strings.Index(page, `id="bagan-`+id+`"`):]
			} else {
				part = page[:len(page)-len(part)]
			}
			part = part[strings.Index(part, `<table class="data">`):]
			part = part[:strings.Index(part, "</table>")]
			var cells, want []string
			for _, m := range cellRE.FindAllStringSubmatch(part, -1) {
				cells = append(cells, html.UnescapeString(m[1]))
			}
			for _, r := range rows {
				want = append(want, r...)
			}
			if strings.Join(cells, "|") != strings.Join(want, "|") {
				t.Errorf("%s%s: the page has\n%v\nand the file\n%v", id, query, cells, want)
			}
		}
	}
}

// Zero, no data and no contest look different; 38 provinces, 545 contests, Jakarta without regency contests.
func TestMapEncodings(t *testing.T) {
	t.Parallel()
	b := browse(t, dataSite(t))
	classes := map[string]string{}
	for _, m := range tileRE.FindAllStringSubmatch(b.get("/data").Body, -1) {
		classes[m[2]] = m[1]
	}
	if len(classes) != 38 || !strings.Contains(classes["34"], "nc") || strings.Contains(classes["33"], "nc") || classes["11"] != "s0" {
		t.Errorf("tiles: %v", classes)
	}
	for _, m := range tileRE.FindAllStringSubmatch(b.get("/data?wilayah=32").Body, -1) {
		if (m[2] == "32") == strings.HasPrefix(m[1], "none") {
			t.Errorf("province %s under the filter of 32: %s", m[2], m[1])
		}
	}
	if !strings.Contains(b.get("/wilayah").Body, "545") {
		t.Error("545 contests are not named")
	}
	if jakarta := b.get("/wilayah/31").Body; strings.Contains(jakarta, "/kontes/mayor-31") || !strings.Contains(jakarta, "/kontes/governor-31") {
		t.Error("Jakarta has the wrong contests")
	}
}

// A broken download can be resumed, and feeds name public acts.
func TestDownloadsAndFeeds(t *testing.T) {
	t.Parallel()
	h := dataSite(t)
	b := browse(t, h)
	whole := b.get("/data/unduh/acts.csv").Body
	if strings.Count(whole, "\n") < 50 || !strings.HasPrefix(whole, "id,day,act") {
		t.Fatalf("the file begins with %.60q", whole)
	}
	r, err := http.NewRequest("GET", "/data/unduh/acts.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Range", "bytes=100-199")
	part := httptest.NewRecorder()
	h.ServeHTTP(part, r)
	if part.Code != http.StatusPartialContent || part.Body.String() != whole[100:200] {
		t.Errorf("range: %d %q", part.Code, part.Body.String())
	}
	for _, path := range []string{"/data/umpan/wilayah/32.atom", "/data/umpan/platform/tiktok.json", "/data/umpan/masalah/hate_sara.atom"} {
		if !strings.Contains(b.get(path).Body, "/data/tindakan/") {
			t.Errorf("%s names no act", path)
		}
	}
}
