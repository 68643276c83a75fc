package intake_test

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework/caseworktest"
	"ronda/internal/fingerprint"
	"ronda/internal/intake"
	"ronda/internal/keys"
	"ronda/internal/link"
	"ronda/internal/throttle"
)

// links is the real parser in the words of intake.
type links struct{ p *link.Parser }

func (l links) Parse(raw string) (ronda.ReportAddress, error) {
	x, err := l.p.Parse(raw)
	if err != nil {
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, err.(*link.Error).Code, "link")
	}
	return address(x), nil
}

func (l links) FindAll(text string, limit int) []ronda.ReportAddress {
	var out []ronda.ReportAddress
	for _, x := range l.p.FindAll(text) {
		out = append(out, address(x))
	}
	return out[:min(len(out), limit)]
}

func address(x link.Link) ronda.ReportAddress {
	return ronda.ReportAddress{Given: x.Input, Platform: x.Platform, Kind: x.Kind, Canonical: x.Canonical, Key: x.Key}
}

// matcher answers what the test says.
type matcher struct{ found ronda.Found }

func (m *matcher) Search(context.Context, ronda.Search) ronda.Found { return m.found }

// files takes any file and remembers it.
type files struct{ mu sync.Mutex }

func (f *files) Keep(_ context.Context, _ string, u intake.Upload) (ronda.Evidence, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, err := io.ReadAll(u.Data)
	return ronda.Evidence{Name: u.Name, Size: int64(len(b)), Kind: "screenshot", SHA256: "00"}, err
}

func service(t *testing.T) (*intake.Service, *caseworktest.Rig, *matcher) {
	t.Helper()
	r := caseworktest.New(t)
	p, err := link.New(r.Pack.Platforms)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Open(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	m := &matcher{found: ronda.Found{Level: "nothing"}}
	limits := throttle.New(map[string]throttle.Budget{"code": {Every: time.Minute, Burst: 4}}, r.Now)
	return &intake.Service{Pack: r.Pack, Store: r.DB, Counts: r.DB, Throttle: limits, Links: links{p}, Matcher: m, Claims: r.DB, Evidence: &files{},
		Keys: ring, Cases: r.Cases, Fold: fingerprint.Normalize}, r, m
}

func good() intake.ReportInput {
	return intake.ReportInput{Links: []string{"https://www.tiktok.com/@contoh/video/7568510388342443294"}, Category: "hate_sara", Region: "32.73", Channel: "web", Lang: "id",
		Text: "Video ini mengajak memusuhi warga. Hubungi saya di 0812-3456-7890."}
}

func TestSubmitNamesEveryFault(t *testing.T) {
	t.Parallel()
	s, _, _ := service(t)
	tests := []struct {
		name   string
		change func(*intake.ReportInput)
		field  string
		code   string
	}{
		{"nothing given", func(in *intake.ReportInput) { in.Links, in.Text = nil, "" }, "link", "report.link_or_text"},
		{"no link and hardly a word", func(in *intake.ReportInput) { in.Links, in.Text, in.NoLink = nil, "hoaks", true }, "text", "report.text_too_short"},
		{"front page", func(in *intake.ReportInput) { in.Links = []string{"https://www.tiktok.com/"} }, "link", "link.front_page"},
		{"no category", func(in *intake.ReportInput) { in.Category = "" }, "category", "report.category_missing"},
		{"no region", func(in *intake.ReportInput) { in.Region = "" }, "region", "report.region_missing"},
		{"unknown region", func(in *intake.ReportInput) { in.Region = "99.99" }, "region", "report.region_unknown"},
		{"long text", func(in *intake.ReportInput) { in.Text = strings.Repeat("a ", 10<<20) }, "text", "text.too_long"},
		{"broken text", func(in *intake.ReportInput) { in.Text = "kata \xff rusak di tengah kalimat" }, "text", "text.broken"},
		{"NUL", func(in *intake.ReportInput) { in.Text = "kata \x00 rusak di tengah kalimat" }, "text", "text.broken"},
		{"201 links", func(in *intake.ReportInput) {
			in.Links = make([]string, 0, 201)
			for range 201 {
				in.Links = append(in.Links, "https://example.org/")
			}
		}, "link", "report.too_many_links"},
		{"six files", func(in *intake.ReportInput) { in.Files = make([]intake.Upload, 6) }, "files", "report.too_many_files"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := good()
			tt.change(&in)
			_, err := s.Submit(context.Background(), in)
			e, ok := err.(*ronda.Error)
			if !ok || e.Kind != ronda.Invalid {
				t.Fatalf("got %v", err)
			}
			for _, f := range append(e.Fields, e) {
				if f.Field == tt.field && f.Code == tt.code {
					return
				}
			}
			t.Errorf("got %v, want %s at %s", err, tt.code, tt.field)
		})
	}
}

