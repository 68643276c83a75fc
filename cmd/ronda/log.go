package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"ronda/internal/ledger"
	"ronda/internal/ledger/witness"
)

// logCmd works with the public log of official acts: this server's, or that of anyone who publishes one in this form.
type logCmd struct {
	Verify logVerifyCmd `cmd:"" help:"Check a published log from end to end, or what is new since the last check."`
	Prove  logProveCmd  `cmd:"" help:"Make the proof that an entry stands in the log, or check a proof file."`
	Open   logOpenCmd   `cmd:"" help:"Check a file that opens sealed fields of an entry, or make one."`
	Export logExportCmd `cmd:"" help:"Copy a published log into a directory that any web server can serve."`
}

// errLogFaults is the end of a check that found something wrong; what it was has been printed.
var errLogFaults = errors.New("the log is not sound")

// logTrust says whose signatures count.
type logTrust struct {
	Key       []string `help:"Public key of the log, or a file with one a line. Without it the key comes from the log itself, which proves less." placeholder:"VKEY|FILE"`
	Witness   []string `help:"Key of a witness that you hold to be independent. Given once or more, the log's own list is not used." placeholder:"VKEY"`
	Witnesses string   `help:"File with the witnesses that you trust, in the form of the log's witnesses.json." placeholder:"FILE" type:"existingfile"`
}

// trusted is what a log is checked against.
type trusted struct {
	keys      []string
	pinned    bool // the keys did not come from the log
	witnesses []witness.Info
	declared  bool // who is independent is what the log says itself
}

// with reads keys and witnesses, from the log where nothing else was given. src may be nil where there is no log to ask.
func (t logTrust) with(ctx context.Context, src ledger.Source, pinned []string) (trusted, error) {
	out := trusted{keys: pinned, pinned: len(pinned) > 0}
	for _, k := range t.Key {
		keys, err := readKeys(k)
		if err != nil {
			return out, err
		}
		if !out.pinned {
			out.keys, out.pinned = nil, true
		}
		out.keys = append(out.keys, keys...)
	}
	if len(out.keys) == 0 && src != nil {
		data, err := src.Get(ctx, "key", 1<<16)
		if err != nil {
			return out, fmt.Errorf("the log does not state its key, give it with --key: %w", err)
		}
		out.keys = strings.Fields(string(data))
	}
	return out, t.addWitnesses(ctx, src, &out)
}

func (t logTrust) addWitnesses(ctx context.Context, src ledger.Source, out *trusted) error {
	for _, key := range t.Witness {
		name, _, _ := strings.Cut(key, "+")
		out.witnesses = append(out.witnesses, witness.Info{Name: name, Key: key, Party: witness.Independent})
	}
	if t.Witnesses != "" {
		list, err := witness.ReadList(t.Witnesses)
		out.witnesses = append(out.witnesses, list...)
		return err
	}
	if len(t.Witness) > 0 || src == nil {
		return nil
	}
	data, err := src.Get(ctx, "witnesses.json", 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a log without witnesses
	}
	if err != nil {
		return fmt.Errorf("read the log's list of witnesses: %w", err)
	}
	out.declared = true
	out.witnesses, err = witness.ParseList(data)
	return err
}

// readKeys takes a key as it is, or the keys in a file.
func readKeys(arg string) ([]string, error) {
	if _, err := ledger.Verifiers(arg); err == nil {
		return []string{arg}, nil
	}
	data, err := os.ReadFile(arg)
	if err != nil {
		return nil, fmt.Errorf("%q is neither a public key nor a file with one: %w", arg, err)
	}
	keys := strings.Fields(string(data))
	if _, err := ledger.Verifiers(keys...); err != nil || len(keys) == 0 {
		return nil, fmt.Errorf("read keys in %s: %w", arg, err)
	}
	return keys, nil
}

// interruptible is a context that ends when the person presses Ctrl-C.
func interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

// sayWitnesses tells loudly how many independent parties vouch for a checkpoint.
func sayWitnesses(out io.Writer, found []witness.Sighting, t trusted) {
	n := witness.CountIndependent(found)
	switch n {
	case 0:
		fmt.Fprintln(out, "WITNESSES  NONE outside the government and the operator. Whoever holds the log's key could show others another log.")
	case 1:
		fmt.Fprintln(out, "WITNESSES  ONE outside the government and the operator")
	default:
		fmt.Fprintf(out, "WITNESSES  %d outside the government and the operator\n", n)
	}
	for _, w := range found {
		fmt.Fprintf(out, "           %s (%s) at %s\n", w.Name, w.Party, unixTime(w.At))
	}
	if t.declared && len(t.witnesses) > 0 {
		fmt.Fprintln(out, "           Who is independent is what the log says itself; name those you trust with --witness.")
	}
	if !t.pinned {
		fmt.Fprintln(out, "KEY        It came from the log itself. Compare it with a copy from elsewhere, and give it with --key:")
		for _, k := range t.keys {
			fmt.Fprintf(out, "           %s\n", k)
		}
	}
}

// writeOut writes a file, or standard output for "" and "-".
func writeOut(name string, out io.Writer, data []byte) error {
	if name == "" || name == "-" {
		_, err := io.Copy(out, bytes.NewReader(data))
		return err
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
