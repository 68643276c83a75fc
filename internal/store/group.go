package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	"sync"
	"sync/atomic"

	"ronda"
)

// groupWriter is the one writer of SQLite. Commands wait in a queue; the writer takes all that are there, runs each under a savepoint of
// its own inside one transaction, commits once, and only then answers. One fsync so serves everybody who waited.
type groupWriter struct {
	conn    *sql.Conn
	q       *preparedConn
	engine  dialect
	bell    *bell
	onWrite func()

	queue   chan *command
	closing chan struct{}
	exited  chan struct{}
	once    sync.Once
}

// The most commands in one transaction, and the most that may wait before callers do.
const (
	groupMost = 64
	queueMost = 1024
)

// command is one caller's write.
type command struct {
	fn    func(*tx) error
	alone func(*sql.Conn) error // runs outside of any transaction instead of fn
	state atomic.Int32          // waiting, taken or abandoned: whoever changes it first decides
	err   error                 // of fn, until the commit
	rings rings
	done  chan error
}

const (
	waiting int32 = iota
	taken
	abandoned
)

// ErrClosed is the error of writes after Close.
var ErrClosed = errors.New("store is closed")

func newGroupWriter(conn *sql.Conn, engine dialect, b *bell, onWrite func()) *groupWriter {
	w := &groupWriter{conn: conn, q: newPreparedConn(conn), engine: engine, bell: b, onWrite: onWrite,
		queue: make(chan *command, queueMost), closing: make(chan struct{}), exited: make(chan struct{})}
	go w.loop()
	return w
}

func (w *groupWriter) do(ctx context.Context, fn func(*tx) error) error {
	return w.submit(ctx, &command{fn: fn, done: make(chan error, 1)})
}

// submit queues a command and waits. A caller that goes away takes its command with it only while nobody has begun it: after that the
// answer is what really happened.
func (w *groupWriter) submit(ctx context.Context, c *command) error {
	select {
	case <-w.closing:
		return ErrClosed
	default:
	}
	select {
	case w.queue <- c:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closing:
		return ErrClosed
	}
	select {
	case err := <-c.done:
		return err
	case <-w.exited:
		return c.afterExit()
	case <-ctx.Done():
	}
	if c.state.CompareAndSwap(waiting, abandoned) {
		return ctx.Err()
	}
	select {
	case err := <-c.done:
		return err
	case <-w.exited:
		return c.afterExit()
	}
}

// afterExit answers for a command that the writer may have answered just before it ended.
func (c *command) afterExit() error {
	select {
	case err := <-c.done:
		return err
	default:
		return ErrClosed
	}
}

func (w *groupWriter) close() error {
	w.once.Do(func() { close(w.closing) })
	<-w.exited
	return w.conn.Close()
}

// loop is the writer's goroutine. On Close it finishes what is in the queue.
func (w *groupWriter) loop() {
	defer close(w.exited)
	for {
		select {
		case c := <-w.queue:
			w.run(w.gather(c))
		case <-w.closing:
			for {
				select {
				case c := <-w.queue:
					w.run(w.gather(c))
				default:
					w.q.close()
					return
				}
			}
		}
	}
}

// gather takes what else waits already. It never waits for more: under load the queue fills while the last commit is on its way.
func (w *groupWriter) gather(first *command) []*command {
	runtime.Gosched() // those who were answered just now may have their next command ready: one commit then serves them too
	var batch []*command
	take := func(c *command) {
		if c.state.CompareAndSwap(waiting, taken) {
			batch = append(batch, c)
		}
	}
	take(first)
	for len(batch) < groupMost {
		select {
		case c := <-w.queue:
			take(c)
		default:
			return batch
		}
	}
	return batch
}

// run answers every command of a batch.
func (w *groupWriter) run(batch []*command) {
	group := make([]*command, 0, len(batch))
	for _, c := range batch {
		if c.alone != nil {
			c.done <- c.alone(w.conn)
			continue
		}
		group = append(group, c)
	}
	if len(group) == 0 {
		return
	}
	err := w.commit(group)
	if err != nil && len(group) > 1 {
		// One command's trouble must not be everybody's: each gets a transaction of its own.
		for _, c := range group {
			w.answer([]*command{c}, w.commit([]*command{c}))
		}
		return
	}
	w.answer(group, err)
}

// answer tells each caller what became of its command, after the commit or the rollback of the whole.
func (w *groupWriter) answer(group []*command, err error) {
	var r rings
	for _, c := range group {
		switch {
		case err != nil:
			c.done <- fmt.Errorf("commit: %w", err)
		default:
			if c.err == nil {
				r.jobs, r.events = r.jobs || c.rings.jobs, r.events || c.rings.events
			}
			c.done <- c.err
		}
	}
	if err == nil {
		w.bell.ring(r)
		if w.onWrite != nil {
			w.onWrite()
		}
	}
}

// commit runs a group in one transaction. An error means that nothing of it was kept. Statements get no caller's context: a caller that
// goes away must not interrupt the others.
func (w *groupWriter) commit(group []*command) error {
	ctx := context.Background()
	if _, err := w.q.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for _, c := range group {
		if err := w.step(ctx, c); err != nil {
			return errors.Join(err, w.rollback(ctx))
		}
	}
	if _, err := w.q.ExecContext(ctx, `COMMIT`); err != nil {
		return errors.Join(err, w.rollback(ctx))
	}
	return nil
}

// step runs one command under its savepoint. Its own error stays with it; an error of step ends the whole transaction.
func (w *groupWriter) step(ctx context.Context, c *command) error {
	if _, err := w.q.ExecContext(ctx, `SAVEPOINT command`); err != nil {
		return err
	}
	t := &tx{ctx: ctx, q: w.q, engine: w.engine}
	c.err = guard(c.fn, t)
	c.rings = t.rings
	if grave(c.err) {
		return c.err
	}
	if c.err != nil {
		if _, err := w.q.ExecContext(ctx, `ROLLBACK TO command`); err != nil {
			return err
		}
	}
	_, err := w.q.ExecContext(ctx, `RELEASE command`)
	return err
}

// rollback ends a broken transaction. SQLite may have ended it already, which is as good.
func (w *groupWriter) rollback(ctx context.Context) error {
	if _, err := w.conn.ExecContext(ctx, `ROLLBACK`); err != nil && !noTransaction(err) {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

// guard turns a panic in a command into an error, so that the writer lives on.
func guard(fn func(*tx) error, t *tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &ronda.Error{Kind: ronda.Internal, Code: "internal", Err: fmt.Errorf("panic in a write: %v", r)}
		}
	}()
	return fn(t)
}
