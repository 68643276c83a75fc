package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"ronda/internal/ledger/witness"
)

// ErrNotYet says that an entry has a number but no published checkpoint covers it yet.
var ErrNotYet = errors.New("entry is not in a published checkpoint yet")

// Log reads the published log for the pages of this server. It only trusts its own keys and what hashes to a signed root.
type Log struct {
	objects   Objects
	origin    string
	vkeys     []string
	keys      note.Verifiers
	witnesses []witness.Info
	sequencer atomic.Pointer[Sequencer] // of this process, if it has one
}

// NewLog returns a reader of the log that key signs and the witnesses watch.
func NewLog(objects Objects, key *Key, witnesses []witness.Info) (*Log, error) {
	keys, err := key.Verifiers()
	if err != nil {
		return nil, err
	}
	for _, w := range witnesses {
		if _, err := w.Check(); err != nil {
			return nil, err
		}
	}
	return &Log{objects: objects, origin: key.Origin, vkeys: key.PublicKeys(), keys: keys, witnesses: witnesses}, nil
}

// Status is what the pages say about the log. Before the first checkpoint it has size 0 and no Checkpoint.
type Status struct {
	Origin      string
	Keys        []string // public keys, the one to pin first
	Size        int64
	Root        tlog.Hash
	Checkpoint  string            // the newest signed note
	Witnesses   []WitnessSighting // every witness that is asked, those that signed and those that did not
	Independent int               // how many independent ones are on the newest witnessed checkpoint
	Witnessed   int64             // its size
	Halted      string            // why nothing is signed any more, for the operator; "" while all is well
}

// WitnessSighting is a witness with the time of its cosignature on the newest witnessed checkpoint; zero if it is not on it.
type WitnessSighting struct {
	witness.Info
	At time.Time
}

// Follow lets Status tell whether the sequencer of this process had to halt.
func (l *Log) Follow(s *Sequencer) { l.sequencer.Store(s) }

// Status reads the newest checkpoint and who vouches for it.
func (l *Log) Status(ctx context.Context) (Status, error) {
	s := Status{Origin: l.origin, Keys: l.vkeys}
	if q := l.sequencer.Load(); q != nil && q.Halted() != nil {
		s.Halted = q.Halted().Error()
	}
	newest, witnessed, err := l.checkpoints(ctx)
	if err != nil || newest == nil {
		return s, err
	}
	s.Size, s.Root, s.Checkpoint, s.Witnessed = newest.N, newest.Hash, string(newest.Signed), witnessed.N
	found, err := witness.Cosigned(witnessed.Signed, l.witnesses)
	if err != nil {
		return s, fmt.Errorf("read cosignatures: %w", err)
	}
	s.Independent = witness.CountIndependent(found)
	for _, w := range l.witnesses {
		sighting := WitnessSighting{Info: w}
		for _, f := range found {
			if f.Key == w.Key {
				sighting.At = time.Unix(f.At, 0).UTC()
			}
		}
		s.Witnesses = append(s.Witnesses, sighting)
	}
	return s, nil
}

// checkpoints returns the newest checkpoint and that with cosignatures: the same one, or an older one when the newest has fewer.
func (l *Log) checkpoints(ctx context.Context) (newest, witnessed *Checkpoint, err error) {
	// Read in this order the witnessed one is never the larger.
	if witnessed, err = readCheckpoint(ctx, l.objects, witnessedName, l.origin, l.keys); err != nil {
		return nil, nil, err
	}
	if newest, err = readCheckpoint(ctx, l.objects, checkpointName, l.origin, l.keys); err != nil || newest == nil {
		return nil, nil, err
	}
	if witnessed == nil {
		return newest, newest, nil
	}
	onNewest, err := witness.Cosigned(newest.Signed, l.witnesses)
	if err != nil {
		return nil, nil, fmt.Errorf("read cosignatures: %w", err)
	}
	onOlder, err := witness.Cosigned(witnessed.Signed, l.witnesses)
	if err != nil {
		return nil, nil, fmt.Errorf("read cosignatures: %w", err)
	}
	if len(onNewest) >= len(onOlder) {
		witnessed = newest
	}
	return newest, witnessed, nil
}

// Proof makes the proof file of an entry, against the checkpoint with the most cosignatures that covers it. Errors: [ErrNotYet],
// or [fs.ErrNotExist] for a number below 0.
func (l *Log) Proof(ctx context.Context, index int64) (ProofFile, error) {
	newest, c, err := l.checkpoints(ctx)
	if err != nil {
		return ProofFile{}, fmt.Errorf("prove entry %d: %w", index, err)
	}
	if index < 0 {
		return ProofFile{}, fmt.Errorf("prove entry %d: %w", index, fs.ErrNotExist)
	}
	if newest == nil || index >= newest.N {
		return ProofFile{}, fmt.Errorf("prove entry %d: %w", index, ErrNotYet)
	}
	if index >= c.N {
		c = newest
	}
	return prove(ctx, l.objects, *c, index, l.vkeys)
}

// Leaf reads an entry out of the published bundles and holds it to the signed tree.
func (l *Log) Leaf(ctx context.Context, index int64) ([]byte, error) {
	p, err := l.Proof(ctx, index)
	if err != nil {
		return nil, err
	}
	return p.Leaf, nil
}

// Keys returns the public keys as they are published, one a line.
func (l *Log) Keys() string { return strings.Join(l.vkeys, "\n") + "\n" }
