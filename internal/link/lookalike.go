package link

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// brands knows the hosts of the services by what they look like.
type brands struct {
	whole  map[string]string // skeleton of a registered domain to service id
	label  map[string]string // skeleton of its first label, where that is long enough to be a name
	plain  map[string]string // first label as written
	domain map[string]string // domain as written
}

// minBrand is the shortest label that counts as a name of its own: "line" and "x" would hit half the web.
const minBrand = 5

func newBrands(services []*service) *brands {
	b := &brands{whole: map[string]string{}, label: map[string]string{}, plain: map[string]string{}, domain: map[string]string{}}
	for _, s := range services {
		if s.id == Web {
			continue
		}
		for _, host := range s.hosts {
			b.domain[host] = s.id
			b.whole[skeleton(host)] = s.id
			name, _, _ := strings.Cut(host, ".")
			if len(name) >= minBrand {
				b.plain[name] = s.id
				b.label[skeleton(name)] = s.id
			}
		}
	}
	return b
}

// judge adds the flags of a host that wants to be taken for a service's.
func (b *brands) judge(l Link, a *address) Link {
	host := a.host
	if a.name != "" {
		host = a.name
	}
	if id, ok := b.whole[skeleton(host)]; ok {
		return looksLike(l, id, "homograph")
	}
	registered := l.Domain
	if a.name != "" {
		registered = lastLabels(host, strings.Count(l.Domain, ".")+1)
	}
	name, _, _ := strings.Cut(registered, ".")
	if id, ok := b.plain[name]; ok {
		return looksLike(l, id, "brand_in_host")
	}
	if id, ok := b.label[skeleton(name)]; ok {
		return looksLike(l, id, "homograph")
	}
	if id := b.whole[skeleton(registered)]; id != "" {
		return looksLike(l, id, "homograph")
	}
	return b.inside(l, host, name)
}

// inside finds a service's name as a label, a part between hyphens, or a whole host in front of a foreign domain.
func (b *brands) inside(l Link, host, registered string) Link {
	rest := host
	for rest != "" {
		label, after, _ := strings.Cut(rest, ".")
		if label == registered && !strings.Contains(after, ".") && !strings.Contains(label, "-") {
			break
		}
		for part := range strings.SplitSeq(label, "-") {
			if len(part) < minBrand {
				continue
			}
			if id, ok := b.plain[part]; ok {
				return looksLike(l, id, "brand_in_host")
			}
			if id, ok := b.label[skeleton(part)]; ok {
				return looksLike(l, id, "homograph")
			}
		}
		if next, _, more := strings.Cut(after, "."); more {
			if id, ok := b.domain[label+"."+next]; ok {
				return looksLike(l, id, "brand_in_host")
			}
		}
		rest = after
	}
	return l
}

func looksLike(l Link, id, flag string) Link {
	l.Lookalike = id
	l.Flags = addFlags(l.Flags, flag)
	return l
}

func lastLabels(host string, n int) string {
	labels := strings.Split(host, ".")
	if n < len(labels) {
		labels = labels[len(labels)-n:]
	}
	return strings.Join(labels, ".")
}

// skeleton folds what people cannot tell apart into one letter, after the idea of Unicode TR 39 (only the letters that occur
// in names of services). Two hosts with one skeleton look alike.
func skeleton(s string) string {
	var b strings.Builder
	ascii := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if !ascii {
		s = norm.NFKD.String(s)
	}
	for _, r := range s {
		if r >= 0x80 {
			if unicode.Is(unicode.Mn, r) {
				continue
			}
			if c, ok := confusable[r]; ok {
				r = c
			}
		}
		switch r {
		case '0':
			r = 'o'
		case '1', 'i', '|', 'j':
			r = 'l'
		case '3':
			r = 'e'
		case '5':
			r = 's'
		case '8':
			r = 'b'
		case '_':
			r = '-'
		}
		b.WriteRune(r)
	}
	out := b.String()
	if strings.Contains(out, "rn") || strings.Contains(out, "vv") || strings.Contains(out, "cl") {
		out = looksWide.Replace(out)
	}
	return out
}

var looksWide = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d")

