package fingerprint

import "strings"

// amountUnits are the words for a thousand and its powers.
var amountUnits = [...]string{"ribu", "juta", "miliar", "triliun"}

// readAmount reads a number in groups of three digits with points between them, as Indonesian writes amounts, as people say it:
// "75.000.000" is "75 juta", and "2.500.000" is "25 juta" as "2,5 juta" is, because a comma between digits is left out. It stays
// as it is when the groups are no thousands or the number is not a round one.
func (z *Scanner) readAmount() {
	s := strings.TrimSuffix(z.s[z.Start:z.End], ",00")
	groups := strings.Count(s, ".")
	if groups > len(amountUnits) || len(s) != strings.IndexByte(s, '.')+4*groups || strings.IndexByte(s, '.') > 3 {
		return
	}
	for i := len(s) - 4; i >= 0 && groups > 0; i -= 4 {
		if s[i] != '.' {
			return
		}
	}
	digits := strings.ReplaceAll(s, ".", "")
	number := strings.TrimRight(digits, "0")
	zeros := len(digits) - len(number)
	unit := groups
	for unit > 1 && zeros < 3*unit-2 { // "2,95 juta" is said, "2,954 juta" is not
		unit--
	}
	if number == "" || strings.Contains(number, ",") || zeros < 3*unit-2 || unit == 1 && zeros < 3 {
		return
	}
	if keep := zeros - 3*unit; keep > 0 {
		number = digits[:len(number)+keep]
	}
	z.put(Token{Text: amountUnits[unit-1], Start: z.Start, End: z.End})
	z.Word = append(z.buf[:0], number...)
}

// currencyLength is the length of a sign of the rupiah that a number follows without a space, or 0.
func currencyLength(s string) int {
	for _, sign := range [...]string{"rp", "idr"} {
		if n := len(sign); len(s) > n && hasPrefixFold(s, sign) && asciiClass[s[n]&0x7f] == classDigit && s[n] < 0x80 {
			return n
		}
	}
	return 0
}
