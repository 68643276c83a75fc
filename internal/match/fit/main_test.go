package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ronda/internal/eval"
	"ronda/internal/match"
)

func jsonLines[T any](t *testing.T, name string, rows []T) string {
	t.Helper()
	var b strings.Builder
	for _, r := range rows {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// judged makes what an office exports: checks, cases that one of them answers, and cases for which officers only refused one.
func judged(t *testing.T, cases, refused int) *options {
	draw := rand.New(rand.NewPCG(7, 7))
	word := func() string {
		return fmt.Sprintf("%c%c%ca%c", 'b'+draw.IntN(20), 'a'+draw.IntN(20), 'b'+draw.IntN(20), 'b'+draw.IntN(20))
	}
	var claims []eval.Claim
	var asked, nothing []eval.Query
	for i := range cases {
		a, b, c := word(), word(), word()
		id := fmt.Sprint("c", i)
		claims = append(claims, eval.Claim{ID: id, Title: "Kabar " + a + " " + b + " di pasar", Narration: "viralkan " + a + " lalu " + b + " karena " + c, Cluster: id})
		q := eval.Query{ID: fmt.Sprint("q", i), Kind: "case", View: "title+narration", Text: "katanya " + a + " dan " + b + " oleh " + word() + " juga " + c, Relevant: []string{id}}
		if i > 0 {
			q.Rejected = []string{fmt.Sprint("c", i-1)}
		}
		asked = append(asked, q)
	}
	for i := range refused {
		nothing = append(nothing, eval.Query{ID: fmt.Sprint("n", i), Kind: "case", View: "title+narration", Text: "viralkan " + word() + " di pasar " + word(), Rejected: []string{fmt.Sprint("c", i)}})
	}
	return &options{Claims: jsonLines(t, "claims.jsonl", claims), Queries: []string{jsonLines(t, "queries.jsonl", asked)}, Nomatch: []string{jsonLines(t, "nomatch.jsonl", nothing)},
		Out: filepath.Join(t.TempDir(), "ranker.json"), Trees: 20, Sums: 2, Leaves: 6, Rate: 0.1, Workers: 2}
}

func TestFitOnWhatOfficersJudged(t *testing.T) {
	t.Parallel()
	o := judged(t, 200, 30)
	if err := run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(o.Out)
	if err != nil {
		t.Fatal(err)
	}
	r, err := match.ReadRanker(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Order) != 40 || len(r.Certain) == 0 {
		t.Errorf("%d and %d trees", len(r.Order), len(r.Certain))
	}
	if r.Match != carefulLevel {
		t.Errorf("match starts at %v, found by refusals alone, which do not say that nothing answers", r.Match)
	}
}

func TestFitRefusesTooFewPairs(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 20} {
		o := judged(t, n, 0)
		if err := run(t.Context(), o); err == nil || !strings.Contains(err.Error(), "too few") {
			t.Errorf("%d cases: %v", n, err)
		}
		if _, err := os.Stat(o.Out); err == nil {
			t.Errorf("%d cases: a ranker was written", n)
		}
	}
}

func TestPassedOn(t *testing.T) {
	t.Parallel()
	if got := passedOn("satu dua tiga"); got != "" {
		t.Errorf("of a short post %q is left", got)
	}
	slips := 0
	for i := range 20 {
		post := fmt.Sprintf("nomor %d pemungutan suara ditunda sampai pekan depan menurut surat yang beredar ini", i)
		got := passedOn(post)
		if got != passedOn(post) || len(strings.Fields(got)) != 7 {
			t.Errorf("%q is passed on as %q", post, got)
		}
		if !strings.HasSuffix(post, got) {
			slips++
		}
	}
	if slips == 0 || slips == 20 {
		t.Errorf("%d of 20 have slips", slips)
	}
}
