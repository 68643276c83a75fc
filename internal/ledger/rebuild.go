package ledger

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Leaves reads numbered entries from a database, or from one moment of it.
type Leaves interface {
	LogLeaves(ctx context.Context, from int64, limit int) ([][]byte, error)
}

// Rebuild makes the tiles of a signed tree from its entries and publishes the checkpoint over them. It fails when the entries do not hash to what was
// signed, so it is also the proof that a database and its checkpoint belong together.
func Rebuild(ctx context.Context, from Leaves, to Objects, origin string, vkeys []string, signed []byte) (Checkpoint, error) {
	keys, err := Verifiers(vkeys...)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := OpenCheckpoint(signed, origin, keys)
	if err != nil {
		return c, fmt.Errorf("open checkpoint: %w", err)
	}
	if _, err := replayTo(ctx, from, c.Tree, func(tiles []Object) error { return to.Put(ctx, tiles...) }); err != nil {
		return c, err
	}
	return c, to.Put(ctx, Object{checkpointName, signed}, Object{keyName, []byte(strings.Join(vkeys, "\n") + "\n")})
}

// replayTo builds the edge of a tree from its entries and compares the root.
func replayTo(ctx context.Context, from Leaves, tree tlog.Tree, put func([]Object) error) (*edge, error) {
	e := &edge{}
	for e.size < tree.N {
		leaves, err := from.LogLeaves(ctx, e.size, int(min(tree.N-e.size, DefaultBatch)))
		if err != nil {
			return nil, fmt.Errorf("read entries from %d: %w", e.size, err)
		}
		if len(leaves) == 0 {
			return nil, fmt.Errorf("%d entries were signed and %d are there", tree.N, e.size)
		}
		tiles, err := grow(e, leaves)
		if err != nil {
			return nil, err
		}
		if err := put(tiles); err != nil {
			return nil, fmt.Errorf("store tiles: %w", err)
		}
	}
	if tree.N == 0 {
		return e, nil
	}
	root, err := e.root()
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, fmt.Errorf("the %d entries do not hash to the signed checkpoint", tree.N)
	}
	return e, nil
}

// Newer reads what a published log holds beyond the tree that a database has signed: the entries after it, proven by both checkpoints to be its
// continuation, and the larger checkpoint. A published log that is not longer gives none.
func Newer(ctx context.Context, from Leaves, src Source, origin string, vkeys []string, signed []byte) (leaves [][]byte, now Checkpoint, err error) {
	keys, err := Verifiers(vkeys...)
	if err != nil {
		return nil, now, err
	}
	var stored Checkpoint
	if signed != nil {
		if stored, err = OpenCheckpoint(signed, origin, keys); err != nil {
			return nil, now, fmt.Errorf("open checkpoint of the database: %w", err)
		}
	}
	now = stored
	larger, err := largest(ctx, src, origin, keys)
	if err != nil {
		return nil, now, err
	}
	if larger == nil || larger.N < stored.N || larger.N == stored.N && larger.Hash == stored.Hash {
		return nil, now, nil
	}
	e, err := replayTo(ctx, from, stored.Tree, func([]Object) error { return nil })
	if err != nil {
		return nil, now, err
	}
	for at := stored.N / tileWidth * tileWidth; at < larger.N; at += tileWidth {
		width := int(min(larger.N-at, tileWidth))
		bundle, err := getTile(ctx, src, tlog.Tile{H: tileHeight, L: -1, N: at / tileWidth, W: width})
		if err != nil {
			return nil, now, fmt.Errorf("read published entries from %d: %w", at, err)
		}
		entries, err := splitBundle(bundle, width)
		if err != nil {
			return nil, now, fmt.Errorf("read published entries from %d: %w", at, err)
		}
		leaves = append(leaves, entries[max(0, stored.N-at):]...)
	}
	if err := e.add(leaves, func(tlog.Tile, []byte) error { return nil }); err != nil {
		return nil, now, err
	}
	if root, err := e.root(); err != nil {
		return nil, now, err
	} else if root != larger.Hash {
		return nil, now, fmt.Errorf("%w: the published log of %d entries does not continue the %d of the database", ErrHalted, larger.N, stored.N)
	}
	return leaves, *larger, nil
}

// largest is the larger of the two published checkpoints, nil for none.
func largest(ctx context.Context, src Source, origin string, keys note.Verifiers) (*Checkpoint, error) {
	var best *Checkpoint
	for _, name := range []string{checkpointName, witnessedName} {
		c, err := readCheckpoint(ctx, src, name, origin, keys)
		if err != nil {
			return nil, err
		}
		if c != nil && (best == nil || c.N > best.N) {
			best = c
		}
	}
	return best, nil
}
