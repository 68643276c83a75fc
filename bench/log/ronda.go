package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"ronda"
	"ronda/internal/ledger"
	"ronda/internal/store"
)

const origin = "bench.example/ronda"

// queue is the least store that a sequencer can work with: entries wait in memory, as they do in Tessera.
type queue struct {
	mu         sync.Mutex
	first      int64 // number of leaves[0]
	leaves     [][]byte
	checkpoint []byte
}

func (q *queue) add(leaf []byte) int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.leaves = append(q.leaves, leaf)
	return q.first + int64(len(q.leaves)) - 1
}

func (q *queue) LeaseLog(context.Context, string, int64, time.Duration) (int64, bool, error) {
	return 1, true, nil
}

func (q *queue) NumberLog(_ context.Context, _, from int64, limit int) ([][]byte, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.leaves = q.leaves[from-q.first:]
	q.first = from
	return q.leaves[:min(limit, len(q.leaves))], nil
}

func (q *queue) LogLeaves(context.Context, int64, int) ([][]byte, error) {
	return nil, errors.New("nothing is kept")
}

func (q *queue) LogCheckpoint(context.Context) ([]byte, error) { return q.checkpoint, nil }

func (q *queue) SwapLogCheckpoint(_ context.Context, _ int64, prev, next []byte) error {
	if !bytes.Equal(prev, q.checkpoint) {
		return ledger.ErrStale
	}
	q.checkpoint = next
	return nil
}

// published lets many wait until the published tree has reached a size.
type published struct {
	mu   sync.Mutex
	cond *sync.Cond
	size int64
}

func newPublished() *published {
	p := &published{}
	p.cond = sync.NewCond(&p.mu)
	return p
}

func (p *published) at(c ledger.Checkpoint) {
	p.mu.Lock()
	p.size = c.N
	p.mu.Unlock()
	p.cond.Broadcast()
}

func (p *published) wait(size int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.size < size {
		p.cond.Wait()
	}
}

// start runs a sequencer until stop is called.
func start(ctx context.Context, s ledger.Store, dir string, p *published) (seq *ledger.Sequencer, stop func(), err error) {
	objects, err := ledger.OpenDir(dir)
	if err != nil {
		return nil, nil, err
	}
	private, _, err := newSigner(origin)
	if err != nil {
		return nil, nil, err
	}
	key, err := ledger.NewKey(origin, private)
	if err != nil {
		return nil, nil, err
	}
	seq, err = ledger.NewSequencer(ledger.Config{Store: s, Objects: objects, Key: key, Holder: "bench", Published: p.at})
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := seq.Run(ctx); !errors.Is(err, context.Canceled) {
			fmt.Fprintln(os.Stderr, "sequencer:", err)
			os.Exit(1)
		}
	}()
	return seq, func() { cancel(); <-done }, nil
}

func rondaRate(ctx context.Context, s settings, dir string) (float64, error) {
	q, p := &queue{}, newPublished()
	seq, stop, err := start(ctx, q, dir, p)
	if err != nil {
		return 0, err
	}
	defer stop()
	return rate(s, func(entry []byte) error {
		number := q.add(entry)
		seq.Wake()
		p.wait(number + 1)
		return nil
	})
}

// openStore opens a database and wakes the sequencer at each commit, as the server does.
func openStore(ctx context.Context, dir string, p *published) (*store.DB, func(), error) {
	db, err := store.Open(ctx, store.Config{Dir: filepath.Join(dir, "data")})
	if err != nil {
		return nil, nil, err
	}
	seq, stop, err := start(ctx, db, filepath.Join(dir, "log"), p)
	if err != nil {
		return nil, nil, err
	}
	committed, end := db.NewEvents()
	quit := make(chan struct{})
	go func() {
		for {
			select {
			case <-committed:
				seq.Wake()
			case <-quit:
				return
			}
		}
	}()
	return db, func() { close(quit); end(); stop(); _ = db.Close() }, nil
}

func leaf(i int64, size int) ronda.Leaf {
	return ronda.Leaf{ID: fmt.Sprintf("bench%012d", i), Kind: "bench", At: time.Now(), Bytes: entry(size)}
}

// rondaLatency measures single acts from their commit, and from before it.
func rondaLatency(ctx context.Context, s settings, dir string) (fromCommit, fromCall []time.Duration, err error) {
	p := newPublished()
	db, stop, err := openStore(ctx, dir, p)
	if err != nil {
		return nil, nil, err
	}
	defer stop()
	for i := range s.singles {
		pause(i)
		called := time.Now()
		if err := db.AddLeaves(ctx, leaf(int64(i), s.size)); err != nil {
			return nil, nil, err
		}
		committed := time.Now()
		p.wait(int64(i) + 1)
		fromCommit, fromCall = append(fromCommit, time.Since(committed)), append(fromCall, time.Since(called))
	}
	return fromCommit, fromCall, nil
}

// rondaEndToEnd commits each act in a transaction of its own and ends when the checkpoint over all is published.
func rondaEndToEnd(ctx context.Context, s settings, dir string) (float64, error) {
	p := newPublished()
	db, stop, err := openStore(ctx, dir, p)
	if err != nil {
		return 0, err
	}
	defer stop()
	s.entries = min(s.entries, 20_000)
	var next, done atomic.Int64
	begin := time.Now()
	if _, err := rate(s, func(data []byte) error {
		l := leaf(next.Add(1), 0)
		l.Bytes = data
		err := db.AddLeaves(ctx, l)
		done.Add(1)
		return err
	}); err != nil {
		return 0, err
	}
	p.wait(done.Load())
	return float64(done.Load()) / time.Since(begin).Seconds(), nil
}
