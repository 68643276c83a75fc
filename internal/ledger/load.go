package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// load reads what the database and the published log say, compares them, and mends what an interrupted run left undone:
//
//	stored checkpoint | published checkpoint | what happened                              | what is done
//	none              | none                 | first start                                | sign and publish the empty tree
//	none              | size > 0             | the database is new, the log is not        | halt
//	size N            | none                 | stopped before publishing, or files lost   | publish
//	size N            | size N, same root    | nothing                                    | go on
//	size N            | size N, other root   | two logs under one key                     | halt
//	size N            | size < N, prefix     | stopped between swap and publish           | publish
//	size N            | size < N, no prefix  | the published tree was another one         | halt
//	size N            | size > N             | the database was restored from before      | halt
//
// Tiles that are missing or do not hash to the stored checkpoint are made again from the leaves in the database, if those do.
func (s *Sequencer) load(ctx context.Context) (*head, error) {
	keys, err := s.cfg.Key.Verifiers()
	if err != nil {
		return nil, err
	}
	var outside []*Checkpoint // what the world has seen
	for _, name := range []string{checkpointName, witnessedName} {
		p, err := readCheckpoint(ctx, s.cfg.Objects, name, s.cfg.Key.Origin, keys)
		if errors.Is(err, errNotOurs) {
			err = fmt.Errorf("%w: published checkpoint: %w", ErrHalted, err)
		}
		if err != nil {
			return nil, err
		}
		outside = append(outside, p)
	}
	stored, err := s.stored(ctx, keys, outside)
	if err != nil {
		return nil, err
	}
	edge, err := s.trustedEdge(ctx, stored.Tree)
	if err != nil {
		return nil, err
	}
	err = s.compare(ctx, stored, outside)
	if err != nil && !errors.Is(err, ErrHalted) && ctx.Err() == nil {
		// A tile inside the tree is broken, so nothing can be read off it. The leaves can tell.
		s.cfg.Log.WarnContext(ctx, "tiles are made again from the database", "size", stored.N, "reason", err)
		if edge, err = s.rebuild(ctx, stored.Tree); err == nil {
			err = s.compare(ctx, stored, outside)
		}
	}
	if err != nil {
		return nil, err
	}
	if err := s.askLarger(ctx, stored); err != nil {
		return nil, err
	}
	return s.publishLoaded(ctx, edge, stored, outside[0])
}

// compare makes sure that what the world has seen is the beginning of the stored tree.
func (s *Sequencer) compare(ctx context.Context, stored Checkpoint, outside []*Checkpoint) error {
	for _, p := range outside {
		if p == nil {
			continue
		}
		root, err := rootAt(ctx, s.cfg.Objects, stored.Tree, p.N)
		if err != nil {
			return fmt.Errorf("compare with published checkpoint: %w", err)
		}
		if root != p.Hash {
			return fmt.Errorf("%w: the tree published at size %d is not the one in the database", ErrHalted, p.N)
		}
	}
	return nil
}

// stored returns the checkpoint of the database, after making sure that the world has seen no larger one. On the first start it
// makes and stores that of the empty tree.
func (s *Sequencer) stored(ctx context.Context, keys note.Verifiers, outside []*Checkpoint) (Checkpoint, error) {
	signed, err := s.cfg.Store.LogCheckpoint(ctx)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("read stored checkpoint: %w", err)
	}
	var c Checkpoint
	if signed != nil {
		if c, err = OpenCheckpoint(signed, s.cfg.Key.Origin, keys); err != nil {
			return Checkpoint{}, fmt.Errorf("%w: stored checkpoint: %w", ErrHalted, err)
		}
	}
	for _, p := range outside {
		if p != nil && p.N > c.N {
			return Checkpoint{}, fmt.Errorf("%w: %d entries were published and the database holds %d; restore a later backup",
				ErrHalted, p.N, c.N)
		}
	}
	if signed != nil {
		return c, nil
	}
	if c, err = s.signEdge(&edge{}); err != nil {
		return Checkpoint{}, err
	}
	if err := s.cfg.Store.SwapLogCheckpoint(ctx, s.epoch, nil, c.Signed); err != nil {
		return Checkpoint{}, fmt.Errorf("store checkpoint of the empty tree: %w", err)
	}
	return c, nil
}

