package backup

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// maxKeyFile bounds a file of the key folder.
const maxKeyFile = 1 << 20

// SaveKeys packs the files of the key folder into one that age encrypts for the recipients, for whoever keeps it apart from the data.
func SaveKeys(keyDir, to string, recipients ...age.Recipient) error {
	entries, err := os.ReadDir(keyDir)
	if err != nil {
		return fmt.Errorf("read key folder: %w", err)
	}
	var out bytes.Buffer
	lines := armor.NewWriter(&out)
	sealed, err := age.Encrypt(lines, recipients...)
	if err != nil {
		return fmt.Errorf("encrypt keys: %w", err)
	}
	t := tar.NewWriter(sealed)
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(keyDir, e.Name()))
		if err != nil {
			return fmt.Errorf("read key file: %w", err)
		}
		if err := t.WriteHeader(&tar.Header{Name: e.Name(), Mode: 0o600, Size: int64(len(b)), Format: tar.FormatPAX}); err != nil {
			return fmt.Errorf("pack keys: %w", err)
		}
		if _, err := t.Write(b); err != nil {
			return fmt.Errorf("pack keys: %w", err)
		}
	}
	if err := errors.Join(t.Close(), sealed.Close(), lines.Close()); err != nil {
		return fmt.Errorf("pack keys: %w", err)
	}
	return durable(to, out.Bytes())
}

// LoadKeys unpacks what SaveKeys packed into an empty folder.
func LoadKeys(from, keyDir string, identities ...age.Identity) error {
	f, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("open keys: %w", err)
	}
	defer f.Close()
	plain, err := age.Decrypt(armor.NewReader(f), identities...)
	if err != nil {
		return fmt.Errorf("open keys: %w", err)
	}
	if err := os.MkdirAll(keyDir, 0o700); err != nil {
		return fmt.Errorf("make key folder: %w", err)
	}
	if have, err := os.ReadDir(keyDir); err != nil || len(have) > 0 {
		return errors.Join(err, fmt.Errorf("key folder %s is not empty", keyDir))
	}
	t := tar.NewReader(plain)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("unpack keys: %w", err)
		}
		if h.Name != filepath.Base(h.Name) || strings.HasPrefix(h.Name, ".") || h.Typeflag != tar.TypeReg || h.Size > maxKeyFile {
			return fmt.Errorf("unpack keys: %q is no key file", h.Name)
		}
		b, err := io.ReadAll(t)
		if err != nil {
			return fmt.Errorf("unpack keys: %w", err)
		}
		if err := durable(filepath.Join(keyDir, h.Name), b); err != nil {
			return fmt.Errorf("unpack keys: %w", err)
		}
	}
}
