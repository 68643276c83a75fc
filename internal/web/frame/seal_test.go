package frame_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda/internal/web/frame"
)

var at = time.Date(2024, 11, 20, 7, 30, 0, 0, time.UTC)

func sealer(t testing.TB) *frame.Sealer {
	t.Helper()
	s, err := frame.NewSealer(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealedComesBack(t *testing.T) {
	t.Parallel()
	s := sealer(t)
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "answers")
		sealed, err := s.Seal("lapor", in, at)
		if err != nil {
			t.Fatal(err)
		}
		var out map[string]string
		if err := s.Open("lapor", sealed, at, &out); err != nil {
			t.Fatal(err)
		}
		if len(in) != len(out) {
			t.Fatalf("got %d answers, want %d", len(out), len(in))
		}
	})
}

func TestSealedIsRefused(t *testing.T) {
	t.Parallel()
	s := sealer(t)
	sealed, err := s.Seal("lapor", "rahasia", at)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(sealed, base64.RawURLEncoding.EncodeToString([]byte("rahasia"))) {
		t.Fatal("the sealed value can be read")
	}
	other, err := frame.NewSealer(bytes.Repeat([]byte("x"), 32))
	if err != nil {
		t.Fatal(err)
	}
	flipped := []byte(sealed)
	flipped[20] ^= 1
	for name, open := range map[string]func(*string) error{
		"another purpose":  func(v *string) error { return s.Open("tiket", sealed, at, v) },
		"another key":      func(v *string) error { return other.Open("lapor", sealed, at, v) },
		"too late":         func(v *string) error { return s.Open("lapor", sealed, at.Add(time.Second), v) },
		"a changed letter": func(v *string) error { return s.Open("lapor", string(flipped), at, v) },
		"cut":              func(v *string) error { return s.Open("lapor", sealed[:10], at, v) },
		"empty":            func(v *string) error { return s.Open("lapor", "", at, v) },
	} {
		var v string
		if err := open(&v); err == nil || v != "" {
			t.Errorf("%s: got %q and error %v, want a refusal", name, v, err)
		}
	}
	if _, err := frame.NewSealer([]byte("short")); err == nil {
		t.Error("a short secret was accepted")
	}
}

func FuzzOpen(f *testing.F) {
	s := sealer(f)
	good, err := s.Seal("lapor", map[string]string{"a": "b"}, at)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("")
	f.Fuzz(func(t *testing.T, sealed string) {
		var v map[string]string
		if err := s.Open("lapor", sealed, at, &v); err == nil && sealed != good && v["a"] != "b" {
			t.Fatalf("opened what was not sealed: %q", sealed)
		}
	})
}