func TestSubmitAndFollow(t *testing.T) {
	t.Parallel()
	s, r, _ := service(t)
	in := good()
	in.Contact = "081234567890"
	got, err := s.Submit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if got.Joined || len(got.Masked) != 1 || !got.Next.After(got.At) || !strings.HasPrefix(got.Code, "RND-") {
		t.Errorf("receipt %+v", got)
	}
	ticket, err := s.Ticket(t.Context(), strings.ToLower(strings.ReplaceAll(got.Code, "0", "o")), "10.0.0.1")
	if err != nil || ticket.State != ronda.TicketReceived || len(ticket.Addresses) != 1 {
		t.Fatalf("ticket %+v, %v", ticket, err)
	}
	code, _ := ronda.ParseCode(got.Code, ronda.CodeLength)
	rep, err := r.DB.ReportByCode(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(rep.Text, "0812") || strings.Contains(string(rep.Contact), "0812") || rep.Contact == nil {
		t.Errorf("personal data as it was given: %q %q", rep.Text, rep.Contact)
	}
	c := r.Do(t, "bandung", rep.Case, ronda.Take{})
	if ticket, err = s.Ticket(t.Context(), got.Code, ""); err != nil || ticket.State != ronda.TicketReviewing {
		t.Errorf("after taking: %s, %v", ticket.State, err)
	}
	if len(c.Items) != 1 || c.Office != "bawaslu:32.73" {
		t.Errorf("case at %s with %d items", c.Office, len(c.Items))
	}
}

func TestSameAddressJoins(t *testing.T) {
	t.Parallel()
	s, r, _ := service(t)
	var mu sync.Mutex
	joined := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := s.Submit(t.Context(), good())
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if got.Joined {
				joined++
			}
		})
	}
	wg.Wait()
	cases, err := r.DB.Cases(t.Context(), "", 10)
	if err != nil || len(cases) != 1 || joined != 7 {
		t.Errorf("%d cases, %d joined, %v", len(cases), joined, err)
	}
	if cases[0].Version != 1 {
		t.Errorf("joining changed the case to version %d", cases[0].Version)
	}
}

func TestSubmitTwiceIsOneTicket(t *testing.T) {
	t.Parallel()
	s, _, _ := service(t)
	in := good()
	in.IdemKey = "kunci-1"
	first, err := s.Submit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Submit(t.Context(), in)
	if err != nil || again.Code != first.Code || !again.Again {
		t.Errorf("the second time %+v, %v", again, err)
	}
	in.Principal, in.IdemKey = "token-1", "kunci-2"
	if _, err := s.Submit(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	in.Text = "Isi yang lain sama sekali daripada yang pertama."
	if _, err := s.Submit(t.Context(), in); ronda.CodeOf(err) != "idempotency.other_body" {
		t.Errorf("another body under the same key: %v", err)
	}
}

func TestWrongCodesAreLimited(t *testing.T) {
	t.Parallel()
	s, _, _ := service(t)
	if _, err := s.Ticket(t.Context(), "pendek", "x"); ronda.CodeOf(err) != "ticket.code_form" {
		t.Errorf("a short code: %v", err)
	}
	var kinds []ronda.Kind
	for range 6 {
		_, err := s.Ticket(t.Context(), "RND-0000-0000-0000", "10.0.0.7")
		kinds = append(kinds, ronda.KindOf(err))
	}
	if kinds[0] != ronda.NotFound || kinds[5] != ronda.Limited {
		t.Errorf("six wrong codes: %v", kinds)
	}
	if _, err := s.Ticket(t.Context(), "RND-0000-0000-0000", "10.0.0.8"); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("another client: %v", err)
	}
}

