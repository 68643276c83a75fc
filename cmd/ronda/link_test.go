package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"ronda/internal/election"
	"ronda/internal/link"
)

func TestLinkLines(t *testing.T) {
	t.Parallel()
	pack, err := election.Builtin("pilkada-2024")
	if err != nil {
		t.Fatal(err)
	}
	parser, err := link.New(pack.Platforms)
	if err != nil {
		t.Fatal(err)
	}
	in := strings.Join([]string{
		"https://vt.tiktok.com/ZGeqDY4yL/",
		"",
		"https://www.tiktok.com/\r",
		"https://example.com/" + strings.Repeat("a", 100_000),
		"https://youtu.be/YpR7CR8D8LE",
	}, "\n")
	var out bytes.Buffer
	if err := linkLines(parser, strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	want := []linkAnswer{
		{Platform: "tiktok", Kind: "share_short", ID: "ZGeqDY4yL", Canonical: "https://vt.tiktok.com/ZGeqDY4yL/"},
		{Error: "link.front_page", Platform: "tiktok"},
		{Error: "link.too_long"},
		{Platform: "youtube", Kind: "video", ID: "YpR7CR8D8LE", Canonical: "https://www.youtube.com/watch?v=YpR7CR8D8LE"},
	}
	lines := bufio.NewScanner(&out)
	for i := 0; lines.Scan(); i++ {
		var got linkAnswer
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		if i >= len(want) {
			t.Fatalf("line %d: more answers than addresses: %s", i, lines.Text())
		}
		w := want[i]
		if got.Platform != w.Platform || got.Kind != w.Kind || got.ID != w.ID || got.Canonical != w.Canonical || got.Error != w.Error {
			t.Errorf("line %d: %s, want %+v", i, lines.Text(), w)
		}
	}
}

func TestLinkText(t *testing.T) {
	t.Parallel()
	parser, err := link.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := linkText(parser, strings.NewReader("Cek https://kpu.go.id/a. dan www.bawaslu.go.id!"), &out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d answers, want 2: %s", n, out.String())
	}
}
