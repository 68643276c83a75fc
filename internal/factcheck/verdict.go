package factcheck

import (
	"strconv"
	"strings"

	"ronda"
)

// verdictWords maps the words that outlets use, in small letters, to verdicts.
// The first that a rating contains decides, so the special ones come first.
var verdictWords = []struct {
	words   []string
	verdict ronda.Verdict
}{
	{[]string{"satire", "satir", "parodi", "parody", "humor"}, ronda.VerdictSatire},
	{[]string{"sebagian", "half", "partly", "partially", "mixture", "mostly", "setengah", "kurang tepat"}, ronda.VerdictPartly},
	{[]string{"belum terbukti", "belum_terbukti", "unproven", "unverified", "tidak terbukti", "belum dapat", "no evidence", "tanpa bukti"}, ronda.VerdictUnproven},
	{[]string{"menyesatkan", "misleading", "missing context", "konteks", "context", "koneksi", "connection", "keliru", "menyesat"}, ronda.VerdictMisleading},
	{[]string{"tidak benar", "not true", "untrue", "salah", "hoax", "hoaks", "false", "fake", "palsu", "pants on fire", "tiruan", "imposter", "impostor",
		"manipulasi", "manipulated", "fabricated", "altered", "bohong", "disinformasi", "misinformasi", "fitnah"}, ronda.VerdictFalse},
	{[]string{"benar", "true", "correct", "accurate", "fakta", "valid", "klarifikasi"}, ronda.VerdictTrue},
}

// ReadVerdict reads the words of a rating; empty if they are not known.
func ReadVerdict(rating string) ronda.Verdict {
	rating = strings.ToLower(strings.Join(strings.Fields(rating), " "))
	if rating == "" {
		return ""
	}
	for _, v := range ronda.Verdicts() {
		if rating == string(v) {
			return v
		}
	}
	for _, v := range verdictWords {
		for _, w := range v.words {
			if strings.Contains(rating, w) {
				return v.verdict
			}
		}
	}
	return ""
}

// verdictOfNumber reads a rating in numbers: the nearer to the best the truer.
func verdictOfNumber(value, best, worst string) ronda.Verdict {
	v, err1 := strconv.ParseFloat(strings.TrimSpace(value), 64)
	b, err2 := strconv.ParseFloat(strings.TrimSpace(best), 64)
	w, err3 := strconv.ParseFloat(strings.TrimSpace(worst), 64)
	if err1 != nil || err2 != nil || err3 != nil || b == w {
		return ""
	}
	switch share := (v - w) / (b - w); {
	case share < 0 || share > 1:
		return ""
	case share <= 0.25:
		return ronda.VerdictFalse
	case share >= 0.9:
		return ronda.VerdictTrue
	}
	return ronda.VerdictPartly
}

// rating is a verdict in the words and the number of ClaimReview: 1 is false,
// 5 is true; satire and unproven have no number.
func rating(v ronda.Verdict) (value, words string) {
	switch v {
	case ronda.VerdictTrue:
		return "5", "Benar"
	case ronda.VerdictPartly:
		return "3", "Sebagian benar"
	case ronda.VerdictMisleading:
		return "2", "Menyesatkan"
	case ronda.VerdictSatire:
		return "", "Satire"
	case ronda.VerdictUnproven:
		return "", "Belum terbukti"
	case ronda.VerdictUnchecked:
		return "", "Belum diperiksa"
	}
	return "1", "Salah"
}
