package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
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