func TestCheckReadsAgain(t *testing.T) {
	t.Parallel()
	s, r, m := service(t)
	k := r.Pack.Claims[0].Check()
	if _, err := r.DB.UpsertClaim(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	m.found = ronda.Found{Level: "match", Hits: []ronda.FoundHit{{Kind: "claim", ID: "gone", Level: "match"}, {Kind: "claim", ID: k.ID, Level: "match", Score: .9}}}
	got, err := s.Check(t.Context(), intake.CheckInput{Text: "pesan yang diteruskan, dari 0812-3456-7890"})
	if err != nil || got.Level != "match" || len(got.Hits) != 1 || got.Hits[0].Claim.ID != k.ID {
		t.Fatalf("%+v, %v", got, err)
	}
	if strings.Contains(got.Text, "0812") || len(got.Masked) != 1 {
		t.Errorf("the text to be shown: %q", got.Text)
	}
	k.Retracted, k.Version = r.Now(), k.Version+1
	if _, err := r.DB.UpsertClaim(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Check(t.Context(), intake.CheckInput{Text: "pesan yang diteruskan"}); err != nil || got.Level != "nothing" {
		t.Errorf("a retracted fact-check is still shown: %s, %v", got.Level, err)
	}
	counts, err := r.DB.CheckCounts(t.Context(), "2024-11-18", "2024-11-18")
	if err != nil || len(counts) != 2 {
		t.Errorf("counts %+v, %v", counts, err)
	}
	if _, err := s.Check(t.Context(), intake.CheckInput{Text: " \n "}); ronda.CodeOf(err) != "check.empty" {
		t.Errorf("an empty check: %v", err)
	}
}

func TestAddMoreAnswersAQuestion(t *testing.T) {
	t.Parallel()
	s, r, _ := service(t)
	rec, err := s.Submit(t.Context(), good())
	if err != nil {
		t.Fatal(err)
	}
	code, _ := ronda.ParseCode(rec.Code, ronda.CodeLength)
	rep, err := r.DB.ReportByCode(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.DB.NewsForReports(t.Context(), rep.Case, ronda.Message{ID: "q1", At: r.Now(), From: "hub", Kind: "question", Question: "q1", Text: "Pada menit ke berapa?"}); err != nil {
		t.Fatal(err)
	}
	ticket, err := s.Ticket(t.Context(), rec.Code, "")
	if err != nil || ticket.State != ronda.TicketNeedsInfo || ticket.Question == nil {
		t.Fatalf("%s %v, %v", ticket.State, ticket.Question, err)
	}
	if _, err := s.AddMore(t.Context(), intake.MoreInput{Code: rec.Code}); ronda.CodeOf(err) != "ticket.nothing_added" {
		t.Errorf("nothing added: %v", err)
	}
	r.Wait(time.Minute)
	ticket, err = s.AddMore(t.Context(), intake.MoreInput{Code: rec.Code, Text: "Menit kedua, hubungi 0812-3456-7890."})
	if err != nil || ticket.Question != nil {
		t.Fatalf("after answering: %v, %v", ticket.Question, err)
	}
	for _, m := range ticket.Messages {
		if strings.Contains(m.Text, "0812") {
			t.Errorf("not masked: %q", m.Text)
		}
	}
}

// takenFirst says of the first two numbers of a case that another case has them.
type takenFirst struct {
	intake.Store
	numbers []string
}

func (s *takenFirst) Submit(ctx context.Context, x ronda.Submission) (ronda.Submitted, error) {
	if s.numbers = append(s.numbers, x.Open.Case.Number); len(s.numbers) < 3 {
		return ronda.Submitted{}, ronda.Errorf(ronda.Conflict, "case.number_taken", "")
	}
	return s.Store.Submit(ctx, x)
}

// A number that is taken is no reason to lose a report.
func TestSubmitTakesAnotherNumber(t *testing.T) {
	t.Parallel()
	s, _, _ := service(t)
	door := &takenFirst{Store: s.Store}
	s.Store = door
	if _, err := s.Submit(t.Context(), good()); err != nil {
		t.Fatal(err)
	}
	if n := door.numbers; len(n) != 3 || n[0] == n[1] || n[1] == n[2] {
		t.Errorf("numbers %v", n)
	}
}

// TestNothingRestsOnWhatWasTakenBack: a fact-check that was taken back since the index saw it opens no case, answers no check and stands on no ticket.
func TestNothingRestsOnWhatWasTakenBack(t *testing.T) {
	t.Parallel()
	s, r, m := service(t)
	f := ronda.FactCheck{ID: "k1", Claim: ronda.Text{"id": "Klaim"}, Verdict: ronda.VerdictFalse, Outlet: "X", Origin: "partner"}
	if _, err := r.DB.UpsertClaim(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	m.found = ronda.Found{Level: "match", Partial: true, Hits: []ronda.FoundHit{{Kind: "claim", ID: "k1", Level: "match", Score: 1}}}
	first, err := s.Submit(t.Context(), good())
	if err != nil {
		t.Fatal(err)
	}
	if ticket, err := s.Ticket(t.Context(), first.Code, "10.0.0.1"); err != nil || ticket.Claim != "k1" {
		t.Fatalf("ticket with %q, %v; want the check", ticket.Claim, err)
	}
	f.Retracted = r.Now()
	if _, err := r.DB.UpsertClaim(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if ticket, err := s.Ticket(t.Context(), first.Code, "10.0.0.1"); err != nil || ticket.Claim != "" {
		t.Errorf("ticket with %q, %v", ticket.Claim, err)
	}
	res, err := s.Check(t.Context(), intake.CheckInput{Text: "Klaim yang beredar"})
	if err != nil || res.Level != "nothing" || len(res.Hits) != 0 || !res.Partial {
		t.Errorf("check says %q with %d hits, partial %v, %v", res.Level, len(res.Hits), res.Partial, err)
	}
	in := good()
	in.Links, in.Text = []string{"https://www.tiktok.com/@contoh/video/7568510388342443999"}, "Kalimat yang lain sama sekali tentang hal yang lain."
	second, err := s.Submit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := r.DB.ReportByCode(t.Context(), strings.ReplaceAll(strings.TrimPrefix(second.Code, "RND-"), "-", ""))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := r.DB.Case(t.Context(), rep.Case); err != nil || c.Claim != "" {
		t.Errorf("a case was opened on %q, %v", c.Claim, err)
	}
}
