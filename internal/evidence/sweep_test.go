package evidence_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ronda/internal/evidence"
	"ronda/internal/evidence/blobtest"
)

// A slow upload of a living process is safe however many sweeps pass; the orphan of a dead one goes, and
// the dead one cannot commit it when it comes back.
func TestSweepWaitsForTheLiving(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	slow, _, err := p.vault.Put(t.Context(), "case-1", []byte("lambat"))
	if err != nil {
		t.Fatal(err)
	}
	sweeper := p.rows.Rows.Process()
	for range 3 {
		if done, err := evidence.Sweep(t.Context(), p.blobs, sweeper); err != nil || done != (evidence.Swept{Seen: 1}) {
			t.Fatalf("sweep = %+v, %v", done, err)
		}
	}
	if err := p.rows.Commit(slow); err != nil {
		t.Fatal(err)
	}
	orphan, _, _ := p.vault.Put(t.Context(), "case-1", []byte("yatim"))
	p.rows.End()
	if done, err := evidence.Sweep(t.Context(), p.blobs, sweeper); err != nil || done != (evidence.Swept{Seen: 2, Removed: 1}) {
		t.Fatalf("sweep after the process ended = %+v, %v", done, err)
	}
	if err := p.rows.Commit(orphan); !errors.Is(err, blobtest.ErrStale) {
		t.Errorf("the ended process committed: %v", err)
	}
	if got, err := readAll(p.vault, slow); err != nil || string(got) != "lambat" {
		t.Errorf("committed evidence: %q, %v", got, err)
	}
}

// broken is a store whose Put fails, before or after its effect.
type broken struct {
	evidence.Blobs
	stores bool
}

func (b broken) Put(ctx context.Context, name string, r io.Reader) error {
	if b.stores {
		if err := b.Blobs.Put(ctx, name, r); err != nil {
			return err
		}
	}
	return errors.New("no answer")
}

func TestFailedUploadsAreSwept(t *testing.T) {
	t.Parallel()
	for _, stores := range []bool{false, true} {
		p := newPlace(t)
		v := newVault(t, broken{p.blobs, stores}, p.rows, bytes.Repeat([]byte{7}, 32))
		if _, _, err := v.Put(t.Context(), "case-1", []byte("isi")); err == nil {
			t.Fatal("no error")
		}
		done, err := evidence.Sweep(t.Context(), p.blobs, p.rows)
		if err != nil || done.Seen != done.Removed || (done.Seen == 1) != stores {
			t.Errorf("stored %v: sweep = %+v, %v", stores, done, err)
		}
	}
}

// Any order of uploads, commits, deaths and sweeps: a committed row never points to nothing, and once
// all is quiet nothing is left over.
func TestSweepNeverRaces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := newPlace(t)
		ctx := context.Background()
		live := p.rows
		vault := p.vault
		var open, committed []string
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"upload", "commit", "release", "die", "sweep"}).Draw(t, "step") {
			case "upload":
				name, _, err := vault.Put(ctx, "case-1", []byte("isi"))
				if err != nil {
					t.Fatal(err)
				}
				open = append(open, name)
			case "commit":
				if len(open) > 0 {
					if live.Commit(open[0]) == nil {
						committed = append(committed, open[0])
					}
					open = open[1:]
				}
			case "release":
				if len(open) > 0 {
					if err := vault.Release(ctx, open[0]); err != nil {
						t.Fatal(err)
					}
					open = open[1:]
				}
			case "die":
				live.End()
				live = p.rows.Rows.Process()
				vault = newVault(t, p.blobs, live, bytes.Repeat([]byte{7}, 32))
			case "sweep":
				if _, err := evidence.Sweep(ctx, p.blobs, live); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range committed {
				if _, err := readAll(p.vault, name); err != nil {
					t.Fatalf("committed %s: %v", name, err)
				}
			}
		}
		live.End()
		if _, err := evidence.Sweep(ctx, p.blobs, p.rows.Rows.Process()); err != nil {
			t.Fatal(err)
		}
		var left []string
		p.blobs.List(ctx, "", func(n string) error { left = append(left, n); return nil })
		slices.Sort(committed)
		if !slices.Equal(left, committed) {
			t.Fatalf("left %v, committed %v", left, committed)
		}
	})
}
