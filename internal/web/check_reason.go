package web

import (
	"strings"

	"ronda"
	"ronda/internal/web/frame"
)

// reasons writes why a fact-check matched, at most three sentences.
func (s *Site) reasons(v *frame.Visit, list []ronda.FoundReason) []string {
	var out []string
	for _, r := range list {
		key := "match.reason." + r.Code
		if !v.Has(key) || len(out) == 3 {
			continue
		}
		out = append(out, v.T(key, "words", quoteAll(r.Args)))
	}
	return out
}

// quoteAll writes words between quotation marks, the first five of them.
func quoteAll(words []string) string {
	words = words[:min(len(words), 5)]
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "“" + w + "”"
	}
	return strings.Join(quoted, ", ")
}

func upper(s string) string { return strings.ToUpper(s) }
