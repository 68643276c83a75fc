package api_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/api"
	"ronda/internal/intake"
)

const aReport = `{"links":["https://www.tiktok.com/@akun/video/7300000000000000001"],"text":"Video ini mengajak memusuhi satu suku.","category":"hate_sara","region":"34.04"}`

func TestCheck(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var c api.Check
	a := r.call("POST", "/api/v1/checks", `{"text":"Surat suara sudah tercoblos, hubungi 0812-3456-7890"}`, "Accept-Language: en")
	r.want(a, 200, "")
	a.json(t, &c)
	if c.Level != "match" || len(c.Hits) != 1 || c.Hits[0].FactCheck.ID != r.pack.Claims[0].ID || c.Hits[0].Why[0].Text == "" || len(c.Masked) != 1 || c.Masked[0].Kind != "phone" {
		t.Errorf("check %+v", c)
	}
	a = r.call("POST", "/api/v1/checks", `{"text":"Besok hujan"}`)
	r.want(a, 200, "")
	a.json(t, &c)
	if c.Level != "nothing" || string(a.body) == "" || strings.Contains(string(a.body), "null") {
		t.Errorf("nothing found: %s", a.body)
	}
}

// said is what the election commission published.
type said []ronda.Bulletin

func (s said) Bulletins(context.Context, string, int) ([]ronda.Bulletin, error) { return s, nil }

// TestCheckTellsOfficialStatements: what stands beside the check comes with it, in a list of its own; what was withdrawn or is about something else does not.
func TestCheckTellsOfficialStatements(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(o *api.Options) {
		in := o.Intake.(*intake.Service)
		title := ronda.Text{"id": "Surat suara dicetak di bawah pengawasan"}
		in.Official = said{{ID: "b1", Office: "kpu:32", Check: o.Pack.Claims[0].ID, Title: title, PublishedAt: start.Add(-time.Hour)},
			{ID: "b2", Office: "kpu:32", Check: o.Pack.Claims[0].ID, Title: title, PublishedAt: start.Add(-time.Hour), WithdrawnAt: start.Add(-time.Minute)},
			{ID: "b3", Office: "kpu:32", Check: "another", Title: title, PublishedAt: start.Add(-time.Hour)}}
	})
	var c api.Check
	a := r.call("POST", "/api/v1/checks", `{"text":"Surat suara sudah tercoblos"}`)
	r.want(a, 200, "")
	a.json(t, &c)
	if len(c.Said) != 1 || c.Said[0].ID != "b1" || c.Said[0].Office == "" || c.Said[0].URL != "https://ronda.example/pernyataan-resmi/b1" || len(c.Hits) != 1 {
		t.Errorf("statements %+v beside %d hits", c.Said, len(c.Hits))
	}
}

func TestReportAndTicket(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var first, again api.ReportReceipt
	a := r.call("POST", "/api/v1/reports", aReport, "Idempotency-Key: k1")
	r.want(a, 201, "")
	a.json(t, &first)
	if first.Code == "" || first.Joined || a.header.Get("Location") != "https://ronda.example/api/v1/reports/"+first.Code || first.News.IsZero() {
		t.Errorf("receipt %+v, location %s", first, a.header.Get("Location"))
	}
	b := r.call("POST", "/api/v1/reports", aReport, "Idempotency-Key: k1")
	r.want(b, 201, "")
	b.json(t, &again)
	if !bytes.Equal(a.body, b.body) || b.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("a repeat answered %s, the first time %s", b.body, a.body)
	}
	b = r.call("POST", "/api/v1/reports", aReport)
	b.json(t, &again)
	if again.Code == first.Code || !again.Joined {
		t.Errorf("another person's report of the same: %+v", again)
	}
	var ticket api.Ticket
	a = r.call("GET", "/api/v1/reports/"+strings.ToLower(first.Code), "", "Accept-Language: en;q=0.9, de")
	r.want(a, 200, "")
	a.json(t, &ticket)
	if ticket.Code != first.Code || ticket.State != "received" || len(ticket.Addresses) != 1 || ticket.Text == "" {
		t.Errorf("ticket %+v", ticket)
	}
	a = r.call("POST", "/api/v1/reports/"+first.Code+"/additions", `{"text":"Masih ada di akun lain."}`, "Idempotency-Key: m1")
	r.want(a, 201, "")
	a = r.call("POST", "/api/v1/reports/"+first.Code+"/additions", `{"text":"Masih ada di akun lain."}`, "Idempotency-Key: m1")
	r.want(a, 201, "")
	a.json(t, &ticket)
	if len(ticket.Entries) != 1 {
		t.Errorf("an addition with its repeat made %d entries", len(ticket.Entries))
	}
	r.want(r.call("POST", "/api/v1/reports/"+first.Code+"/additions", `{"text":"Lain lagi."}`, "Idempotency-Key: m1"), 422, "idempotency.other_body")
	r.want(r.call("GET", "/api/v1/reports/RND-0000-0000-0000", ""), 404, "ticket.not_found")
}

func TestReportKeyOfAnAccount(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	who := r.token("tiktok")
	r.want(r.call("POST", "/api/v1/reports", aReport, who, "Idempotency-Key: k"), 201, "")
	p := r.want(r.call("POST", "/api/v1/reports", strings.Replace(aReport, "34.04", "34.71", 1), who, "Idempotency-Key: k"), 422, "idempotency.other_body")
	if len(p.Errors) != 1 || p.Errors[0].Location != "header.Idempotency-Key" {
		t.Errorf("errors %+v", p.Errors)
	}
}

