package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"ronda/internal/ledger/witness"
)

// maxFaults is how many faults a report names one by one; the others are counted.
const maxFaults = 200

// VerifyOptions says what a verifier trusts and how far it goes.
type VerifyOptions struct {
	Keys      []string       // public keys of the log; the name of the first is its origin
	Witnesses []witness.Info // whose cosignatures are looked for
	Require   int            // cosignatures of independent witnesses below which there is a fault
	Previous  *State         // what an earlier run found: then only what is new is read
	AnyLeaf   bool           // entries need not be in the format of this log
	Settle    time.Duration  // how long files past the checkpoint may wait for theirs, on a log that is being written

	Progress func(done, total int64) // called now and then with entries read; may be nil

	keep func(t tlog.Tile, data []byte) error // called with each bundle and tile read, from several goroutines; may be nil
}

// Fault is one thing that is wrong, with its place.
type Fault struct {
	Where string // file: "tile/0/003"
	Entry int64  // number of the entry that is meant, or -1
	What  string
}

func (f Fault) String() string {
	if f.Entry >= 0 {
		return fmt.Sprintf("%s: entry %d: %s", f.Where, f.Entry, f.What)
	}
	return f.Where + ": " + f.What
}

// Report is what a verifier found.
type Report struct {
	Checkpoint Checkpoint
	From       int64            // first entry that was read; above 0 in an incremental run
	Kinds      map[string]int64 // entries read, by kind of act
	Witnesses  []witness.Sighting
	Witnessed  int64 // size of the tree that the witnesses cosigned
	Faults     []Fault
	More       int   // faults beyond those listed
	Stopped    int64 // entry before which the check ended because of too many faults; 0 if it did not

	witnessed *Checkpoint
}

// OK tells whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Faults) == 0 }

// Independent is the number of independent witnesses that cosigned.
func (r *Report) Independent() int { return witness.CountIndependent(r.Witnesses) }

func (r *Report) fault(where string, entry int64, format string, args ...any) {
	if len(r.Faults) >= maxFaults {
		r.More++
		return
	}
	r.Faults = append(r.Faults, Fault{Where: where, Entry: entry, What: fmt.Sprintf(format, args...)})
}

// verifier is one run of [Verify].
type verifier struct {
	Report
	src    Source
	opts   VerifyOptions
	origin string
	keys   note.Verifiers
	ids    map[[16]byte]int64 // by hash of an entry's id: the number of the entry that has it
}

// Verify reads a published log and checks everything that it can: the checkpoint's signature, cosignatures, each entry, each
// hash of each tile, and, where the source can list its files, that there are no others. What is wrong is in the report; the
// error says only why the check could not be done.
func Verify(ctx context.Context, src Source, opts VerifyOptions) (*Report, error) {
	if len(opts.Keys) == 0 {
		return nil, errors.New("verify log: no public key to check it with")
	}
	keys, err := Verifiers(opts.Keys...)
	if err != nil {
		return nil, fmt.Errorf("verify log: %w", err)
	}
	origin, err := keyOrigin(opts.Keys[0])
	if err != nil {
		return nil, fmt.Errorf("verify log: %w", err)
	}
	v := &verifier{src: src, opts: opts, keys: keys, origin: origin, ids: make(map[[16]byte]int64)}
	v.Kinds = make(map[string]int64)
	var names []string
	if lister, ok := src.(Lister); ok {
		if names, err = lister.Names(ctx); err != nil {
			return nil, err
		}
	}
	// The witnessed checkpoint is published after the checkpoint of its size, so in this order it cannot be the larger one.
	witnessed, err := v.checkpoint(ctx, witnessedName)
	if err != nil {
		return nil, err
	}
	newest, err := v.checkpoint(ctx, checkpointName)
	if err != nil {
		return nil, err
	}
	if newest == nil {
		return &v.Report, nil
	}
	v.Checkpoint, v.witnessed = *newest, witnessed
	if err := v.tree(ctx); err != nil {
		return nil, err
	}
	if err := v.cosignatures(ctx, witnessed); err != nil {
		return nil, err
	}
	if err := v.files(ctx, names); err != nil {
		return nil, err
	}
	return &v.Report, nil
}

// checkpoint reads and checks a checkpoint. A missing or bad one is a fault, save that there need be no witnessed one.
func (v *verifier) checkpoint(ctx context.Context, name string) (*Checkpoint, error) {
	signed, err := v.src.Get(ctx, name, maxCheckpoint)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if name == checkpointName {
			v.fault(name, -1, "it is missing")
		}
		return nil, nil
	case errors.Is(err, ErrTooLong):
		v.fault(name, -1, "it is longer than %d bytes", maxCheckpoint)
		return nil, nil
	case err != nil:
		return nil, err
	}
	c, err := OpenCheckpoint(signed, v.origin, v.keys)
	if err != nil {
		v.fault(name, -1, "%v", err)
		return nil, nil
	}
	return &c, nil
}

