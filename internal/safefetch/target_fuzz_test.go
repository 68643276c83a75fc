package safefetch_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"

	"ronda/internal/safefetch"
)

// Whatever the address, a connection may only be opened to the one public host of the table or to a
// literal public address.
func FuzzFetchNeverDialsInside(f *testing.F) {
	for trick := range tricks {
		f.Add(trick)
	}
	f.Fuzz(func(t *testing.T, address string) {
		c, err := safefetch.New(safefetch.Options{
			UserAgent: "test",
			Resolver:  names{"contoh.id": {"93.184.216.34"}},
			Dial: func(_ context.Context, _, addr string) (net.Conn, error) {
				ap, err := netip.ParseAddrPort(addr)
				a := ap.Addr()
				if err != nil || ap.Port() != 80 && ap.Port() != 443 || !a.IsGlobalUnicast() || a.IsPrivate() || a.Is4In6() {
					t.Errorf("%q led to %s", address, addr)
				}
				return nil, errors.New("closed")
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Fetch(t.Context(), address); err == nil {
			t.Errorf("%q was answered by nobody", address)
		}
	})
}
