package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"filippo.io/age"

	"ronda"
	"ronda/internal/backup"
	"ronda/internal/config"
	"ronda/internal/evidence"
	"ronda/internal/evidence/dirstore"
	"ronda/internal/evidence/diskfile"
	"ronda/internal/evidence/s3store"
	"ronda/internal/ledger"
	"ronda/internal/ledger/bucket"
	"ronda/internal/store"
)

// restoreCmd makes an installation out of a backup, on an empty machine.
type restoreCmd struct {
	config.Server
	From           string `help:"Backup folder." required:"" type:"path" placeholder:"DIR"`
	At             string `help:"Which run, by the name of its folder; the newest where it is left out."`
	KeysFrom       string `name:"keys-from" help:"Packed keys. Left out where the key folder is in place already." type:"path" placeholder:"FILE"`
	Identity       string `help:"File with the age identity that opens the packed keys." type:"path" placeholder:"FILE"`
	PassphraseFile string `name:"passphrase-file" help:"File with the passphrase that opens the packed keys." type:"path" placeholder:"FILE"`
	restoreOptions
}

// restoreOptions say how the restored state learns what came after the backup.
type restoreOptions struct {
	Log             string `help:"The public log as it was published: its address, a mirror, or the folder with its tiles. Entries that came after the backup are taken over, so that the log goes on, and erasures among them are repeated." placeholder:"URL|DIR"`
	Erasures        string `help:"List of erasures that the server kept apart (erasures.ndjson in the key folder)." type:"path" placeholder:"FILE"`
	WithoutErasures bool   `name:"without-erasures" help:"Neither is left: restore all the same. What was erased after the backup comes back; only a person can answer for that."`
}

// restored is what a restore did.
type restored struct {
	backup.Manifest
	Adopted  []ledger.Entry // published after the backup
	Erasures int
}

// Run restores and says what a person must look at.
func (c *restoreCmd) Run() error {
	if err := c.Server.Check(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.KeysFrom != "" {
		if err := c.loadKeys(); err != nil {
			return err
		}
	}
	r, err := restore(ctx, &c.Server, c.From, c.At, c.restoreOptions)
	if err != nil {
		return err
	}
	fmt.Printf("restored the state of %s: schema %d, %d sealed files, log of %d entries\n", r.MadeAt.Format(time.RFC3339), r.Schema, r.Blobs, r.LogSize)
	fmt.Printf("%d erasures were made after it and have been repeated\n", r.Erasures)
	if r.Gone > 0 {
		fmt.Printf("%d sealed files had been erased before they could be copied\n", r.Gone)
	}
	for _, e := range r.Adopted {
		fmt.Printf("published after the backup, look into it: %s %s at %s\n", e.Kind, e.ID, e.At.Format(time.RFC3339))
	}
	fmt.Println("Everyone signs in again. Start the server with the same settings.")
	return nil
}

func (c *restoreCmd) loadKeys() error {
	var with []age.Identity
	switch {
	case c.PassphraseFile != "":
		phrase, err := readPassphrase(c.PassphraseFile)
		if err != nil {
			return err
		}
		x, err := age.NewScryptIdentity(phrase)
		if err != nil {
			return fmt.Errorf("--passphrase-file: %w", err)
		}
		with = append(with, x)
	case c.Identity != "":
		f, err := os.Open(c.Identity)
		if err != nil {
			return fmt.Errorf("--identity: %w", err)
		}
		defer f.Close()
		if with, err = age.ParseIdentities(f); err != nil {
			return fmt.Errorf("--identity: %w", err)
		}
	default:
		return errors.New("--keys-from needs --identity or --passphrase-file")
	}
	return backup.LoadKeys(c.KeysFrom, c.KeyDir(), with...)
}

// restore goes in this order: the whole backup is checked, the rows are put and counted, the sealed files are checked and put, entries that were published
// later are proven to continue the log and taken over, its tiles are made from the entries and held to the signature, erasures made after the backup are
// repeated. Nothing serves before the last step; a restore that stops half-way leaves a folder that a second one refuses.
func restore(ctx context.Context, c *config.Server, from, at string, o restoreOptions) (out restored, err error) {
	ring, key, err := existingKeys(c)
	if err != nil {
		return out, err
	}
	set, err := backup.Open(from, at, ring.Derive("backup", 32))
	if err != nil {
		return out, err
	}
	out.Manifest = set.Manifest
	if set.Manifest.Origin != key.Origin {
		return out, fmt.Errorf("the backup is of log %s, and these settings name %s: set --log-origin or --base-url as it was", set.Manifest.Origin, key.Origin)
	}
	tiles, closeTiles, err := tilesOf(ctx, c)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, closeTiles()) }()
	published := []ledger.Source{tiles} // what is published at its own place must not get shorter
	if o.Log != "" {
		src, err := ledger.OpenSource(o.Log, nil)
		if err != nil {
			return out, fmt.Errorf("read the published log: %w", err)
		}
		published = append(published, src)
	}
	_, err = tiles.Get(ctx, "checkpoint", 1<<16)
	alone := errors.Is(err, fs.ErrNotExist)
	if err != nil && !alone {
		return out, fmt.Errorf("look for the published log: %w", err)
	}
	if alone && o.Log == "" && o.Erasures == "" && !o.WithoutErasures {
		return out, errors.New("what was erased after the backup must not come back: give --log (the published log or a mirror) or --erasures, or say --without-erasures")
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return out, fmt.Errorf("make data folder: %w", err)
	}
	if err := loadRows(ctx, c, set); err != nil {
		return out, err
	}
	if err := putSealed(ctx, c, set); err != nil {
		return out, err
	}
	later, err := restoreLog(ctx, c, tiles, key, published, &out)
	if err != nil {
		return out, err
	}
	if o.Erasures != "" {
		list, err := readErasures(o.Erasures)
		if err != nil {
			return out, err
		}
		for _, e := range list {
			if !e.At.Before(set.Manifest.MadeAt.Add(-time.Hour)) { // clocks differ; once more does no harm
				later = append(later, e)
			}
		}
	}
	return out, eraseAgain(ctx, c, later, &out)
}

