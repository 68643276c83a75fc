package api_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/api"
	"ronda/internal/intake"
)

// faulty is an intake stage that breaks.
type faulty struct {
	api.Intake
	how func()
}

func (f faulty) Check(context.Context, intake.CheckInput) (intake.CheckResult, error) {
	f.how()
	return intake.CheckResult{}, errors.New("secret: password=hunter2")
}

// TestOurOwnFault: the cause goes to the log once, under the number that the caller is told, and nowhere else.
func TestOurOwnFault(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *api.Options) { o.Intake = faulty{how: func() {}} })
	a := r.call("POST", "/api/v1/checks", `{"text":"x"}`)
	p := r.want(a, 500, "internal")
	id := strings.TrimPrefix(p.Instance, "urn:ronda:fault:")
	if strings.Contains(string(a.body), "secret") || id == "" || strings.Count(r.log.String(), "hunter2") != 1 || !strings.Contains(r.log.String(), id) {
		t.Errorf("answer %s, log %s", a.body, r.log)
	}
	r = newRig(t, func(o *api.Options) { o.Intake = faulty{how: func() { panic("secret") }} })
	a = r.call("POST", "/api/v1/checks", `{"text":"x"}`)
	r.want(a, 500, "internal")
	if strings.Contains(string(a.body), "secret") || !strings.Contains(r.log.String(), "secret") {
		t.Errorf("answer %s, log %s", a.body, r.log)
	}
}

// TestClientAddress: without trusted proxies nobody escapes the limits by writing headers; behind one, each client has limits of its own.
func TestClientAddress(t *testing.T) {
	t.Parallel()
	miss := func(r *rig, from string) int {
		return r.call("GET", "/api/v1/reports/RND-0000-0000-0000", "", "X-Forwarded-For: "+from).status
	}
	r := newRig(t)
	for i := range 20 {
		if got := miss(r, netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}).String()); got != 404 {
			t.Fatalf("miss %d: %d", i, got)
		}
	}
	if got := miss(r, "10.9.9.9"); got != 429 {
		t.Errorf("a written address escaped: %d", got)
	}
	r = newRig(t, func(o *api.Options) {
		o.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	})
	for range 20 {
		miss(r, "203.0.113.7")
	}
	if a, b := miss(r, "203.0.113.7"), miss(r, "203.0.113.8"); a != 429 || b != 404 {
		t.Errorf("behind a proxy: %d for the client of 20 misses, %d for another", a, b)
	}
	if got := miss(r, "203.0.113.8, 203.0.113.7"); got != 429 {
		t.Errorf("the address before the last untrusted one was believed: %d", got)
	}
}

// TestWrongTokens: a flood of them is slowed down, and does not hold up those who have one.
func TestWrongTokens(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 200 {
		r.want(r.call("GET", "/api/v1/cases", "", "Authorization: Bearer rt_guess"), 401, "account.token_unknown")
	}
	a := r.call("GET", "/api/v1/cases", "", "Authorization: Bearer rt_guess")
	r.want(a, 429, "limit.api")
	if a.header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
	r.want(r.call("GET", "/api/v1/cases", "", r.token("bandung")), 200, "")
	r.want(r.call("GET", "/api/v1/cases", "", "Authorization: Basic YTpi"), 401, "api.token_missing")
}

// TestCases: a mandate bounds what a token reads.
func TestCases(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.Open(t, "hate_sara", 1)
	path := "/api/v1/cases/" + c.Number
	r.want(r.call("GET", path, ""), 401, "api.token_missing")
	r.want(r.call("GET", path, "", r.token("bandung")), 200, "")
	r.want(r.call("GET", path, "", r.token("garut")), 404, "case.not_found")
	r.want(r.call("GET", path, "", r.token("tiktok")), 404, "case.not_found")
	r.want(r.call("GET", "/api/v1/cases", "", r.token("tiktok")), 403, "permission.role")
	r.want(r.call("GET", "/api/v1/cases?area=33", "", r.token("bandung")), 403, "permission.region")
	r.want(r.call("GET", path, "", r.token("bandung", "notice.answer")), 403, "permission.token_scope")
	r.want(r.call("GET", "/api/v1/cases?stage=nonsense", "", r.token("bandung")), 422, "api.invalid")
	var masked api.Case
	a := r.call("GET", path, "", r.token("auditor"))
	r.want(a, 200, "")
	a.json(t, &masked)
	if masked.Sight != "masked" || masked.Title != "" || masked.Addresses[0].Address != "" || masked.Reports != nil {
		t.Errorf("an auditor sees %+v", masked)
	}
}

// TestBlindReader: what the API tells a drawn reader is the same whatever the first one concluded and however many people reported.
func TestBlindReader(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	c := r.Open(t, "hate_sara", 1)
	day := start.Add(-48 * time.Hour)
	r.Do(t, "bandung", c.ID, ronda.Take{}, ronda.Triage{Title: "Ajakan memusuhi kelompok", ContentDate: &day})
	c = r.Do(t, "bandung", c.ID, ronda.Assess{Assessment: ronda.Assessment{Outcome: ronda.OutcomeNoAct, Target: ronda.TargetNone, Measure: ronda.MeasureNone,
		Summary: "Unggahan ini kritik biasa yang dilindungi dan tidak perlu ditindak.", Exclusions: []ronda.Exclusion{
			{Reason: "satire", Because: "Tidak ada tanda lelucon di dalam unggahan yang dilaporkan ini."},
			{Reason: "journalism", Because: "Akun ini bukan media dan tidak memuat liputan maupun konfirmasi."},
			{Reason: "criticism", Applies: true, Because: "Isinya menyoroti kebijakan yang memang boleh dikritik warga."},
			{Reason: "counter_speech", Because: "Pengunggah tidak sedang membantah pernyataan orang lain."}}}})
	reader := r.token(r.Drawn(t, c))
	var seen api.Case
	a := r.call("GET", "/api/v1/cases/"+c.ID, "", reader)
	r.want(a, 200, "")
	a.json(t, &seen)
	if seen.Sight != "blind" || len(seen.Conclusions) != 0 || seen.Reports != nil || strings.Contains(string(a.body), "kritik biasa") {
		t.Errorf("a blind reader sees %s", a.body)
	}
	a = r.call("GET", "/api/v1/cases?to_read=true", "", reader)
	r.want(a, 200, "")
	if strings.Contains(string(a.body), `"reports"`) {
		t.Errorf("the list counts reports for a blind reader: %s", a.body)
	}
}
