package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"filippo.io/torchwood"

	"ronda/internal/ledger"
	"ronda/internal/ledger/witness"
)

// witnessCmd runs a witness of public logs (c2sp.org/tlog-witness), so that a university or a partner can vouch with one command
// that a log shows everybody the same entries.
type witnessCmd struct {
	Name   string   `arg:"" help:"Name of the witness, like an address without https://, for instance witness.kampus.example/ronda." placeholder:"NAME"`
	Log    []string `help:"Public key of a log to watch, or a file with one a line. Take it from a place that the log's operator does not control." required:"" placeholder:"VKEY|FILE"`
	Listen string   `help:"Address to serve on. Put a web server with TLS in front of it." default:"127.0.0.1:8091"`
	Data   string   `help:"Directory for the key and for what was signed. If it is lost, the witness must begin again under a new name." default:"witness-data" type:"path"`
}

// Run serves until it is interrupted.
func (c *witnessCmd) Run() error {
	ctx, stop := interruptible()
	defer stop()
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("serve witness: %w", err)
	}
	return c.run(ctx, l, os.Stdout, slog.New(slog.NewTextHandler(os.Stderr, nil)))
}

func (c *witnessCmd) run(ctx context.Context, l net.Listener, out io.Writer, log *slog.Logger) error {
	defer l.Close()
	var vkeys []string
	for _, k := range c.Log {
		keys, err := readKeys(k)
		if err != nil {
			return err
		}
		vkeys = append(vkeys, keys...)
	}
	states, err := witness.OpenStates(c.Data)
	if err != nil {
		return err
	}
	defer states.Close()
	seed, err := ledger.OpenSeed(filepath.Join(c.Data, "witness.key"), rand.Reader)
	if err != nil {
		return err
	}
	signer, err := torchwood.NewCosignatureSigner(c.Name, ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return fmt.Errorf("make witness %q: %w", c.Name, err)
	}
	server, err := witness.NewServer(signer, states, log, vkeys...)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Witness on http://%s. Give its key to those who run and check the log:\n%s\n", l.Addr(), signer.Verifier())
	web := http.Server{Handler: server.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 15 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 1 << 14}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		stopped <- web.Shutdown(context.WithoutCancel(ctx)) // requests are short and limited in time
	}()
	if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve witness: %w", err)
	}
	return <-stopped
}
