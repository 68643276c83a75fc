// Package backup copies one moment of an installation into a directory, and reads it back on an empty machine. It knows nothing of a stage: it moves
// tables, sealed files and the public log as parts with sums.
//
// A backup directory grows by one folder a run; sealed files, whose names are never used twice, are shared by all of them:
//
//	DIR/blobs/<owner>/<name>         sealed as in the store; copied once
//	DIR/<time>/tables/<name>.ndjson.gz
//	DIR/<time>/log/…                 tiles and checkpoint, as any verifier reads them
//	DIR/<time>/blobs.ndjson.gz       which sealed files belong to this moment, with their sums
//	DIR/<time>/manifest.json         every part with its SHA-256; written last
//	DIR/<time>/manifest.mac          HMAC of the manifest under the installation's master key
//
// The keys are never in it; see Keys. A run that was cut off leaves a folder without a manifest, which nothing reads and the next run removes.
package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Format is the first member of every manifest.
const Format = "ronda-backup/1"

// ErrDamaged says that a backup is not what was written.
var ErrDamaged = errors.New("the backup is damaged")

// Part is one file of a backup.
type Part struct {
	Name   string `json:"name"` // below the folder of the run
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Rows   int64  `json:"rows,omitempty"`
	// Table describes the columns of a table's part, in the words of the database.
	Table json.RawMessage `json:"table,omitempty"`
}

// Manifest describes one run.
type Manifest struct {
	Format     string    `json:"format"`
	MadeAt     time.Time `json:"made_at"`
	Engine     string    `json:"engine"`
	Schema     int64     `json:"schema"`
	Origin     string    `json:"log_origin"`
	LogSize    int64     `json:"log_size"`
	Checkpoint []byte    `json:"log_checkpoint,omitempty"` // signed, as the database held it
	Blobs      int       `json:"blobs"`
	BlobBytes  int64     `json:"blob_bytes"`
	Gone       int       `json:"blobs_gone"` // erased between the moment and their copy
	Parts      []Part    `json:"parts"`
}

// Blob is a line of blobs.ndjson.
type Blob struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the sealed bytes
}

const (
	manifestName = "manifest.json"
	macName      = "manifest.mac"
	blobsName    = "blobs.ndjson.gz"
	blobFolder   = "blobs"
	stampLayout  = "20060102T150405.000000Z"
)

// Run is a backup being written.
type Run struct {
	root, dir string
	mac       []byte
	known     map[string]Blob // sealed files that an earlier run copied whole

	Manifest Manifest
}

