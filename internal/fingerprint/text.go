// Package fingerprint makes text comparable: one normal form whatever the text
// wears, tokens, stems and a signature of near-duplicates. It is part of the
// second stage of the flow, between intake and matching.
//
// Every step is a pure function of its input.
package fingerprint

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normalize returns the one normal form of a text.
func Normalize(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(norm.NFKC.String(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}
