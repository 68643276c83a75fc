package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"

	"ronda/internal/backup"
	"ronda/internal/config"
	"ronda/internal/evidence"
	"ronda/internal/evidence/dirstore"
	"ronda/internal/evidence/diskfile"
	"ronda/internal/keys"
	"ronda/internal/ledger"
	"ronda/internal/store"
)

// backupCmd copies one moment of the installation while the server runs.
type backupCmd struct {
	config.Server
	Out            string   `help:"Backup folder. Each run adds a folder of its own; sealed files are copied once." required:"" type:"path" placeholder:"DIR"`
	Keep           int      `help:"How many runs stay. What was erased is gone from the backups once so many have been made after it; 0 keeps all." default:"14"`
	KeysOut        string   `name:"keys-out" help:"Also pack the keys, encrypted, into this file. Keep it apart from the backup folder: who has both can read everything." type:"path" placeholder:"FILE"`
	Recipient      []string `help:"age recipient (age1…) that can open the packed keys." placeholder:"AGE1"`
	PassphraseFile string   `name:"passphrase-file" help:"File with the passphrase that opens the packed keys." type:"path"`
}

// Run makes one backup and says what it holds.
func (c *backupCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	began := time.Now()
	m, err := makeBackup(ctx, &c.Server, c.Out, began)
	if err != nil {
		return err
	}
	if c.KeysOut != "" {
		if err := c.saveKeys(); err != nil {
			return err
		}
	}
	removed, err := backup.Prune(c.Out, c.Keep, nil)
	if err != nil {
		return fmt.Errorf("remove older runs: %w", err)
	}
	var rows int64
	for _, p := range m.Parts {
		if p.Table != nil {
			rows += p.Rows
		}
	}
	fmt.Printf("%s: %d rows, %d sealed files (%d bytes), log of %d entries, in %s; %d older runs removed\n", m.MadeAt.Format(time.RFC3339), rows, m.Blobs,
		m.BlobBytes, m.LogSize, time.Since(began).Round(time.Millisecond), removed)
	if c.KeysOut == "" {
		fmt.Println("The keys are not in it. Without them nothing sealed can be read again: pack them with --keys-out FILE, once and after each change.")
	}
	return nil
}

// saveKeys packs the keys for a recipient or a passphrase, never into the backup folder.
func (c *backupCmd) saveKeys() error {
	if inside(c.Out, c.KeysOut) {
		return fmt.Errorf("--keys-out %s lies in the backup folder: keys and data must not be kept together", c.KeysOut)
	}
	var to []age.Recipient
	for _, r := range c.Recipient {
		x, err := age.ParseX25519Recipient(r)
		if err != nil {
			return fmt.Errorf("--recipient: %w", err)
		}
		to = append(to, x)
	}
	if c.PassphraseFile != "" {
		if len(to) > 0 {
			return errors.New("--passphrase-file and --recipient exclude each other")
		}
		phrase, err := readPassphrase(c.PassphraseFile)
		if err != nil {
			return err
		}
		x, err := age.NewScryptRecipient(phrase)
		if err != nil {
			return fmt.Errorf("--passphrase-file: %w", err)
		}
		to = append(to, x)
	}
	if len(to) == 0 {
		return errors.New("--keys-out needs --recipient or --passphrase-file: keys never leave in the clear")
	}
	return backup.SaveKeys(c.KeyDir(), c.KeysOut, to...)
}

func readPassphrase(name string) (string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("read passphrase: %w", err)
	}
	if s := strings.TrimSpace(string(b)); len(s) >= 12 {
		return s, nil
	}
	return "", errors.New("the passphrase is shorter than 12 letters")
}