// trustedEdge loads the edge of the tree that the database signed, from tiles or, failing that, from the leaves.
func (s *Sequencer) trustedEdge(ctx context.Context, tree tlog.Tree) (*edge, error) {
	e, err := loadEdge(ctx, s.cfg.Objects, tree.N)
	if err == nil {
		var root tlog.Hash
		if root, err = e.root(); err == nil && root != tree.Hash {
			err = errors.New("tiles do not hash to the stored checkpoint")
		}
		if err == nil {
			err = s.bundleFits(e)
		}
	}
	if err == nil || ctx.Err() != nil {
		return e, err
	}
	s.cfg.Log.WarnContext(ctx, "tiles are made again from the database", "size", tree.N, "reason", err)
	return s.rebuild(ctx, tree)
}

// bundleFits compares the partial bundle of an edge with its hashes: the next bundle will repeat those entries.
func (s *Sequencer) bundleFits(e *edge) error {
	if len(e.levels) == 0 {
		return nil
	}
	leaves, err := splitBundle(e.bundle, len(e.levels[0]))
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		if tlog.RecordHash(leaf) != e.levels[0][i] {
			return fmt.Errorf("entry %d does not hash to its tile", e.size-int64(len(leaves)-i))
		}
	}
	return nil
}

// rebuild makes all tiles again from the leaves in the database. It first computes the root without writing: leaves that do not
// hash to the signed checkpoint must not replace tiles that may be good.
func (s *Sequencer) rebuild(ctx context.Context, tree tlog.Tree) (*edge, error) {
	e, err := s.replay(ctx, tree.N, func(...Object) error { return nil })
	if err != nil {
		return nil, err
	}
	if root, err := e.root(); err != nil {
		return nil, err
	} else if root != tree.Hash {
		return nil, fmt.Errorf("%w: the %d leaves in the database do not hash to the signed checkpoint", ErrHalted, tree.N)
	}
	return s.replay(ctx, tree.N, func(tiles ...Object) error { return s.cfg.Objects.Put(ctx, tiles...) })
}

func (s *Sequencer) replay(ctx context.Context, size int64, put func(...Object) error) (*edge, error) {
	e := &edge{}
	for e.size < size {
		leaves, err := s.cfg.Store.LogLeaves(ctx, e.size, int(min(size-e.size, int64(s.cfg.Batch))))
		if err != nil {
			return nil, fmt.Errorf("read leaves from %d: %w", e.size, err)
		}
		if len(leaves) == 0 {
			return nil, fmt.Errorf("%w: the database signed %d entries and has %d", ErrHalted, size, e.size)
		}
		tiles, err := grow(e, leaves)
		if err != nil {
			return nil, err
		}
		if err := put(tiles...); err != nil {
			return nil, fmt.Errorf("store tiles again: %w", err)
		}
	}
	return e, nil
}

// publishLoaded publishes the stored checkpoint unless it is out already, and what describes the log.
func (s *Sequencer) publishLoaded(ctx context.Context, e *edge, stored Checkpoint, published *Checkpoint) (*head, error) {
	h := &head{edge: e, checkpoint: stored, published: stored.Signed}
	about, err := s.describe()
	if err != nil {
		return nil, err
	}
	if published != nil && published.N == stored.N {
		h.published = published.Signed
	} else {
		about = append(about, Object{checkpointName, stored.Signed})
	}
	if err := s.cfg.Objects.Put(ctx, about...); err != nil {
		return nil, fmt.Errorf("publish checkpoint of size %d: %w", stored.N, err)
	}
	if s.cfg.Published != nil {
		s.cfg.Published(stored)
	}
	return h, nil
}

// describe makes the files that tell readers the keys and the witnesses.
func (s *Sequencer) describe() ([]Object, error) {
	list := make([]witnessInfo, len(s.cfg.Witnesses))
	for i, w := range s.cfg.Witnesses {
		list[i] = w.Info
	}
	data, err := formatWitnesses(list)
	if err != nil {
		return nil, err
	}
	keys := append(s.cfg.Key.PublicKeys(), s.cfg.Key.retired...)
	return []Object{{keyName, []byte(strings.Join(keys, "\n") + "\n")}, {witnessesName, data}}, nil
}

// errNotOurs says that a published checkpoint was read and is not one that this log has signed.
var errNotOurs = errors.New("not a checkpoint of this log")

// readCheckpoint reads a published checkpoint, or nil when there is none.
func readCheckpoint(ctx context.Context, from getter, name, origin string, keys note.Verifiers) (*Checkpoint, error) {
	signed, err := from.Get(ctx, name, maxCheckpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	c, err := OpenCheckpoint(signed, origin, keys)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w: %w", name, errNotOurs, err)
	}
	return &c, nil
}
