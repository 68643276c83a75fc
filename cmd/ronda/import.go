package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/text/language"

	"ronda"
	"ronda/internal/election"
	"ronda/internal/factcheck"
	"ronda/internal/safefetch"
	"ronda/internal/store"
)

// importCmd brings known claims into the database: ClaimReview (a file, or a page by its address), Mafindo's JSON, CSV. The embedded
// database must not be in use by a server at the time. The same file a second time changes nothing.
type importCmd struct {
	Files    []string          `arg:"" help:"Files to read, or addresses of pages with ClaimReview." placeholder:"FILE|URL"`
	Data     string            `default:"./data" env:"RONDA_DATA" type:"path" help:"Data directory of the server."`
	Database string            `env:"RONDA_DATABASE" help:"PostgreSQL instead of the embedded database."`
	Election string            `default:"pilkada-2024" help:"Election pack; its first language is that of claims that name none."`
	Map      map[string]string `help:"Columns of a CSV: field=column, for example title=judul;url=tautan."`
	Outlet   string            `help:"Outlet of claims that name none."`
	Contest  string            `help:"The files are tables of pairs or accounts for the register of this contest (mayor-32.73), not claims."`
	DryRun   bool              `help:"Read and report only."`

	get func(ctx context.Context, address string) (*safefetch.Page, error) // gets a page; nil: safefetch
}

// Run imports each file and reports bad rows with their lines; good rows go in. It fails if a file had a bad row.
func (c *importCmd) Run() error {
	ctx := context.Background()
	pack, err := election.Open(c.Election)
	if err != nil {
		return fmt.Errorf("load election pack: %w", err)
	}
	var db *store.DB
	if !c.DryRun || c.Contest != "" {
		if db, err = store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database}); err != nil {
			return fmt.Errorf("open database: %w", err)
		}
		defer db.Close()
	}
	bad, unread := 0, 0
	for _, name := range c.Files {
		read := c.file
		if c.Contest != "" {
			read = c.register
		}
		n, err := read(ctx, db, pack, name)
		if err != nil { // the other files go in
			fmt.Fprintf(os.Stderr, "%v\n", err)
			unread++
			continue
		}
		bad += n
	}
	switch {
	case unread > 0:
		return fmt.Errorf("%d of %d files and %d rows were not imported", unread, len(c.Files), bad)
	case bad > 0:
		return fmt.Errorf("%d rows were not imported", bad)
	}
	return nil
}

// open opens a file, or gets a page. The program that asks says so, and follows the rules for hosts that others chose.
func (c *importCmd) open(ctx context.Context, name string) (io.ReadCloser, error) {
	if !strings.HasPrefix(name, "https://") && !strings.HasPrefix(name, "http://") {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("open file: %w", err)
		}
		return f, nil
	}
	get := c.get
	if get == nil {
		client, err := safefetch.New(safefetch.Options{UserAgent: "Ronda import"})
		if err != nil {
			return nil, fmt.Errorf("prepare to fetch: %w", err)
		}
		get = client.Fetch
	}
	page, err := get(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("get page: %w", err)
	}
	if page.Status != http.StatusOK {
		return nil, fmt.Errorf("get page %s: the answer is %d", name, page.Status)
	}
	return io.NopCloser(bytes.NewReader(page.Body)), nil
}

// file imports one file and returns how many of its rows were bad.
func (c *importCmd) file(ctx context.Context, db *store.DB, pack *ronda.Pack, name string) (bad int, err error) {
	f, err := c.open(ctx, name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	records, faults, err := factcheck.Read(f, name, factcheck.Options{Columns: c.Map, Outlet: c.Outlet})
	if err != nil {
		return 0, err
	}
	for _, x := range faults {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, &x)
	}
	changed := 0
	for _, r := range records {
		if db == nil {
			continue
		}
		ok, err := db.ImportClaim(ctx, checkOf(r, pack.Languages[0]), searchOwed(time.Now()))
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, &factcheck.RowError{Line: r.Line, Field: "url", Err: err})
			bad++
			continue
		}
		if ok {
			changed++
		}
	}
	if db == nil {
		fmt.Printf("%s: %d good rows, %d bad rows, nothing saved\n", name, len(records), len(faults))
		return len(faults), nil
	}
	fmt.Printf("%s: %d read, %d new or changed, %d bad rows\n", name, len(records), changed, len(faults)+bad)
	return bad + len(faults), nil
}

// checkOf makes a fact-check of a record. What an outlet wrote stays its own: the outlet is always named.
func checkOf(r factcheck.Record, lang string) ronda.FactCheck {
	if tag, err := language.Parse(r.Language); err == nil {
		if base, sure := tag.Base(); sure == language.Exact {
			lang = base.String()
		}
	}
	f := ronda.FactCheck{ID: r.ID, Claim: ronda.Text{lang: r.Title}, Verdict: r.Verdict, Date: r.Date, Outlet: r.Outlet, Author: r.Author,
		URL: r.URL, Language: lang, Narration: r.Narration, Addresses: r.Appearing, Tags: r.Tags, Origin: "import", UpdatedAt: time.Now().UTC().Truncate(time.Microsecond)}
	if r.Truth != "" {
		f.Truth = ronda.Text{lang: r.Truth}
	}
	return f
}
