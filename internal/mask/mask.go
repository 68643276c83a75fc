// Package mask takes personal data out of text that strangers send, before anything
// stores it. Intake calls [Clean] on every field at the edge and [Text] on free text;
// pages call [Text] again where a sealed original is only to be shown masked.
//
// It promises three things. Addresses (URLs, bare hosts with a path, @handles) are parsed
// first and nothing inside them is ever changed, because a Facebook id has sixteen digits
// and the number behind wa.me is the very item that was reported. Masking twice gives what
// masking once gave. And it needs no network, no storage and no clock.
package mask

import (
	"sort"
	"strings"
)

// Kind says what sort of personal data was removed.
type Kind string

// The kinds that Text looks for.
const (
	Phone Kind = "phone" // Indonesian numbers in any spelling; others with + or 00
	Email Kind = "email" // also the spelling "name [at] host [dot] com"
	NIK   Kind = "nik"   // 16 digits with the parts of a population or family card number
	Card  Kind = "card"  // 13 to 19 digits that pass Luhn under a card issuer's prefix
)

// Removed counts how many items of one kind were replaced.
type Removed struct {
	Kind  Kind
	Count int
}

// Span is one item of personal data: the half-open byte range [Start, End) of a text.
type Span struct {
	Start, End int
	Kind       Kind
}

// Label is what stands in a text where an item of this kind was. Labels hold neither digits
// nor "@", so that a masked text has nothing left in their place to mask again.
func (k Kind) Label() string {
	switch k {
	case Phone:
		return "[nomor telepon]"
	case Email:
		return "[surel]"
	case NIK:
		return "[NIK]"
	case Card:
		return "[nomor kartu]"
	}
	return "[disamarkan]"
}

// Text replaces the personal data in s by labels and says how much of each kind it replaced,
// in the order of the kinds' names. A text without any comes back unchanged with a nil list.
func Text(s string) (masked string, removed []Removed) {
	counts := map[Kind]int{}
	// Replacing one item can uncover another (two numbers that were read as one). Each round
	// takes out at least a digit or an "@" and labels contain neither, so this ends.
	for {
		spans := Find(s)
		if len(spans) == 0 {
			break
		}
		var b strings.Builder
		b.Grow(len(s))
		last := 0
		for _, sp := range spans {
			b.WriteString(s[last:sp.Start])
			b.WriteString(sp.Kind.Label())
			last = sp.End
			counts[sp.Kind]++
		}
		b.WriteString(s[last:])
		s = b.String()
	}
	for k, n := range counts {
		removed = append(removed, Removed{Kind: k, Count: n})
	}
	sort.Slice(removed, func(i, j int) bool { return removed[i].Kind < removed[j].Kind })
	return s, removed
}

// Find lists the personal data in s from left to right; the spans do not overlap and touch
// no address.
func Find(s string) []Span {
	if !strings.ContainsAny(s, "@") && !hasDigit(s) && !strings.Contains(strings.ToLower(s), "at") {
		return nil
	}
	var spans []Span
	last := 0
	for _, a := range append(Addresses(s), [2]int{len(s), len(s)}) {
		spans = append(spans, findBetween(s[last:a[0]], last)...)
		last = a[1]
	}
	return spans
}

// findBetween finds e-mail addresses first and numbers in what is left of one stretch of text
// without addresses; offset is where the stretch begins in the whole.
func findBetween(s string, offset int) []Span {
	var spans []Span
	last := 0
	for _, m := range append(emails(s), [2]int{len(s), len(s)}) {
		for _, n := range numbers(s[last:m[0]]) {
			spans = append(spans, Span{offset + last + n.Start, offset + last + n.End, n.Kind})
		}
		if m[0] < m[1] {
			spans = append(spans, Span{offset + m[0], offset + m[1], Email})
		}
		last = m[1]
	}
	return spans
}
