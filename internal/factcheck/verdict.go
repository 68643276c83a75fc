package factcheck

import (
	"strconv"
	"strings"

	"ronda"
)

// verdictWords maps the words that outlets use, in small letters, to verdicts. The first that a rating contains decides, so the special ones come
// first, and a "not" before its word: "incorrect" holds "correct".
var verdictWords = []struct {
	words   []string
	verdict ronda.Verdict
}{
	{[]string{"satire", "satir", "parodi", "parody", "humor"}, ronda.VerdictSatire},
	{[]string{"bukan hoaks", "bukan hoax", "tidak salah", "tidak hoaks", "tidak hoax", "not false", "not fake", "not a hoax"}, ronda.VerdictTrue},
	{[]string{"mostly false", "mostly untrue", "sebagian besar salah"}, ronda.VerdictFalse},
	{[]string{"sebagian", "half", "partly", "partially", "mixture", "mixed", "mostly", "setengah", "kurang tepat", "kurang akurat", "kurang benar",
		"sepenuhnya benar", "sepenuhnya akurat", "sepenuhnya tepat", "not entirely", "not completely", "not quite", "not fully"}, ronda.VerdictPartly},
	{[]string{"belum terbukti", "belum_terbukti", "unproven", "unverified", "unsupported", "unsubstantiated", "tidak terbukti", "tak terbukti", "belum dapat", "belum bisa",
		"belum ada bukti", "tidak ada bukti", "no evidence", "tanpa bukti"}, ronda.VerdictUnproven},
	{[]string{"menyesatkan", "misleading", "missing context", "konteks", "context", "koneksi", "connection", "sesat"}, ronda.VerdictMisleading},
	{[]string{"tidak benar", "tak benar", "bukan benar", "tidak akurat", "tidak tepat", "tidak valid", "tidak sesuai", "bukan fakta", "not true", "not correct", "not accurate",
		"not real", "untrue", "incorrect", "inaccurate", "invalid", "wrong", "keliru", "salah", "hoax", "hoaks", "false", "fake", "palsu", "pants on fire", "tiruan", "imposter",
		"impostor", "manipulasi", "manipulated", "rekaan", "rekayasa", "fabricated", "altered", "bohong", "penipuan", "scam", "disinformasi", "misinformasi", "fitnah"}, ronda.VerdictFalse},
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
	if wholly(rating) {
		return ronda.VerdictTrue
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

// wholly tells "sepenuhnya benar" from "tidak sepenuhnya benar".
func wholly(rating string) bool {
	return rating == "sepenuhnya benar" || rating == "sepenuhnya akurat" || rating == "sepenuhnya tepat"
}

// verdictOfNumber reads a rating in numbers: the nearer to the best the truer. Schema.org's scale is 1 to 5 where none is given.
func verdictOfNumber(value, best, worst string) ronda.Verdict {
	if best == "" {
		best = "5"
	}
	if worst == "" {
		worst = "1"
	}
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
