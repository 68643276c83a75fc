package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/api"
	"ronda/internal/appeal"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/i18n"
	"ronda/internal/intake"
	"ronda/internal/keys"
	"ronda/internal/ledger"
	"ronda/internal/link"
	"ronda/internal/notice"
	"ronda/internal/notice/channel"
	"ronda/internal/notice/webhook"
	"ronda/internal/response"
	"ronda/internal/store"
	"ronda/internal/throttle"
)

// start is the moment at which every story begins: in the campaign.
var start = caseworktest.Start

// rig is the API on a real store with the real stages; only evidence and matching are stand-ins.
type rig struct {
	*caseworktest.Rig
	t        testing.TB
	pack     *ronda.Pack
	accounts *account.Service
	notices  *notice.Service
	hooks    *hookDoor
	appeals  *appeal.Service
	server   *httptest.Server
	log      *bytes.Buffer
}

// kept is evidence that is named but not kept.
type kept struct{ db *store.DB }

func (k kept) Keep(ctx context.Context, _ string, u intake.Upload) (ronda.Evidence, error) {
	data, err := io.ReadAll(u.Data)
	if err == nil {
		err = k.db.MarkFile(ctx, "blob-"+u.Name, 1)
	}
	return ronda.Evidence{Blob: "blob-" + u.Name, Name: u.Name, Size: int64(len(data)), MediaType: "image/png", Kind: "screenshot", CapturedAt: start}, err
}

// finder knows one claim.
type finder struct{ claim string }

func (f finder) Search(_ context.Context, q ronda.Search) ronda.Found {
	if !strings.Contains(q.Text, "tercoblos") {
		return ronda.Found{Level: "nothing"}
	}
	return ronda.Found{Level: "match", Hits: []ronda.FoundHit{{Kind: "claim", ID: f.claim, Level: "match", Score: 0.9, Why: []ronda.FoundReason{{Code: "words_in_common", Args: []string{"tercoblos"}}}}}}
}

// parser turns the link package's words into the stages'.
type parser struct{ p *link.Parser }

func (d parser) Parse(raw string) (ronda.ReportAddress, error) {
	l, err := d.p.Parse(raw)
	if err != nil {
		code := "link.bad_host"
		if e, ok := err.(*link.Error); ok {
			code = e.Code
		}
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, code, "link")
	}
	return address(l), nil
}

func (d parser) FindAll(text string, limit int) []ronda.ReportAddress {
	var out []ronda.ReportAddress
	for _, l := range d.p.FindAll(text) {
		if len(out) < limit {
			out = append(out, address(l))
		}
	}
	return out
}

func address(l link.Link) ronda.ReportAddress {
	return ronda.ReportAddress{Given: l.Input, Platform: l.Platform, Kind: l.Kind, Canonical: l.Canonical, Key: l.Key, Domain: l.Domain, Unsettled: l.NeedsResolve}
}

// hookDoor joins what a platform may do with its web hook, as cmd does.
type hookDoor struct {
	*channel.Settings
	hook *webhook.Channel
	db   *store.DB
}

func (d *hookDoor) Test(ctx context.Context, platform string, sandbox bool) (ronda.Delivery, error) {
	return d.hook.Test(ctx, platform, sandbox)
}

func (d *hookDoor) Deliveries(ctx context.Context, platform string, limit int) ([]ronda.Delivery, error) {
	return d.db.Deliveries(ctx, platform, limit)
}