func TestReportFaultsNameTheirFields(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, x := range []struct {
		name, body, code string
		status           int
		at               []string
	}{
		{"nothing", `{}`, "api.invalid", 422, []string{"body.category"}},
		{"front page", `{"links":["https://www.tiktok.com/"],"category":"hate_sara","region":"34.04"}`, "report.invalid", 422, []string{"body.links"}},
		{"several", `{"text":"pendek","category":"apa","region":"99"}`, "report.invalid", 422, []string{"body.text", "body.category", "body.region"}},
		{"unknown field", `{"category":"hate_sara","linkz":[]}`, "api.invalid", 422, []string{"body.linkz"}},
		{"wrong type", `{"category":"hate_sara","links":"x"}`, "api.invalid", 422, []string{"body.links"}},
		{"broken JSON", `{"category":`, "api.json_broken", 400, []string{"body"}},
		{"twice", `{"category":"a","category":"b"}`, "api.json_broken", 400, []string{"body"}},
		{"broken UTF-8", "{\"category\":\"\xff\"}", "api.json_broken", 400, []string{"body"}},
		{"NUL", `{"category":"hate_sara","text":"a\u0000b"}`, "api.json_broken", 400, []string{"body"}},
		{"half a surrogate", `{"category":"hate_sara","text":"\ud800"}`, "api.json_broken", 400, []string{"body"}},
		{"long text", fmt.Sprintf(`{"category":"hate_sara","region":"34.04","text":%q}`, strings.Repeat("a", 10_001)), "report.invalid", 422, []string{"body.text"}},
		{"201 links", `{"category":"hate_sara","links":["a"` + strings.Repeat(`,"a"`, 200) + `]}`, "api.invalid", 422, []string{"body.links"}},
		{"sandbox", `{"category":"hate_sara","anywhere":true,"sandbox":true,"text":"Uji coba dari sebuah platform"}`, "api.sandbox_token", 403, []string{"body.sandbox"}},
	} {
		for _, lang := range []string{"id", "en"} {
			t.Run(x.name+" "+lang, func(t *testing.T) {
				r := *r
				r.t = t
				p := r.want(r.call("POST", "/api/v1/reports", x.body, "Accept-Language: "+lang), x.status, x.code)
				var at []string
				for _, e := range p.Errors {
					at = append(at, e.Location)
					if e.Code == "" || e.Message == "" || strings.Contains(e.Message, "⟦") {
						t.Errorf("fault %+v", e)
					}
				}
				if fmt.Sprint(at) != fmt.Sprint(x.at) {
					t.Errorf("faults at %v, want %v", at, x.at)
				}
			})
		}
	}
}

func TestReportTooLarge(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.want(r.call("POST", "/api/v1/checks", `{"text":"`+strings.Repeat("a", 10<<20)+`"}`), 413, "api.too_large")
	r.want(r.call("POST", "/api/v1/reports", `{"text":"`+strings.Repeat("a", 31<<20)+`"}`), 413, "api.too_large")
	r.want(r.call("POST", "/api/v1/reports", `<a/>`, "Content-Type: application/xml"), 415, "api.media_type")
}

func TestReportAsForm(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	form := func(fields map[string]string, files ...string) (string, string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for k, v := range fields {
			if err := w.WriteField(k, v); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range files {
			f, err := w.CreateFormFile("files", name)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(f, "gambar")
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String(), "Content-Type: " + w.FormDataContentType()
	}
	body, kind := form(map[string]string{"links": "https://www.tiktok.com/@akun/video/7300000000000000002", "category": "hate_sara", "anywhere": "true"}, "layar.png")
	a := r.call("POST", "/api/v1/reports", body, kind)
	r.want(a, 201, "")
	var receipt api.ReportReceipt
	a.json(t, &receipt)
	if len(receipt.Missing) != 0 {
		t.Errorf("missing %v", receipt.Missing)
	}
	body, kind = form(map[string]string{"category": "hate_sara", "kategori": "x"})
	r.want(r.call("POST", "/api/v1/reports", body, kind), 422, "api.invalid")
	body, kind = form(map[string]string{"category": "hate_sara", "text": "a\xff"})
	r.want(r.call("POST", "/api/v1/reports", body, kind), 422, "text.broken")
}

func TestGuard(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.want(r.call("GET", "/api/v1/fact-checks?access_token=rt_x", ""), 400, "api.token_in_query")
	a := r.call("GET", "/api/v1/fact-checks", "", "Authorization: Bearer rt_wrong")
	r.want(a, 401, "account.token_unknown")
	if !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
		t.Error("401 without WWW-Authenticate")
	}
	r.want(r.call("GET", "/api/v1/nothing", ""), 404, "api.no_such_path")
	a = r.call("DELETE", "/api/v1/reports", "")
	r.want(a, 405, "api.no_such_method")
	if a.header.Get("Allow") != "POST" {
		t.Errorf("Allow %q", a.header.Get("Allow"))
	}
	r.want(r.call("GET", "/api/v1/fact-checks?lmit=3", ""), 422, "api.invalid")
	a = r.call("POST", "/api/v1/reports", aReport, "Origin: https://evil.example", "Sec-Fetch-Site: cross-site")
	r.want(a, 403, "api.cross_origin")
	if a.header.Get("Access-Control-Allow-Origin") != "" || a.header.Get("Set-Cookie") != "" {
		t.Errorf("headers %v", a.header)
	}
	a = r.call("GET", "/api/v1/fact-checks", "", "Origin: https://any.example")
	r.want(a, 200, "")
	if a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Error("open data is not open to any origin")
	}
}

func TestThrottled(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 20 {
		r.want(r.call("GET", "/api/v1/reports/RND-0000-0000-0000", ""), 404, "ticket.not_found")
	}
	a := r.call("GET", "/api/v1/reports/RND-0000-0000-0000", "")
	r.want(a, 429, "limit.code")
	if a.header.Get("Retry-After") == "" || a.header.Get("Retry-After") == "0" {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
}
