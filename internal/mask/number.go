package mask

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// group is one unbroken row of decimal digits.
type group struct {
	start, end int
	digits     string // as ASCII, whatever script they were written in
	sep        string // what separates it from the group before, when that can still be one number
	joined     bool   // the group before can be part of the same number
	lead       byte   // '+' or '(' directly before it
	leadAt     int    // where that sign stands
	fraction   bool   // directly after a digit and a decimal point or comma
}

// A number of this many digits at most is looked at: a card has 19.
const maxNumber = 19

// numbers finds phone, population and card numbers in a stretch of text without addresses.
func numbers(s string) []Span {
	groups := digitGroups(s)
	var spans []Span
	for i := 0; i < len(groups); {
		if n := dateGroups(groups[i:]); n > 0 {
			i += n
			continue
		}
		kind, n := longest(groups[i:])
		if n == 0 {
			i++
			continue
		}
		start := groups[i].start
		if groups[i].lead != 0 {
			start = groups[i].leadAt
		}
		spans = append(spans, Span{start, groups[i+n-1].end, kind})
		i += n
	}
	return spans
}

// longest tries the most groups first: to mask a digit too many is better than to leave half a number.
func longest(groups []group) (Kind, int) {
	total, n := len(groups[0].digits), 1
	for n < len(groups) && groups[n].joined && total+len(groups[n].digits) <= maxNumber {
		total += len(groups[n].digits)
		n++
	}
	for ; n > 0; n-- {
		if kind, ok := classify(groups[:n]); ok {
			return kind, n
		}
	}
	return "", 0
}

// classify says what the groups are when they are read as one number.
func classify(groups []group) (Kind, bool) {
	var digits strings.Builder
	for _, g := range groups {
		digits.WriteString(g.digits)
	}
	d := digits.String()
	switch {
	case isNIK(d):
		return NIK, true
	case isAmount(groups):
		return "", false
	case isPhone(d, groups):
		return Phone, true
	case isCard(d):
		return Card, true
	}
	return "", false
}

// digitGroups splits s into rows of digits and says which rows could belong together.
func digitGroups(s string) []group {
	var groups []group
	sep, apart := strings.Builder{}, true
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if _, ok := digitValue(r); !ok {
			switch {
			case ignorable(r):
			case isSeparator(r) && sep.Len() < 3:
				sep.WriteRune(asciiSeparator(r))
			default:
				apart = true
			}
			i += n
			continue
		}
		g := group{start: i, joined: !apart && len(groups) > 0, sep: sep.String()}
		g.lead, g.leadAt = leadSign(s[:i])
		g.fraction = i >= 2 && (s[i-1] == '.' || s[i-1] == ',') && s[i-2] >= '0' && s[i-2] <= '9'
		var d strings.Builder
		for i < len(s) {
			r, n := utf8.DecodeRuneInString(s[i:])
			v, ok := digitValue(r)
			if !ok && !(ignorable(r) && followedByDigit(s[i+n:])) {
				break
			}
			if ok {
				d.WriteByte(byte('0' + v))
			}
			i += n
		}
		g.end, g.digits = i, d.String()
		groups = append(groups, g)
		sep.Reset()
		apart = false
	}
	return groups
}

// leadSign finds "+" or "(" directly before a number, also as "(+" and "+ ".
func leadSign(before string) (byte, int) {
	t := strings.TrimRight(before, " ")
	if strings.HasSuffix(t, "(") && len(before)-len(t) == 0 {
		if u := strings.TrimSuffix(t, "("); strings.HasSuffix(u, "+") {
			return '+', len(u) - 1
		}
		return '(', len(t) - 1
	}
	for _, plus := range []string{"+", "＋"} {
		if strings.HasSuffix(t, plus) && len(before)-len(t) <= 1 {
			at := len(t) - len(plus)
			if at > 0 && t[at-1] == '(' {
				at--
			}
			return '+', at
		}
	}
	return 0, 0
}

// dateGroups tells how many leading groups are a date such as 27-11-2024 or 2024-11-27.
func dateGroups(groups []group) int {
	if len(groups) < 3 || !groups[1].joined || !groups[2].joined || groups[1].sep != groups[2].sep {
		return 0
	}
	if groups[1].sep != "-" && groups[1].sep != "." && groups[1].sep != "/" {
		return 0
	}
	a, b, c := groups[0].digits, groups[1].digits, groups[2].digits
	year := func(y string) bool { return len(y) == 4 && (y[:2] == "19" || y[:2] == "20") }
	small := func(x string, most int) bool { return len(x) <= 2 && atoi(x) >= 1 && atoi(x) <= most }
	if small(a, 31) && small(b, 12) && year(c) || year(a) && small(b, 12) && small(c, 31) {
		return 3
	}
	return 0
}

// isAmount recognises thousands written with points (62.812.345.678), which money and vote
// counts are; a phone number grouped that way is written with a plus or a leading zero.
func isAmount(groups []group) bool {
	first := groups[0].digits
	if len(groups) < 2 || len(first) > 3 || first[0] == '0' {
		return false
	}
	for _, g := range groups[1:] {
		if g.sep != "." || len(g.digits) != 3 {
			return false
		}
	}
	return true
}

func digitValue(r rune) (int, bool) {
	if r >= '0' && r <= '9' {
		return int(r - '0'), true
	}
	if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	if r >= 0x1D7CE && r <= 0x1D7FF { // five mathematical alphabets of ten digits each
		return int(r-0x1D7CE) % 10, true
	}
	// Every other row of decimal digits in Unicode begins at a code point ending in 0 or 6.
	zero := r
	for unicode.Is(unicode.Nd, zero-1) && r-zero < 9 {
		zero--
	}
	return int(r - zero), true
}

func hasDigit(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { _, ok := digitValue(r); return ok })
}

func followedByDigit(s string) bool {
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if _, ok := digitValue(r); ok {
			return true
		}
		if !ignorable(r) {
			return false
		}
		s = s[n:]
	}
	return false
}

// ignorable characters take no space and are put between digits to hide a number.
func ignorable(r rune) bool {
	return r == 0x00AD || r >= 0x200B && r <= 0x200F || r >= 0x2060 && r <= 0x2064 || r == 0xFEFF || r >= 0xFE00 && r <= 0xFE0F || r == 0x20E3
}

func isSeparator(r rune) bool {
	return strings.ContainsRune(" -.()/_\u00A0\u2009\u202F", r) || unicode.Is(unicode.Pd, r)
}

func asciiSeparator(r rune) rune {
	switch {
	case unicode.Is(unicode.Pd, r):
		return '-'
	case r >= utf8.RuneSelf:
		return ' '
	}
	return r
}

func atoi(d string) int {
	n := 0
	for i := range len(d) {
		n = n*10 + int(d[i]-'0')
	}
	return n
}
