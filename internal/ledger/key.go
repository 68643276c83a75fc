package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrKeyOpen says that others than the owner may read or write the file of a private key.
var ErrKeyOpen = errors.New("key file is open to others")

// Key signs checkpoints of one origin. In a rotation it signs with the new and the old key at once, and it knows the keys that
// were retired, so that what they signed is still ours.
type Key struct {
	Origin  string
	signers []note.Signer
	vkeys   []string // of the signers, the one to use first
	retired []string
}

// NewKey reads a key from text: one private key in the form of golang.org/x/mod/sumdb/note on each line, the newest first. All
// must bear the origin as their name. retired are public keys that no longer sign.
func NewKey(origin, text string, retired ...string) (*Key, error) {
	k := &Key{Origin: origin}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		signer, err := note.NewSigner(line)
		if err != nil {
			return nil, fmt.Errorf("read signing key: %w", err)
		}
		if signer.Name() != origin {
			return nil, fmt.Errorf("read signing key: it is for %q, and the log is %q", signer.Name(), origin)
		}
		vkey, err := publicKey(line)
		if err != nil {
			return nil, err
		}
		k.signers, k.vkeys = append(k.signers, signer), append(k.vkeys, vkey)
	}
	if len(k.signers) == 0 {
		return nil, errors.New("read signing key: there is none")
	}
	for _, v := range retired {
		if _, err := note.NewVerifier(v); err != nil {
			return nil, fmt.Errorf("read retired key: %w", err)
		}
	}
	k.retired = retired
	return k, nil
}

// OpenKey opens the private key in file, or makes one with rand when the file is not there. The file is the owner's alone (0600):
// with wider permissions it is refused with [ErrKeyOpen]. Public keys that were retired stand one a line in file+".retired".
func OpenKey(file, origin string, rand io.Reader) (*Key, error) {
	text, err := readPrivate(file)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = makeKey(file, origin, rand)
	}
	if err != nil {
		return nil, fmt.Errorf("open key of the log %s: %w", origin, err)
	}
	var retired []string
	old, err := os.ReadFile(file + ".retired")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open retired keys of the log %s: %w", origin, err)
	}
	for line := range strings.Lines(string(old)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			retired = append(retired, line)
		}
	}
	return NewKey(origin, string(text), retired...)
}

// readPrivate reads a file after making sure that it is the owner's alone.
func readPrivate(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s has mode %04o, make it 0600: %w", file, info.Mode().Perm(), ErrKeyOpen)
	}
	return io.ReadAll(io.LimitReader(f, 1<<16))
}

// makeKey makes a key for a log.
func makeKey(file, origin string, rand io.Reader) ([]byte, error) {
	private, _, err := note.GenerateKey(rand, origin)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return []byte(private), writePrivate(file, private)
}

// OpenSeed opens the Ed25519 seed in file, or makes one with rand when the file is not there: the key of a witness. The rules
// for the file are those of [OpenKey].
func OpenSeed(file string, rand io.Reader) ([]byte, error) {
	text, err := readPrivate(file)
	if errors.Is(err, fs.ErrNotExist) {
		seed := make([]byte, ed25519.SeedSize)
		if _, err := io.ReadFull(rand, seed); err != nil {
			return nil, fmt.Errorf("make seed: %w", err)
		}
		return seed, writePrivate(file, base64.StdEncoding.EncodeToString(seed))
	}
	if err != nil {
		return nil, fmt.Errorf("open seed: %w", err)
	}
	seed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("open seed %s: it is none", file)
	}
	return seed, nil
}

// writePrivate returns when a new file is durable: a key that signed and was lost would end the log, or the witness.
func writePrivate(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = syncDir(filepath.Dir(file))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// publicKey returns the verifier key that belongs to a signer key: "PRIVATE+KEY+name+hash+base64(1 ‖ seed)".
func publicKey(private string) (string, error) {
	parts := strings.SplitN(private, "+", 5)
	if len(parts) != 5 {
		return "", errors.New("read signing key: it has not five parts")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", errors.New("read signing key: it is not an Ed25519 key")
	}
	public := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(parts[2], public)
}

// PublicKeys returns the verifier keys of the log, the one to pin first.
func (k *Key) PublicKeys() []string { return append([]string(nil), k.vkeys...) }

// Verifiers returns the keys with which a checkpoint of this log may be signed, the retired ones included.
func (k *Key) Verifiers() (note.Verifiers, error) {
	return Verifiers(append(k.PublicKeys(), k.retired...)...)
}

// Verifiers reads verifier keys as note.NewVerifierKey writes them.
func Verifiers(vkeys ...string) (note.Verifiers, error) {
	list := make([]note.Verifier, len(vkeys))
	for i, vkey := range vkeys {
		v, err := note.NewVerifier(strings.TrimSpace(vkey))
		if err != nil {
			return nil, fmt.Errorf("read verifier key %q: %w", vkey, err)
		}
		list[i] = v
	}
	return note.VerifierList(list...), nil
}

// keyOrigin is the origin of the log that a verifier key belongs to: the key's name.
func keyOrigin(vkey string) (string, error) {
	v, err := note.NewVerifier(strings.TrimSpace(vkey))
	if err != nil {
		return "", fmt.Errorf("read verifier key %q: %w", vkey, err)
	}
	return v.Name(), nil
}

// sign makes the signed checkpoint of a tree.
func (k *Key) sign(tree tlog.Tree) ([]byte, error) {
	c := torchwood.Checkpoint{Origin: k.Origin, Tree: tree}
	signed, err := note.Sign(&note.Note{Text: c.String()}, k.signers...)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint of size %d: %w", tree.N, err)
	}
	return signed, nil
}

// Checkpoint is a checkpoint whose signature by the log was checked.
type Checkpoint struct {
	tlog.Tree
	Origin string
	Signed []byte // the note, with every signature that it came with
}

// OpenCheckpoint reads a signed checkpoint and checks that the log of this origin signed it with one of the keys.
func OpenCheckpoint(signed []byte, origin string, keys note.Verifiers) (Checkpoint, error) {
	n, err := note.Open(signed, keys)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("check signature: %w", err)
	}
	for _, sig := range append(slices.Clone(n.Sigs), n.UnverifiedSigs...) {
		// The last letter of base64 has bits to spare; only one spelling is the signature that was made.
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return Checkpoint{}, fmt.Errorf("check signature of %s: %w", sig.Name, err)
		}
	}
	c, err := torchwood.ParseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("read checkpoint: %w", err)
	}
	if c.Origin != origin {
		return Checkpoint{}, fmt.Errorf("checkpoint is of the log %q, not %q", c.Origin, origin)
	}
	for _, sig := range n.Sigs {
		if sig.Name == origin {
			return Checkpoint{Tree: c.Tree, Origin: c.Origin, Signed: bytes.Clone(signed)}, nil
		}
	}
	return Checkpoint{}, fmt.Errorf("checkpoint bears no signature of the log %q", origin)
}
