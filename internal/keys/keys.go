// Package keys holds the secrets of one installation outside the database: a master key from which every other secret is derived. Whoever
// has the database alone can read no contact and link no fingerprint to a text.
package keys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// size of the master key in bytes.
const size = 32

// Ring derives and uses the installation's secrets. It is safe for concurrent use.
type Ring struct{ master []byte }

// Open reads the master key file, or makes it (0600, on disk before it is used) where there is none. A file that others can read is refused.
func Open(path string) (*Ring, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("look at key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("key file %s can be read by others (mode %04o): chmod 600 it, and change the key if anyone may have read it", path, info.Mode().Perm())
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if len(b) != size {
		return nil, fmt.Errorf("key file %s holds %d bytes instead of %d", path, len(b), size)
	}
	return &Ring{master: b}, nil
}

func create(path string) (*Ring, error) {
	b := make([]byte, size)
	if _, err := rand.Read(b); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make key folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create key file: %w", err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	return &Ring{master: b}, syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open key folder: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// Derive returns n secret bytes for one purpose (HKDF-SHA256, RFC 5869).
func (r *Ring) Derive(purpose string, n int) []byte {
	b, err := hkdf.Key(sha256.New, r.master, nil, "ronda/"+purpose, n)
	if err != nil {
		panic(fmt.Sprintf("derive key: %v", err)) // only for lengths above 8160 bytes
	}
	return b
}

// Fingerprint is a keyed hash: equal data gives equal bytes, and without the key nothing can be guessed from them.
func (r *Ring) Fingerprint(purpose string, data []byte) []byte {
	m := hmac.New(sha256.New, r.Derive("fingerprint/"+purpose, 32))
	m.Write(data)
	return m.Sum(nil)
}

// Seal encrypts with AES-256-GCM under a random nonce; purpose is bound to the result as additional data, so that it opens only where it belongs.
func (r *Ring) Seal(purpose string, plain []byte) ([]byte, error) {
	gcm, err := r.gcm()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	return gcm.Seal(nonce, nonce, plain, []byte(purpose)), nil
}

// Unseal opens what Seal made for the same purpose.
func (r *Ring) Unseal(purpose string, sealed []byte) ([]byte, error) {
	gcm, err := r.gcm()
	if err != nil {
		return nil, err
	}
	if len(sealed) < gcm.NonceSize() {
		return nil, errors.New("sealed value is too short")
	}
	n := gcm.NonceSize()
	plain, err := gcm.Open(nil, sealed[:n], sealed[n:], []byte(purpose))
	if err != nil {
		return nil, fmt.Errorf("open sealed value: %w", err)
	}
	return plain, nil
}

func (r *Ring) gcm() (cipher.AEAD, error) {
	block, err := aes.NewCipher(r.Derive("seal", 32))
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCM(block)
}
