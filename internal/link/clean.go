package link

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean takes off what chats, mail programs and people put around and into an address. Depth is above 0 for a
// value found inside another address: of a shared text only its first address counts there.
func (p *Parser) clean(raw string, depth int) (string, error) {
	if len(raw) > MaxInput {
		return "", refuse("link.too_long")
	}
	text := raw
	if !plainASCII(raw) {
		if !utf8.ValidString(raw) {
			return "", refuse("link.bad_text")
		}
		text = narrowStart(stripInvisible(raw))
		text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
		var err error
		if text, err = p.inner(text, depth); err != nil {
			return "", err
		}
	}
	text = unquote(text)
	if text == "" {
		return "", refuse("link.empty")
	}
	for range 3 {
		if !hasPrefixFold(text, "http%3a") && !hasPrefixFold(text, "https%3a") && !hasPrefixFold(text, "http%253a") && !hasPrefixFold(text, "https%253a") {
			break
		}
		open, err := url.PathUnescape(text)
		if err != nil {
			return "", refuse("link.bad_host")
		}
		text = open
	}
	if !printable(text) {
		return "", refuse("link.bad_text")
	}
	return text, nil
}

// inner handles white space inside the text: broken lines are joined, a message is searched for its one address.
func (p *Parser) inner(text string, depth int) (string, error) {
	space := strings.IndexFunc(text, unicode.IsSpace)
	if space < 0 {
		if !printable(text) {
			return "", refuse("link.bad_text")
		}
		return text, nil
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) && r != '\t' && r != '\n' && r != '\r' }) &&
		strings.Count(text, "://") <= 1 && strings.Contains(text[:space], ":/") {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, text), nil
	}
	found := scan(text, 3)
	switch {
	case len(found) == 0 && phoneLike(text):
		return "", refuse("link.phone_number")
	case len(found) == 0:
		return "", refuse("link.no_address")
	}
	// An address with its scheme counts before a bare host: "Dari detik.com: https://t.me/x/1".
	var sure []span
	for _, s := range found {
		if s.sure {
			sure = append(sure, s)
		}
	}
	if len(sure) > 0 {
		found = sure
	}
	if len(found) > 1 && depth == 0 {
		return "", refuse("link.several")
	}
	return found[0].raw, nil
}

// plainASCII tells whether s has only visible ASCII: no space, no control character.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// printable tells whether no control character stands in s.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// invisible tells whether a reader cannot see r: zero-width, bidi and variation marks, soft hyphen, byte order mark.
func invisible(r rune) bool {
	switch {
	case r < 0x80:
		return false
	case r == 0xAD || r == 0x34F || r == 0x61C || r == 0x180E || r == 0xFEFF:
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0F:
		return true
	case r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

func stripInvisible(s string) string {
	if !strings.ContainsFunc(s, invisible) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, s)
}

// narrowStart writes full-width letters at the start of s, as in "ｈｔｔｐｓ：／／", in their usual form.
func narrowStart(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r < 0xFF01 || r > 0xFF5E {
			return b.String() + s[i:]
		}
		b.WriteRune(r - 0xFEE0)
	}
	return b.String()
}

// narrowed writes every full-width letter, digit and mark of s in its usual form.
func narrowed(s string) string {
	if strings.IndexByte(s, 0xEF) < 0 { // how all of them begin in UTF-8
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < 0xFF01 || r > 0xFF5E {
			return r
		}
		return r - 0xFEE0
	}, s)
}

// unquote takes off quotation marks, brackets and chat marks around an address.
func unquote(s string) string {
	for s != "" {
		before := s
		for _, label := range []string{"url:", "link:"} {
			if hasPrefixFold(s, label) {
				s = s[len(label):]
			}
		}
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case strings.ContainsRune("<([{\"'“‘«‹„`", r) && !strings.HasPrefix(s, "[::") && !ipv6Start(s):
			s = s[n:]
		case strings.ContainsRune("*_~", r):
			// WhatsApp's *bold*, _italic_ and ~struck~: the closing mark belongs to the opening one.
			s = strings.TrimSuffix(s[n:], string(r))
		}
		s = trimTail(s)
		if s == before {
			break
		}
	}
	return s
}

// ipv6Start tells whether s starts with an address in brackets such as "[2001:db8::1]".
func ipv6Start(s string) bool {
	end := strings.IndexByte(s, ']')
	return strings.HasPrefix(s, "[") && end > 0 && strings.Count(s[:end], ":") >= 2 && !strings.Contains(s[:end], "/")
}

// trimTail takes off closing marks at the end that have no opening mark inside.
func trimTail(s string) string {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		switch r {
		case '>', '"', '\'', '”', '’', '»', '›', '`', '…', ',', ';', '。', '、', '，':
		case ')', ']', '}':
			open := map[rune]string{')': "(", ']': "[", '}': "{"}[r]
			if strings.Count(s, open) >= strings.Count(s, string(r)) {
				return s
			}
		default:
			return s
		}
		s = s[:len(s)-n]
	}
	return s
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// phoneLike tells whether the text is a telephone number: digits with the usual marks between.
func phoneLike(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-(). \u00a0", r):
			return false
		}
	}
	return digits >= 8 && digits <= 16
}
