package link

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// hostProfile maps a host as browsers do (UTS 46, non-transitional); odd ASCII such as "_" stays, DNS length is checked here.
var hostProfile = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckHyphens(false), idna.VerifyDNSLength(false))

// authority reads "user@host:port".
func (a *address) authority(s string) error {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
		a.flag("userinfo")
	}
	if strings.HasPrefix(s, "[") && ipv6Start(s) {
		end := strings.IndexByte(s, ']')
		if err := a.takePort(strings.TrimPrefix(s[end+1:], ":")); err != nil {
			return err
		}
		return a.ipv6(s[1:end])
	}
	if strings.ContainsAny(s, "[({") {
		s = defang.Replace(s)
		a.flag("defanged")
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		if err := a.takePort(s[i+1:]); err != nil {
			return err
		}
		s = s[:i]
	}
	return a.takeHost(s)
}

var defang = strings.NewReplacer("[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "[DOT]", ".", "(DOT)", ".", "[:]", ":", "[", "", "]", "")

func (a *address) takePort(s string) error {
	if s == "" {
		return nil
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return refuse("link.bad_host")
	}
	if a.scheme == "http" && n == 80 || a.scheme == "https" && (n == 443 || n == 80) {
		return nil
	}
	a.port = strconv.FormatUint(n, 10)
	a.flag("port")
	return nil
}

func (a *address) takeHost(s string) error {
	lower, plain := plainHost(s)
	if !plain {
		var err error
		if lower, err = a.foreignHost(s); err != nil {
			return err
		}
	}
	lower = strings.TrimRight(lower, ".")
	if err := checkHost(lower); err != nil {
		return err
	}
	a.host = lower
	last := lower[strings.LastIndexByte(lower, '.')+1:]
	if last[0] >= '0' && last[0] <= '9' {
		if ip, ok := looseIPv4(lower); ok {
			return a.takeIP(ip)
		}
		if _, err := strconv.ParseUint(last, 0, 64); err == nil {
			return refuse("link.bad_host")
		}
	}
	if internalName(lower) {
		return refuse("link.private_host")
	}
	if !strings.Contains(lower, ".") {
		return refuse("link.bad_host")
	}
	return nil
}

// plainHost lower-cases s and tells whether it needs no further mapping.
func plainHost(s string) (string, bool) {
	upper := false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
			if c == 'x' && strings.HasPrefix(s[i:], "xn--") {
				return s, false
			}
		case c >= 'A' && c <= 'Z':
			upper = true
		default:
			return s, false
		}
	}
	if upper {
		s = strings.ToLower(s)
		return s, !strings.Contains(s, "xn--")
	}
	return s, true
}

// foreignHost maps a host with escapes, letters outside ASCII or punycode to its ASCII form.
func (a *address) foreignHost(s string) (string, error) {
	if strings.Contains(s, "%") {
		open, err := url.PathUnescape(s)
		if err != nil || strings.ContainsAny(open, "/?#@:\\ %") {
			return "", refuse("link.bad_host")
		}
		s = open
	}
	s = strings.NewReplacer("。", ".", "．", ".", "｡", ".", "․", ".").Replace(s)
	ascii, err := hostProfile.ToASCII(s)
	if err != nil || ascii == "" {
		return "", refuse("link.bad_host")
	}
	if strings.Contains(ascii, "xn--") {
		name, err := hostProfile.ToUnicode(ascii)
		if err != nil {
			return "", refuse("link.bad_host")
		}
		a.name = name
		a.flag("idn")
		if strings.Contains(strings.ToLower(s), "xn--") {
			a.flag("punycode")
		}
		if mixedScript(name) {
			a.flag("mixed_script")
		}
	}
	return strings.ToLower(ascii), nil
}

// checkHost holds the limits of DNS and refuses what no browser would open.
func checkHost(host string) error {
	if host == "" || len(host) > 253 {
		return refuse("link.bad_host")
	}
	label := 0
	for i := range len(host) {
		switch c := host[i]; {
		case c == '.':
			if label == 0 {
				return refuse("link.bad_host")
			}
			label = 0
			continue
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return refuse("link.bad_host")
		}
		if label++; label > 63 {
			return refuse("link.bad_host")
		}
	}
	return nil
}

func internalName(host string) bool {
	switch host[strings.LastIndexByte(host, '.')+1:] {
	case "localhost", "local", "internal", "lan", "intranet", "home", "corp", "localdomain":
		return true
	case "arpa":
		return strings.HasSuffix(host, ".home.arpa")
	}
	return false
}

// looseIPv4 reads the old ways to write an IPv4 address (one to four parts, decimal, octal or hexadecimal), as browsers do.
func looseIPv4(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var sum uint64
	for i, part := range parts {
		if part == "" || strings.Contains(part, "_") {
			return netip.Addr{}, false
		}
		base := 10
		switch {
		case strings.HasPrefix(part, "0x"):
			part, base = part[2:], 16
		case len(part) > 1 && part[0] == '0':
			part, base = part[1:], 8
		}
		if part == "" {
			part = "0"
		}
		n, err := strconv.ParseUint(part, base, 32)
		if err != nil {
			return netip.Addr{}, false
		}
		if i == len(parts)-1 {
			room := uint(8 * (5 - len(parts)))
			if n >= 1<<room {
				return netip.Addr{}, false
			}
			sum = sum<<room | n
			break
		}
		if n > 255 {
			return netip.Addr{}, false
		}
		sum = sum<<8 | n
	}
	return netip.AddrFrom4([4]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}), true
}

func (a *address) ipv6(s string) error {
	ip, err := netip.ParseAddr(s)
	if err != nil || !ip.Is6() {
		return refuse("link.bad_host")
	}
	return a.takeIP(ip.WithZone("").Unmap())
}

// takeIP accepts public addresses only: nobody else can open the others, and the fetcher must never try.
func (a *address) takeIP(ip netip.Addr) error {
	if ip.IsPrivate() || ip.IsLoopback() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || !ip.IsGlobalUnicast() {
		return refuse("link.private_host")
	}
	if shared := netip.MustParsePrefix("100.64.0.0/10"); shared.Contains(ip) {
		return refuse("link.private_host")
	}
	a.host = ip.String()
	if ip.Is6() {
		a.host = "[" + a.host + "]"
	}
	a.flag("ip_host")
	return nil
}
