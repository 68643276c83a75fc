package frame

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Sealer encrypts and signs what a person carries for us between two pages: answers of a form, the code just given out.
// Nobody else can read or change it, it ends by itself, and the server keeps nothing.
type Sealer struct{ aead cipher.AEAD }

// errSealed is returned for anything that this server did not seal, or whose time is over. The caller starts afresh.
var errSealed = errors.New("sealed value is broken or over")

// maxOpened bounds what a sealed value may unpack to.
const maxOpened = 256 << 10

// NewSealer derives the key for sealing from the server's secret.
func NewSealer(secret []byte) (*Sealer, error) {
	if len(secret) < 32 {
		return nil, errors.New("the sealing secret needs 32 bytes or more")
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "ronda web drafts v1", 32)
	if err != nil {
		return nil, fmt.Errorf("derive sealing key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make sealing cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make sealing mode: %w", err)
	}
	return &Sealer{aead: aead}, nil
}

// Seal packs v as JSON, compressed and encrypted for the purpose named, valid until the time given.
func (s *Sealer) Seal(purpose string, v any, until time.Time) (string, error) {
	var plain bytes.Buffer
	_ = binary.Write(&plain, binary.BigEndian, until.Unix()) // a buffer takes everything
	w, err := flate.NewWriter(&plain, flate.BestCompression)
	if err != nil {
		return "", fmt.Errorf("start compression: %w", err)
	}
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return "", fmt.Errorf("pack sealed value: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("end compression: %w", err)
	}
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("draw nonce: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain.Bytes(), []byte(purpose))), nil
}

// Open unpacks into v what Seal packed for the same purpose.
func (s *Sealer) Open(purpose, sealed string, now time.Time, v any) error {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return errSealed
	}
	n := s.aead.NonceSize()
	plain, err := s.aead.Open(nil, raw[:n], raw[n:], []byte(purpose))
	if err != nil || len(plain) < 8 {
		return errSealed
	}
	if now.Unix() > int64(binary.BigEndian.Uint64(plain)) {
		return errSealed
	}
	r := io.LimitReader(flate.NewReader(bytes.NewReader(plain[8:])), maxOpened)
	if err := json.NewDecoder(r).Decode(v); err != nil {
		return errSealed
	}
	return nil
}
