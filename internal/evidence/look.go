package evidence

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"time"

	"ronda"
)

// Look is one person's look at sealed evidence. Auditors see every one.
type Look struct {
	By     string    // account
	Why    string    // in the person's words; required for quarantined material
	CaseID string    // the case from which it was opened
	Blob   string    // what was opened
	SHA256 string    // of its content
	At     time.Time // when
}

// LookLog records looks; the database implements it.
type LookLog interface {
	// Looked commits a look. Only after a nil error is the evidence opened.
	Looked(ctx context.Context, l Look) error
}

// ErrNoReason is the error of a look at quarantined material without a reason.
var ErrNoReason = errors.New("material in quarantine is opened for a stated reason only")

// OpenOriginal opens a sealed original for one person. The look is on record before the first byte is
// read; when it cannot be recorded, nothing is opened.
func OpenOriginal(ctx context.Context, v *Vault, log LookLog, s Sealed, l Look) (io.ReadCloser, error) {
	if l.By == "" {
		return nil, errors.New("open evidence: nobody is named as looking")
	}
	if s.Quarantine && l.Why == "" {
		return nil, ErrNoReason
	}
	l.Blob, l.SHA256 = s.Blob, s.SHA256
	if err := log.Looked(ctx, l); err != nil {
		return nil, fmt.Errorf("record look at evidence: %w", err)
	}
	return v.Open(ctx, s.Blob)
}

// Picture decodes a picture that is only to be compared, under the same limits as an upload, and keeps nothing of it. Refusals are those of Accept.
func (in *Intake) Picture(ctx context.Context, data io.Reader) (image.Image, error) {
	content, err := io.ReadAll(io.LimitReader(data, in.limits.Bytes+1))
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	mediaType, sh, err := in.examine(content, false)
	if err != nil {
		return nil, err
	}
	if !isPicture(mediaType) {
		return nil, ronda.Errorf(ronda.Invalid, "file.kind", "file")
	}
	select {
	case in.slots <- struct{}{}:
		defer func() { <-in.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	img, err := decode(mediaType, content, sh.orientation)
	if err != nil {
		return nil, ronda.Errorf(ronda.Invalid, "file.broken", "file")
	}
	return img, nil
}
