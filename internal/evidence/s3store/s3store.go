// Package s3store keeps evidence blobs in any S3 that knows conditional writes. It is the store for
// several hosts; a single host may as well use package dirstore. What S3 holds is sealed already:
// its operator learns sizes and times, no content.
package s3store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"
	"gocloud.dev/gcerrors"

	"ronda/internal/evidence"
)

// Options say where the bucket is. The bucket must exist.
type Options struct {
	Bucket    string
	Region    string
	Endpoint  string // of an S3 that is not Amazon's, with scheme; "" for Amazon's own
	AccessKey string
	SecretKey string
	Prefix    string // before every name, such as "evidence/"; may be empty
}

// Store is an evidence.Blobs in a bucket. It is safe for use by several goroutines and hosts.
type Store struct {
	bucket *blob.Bucket
}

var _ evidence.Blobs = (*Store)(nil)

// putID is the metadata key by which a Put knows its own object again.
const putID = "ronda-put"

// Open connects to a bucket for evidence and checks that it answers.
func Open(ctx context.Context, o Options) (*Store, error) {
	b, err := Connect(ctx, o)
	if err != nil {
		return nil, err
	}
	return &Store{b}, nil
}

// Connect opens a bucket and checks that it answers.
func Connect(ctx context.Context, o Options) (*blob.Bucket, error) {
	client := s3.New(s3.Options{
		Region:      o.Region,
		Credentials: credentials.NewStaticCredentialsProvider(o.AccessKey, o.SecretKey, ""),
	}, func(s *s3.Options) {
		if o.Endpoint != "" {
			s.BaseEndpoint = aws.String(o.Endpoint)
			s.UsePathStyle = true
		}
	})
	b, err := s3blob.OpenBucket(ctx, client, o.Bucket, nil)
	if err != nil {
		return nil, fmt.Errorf("open bucket %s: %w", o.Bucket, err)
	}
	if ok, err := b.IsAccessible(ctx); err != nil || !ok {
		return nil, errors.Join(fmt.Errorf("open bucket %s: not accessible", o.Bucket), err, b.Close())
	}
	if o.Prefix != "" {
		b = blob.PrefixedBucket(b, o.Prefix)
	}
	return b, nil
}

// Close ends the connection.
func (s *Store) Close() error { return s.bucket.Close() }

// Put implements evidence.Blobs. When the answer to a write was lost, the client's own repetition
// finds the name taken: by the first try, which the object's put id shows.
func (s *Store) Put(ctx context.Context, name string, r io.Reader) error {
	if err := evidence.CheckName(name); err != nil {
		return err
	}
	id := make([]byte, 16)
	rand.Read(id) // never fails; see crypto/rand
	mine := hex.EncodeToString(id)
	err := s.write(ctx, name, mine, r)
	if gcerrors.Code(err) != gcerrors.FailedPrecondition {
		if err != nil {
			return fmt.Errorf("put %s: %w", name, err)
		}
		return nil
	}
	attrs, aerr := s.bucket.Attributes(ctx, name)
	if aerr != nil {
		return fmt.Errorf("put %s: %w", name, errors.Join(err, aerr))
	}
	if attrs.Metadata[putID] != mine {
		return fmt.Errorf("put %s: %w", name, evidence.ErrExists)
	}
	return nil
}

func (s *Store) write(ctx context.Context, name, id string, r io.Reader) error {
	// Cancelling is how a writer is told to drop what it has; Close would commit it.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := s.bucket.NewWriter(ctx, name, &blob.WriterOptions{
		ContentType: "application/octet-stream",
		Metadata:    map[string]string{putID: id},
		IfNotExist:  true,
	})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, r); err != nil {
		cancel()
		w.Close() // reports the cancellation, which is not the cause
		return err
	}
	return w.Close()
}

// Get implements evidence.Blobs.
func (s *Store) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := evidence.CheckName(name); err != nil {
		return nil, err
	}
	r, err := s.bucket.NewReader(ctx, name, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("get %s: %w", name, evidence.ErrNoBlob)
	}
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", name, err)
	}
	return r, nil
}

// Delete implements evidence.Blobs.
func (s *Store) Delete(ctx context.Context, name string) error {
	if err := evidence.CheckName(name); err != nil {
		return err
	}
	if err := s.bucket.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	return nil
}

// List implements evidence.Blobs.
func (s *Store) List(ctx context.Context, prefix string, yield func(string) error) error {
	it := s.bucket.List(&blob.ListOptions{Prefix: prefix})
	for {
		o, err := it.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list evidence: %w", err)
		}
		if evidence.CheckName(o.Key) != nil {
			continue
		}
		if err := yield(o.Key); err != nil {
			return err
		}
	}
}
