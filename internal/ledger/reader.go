package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// Names of what is published beside the tiles.
const (
	checkpointName = "checkpoint"           // the newest checkpoint, with the cosignatures that came in time
	witnessedName  = "checkpoint.witnessed" // the newest checkpoint that a witness has cosigned
	keyName        = "key"                  // the log's public keys, one a line
	witnessesName  = "witnesses.json"       // the witnesses that the log asks, as it describes them itself
)

// maxCheckpoint bounds a signed checkpoint with all its cosignatures, in bytes.
const maxCheckpoint = 1 << 16

// getter reads objects of a published log; [Objects] and [Source] are.
type getter interface {
	Get(ctx context.Context, name string, limit int64) ([]byte, error)
}

// parseTile reads the name of a tile. A tile has one name only.
func parseTile(name string) (tlog.Tile, bool) {
	t, err := torchwood.ParseTilePath(name)
	return t, err == nil && t.L <= 63 && torchwood.TilePath(t) == name
}

// getTile reads a tile of exactly its width. A partial tile that is gone is cut from a full one (tlog-tiles allows to delete it).
func getTile(ctx context.Context, from getter, t tlog.Tile) ([]byte, error) {
	limit := int64(tileBytes)
	if t.L == -1 {
		limit = maxBundle
	}
	data, err := from.Get(ctx, torchwood.TilePath(t), limit)
	if errors.Is(err, fs.ErrNotExist) && t.W < tileWidth {
		full, fullErr := from.Get(ctx, torchwood.TilePath(fullTile(t.L, t.N)), limit)
		if fullErr != nil {
			return nil, fmt.Errorf("read tile: %w", err)
		}
		return cutTile(t, full)
	}
	if err != nil {
		return nil, fmt.Errorf("read tile: %w", err)
	}
	if t.L >= 0 && len(data) != t.W*tlog.HashSize {
		return nil, fmt.Errorf("read tile %s: it has %d bytes, not %d", torchwood.TilePath(t), len(data), t.W*tlog.HashSize)
	}
	return data, nil
}

// cutTile returns the beginning of a full tile as the partial tile t.
func cutTile(t tlog.Tile, full []byte) ([]byte, error) {
	if t.L >= 0 {
		if len(full) != tileBytes {
			return nil, fmt.Errorf("read tile %s: the full tile has %d bytes", torchwood.TilePath(t), len(full))
		}
		return full[:t.W*tlog.HashSize], nil
	}
	rest := full
	for range t.W {
		var err error
		if _, rest, err = torchwood.ReadTileEntry(rest); err != nil {
			return nil, fmt.Errorf("read tile %s: %w", torchwood.TilePath(t), err)
		}
	}
	return full[:len(full)-len(rest)], nil
}

// tileReader lets package tlog read tiles and check them against a tree that is trusted.
type tileReader struct {
	ctx  context.Context
	from getter
}

func (r tileReader) Height() int { return tileHeight }

func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		var err error
		if data[i], err = getTile(r.ctx, r.from, t); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (r tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

// hashes reads hashes of a tree out of its tiles; each is checked against the tree's root.
func hashes(ctx context.Context, from getter, tree tlog.Tree) tlog.HashReader {
	return tlog.TileHashReader(tree, tileReader{ctx: ctx, from: from})
}

// rootAt returns the root that the tree had at a smaller size.
func rootAt(ctx context.Context, from getter, tree tlog.Tree, size int64) (tlog.Hash, error) {
	if size == tree.N {
		return tree.Hash, nil
	}
	root, err := tlog.TreeHash(size, hashes(ctx, from, tree))
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("compute root of the first %d entries: %w", size, err)
	}
	return root, nil
}

// loadEdge reads the right edge of a tree of the given size. Whether it belongs to a checkpoint is for the caller to compare.
func loadEdge(ctx context.Context, from getter, size int64) (*edge, error) {
	e := &edge{size: size}
	if t, ok := edgeTile(-1, size); ok {
		data, err := getTile(ctx, from, t)
		if err != nil {
			return nil, err
		}
		if _, err := splitBundle(data, t.W); err != nil {
			return nil, fmt.Errorf("read bundle %s: %w", torchwood.TilePath(t), err)
		}
		e.bundle = append([]byte(nil), data...)
	}
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		e.levels = append(e.levels, nil)
		t, ok := edgeTile(level, size)
		if !ok {
			continue
		}
		data, err := getTile(ctx, from, t)
		if err != nil {
			return nil, err
		}
		e.levels[level] = splitHashes(data)
	}
	return e, nil
}

// partialFolder is the folder of the partial tiles of a tile.
func partialFolder(level int, n int64) string {
	return strings.TrimSuffix(torchwood.TilePath(tlog.Tile{H: tileHeight, L: level, N: n, W: 1}), "/1")
}
