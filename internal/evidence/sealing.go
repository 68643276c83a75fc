package evidence

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A sealed stream is the magic, a random salt, then chunks of AES-256-GCM. The key of the stream is
// derived from the case's key, the salt and the blob's name, so equal files differ, and a blob
// put under another name does not open. The nonce counts the chunks and marks the last one (the STREAM
// construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015, as age uses it): chunks cannot be
// dropped, repeated, moved or cut off unseen.
const (
	magic     = "RNDSEAL1"
	saltSize  = 16
	chunkSize = 64 << 10
	keySize   = 32
)

func streamCipher(key, salt []byte, name string) (cipher.AEAD, error) {
	k, err := hkdf.Key(sha256.New, key, salt, "ronda sealed evidence "+name, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive stream key: %w", err)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

func chunkNonce(n uint64, last bool) []byte {
	nonce := make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[3:11], n)
	if last {
		nonce[11] = 1
	}
	return nonce
}

// sealer turns plain bytes into a sealed stream while it is read.
type sealer struct {
	aead  cipher.AEAD
	plain *bufio.Reader
	out   []byte // sealed and not yet read
	n     uint64
	done  bool
}

func newSealer(key []byte, name string, plain io.Reader, random io.Reader) (*sealer, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return nil, fmt.Errorf("draw salt: %w", err)
	}
	aead, err := streamCipher(key, salt, name)
	if err != nil {
		return nil, err
	}
	return &sealer{aead: aead, plain: bufio.NewReaderSize(plain, chunkSize+1), out: append([]byte(magic), salt...)}, nil
}

func (s *sealer) Read(p []byte) (int, error) {
	if len(s.out) == 0 {
		if s.done {
			return 0, io.EOF
		}
		chunk := make([]byte, chunkSize, chunkSize+s.aead.Overhead())
		n, err := io.ReadFull(s.plain, chunk)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, err
		}
		if _, err := s.plain.Peek(1); err != nil {
			if !errors.Is(err, io.EOF) {
				return 0, err
			}
			s.done = true
		}
		s.out = s.aead.Seal(chunk[:0], chunkNonce(s.n, s.done), chunk[:n], nil)
		s.n++
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

// opener gives the plain bytes of a sealed stream. No byte leaves it before its chunk is proven.
type opener struct {
	aead   cipher.AEAD
	sealed *bufio.Reader
	close  io.Closer
	out    []byte
	n      uint64
	done   bool
}

func newOpener(key []byte, name string, sealed io.ReadCloser) (*opener, error) {
	head := make([]byte, len(magic)+saltSize)
	if _, err := io.ReadFull(sealed, head); err != nil || string(head[:len(magic)]) != magic {
		return nil, fmt.Errorf("read head of %s: %w", name, ErrTampers)
	}
	aead, err := streamCipher(key, head[len(magic):], name)
	if err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(sealed, chunkSize+aead.Overhead()+1)
	return &opener{aead: aead, sealed: r, close: sealed}, nil
}

func (o *opener) Read(p []byte) (int, error) {
	for len(o.out) == 0 {
		if o.done {
			return 0, io.EOF
		}
		chunk := make([]byte, chunkSize+o.aead.Overhead())
		n, err := io.ReadFull(o.sealed, chunk)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, err
		}
		if _, err := o.sealed.Peek(1); err != nil {
			if !errors.Is(err, io.EOF) {
				return 0, err
			}
			o.done = true
		}
		plain, err := o.aead.Open(chunk[:0], chunkNonce(o.n, o.done), chunk[:n], nil)
		if err != nil {
			o.out, o.done = nil, false
			return 0, fmt.Errorf("open chunk %d: %w", o.n, ErrTampers)
		}
		o.out = plain
		o.n++
	}
	n := copy(p, o.out)
	o.out = o.out[n:]
	return n, nil
}

// Close implements io.Closer.
func (o *opener) Close() error { return o.close.Close() }
