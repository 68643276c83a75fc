package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"ronda/internal/match"
)

// CheckThatOptions say what `ronda eval checkthat` measures: the files of a
// CLEF CheckThat! task on previously fact-checked claims.
type CheckThatOptions struct {
	Claims, Queries, Qrels string
	JSON                   bool
}

// CheckThatReport is what `ronda eval checkthat --json` prints.
type CheckThatReport struct {
	Slices  map[string]*Slice `json:"slices"`
	Latency Latency           `json:"latency_ms"`
}

// CheckThat measures the matching of English posts to fact-checks. The index
// holds the title of a fact-check and, as its text, the claim.
func CheckThat(ctx context.Context, o CheckThatOptions, w io.Writer) error {
	x := match.New()
	queries, err := LoadCheckThat(x, o.Claims, o.Queries, o.Qrels)
	if err != nil {
		return err
	}
	s := new(Slice)
	var times []time.Duration
	for _, q := range queries {
		start := time.Now()
		res := x.Search(ctx, match.Query{Text: q.Text, Limit: 5})
		times = append(times, time.Since(start))
		if err := ctx.Err(); err != nil {
			return err
		}
		relevant := make([]bool, len(res.Hits))
		for i, h := range res.Hits {
			relevant[i] = slices.Contains(q.Relevant, h.ID)
		}
		s.Add(relevant, len(q.Relevant))
	}
	s.Mean()
	report := CheckThatReport{map[string]*Slice{"checkthat": s}, latency(times)}
	if o.JSON {
		return json.NewEncoder(w).Encode(report)
	}
	_, err = fmt.Fprintf(w, "checkthat: %d queries, MAP@5 %.3f, recall@1 %.3f, recall@5 %.3f, latency p50 %.2f ms, p99 %.2f ms\n",
		s.N, s.MAP5, s.R1, s.R5, report.Latency.P50, report.Latency.P99)
	return err
}

// CheckThatTitles reads the titles of the fact-checks by their id.
func CheckThatTitles(claimFile string) (map[string]string, error) {
	claims, err := readTable(claimFile)
	if err != nil {
		return nil, err
	}
	titles := make(map[string]string, len(claims))
	for _, c := range claims {
		titles[c["claim_id"]] = c["title"]
	}
	return titles, nil
}

// LoadCheckThat puts the claims in x and reads the queries that have an answer.
func LoadCheckThat(x *match.Index, claimFile, queryFile, qrelFile string) ([]Query, error) {
	claims, err := readTable(claimFile)
	if err != nil {
		return nil, err
	}
	rows, err := readTable(queryFile)
	if err != nil {
		return nil, err
	}
	qrels, err := readTable(qrelFile)
	if err != nil {
		return nil, err
	}
	for _, c := range claims {
		x.Put(match.Doc{Kind: match.Claim, ID: c["claim_id"], Title: c["title"], Narration: c["claim"]})
	}
	answers := map[string][]string{}
	for _, r := range qrels {
		answers[r["query_id"]] = append(answers[r["query_id"]], r["claim_id"])
	}
	var queries []Query
	for _, r := range rows {
		if right := answers[r["query_id"]]; len(right) > 0 {
			queries = append(queries, Query{ID: r["query_id"], Kind: "checkthat", Text: r["tweet"], Relevant: right})
		}
	}
	return queries, nil
}
