package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ronda/internal/evidence/s3store"
	"ronda/internal/ledger"
	"ronda/internal/ledger/bucket"
)

// openTiles opens the place of the published log: a folder beside the data, or a bucket.
func (a *app) openTiles(ctx context.Context) (ledger.Objects, error) {
	if a.cfg.LogStore != "" {
		o, err := bucketOptions("log-store", a.cfg.LogStore)
		if err != nil {
			return nil, err
		}
		blobs, err := s3store.Connect(ctx, o)
		if err != nil {
			return nil, fmt.Errorf("open the bucket of the log: %w", err)
		}
		a.close = append(a.close, blobs.Close)
		return bucket.New(blobs), nil
	}
	root := filepath.Join(a.cfg.Data, "log")
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, fmt.Errorf("make folder for the log: %w", err)
	}
	if err := a.claimTiles(ctx); err != nil {
		return nil, err
	}
	dir, err := ledger.OpenDir(root)
	if err != nil {
		return nil, fmt.Errorf("open folder of the log: %w", err)
	}
	return dir, nil
}

// errOtherLog is the error of a host whose folder is not the one that the database's log is published in.
var errOtherLog = errors.New("the database's log is published in another folder: use that one, or --log-store with a bucket for several hosts")

// claimTiles lets only one folder hold the log of a database: a second host with a disk of its own would show half of the log. The folder's name for
// itself lies beside it, because every file within is published.
func (a *app) claimTiles(ctx context.Context) error {
	if a.db.Engine() == "sqlite" {
		return nil // the database lies in the same folder, under a lock
	}
	name := filepath.Join(a.cfg.Data, "log.id")
	id, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		id = []byte(rand.Text())
		err = os.WriteFile(name, id, 0o600)
	}
	if err != nil {
		return fmt.Errorf("name the folder of the log: %w", err)
	}
	recorded, err := a.db.ClaimMeta(ctx, "log.home", strings.TrimSpace(string(id)))
	if err != nil {
		return fmt.Errorf("claim the folder of the log: %w", err)
	}
	if recorded != strings.TrimSpace(string(id)) {
		return errOtherLog
	}
	return nil
}
