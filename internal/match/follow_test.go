package match_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"ronda/internal/match"
)

// source is a store in memory.
type source struct {
	docs    map[string]match.Doc
	changes []match.Change
	fail    error // of the next Doc
}

func (s *source) save(d match.Doc) {
	s.docs[d.ID] = d
	s.changes = append(s.changes, match.Change{Seq: int64(len(s.changes) + 1), Kind: d.Kind, ID: d.ID})
}

func (s *source) retract(id string) {
	kind := s.docs[id].Kind
	delete(s.docs, id)
	s.changes = append(s.changes, match.Change{Seq: int64(len(s.changes) + 1), Kind: kind, ID: id})
}

func (s *source) Events(_ context.Context, after int64, limit int) ([]match.Change, error) {
	from := min(int(after), len(s.changes))
	return s.changes[from:min(len(s.changes), from+limit)], nil
}

func (s *source) Doc(_ context.Context, _ match.DocKind, id string) (match.Doc, bool, error) {
	if err := s.fail; err != nil {
		s.fail = nil
		return match.Doc{}, false, err
	}
	d, ok := s.docs[id]
	return d, ok, nil
}

func (s *source) All(context.Context) iter.Seq2[match.Doc, error] {
	return func(yield func(match.Doc, error) bool) {
		for _, d := range s.docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func (s *source) Last(context.Context) (int64, error) { return int64(len(s.changes)), nil }

func follower(t *testing.T) (*match.Follower, *source, *time.Time) {
	t.Helper()
	s := &source{docs: map[string]match.Doc{}}
	for _, d := range stories {
		s.save(d)
	}
	now := time.Date(2024, 11, 27, 7, 0, 0, 0, time.UTC)
	return &match.Follower{Index: match.New(), Source: s, Now: func() time.Time { return now }}, s, &now
}

func TestFollowerKeepsTheIndexLikeItsSource(t *testing.T) {
	t.Parallel()
	f, s, now := follower(t)
	if f.Lag() >= 0 {
		t.Error("the lag is known before the first look")
	}
	told := 0
	if err := f.Build(t.Context(), func(n int) { told = n }); err != nil {
		t.Fatal(err)
	}
	if f.Index.Len() != len(stories) || told != len(stories) || f.Index.Cursor() != int64(len(stories)) {
		t.Errorf("%d documents, told %d, cursor %d", f.Index.Len(), told, f.Index.Cursor())
	}
	for i := range 500 {
		s.save(match.Doc{Kind: match.Claim, ID: "berubah", Title: "Kerbau lepas di Tanjungsari", Narration: string(rune('a' + i%26))})
	}
	s.retract("undur")
	*now = now.Add(3 * time.Second)
	if f.Lag() != 3*time.Second {
		t.Errorf("lag %v, want 3 s", f.Lag())
	}
	if err := f.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f.Lag() != 0 || firstID(f.Index.Search(t.Context(), match.Query{Text: stories[0].Title})) == "undur" {
		t.Errorf("lag %v, or the retracted document is still found", f.Lag())
	}
	if firstID(f.Index.Search(t.Context(), match.Query{Text: "kerbau lepas di Tanjungsari"})) != "berubah" {
		t.Error("the new document is not found")
	}
}

func TestAFailedChangeIsTriedAgain(t *testing.T) {
	t.Parallel()
	f, s, _ := follower(t)
	if err := f.Build(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	s.fail = broken
	s.retract("undur")
	if err := f.CatchUp(t.Context()); !errors.Is(err, broken) || !errors.Is(f.Err(), broken) {
		t.Fatalf("got %v", err)
	}
	if f.Index.Cursor() != int64(len(stories)) {
		t.Error("the cursor went past a change that was not applied")
	}
	if err := f.CatchUp(t.Context()); err != nil || f.Err() != nil || f.Index.Len() != len(stories)-1 {
		t.Errorf("not applied the second time: %v", err)
	}
}

func TestRunIsWoken(t *testing.T) {
	t.Parallel()
	f, s, _ := follower(t)
	f.Every = time.Hour
	wake := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.Run(ctx, wake, nil)
	}()
	wake <- struct{}{} // taken when the first look is over
	wake <- struct{}{}
	cancel()
	<-done
	if f.Index.Len() != len(s.docs) {
		t.Errorf("%d documents, want %d", f.Index.Len(), len(s.docs))
	}
}

func TestPutAllTellsAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	n, err := match.New().PutAll(t.Context(), func(yield func(match.Doc, error) bool) {
		if yield(stories[0], nil) {
			yield(match.Doc{}, broken)
		}
	}, nil)
	if n != 1 || !errors.Is(err, broken) {
		t.Errorf("put %d, %v", n, err)
	}
}
