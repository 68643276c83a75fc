package ledger

import (
	"errors"
	"fmt"
	"slices"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = torchwood.TileHeight
	tileWidth  = torchwood.TileWidth
	tileBytes  = tileWidth * tlog.HashSize
	maxBundle  = tileWidth * (2 + MaxLeaf)
)

// edge is the right edge of the tree: all that is needed to append to it and to know its root. Its methods never change slices
// that an earlier copy holds, so that a failed round can go back to the edge it started from.
type edge struct {
	size   int64
	bundle []byte        // the entries of the last, partial bundle, as they stand in it
	levels [][]tlog.Hash // the hashes of the last, partial tile of each level; fewer than 256 each
}

// emit is called with each tile that an append completes or leaves partial. data is the tile's for good.
type emit func(t tlog.Tile, data []byte) error

// clone returns an edge whose growth the first one does not see.
func (e *edge) clone() *edge {
	c := &edge{size: e.size, bundle: slices.Clone(e.bundle), levels: make([][]tlog.Hash, len(e.levels))}
	for i := range e.levels {
		c.levels[i] = slices.Clone(e.levels[i])
	}
	return c
}

// add appends leaves and emits each bundle and tile that becomes full on the way.
func (e *edge) add(leaves [][]byte, out emit) error {
	for _, leaf := range leaves {
		bundle, err := torchwood.AppendTileEntry(e.bundle, leaf)
		if err != nil {
			return fmt.Errorf("append entry %d: %w", e.size, err)
		}
		e.bundle = bundle
		e.size++
		if e.size%tileWidth == 0 {
			if err := out(fullTile(-1, e.size/tileWidth-1), e.bundle); err != nil {
				return err
			}
			e.bundle = nil
		}
		if err := e.push(0, tlog.RecordHash(leaf), out); err != nil {
			return err
		}
	}
	return nil
}

// push appends a hash to a level; a tile that becomes full hands its own hash to the level above.
func (e *edge) push(level int, h tlog.Hash, out emit) error {
	if level == len(e.levels) {
		e.levels = append(e.levels, nil)
	}
	e.levels[level] = append(e.levels[level], h)
	if len(e.levels[level]) < tileWidth {
		return nil
	}
	hashes := e.levels[level]
	e.levels[level] = nil
	n := e.size>>(tileHeight*(level+1)) - 1
	if err := out(fullTile(level, n), joinHashes(hashes)); err != nil {
		return err
	}
	return e.push(level+1, subtreeHash(hashes), out)
}

// partials emits the partial bundle and tiles of the edge that a tree of size before did not have.
func (e *edge) partials(before int64, out emit) error {
	for level := -1; level < len(e.levels); level++ {
		t, ok := edgeTile(level, e.size)
		if was, had := edgeTile(level, before); !ok || had && was == t {
			continue
		}
		data := e.bundle
		if level >= 0 {
			data = joinHashes(e.levels[level])
		}
		if err := out(t, data); err != nil {
			return err
		}
	}
	return nil
}

// root is the Merkle tree hash of the whole tree (RFC 6962 section 2.1).
func (e *edge) root() (tlog.Hash, error) {
	if e.size == 0 {
		return tlog.TreeHash(0, nil)
	}
	var acc tlog.Hash
	have := false
	for _, hashes := range e.levels { // from the smallest subtree, at the right, to the largest
		for len(hashes) > 0 {
			width := len(hashes) & -len(hashes)
			sub := subtreeHash(hashes[len(hashes)-width:])
			hashes = hashes[:len(hashes)-width]
			if have {
				sub = tlog.NodeHash(sub, acc)
			}
			acc, have = sub, true
		}
	}
	if !have {
		return tlog.Hash{}, errors.New("edge of a tree holds no hashes")
	}
	return acc, nil
}

// edgeTile returns the partial tile of a level (-1: the entry bundle) in a tree of the given size, if it has one.
func edgeTile(level int, size int64) (tlog.Tile, bool) {
	width := size >> (tileHeight * max(level, 0))
	w := int(width % tileWidth)
	return tlog.Tile{H: tileHeight, L: level, N: width / tileWidth, W: w}, w > 0
}

func fullTile(level int, n int64) tlog.Tile {
	return tlog.Tile{H: tileHeight, L: level, N: n, W: tileWidth}
}

// subtreeHash is the hash of a perfect subtree over hashes, whose number is a power of two.
func subtreeHash(hashes []tlog.Hash) tlog.Hash {
	row := slices.Clone(hashes)
	for len(row) > 1 {
		for i := range len(row) / 2 {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
		row = row[:len(row)/2]
	}
	return row[0]
}

func joinHashes(hashes []tlog.Hash) []byte {
	data := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		data = append(data, h[:]...)
	}
	return data
}

func splitHashes(data []byte) []tlog.Hash {
	hashes := make([]tlog.Hash, len(data)/tlog.HashSize)
	for i := range hashes {
		copy(hashes[i][:], data[i*tlog.HashSize:])
	}
	return hashes
}

// splitBundle returns the entries of a bundle of the given width. Bytes that are left over are an error.
func splitBundle(data []byte, width int) ([][]byte, error) {
	leaves := make([][]byte, 0, width)
	for i := range width {
		leaf, rest, err := torchwood.ReadTileEntry(data)
		if err != nil {
			return leaves, fmt.Errorf("cut entry %d of %d: %w", i, width, err)
		}
		leaves, data = append(leaves, leaf), rest
	}
	if len(data) > 0 {
		return leaves, fmt.Errorf("%d bytes follow the last of %d entries", len(data), width)
	}
	return leaves, nil
}
