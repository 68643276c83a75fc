package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ronda/internal/ledger"
	"ronda/internal/store"
)

// logVerifyCmd checks a published log.
type logVerifyCmd struct {
	Log            string `arg:"" help:"Address of the log (https://…/log), or a directory." placeholder:"URL|DIR"`
	logTrust       `embed:""`
	RequireWitness int    `help:"Fail when fewer independent witnesses than this have cosigned." placeholder:"N"`
	State          string `help:"File that remembers what was checked: the next run reads only what is new, and finds a log that was rolled back or rewritten." placeholder:"FILE"`
	AnyEntry       bool   `help:"Accept entries that are not in the form of this log: check the tree only."`
	Rows           bool   `help:"Also hold the database to the log: every entry's row, and every sealed field that was not erased. An embedded database must not be in use."`
	Data           string `help:"Data directory of the database for --rows." default:"data" type:"path"`
	Database       string `help:"PostgreSQL for --rows." placeholder:"URL" env:"RONDA_DATABASE"`
	JSON           bool   `help:"Print the result as JSON." name:"json"`
	Quiet          bool   `help:"No progress bar." short:"q"`
}

// Run checks and prints. It fails when anything is wrong.
func (c *logVerifyCmd) Run() error {
	ctx, stop := interruptible()
	defer stop()
	bar := progressBar{out: os.Stderr, on: !c.Quiet && isTerminal(os.Stderr)}
	return c.run(ctx, os.Stdout, &bar)
}

func (c *logVerifyCmd) run(ctx context.Context, out io.Writer, bar *progressBar) error {
	src, err := ledger.OpenSource(c.Log, nil)
	if err != nil {
		return err
	}
	previous, err := c.readState()
	if err != nil {
		return err
	}
	var pinned []string
	if previous != nil {
		pinned = previous.Keys
	}
	trust, err := c.with(ctx, src, pinned)
	if err != nil {
		return err
	}
	report, err := ledger.Verify(ctx, src, ledger.VerifyOptions{Keys: trust.keys, Witnesses: trust.witnesses, Require: c.RequireWitness,
		Previous: previous, AnyLeaf: c.AnyEntry, Settle: 2 * time.Second, Progress: bar.show})
	bar.end()
	if err != nil {
		return fmt.Errorf("verify %s: %w", c.Log, err)
	}
	if c.Rows && report.OK() {
		if err := c.compareRows(ctx, src, trust.keys, report); err != nil {
			return err
		}
	}
	if c.JSON {
		err = printReportJSON(out, report, trust)
	} else {
		printReport(out, report, trust)
	}
	if err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("%w: %d faults", errLogFaults, len(report.Faults)+report.More)
	}
	return c.writeState(report.State(trust.keys))
}

// compareRows looks whether the database says the same as the published log.
func (c *logVerifyCmd) compareRows(ctx context.Context, src ledger.Source, keys []string, report *ledger.Report) error {
	db, err := store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database})
	if err != nil {
		return err
	}
	return errors.Join(ledger.CompareRows(ctx, db, src, keys, report), db.Close())
}

func (c *logVerifyCmd) readState() (*ledger.State, error) {
	if c.State == "" {
		return nil, nil
	}
	data, err := os.ReadFile(c.State)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	var s ledger.State
	if err := json.Unmarshal(data, &s); err != nil || len(s.Keys) == 0 || s.Size < 0 {
		return nil, fmt.Errorf("read state: %s is no state of a log check", c.State)
	}
	return &s, nil
}

// writeState replaces the state file whole: half of one would make the next run fail.
func (c *logVerifyCmd) writeState(s ledger.State) error {
	if c.State == "" {
		return nil
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(c.State), ".state-*")
	if err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	_, err = f.Write(append(data, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), c.State)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write state: %w", err), os.Remove(f.Name()))
	}
	return nil
}

func printReport(out io.Writer, r *ledger.Report, t trusted) {
	if r.Checkpoint.Signed != nil {
		fmt.Fprintf(out, "LOG        %s\nSIZE       %d entries, root %s\n", r.Checkpoint.Origin, r.Checkpoint.N, r.Checkpoint.Hash)
	}
	if r.OK() {
		fmt.Fprintf(out, "SOUND      Entries %d to %d were read; every entry, every hash of every tile and the signature fit.\n", r.From, r.Checkpoint.N)
		if r.From > 0 {
			fmt.Fprintln(out, "           What was checked before is unchanged in it.")
		}
	}
	for _, k := range slices.Sorted(maps.Keys(r.Kinds)) {
		fmt.Fprintf(out, "           %7d %s\n", r.Kinds[k], k)
	}
	if r.Checkpoint.Signed != nil {
		if r.Witnessed < r.Checkpoint.N && len(r.Witnesses) > 0 {
			fmt.Fprintf(out, "           (The witnesses have signed the first %d entries so far.)\n", r.Witnessed)
		}
		sayWitnesses(out, r.Witnesses, t)
	}
	if r.OK() {
		return
	}
	fmt.Fprintf(out, "\nWRONG      %d faults\n", len(r.Faults)+r.More)
	for _, f := range r.Faults {
		fmt.Fprintf(out, "           %s\n", f)
	}
	if r.More > 0 {
		fmt.Fprintf(out, "           and %d more\n", r.More)
	}
	if r.Stopped > 0 {
		fmt.Fprintf(out, "           The check ended before entry %d: there are too many.\n", r.Stopped)
	}
}

// verifyAnswer is the result for programs.
type verifyAnswer struct {
	OK          bool             `json:"ok"`
	Origin      string           `json:"origin"`
	Size        int64            `json:"size"`
	Root        string           `json:"root"`
	From        int64            `json:"from"`
	Kinds       map[string]int64 `json:"kinds"`
	Independent int              `json:"independent_witnesses"`
	Witnesses   []string         `json:"witnesses"`
	KeyPinned   bool             `json:"key_pinned"`
	Faults      []ledger.Fault   `json:"faults"`
	MoreFaults  int              `json:"more_faults"`
}

func printReportJSON(out io.Writer, r *ledger.Report, t trusted) error {
	a := verifyAnswer{OK: r.OK(), Origin: r.Checkpoint.Origin, Size: r.Checkpoint.N, Root: r.Checkpoint.Hash.String(), From: r.From, Kinds: r.Kinds,
		Independent: r.Independent(), Witnesses: []string{}, KeyPinned: t.pinned, Faults: append([]ledger.Fault{}, r.Faults...), MoreFaults: r.More}
	for _, w := range r.Witnesses {
		a.Witnesses = append(a.Witnesses, w.Name)
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(a)
}

// progressBar draws one line on a terminal, at most about 200 times.
type progressBar struct {
	out   io.Writer
	on    bool
	shown int64
}

func (b *progressBar) show(done, total int64) {
	const steps, width = 200, 40
	if !b.on || total == 0 || done*steps/total == b.shown && done < total {
		return
	}
	b.shown = done * steps / total
	full := int(done * width / total)
	fmt.Fprintf(b.out, "\r[%s%s] %3d %% of %d entries", strings.Repeat("#", full), strings.Repeat(".", width-full), done*100/total, total)
}

func (b *progressBar) end() {
	if b.on {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func unixTime(s int64) string { return time.Unix(s, 0).UTC().Format(time.RFC3339) }
