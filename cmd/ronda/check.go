package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ronda"
	"ronda/internal/election"
	"ronda/internal/link"
	"ronda/internal/match"
	"ronda/internal/store"
)

// checkCmd looks a message up among the known claims: those of the election pack, and those of a database where one is named. It stores
// nothing and needs no server.
type checkCmd struct {
	What     string `arg:"" help:"A text, an address, or a file with a text (- for standard input)."`
	Election string `help:"Election pack." default:"pilkada-2024"`
	Lang     string `help:"Language of the answer." default:"id"`
	Data     string `type:"path" help:"Data directory with imported fact-checks; its server must not be running."`
	Database string `help:"PostgreSQL with imported fact-checks."`
	Recent   bool   `help:"Prefer recent fact-checks among stories that are alike."`
	JSON     bool   `name:"json" help:"Print JSON."`
}

// maxCheck bounds a message read from a file, in bytes.
const maxCheck = 2 << 20

// checkAnswer is the answer as JSON.
type checkAnswer struct {
	Level string     `json:"level"`
	Hits  []checkHit `json:"hits"`
}

type checkHit struct {
	Level   string         `json:"level"`
	Score   float64        `json:"score"`
	ID      string         `json:"id"`
	Claim   string         `json:"claim"`
	Truth   string         `json:"truth"`
	Verdict string         `json:"verdict"`
	Outlet  string         `json:"outlet"`
	Date    string         `json:"date"`
	URL     string         `json:"url"`
	Why     []match.Reason `json:"why"`
}

// Run prints the matches, or says honestly that there are none.
func (c *checkCmd) Run() error {
	ctx := context.Background()
	text, err := c.read()
	if err != nil {
		return err
	}
	pack, err := election.Open(c.Election)
	if err != nil {
		return fmt.Errorf("load election pack: %w", err)
	}
	parser, err := link.New(pack.Platforms)
	if err != nil {
		return fmt.Errorf("read address forms: %w", err)
	}
	known, err := c.known(ctx, pack)
	if err != nil {
		return err
	}
	a := &app{pack: pack, links: parser}
	index := match.New()
	for _, f := range known {
		index.Put(a.claimDoc(f))
	}
	q := match.Query{Text: text, Limit: 3, Recency: c.Recent, At: time.Now()}
	for _, l := range parser.FindAll(text) {
		q.Addresses = append(q.Addresses, l.Key)
	}
	return c.print(os.Stdout, index.Search(ctx, q), known)
}

// known are the fact-checks of the pack and of the database, by id.
func (c *checkCmd) known(ctx context.Context, pack *ronda.Pack) (map[string]ronda.FactCheck, error) {
	known := map[string]ronda.FactCheck{}
	for _, k := range pack.Claims {
		f := k.Check()
		known[f.ID] = f
	}
	if c.Data == "" && c.Database == "" {
		return known, nil
	}
	if c.Database == "" {
		// Opening would make a new database where there is none.
		if _, err := os.Stat(filepath.Join(c.Data, "ronda.db")); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
	}
	db, err := store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	defer db.Close()
	for f, err := range eachClaim(ctx, db) {
		if err != nil {
			return nil, fmt.Errorf("read fact-checks: %w", err)
		}
		if delete(known, f.ID); f.Live() {
			known[f.ID] = f
		}
	}
	return known, nil
}

func (c *checkCmd) print(w io.Writer, res match.Result, known map[string]ronda.FactCheck) error {
	a := checkAnswer{Level: string(res.Level), Hits: []checkHit{}}
	for _, h := range res.Hits {
		if h.Level == match.LevelNothing {
			continue
		}
		f := known[h.ID]
		a.Hits = append(a.Hits, checkHit{Level: string(h.Level), Score: h.Score, ID: h.ID, Claim: f.Claim.In(c.Lang), Truth: f.Truth.In(c.Lang),
			Verdict: string(f.Verdict), Outlet: f.Outlet, Date: f.Date, URL: f.URL, Why: h.Why})
	}
	if c.JSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(a)
	}
	if len(a.Hits) == 0 {
		_, err := fmt.Fprintln(w, "Belum ada hasil. Ini bukan berarti pesannya benar. / No result yet. That does not mean it is true.")
		return err
	}
	for _, h := range a.Hits {
		if _, err := fmt.Fprintf(w, "%-8s %-14s %s\n         %s\n         %s, %s, %s\n", h.Level, strings.ToUpper(h.Verdict), h.Claim, h.Truth, h.Outlet, h.Date, h.URL); err != nil {
			return err
		}
	}
	return nil
}

// read takes the text itself, or the file it names.
func (c *checkCmd) read() (string, error) {
	var in io.Reader
	switch {
	case c.What == "-":
		in = os.Stdin
	case len(c.What) < 4096 && !strings.Contains(c.What, "\n"):
		f, err := os.Open(c.What)
		if err != nil {
			return c.What, nil // no such file: it is the text
		}
		defer f.Close()
		in = f
	default:
		return c.What, nil
	}
	b, err := io.ReadAll(io.LimitReader(in, maxCheck+1))
	if err != nil {
		return "", fmt.Errorf("read message: %w", err)
	}
	if len(b) > maxCheck {
		return "", errors.New("the message is longer than 2 MiB")
	}
	return string(b), nil
}