// Begin opens the directory, removes what an interrupted run left, and makes the folder of this one.
func Begin(root string, mac []byte, now time.Time) (*Run, error) {
	if err := os.MkdirAll(filepath.Join(root, blobFolder), 0o700); err != nil {
		return nil, fmt.Errorf("make backup folder: %w", err)
	}
	r := &Run{root: root, mac: mac, known: map[string]Blob{}, Manifest: Manifest{Format: Format, MadeAt: now.UTC()}}
	stamps, unfinished, err := runs(root)
	if err != nil {
		return nil, err
	}
	for _, s := range unfinished {
		if err := os.RemoveAll(filepath.Join(root, s)); err != nil {
			return nil, fmt.Errorf("remove an interrupted run: %w", err)
		}
	}
	if len(stamps) > 0 {
		last, err := Open(root, stamps[len(stamps)-1], mac)
		if err != nil {
			return nil, fmt.Errorf("read the run before: %w", err)
		}
		if err := last.EachBlob(func(b Blob) error { r.known[b.Name] = b; return nil }); err != nil {
			return nil, fmt.Errorf("read the run before: %w", err)
		}
	}
	r.dir = filepath.Join(root, now.UTC().Format(stampLayout))
	for _, sub := range []string{"tables", "log"} {
		if err := os.MkdirAll(filepath.Join(r.dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("make folder of this run: %w", err)
		}
	}
	return r, nil
}

// Dir is the folder of the run.
func (r *Run) Dir() string { return r.dir }

// Table writes the rows of a table as a part. describe is kept in the manifest as it is.
func (r *Run) Table(name string, describe any, write func(io.Writer) (int64, error)) error {
	about, err := json.Marshal(describe)
	if err != nil {
		return fmt.Errorf("describe %s: %w", name, err)
	}
	p, err := r.part("tables/"+name+".ndjson.gz", write)
	if err != nil {
		return err
	}
	p.Table = about
	r.Manifest.Parts = append(r.Manifest.Parts, p)
	return nil
}

// part writes a compressed file durably and sums what lies on disk.
func (r *Run) part(name string, write func(io.Writer) (int64, error)) (Part, error) {
	p := Part{Name: name}
	f, err := os.OpenFile(filepath.Join(r.dir, filepath.FromSlash(name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return p, fmt.Errorf("create %s: %w", name, err)
	}
	sum := &summed{w: f, h: sha256.New()}
	zip := gzip.NewWriter(sum)
	p.Rows, err = write(zip)
	if err = errors.Join(err, zip.Close(), f.Sync(), f.Close()); err != nil {
		return p, fmt.Errorf("write %s: %w", name, err)
	}
	p.Bytes, p.SHA256 = sum.n, hex.EncodeToString(sum.h.Sum(nil))
	return p, nil
}

// summed counts and hashes what passes.
type summed struct {
	w io.Writer
	h hash.Hash
	n int64
}

func (s *summed) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	s.h.Write(b[:n])
	s.n += int64(n)
	return n, err
}

// ErrGone is what open returns for a sealed file that is not there any more.
var ErrGone = errors.New("the file is gone")

// Blobs copies the sealed files that each names, those that no earlier run copied, and lists all of them as a part. Files that were erased since the
// moment of the backup are counted and left out.
func (r *Run) Blobs(ctx context.Context, each func(yield func(name string) error) error, open func(ctx context.Context, name string) (io.ReadCloser, error)) error {
	p, err := r.part(blobsName, func(w io.Writer) (int64, error) {
		enc := json.NewEncoder(w)
		var rows int64
		err := each(func(name string) error {
			b, err := r.blob(ctx, name, open)
			if errors.Is(err, ErrGone) {
				r.Manifest.Gone++
				return nil
			}
			if err != nil {
				return err
			}
			rows++
			r.Manifest.Blobs++
			r.Manifest.BlobBytes += b.Bytes
			return enc.Encode(b)
		})
		return rows, err
	})
	r.Manifest.Parts = append(r.Manifest.Parts, p)
	return err
}

func (r *Run) blob(ctx context.Context, name string, open func(ctx context.Context, name string) (io.ReadCloser, error)) (Blob, error) {
	to := filepath.Join(r.root, blobFolder, filepath.FromSlash(name))
	if !fs.ValidPath(name) {
		return Blob{}, fmt.Errorf("sealed file %q has no plain name", name)
	}
	if b, ok := r.known[name]; ok {
		if info, err := os.Stat(to); err == nil && info.Size() == b.Bytes {
			return b, nil
		}
	}
	in, err := open(ctx, name)
	if err != nil {
		return Blob{}, err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return Blob{}, fmt.Errorf("make folder for sealed file: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".copy-*")
	if err != nil {
		return Blob{}, fmt.Errorf("copy %s: %w", name, err)
	}
	sum := &summed{w: f, h: sha256.New()}
	_, err = io.Copy(sum, in)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return Blob{}, errors.Join(fmt.Errorf("copy %s: %w", name, err), os.Remove(f.Name()))
	}
	return Blob{Name: name, Bytes: sum.n, SHA256: hex.EncodeToString(sum.h.Sum(nil))}, nil
}

// End sums the files of the log, writes the manifest and makes the run whole.
func (r *Run) End() error {
	err := fs.WalkDir(os.DirFS(r.dir), "log", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry != nil && entry.Name() == ".tmp" {
				return fs.SkipDir
			}
			return err
		}
		b, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		r.Manifest.Parts = append(r.Manifest.Parts, Part{Name: name, Bytes: int64(len(b)), SHA256: hex.EncodeToString(sum[:])})
		return nil
	})
	if err != nil {
		return fmt.Errorf("sum up the log: %w", err)
	}
	b, err := json.MarshalIndent(r.Manifest, "", " ")
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{macName, []byte(hex.EncodeToString(macOf(r.mac, b)) + "\n")}, {manifestName, b}} {
		if err := durable(filepath.Join(r.dir, f.name), f.data); err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
	}
	return errors.Join(syncDir(filepath.Join(r.dir, "tables")), syncDir(r.dir), syncDir(r.root))
}

// Abort removes an unfinished run.
func (r *Run) Abort() error { return os.RemoveAll(r.dir) }

func macOf(key, manifest []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(manifest)
	return m.Sum(nil)
}

// durable writes a file under another name, syncs and renames it.
func durable(name string, data []byte) error {
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// runs lists the whole runs of a backup directory, the oldest first, and the unfinished ones.
func runs(root string) (whole, unfinished []string, err error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, nil, fmt.Errorf("list runs: %w", err)
	}
	for _, e := range entries {
		if _, err := time.Parse(stampLayout, e.Name()); err != nil || !e.IsDir() {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, e.Name(), manifestName)); err == nil {
			whole = append(whole, e.Name())
		} else {
			unfinished = append(unfinished, e.Name())
		}
	}
	return whole, unfinished, nil
}

