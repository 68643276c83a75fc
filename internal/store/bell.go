package store

import "sync"

// rings says whom a commit wakes.
type rings struct {
	jobs, events bool
}

// bell wakes those who wait for committed work in this process, so that nobody has to poll for it.
type bell struct {
	mu     sync.Mutex
	jobs   map[chan struct{}]bool
	events map[chan struct{}]bool
}

func newBell() *bell {
	return &bell{jobs: map[chan struct{}]bool{}, events: map[chan struct{}]bool{}}
}

func (b *bell) ring(r rings) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.jobs {
		knock(b.jobs)
	}
	if r.events {
		knock(b.events)
	}
}

// knock leaves one signal with each listener; one that has not looked yet needs no second.
func knock(listeners map[chan struct{}]bool) {
	for c := range listeners {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (b *bell) listen(listeners map[chan struct{}]bool) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	listeners[c] = true
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(listeners, c)
	}
}

// NewJobs gives a channel that is signalled after commits of this process that added jobs. Call stop when done.
func (db *DB) NewJobs() (signal <-chan struct{}, stop func()) { return db.bell.listen(db.bell.jobs) }

// NewEvents gives a channel that is signalled after commits of this process that added events or numbered them. Call stop when done.
func (db *DB) NewEvents() (signal <-chan struct{}, stop func()) {
	return db.bell.listen(db.bell.events)
}
