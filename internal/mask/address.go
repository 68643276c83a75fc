package mask

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// What ends an address in running text. Zero-width characters are in neither set on purpose:
// they never belong to an address, and forwarded messages are full of them.
const addressEnd = `\s<>"` + "`" + `{}|\\^\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}\x{00a0}`

var (
	// https://…, also "hxxps://" and "https[:]//" as people write links that should not be clicked.
	schemed = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*(?::|\[:\])//[^` + addressEnd + `]+`)
	// host.tld with an optional port and path.
	bareHost = regexp.MustCompile(`(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+(?:xn--[A-Za-z0-9-]+|\p{L}{2,})(?::[0-9]{1,5})?(?:[/?#][^` + addressEnd + `]*)?`)
	// @name: an account's own name. A handle of digits alone is how WhatsApp mentions a number.
	handle = regexp.MustCompile(`@[\p{L}_][\p{L}\p{N}_.]*`)

	spelledAt    = regexp.MustCompile(`(?i)[\[(]\s?at\s?[\])]\s?$`)
	plainEmail   = regexp.MustCompile(`[\p{L}\p{N}][\p{L}\p{N}._%+'-]*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}`)
	spelledEmail = regexp.MustCompile(`(?i)[\p{L}\p{N}][\p{L}\p{N}._+-]*\s?[\[(]\s?at\s?[\])]\s?[\p{L}\p{N}-]+(?:(?:\s?[\[(]\s?(?:dot|titik)\s?[\])]\s?|\.)[\p{L}\p{N}-]+)+`)
)

// Addresses lists the byte ranges [start, end) of s that are addresses of things on the net:
// URLs with a scheme, hosts under a public suffix, and account handles. They come in order and
// do not overlap.
func Addresses(s string) [][2]int {
	var found [][2]int
	taken := make([]bool, len(s))
	add := func(start, end int) {
		if end <= start || slices.Contains(taken[start:end], true) {
			return
		}
		for i := start; i < end; i++ {
			taken[i] = true
		}
		found = append(found, [2]int{start, end})
	}
	if strings.Contains(s, "//") {
		for _, m := range schemed.FindAllStringIndex(s, -1) {
			if !contactScheme(s[m[0]:m[1]]) {
				add(m[0], trimAddress(s, m[0], m[1]))
			}
		}
	}
	if strings.Contains(s, ".") {
		for _, m := range bareHost.FindAllStringIndex(s, -1) {
			if isBareHost(s, m[0], m[1]) {
				add(m[0], trimAddress(s, m[0], m[1]))
			}
		}
	}
	if strings.Contains(s, "@") {
		for _, m := range handle.FindAllStringIndex(s, -1) {
			if before, _ := utf8.DecodeLastRuneInString(s[:m[0]]); !isWord(before) && !strings.ContainsRune("._%+'-", before) {
				add(m[0], trimAddress(s, m[0], m[1]))
			}
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i][0] < found[j][0] })
	return found
}

// contactScheme reports whether an address is only a wrapping of a phone number or mail address.
func contactScheme(s string) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(s), ":")
	switch strings.TrimSuffix(scheme, "[") {
	case "tel", "sms", "mailto", "callto", "smsto":
		return true
	}
	return false
}

// isBareHost tells a host from two sentences without a space between them, and from the
// host part of an e-mail address.
func isBareHost(s string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:start])
	after, _ := utf8.DecodeRuneInString(s[end:])
	if before == '@' || after == '@' || spelledAt.MatchString(s[max(0, start-8):start]) {
		return false
	}
	host := s[start:end]
	if i := strings.IndexAny(host, ":/?#"); i >= 0 {
		host = host[:i]
	}
	dot := strings.LastIndexByte(host, '.')
	name, top := host[:dot], host[dot+1:]
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	if first, _ := utf8.DecodeRuneInString(top); unicode.IsUpper(first) && !strings.ContainsFunc(name, unicode.IsLetter) {
		return false // "081234567890.Me too": a number, then a new sentence
	}
	suffix, icann := publicsuffix.PublicSuffix(strings.ToLower(host))
	return icann || strings.Contains(suffix, ".") // the latter: privately run, as blogspot.com
}

// trimAddress leaves the punctuation of the sentence out of the address that it follows.
func trimAddress(s string, start, end int) int {
	return start + len(strings.TrimRight(s[start:end], ".,;:!?'\")]*_…"))
}

// emails lists the ranges of e-mail addresses in a stretch of text without other addresses.
func emails(s string) [][2]int {
	var found [][2]int
	if strings.Contains(s, "@") {
		for _, m := range plainEmail.FindAllStringIndex(s, -1) {
			found = append(found, [2]int{m[0], m[1]})
		}
	}
	if !strings.ContainsAny(s, "[(") {
		return found
	}
	plain := len(found)
	for _, m := range spelledEmail.FindAllStringIndex(s, -1) {
		overlaps := func(f [2]int) bool { return m[0] < f[1] && f[0] < m[1] }
		if !slices.ContainsFunc(found[:plain], overlaps) {
			found = append(found, [2]int{m[0], m[1]})
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i][0] < found[j][0] })
	return found
}

func isWord(r rune) bool {
	return r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r))
}