// inside tells whether a file lies below a folder.
func inside(dir, file string) bool {
	a, err1 := filepath.Abs(dir)
	b, err2 := filepath.Abs(file)
	rel, err := filepath.Rel(a, b)
	return errors.Join(err1, err2, err) == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// makeBackup writes one run. It opens the database beside a running server: no lock, no write.
func makeBackup(ctx context.Context, c *config.Server, out string, now time.Time) (m backup.Manifest, err error) {
	ring, logKey, err := existingKeys(c)
	if err != nil {
		return m, err
	}
	open, closeFiles, err := readSealed(ctx, c)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, closeFiles()) }()
	run, err := backup.Begin(out, ring.Derive("backup", 32), now)
	if err != nil {
		return m, err
	}
	err = store.TakeSnapshot(ctx, store.Config{Dir: c.Data, URL: c.Database}, func(s *store.Snapshot) error {
		return fillBackup(ctx, run, s, logKey, open)
	})
	if err == nil {
		err = run.End()
	}
	if err != nil {
		return m, errors.Join(fmt.Errorf("back up: %w", err), run.Abort())
	}
	return run.Manifest, nil
}

func fillBackup(ctx context.Context, run *backup.Run, s *store.Snapshot, key *ledger.Key, open func(context.Context, string) (io.ReadCloser, error)) error {
	var err error
	m := &run.Manifest
	m.Engine, m.Origin = s.Engine(), key.Origin
	if m.Schema, err = s.Schema(ctx); err != nil {
		return err
	}
	tables, err := s.Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := run.Table(t.Name, t, func(w io.Writer) (int64, error) { return s.Write(ctx, t, w) }); err != nil {
			return err
		}
	}
	if m.Checkpoint, err = s.Checkpoint(ctx); err != nil {
		return err
	}
	if m.Checkpoint != nil {
		// Made from the entries of this very moment, not copied from the live folder, which goes on growing: so each backup proves that its entries hash to
		// what was signed.
		objects, err := ledger.OpenDir(filepath.Join(run.Dir(), "log"))
		if err != nil {
			return err
		}
		c, err := ledger.Rebuild(ctx, s, objects, key.Origin, key.PublicKeys(), m.Checkpoint)
		if err != nil {
			return fmt.Errorf("check the log: %w", err)
		}
		m.LogSize = c.N
	}
	return run.Blobs(ctx, func(yield func(string) error) error {
		for after := ""; ; {
			names, err := s.Files(ctx, after, 1000)
			if err != nil {
				return err
			}
			for _, n := range names {
				after = n
				if err := yield(n); err != nil {
					return err
				}
			}
			if len(names) < 1000 {
				return nil
			}
		}
	}, open)
}

// existingKeys opens the keys that are there; a backup makes none.
func existingKeys(c *config.Server) (*keys.Ring, *ledger.Key, error) {
	for _, name := range []string{"master.key", "log.key"} {
		if _, err := os.Stat(filepath.Join(c.KeyDir(), name)); err != nil {
			return nil, nil, fmt.Errorf("find the keys of the installation: %w", err)
		}
	}
	ring, err := keys.Open(filepath.Join(c.KeyDir(), "master.key"))
	if err != nil {
		return nil, nil, err
	}
	key, err := ledger.OpenKey(filepath.Join(c.KeyDir(), "log.key"), c.Origin(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("open key of the log: %w", err)
	}
	return ring, key, nil
}

// readSealed opens the sealed files for reading, beside the server that writes them.
func readSealed(ctx context.Context, c *config.Server) (open func(context.Context, string) (io.ReadCloser, error), closeAll func() error, err error) {
	var blobs evidence.Blobs = dirstore.OpenReading(diskfile.OS{}, filepath.Join(c.Data, "evidence"))
	closeAll = func() error { return nil }
	if c.Evidence != "" {
		bucket, err := openBucket(ctx, c.Evidence)
		if err != nil {
			return nil, nil, err
		}
		blobs, closeAll = bucket, bucket.Close
	}
	return func(ctx context.Context, name string) (io.ReadCloser, error) {
		r, err := blobs.Get(ctx, name)
		if errors.Is(err, evidence.ErrNoBlob) {
			err = backup.ErrGone
		}
		return r, err
	}, closeAll, nil
}