// Prune keeps the newest runs and removes the others, with the sealed files that only they name. So what was erased is gone from the backups as well once
// they have all been made after it.
func Prune(root string, keep int, mac []byte) (removed int, err error) {
	whole, _, err := runs(root)
	if err != nil || len(whole) <= keep || keep < 1 {
		return 0, err
	}
	needed := map[string]bool{}
	for _, stamp := range whole[len(whole)-keep:] {
		s, err := Open(root, stamp, mac)
		if err != nil {
			return 0, err
		}
		if err := s.EachBlob(func(b Blob) error { needed[b.Name] = true; return nil }); err != nil {
			return 0, err
		}
	}
	for _, stamp := range whole[:len(whole)-keep] {
		// The manifest first: a run without one is no run.
		if err := errors.Join(os.Remove(filepath.Join(root, stamp, manifestName)), os.RemoveAll(filepath.Join(root, stamp))); err != nil {
			return removed, fmt.Errorf("remove run %s: %w", stamp, err)
		}
		removed++
	}
	base := filepath.Join(root, blobFolder)
	return removed, filepath.WalkDir(base, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(base, name)
		if err != nil || needed[filepath.ToSlash(rel)] {
			return err
		}
		return os.Remove(name)
	})
}

// Set is a whole run, opened for reading. Open has checked every part.
type Set struct {
	root, dir string
	Manifest  Manifest
}

// Open reads a run ("" is the newest), and checks the manifest against its MAC and every part against the manifest. Without a key the MAC is not checked.
func Open(root, stamp string, mac []byte) (*Set, error) {
	if stamp == "" {
		whole, _, err := runs(root)
		if err != nil {
			return nil, err
		}
		if len(whole) == 0 {
			return nil, fmt.Errorf("%s holds no whole backup", root)
		}
		stamp = whole[len(whole)-1]
	}
	s := &Set{root: root, dir: filepath.Join(root, filepath.Base(stamp))}
	b, err := os.ReadFile(filepath.Join(s.dir, manifestName))
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	if mac != nil {
		line, err := os.ReadFile(filepath.Join(s.dir, macName))
		if err != nil {
			return nil, fmt.Errorf("read manifest's MAC: %w", err)
		}
		want, err := hex.DecodeString(strings.TrimSpace(string(line)))
		if err != nil || !hmac.Equal(want, macOf(mac, b)) {
			return nil, fmt.Errorf("%w: the manifest was not written under these keys, or was altered", ErrDamaged)
		}
	}
	if err := json.Unmarshal(b, &s.Manifest); err != nil || s.Manifest.Format != Format {
		return nil, fmt.Errorf("%w: the manifest cannot be read", ErrDamaged)
	}
	for _, p := range s.Manifest.Parts {
		if !fs.ValidPath(p.Name) {
			return nil, fmt.Errorf("%w: part %q", ErrDamaged, p.Name)
		}
		if err := s.check(filepath.Join(s.dir, filepath.FromSlash(p.Name)), p.Bytes, p.SHA256); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Set) check(name string, size int64, sum string) error {
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if n != size || hex.EncodeToString(h.Sum(nil)) != sum {
		return fmt.Errorf("%w: %s is not what was written", ErrDamaged, name)
	}
	return nil
}

// Dir is the folder of the run.
func (s *Set) Dir() string { return s.dir }

// Tables calls fn for each table in the order of the manifest.
func (s *Set) Tables() []Part {
	return slices.DeleteFunc(slices.Clone(s.Manifest.Parts), func(p Part) bool { return p.Table == nil })
}

// OpenPart opens a compressed part for reading.
func (s *Set) OpenPart(p Part) (io.ReadCloser, error) {
	f, err := os.Open(filepath.Join(s.dir, filepath.FromSlash(p.Name)))
	if err != nil {
		return nil, fmt.Errorf("open part: %w", err)
	}
	zip, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<16))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open part %s: %w", p.Name, err), f.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{zip, f}, nil
}

// EachBlob lists the sealed files of the run.
func (s *Set) EachBlob(fn func(Blob) error) error {
	for _, p := range s.Manifest.Parts {
		if p.Name != blobsName {
			continue
		}
		in, err := s.OpenPart(p)
		if err != nil {
			return err
		}
		defer in.Close()
		d := json.NewDecoder(in)
		for {
			var b Blob
			if err := d.Decode(&b); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return fmt.Errorf("read list of sealed files: %w", err)
			}
			if !fs.ValidPath(b.Name) {
				return fmt.Errorf("%w: sealed file %q", ErrDamaged, b.Name)
			}
			if err := fn(b); err != nil {
				return err
			}
		}
	}
	return nil
}

// ReadBlob reads a sealed file and checks its sum before anything is done with it.
func (s *Set) ReadBlob(b Blob) (io.Reader, error) {
	data, err := os.ReadFile(filepath.Join(s.root, blobFolder, filepath.FromSlash(b.Name)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != b.SHA256 {
		return nil, fmt.Errorf("%w: sealed file %s is not what was written", ErrDamaged, b.Name)
	}
	return bytes.NewReader(data), nil
}
