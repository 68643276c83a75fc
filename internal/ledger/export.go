package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// maxAbout bounds the files that describe a log, in bytes.
const maxAbout = 1 << 20

// Export copies a published log into a directory or bucket that any web server can serve as it is: tiles first, the checkpoint
// last. Everything is checked on the way. Where the report has faults the copy is not whole and gets no checkpoint. A copy of
// before is brought up to date; all of it is read again.
func Export(ctx context.Context, src Source, to Objects, opts VerifyOptions) (*Report, error) {
	opts.Previous = nil
	opts.keep = func(t tlog.Tile, data []byte) error {
		return to.Put(ctx, Object{torchwood.TilePath(t), data})
	}
	report, err := Verify(ctx, src, opts)
	if err != nil || !report.OK() {
		return report, err
	}
	var about []Object
	for _, name := range []string{keyName, witnessesName} {
		data, err := src.Get(ctx, name, maxAbout)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return report, fmt.Errorf("export %s: %w", name, err)
		}
		about = append(about, Object{name, data})
	}
	if err := to.Put(ctx, about...); err != nil {
		return report, fmt.Errorf("export description of the log: %w", err)
	}
	checkpoints := []Object{{checkpointName, report.Checkpoint.Signed}}
	if report.witnessed != nil {
		checkpoints = append(checkpoints, Object{witnessedName, report.witnessed.Signed})
	}
	if err := to.Put(ctx, checkpoints...); err != nil {
		return report, fmt.Errorf("export checkpoint: %w", err)
	}
	return report, nil
}