// cosignatures looks who vouches for the tree: on the newest checkpoint, or else on the newest witnessed one if more did there.
func (v *verifier) cosignatures(ctx context.Context, witnessed *Checkpoint) error {
	found, err := witness.Cosigned(v.Checkpoint.Signed, v.opts.Witnesses)
	if err != nil {
		return fmt.Errorf("verify cosignatures: %w", err)
	}
	v.Witnesses, v.Witnessed = found, v.Checkpoint.N
	if witnessed != nil {
		if err := v.olderWitnessed(ctx, *witnessed); err != nil {
			return err
		}
	}
	if n := v.Independent(); n < v.opts.Require {
		v.fault(checkpointName, -1, "cosigned by %d independent witnesses, %d are required", n, v.opts.Require)
	}
	return nil
}

func (v *verifier) olderWitnessed(ctx context.Context, c Checkpoint) error {
	if c.N > v.Checkpoint.N {
		v.fault(checkpointName, -1, "it has %d entries, and witnesses have signed %d: the log was rolled back", v.Checkpoint.N, c.N)
		return nil
	}
	if c.N < v.Checkpoint.N && v.OK() { // tiles with faults prove nothing, and are named already
		root, err := rootAt(ctx, v.src, v.Checkpoint.Tree, c.N)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || root != c.Hash {
			v.fault(witnessedName, -1, "its tree of %d entries is not the beginning of the published tree", c.N)
		}
	} else if c.N == v.Checkpoint.N && c.Hash != v.Checkpoint.Hash {
		v.fault(witnessedName, -1, "the log has signed two different trees of %d entries", c.N)
	}
	found, err := witness.Cosigned(c.Signed, v.opts.Witnesses)
	if err != nil {
		return fmt.Errorf("verify cosignatures: %w", err)
	}
	if witness.CountIndependent(found) > v.Independent() || len(v.Witnesses) == 0 {
		v.Witnesses, v.Witnessed = found, c.N
	}
	return nil
}

// tree checks the entries and tiles from where the previous run ended.
func (v *verifier) tree(ctx context.Context) error {
	start := &edge{}
	if p := v.opts.Previous; p != nil {
		ok, err := v.continues(ctx, *p)
		if err != nil || !ok {
			return err
		}
		if start, err = v.startEdge(ctx, p.Size/tileWidth*tileWidth); err != nil || start == nil {
			return err
		}
	}
	v.From = start.size
	return newPass(v, start).run(ctx)
}

// continues checks that the tree grew out of the one that was checked before.
func (v *verifier) continues(ctx context.Context, p State) (bool, error) {
	if p.Origin != v.origin {
		return false, fmt.Errorf("verify log: the stored state is of the log %q, not %q", p.Origin, v.origin)
	}
	if p.Size > v.Checkpoint.N {
		v.fault(checkpointName, -1, "it has %d entries, and had %d when it was checked before: the log was rolled back", v.Checkpoint.N, p.Size)
		return false, nil
	}
	root, err := rootAt(ctx, v.src, v.Checkpoint.Tree, p.Size)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		v.fault("tile", -1, "the first %d entries cannot be compared with the stored state: %v", p.Size, err)
		return false, nil
	}
	if root != p.Root {
		v.fault(checkpointName, -1, "the first %d entries are not those that were checked before: the log was rewritten", p.Size)
		return false, nil
	}
	return true, nil
}

// startEdge loads the edge at a size that a full bundle ends, or names what is wrong with it.
func (v *verifier) startEdge(ctx context.Context, size int64) (*edge, error) {
	e, err := loadEdge(ctx, v.src, size)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var want, got tlog.Hash
	if err == nil {
		want, err = rootAt(ctx, v.src, v.Checkpoint.Tree, size)
	}
	if err == nil {
		got, err = e.root()
	}
	if err == nil && got != want {
		err = errors.New("they do not hash to the signed root")
	}
	if err != nil {
		v.fault("tile", -1, "tiles of the first %d entries: %v", size, err)
		return nil, nil
	}
	return e, nil
}

// State is what a run found, for the next one to start from.
type State struct {
	Origin     string    `json:"origin"`
	Keys       []string  `json:"vkeys"` // pinned: the next run trusts no others
	Size       int64     `json:"size"`
	Root       tlog.Hash `json:"root"`
	Checkpoint string    `json:"checkpoint"`
}

// State returns the state to store after a run without faults.
func (r *Report) State(keys []string) State {
	return State{Origin: r.Checkpoint.Origin, Keys: slices.Clone(keys), Size: r.Checkpoint.N, Root: r.Checkpoint.Hash,
		Checkpoint: string(r.Checkpoint.Signed)}
}
