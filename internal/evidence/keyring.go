package evidence

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"ronda/internal/evidence/diskfile"
)

// KeyRows keeps the wrapped key of each case; the database implements it. What it holds opens
// nothing without the master key, which is never in the database.
type KeyRows interface {
	// CaseKey returns the wrapped key of a case, or ErrNoKey.
	CaseKey(ctx context.Context, caseID string) ([]byte, error)
	// AddCaseKey saves a wrapped key unless the case has one, and returns the one that is there now.
	// It fails with ErrNoKey for a case whose key was deleted: an erased case gets no second key.
	AddCaseKey(ctx context.Context, caseID string, wrapped []byte) ([]byte, error)
	// DeleteCaseKey removes the key for good. After a nil error it survives no restart and no restore.
	DeleteCaseKey(ctx context.Context, caseID string) error
}

// Keyring wraps and unwraps case keys. The first master key wraps; the others, older ones, only unwrap.
type Keyring struct {
	masters []master
	random  io.Reader
}

type master struct {
	id   string
	aead cipher.AEAD
}

// NewKeyring makes a keyring from master keys of 32 bytes, the current one first.
func NewKeyring(random io.Reader, keys ...[]byte) (*Keyring, error) {
	if len(keys) == 0 {
		return nil, errors.New("make keyring: no master key")
	}
	k := &Keyring{random: random}
	for _, key := range keys {
		if len(key) != keySize {
			return nil, fmt.Errorf("make keyring: a master key has %d bytes, not %d", len(key), keySize)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, fmt.Errorf("make keyring: %w", err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("make keyring: %w", err)
		}
		sum := sha256.Sum256(append([]byte("ronda master key id\x00"), key...))
		k.masters = append(k.masters, master{hex.EncodeToString(sum[:8]), aead})
	}
	return k, nil
}

// wrap seals a case's key under the current master key: id, nonce, then ciphertext bound to the case.
func (k *Keyring) wrap(caseID string, key []byte) ([]byte, error) {
	m := k.masters[0]
	nonce := make([]byte, m.aead.NonceSize())
	if _, err := io.ReadFull(k.random, nonce); err != nil {
		return nil, fmt.Errorf("draw nonce: %w", err)
	}
	out := append([]byte(m.id), nonce...)
	return m.aead.Seal(out, nonce, key, []byte("case "+caseID)), nil
}

func (k *Keyring) unwrap(caseID string, wrapped []byte) ([]byte, error) {
	for _, m := range k.masters {
		rest, ok := bytes.CutPrefix(wrapped, []byte(m.id))
		if !ok || len(rest) < m.aead.NonceSize() {
			continue
		}
		nonce := rest[:m.aead.NonceSize()]
		key, err := m.aead.Open(nil, nonce, rest[len(nonce):], []byte("case "+caseID))
		if err != nil {
			return nil, fmt.Errorf("unwrap key of case %s: %w", caseID, ErrTampers)
		}
		return key, nil
	}
	return nil, fmt.Errorf("unwrap key of case %s: its master key is not on the ring", caseID)
}

// Rewrap moves a wrapped key to the current master key, for a change of master keys.
func (k *Keyring) Rewrap(caseID string, wrapped []byte) ([]byte, error) {
	key, err := k.unwrap(caseID, wrapped)
	if err != nil {
		return nil, err
	}
	return k.wrap(caseID, key)
}

// LoadMaster reads a master key file (base64, one line). It refuses a file that others may read.
func LoadMaster(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("read master key: %s is open to others (mode %o); make it 0600", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read master key: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("read master key: %s does not hold 32 bytes in base64", path)
	}
	return key, nil
}

// LoadOrCreateMaster reads the master key at path and makes one, durably, when there is none. A key that
// exists is never replaced: every case's evidence hangs on it.
func LoadOrCreateMaster(path string, random io.Reader) ([]byte, error) {
	key, err := LoadMaster(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	key = make([]byte, keySize)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("draw master key: %w", err)
	}
	line := base64.StdEncoding.EncodeToString(key) + "\n"
	tmp := path + ".new"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("make master key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make master key: %w", err)
	}
	if err := diskfile.Write(diskfile.OS{}, tmp, path, bytes.NewReader([]byte(line))); err != nil {
		return nil, fmt.Errorf("make master key: %w", err)
	}
	return key, nil
}
