package fingerprint

// leetLetter gives the letter that a digit or sign stands for inside a word;
// 0 for none.
func leetLetter(c byte) byte {
	switch c {
	case '0':
		return 'o'
	case '1':
		return 'i'
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '6', '9':
		return 'g'
	case '7':
		return 't'
	case '8':
		return 'b'
	}
	return 0
}

// readLeet takes a word of letters and digits apart: a number before it
// ("50rb", "14jam"), the word, a number after it ("covid19"). Digits between
// letters, and digits beside a word that has such, are letters in disguise
// ("t3nt4r4"); a 2 at the end is a doubled word ("ati2").
func readLeet(w []byte) (before, word, after []byte, leet bool) {
	first, last := -1, -1 // first and last letter
	digits := 0
	for i, c := range w {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '@' || c == '$':
		default:
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return nil, nil, nil, false
	}
	inner := 0
	for _, c := range w[first:last] {
		if leetLetter(c) != 0 {
			inner++
		}
	}
	lead, tail := w[:first], w[last+1:]
	switch {
	case inner > 0: // d4n, t3nt4r4, 4r4b, k0r34
		return nil, unleet(w), nil, true
	case digits == 0 && len(lead)+len(tail) == 0:
		return nil, w, nil, false
	case len(tail) == 1 && tail[0] == '2' && last-first >= 2: // ati2
		return lead, w[first : last+1], nil, false
	case len(lead) == 0 && len(tail) == 1 && leetEdge(tail[0]): // d1, peny4
		return nil, unleet(w), nil, true
	case len(lead) == 1 && len(tail) <= 1 && leetEdge(lead[0]) && (len(tail) == 0 || leetEdge(tail[0])) && !unitAfterNumber(w[first:last+1]): // 4kan, 1n1
		return nil, unleet(w), nil, true
	}
	return lead, w[first : last+1], tail, false
}

// leetEdge says whether a digit at the edge of a word is read as a letter.
func leetEdge(c byte) bool {
	return c == '0' || c == '1' || c == '3' || c == '4' || c == '@' || c == '$'
}

func unleet(w []byte) []byte {
	out := make([]byte, len(w))
	for i, c := range w {
		if l := leetLetter(c); l != 0 {
			c = l
		}
		out[i] = c
	}
	return out
}

// unitAfterNumber says whether a word commonly stands right behind a number
// without a space, so that "4jam" is four hours and "4kan" is "akan".
func unitAfterNumber(w []byte) bool {
	switch string(w) {
	case "jam", "hari", "bulan", "bln", "tahun", "thn", "th", "minggu", "menit", "detik", "orang", "org", "anak", "kali", "x",
		"rb", "ribu", "jt", "juta", "m", "miliar", "t", "triliun", "k", "kg", "gr", "gram", "km", "cm", "mm", "ml", "l", "liter",
		"g", "gb", "mb", "d", "st", "nd", "rd", "am", "pm", "wib", "wita", "wit", "feb", "mar", "apr", "mei", "jun", "jul",
		"agt", "sep", "okt", "nov", "des", "jan", "persen", "buah", "lembar", "ekor", "hours", "days", "years", "million", "billion":
		return true
	}
	return false
}
