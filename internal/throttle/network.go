package throttle

import "net/netip"

// wider is how many times the budget of one client its whole neighbourhood has: whoever has a /24 or a /48 to themselves is not 256 or 65,536 clients.
const wider = 8

// networks says for whom a key counts. An IPv4 address is one client, however many phones a carrier puts behind it; its neighbourhood is the /24. Of IPv6 a
// line or a phone has a /64 at least, so an address within says nothing; its neighbourhood is the /48. Other keys, such as accounts, are what they are.
func networks(key string) (own, wide string) {
	addr, err := netip.ParseAddr(key)
	if err != nil {
		return key, ""
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String(), netip.PrefixFrom(addr, 24).Masked().String()
	}
	return netip.PrefixFrom(addr, 64).Masked().String(), netip.PrefixFrom(addr, 48).Masked().String()
}
