package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"ronda/internal/ledger/witness"
)

type witnessInfo = witness.Info

// firstAnswer is how long a start waits for witnesses before it signs for the first time.
const firstAnswer = 2 * time.Second

// cosigned is what the witnesses' goroutine hands to Run.
type cosigned struct {
	checkpoint Checkpoint
	lines      []byte // signature lines that came in; all of the round's when done
	done       bool   // everybody has answered or had the time to
	halt       error  // a witness knows a larger or another tree
}

// witnessState is what is known of a witness's last answer.
type witnessState struct {
	size int64
	at   time.Time
	err  error
}

// WitnessStatus tells how a witness answered last.
type WitnessStatus struct {
	witness.Info
	Size  int64     // of the newest checkpoint it cosigned in this run
	At    time.Time // when; zero if never
	Error string    // why its last answer was none; "" if it was one
}

// askLarger asks the witnesses, before the first signature under a lease, whether they have signed more than the database
// holds. Those that do not answer in time do not count: they are asked again with later checkpoints.
func (s *Sequencer) askLarger(ctx context.Context, stored Checkpoint) error {
	if s.asked || len(s.cfg.Witnesses) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, min(s.cfg.Witnessing, firstAnswer))
	defer cancel()
	var mu sync.Mutex
	var halt error
	s.askWitnesses(ctx, stored, func(int) bool { return true }, func(_ int, _ []byte, err error) {
		if err := s.judge(ctx, err); err != nil {
			mu.Lock()
			halt = err
			mu.Unlock()
		}
	})
	s.asked = halt == nil
	return halt
}

// askWitnesses shows a checkpoint at once to all witnesses that want says. It calls each with every answer, from several
// goroutines, and returns when all have answered or their time is up.
func (s *Sequencer) askWitnesses(ctx context.Context, c Checkpoint, want func(i int) bool, each func(i int, lines []byte, err error)) {
	timed, cancel := context.WithTimeout(ctx, s.cfg.Witnessing)
	defer cancel()
	prove := func(ctx context.Context, old int64) (tlog.TreeProof, error) {
		return tlog.ProveTree(c.N, old, hashes(ctx, s.cfg.Objects, c.Tree))
	}
	var wg sync.WaitGroup
	for i, w := range s.cfg.Witnesses {
		if !want(i) {
			continue
		}
		wg.Go(func() {
			lines, err := w.Cosign(timed, c.Signed, c.Tree, prove)
			s.note(i, c.N, err)
			each(i, lines, err)
		})
	}
	wg.Wait()
}

// judge turns what a witness says against our tree into a reason to halt; any other trouble with a witness is none.
func (s *Sequencer) judge(ctx context.Context, err error) error {
	var ahead *witness.AheadError
	switch {
	case errors.As(err, &ahead):
		return s.judgeAhead(ctx, ahead)
	case errors.Is(err, witness.ErrForked):
		return fmt.Errorf("%w: %w", ErrHalted, err)
	}
	return nil
}

// judgeAhead tells a lost database from a sequencer that merely lost its lease: in the second case the database knows the larger
// tree too.
func (s *Sequencer) judgeAhead(ctx context.Context, ahead *witness.AheadError) error {
	keys, err := s.cfg.Key.Verifiers()
	if err != nil {
		return err
	}
	signed, err := s.cfg.Store.LogCheckpoint(context.WithoutCancel(ctx))
	if err != nil || signed == nil {
		return nil // it will say so again
	}
	if c, err := OpenCheckpoint(signed, s.cfg.Key.Origin, keys); err == nil && c.N >= ahead.Size {
		return nil
	}
	return fmt.Errorf("%w: %w; restore a later backup", ErrHalted, ahead)
}

func (s *Sequencer) note(i int, size int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[i].err = err; err == nil {
		s.seen[i].size, s.seen[i].at = size, s.cfg.Now()
	}
}

// Witnesses tells how each witness answered last in this run.
func (s *Sequencer) Witnesses() []WitnessStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]WitnessStatus, len(s.seen))
	for i, w := range s.seen {
		list[i] = WitnessStatus{Info: s.cfg.Witnesses[i].Info, Size: w.size, At: w.at}
		if w.err != nil {
			list[i].Error = w.err.Error()
		}
	}
	return list
}

