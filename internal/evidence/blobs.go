package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// Blobs keeps sealed bytes. A directory (package dirstore) and S3 (package s3store) implement it, and
// package blobtest holds both to these words.
type Blobs interface {
	// Put stores what r gives under a name that must be new. After a nil error the bytes survive a
	// power failure. After an error nothing is known: the blob may be there whole, or not at all,
	// never in part. The caller gives the name up and leaves the rest to the Sweeper.
	Put(ctx context.Context, name string, r io.Reader) error
	// Get opens a blob, or fails with ErrNoBlob.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// Delete removes a blob. One that is not there is no error.
	Delete(ctx context.Context, name string) error
	// List calls yield for every blob whose name begins with prefix, in any order, until yield fails.
	List(ctx context.Context, prefix string, yield func(name string) error) error
}

// Errors of Blobs and of the vault on top of it; test with errors.Is.
var (
	ErrNoBlob  = errors.New("no such blob")
	ErrExists  = errors.New("blob exists")
	ErrNoKey   = errors.New("the key of this case is gone") // erased, or never made
	ErrTampers = errors.New("sealed bytes do not open: changed, cut or put under another name")
)

// A name is the id of the case whose key opens the blob, a slash, and a part that is never used twice.
var blobName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}/[a-z0-9][a-z0-9-]{0,127}$`)

// CheckName refuses a blob name that is not of the form case/part. Stores call it before they touch a
// path, so that no name leaves its folder.
func CheckName(name string) error {
	if !blobName.MatchString(name) {
		return fmt.Errorf("blob name %q is malformed", name)
	}
	return nil
}
