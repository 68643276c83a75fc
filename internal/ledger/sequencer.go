package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"

	"ronda/internal/ledger/witness"
)

// ErrHalted says that the sequencer refuses to sign, because a larger or another tree is known to the world than the database
// holds: a restore from an old backup, or a second log under the same key. Acts are still owed and kept; a person must decide.
var ErrHalted = errors.New("the log is halted")

// Defaults of [Config].
const (
	DefaultLease      = 15 * time.Second
	DefaultPoll       = 500 * time.Millisecond
	DefaultBatch      = 4096
	DefaultWitnessing = 5 * time.Second
	DefaultRetry      = 30 * time.Second
)

// Config is what a sequencer works with. Store, Objects, Key and Holder must be set.
type Config struct {
	Store   Store
	Objects Objects
	Key     *Key

	// Holder names this process in the lease. On an embedded database, where a lock keeps other processes out, use a fixed name:
	// then a restart need not wait for the lease of the run before. Otherwise it must be unique to the process.
	Holder string

	Witnesses []*witness.Client // each is asked for a cosignature; none can delay a checkpoint

	Lease      time.Duration // for how long the lease is taken; DefaultLease if 0
	Poll       time.Duration // how often to look for entries of other processes; DefaultPoll if 0
	Batch      int           // most entries in one round; DefaultBatch if 0
	Witnessing time.Duration // how long witnesses have for an answer; DefaultWitnessing if 0
	Retry      time.Duration // when to ask those again that gave none; DefaultRetry if 0

	Log       *slog.Logger
	Now       func() time.Time // time.Now if nil; only differences count
	Published func(Checkpoint) // called after each checkpoint is published, from the sequencer's goroutine; may be nil
}

// Sequencer gives owed entries their place in the log. Any number may run on one database: the lease lets one of them work. In
// each round it
//
//  1. numbers owed entries in the database and reads them back,
//  2. makes the tiles durable that they change,
//  3. swaps the signed checkpoint in the database, if the lease's epoch still holds,
//  4. publishes the checkpoint.
//
// After a crash between any two of them the next holder finds the numbers given, writes the same tiles again and goes on.
type Sequencer struct {
	cfg  Config
	wake chan struct{}

	// Owned by the goroutine of Run.
	epoch   int64     // of the lease; 0 when it is not held
	renewAt time.Time // when the lease must be renewed
	head    *head     // nil when it must be loaded
	offered []byte    // checkpoint that the witnesses were given last
	asked   bool      // witnesses were asked whether they know a larger tree, since the lease was taken

	cosigned chan cosigned // answers of the witnesses' goroutine

	mu   sync.Mutex // guards what follows
	halt error
	seen []witnessState
}

// head is the tree that the stored checkpoint signs.
type head struct {
	edge       *edge
	checkpoint Checkpoint // as it is stored
	published  []byte     // as it is published, with cosignatures
}

// NewSequencer returns a sequencer that does nothing until [Sequencer.Run].
func NewSequencer(cfg Config) (*Sequencer, error) {
	if cfg.Store == nil || cfg.Objects == nil || cfg.Key == nil || cfg.Holder == "" {
		return nil, errors.New("make sequencer: store, objects, key and holder must be given")
	}
	cfg.Lease = orDefault(cfg.Lease, DefaultLease)
	cfg.Poll = orDefault(cfg.Poll, DefaultPoll)
	cfg.Batch = orDefault(cfg.Batch, DefaultBatch)
	cfg.Witnessing = orDefault(cfg.Witnessing, DefaultWitnessing)
	cfg.Retry = orDefault(cfg.Retry, DefaultRetry)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Sequencer{cfg: cfg, wake: make(chan struct{}, 1), cosigned: make(chan cosigned)}
	s.seen = make([]witnessState, len(cfg.Witnesses))
	return s, nil
}

// Wake tells the sequencer that entries were committed. It never blocks; call it after the commit.
func (s *Sequencer) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx is done, or until it must refuse to sign ([ErrHalted]). Any other trouble is logged and tried again.
func (s *Sequencer) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	newest := make(chan Checkpoint, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.witnessLoop(ctx, newest)
	}()
	defer func() { cancel(); <-done }()
	timer := time.NewTimer(0)
	defer timer.Stop()
	pause := time.Duration(0)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.wake:
		case <-timer.C:
		case c := <-s.cosigned:
			if err := s.takeCosigned(ctx, c); errors.Is(err, ErrHalted) {
				return s.setHalt(err)
			} else if err != nil {
				s.cfg.Log.WarnContext(ctx, "cosignatures were not published", "error", err)
			}
		}
		n, err := s.Round(ctx)
		next := s.cfg.Poll
		switch {
		case errors.Is(err, ErrHalted):
			return s.setHalt(err)
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			s.cfg.Log.ErrorContext(ctx, "log round", "error", err)
			pause = min(max(2*pause, 50*time.Millisecond), 5*time.Second)
			if !rest(ctx, pause) {
				return ctx.Err()
			}
			next = 0
		default:
			pause = 0
			s.offer(newest)
			if n == s.cfg.Batch {
				next = 0
			}
		}
		timer.Reset(next)
	}
}

