// Package election turns a folder of data into a ronda.Pack: one election with its regions, contests, calendar,
// authorities, legal grounds, platforms and deadlines. It stands before the first stage of the flow; every stage reads
// the pack and none changes it.
//
// It promises that a pack which loads is whole: every reference leads somewhere, every text exists in every language
// of the pack, spans of one rule do not overlap, zones load, and each address pattern recognises its own example.
// Otherwise it returns all faults at once, each with file, line and field. docs/packs.md describes the files.
package election

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	_ "time/tzdata" // the zones of a pack must load on a host without a zone database

	"ronda"
)

//go:embed packs
var packs embed.FS

// IDs lists the packs that the program carries.
func IDs() []string {
	entries, err := fs.ReadDir(packs, "packs")
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

// Builtin loads a pack that the program carries ("pilkada-2024"). An unknown id is an error that names the known ones.
func Builtin(id string) (*ronda.Pack, error) {
	if !fs.ValidPath(id) || path.Base(id) != id || id == "." {
		return nil, fmt.Errorf("election pack %q: not one of %v", id, IDs())
	}
	if _, err := fs.Stat(packs, "packs/"+id); err != nil {
		return nil, fmt.Errorf("election pack %q: not one of %v", id, IDs())
	}
	return Load(packs, "packs/"+id)
}

// Open loads the pack that an operator names: the id of one that the program carries, or a folder, recognised by a
// slash or a leading dot ("./my-election", "/etc/ronda/packs/my-election").
func Open(ref string) (*ronda.Pack, error) {
	if !strings.ContainsAny(ref, `/\`) && !strings.HasPrefix(ref, ".") {
		return Builtin(ref)
	}
	info, err := os.Stat(ref)
	if err != nil {
		return nil, fmt.Errorf("open election pack: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("open election pack %s: not a folder", ref)
	}
	return Load(os.DirFS(ref), ".")
}

// Load reads and checks the pack in folder dir of fsys and seals it for use. An error is either Faults, with everything
// that is wrong in the pack, or the trouble of reading the folder itself.
func Load(fsys fs.FS, dir string) (*ronda.Pack, error) {
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("open election pack %s: %w", dir, err)
	}
	r, err := newReader(sub)
	if err != nil {
		return nil, fmt.Errorf("open election pack %s: %w", dir, err)
	}
	d, ok := readDraft(r)
	if ok {
		d.check()
	}
	if err := r.faults.err(); err != nil {
		return nil, err
	}
	pack := d.pack()
	if pack.SHA256, err = digest(sub); err != nil {
		return nil, fmt.Errorf("open election pack %s: %w", dir, err)
	}
	return pack.Seal(), nil
}
