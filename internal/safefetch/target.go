package safefetch

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// The longest address that is fetched, in bytes.
const maxURL = 4096

// privateTops are top-level names that never lead to the public Internet (RFC 6761, 6762, 8375,
// 9476 and the names that networks use at home).
var privateTops = strings.Fields(`localhost local internal intranet lan home corp private localdomain
	home.arpa in-addr.arpa ip6.arpa onion alt test invalid`)

// parseTarget turns an address from outside into a URL that is safe to look up, or says why not.
// It judges names only; what the name resolves to is judged when it is dialled.
func (c *Client) parseTarget(raw string) (*url.URL, error) {
	if len(raw) > maxURL {
		return nil, refuse(BadURL, "address longer than 4096 bytes")
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f || r == 0xFFFD }) {
		return nil, refuse(BadURL, "blank, control character or backslash in the address")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, refuse(BadURL, "cannot be parsed")
	}
	u.Fragment, u.RawFragment = "", ""
	return c.checkURL(u)
}

// checkURL returns a copy of u with the host in its canonical form.
func (c *Client) checkURL(u *url.URL) (*url.URL, error) {
	out := *u
	out.Scheme = strings.ToLower(u.Scheme)
	if out.Scheme != "http" && out.Scheme != "https" {
		return nil, refuse(BadScheme, u.Scheme)
	}
	if u.User != nil {
		return nil, refuse(Credentials, "user name or password in the address")
	}
	if u.Opaque != "" || u.Host == "" {
		return nil, refuse(BadURL, "no host")
	}
	host, err := canonicalHost(u.Hostname())
	if err != nil {
		return nil, err
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Is4In6() || !c.allowed(ip) {
			return nil, refuse(BadAddress, host)
		}
		if ip.Is6() {
			host = "[" + host + "]"
		}
	}
	port := u.Port()
	if strings.HasSuffix(u.Host, ":") {
		port = ""
	}
	out.Host = host
	if port == "" {
		return &out, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || !slices.Contains(c.ports, uint16(n)) {
		return nil, refuse(BadPort, port)
	}
	if !(n == 80 && out.Scheme == "http") && !(n == 443 && out.Scheme == "https") {
		out.Host += ":" + strconv.FormatUint(n, 10)
	}
	return &out, nil
}

// canonicalHost gives a host in ASCII and lower case: a strict dotted IPv4 or IPv6 literal, or a
// name with a dot outside the private top-level names. Other spellings of an IPv4 address (octal,
// hexadecimal, one number, fewer parts) are refused and never reach a resolver that understands them.
func canonicalHost(host string) (string, error) {
	if host == "" {
		return "", refuse(BadHost, "empty")
	}
	if strings.ContainsAny(host, ":%") {
		ip, err := netip.ParseAddr(host)
		if err != nil || ip.Zone() != "" {
			return "", refuse(BadHost, host)
		}
		return ip.String(), nil
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil {
		return "", refuse(BadHost, host)
	}
	ascii = strings.TrimSuffix(strings.ToLower(ascii), ".")
	if len(ascii) > 253 {
		return "", refuse(BadHost, host)
	}
	if ip, err := netip.ParseAddr(ascii); err == nil {
		return ip.String(), nil
	}
	labels := strings.Split(ascii, ".")
	if len(labels) < 2 {
		return "", refuse(BadHost, host)
	}
	if slices.ContainsFunc(labels, func(l string) bool { return l == "" || len(l) > 63 }) {
		return "", refuse(BadHost, host)
	}
	if last := labels[len(labels)-1]; numberLike(last) {
		return "", refuse(BadHost, host)
	}
	for _, top := range privateTops {
		if ascii == top || strings.HasSuffix(ascii, "."+top) {
			return "", refuse(BadHost, host)
		}
	}
	return ascii, nil
}

// numberLike is the WHATWG URL rule "ends in a number": such a host is an IPv4 address to browsers and
// to the C library, in a spelling that netip refuses.
func numberLike(label string) bool {
	if label == "" || strings.Trim(label, "0123456789") == "" {
		return true
	}
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return false
}
