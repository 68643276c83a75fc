package link

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Found is one address inside a text. Start and End are byte offsets of what was read, for masking and marking.
type Found struct {
	Start, End int
	Raw        string
	Link       Link
	Err        error // an *Error where the address is no item (front page, search, …); Link is empty then
}

// Find takes up to limit addresses out of a message, in their order. A limit below 1 or above MaxFound means MaxFound.
func (p *Parser) Find(text string, limit int) []Found {
	if limit < 1 || limit > MaxFound {
		limit = MaxFound
	}
	var out []Found
	for _, s := range scan(text, limit) {
		l, err := p.Parse(s.raw)
		if err != nil && !s.sure {
			continue
		}
		out = append(out, Found{Start: s.start, End: s.end, Raw: s.raw, Link: l, Err: err})
	}
	return out
}

// FindAll gives the items addressed in a message, each once.
func (p *Parser) FindAll(text string) []Link {
	var out []Link
	seen := map[string]bool{}
	for _, f := range p.Find(text, MaxFound) {
		if f.Err == nil && !seen[f.Link.Key] {
			seen[f.Link.Key] = true
			out = append(out, f.Link)
		}
	}
	return out
}

// span is a part of a text that looks like an address. sure is false where only a dot speaks for it.
type span struct {
	start, end int
	raw        string
	sure       bool
}

// scan walks through the words of a text once; its cost is linear in the text.
func scan(text string, limit int) []span {
	var out []span
	for i := 0; i < len(text) && len(out) < limit; {
		r, n := utf8.DecodeRuneInString(text[i:])
		if separates(r, n) {
			i += n
			continue
		}
		end := i
		dot := false
		for end < len(text) {
			r, n := utf8.DecodeRuneInString(text[end:])
			if separates(r, n) {
				break
			}
			dot = dot || r == '.' || r == ':' || r == '。' || r == '．' || r == '｡'
			end += n
		}
		if dot {
			out = scanWord(out, text, i, end, limit)
		}
		i = end
	}
	return out
}

// separates tells which runes cannot stand inside an address.
func separates(r rune, n int) bool {
	return unicode.IsSpace(r) || r < ' ' || r == 0x7f || strings.ContainsRune("<>\"“”«»|`^", r) || r == utf8.RuneError && n == 1
}

// scanWord splits one word at the schemes inside it ("https://a.id/1https://b.id/2") and looks for bare hosts.
func scanWord(out []span, text string, start, end, limit int) []span {
	word := text[start:end]
	at, after := nextScheme(word, 0)
	if at < 0 {
		return scanBare(out, text, start, end)
	}
	if at > 0 {
		out = scanBare(out, text, start, start+at)
	}
	for at >= 0 && len(out) < limit {
		// An address after "=", "/" or ":" is wrapped in this one and belongs to it.
		next, nextAfter := nextScheme(word, after)
		for next > 0 && strings.IndexByte("=/:", word[next-1]) >= 0 {
			next, nextAfter = nextScheme(word, nextAfter)
		}
		stop := len(word)
		if next > 0 {
			stop = next
		}
		piece := trimFound(text, start+at, start+stop)
		if len(piece) > 0 {
			out = append(out, span{start: start + at, end: start + at + len(piece), raw: piece, sure: true})
		}
		at, after = next, nextAfter
	}
	return out
}

// nextScheme finds where "scheme://" begins at or after from, and where it ends; -1 where there is none.
func nextScheme(word string, from int) (at, after int) {
	for from < len(word) {
		i := strings.Index(word[from:], ":/")
		if i < 0 {
			break
		}
		i += from
		at = i
		for at > from && at > i-24 && schemeByte(word[at-1], 1) {
			at--
		}
		scheme := strings.ToLower(word[at:i])
		for _, web := range []string{"https", "http", "hxxps", "hxxp"} {
			if strings.HasSuffix(scheme, web) {
				return i - len(web), i + 2
			}
		}
		if at < i && strings.HasPrefix(word[i:], "://") && schemeByte(word[at], 0) && (!strings.Contains(scheme, ".") || scheme == "vnd.youtube") {
			return at, i + 3
		}
		from = i + 2
	}
	return -1, len(word)
}

// scanBare looks for an address without a scheme: "wa.me/62812…", "www.kpu.go.id", "(t.me/x/1)".
func scanBare(out []span, text string, start, end int) []span {
	for start < end {
		r, n := utf8.DecodeRuneInString(text[start:end])
		if hostRune(r) {
			break
		}
		start += n
	}
	word := text[start:end]
	stop := strings.IndexFunc(word, func(r rune) bool { return !hostRune(r) && !invisible(r) })
	host := word
	if stop >= 0 {
		host = word[:stop]
	}
	if strings.HasPrefix(word[len(host):], "@") || start > 0 && text[start-1] == '@' {
		return out // an e-mail address or an account name
	}
	tail := word[len(host):]
	if !bareHost(stripInvisible(host), tail) {
		return out
	}
	if tail == "" || strings.IndexByte("/?#:", tail[0]) < 0 {
		end = start + len(host)
	}
	piece := trimFound(text, start, end)
	if !strings.ContainsAny(piece, ".。．｡") {
		return out
	}
	return append(out, span{start: start, end: start + len(piece), raw: piece})
}

func hostRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '.' || r == '_' || r == '。' || r == '．' || r == '｡'
}

// bareHost is careful: "selesai.Jangan" and "laporan.pdf" are no hosts, "wa.me/62…" is.
func bareHost(host, tail string) bool {
	host = strings.Trim(strings.NewReplacer("。", ".", "．", ".", "｡", ".").Replace(strings.ToLower(host)), ".")
	i := strings.LastIndexByte(host, '.')
	if i <= 0 || len(host) > 253 || strings.Contains(host, "..") || !knownTop(host) {
		return false
	}
	if strings.HasPrefix(host, "www.") || len(tail) > 1 && tail[0] == '/' {
		return true
	}
	switch host[i+1:] {
	case "com", "net", "org", "id", "info", "tv", "biz", "xyz", "site", "online", "gle", "io":
		return len(host[:i]) > 2
	}
	return false
}

// trimFound cuts a found piece: closing punctuation, and chat marks that were opened before it.
func trimFound(text string, start, end int) string {
	piece := text[start:end]
	for piece != "" {
		r, n := utf8.DecodeLastRuneInString(piece)
		if strings.ContainsRune(".,;:!?'", r) || invisible(r) || pictureOrMark(r) {
			piece = piece[:len(piece)-n]
			continue
		}
		if strings.ContainsRune("*_~", r) && start > 0 && opened(text[:start], r) {
			piece = piece[:len(piece)-n]
			continue
		}
		if short := trimTail(piece); short != piece {
			piece = short
			continue
		}
		break
	}
	return piece
}

// opened tells whether a chat mark r at the start of a word of the same line is still open before the address.
func opened(before string, r rune) bool {
	line := before[strings.LastIndexByte(before, '\n')+1:]
	if len(line) > 512 {
		line = line[len(line)-512:]
	}
	open := false
	prev := ' '
	for _, c := range line {
		if c == r && (open || unicode.IsSpace(prev) || strings.ContainsRune("*_~(", prev)) {
			open = !open
		}
		prev = c
	}
	return open
}
