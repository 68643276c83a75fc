// Package bucket keeps the published log in a bucket, so that several hosts can publish one log and any web server in front of the bucket can serve it.
// A bucket stores an object whole or not at all, and has it for good when it says so: no temporary names and no syncing are needed.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
	"golang.org/x/sync/errgroup"

	"ronda/internal/ledger"
)

// writers is how many objects are sent at once.
const writers = 8

// Bucket is a ledger.Objects in a bucket. It is safe for use by several goroutines and hosts: who may write is settled by the lease in the database.
type Bucket struct {
	blobs *blob.Bucket
}

var (
	_ ledger.Objects = (*Bucket)(nil)
	_ ledger.Source  = (*Bucket)(nil)
	_ ledger.Lister  = (*Bucket)(nil)
)

// New uses an open bucket. Close closes it.
func New(b *blob.Bucket) *Bucket { return &Bucket{blobs: b} }

// Close ends the connection.
func (b *Bucket) Close() error { return b.blobs.Close() }

// Put stores the objects as [ledger.Objects] says. A bucket that is served to the public as it is gets the same caching rules as the server's own answers.
func (b *Bucket) Put(ctx context.Context, objects ...ledger.Object) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for _, o := range objects {
		group.Go(func() error {
			kind, cache := ledger.Headers(o.Name)
			if err := b.blobs.WriteAll(ctx, o.Name, o.Data, &blob.WriterOptions{ContentType: kind, CacheControl: cache}); err != nil {
				return fmt.Errorf("put %s: %w", o.Name, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// Get reads an object as [ledger.Objects] says.
func (b *Bucket) Get(ctx context.Context, name string, limit int64) (data []byte, err error) {
	if !fs.ValidPath(name) || strings.HasPrefix(name, ".") {
		return nil, fmt.Errorf("read %q: %w", name, fs.ErrNotExist)
	}
	r, err := b.blobs.NewReader(ctx, name, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	data, err = io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("read %s: %w", name, ledger.ErrTooLong)
	}
	return data, nil
}

// Drop removes whatever lies below a folder's name.
func (b *Bucket) Drop(ctx context.Context, folder string) error {
	objects := b.blobs.List(&blob.ListOptions{Prefix: folder + "/"})
	for {
		o, err := objects.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list %s: %w", folder, err)
		}
		if err := b.blobs.Delete(ctx, o.Key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return fmt.Errorf("remove %s: %w", o.Key, err)
		}
	}
}

// Names lists all files, so that a verifier finds those that do not belong there.
func (b *Bucket) Names(ctx context.Context) ([]string, error) {
	var names []string
	objects := b.blobs.List(nil)
	for {
		o, err := objects.Next(ctx)
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, fmt.Errorf("list the bucket of the log: %w", err)
		}
		names = append(names, o.Key)
	}
}
