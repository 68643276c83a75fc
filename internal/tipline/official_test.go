package tipline_test

import (
	"strings"
	"testing"

	"ronda"
	"ronda/internal/intake"
	"ronda/internal/tipline"
)

// TestOfficialStatementInChat: what the commission said stands below the answer, under its own name, and is called no fact-check.
func TestOfficialStatementInChat(t *testing.T) {
	t.Parallel()
	b := ronda.Bulletin{ID: "b1", Org: "kpu", Office: "kpu:32", PublishedAt: noon, Title: ronda.Text{"id": "Hari pemungutan suara tidak berubah", "en": "Voting day has not changed"}}
	for lang, want := range map[string][]string{
		"id": {"Pernyataan resmi KPU", "Jawa Barat", "Hari pemungutan suara tidak berubah", "bukan periksa fakta", "https://ronda.example/pernyataan-resmi/b1"},
		"en": {"Official statement of", "Voting day has not changed", "not a fact-check", "https://ronda.example/en/pernyataan-resmi/b1"},
	} {
		res := intake.CheckResult{Level: "match", Text: "x", Hits: []intake.CheckHit{{Claim: claim, Level: "match"}}, Official: []ronda.Bulletin{b}}
		out := machine(t).Next(tipline.State{Lang: lang, Met: true}, tipline.Checked{Result: res}, noon)
		said := out.Say[0].Head + "\n" + out.Say[0].Body
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s lacks %q:\n%s", lang, w, said)
			}
		}
		if strings.Index(said, claim.Truth[lang]) > strings.Index(said, b.Title[lang]) {
			t.Errorf("%s: the statement stands before the answer:\n%s", lang, said)
		}
	}
}