// confusable maps letters to the Latin letter that they look like (from Unicode's confusables.txt, the lower-case
// Cyrillic, Greek, Armenian, Cherokee, Coptic and Latin-extended letters that occur in registered names).
var confusable = map[rune]rune{
	// Cyrillic
	'а': 'a', 'ә': 'e', 'в': 'b', 'е': 'e', 'ё': 'e', 'ԍ': 'g', 'һ': 'h', 'н': 'h', 'і': 'l', 'ї': 'l', 'ј': 'l', 'к': 'k', 'ӏ': 'l', 'м': 'm', 'п': 'n',
	'о': 'o', 'р': 'p', 'ԛ': 'q', 'г': 'r', 'ѕ': 's', 'т': 't', 'ս': 'u', 'ѵ': 'v', 'ԝ': 'w', 'ѡ': 'w', 'х': 'x', 'у': 'y', 'ү': 'y', 'с': 'c', 'ԁ': 'd', 'ь': 'b', 'и': 'u', 'з': 'e',
	// Greek
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'n', 'ι': 'l', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'ς': 'c', 'σ': 'o', 'τ': 't', 'υ': 'u', 'χ': 'x', 'γ': 'y', 'ω': 'w', 'μ': 'u', 'ϲ': 'c', 'ϳ': 'l',
	// Latin beyond ASCII
	'ı': 'l', 'ɩ': 'l', 'ɪ': 'l', 'ł': 'l', 'ƚ': 'l', 'ǀ': 'l', 'ʟ': 'l', 'ɑ': 'a', 'ᴀ': 'a', 'ƅ': 'b', 'ʙ': 'b', 'ᴄ': 'c', 'đ': 'd', 'ɖ': 'd', 'ᴅ': 'd', 'ᴇ': 'e', 'ɛ': 'e', 'ə': 'e', 'ƒ': 'f', 'ꜰ': 'f', 'ɡ': 'g', 'ɢ': 'g', 'ɠ': 'g', 'ʜ': 'h', 'ħ': 'h',
	'ᴋ': 'k', 'ƙ': 'k', 'ᴍ': 'm', 'ɱ': 'm', 'ɴ': 'n', 'ŋ': 'n', 'ɲ': 'n', 'ø': 'o', 'ᴏ': 'o', 'ɔ': 'o', 'ᴘ': 'p', 'ƥ': 'p', 'ʀ': 'r', 'ɾ': 'r', 'ꜱ': 's', 'ʂ': 's', 'ᴛ': 't', 'ŧ': 't', 'ƭ': 't', 'ᴜ': 'u', 'ʋ': 'u', 'ᴠ': 'v', 'ᴡ': 'w', 'ʏ': 'y', 'ƴ': 'y', 'ᴢ': 'z', 'ƶ': 'z', 'þ': 'p', 'ß': 'b', 'æ': 'a', 'œ': 'o',
	// Armenian, Georgian, Hebrew, Thai, others
	'օ': 'o', 'ո': 'n', 'հ': 'h', 'ց': 'g', 'զ': 'q', 'յ': 'l', 'ք': 'p', 'ѓ': 'r', 'ס': 'o', 'ו': 'l', '๐': 'o', '໐': 'o', 'ჿ': 'o', 'ᴑ': 'o', 'ⲟ': 'o', 'ⲥ': 'c', 'ⲣ': 'p', 'Ꭵ': 'l', 'ⅰ': 'l', 'ꓲ': 'l', 'ꓳ': 'o', 'ꭰ': 'd', 'ꮯ': 'c',
}

// mixedScript tells whether one label mixes Latin with Cyrillic, Greek or Armenian letters, which no honest name does.
func mixedScript(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		latin, other := false, false
		for _, r := range label {
			switch {
			case unicode.Is(unicode.Latin, r):
				latin = true
			case unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee):
				other = true
			}
		}
		if latin && other {
			return true
		}
	}
	return false
}

// Looks folds the letters of a handle that people cannot tell apart, and leaves out what separates its words: two handles with one result look alike.
func Looks(handle string) string {
	return strings.NewReplacer("-", "", ".", "", "_", "").Replace(skeleton(strings.ToLower(strings.TrimPrefix(handle, "@"))))
}
