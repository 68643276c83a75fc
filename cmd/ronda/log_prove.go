package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"ronda/internal/ledger"
)

// logProveCmd makes and checks proofs.
type logProveCmd struct {
	Log      string `arg:"" optional:"" help:"Address or directory of the log." placeholder:"URL|DIR"`
	Entry    int64  `arg:"" optional:"" help:"Number of the entry, from 0." default:"-1"`
	Check    string `help:"Check this proof file instead. No network is used." placeholder:"FILE" type:"existingfile"`
	Since    string `help:"Prove instead that the log continues the signed checkpoint in this file." placeholder:"FILE" type:"existingfile"`
	Out      string `help:"File to write; standard output if not given." short:"o" placeholder:"FILE"`
	logTrust `embed:""`
}

// Run makes or checks one proof.
func (c *logProveCmd) Run() error {
	ctx, stop := interruptible()
	defer stop()
	return c.run(ctx, os.Stdout)
}

func (c *logProveCmd) run(ctx context.Context, out io.Writer) error {
	if c.Check != "" {
		return c.check(ctx, out)
	}
	if c.Log == "" {
		return errors.New("name a log, or a proof file with --check")
	}
	src, err := ledger.OpenSource(c.Log, nil)
	if err != nil {
		return err
	}
	trust, err := c.with(ctx, src, nil)
	if err != nil {
		return err
	}
	if c.Since != "" {
		return c.since(ctx, out, src, trust)
	}
	if c.Entry < 0 {
		return errors.New("say which entry to prove, by its number")
	}
	p, err := ledger.FetchProof(ctx, src, trust.keys, c.Entry)
	if err != nil {
		return err
	}
	data, err := p.MarshalIndent()
	if err != nil {
		return err
	}
	return writeOut(c.Out, out, data)
}

// check proves with what is in the file, and the keys given.
func (c *logProveCmd) check(ctx context.Context, out io.Writer) error {
	data, err := os.ReadFile(c.Check)
	if err != nil {
		return fmt.Errorf("read proof: %w", err)
	}
	p, err := ledger.ParseProof(data)
	if err != nil {
		return err
	}
	trust, err := c.with(ctx, nil, nil)
	if err != nil {
		return err
	}
	if len(trust.keys) == 0 {
		trust.keys = []string{p.Key}
	}
	found, err := p.Check(trust.keys, trust.witnesses)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "PROVEN     Entry %d stands in the log %s.\n", p.Index, p.Origin)
	printEntry(out, p.Leaf)
	sayWitnesses(out, found, trust)
	return nil
}

func (c *logProveCmd) since(ctx context.Context, out io.Writer, src ledger.Source, trust trusted) error {
	older, err := os.ReadFile(c.Since)
	if err != nil {
		return fmt.Errorf("read checkpoint: %w", err)
	}
	newer, err := src.Get(ctx, "checkpoint", 1<<16)
	if err != nil {
		return err
	}
	proof, err := ledger.Consistent(ctx, src, trust.keys, older, newer)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "CONSISTENT The log continues this checkpoint: nothing under it was changed.")
	for _, h := range proof {
		fmt.Fprintf(out, "           %s\n", h)
	}
	return nil
}

// printEntry shows an entry with a field a line.
func printEntry(out io.Writer, leaf []byte) {
	var object map[string]any
	if _, err := ledger.ParseLeaf(leaf); err != nil || json.Unmarshal(leaf, &object) != nil {
		fmt.Fprintf(out, "           %.200q\n", leaf)
		return
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("           ", "  ")
	fmt.Fprint(out, "           ")
	_ = e.Encode(object) // it was read from JSON a moment ago
}
