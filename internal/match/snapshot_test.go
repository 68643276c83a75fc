package match_test

import (
	"bytes"
	"reflect"
	"testing"

	"ronda/internal/match"
)

func TestSnapshotAnswersTheSame(t *testing.T) {
	t.Parallel()
	x := small(t)
	x.Delete(match.Claim, "gajah")
	x.SetCursor(42)
	var b bytes.Buffer
	if err := x.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	y := match.New()
	if err := y.Load(bytes.NewReader(b.Bytes())); err != nil {
		t.Fatal(err)
	}
	if y.Len() != x.Len() || y.Cursor() != 42 {
		t.Errorf("%d documents and cursor %d, want %d and 42", y.Len(), y.Cursor(), x.Len())
	}
	for _, d := range stories {
		for _, q := range []match.Query{{Text: d.Title}, {Text: d.Narration}, {Addresses: d.Addresses}} {
			if a, b := x.Search(t.Context(), q), y.Search(t.Context(), q); !reflect.DeepEqual(a, b) {
				t.Errorf("%+v\n before %+v\n after  %+v", q, a, b)
			}
		}
	}
	if err := y.Load(bytes.NewReader(b.Bytes())); err == nil {
		t.Error("a snapshot was loaded over documents")
	}
}

func TestDamagedSnapshotLeavesNothing(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := small(t).Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	for at := 0; at < len(whole); at += max(1, len(whole)/300) {
		cut, flip := match.New(), match.New()
		if err := cut.Load(bytes.NewReader(whole[:at])); err == nil || cut.Len() != 0 {
			t.Fatalf("the first %d bytes were loaded", at)
		}
		bad := bytes.Clone(whole)
		bad[at] ^= 0x40
		if err := flip.Load(bytes.NewReader(bad)); err == nil || flip.Len() != 0 {
			t.Fatalf("a flipped bit at %d was not noticed", at)
		}
	}
}

// FuzzLoad holds that no file makes Load panic or leaves half an index.
func FuzzLoad(f *testing.F) {
	x := match.New()
	x.Put(stories[0])
	x.Put(stories[4])
	var b bytes.Buffer
	if err := x.Snapshot(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("RONDAIX1\x01\x00\x01\x01a\x01\x05claim\x08\x01\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		y := match.New()
		if err := y.Load(bytes.NewReader(data)); err != nil && y.Len() != 0 {
			t.Errorf("half an index after %v", err)
		}
	})
}

// TestWordsOfDeletedDocuments asks a loaded index for words that only a deleted document had: the snapshot knows them, no posting does.
func TestWordsOfDeletedDocuments(t *testing.T) {
	t.Parallel()
	x := small(t)
	x.Put(match.Doc{Kind: match.Claim, ID: "hapus", Title: "Walrus bersepeda menyeberangi selat Kalimutu"})
	x.Delete(match.Claim, "hapus")
	var b bytes.Buffer
	if err := x.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	y := match.New()
	if err := y.Load(&b); err != nil {
		t.Fatal(err)
	}
	if res := y.Search(t.Context(), match.Query{Text: "walrus bersepeda menyeberangi selat Kalimutu"}); res.Level == match.LevelMatch {
		t.Errorf("a deleted document is found: %+v", res)
	}
}
