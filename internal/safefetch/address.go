package safefetch

import (
	"net/netip"
	"strings"
)

// reserved lists what is not the public Internet although it lies in a unicast range: the IANA
// special-purpose registries (RFC 6890 and its updates), and one address that a cloud made public.
// For IPv6 only 2000::/3 is public at all; see publicAddress.
var reserved = prefixes(`
	0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
	192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16
	192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
	168.63.129.16/32
	2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3ffe::/16 3fff::/20`)

// 168.63.129.16 answers inside every Azure machine. 2001::/23 has Teredo and ORCHID, 2002::/16 is
// 6to4: both carry an IPv4 address of the sender's choice.

var globalIPv6 = netip.MustParsePrefix("2000::/3")

// publicAddress reports whether addr is an address on the public Internet. IPv4-mapped addresses are
// judged as the IPv4 address that a socket would use; translated ones (64:ff9b::/96, 64:ff9b:1::/48),
// compatible (::/96), unique local, link-local, site-local, multicast and the discard prefix lie
// outside 2000::/3.
func publicAddress(addr netip.Addr) bool {
	if !addr.IsValid() || addr.Zone() != "" {
		return false
	}
	addr = addr.Unmap()
	if addr.Is6() && !globalIPv6.Contains(addr) {
		return false
	}
	return !within(addr, reserved)
}

func within(addr netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

func prefixes(s string) []netip.Prefix {
	var list []netip.Prefix
	for _, f := range strings.Fields(s) {
		list = append(list, netip.MustParsePrefix(f))
	}
	return list
}
