package election

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
)

// digest is one SHA-256 for all files of a pack: that of the list that sha256sum makes of them, in the order of their names. In the pack's folder,
//
//	find . -type f | sed 's|^./||' | LC_ALL=C sort | xargs sha256sum | sha256sum
//
// prints the same.
func digest(fsys fs.FS) (string, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	slices.Sort(names) // a walk goes folder by folder, which is another order
	list := sha256.New()
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(list, "%x  %s\n", sha256.Sum256(data), name)
	}
	return hex.EncodeToString(list.Sum(nil)), nil
}
