package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// ahead is how many bundles are fetched before they are needed.
const ahead = 12

// pass walks over all bundles and level 0 tiles and builds two trees: one from the entries, one from the hashes in the level 0
// tiles. Where the two disagree, the one that hashes to the signed root tells which of entry and hash was altered.
type pass struct {
	*verifier
	fromEntries *edge
	fromTiles   *edge

	differ      []int64          // entries that do not hash to their place in level 0
	wrongEntry  []tileFault      // tiles above level 0 against the tree of the entries
	wrongTile   []tileFault      // and against the tree of the tiles
	lost        bool             // entries and hashes of some bundle are both gone, so neither tree can be completed
	tiles       map[int]readTile // last tile read of each level
	rootEntries tlog.Hash
	rootTiles   tlog.Hash
}

type tileFault struct {
	tile tlog.Tile
	hash int // place in the tile
}

type readTile struct {
	tile tlog.Tile
	data []byte
	err  error
}

// fetched is a bundle with its level 0 tile.
type fetched struct{ bundle, tile readTile }

func newPass(v *verifier, start *edge) *pass {
	return &pass{verifier: v, fromEntries: start, fromTiles: start.clone(), tiles: make(map[int]readTile)}
}

func (p *pass) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for f := range p.fetch(ctx) {
		if err := (<-f).check(ctx, p); err != nil {
			return err
		}
		if p.opts.Progress != nil {
			p.opts.Progress(p.fromEntries.size, p.Checkpoint.N)
		}
		if p.More > maxFaults { // a signed size may be anything; a log without end must not keep us
			p.Stopped = p.fromEntries.size
			return nil
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, side := range []struct {
		e    *edge
		list *[]tileFault
	}{{p.fromEntries, &p.wrongEntry}, {p.fromTiles, &p.wrongTile}} {
		if err := side.e.partials(0, p.compare(ctx, side.list)); err != nil {
			return err
		}
	}
	return p.conclude()
}

// fetch reads bundles and level 0 tiles ahead, and yields them in order.
func (p *pass) fetch(ctx context.Context) <-chan chan fetched {
	queue := make(chan chan fetched, ahead)
	size := p.Checkpoint.N
	go func() {
		defer close(queue)
		for n := p.fromEntries.size / tileWidth; n*tileWidth < size; n++ {
			f := make(chan fetched, 1)
			select {
			case queue <- f:
			case <-ctx.Done():
				return
			}
			w := int(min(size-n*tileWidth, tileWidth))
			go func() {
				f <- fetched{bundle: p.read(ctx, tlog.Tile{H: tileHeight, L: -1, N: n, W: w}),
					tile: p.read(ctx, tlog.Tile{H: tileHeight, L: 0, N: n, W: w})}
			}()
		}
	}()
	return queue
}

func (p *pass) read(ctx context.Context, t tlog.Tile) readTile {
	data, err := getTile(ctx, p.src, t)
	if err == nil && p.opts.keep != nil {
		if err := p.opts.keep(t, data); err != nil {
			return readTile{tile: t, err: keepError{fmt.Errorf("keep %s: %w", torchwood.TilePath(t), err)}}
		}
	}
	return readTile{tile: t, data: data, err: err}
}

// check compares one bundle with its tile and grows both trees by it.
func (f fetched) check(ctx context.Context, p *pass) error {
	leaves, err := p.leaves(f.bundle)
	if err != nil {
		return err
	}
	stored, err := p.stored(f.tile)
	if err != nil {
		return err
	}
	first, width := f.tile.tile.N*tileWidth, f.tile.tile.W
	for i := range width {
		var computed, kept *tlog.Hash
		if i < len(leaves) {
			h := tlog.RecordHash(leaves[i])
			computed = &h
			p.entry(torchwood.TilePath(f.bundle.tile), first+int64(i), leaves[i])
		}
		if i < len(stored) {
			kept = &stored[i]
		}
		switch {
		case computed == nil && kept == nil:
			p.lost = true
			computed, kept = new(tlog.Hash), new(tlog.Hash)
		case computed == nil:
			computed = kept
		case kept == nil:
			kept = computed
		case *computed != *kept:
			p.differ = append(p.differ, first+int64(i))
		}
		if err := p.grow(ctx, *computed, *kept); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) grow(ctx context.Context, computed, kept tlog.Hash) error {
	p.fromEntries.size++
	if err := p.fromEntries.push(0, computed, p.compare(ctx, &p.wrongEntry)); err != nil {
		return err
	}
	p.fromTiles.size++
	return p.fromTiles.push(0, kept, p.compare(ctx, &p.wrongTile))
}

// leaves cuts a bundle into entries; as many as can be had.
func (p *pass) leaves(b readTile) ([][]byte, error) {
	if ok, err := p.readable(b); !ok {
		return nil, err
	}
	leaves, err := splitBundle(b.data, b.tile.W)
	if err != nil {
		p.fault(torchwood.TilePath(b.tile), -1, "%v", err)
	}
	return leaves, nil
}

// stored returns the hashes of a level 0 tile.
func (p *pass) stored(t readTile) ([]tlog.Hash, error) {
	if ok, err := p.readable(t); !ok {
		return nil, err
	}
	return splitHashes(t.data), nil
}

// keepError says that a copy could not be written, which is no fault of the log that is copied.
type keepError struct{ error }

func (e keepError) Unwrap() error { return e.error }

// readable tells whether a file could be read. That it is missing or has the wrong length is a fault; that the network is down
// is an error.
func (p *pass) readable(t readTile) (bool, error) {
	var network interface{ Timeout() bool }
	var kept keepError
	switch {
	case t.err == nil:
		return true, nil
	case errors.Is(t.err, fs.ErrNotExist):
		p.fault(torchwood.TilePath(t.tile), -1, "it is missing")
	case errors.Is(t.err, context.Canceled), errors.As(t.err, &network), errors.As(t.err, &kept):
		return false, t.err
	default:
		p.fault(torchwood.TilePath(t.tile), -1, "%v", t.err)
	}
	return false, nil
}

// entry holds a leaf to the format of the log and looks for acts that were entered twice.
func (p *pass) entry(where string, number int64, leaf []byte) {
	if p.opts.AnyLeaf {
		return
	}
	e, err := ParseLeaf(leaf)
	if err != nil {
		p.fault(where, number, "%v", err)
		return
	}
	p.Kinds[e.Kind]++
	sum := sha256.Sum256([]byte(e.ID))
	id := [16]byte(sum[:16])
	if before, twice := p.ids[id]; twice {
		p.fault(where, number, "act %s was entered before, as entry %d", e.ID, before)
		return
	}
	p.ids[id] = number
}

// compare returns a function that compares a computed tile with the stored one. Bundles and level 0 are compared elsewhere.
func (p *pass) compare(ctx context.Context, differ *[]tileFault) emit {
	return func(t tlog.Tile, data []byte) error {
		if t.L < 1 {
			return nil
		}
		stored, err := p.above(ctx, t)
		if err != nil || stored == nil {
			return err
		}
		for i, h := range splitHashes(data) {
			if string(stored[i*tlog.HashSize:(i+1)*tlog.HashSize]) != string(h[:]) {
				*differ = append(*differ, tileFault{tile: t, hash: i})
			}
		}
		return nil
	}
}

// above reads a tile above level 0, once for both trees.
func (p *pass) above(ctx context.Context, t tlog.Tile) ([]byte, error) {
	if last := p.tiles[t.L]; last.tile == t {
		return last.data, nil
	}
	r := p.read(ctx, t)
	if ok, err := p.readable(r); err != nil {
		return nil, err
	} else if !ok {
		r.data = nil
	}
	p.tiles[t.L] = r
	return r.data, nil
}

// conclude says what was altered, by which of the two trees hashes to the signed root.
func (p *pass) conclude() error {
	var err error
	if p.rootEntries, err = p.fromEntries.root(); err != nil {
		return fmt.Errorf("compute root: %w", err)
	}
	if p.rootTiles, err = p.fromTiles.root(); err != nil {
		return fmt.Errorf("compute root: %w", err)
	}
	signed := p.Checkpoint.Hash
	switch {
	case p.rootEntries == signed:
		for _, n := range p.differ {
			p.fault(p.tileOf(0, n), n, "the hash in the tile is altered; the entry is the signed one")
		}
		p.nameTiles(p.wrongEntry)
	case p.rootTiles == signed:
		for _, n := range p.differ {
			p.fault(p.tileOf(-1, n), n, "the entry is altered; the signed tree holds another one here")
		}
		p.nameTiles(p.wrongTile)
	default:
		for _, n := range p.differ {
			p.fault(p.tileOf(-1, n), n, "the entry and its hash in %s disagree", p.tileOf(0, n))
		}
		p.nameTiles(p.wrongTile)
		if !p.lost {
			p.fault(checkpointName, -1, "%d entries are signed with root %v; the entries hash to %v, the tiles to %v", p.Checkpoint.N, signed,
				p.rootEntries, p.rootTiles)
		}
	}
	return nil
}

func (p *pass) nameTiles(list []tileFault) {
	for _, f := range list {
		span := int64(1) << (tileHeight * f.tile.L)
		first := (f.tile.N*tileWidth + int64(f.hash)) * span
		p.fault(torchwood.TilePath(f.tile), -1, "hash %d is wrong; it stands for entries %d to %d", f.hash, first, first+span-1)
	}
}

// tileOf names the bundle (-1) or level 0 tile that an entry lies in, as the checkpoint's tree has it.
func (p *pass) tileOf(level int, entry int64) string {
	n := entry / tileWidth
	return torchwood.TilePath(tlog.Tile{H: tileHeight, L: level, N: n, W: int(min(p.Checkpoint.N-n*tileWidth, tileWidth))})
}