// loadRows fills the database.
func loadRows(ctx context.Context, c *config.Server, set *backup.Set) error {
	tables := set.Tables()
	i := 0
	var open io.Closer
	err := store.Load(ctx, store.Config{Dir: c.Data, URL: c.Database}, set.Manifest.Schema, func() (store.Part, error) {
		if open != nil {
			if err := open.Close(); err != nil {
				return store.Part{}, err
			}
			open = nil
		}
		if i == len(tables) {
			return store.Part{}, io.EOF
		}
		p := store.Part{Rows: tables[i].Rows}
		if err := json.Unmarshal(tables[i].Table, &p.Table); err != nil {
			return p, fmt.Errorf("%w: description of %s: %w", backup.ErrDamaged, tables[i].Name, err)
		}
		in, err := set.OpenPart(tables[i])
		if err != nil {
			return p, err
		}
		i++
		p.Data, open = in, in
		return p, nil
	})
	if open != nil {
		err = errors.Join(err, open.Close())
	}
	if err != nil {
		return fmt.Errorf("restore the database: %w", err)
	}
	return nil
}

// putSealed puts the sealed files into the store that the settings name. One that an interrupted restore put already is left.
func putSealed(ctx context.Context, c *config.Server, set *backup.Set) (err error) {
	var blobs evidence.Blobs
	if c.Evidence != "" {
		bucket, err := openBucket(ctx, c.Evidence)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, bucket.Close()) }()
		blobs = bucket
	} else {
		root := filepath.Join(c.Data, "evidence")
		if err := os.MkdirAll(root, 0o700); err != nil {
			return fmt.Errorf("make folder for evidence: %w", err)
		}
		release, err := dirstore.Lock(root)
		if err != nil {
			return fmt.Errorf("lock evidence folder: %w", err)
		}
		defer func() { err = errors.Join(err, release()) }()
		if blobs, err = dirstore.Open(diskfile.OS{}, root); err != nil {
			return fmt.Errorf("open evidence folder: %w", err)
		}
	}
	return set.EachBlob(func(b backup.Blob) error {
		in, err := set.ReadBlob(b)
		if err != nil {
			return err
		}
		if err := blobs.Put(ctx, b.Name, in); err != nil && !errors.Is(err, evidence.ErrExists) {
			return fmt.Errorf("restore sealed file: %w", err)
		}
		return nil
	})
}

