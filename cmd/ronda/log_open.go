package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"ronda/internal/ledger"
	"ronda/internal/store"
)

// logOpenCmd checks openings, and makes them where the database is at hand.
type logOpenCmd struct {
	File     string   `arg:"" optional:"" help:"Opening to check. No network is used." placeholder:"FILE"`
	Entry    string   `help:"Make an opening of the entry with this id instead." placeholder:"ID"`
	Field    []string `help:"Sealed fields to open; all if not given." placeholder:"NAME"`
	Data     string   `help:"Data directory of the server, with the published log in it. An embedded database must not be in use." default:"data" type:"path"`
	Log      string   `help:"Published log, an address or a folder; log in the data directory if not given." placeholder:"URL|DIR"`
	Database string   `help:"PostgreSQL instead of the embedded database." placeholder:"URL" env:"RONDA_DATABASE"`
	Out      string   `help:"File to write; standard output if not given." short:"o" placeholder:"FILE"`
	logTrust `embed:""`
}

// Run checks or makes one opening.
func (c *logOpenCmd) Run() error {
	ctx, stop := interruptible()
	defer stop()
	return c.run(ctx, os.Stdout)
}

func (c *logOpenCmd) run(ctx context.Context, out io.Writer) error {
	switch {
	case c.Entry != "":
		return c.make(ctx, out)
	case c.File == "":
		return errors.New("name an opening to check, or an entry to open with --entry")
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read opening: %w", err)
	}
	o, err := ledger.ParseOpening(data)
	if err != nil {
		return err
	}
	trust, err := c.with(ctx, nil, nil)
	if err != nil {
		return err
	}
	if len(trust.keys) == 0 {
		trust.keys = []string{o.Proof.Key}
	}
	found, err := o.Check(trust.keys, trust.witnesses)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "PROVEN     Entry %d of the log %s has committed to exactly these values:\n", o.Proof.Index, o.Proof.Origin)
	for _, f := range o.Fields {
		fmt.Fprintf(out, "           %s %d: %q\n", f.Field, f.N, f.Value)
	}
	printEntry(out, o.Proof.Leaf)
	sayWitnesses(out, found, trust)
	return nil
}

// make reads the entry's sealed fields from the database and its proof from the published log.
func (c *logOpenCmd) make(ctx context.Context, out io.Writer) error {
	at := c.Log
	if at == "" {
		at = filepath.Join(c.Data, "log")
	}
	src, err := ledger.OpenSource(at, nil)
	if err != nil {
		return err
	}
	trust, err := c.with(ctx, src, nil)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // it was only read
	leaf, err := db.LogLeaf(ctx, c.Entry)
	if err != nil {
		return fmt.Errorf("open entry %s: %w", c.Entry, err)
	}
	number, ok, err := db.LogNumber(ctx, c.Entry)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("open entry %s: %w", c.Entry, ledger.ErrNotYet)
	}
	proof, err := ledger.FetchProof(ctx, src, trust.keys, number)
	if err != nil {
		return err
	}
	opening, err := ledger.NewOpening(proof, leaf, c.Field...)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(opening, "", "  ")
	if err != nil {
		return fmt.Errorf("write opening: %w", err)
	}
	return writeOut(c.Out, out, append(data, '\n'))
}
