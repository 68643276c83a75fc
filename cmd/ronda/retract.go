package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ronda"
	"ronda/internal/store"
)

// retractCmd takes back a check that was imported: its outlet withdrew it, or it was imported by mistake. A partner takes its own back on its page,
// with an entry in the public log, as the accrediting authority does with an imported one. The embedded database must not be in use by a server at the time.
type retractCmd struct {
	ID       string `arg:"" help:"Id of the fact-check, as its page's address shows it: /periksa/ID-title."`
	Because  string `required:"" help:"Why, in a sentence that its page shows for good."`
	Data     string `default:"./data" env:"RONDA_DATA" type:"path" help:"Data directory of the server."`
	Database string `env:"RONDA_DATABASE" help:"PostgreSQL instead of the embedded database."`
}

// Run takes the check back; every server that runs on the database forgets it within a second.
func (c *retractCmd) Run() error {
	ctx := context.Background()
	if !ronda.Sentence(c.Because) {
		return errors.New("--because: write a sentence")
	}
	db, err := store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database})
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer db.Close()
	f, err := db.FactCheck(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("find fact-check %s: %w", c.ID, err)
	}
	if f.Origin == "partner" {
		return fmt.Errorf("%s is a check of %s, which alone may take it back", f.ID, f.Outlet)
	}
	if !f.Live() {
		return fmt.Errorf("%s was taken back already", f.ID)
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	f.Retracted, f.Because = now, strings.TrimSpace(c.Because)
	f.History = append(f.History, ronda.Revision{Version: int64(f.Version) + 1, At: now, Kind: "withdrawn", Note: f.Because})
	if _, err := db.UpsertClaim(ctx, f); err != nil {
		return fmt.Errorf("take back %s: %w", f.ID, err)
	}
	fmt.Printf("%s is taken back: %s\n", f.ID, f.Claim.In("id"))
	return nil
}
