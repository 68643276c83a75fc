package fingerprint

import (
	"regexp"
	"strings"
)

var (
	// A line of an exported chat: "[12/11/24 08.15] Grup RT 05: ".
	chatLine = regexp.MustCompile(`(?m)^\s*\[?\d{1,2}[/.]\d{1,2}[/.]\d{2,4}[, ]+\d{1,2}[.:]\d{2}(?:[.:]\d{2})?(?: ?[AP]M)?\]?[ -]+[^:\n]{1,40}: `)
	// An address that is glued to the word before it.
	gluedAddress = regexp.MustCompile(`(\S)(https?://|pic\.twitter\.com/)`)
)

// withoutFrame takes away what stands around a message that was passed on.
// Only the first and last part of a long text are looked at.
func withoutFrame(s string) string {
	if strings.Contains(s, "://") || strings.Contains(s, "pic.twitter.com/") {
		s = gluedAddress.ReplaceAllString(s, "$1 $2")
	}
	const most = 1 << 12
	if len(s) > most {
		return s
	}
	if strings.ContainsAny(s, "[:") {
		s = chatLine.ReplaceAllString(s, "")
	}
	return s
}

// openings are what messengers and people put before a message that they pass
// on, in the normal form; closings what they put after it.
var (
	openings = phrases(`
		diteruskan berkali kali
		diteruskan
		pesan diteruskan
		pesan terusan
		terusan
		forwarded many times
		forwarded message
		forwarded as received
		forwarded
		forward
		fwd
		fw
		info a1
		copas dari grup sebelah
		copas grup sebelah
		copas dari grup
		copas grup
		copas
		dari grup sebelah
		assalamualaikum wr wb
		assalamualaikum warahmatullahi wabarakatuh
		assalamualaikum
		mohon maaf sekedar share
		maaf sekedar share
		sekedar share
		sekedar info
		sekadar info`)
	closings = phrases(`
		copas dari grup sebelah
		copas grup sebelah
		copas dari grup
		dari grup sebelah
		sebarkan ke semua grup keluarga
		sebarkan ke semua grup
		sebarkan ke grup keluarga
		tolong sebarkan
		mohon sebarkan
		sebarkan
		mohon di viralkan
		mohon diviralkan
		tolong viralkan
		viralkan
		jangan berhenti di anda
		jgn berhenti di anda
		jangan putus di kamu
		mohon pencerahan admin
		mhn pencerahan admin
		mohon pencerahan
		mhn pencerahan
		mohon pencerahannya
		benarkah info ini kak
		benarkah info ini
		benarkah ini
		apakah benar
		apakah ini benar
		ini benar
		hoax atau bukan
		hoaks atau bukan
		please share`)
)

func phrases(list string) [][]string {
	var out [][]string
	for line := range strings.Lines(list) {
		if words := strings.Fields(line); len(words) > 0 {
			out = append(out, words)
		}
	}
	return out
}

// dropChainPhrases removes openings from the start and closings from the end,
// up to four each, as they pile up. At least two tokens stay.
func dropChainPhrases(tokens []Token) []Token {
	for range 4 {
		n := 0
		for _, p := range openings {
			if len(p) > n && len(tokens) >= len(p)+2 && sameWords(tokens[:len(p)], p) {
				n = len(p)
			}
		}
		tokens = tokens[n:]
	}
	for range 4 {
		n := 0
		for _, p := range closings {
			if len(p) > n && len(tokens) >= len(p)+2 && sameWords(tokens[len(tokens)-len(p):], p) {
				n = len(p)
			}
		}
		tokens = tokens[:len(tokens)-n]
	}
	return tokens
}

func sameWords(tokens []Token, words []string) bool {
	for i, w := range words {
		if tokens[i].Text != w {
			return false
		}
	}
	return true
}
