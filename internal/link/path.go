package link

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// normalPath gives the escaped path in its one form: escapes of unreserved characters opened, others in capitals, bytes that
// must be escaped escaped, "." and ".." resolved. Doubled slashes stay: on some sites they mean something.
func normalPath(s string) string {
	if s == "" {
		return "/"
	}
	if easyPath(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			if v := unhex(s[i+1])<<4 | unhex(s[i+2]); unreserved(v) {
				b.WriteByte(v)
			} else {
				writeEscape(&b, v)
			}
			i += 2
		case pathByte(c):
			b.WriteByte(c)
		default:
			writeEscape(&b, c)
		}
	}
	return removeDots(b.String())
}

func easyPath(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c == '%' || !pathByte(c) || c == '.' && i > 0 && s[i-1] == '/' {
			return false
		}
	}
	return true
}

// removeDots resolves dot segments (RFC 3986, 5.2.4).
func removeDots(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	segments := strings.Split(path, "/")
	out := segments[:1]
	for i, seg := range segments[1:] {
		last := i == len(segments)-2
		switch seg {
		case ".":
			if last {
				out = append(out, "")
			}
		case "..":
			if len(out) > 1 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, seg)
		}
	}
	if path = strings.Join(out, "/"); path == "" {
		return "/"
	}
	return path
}

// plainPath fills what forms are matched on: the path without escapes (only %2F stays), doubled slashes and stray
// punctuation at its end. A path that cannot be text gives "", which no form matches. An old "#!/…" is a path. With
// narrow, full-width letters and digits, as some keyboards write them, count as their usual form: no service has them in ids.
func (a *address) plainPath(narrow bool) {
	if strings.HasPrefix(a.frag, "!/") {
		tail := a.frag[1:]
		a.query, a.frag, a.parsed, a.params = "", "", false, nil
		a.tail(tail)
	}
	path := a.path
	// "/p/AbC&igsh=…": the question mark was lost. A "&" that belongs to a name is escaped in our own addresses.
	if i := strings.IndexByte(path, '&'); i >= 0 && looksLikeQuery(path[i+1:]) {
		a.query, path = strings.TrimSuffix(path[i+1:]+"&"+a.query, "&"), path[:i]
		a.path = path
	}
	if strings.IndexByte(path, '%') >= 0 {
		path = trimEscapedSpace(path)
		a.path = path
		open, err := url.PathUnescape(strings.ReplaceAll(path, "%2F", "%252F"))
		if err != nil || !utf8.ValidString(open) || !printable(open) {
			a.plain = ""
			return
		}
		path = stripInvisible(open)
		if narrow {
			path = narrowed(path)
		}
		// "/watch%3Fv=…": a share button escaped too much.
		if i := strings.IndexByte(path, '?'); i >= 0 && looksLikeQuery(path[i+1:]) {
			a.query, path = strings.TrimSuffix(path[i+1:]+"&"+a.query, "&"), path[:i]
			a.path = escapePath(path)
		}
	}
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	if a.plain = trimEnd(path); a.plain == "" {
		a.plain = "/"
	}
}

// trimEscapedSpace takes white space that was pasted along, and escaped, off the end of a path.
func trimEscapedSpace(path string) string {
	for {
		short := path
		for _, space := range [...]string{"%20", "%0A", "%0D", "%09", "%C2%A0", "%E2%80%8B"} {
			short = strings.TrimSuffix(short, space)
		}
		if short == path {
			break
		}
		path = short
	}
	if path == "" {
		return "/"
	}
	return path
}

// looksLikeQuery tells whether s begins with "key=".
func looksLikeQuery(s string) bool {
	key, _, found := strings.Cut(s, "=")
	if !found || key == "" {
		return false
	}
	for i := range len(key) {
		if c := key[i]; (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' {
			return false
		}
	}
	return true
}

// tailMarks end no item's address; chats and people put them behind it.
const tailMarks = ".,;:!?)]}>\"'*|"

// trimEnd takes tailMarks, and pictures and marks outside ASCII, off the end.
func trimEnd(s string) string {
	for s != "" {
		if c := s[len(s)-1]; c < utf8.RuneSelf {
			if strings.IndexByte(tailMarks, c) < 0 {
				break
			}
			s = s[:len(s)-1]
			continue
		}
		r, n := utf8.DecodeLastRuneInString(s)
		if !pictureOrMark(r) {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

// pictureOrMark tells whether r, outside ASCII, is an emoji or punctuation, which stand behind addresses in chats.
func pictureOrMark(r rune) bool {
	return r >= utf8.RuneSelf && (unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || unicode.IsPunct(r))
}

// escapePath escapes a plain path or part of one, "&" too; %2F stays.
func escapePath(s string) string {
	i := 0
	for i < len(s) && pathByte(s[i]) && s[i] != '&' {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '%' && strings.HasPrefix(s[i:], "%2F"):
			b.WriteByte(c)
		case c == '&' || !pathByte(c):
			writeEscape(&b, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unescapeQuery opens escapes and "+"; a broken escape stays as written.
func unescapeQuery(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
		case c == '+':
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func writeEscape(b *strings.Builder, c byte) {
	const digits = "0123456789ABCDEF"
	b.WriteByte('%')
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}

func pathByte(c byte) bool {
	return unreserved(c) || strings.IndexByte("/!$&'()*+,;=:@[]", c) >= 0
}

func unreserved(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
