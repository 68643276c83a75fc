package web

import (
	"strings"
	"unicode"
)

// checkPath is the lasting address of a fact-check: its id and, for people, the first words of the claim.
func checkPath(c FactCheck) string {
	slug := slugOf(c.Claim.In("id"))
	if slug == "" {
		return "/periksa/" + c.ID
	}
	return "/periksa/" + c.ID + "-" + slug
}

// slugOf keeps the first words of a text in the letters of an address.
func slugOf(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return r > unicode.MaxASCII || !(unicode.IsLetter(r) || unicode.IsDigit(r))
	})
	slug := ""
	for _, w := range words {
		if len(slug)+len(w) > 60 {
			break
		}
		slug += "-" + w
	}
	return strings.TrimPrefix(slug, "-")
}
