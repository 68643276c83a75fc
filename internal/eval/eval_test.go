package eval_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ronda/internal/eval"
)

// write writes a made-up file.
func write(t *testing.T, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func claims(t *testing.T) string {
	return write(t, "claims.jsonl",
		`{"id":"a","date":"2024-11-20","title":"Pemungutan suara di Sukamaju diundur tujuh hari","narration":"gudang pak lurah kebanjiran sampai atap","cluster":"a"}`,
		`{"id":"b","title":"Ribuan surat suara tercoblos di gudang Wanasari","cluster":"b"}`,
		`{"id":"c","title":"Bank Nusa Raya membagikan mobil listrik","cluster":"c"}`)
}

func TestMatch(t *testing.T) {
	t.Parallel()
	queries := write(t, "queries.jsonl",
		`{"qid":"1","kind":"narration","index_view":"title","text":"pemungutan suara Sukamaju diundur tujuh hari","relevant":["a"],"tier":"easy"}`,
		`{"qid":"2","kind":"narration","index_view":"title","text":"gudang pak lurah kebanjiran sampai atap","relevant":["a"],"tier":"blind","election":true}`,
		`{"qid":"3","kind":"synthetic_leet","synthetic":true,"index_view":"title+narration","text":"gud4ng p4k lur4h keb4njir4n s4mp41 4t4p","relevant":["a"]}`,
		`{"qid":"4","kind":"recirculated","index_view":"title+narration","text":"ribuan surat suara tercoblos di gudang Wanasari","relevant":["a"],"exclude":["b"],"tier":"hard","obfuscated":true}`)
	nothing := write(t, "nomatch.jsonl", `{"qid":"5","kind":"novel_hoax","index_view":"title","text":"kucing terbang di alun-alun"}`)
	var out bytes.Buffer
	o := eval.MatchOptions{Claims: claims(t), Queries: []string{queries}, NoMatch: []string{nothing}, JSON: true}
	if err := eval.Match(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	var r eval.MatchReport
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	want := map[string]eval.Slice{
		"narration/all": {2, 0.5, 0.5, 0.5}, "narration/easy": {1, 1, 1, 1}, "narration/blind": {1, 0, 0, 0}, "narration/easy+hard": {1, 1, 1, 1},
		"narration/election": {1, 0, 0, 0}, "perturbed/synthetic_leet": {1, 1, 1, 1},
	}
	for name, w := range want {
		if got := r.Slices[name]; got == nil || *got != w {
			t.Errorf("%s is %+v, want %+v", name, got, w)
		}
	}
	if s := r.Slices["recirculated/obfuscated"]; s == nil || s.N != 1 || s.R1 == 0 && s.R5 == 0 {
		t.Errorf("the excluded claim is in the way of the right one: %+v", s)
	}
	if r.AUC["novel_hoax"] <= 0 || r.AUC["novel_hoax"] > 1 {
		t.Errorf("AUC %v", r.AUC)
	}
	out.Reset()
	o.JSON, o.Misses = false, "narration/blind"
	if err := eval.Match(t.Context(), o, &out); err != nil || !strings.Contains(out.String(), "perturbed/synthetic_leet") || !strings.Contains(out.String(), "wanted: Pemungutan") {
		t.Errorf("the table: %v\n%s", err, out.String())
	}
}

// TestMatchInASmallIndex holds that a query whose story was left out counts as one that nothing answers.
func TestMatchInASmallIndex(t *testing.T) {
	t.Parallel()
	var lines, asked []string
	for i := range 40 {
		lines = append(lines, fmt.Sprintf(`{"id":"c%d","title":"Gudang %d kebanjiran di desa nomor %d","cluster":"s%d"}`, i, i, i*7, i/2))
		asked = append(asked, fmt.Sprintf(`{"qid":"%d","kind":"narration","index_view":"title","text":"gudang %d kebanjiran di desa nomor %d","relevant":["c%d"],"tier":"easy"}`, i, i, i*7, i))
	}
	var out bytes.Buffer
	o := eval.MatchOptions{Claims: write(t, "claims.jsonl", lines...), Queries: []string{write(t, "queries.jsonl", asked...)}, JSON: true, Docs: 20}
	if err := eval.Match(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	var r eval.MatchReport
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	n := r.Slices["narration/all"].N
	if n == 0 || n == 40 || n%2 != 0 {
		t.Errorf("%d of 40 queries are answered; stories have two claims and stay whole", n)
	}
	if _, counted := r.AUC["left_out"]; !counted {
		t.Errorf("the other queries are not counted: %+v", r.AUC)
	}
}

func TestMatchTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"view": `{"qid":"1","index_view":"all","text":"x"}`, "json": `{"qid":`,
	} {
		o := eval.MatchOptions{Claims: claims(t), Queries: []string{write(t, "q.jsonl", line)}}
		if err := eval.Match(t.Context(), o, new(bytes.Buffer)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := eval.Match(t.Context(), eval.MatchOptions{Claims: "nowhere.jsonl"}, new(bytes.Buffer)); err == nil {
		t.Error("a missing file: no error")
	}
}

func TestCheckThat(t *testing.T) {
	t.Parallel()
	o := eval.CheckThatOptions{
		Claims:  write(t, "claims.tsv", "claim_id\tclaim\ttitle", "1\t\"A \"\"large\"\" dog ate the ballot box\tDid a Dog Eat a Ballot Box?", "2\tThe river turned pink\tPink River"),
		Queries: write(t, "queries.tsv", "query_id\ttweet", "7\twow a dog ate a ballot box https://t.co/x", "8\tnobody judged this"),
		Qrels:   write(t, "qrels.tsv", "query_id\tclaim_id", "7\t1"), JSON: true,
	}
	var out bytes.Buffer
	if err := eval.CheckThat(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	var r eval.CheckThatReport
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || r.Slices["checkthat"] == nil || *r.Slices["checkthat"] != (eval.Slice{N: 1, MAP5: 1, R1: 1, R5: 1}) {
		t.Errorf("%v, %s", err, out.String())
	}
}

func TestMeanAveragePrecision(t *testing.T) {
	t.Parallel()
	var s eval.Slice
	s.Add([]bool{false, true, true, false, false, true}, 3) // (1/2 + 2/3) / 3
	s.Add([]bool{true}, 1)
	s.Add(nil, 1)
	s.Mean()
	if want := (7.0/18 + 1) / 3; math.Abs(s.MAP5-want) > 1e-9 || math.Abs(s.R1-1.0/3) > 1e-9 || math.Abs(s.R5-2.0/3) > 1e-9 {
		t.Errorf("got %+v, want MAP@5 %v", s, want)
	}
}

func TestAUC(t *testing.T) {
	t.Parallel()
	if got := eval.AUC([]float64{3, 2}, []float64{1, 2}); got != (1+0.75)/2 {
		t.Errorf("got %v, want .875", got)
	}
	if eval.AUC(nil, []float64{1}) != 0 {
		t.Error("without scores there is no area")
	}
}
