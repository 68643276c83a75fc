package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"ronda"
	"ronda/internal/election"
	"ronda/internal/factcheck"
	"ronda/internal/store"
)

// exportCmd writes what others may use: the known claims for everyone, the officers' judgements for fitting the matching.
type exportCmd struct {
	Claims exportClaimsCmd `cmd:"" help:"Write the fact-checks that stand as ClaimReview (JSON-LD)."`
	Pairs  exportPairsCmd  `cmd:"" help:"Write the suggestions that officers confirmed or rejected as data for fitting the matching. The texts are reports: keep them as such."`
}

// exportSource opens the database that is exported. The embedded one must not be in use by a server at the time.
type exportSource struct {
	Data     string `default:"./data" env:"RONDA_DATA" type:"path" help:"Data directory of the server."`
	Database string `env:"RONDA_DATABASE" help:"PostgreSQL instead of the embedded database."`
	Election string `default:"pilkada-2024" help:"Election pack; its first language is written."`
}

func (c *exportSource) open(ctx context.Context) (*store.DB, *ronda.Pack, error) {
	pack, err := election.Open(c.Election)
	if err != nil {
		return nil, nil, fmt.Errorf("load election pack: %w", err)
	}
	db, err := store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database})
	if err != nil {
		return nil, nil, fmt.Errorf("open database: %w", err)
	}
	return db, pack, nil
}

// exportClaimsCmd writes ClaimReview.
type exportClaimsCmd struct {
	exportSource `embed:""`
	To           string `help:"File to write; none: standard output." type:"path"`
}

// Run writes every fact-check that stands.
func (c *exportClaimsCmd) Run() error {
	ctx := context.Background()
	db, pack, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return writeTo(c.To, func(w io.Writer) error {
		return factcheck.WriteClaimReview(w, func(yield func(factcheck.Record, error) bool) {
			for f, err := range eachClaim(ctx, db) {
				if !f.Live() && err == nil {
					continue
				}
				if !yield(recordOf(f, pack.Languages[0]), err) {
					return
				}
			}
		})
	})
}

// eachClaim yields all fact-checks, retracted ones too.
func eachClaim(ctx context.Context, db *store.DB) iter.Seq2[ronda.FactCheck, error] {
	return func(yield func(ronda.FactCheck, error) bool) {
		for after := ""; ; {
			page, err := db.Claims(ctx, after, 500)
			if err != nil {
				yield(ronda.FactCheck{}, err)
				return
			}
			for _, f := range page {
				if after = f.ID; !yield(f, nil) {
					return
				}
			}
			if len(page) < 500 {
				return
			}
		}
	}
}

// recordOf is a check in the pack's first language, or in its own where it has no other.
func recordOf(f ronda.FactCheck, lang string) factcheck.Record {
	if f.Claim[lang] == "" && f.Claim[f.Language] != "" {
		lang = f.Language
	}
	return factcheck.Record{ID: f.ID, URL: f.URL, Title: f.Claim.In(lang), Truth: f.Truth.In(lang), Verdict: f.Verdict, Date: f.Date, Outlet: f.Outlet,
		Author: f.Author, Language: lang, Tags: f.Tags, Appearing: f.Addresses}
}

// exportPairsCmd writes claims.jsonl, queries.jsonl and nomatch.jsonl, which `go run ./internal/match/fit` and `ronda eval match` read.
type exportPairsCmd struct {
	exportSource `embed:""`
	To           string `arg:"" help:"Folder for the files; made if it is not there." type:"path"`
}

// pairClaim and pairQuery are in the format of the evaluation data.
type (
	pairClaim struct {
		ID        string `json:"id"`
		Date      string `json:"date"`
		Title     string `json:"title"`
		Narration string `json:"narration"`
		Cluster   string `json:"cluster"`
	}
	pairQuery struct {
		ID       string   `json:"qid"`
		Kind     string   `json:"kind"`
		View     string   `json:"index_view"`
		Text     string   `json:"text"`
		Relevant []string `json:"relevant"`
		Exclude  []string `json:"exclude,omitempty"`
		Rejected []string `json:"rejected,omitempty"`
	}
)

