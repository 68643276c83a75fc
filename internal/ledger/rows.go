package ledger

import (
	"bytes"
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"ronda"
)

// Rows is what the check of the database reads.
type Rows interface {
	LogLeaves(ctx context.Context, from int64, max int) ([][]byte, error)
	LogCheckpoint(ctx context.Context) ([]byte, error)
	LogLeaf(ctx context.Context, id string) (ronda.Leaf, error)
}

// rowsAtOnce is how many entries are compared in one read of the database.
const rowsAtOnce = tileWidth

// CompareRows holds the database to a log that was verified without faults: each entry's row is the published entry, each sealed
// field that was not erased opens its commitment, and the stored checkpoint is not behind. It adds what it finds to the report.
func CompareRows(ctx context.Context, rows Rows, src Source, vkeys []string, report *Report) error {
	keys, err := Verifiers(vkeys...)
	if err != nil {
		return err
	}
	published := report.Checkpoint
	signed, err := rows.LogCheckpoint(ctx)
	if err != nil {
		return err
	}
	switch stored, err := OpenCheckpoint(signed, published.Origin, keys); {
	case err != nil:
		report.fault("database", -1, "stored checkpoint: %v", err)
	case stored.N < published.N:
		report.fault("database", -1, "it holds a checkpoint of %d entries, and %d are published", stored.N, published.N)
	case stored.N == published.N && stored.Hash != published.Hash:
		report.fault("database", -1, "its checkpoint of %d entries has another root than the published one", stored.N)
	}
	for from := int64(0); from < published.N; from += rowsAtOnce {
		width := int(min(published.N-from, rowsAtOnce))
		bundle, err := getTile(ctx, src, tlog.Tile{H: tileHeight, L: -1, N: from / tileWidth, W: width})
		if err != nil {
			return fmt.Errorf("compare rows: %w", err)
		}
		leaves, err := splitBundle(bundle, width)
		if err != nil {
			return fmt.Errorf("compare rows: %w", err)
		}
		if err := compareRows(ctx, rows, report, from, leaves); err != nil {
			return err
		}
	}
	return nil
}

func compareRows(ctx context.Context, rows Rows, report *Report, from int64, leaves [][]byte) error {
	stored, err := rows.LogLeaves(ctx, from, len(leaves))
	if err != nil {
		report.fault("database", from, "%v", err)
		return ctx.Err()
	}
	for i, leaf := range leaves {
		number := from + int64(i)
		if i >= len(stored) {
			report.fault("database", number, "its row is missing")
			continue
		}
		if !bytes.Equal(stored[i], leaf) {
			report.fault("database", number, "its row holds other bytes than the log")
			continue
		}
		entry, err := ParseLeaf(leaf)
		if err != nil {
			continue // named by Verify
		}
		row, err := rows.LogLeaf(ctx, entry.ID)
		if err != nil {
			report.fault("database", number, "%v", err)
			continue
		}
		if _, err := Locate(row); err != nil {
			report.fault("database", number, "%v", err)
		}
	}
	return ctx.Err()
}
