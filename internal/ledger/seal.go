package ledger

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
)

// SaltSize is the length of a salt in bytes. It is as long as the hash, so that nobody can try out likely names and addresses.
const SaltSize = 32

// sealDomain keeps commitments apart from every other use of SHA-256 in the log.
const sealDomain = "ronda/log/sealed/v1\n"

var (
	// ErrNotSealed says that the entry has no such commitment.
	ErrNotSealed = errors.New("entry has no such sealed field")
	// ErrMismatch says that salt and value are not what the entry committed to.
	ErrMismatch = errors.New("salt and value do not match the commitment")
)

// Commitment is SHA-256("ronda/log/sealed/v1\n" ‖ field ‖ "\n" ‖ salt ‖ value) in lower-case hex. Field names hold no line break
// and the salt has a fixed length, so no two openings share their bytes.
func Commitment(field string, salt []byte, value string) string {
	h := sha256.New()
	h.Write([]byte(sealDomain + field + "\n"))
	h.Write(salt)
	h.Write([]byte(value))
	return hex.EncodeToString(h.Sum(nil))
}

// Open proves that s is what the entry of this leaf committed to when it was logged. Whether the leaf stands in the log is for
// [ProofFile.Check] to say. Errors: [ErrNotSealed], [ErrMismatch], or that the leaf is no entry.
func Open(leaf []byte, s Sealed) error {
	entry, err := ParseLeaf(leaf)
	if err != nil {
		return fmt.Errorf("open sealed %s: %w", s.Field, err)
	}
	list := entry.Sealed[s.Field]
	if s.N < 0 || s.N >= len(list) {
		return fmt.Errorf("open %s %d of %s: %w", s.Field, s.N, entry.ID, ErrNotSealed)
	}
	made := Commitment(s.Field, s.Salt, s.Value)
	if len(s.Salt) != SaltSize || subtle.ConstantTimeCompare([]byte(made), []byte(list[s.N])) != 1 {
		return fmt.Errorf("open %s %d of %s: %w", s.Field, s.N, entry.ID, ErrMismatch)
	}
	return nil
}
