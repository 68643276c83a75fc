package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"ronda/internal/ledger"
)

// logExportCmd makes or updates a copy of a log.
type logExportCmd struct {
	Log      string `arg:"" help:"Address or directory of the log." placeholder:"URL|DIR"`
	To       string `arg:"" help:"Directory for the copy; made if it is not there." placeholder:"DIR" type:"path"`
	AnyEntry bool   `help:"Accept entries that are not in the form of this log."`
	Quiet    bool   `help:"No progress bar." short:"q"`
	logTrust `embed:""`
}

// Run copies and checks in one go.
func (c *logExportCmd) Run() error {
	ctx, stop := interruptible()
	defer stop()
	return c.run(ctx, os.Stdout, &progressBar{out: os.Stderr, on: !c.Quiet && isTerminal(os.Stderr)})
}

func (c *logExportCmd) run(ctx context.Context, out io.Writer, bar *progressBar) error {
	src, err := ledger.OpenSource(c.Log, nil)
	if err != nil {
		return err
	}
	trust, err := c.with(ctx, src, nil)
	if err != nil {
		return err
	}
	to, err := ledger.OpenDir(c.To)
	if err != nil {
		return err
	}
	report, err := ledger.Export(ctx, src, to, ledger.VerifyOptions{Keys: trust.keys, Witnesses: trust.witnesses, AnyLeaf: c.AnyEntry,
		Progress: bar.show})
	bar.end()
	if err != nil {
		return fmt.Errorf("export %s: %w", c.Log, err)
	}
	printReport(out, report, trust)
	if !report.OK() {
		return fmt.Errorf("%w: the copy got no checkpoint", errLogFaults)
	}
	fmt.Fprintf(out, "COPIED     to %s\n", c.To)
	return nil
}
