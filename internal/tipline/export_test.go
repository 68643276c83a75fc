package tipline

// ReadWord lets tests ask what a typed word means.
func ReadWord(s string) (word, rest string) {
	w, r := readWord(s)
	return string(w), r
}

// FindCode lets tests look for a ticket code.
func FindCode(s string) (string, bool) { return findCode(s) }

// Area lets tests see who hears of an alert.
var Area = area

// Pause lets tests see how long a failed message waits.
var Pause = pause