// rest waits, and is not cut short by wake: after an error there is nothing to hurry for.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// Round does one round and tells how many entries it published. Without the lease it does nothing. After an error the next
// round begins by reading what is stored.
func (s *Sequencer) Round(ctx context.Context) (int, error) {
	held, err := s.hold(ctx)
	if err != nil || !held {
		return 0, err
	}
	n, err := s.round(ctx)
	if err != nil {
		s.head = nil
	}
	if errors.Is(err, ErrLeaseLost) {
		s.epoch = 0
	}
	return n, err
}

// hold takes or renews the lease.
func (s *Sequencer) hold(ctx context.Context) (bool, error) {
	now := s.cfg.Now()
	if s.epoch != 0 && now.Before(s.renewAt) {
		return true, nil
	}
	epoch, ok, err := s.cfg.Store.LeaseLog(ctx, s.cfg.Holder, s.epoch, s.cfg.Lease)
	if err != nil {
		s.epoch, s.head = 0, nil
		return false, fmt.Errorf("take lease of the log: %w", err)
	}
	if !ok {
		s.epoch, s.head, s.asked = 0, nil, false
		return false, nil
	}
	if epoch != s.epoch {
		s.epoch, s.head, s.asked = epoch, nil, false
	}
	s.renewAt = now.Add(s.cfg.Lease / 3)
	return true, nil
}

func (s *Sequencer) round(ctx context.Context) (int, error) {
	if s.head == nil {
		h, err := s.load(ctx)
		if err != nil {
			return 0, err
		}
		s.head = h
	}
	before := s.head.edge
	leaves, err := s.cfg.Store.NumberLog(ctx, s.epoch, before.size, s.cfg.Batch)
	if err != nil {
		return 0, fmt.Errorf("number entries from %d: %w", before.size, err)
	}
	if len(leaves) == 0 {
		return 0, nil
	}
	after := before.clone()
	tiles, err := grow(after, leaves)
	if err != nil {
		return 0, err
	}
	if err := s.cfg.Objects.Put(ctx, tiles...); err != nil {
		return 0, fmt.Errorf("store tiles of size %d: %w", after.size, err)
	}
	next, err := s.signEdge(after)
	if err != nil {
		return 0, err
	}
	if err := s.cfg.Store.SwapLogCheckpoint(ctx, s.epoch, s.head.checkpoint.Signed, next.Signed); err != nil {
		return 0, fmt.Errorf("swap checkpoint to size %d: %w", next.N, err)
	}
	if err := s.cfg.Objects.Put(ctx, Object{checkpointName, next.Signed}); err != nil {
		return 0, fmt.Errorf("publish checkpoint of size %d: %w", next.N, err)
	}
	s.head = &head{edge: after, checkpoint: next, published: next.Signed}
	if s.cfg.Published != nil {
		s.cfg.Published(next)
	}
	s.dropPartials(ctx, before.size, after.size)
	return len(leaves), nil
}

// signEdge signs the tree that an edge belongs to.
func (s *Sequencer) signEdge(e *edge) (Checkpoint, error) {
	root, err := e.root()
	if err != nil {
		return Checkpoint{}, fmt.Errorf("compute root of size %d: %w", e.size, err)
	}
	c := Checkpoint{Origin: s.cfg.Key.Origin}
	c.N, c.Hash = e.size, root
	c.Signed, err = s.cfg.Key.sign(c.Tree)
	return c, err
}

// dropPartials removes the partial tiles under each tile that was full already before the one which is full now. Those of the
// newest full tile stay a while for readers of an earlier checkpoint; the others can cut what they need from the full tile.
func (s *Sequencer) dropPartials(ctx context.Context, before, after int64) {
	for level := -1; after>>(tileHeight*(max(level, 0)+1)) > 0; level++ {
		shift := tileHeight * (max(level, 0) + 1)
		for n := max(before>>shift-1, 0); n < after>>shift-1; n++ {
			if err := s.cfg.Objects.Drop(ctx, partialFolder(level, n)); err != nil {
				s.cfg.Log.WarnContext(ctx, "partial tiles stay", "error", err)
			}
		}
	}
}

func (s *Sequencer) setHalt(err error) error {
	s.mu.Lock()
	s.halt = err
	s.mu.Unlock()
	s.cfg.Log.Error("the log is halted: no checkpoint is signed until a person decides", "error", err)
	return err
}

// Halted returns why the sequencer refuses to sign, or nil.
func (s *Sequencer) Halted() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.halt
}

// grow appends leaves to an edge and returns the tiles that change, full and partial.
func grow(e *edge, leaves [][]byte) ([]Object, error) {
	var tiles []Object
	out := func(t tlog.Tile, data []byte) error {
		tiles = append(tiles, Object{torchwood.TilePath(t), data})
		return nil
	}
	before := e.size
	if err := e.add(leaves, out); err != nil {
		return nil, err
	}
	return tiles, e.partials(before, out)
}

// orDefault returns v, or otherwise when v is zero or less.
func orDefault[T int | time.Duration](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}