// Run writes the three files and says how many pairs there are.
func (c *exportPairsCmd) Run() error {
	ctx := context.Background()
	db, pack, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := os.MkdirAll(c.To, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	p := pairs{ctx: ctx, db: db}
	if err := writeTo(filepath.Join(c.To, "claims.jsonl"), func(w io.Writer) error {
		return jsonLines(w, func(put func(any) error) error { return p.claims(pack.Languages[0], put) })
	}); err != nil {
		return err
	}
	if err := p.judged(); err != nil {
		return err
	}
	for name, queries := range map[string][]pairQuery{"queries.jsonl": p.answered, "nomatch.jsonl": p.refused} {
		if err := writeTo(filepath.Join(c.To, name), func(w io.Writer) error {
			return jsonLines(w, func(put func(any) error) error {
				for _, q := range queries {
					if err := put(q); err != nil {
						return err
					}
				}
				return nil
			})
		}); err != nil {
			return err
		}
	}
	fmt.Printf("%d cases with a confirmed fact-check, %d with rejected ones only\n", len(p.answered), len(p.refused))
	return nil
}

// pairs reads what officers judged.
type pairs struct {
	ctx               context.Context
	db                *store.DB
	live              map[string]bool // the fact-checks that were written; nil: any
	answered, refused []pairQuery
}

func (p *pairs) claims(lang string, put func(any) error) error {
	for f, err := range eachClaim(p.ctx, p.db) {
		if err != nil {
			return err
		}
		if !f.Live() {
			continue
		}
		if p.live == nil {
			p.live = map[string]bool{}
		}
		p.live[f.ID] = true
		if err := put(pairClaim{ID: f.ID, Date: f.Date, Title: f.Claim.In(lang), Narration: f.Narration, Cluster: f.ID}); err != nil {
			return err
		}
	}
	return nil
}

// judged collects the cases with a judgement on a fact-check. The query is the first report's text, masked as it is stored.
func (p *pairs) judged() error {
	for after := ""; ; {
		page, err := p.db.Cases(p.ctx, after, 500)
		if err != nil {
			return fmt.Errorf("read cases: %w", err)
		}
		for _, c := range page {
			after = c.ID
			if err := p.judgedCase(c); err != nil {
				return err
			}
		}
		if len(page) < 500 {
			return nil
		}
	}
}

func (p *pairs) judgedCase(c ronda.Case) error {
	q := pairQuery{ID: c.ID, Kind: "case", View: "title+narration", Relevant: []string{}}
	for _, l := range c.Links {
		switch {
		case l.Kind != "claim", p.live != nil && !p.live[l.ID]: // of a check that was taken back nothing can be learnt
		case l.Same:
			q.Relevant = append(q.Relevant, l.ID)
		default:
			q.Rejected = append(q.Rejected, l.ID)
		}
	}
	if len(q.Relevant)+len(q.Rejected) == 0 || c.Sandbox {
		return nil
	}
	reports, err := p.db.CaseReports(p.ctx, c.ID, 1, "")
	if err != nil {
		return fmt.Errorf("read reports of case: %w", err)
	}
	if len(reports) == 0 || reports[0].Text == "" {
		return nil
	}
	q.Text = reports[0].Text
	if len(q.Relevant) > 0 {
		p.answered = append(p.answered, q)
	} else {
		p.refused = append(p.refused, q)
	}
	return nil
}

// jsonLines writes one object a line.
func jsonLines(w io.Writer, each func(put func(any) error) error) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return each(func(v any) error { return enc.Encode(v) })
}

// writeTo writes a file, readable by its owner alone, or standard output.
func writeTo(path string, write func(w io.Writer) error) error {
	if path == "" {
		return write(os.Stdout)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("create file: %w", err)
	}
	w := bufio.NewWriter(f)
	err = write(w)
	if flush := w.Flush(); err == nil {
		err = flush
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