// newRig starts the API. Change may replace options before it is built.
func newRig(t testing.TB, change ...func(*api.Options)) *rig {
	t.Helper()
	base := caseworktest.New(t)
	db, pack := base.DB, base.Pack
	if _, err := db.UpsertClaim(t.Context(), pack.Claims[0].Check()); err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Open(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	links, err := link.New(pack.Platforms)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := i18n.Load(pack.Languages...)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{Rig: base, t: t, pack: pack, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(r.log, nil))
	ids := ronda.IDs{Rand: rand.Reader}
	limits := throttle.New(throttle.Budgets(), r.Now)
	r.accounts = &account.Service{Pack: pack, Store: db, Doors: db, Throttle: limits, Now: r.Now, IDs: ids}
	address, err := url.Parse("https://ronda.example")
	if err != nil {
		t.Fatal(err)
	}
	settings := &channel.Settings{Pack: pack, Store: db, Seals: ring, Rand: rand.Reader, Now: r.Now}
	r.hooks = &hookDoor{Settings: settings, db: db, hook: &webhook.Channel{Settings: settings, Deliveries: db, Public: webhook.NewPrivatePoster("test"), Now: r.Now, IDs: ids,
		Private: webhook.NewPrivatePoster("test"),
		Document: func(context.Context, ronda.Case, ronda.Notice) ([]byte, error) {
			return []byte(`{"format":"test"}`), nil
		}}}
	r.notices = &notice.Service{Pack: pack, Store: db, Cases: r.Cases, Domain: "ronda.example", Now: r.Now, Log: log, Settings: settings,
		Channels: map[string]notice.Channel{"portal": notice.Portal{}, "manual": notice.Manual{}, "webhook": r.hooks.hook}}
	book := ledger.NewBook()
	r.appeals = &appeal.Service{Pack: pack, Store: db, Files: db, Cases: r.Cases, Links: parser{links}, Throttle: limits, Pick: func(int) int { return 0 }, Log: log,
		Leaf: func(a ronda.LogAct) (ronda.Leaf, error) { return book.Leaf(a, rand.Reader) }}
	opt := api.Options{
		Pack: pack, Messages: messages, BaseURL: address, Now: r.Now, IDs: ids, Log: log, Throttle: limits, Accounts: r.accounts,
		Intake: &intake.Service{Pack: pack, Store: db, Counts: db, Throttle: limits, Links: parser{links}, Matcher: finder{pack.Claims[0].ID}, Claims: db,
			Evidence: kept{db}, Keys: ring, Cases: r.Cases, Fold: strings.ToLower},
		Casework: r.Cases, Responses: &response.Service{Store: db, Cases: r.Cases}, Receipts: db, Appeals: r.appeals, FactChecks: db, Statements: db,
		SandboxStatements: db.SandboxStatements(), Notices: r.notices, Links: parser{links}, Hooks: r.hooks,
		Practice: &notice.Practice{Notices: r.notices, Cases: r.Cases, Store: db, Throttle: limits},
		Outside:  &response.Outside{Store: db, Env: r.Cases.Env, Leaf: r.Cases.Leaf},
	}
	for _, c := range change {
		c(&opt)
	}
	h, err := api.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	r.server = httptest.NewServer(h)
	t.Cleanup(r.server.Close)
	return r
}

// answer is a response that was read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// json reads the answer into v.
func (a answer) json(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("read %s: %v", a.body, err)
	}
}

// call sends a request with headers as "Name: value".
func (r *rig) call(method, path, body string, headers ...string) answer {
	r.t.Helper()
	req, err := http.NewRequest(method, r.server.URL+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, data}
}

// token makes an API token for one of the rig's people and returns the header to send.
func (r *rig) token(login string, scopes ...string) string {
	r.t.Helper()
	plain, _, err := r.accounts.NewToken(context.Background(), r.People[login].Account, "uji", scopes, 24*time.Hour)
	if err != nil {
		r.t.Fatal(err)
	}
	return "Authorization: Bearer " + plain
}

// practiceToken makes a token for practice and returns the header to send.
func (r *rig) practiceToken(login string, scopes ...string) string {
	r.t.Helper()
	plain, _, err := r.accounts.NewSandboxToken(context.Background(), r.People[login].Account, "uji", scopes, 24*time.Hour)
	if err != nil {
		r.t.Fatal(err)
	}
	return "Authorization: Bearer " + plain
}

// want checks status and code of an answer.
func (r *rig) want(a answer, status int, code string) api.Problem {
	r.t.Helper()
	var p api.Problem
	if a.status != status {
		r.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if code != "" {
		if got := a.header.Get("Content-Type"); got != "application/problem+json" {
			r.t.Errorf("content type %q", got)
		}
		_ = json.Unmarshal(a.body, &p) // statements list their errors in another form
		if p.Code != code || p.Status != status || p.Detail == "" || p.Title == "" {
			r.t.Errorf("problem %+v, want code %s", p, code)
		}
	}
	return p
}