// tilesOf opens the place of the public log: the folder beside the data, or the bucket that the settings name.
func tilesOf(ctx context.Context, c *config.Server) (ledger.Objects, func() error, error) {
	if c.LogStore != "" {
		o, err := bucketOptions("log-store", c.LogStore)
		if err != nil {
			return nil, nil, err
		}
		blobs, err := s3store.Connect(ctx, o)
		if err != nil {
			return nil, nil, fmt.Errorf("open the bucket of the log: %w", err)
		}
		return bucket.New(blobs), blobs.Close, nil
	}
	root := filepath.Join(c.Data, "log")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, nil, fmt.Errorf("make folder for the log: %w", err)
	}
	dir, err := ledger.OpenDir(root)
	if err != nil {
		return nil, nil, fmt.Errorf("open folder of the log: %w", err)
	}
	return dir, func() error { return nil }, nil
}

// restoreLog takes over what was published after the backup, makes the tiles and returns the erasures among the entries taken over.
func restoreLog(ctx context.Context, c *config.Server, tiles ledger.Objects, key *ledger.Key, published []ledger.Source, out *restored) (later []ronda.Erasure, err error) {
	db, err := store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database})
	if err != nil {
		return nil, fmt.Errorf("open restored database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	signed, err := db.LogCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	for _, src := range published {
		leaves, now, err := ledger.Newer(ctx, db, src, key.Origin, key.PublicKeys(), signed)
		if err != nil {
			return nil, fmt.Errorf("read what was published after the backup: %w", err)
		}
		if len(leaves) == 0 {
			continue
		}
		more, err := adopt(ctx, db, now.N-int64(len(leaves)), leaves, now.Signed, out)
		if err != nil {
			return nil, err
		}
		later, signed = append(later, more...), now.Signed
	}
	if signed == nil {
		return later, nil
	}
	if _, err := ledger.Rebuild(ctx, db, tiles, key.Origin, key.PublicKeys(), signed); err != nil {
		return nil, fmt.Errorf("restore the log: %w", err)
	}
	return later, nil
}

func adopt(ctx context.Context, db *store.DB, size int64, leaves [][]byte, signed []byte, out *restored) (later []ronda.Erasure, err error) {
	rows := make([]ronda.Leaf, len(leaves))
	for i, b := range leaves {
		e, err := ledger.ParseLeaf(b)
		if err != nil {
			return nil, fmt.Errorf("read published entry %d: %w", size+int64(i), err)
		}
		word := func(field string) string { s, _ := e.Public[field].(string); return s }
		rows[i] = ronda.Leaf{ID: e.ID, Kind: e.Kind, At: e.At, Bytes: b, Case: word("case"), Notice: word("notice")}
		out.Adopted = append(out.Adopted, e)
		if e.Kind != "erasure" {
			continue
		}
		x := ronda.Erasure{ID: e.ID, Scope: ronda.ErasureScope(word("scope")), Ref: word("ref"), Case: word("case"), Cause: ronda.ErasureCause(word("reason")), At: e.At}
		kinds, _ := e.Public["fields"].([]string)
		for _, k := range kinds {
			x.Kinds = append(x.Kinds, ronda.RetentionKind(k))
		}
		later = append(later, x)
	}
	return later, db.AdoptLog(ctx, size, rows, signed)
}

// eraseAgain repeats erasures through the same rule as the first time, so that the log tells of it.
func eraseAgain(ctx context.Context, c *config.Server, later []ronda.Erasure, out *restored) (err error) {
	if len(later) == 0 {
		return nil
	}
	a, err := openApp(ctx, c, slog.New(slog.NewTextHandler(os.Stderr, nil)), time.Now)
	if err != nil {
		return fmt.Errorf("open what was restored: %w", err)
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	seen := map[string]bool{}
	for _, e := range later {
		key := fmt.Sprint(e.Scope, e.Ref, e.Kinds)
		if seen[key] {
			continue
		}
		seen[key] = true
		if err := a.keeping.Reapply(ctx, e); err != nil {
			return fmt.Errorf("repeat erasure of %s %s: %w", e.Scope, e.Ref, err)
		}
		out.Erasures++
	}
	return nil
}
