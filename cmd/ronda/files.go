package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ronda/internal/evidence"
	"ronda/internal/evidence/dirstore"
	"ronda/internal/evidence/diskfile"
	"ronda/internal/evidence/s3store"
)

// openEvidence opens the sealed files: a directory beside the data, or a bucket.
func (a *app) openEvidence(ctx context.Context) error {
	var err error
	if a.cfg.Evidence != "" {
		a.blobs, err = openBucket(ctx, a.cfg.Evidence)
	} else {
		a.blobs, err = a.openDirectory(ctx)
	}
	if err != nil {
		return err
	}
	master, err := evidence.LoadOrCreateMaster(filepath.Join(a.cfg.KeyDir(), "evidence.key"), rand.Reader)
	if err != nil {
		return fmt.Errorf("open evidence key: %w", err)
	}
	ring, err := evidence.NewKeyring(rand.Reader, master)
	if err != nil {
		return fmt.Errorf("use evidence key: %w", err)
	}
	if a.marks, err = newFileMarks(ctx, a.db); err != nil {
		return err
	}
	a.vault = evidence.NewVault(a.blobs, ring, keyRows{a.db}, a.marks, rand.Reader)
	a.files = evidence.NewIntake(a.vault, evidence.CitizenLimits(), a.now)
	return nil
}

// openDirectory opens a directory store. It belongs to one database: two hosts that share the database but not the folder would lose each
// other's evidence, so the second refuses to start.
func (a *app) openDirectory(ctx context.Context) (evidence.Blobs, error) {
	root := filepath.Join(a.cfg.Data, "evidence")
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, fmt.Errorf("make folder for evidence: %w", err)
	}
	release, err := dirstore.Lock(root)
	if err != nil {
		return nil, fmt.Errorf("lock evidence folder: %w", err)
	}
	a.close = append(a.close, release)
	blobs, err := dirstore.Open(diskfile.OS{}, root)
	if err != nil {
		return nil, fmt.Errorf("open evidence folder: %w", err)
	}
	if err := evidence.ClaimHome(ctx, a.db, blobs.ID()); err != nil {
		return nil, fmt.Errorf("claim evidence folder: %w", err)
	}
	return blobs, nil
}

// openBucket opens the bucket of the evidence, s3://BUCKET/PREFIX?region=…&endpoint=…; the keys come from the usual environment variables, never from the command line.
func openBucket(ctx context.Context, at string) (*s3store.Store, error) {
	o, err := bucketOptions("evidence", at)
	if err != nil {
		return nil, err
	}
	blobs, err := s3store.Open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open bucket: %w", err)
	}
	return blobs, nil
}

// bucketOptions reads the address of a bucket.
func bucketOptions(setting, address string) (s3store.Options, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return s3store.Options{}, fmt.Errorf("--%s %q is not s3://bucket", setting, address)
	}
	return s3store.Options{Bucket: u.Host, Prefix: strings.TrimPrefix(u.Path, "/"), Region: u.Query().Get("region"),
		Endpoint: u.Query().Get("endpoint"), AccessKey: os.Getenv("AWS_ACCESS_KEY_ID"), SecretKey: os.Getenv("AWS_SECRET_ACCESS_KEY")}, nil
}

// sweepEvery is how often files that no row refers to are looked for. The sweeper cannot race an upload, so the time does not matter for safety.
const sweepEvery = time.Hour

// sweep removes what uploads left behind that were never committed, until ctx ends.
func (a *app) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		done, err := evidence.Sweep(ctx, a.blobs, a.marks)
		if err != nil && ctx.Err() == nil {
			a.log.ErrorContext(ctx, "sweep evidence", "error", err)
		}
		if done.Removed > 0 {
			a.log.InfoContext(ctx, "swept evidence", "removed", done.Removed, "seen", done.Seen)
		}
	}
}