// offer hands the newest checkpoint to the witnesses' goroutine, in place of one that it has not taken yet.
func (s *Sequencer) offer(newest chan Checkpoint) {
	if len(s.cfg.Witnesses) == 0 || s.head == nil || bytes.Equal(s.offered, s.head.checkpoint.Signed) {
		return
	}
	s.offered = s.head.checkpoint.Signed
	select {
	case <-newest:
	default:
	}
	newest <- s.head.checkpoint
}

// witnessLoop asks the witnesses about the newest checkpoint, one round at a time so that they all sign the same one, and hands
// each answer to Run as it comes. A witness that gave none is left alone for a while and then asked again, even when nothing new
// was entered meanwhile.
func (s *Sequencer) witnessLoop(ctx context.Context, newest <-chan Checkpoint) {
	var last Checkpoint
	var mu sync.Mutex // guards lines and rest within a round
	lines := make([][]byte, len(s.cfg.Witnesses))
	rest := make([]time.Time, len(s.cfg.Witnesses))
	retry := time.NewTicker(s.cfg.Retry)
	defer retry.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case last = <-newest:
			clear(lines)
		case <-retry.C:
			if last.Signed == nil {
				continue
			}
		}
		asked := false
		s.askWitnesses(ctx, last, func(i int) bool {
			want := lines[i] == nil && !s.cfg.Now().Before(rest[i])
			asked = asked || want
			return want
		}, func(i int, line []byte, err error) {
			mu.Lock()
			if lines[i] = line; err != nil {
				rest[i] = s.cfg.Now().Add(s.cfg.Retry / 2)
			}
			mu.Unlock()
			s.hand(ctx, cosigned{checkpoint: last, lines: line, halt: s.judge(ctx, err)})
		})
		if asked {
			s.hand(ctx, cosigned{checkpoint: last, lines: bytes.Join(lines, nil), done: true})
		}
	}
}

func (s *Sequencer) hand(ctx context.Context, c cosigned) {
	if len(c.lines) == 0 && c.halt == nil {
		return
	}
	select {
	case s.cosigned <- c:
	case <-ctx.Done():
	}
}

// takeCosigned publishes cosignatures: on the checkpoint itself while it is still the newest, and, when the round is over, as
// the newest witnessed one.
func (s *Sequencer) takeCosigned(ctx context.Context, c cosigned) error {
	if c.halt != nil {
		return c.halt
	}
	if s.epoch == 0 || s.head == nil {
		return nil // another sequencer publishes now, or this one is about to read again
	}
	var objects []Object
	if s.head.checkpoint.N == c.checkpoint.N {
		if signed := addLines(s.head.published, c.lines); !bytes.Equal(signed, s.head.published) {
			s.head.published = signed
			objects = append(objects, Object{checkpointName, signed})
		}
	}
	if c.done {
		objects = append(objects, Object{witnessedName, addLines(c.checkpoint.Signed, c.lines)})
	}
	if err := s.cfg.Objects.Put(ctx, objects...); err != nil {
		s.head = nil
		return fmt.Errorf("publish cosignatures on size %d: %w", c.checkpoint.N, err)
	}
	return nil
}

// addLines appends signature lines to a note, leaving out those of a key that has signed it already.
func addLines(signed, lines []byte) []byte {
	out := bytes.Clone(signed)
	for line := range bytes.Lines(lines) {
		if key := signatureKey(line); key != "" && !hasKey(signed, key) {
			out = append(out, line...)
		}
	}
	return out
}

// signatureKey is the name and the key hash at the beginning of a signature line; the hash is the first 4 bytes, of which 5
// letters of base64 hold 30 bits.
func signatureKey(line []byte) string {
	parts := bytes.SplitN(bytes.TrimSpace(line), []byte(" "), 3)
	if len(parts) != 3 || len(parts[2]) < 5 {
		return ""
	}
	return string(parts[1]) + " " + string(parts[2][:5])
}

func hasKey(signed []byte, key string) bool {
	_, sigs, _ := bytes.Cut(signed, []byte("\n\n"))
	for line := range bytes.Lines(sigs) {
		if signatureKey(line) == key {
			return true
		}
	}
	return false
}

// formatWitnesses writes the list of witnesses that the log publishes.
func formatWitnesses(list []witness.Info) ([]byte, error) {
	if list == nil {
		list = []witness.Info{}
	}
	data, err := json.MarshalIndent(struct {
		Note      string         `json:"note"`
		Witnesses []witness.Info `json:"witnesses"`
	}{"Who is independent is what the operator of the log says. Check it yourself before you rely on it.", list}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write list of witnesses: %w", err)
	}
	return append(data, '\n'), nil
}
