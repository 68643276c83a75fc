package ronda_test

import (
	"bytes"
	"crypto/rand"
	"sort"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// TestCodeRoundTrip gives a code to a person and reads back what they type.
func TestCodeRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{ronda.CodeLength, ronda.NoticeCodeLength}).Draw(t, "length")
		code := rapid.StringOfN(rapid.RuneFrom([]rune(alphabet)), n, n, n).Draw(t, "code")
		typed := ronda.FormatCode(code)
		if rapid.Bool().Draw(t, "without prefix") {
			typed = strings.TrimPrefix(typed, "RND-")
		}
		if rapid.Bool().Draw(t, "lower") {
			typed = strings.ToLower(typed)
		}
		typed = strings.ReplaceAll(typed, "-", rapid.SampledFrom([]string{"-", "", " ", "–", " - ", "\u00a0", "_"}).Draw(t, "dash"))
		typed = strings.ReplaceAll(typed, "0", rapid.SampledFrom([]string{"0", "O", "o"}).Draw(t, "nought"))
		typed = strings.ReplaceAll(typed, "1", rapid.SampledFrom([]string{"1", "I", "l", "i", "L"}).Draw(t, "one"))
		typed = rapid.SampledFrom([]string{"", " ", "\t", "\n"}).Draw(t, "before") + typed + rapid.SampledFrom([]string{"", " ", "\r\n", "."}).Draw(t, "after")
		if got, ok := ronda.ParseCode(typed, n); !ok || got != code {
			t.Fatalf("%q read as %q %v, want %q", typed, got, ok, code)
		}
	})
}

// TestNotACode is refused, whatever it resembles.
func TestNotACode(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "RND", "RND-", "7K3M-9Q2X-4TB", "7K3M-9Q2X-4TBCC", "7K3M-9Q2X-4TBU", "7K3M-9Q2X-4TB!", "７K3M-9Q2X-4TBC", "RNDRND7K3M9Q2X4TBC",
		"7K3M9Q2X4TBC' OR 1=1", strings.Repeat("-", 201) + "7K3M9Q2X4TBC", "7K3M9Q2X4TB\x00", "\xff\xfe7K3M9Q2X4T"} {
		if got, ok := ronda.ParseCode(s, ronda.CodeLength); ok {
			t.Errorf("%q read as %q", s, got)
		}
	}
	// A code may itself begin with the letters of the prefix.
	if got, ok := ronda.ParseCode("RND7K3M9Q2X4", ronda.CodeLength); !ok || got != "RND7K3M9Q2X4" {
		t.Errorf("read as %q %v", got, ok)
	}
}

// FuzzParseCode: what is read is a code, and reads as itself.
func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"RND-7K3M-9Q2X-4TBC", "rnd 7k3m 9q2x 4tbc", "oOiIlL012345", "ſ", "\u212a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := ronda.ParseCode(s, ronda.CodeLength)
		if !ok {
			if code != "" {
				t.Errorf("%q refused but gave %q", s, code)
			}
			return
		}
		if len(code) != ronda.CodeLength || strings.Trim(code, alphabet) != "" {
			t.Errorf("%q read as %q", s, code)
		}
		if again, ok := ronda.ParseCode(ronda.FormatCode(code), ronda.CodeLength); !ok || again != code {
			t.Errorf("%q reads as %q", code, again)
		}
	})
}

// TestNewIDsSortByTime and stay in the alphabet.
func TestNewIDsSortByTime(t *testing.T) {
	t.Parallel()
	ids := ronda.IDs{Rand: rand.Reader}
	var made []string
	for i := range 200 {
		made = append(made, ids.New(noon.Add(time.Duration(i)*time.Millisecond)))
	}
	if !sort.StringsAreSorted(made) {
		t.Error("ids do not sort by time")
	}
	for _, id := range made {
		if len(id) != 26 || strings.Trim(id, alphabet) != "" {
			t.Errorf("id %q", id)
		}
	}
	zero := ronda.IDs{Rand: bytes.NewReader(make([]byte, 64))}
	if got := zero.New(time.UnixMilli(1<<48 - 1)); got != "7ZZZZZZZZZ0000000000000000" {
		t.Errorf("the last ULID time makes %q", got) // https://github.com/ulid/spec: 7ZZZZZZZZZ is the largest
	}
	if got := zero.Code(12); got != "000000000000" {
		t.Errorf("code %q", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("ids were made without randomness")
		}
	}()
	ronda.IDs{Rand: bytes.NewReader(nil)}.Code(12)
}
