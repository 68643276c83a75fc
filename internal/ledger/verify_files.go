package ledger

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// settleStep is how long to wait between looks at a log that is being written.
const settleStep = 100 * time.Millisecond

// files finds files that the tree does not need: unknown ones, tiles past the checkpoint, and older partial tiles that are not
// the beginning of the tile they grew into.
func (v *verifier) files(ctx context.Context, names []string) error {
	var past []tlog.Tile
	for _, name := range names {
		switch name {
		case checkpointName, witnessedName, keyName, witnessesName:
			continue
		}
		t, ok := parseTile(name)
		if !ok {
			v.fault(name, -1, "it is no file of a log")
			continue
		}
		width := v.Checkpoint.N >> (tileHeight * max(t.L, 0)) // hashes at this level of the tree
		switch {
		case t.N*tileWidth+int64(t.W) > width:
			past = append(past, t)
		case t.W < tileWidth && (t.N != width/tileWidth || int64(t.W) != width%tileWidth):
			if err := v.olderPartial(ctx, t, width); err != nil {
				return err
			}
		}
	}
	return v.pastEnd(ctx, past)
}

// olderPartial compares a partial tile of an earlier checkpoint with the tile that was checked.
func (v *verifier) olderPartial(ctx context.Context, t tlog.Tile, width int64) error {
	name := torchwood.TilePath(t)
	now := t
	now.W = int(min(width-t.N*tileWidth, tileWidth))
	whole, err := getTile(ctx, v.src, now)
	if err != nil {
		return ctx.Err() // named already
	}
	old, err := v.src.Get(ctx, name, maxBundle)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // dropped meanwhile
	}
	if err != nil {
		v.fault(name, -1, "%v", err)
		return ctx.Err()
	}
	var want []byte
	if t.L >= 0 {
		want = whole[:t.W*tlog.HashSize]
	} else if want, err = cutTile(t, whole); err != nil {
		return nil // the whole bundle is broken, and named already
	}
	if !bytes.Equal(old, want) {
		v.fault(name, -1, "it is not the beginning of %s", torchwood.TilePath(now))
	}
	return nil
}

// pastEnd names tiles that no signed checkpoint covers, after giving a running sequencer the time to sign them.
func (v *verifier) pastEnd(ctx context.Context, past []tlog.Tile) error {
	for waited := time.Duration(0); len(past) > 0; waited += settleStep {
		signed, err := v.src.Get(ctx, checkpointName, maxCheckpoint)
		if err == nil {
			if c, err := OpenCheckpoint(signed, v.origin, v.keys); err == nil {
				past = notCovered(past, c.N)
			}
		}
		if waited >= v.opts.Settle {
			break
		}
		if !rest(ctx, settleStep) {
			return ctx.Err()
		}
	}
	for _, t := range past {
		v.fault(torchwood.TilePath(t), -1, "it reaches past the %d entries that are signed", v.Checkpoint.N)
	}
	return nil
}

func notCovered(tiles []tlog.Tile, size int64) []tlog.Tile {
	var left []tlog.Tile
	for _, t := range tiles {
		if t.N*tileWidth+int64(t.W) > size>>(tileHeight*max(t.L, 0)) {
			left = append(left, t)
		}
	}
	return left
}
