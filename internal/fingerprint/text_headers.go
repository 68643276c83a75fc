package fingerprint

// forwardHeaders are the lines that messengers and people put before a
// message that they pass on, in the normal form.
var forwardHeaders = [][]string{
	{"diteruskan", "berkali", "kali"},
	{"diteruskan"},
	{"pesan", "diteruskan"},
	{"pesan", "terusan"},
	{"terusan"},
	{"forwarded", "many", "times"},
	{"forwarded", "message"},
	{"forwarded", "as", "received"},
	{"forwarded"},
	{"forward"},
	{"fwd"},
	{"fw"},
	{"copas", "dari", "grup", "sebelah"},
	{"copas", "grup", "sebelah"},
	{"copas", "dari", "grup"},
	{"copas", "grup"},
	{"copas"},
	{"dari", "grup", "sebelah"},
}

// dropForwardHeaders removes forward headers from the start; up to three, as
// they pile up.
func dropForwardHeaders(tokens []Token) []Token {
	for range 3 {
		n := 0
		for _, h := range forwardHeaders {
			if len(h) > n && len(tokens) > len(h)+1 && startsWith(tokens, h) {
				n = len(h)
			}
		}
		if n == 0 {
			break
		}
		tokens = tokens[n:]
	}
	return tokens
}

func startsWith(tokens []Token, words []string) bool {
	for i, w := range words {
		if tokens[i].Text != w {
			return false
		}
	}
	return true
}
