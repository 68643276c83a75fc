package evidence

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Vault seals bytes with the key of their case and keeps them as blobs. It is safe for use by several
// goroutines.
type Vault struct {
	blobs  Blobs
	keys   *Keyring
	rows   KeyRows
	marks  Marks
	random io.Reader
}

// NewVault joins a blob store, the master keys and the rows of the database.
func NewVault(blobs Blobs, keys *Keyring, rows KeyRows, marks Marks, random io.Reader) *Vault {
	return &Vault{blobs: blobs, keys: keys, rows: rows, marks: marks, random: random}
}

// Put seals content for a case and returns the blob's name and the SHA-256 of the content, in hex. The
// name carries a mark until the caller commits a row that refers to it (see Marks); a name whose row
// is never committed is swept away later. The name begins with a keyed hash of the content, by
// which Find knows equal content within a case and nobody else knows anything.
func (v *Vault) Put(ctx context.Context, caseID string, content []byte) (name, sha string, err error) {
	key, err := v.caseKey(ctx, caseID, true)
	if err != nil {
		return "", "", err
	}
	sum := sha256.Sum256(content)
	unique := make([]byte, 8)
	if _, err := io.ReadFull(v.random, unique); err != nil {
		return "", "", fmt.Errorf("draw blob name: %w", err)
	}
	name = prefixOf(caseID, key, sum) + hex.EncodeToString(unique)
	if err := CheckName(name); err != nil {
		return "", "", err
	}
	if err := v.marks.Mark(ctx, name); err != nil {
		return "", "", fmt.Errorf("mark upload: %w", err)
	}
	sealed, err := newSealer(key, name, bytes.NewReader(content), v.random)
	if err == nil {
		err = v.blobs.Put(ctx, name, sealed)
	}
	if err != nil {
		return "", "", v.giveUp(ctx, name, fmt.Errorf("seal evidence: %w", err))
	}
	return name, hex.EncodeToString(sum[:]), nil
}

// giveUp releases the mark of an upload that failed, so that the sweeper may take what is left of it.
func (v *Vault) giveUp(ctx context.Context, name string, cause error) error {
	if err := v.marks.Release(context.WithoutCancel(ctx), name); err != nil {
		return errors.Join(cause, fmt.Errorf("release mark: %w", err))
	}
	return cause
}

// Release gives blobs up whose row will not be committed.
func (v *Vault) Release(ctx context.Context, names ...string) error {
	for _, n := range names {
		if err := v.marks.Release(ctx, n); err != nil {
			return fmt.Errorf("release mark: %w", err)
		}
	}
	return nil
}

// Open opens a blob. Reading fails with ErrTampers when the bytes are not those that were sealed under
// this name, and Open with ErrNoKey when the case was erased.
func (v *Vault) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	caseID, _, _ := strings.Cut(name, "/")
	key, err := v.caseKey(ctx, caseID, false)
	if err != nil {
		return nil, err
	}
	sealed, err := v.blobs.Get(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("get blob: %w", err)
	}
	o, err := newOpener(key, name, sealed)
	if err != nil {
		sealed.Close()
		return nil, err
	}
	return o, nil
}

// Find lists the blobs of a case whose content has this SHA-256 (hex).
func (v *Vault) Find(ctx context.Context, caseID, sha string) ([]string, error) {
	raw, err := hex.DecodeString(sha)
	if err != nil || len(raw) != sha256.Size {
		return nil, fmt.Errorf("find evidence: %q is no SHA-256", sha)
	}
	key, err := v.caseKey(ctx, caseID, false)
	if errors.Is(err, ErrNoKey) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	err = v.blobs.List(ctx, prefixOf(caseID, key, [32]byte(raw)), func(n string) error {
		names = append(names, n)
		return nil
	})
	return names, err
}

// Verify reads a blob to its end and compares its content with the SHA-256 of its seal record.
func (v *Vault) Verify(ctx context.Context, name, sha string) error {
	r, err := v.Open(ctx, name)
	if err != nil {
		return err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return fmt.Errorf("verify %s: %w", name, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != sha {
		return fmt.Errorf("verify %s: %w", name, ErrTampers)
	}
	return nil
}

// Delete removes blobs whose rows are gone already.
func (v *Vault) Delete(ctx context.Context, names ...string) error {
	for _, n := range names {
		if err := v.blobs.Delete(ctx, n); err != nil {
			return fmt.Errorf("delete blob: %w", err)
		}
	}
	return nil
}

// Erase makes all evidence of a case unreadable for ever by deleting its key, then removes the bytes.
// Once the key is gone the erasure holds, also for copies in backups; a failure after that only
// leaves bytes that nobody can open, and Erase can be called again.
func (v *Vault) Erase(ctx context.Context, caseID string) error {
	if err := v.rows.DeleteCaseKey(ctx, caseID); err != nil {
		return fmt.Errorf("erase key of case %s: %w", caseID, err)
	}
	var names []string
	if err := v.blobs.List(ctx, caseID+"/", func(n string) error { names = append(names, n); return nil }); err != nil {
		return fmt.Errorf("list evidence of case %s: %w", caseID, err)
	}
	return v.Delete(ctx, names...)
}

func (v *Vault) caseKey(ctx context.Context, caseID string, create bool) ([]byte, error) {
	wrapped, err := v.rows.CaseKey(ctx, caseID)
	if errors.Is(err, ErrNoKey) && create {
		fresh := make([]byte, keySize)
		if _, err := io.ReadFull(v.random, fresh); err != nil {
			return nil, fmt.Errorf("draw case key: %w", err)
		}
		own, err := v.keys.wrap(caseID, fresh)
		if err != nil {
			return nil, err
		}
		// Another upload may have been first: the row decides which key it is.
		if wrapped, err = v.rows.AddCaseKey(ctx, caseID, own); err != nil {
			return nil, fmt.Errorf("save key of case %s: %w", caseID, err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("load key of case %s: %w", caseID, err)
	}
	return v.keys.unwrap(caseID, wrapped)
}

func prefixOf(caseID string, key []byte, sum [32]byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("ronda evidence name"))
	m.Write(sum[:])
	return caseID + "/" + hex.EncodeToString(m.Sum(nil)[:16]) + "-"
}
