package tipline_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"ronda/internal/tipline"
)

var measures = map[string]tipline.Limits{
	"telegram": {Text: 4096, Asked: 4096, Count: tipline.CountUTF16}, "whatsapp": {Text: 4096, Asked: 1024, Marks: 2, Count: tipline.CountRunes},
	"line": {Text: 5000, Asked: 5000, Count: tipline.CountUTF16}, "tiny": {Text: 40, Asked: 30, Marks: 2, Count: tipline.CountUTF16},
}

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// TestPiecesProperties cuts any message: no piece is too long, nothing is lost, and the choices stand below the last one.
func TestPiecesProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := measures[rapid.SampledFrom([]string{"telegram", "whatsapp", "line", "tiny"}).Draw(t, "measure")]
		text := rapid.OneOf(rapid.StringN(0, 200, -1), rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"kata ", "Kalimat penuh. ", "🇮🇩", "é", "a\u0301", "\n\n", "https://example.org/sebuah/alamat ", "👩‍👩‍👧"}), 0, 900),
			func(p []string) string { return strings.Join(p, "") }))
		m := tipline.Message{Head: rapid.StringN(0, 20, -1).Draw(t, "head"), Body: text.Draw(t, "body"), Ask: rapid.StringN(0, 12, -1).Draw(t, "ask"), Token: "token"}
		if rapid.Bool().Draw(t, "choices") {
			m.Choices = []tipline.Choice{{ID: "1", Label: "Ya"}}
		}
		pieces := tipline.Pieces(m, l)
		all := ""
		for i, p := range pieces {
			limit := l.Text
			if len(p.Choices) > 0 {
				limit = l.Asked
			}
			n := l.Count(p.Text())
			if p.Head != "" {
				n += l.Marks
			}
			if n > limit {
				t.Fatalf("piece %d of %d has %d of %d letters", i+1, len(pieces), n, limit)
			}
			if len(p.Choices) > 0 != (i == len(pieces)-1 && len(m.Choices) > 0) {
				t.Fatalf("the choices are below piece %d of %d", i+1, len(pieces))
			}
			if p.Token != "" && i > 0 {
				t.Fatal("a token that serves once stands on a later piece")
			}
			all += p.Text()
		}
		if !strings.Contains(bare(all), bare(m.Body)) && !strings.Contains(bare(strings.TrimSuffix(all, "?")), bare(m.Body)) {
			t.Fatalf("the body is no longer whole:\n%q\n%q", m.Body, all)
		}
	})
}

// TestPiecesCutAtSentences cuts where a reader would.
func TestPiecesCutAtSentences(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("Ini kalimat yang utuh dan jelas. ", 200)
	for _, p := range tipline.Pieces(tipline.Message{Head: "SALAH", Body: body}, measures["whatsapp"]) {
		if !strings.HasSuffix(p.Body, ".") || !strings.HasPrefix(p.Body, "Ini") {
			t.Errorf("cut inside a sentence: …%q", p.Body[max(0, len(p.Body)-40):])
		}
	}
}
