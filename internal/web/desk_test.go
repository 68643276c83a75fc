package web_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"ronda"
	"ronda/internal/intake"
	"ronda/internal/mask"
	"ronda/internal/web"
)

// plainLinks understands addresses of two services, as far as the pages need it.
type plainLinks struct{}

func (plainLinks) Parse(raw string) (ronda.ReportAddress, error) {
	if !strings.HasPrefix(raw, "https://") {
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, "link.not_http", "")
	}
	rest := strings.TrimSuffix(strings.TrimPrefix(raw, "https://"), "/")
	if rest == "www.tiktok.com" {
		return ronda.ReportAddress{}, ronda.Errorf(ronda.Invalid, "link.front_page", "")
	}
	a := ronda.ReportAddress{Given: raw, Platform: "web", Canonical: raw, Key: "web:" + rest}
	if strings.Contains(rest, "tiktok.com/") {
		a.Platform = "tiktok"
	}
	return a, nil
}

func (p plainLinks) FindAll(text string, limit int) []ronda.ReportAddress {
	var out []ronda.ReportAddress
	for _, w := range strings.Fields(text) {
		if a, err := p.Parse(w); err == nil && len(out) < limit {
			out = append(out, a)
		}
	}
	return out
}

// The real intake fits the door.
var _ web.Intake = (*intake.Service)(nil)

// desk stands for the intake: it remembers what the pages handed over. It answers "match" to a text with "tercoblos",
// "similar" to one with "KTP" and "nothing" otherwise.
type desk struct {
	mu      sync.Mutex
	checked []intake.CheckInput
	allowed []intake.CheckInput
	reports []intake.ReportInput
	files   []string
	more    []intake.MoreInput
	tickets map[string]ronda.Ticket
	misses  int
}

func newDesk() *desk { return &desk{tickets: map[string]ronda.Ticket{"7K3M9Q2X4TBC": sampleTicket()}} }

func sampleTicket() ronda.Ticket {
	question := ronda.Message{ID: "m2", At: now.Add(-2 * time.Hour), From: "hub", Kind: "question", Question: "q1",
		Text: "Di menit keberapa ancamannya terdengar?"}
	return ronda.Ticket{Code: "7K3M9Q2X4TBC", At: now.Add(-20 * time.Hour), Category: "violence", Region: "71.09",
		State: ronda.TicketNeedsInfo, Next: now.Add(150 * time.Minute), Missing: []string{"screenshot"},
		Masked: []ronda.MaskedKind{{Kind: "phone", Count: 2}}, Question: &question,
		Addresses: []ronda.TicketAddress{{Address: "https://www.tiktok.com/@akun.contoh/video/7300000000000000001", Platform: "tiktok", State: ronda.ItemPending}},
		Messages: []ronda.Message{
			{ID: "m1", At: now.Add(-5 * time.Hour), From: "reporter", Kind: "evidence", Text: "Ada unggahan ulang di akun lain.", Files: make([]ronda.Evidence, 1)},
			question,
		}}
}

func (d *desk) Check(_ context.Context, in intake.CheckInput) (intake.CheckResult, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.checked = append(d.checked, in)
	masked, removed := mask.Text(in.Text)
	res := intake.CheckResult{Level: "nothing", Text: masked}
	for _, r := range removed {
		res.Masked = append(res.Masked, ronda.MaskedKind{Kind: string(r.Kind), Count: r.Count})
	}
	all := someChecks()
	switch {
	case in.Text == "https://www.tiktok.com/":
		_, res.Problem = plainLinks{}.Parse(in.Text)
	case strings.Contains(in.Text, "tercoblos"):
		res.Level = "match"
		res.Hits = []intake.CheckHit{
			{Claim: all[1], Level: "match", Score: 0.97, Why: []ronda.FoundReason{{Code: "words_in_common", Args: []string{"tercoblos", "surat suara"}}, {Code: "near_duplicate"}}},
			{Claim: all[2], Level: "similar", Score: 0.4},
		}
	case strings.Contains(in.Text, "DPT"):
		res.Official = []ronda.Bulletin{{ID: "b1", Office: "kpu:", Org: "kpu", PublishedAt: now.Add(-time.Hour), Title: text("Cara memeriksa nama di daftar pemilih", "How to look up your name on the voter list"),
			Text: text("Nama dapat diperiksa di papan pengumuman kelurahan.", "Names can be looked up on the board of the village office.")}}
	case strings.Contains(in.Text, "KTP"):
		res.Level = "similar"
		res.Hits = []intake.CheckHit{{Claim: all[2], Level: "similar", Score: 0.5, Why: []ronda.FoundReason{{Code: "words_in_common", Args: []string{"KTP"}}}}}
	}
	return res, nil
}

func (d *desk) AllowCode(_ context.Context, in intake.CheckInput) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.allowed = append(d.allowed, in)
	return "", nil
}

// Submit gives the same receipt to the same key, as the real intake does.
func (d *desk) Submit(_ context.Context, in intake.ReportInput) (intake.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range in.Files {
		b, err := io.ReadAll(f.Data)
		if err != nil {
			return intake.Receipt{}, err
		}
		d.files = append(d.files, f.Name+":"+string(b))
	}
	receipt := intake.Receipt{Code: "RND-7K3M-9Q2X-4TBC", At: now, Next: now.Add(20 * time.Hour), Missing: []string{"screenshot"}}
	if !slices.ContainsFunc(d.reports, func(r intake.ReportInput) bool { return r.IdemKey == in.IdemKey }) {
		d.reports = append(d.reports, in)
	}
	return receipt, nil
}

func (d *desk) Ticket(_ context.Context, code, _ string) (ronda.Ticket, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t, ok := d.tickets[code]; ok {
		return t, nil
	}
	if d.misses++; d.misses > 5 {
		return ronda.Ticket{}, ronda.Errorf(ronda.Limited, "limit.code", "").With("until", now.Add(10*time.Minute).Format(time.RFC3339))
	}
	return ronda.Ticket{}, ronda.Errorf(ronda.NotFound, "ticket.not_found", "code")
}

func (d *desk) AddMore(ctx context.Context, in intake.MoreInput) (ronda.Ticket, error) {
	d.mu.Lock()
	d.more = append(d.more, in)
	d.mu.Unlock()
	return d.Ticket(ctx, in.Code, "")
}

// brokenDesk cannot check anything, and finds no key for what is sent.
type brokenDesk struct{ *desk }

func (brokenDesk) Check(context.Context, intake.CheckInput) (intake.CheckResult, error) {
	return intake.CheckResult{}, errors.New("disk is gone")
}

func (brokenDesk) Submit(context.Context, intake.ReportInput) (intake.Receipt, error) {
	return intake.Receipt{}, ronda.Errorf(ronda.NotFound, "evidence.no_key", "")
}
