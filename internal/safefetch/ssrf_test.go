package safefetch_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"ronda/internal/safefetch"
)

// names answers look-ups from a table and fails every other name.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	var out []netip.Addr
	for _, a := range n[host] {
		out = append(out, netip.MustParseAddr(a))
	}
	if out == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return out, nil
}

// tricks are ways to make a server ask its own network, each with the rule that must stop it.
var tricks = map[string]safefetch.Reason{
	// Loopback and private ranges in plain words.
	"http://127.0.0.1/":       safefetch.BadAddress,
	"http://127.1.2.3/":       safefetch.BadAddress,
	"http://0.0.0.0/":         safefetch.BadAddress,
	"http://0.1.2.3/":         safefetch.BadAddress,
	"http://10.0.0.1/":        safefetch.BadAddress,
	"http://172.16.0.1/":      safefetch.BadAddress,
	"http://172.31.255.255/":  safefetch.BadAddress,
	"http://192.168.1.1/":     safefetch.BadAddress,
	"http://100.64.0.1/":      safefetch.BadAddress, // carrier-grade NAT
	"http://192.0.0.192/":     safefetch.BadAddress, // Oracle metadata
	"http://198.18.0.1/":      safefetch.BadAddress, // benchmarks
	"http://192.88.99.1/":     safefetch.BadAddress, // 6to4 relay
	"http://224.0.0.1/":       safefetch.BadAddress, // multicast
	"http://240.0.0.1/":       safefetch.BadAddress,
	"http://255.255.255.255/": safefetch.BadAddress,
	"http://192.0.2.1/":       safefetch.BadAddress, // documentation
	// Metadata services of clouds.
	"http://169.254.169.254/latest/meta-data/": safefetch.BadAddress,
	"http://169.254.170.2/v2/credentials":      safefetch.BadAddress,
	"http://100.100.100.200/latest/meta-data":  safefetch.BadAddress,
	"http://168.63.129.16/machine":             safefetch.BadAddress,
	"http://[fd00:ec2::254]/latest/":           safefetch.BadAddress,
	"http://metadata.google.internal/":         safefetch.BadHost,
	// IPv6.
	"http://[::1]/":                safefetch.BadAddress,
	"http://[::]/":                 safefetch.BadAddress,
	"http://[0:0:0:0:0:0:0:1]/":    safefetch.BadAddress,
	"http://[fe80::1]/":            safefetch.BadAddress,
	"http://[fe80::1%25eth0]/":     safefetch.BadHost,
	"http://[fc00::1]/":            safefetch.BadAddress,
	"http://[fec0::1]/":            safefetch.BadAddress, // site-local
	"http://[ff02::1]/":            safefetch.BadAddress,
	"http://[::ffff:127.0.0.1]/":   safefetch.BadAddress, // mapped
	"http://[::ffff:7f00:1]/":      safefetch.BadAddress,
	"http://[::ffff:8.8.8.8]/":     safefetch.BadAddress, // nobody honest writes it so
	"http://[::127.0.0.1]/":        safefetch.BadAddress, // compatible
	"http://[::ffff:0:127.0.0.1]/": safefetch.BadAddress, // translated
	"http://[64:ff9b::127.0.0.1]/": safefetch.BadAddress, // NAT64
	"http://[64:ff9b:1::a00:1]/":   safefetch.BadAddress, // local NAT64
	"http://[2002:7f00:1::]/":      safefetch.BadAddress, // 6to4 of 127.0.0.1
	"http://[2001:0:7f00:1::]/":    safefetch.BadAddress, // Teredo
	"http://[2001:db8::1]/":        safefetch.BadAddress,
	"http://[100::1]/":             safefetch.BadAddress, // discard
	"http://[5f00::1]/":            safefetch.BadAddress, // segment routing
	"http://[3fff::1]/":            safefetch.BadAddress,
	"http://[0000::1]/":            safefetch.BadAddress,
	"http://[::1%25lo]/":           safefetch.BadHost,
	// IPv4 in the spellings of inet_aton.
	"http://2130706433/":       safefetch.BadHost,
	"http://0x7f000001/":       safefetch.BadHost,
	"http://0x7f.0x0.0x0.0x1/": safefetch.BadHost,
	"http://017700000001/":     safefetch.BadHost,
	"http://0177.0.0.1/":       safefetch.BadHost,
	"http://127.1/":            safefetch.BadHost,
	"http://127.0.1/":          safefetch.BadHost,
	"http://127.0.0.01/":       safefetch.BadHost,
	"http://127.0.0.0x1/":      safefetch.BadHost,
	"http://1.2.3.4.5/":        safefetch.BadHost,
	"http://127.0.0.1./":       safefetch.BadAddress,
	"http://425.510.425.510/":  safefetch.BadHost,
	"http://１２７.０.０.１/":        safefetch.BadAddress, // full width digits
	"http://127。0。0。1/":        safefetch.BadAddress, // ideographic full stops
	"http://①②⑦.⓪.⓪.①/":        safefetch.BadAddress,
	"http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/":        safefetch.BadHost,
	// Names of this machine and this network.
	"http://localhost/":             safefetch.BadHost,
	"http://LOCALHOST/":             safefetch.BadHost,
	"http://localhost./":            safefetch.BadHost,
	"http://a.localhost/":           safefetch.BadHost,
	"http://localhost.localdomain/": safefetch.BadHost,
	"http://printer.local/":         safefetch.BadHost,
	"http://router.lan/":            safefetch.BadHost,
	"http://nas.home.arpa/":         safefetch.BadHost,
	"http://intranet/":              safefetch.BadHost,
	"http://db.internal/":           safefetch.BadHost,
	"http://abc.onion/":             safefetch.BadHost,
	"http:///etc/passwd":            safefetch.BadURL,
	"http://./":                     safefetch.BadHost,
	"http://..localhost../":         safefetch.BadHost,
	// Names that lead inside.
	"http://in-loopback.contoh.id/": safefetch.BadAddress,
	"http://in-private.contoh.id/":  safefetch.BadAddress,
	"http://in-mapped.contoh.id/":   safefetch.BadAddress,
	"http://in-mixed.contoh.id/":    safefetch.BadAddress, // a good answer first, a bad one behind
	"http://in-nat64.contoh.id/":    safefetch.BadAddress,
	"http://127.0.0.1.nip.io/":      safefetch.BadAddress,
	"http://in-deny.contoh.id/":     safefetch.BadAddress, // the operator's own public range
	// Parsers that disagree.
	"http://contoh.id@127.0.0.1/":                safefetch.Credentials,
	"http://127.0.0.1@contoh.id/":                safefetch.Credentials,
	"http://user:pass@contoh.id/":                safefetch.Credentials,
	"http://@contoh.id/":                         safefetch.Credentials,
	"http://contoh.id\\@127.0.0.1/":              safefetch.BadURL,
	"http://127.0.0.1\\.contoh.id/":              safefetch.BadURL,
	"http:\\\\127.0.0.1/":                        safefetch.BadURL,
	"http://contoh.id\r\nHost: localhost/":       safefetch.BadURL,
	"http://contoh.id\t.localhost/":              safefetch.BadURL,
	"http://contoh.id /":                         safefetch.BadURL,
	"http://contoh.id%00.localhost/":             safefetch.BadURL,
	"http://%6c%6f%63%61%6c%68%6f%73%74/":        safefetch.BadURL,
	"http://127%2e0.0.1/":                        safefetch.BadURL,
	"http:127.0.0.1/":                            safefetch.BadURL,
	"//127.0.0.1/":                               safefetch.BadScheme,
	"127.0.0.1":                                  safefetch.BadScheme,
	"":                                           safefetch.BadScheme,
	"http://" + strings.Repeat("a", 5000):        safefetch.BadURL,
	"http://" + strings.Repeat("a", 64) + ".id/": safefetch.BadHost,
	// Other schemes and ports.
	"file:///etc/passwd":          safefetch.BadScheme,
	"gopher://contoh.id:70/_x":    safefetch.BadScheme,
	"ftp://contoh.id/":            safefetch.BadScheme,
	"dict://contoh.id:11211/stat": safefetch.BadScheme,
	"ldap://contoh.id/":           safefetch.BadScheme,
	"jar:http://contoh.id!/":      safefetch.BadScheme,
	"data:text/html,x":            safefetch.BadScheme,
	"javascript:alert(1)":         safefetch.BadScheme,
	"http://contoh.id:22/":        safefetch.BadPort,
	"http://contoh.id:6379/":      safefetch.BadPort,
	"https://contoh.id:8443/":     safefetch.BadPort,
	"http://contoh.id:0/":         safefetch.BadPort,
	"http://contoh.id:65616/":     safefetch.BadPort, // 80 in 16 bits
	"http://contoh.id:080808/":    safefetch.BadPort,
}

// A trick must be stopped for its stated reason and must never open a connection.
func TestTricksAreRefused(t *testing.T) {
	t.Parallel()
	c, err := safefetch.New(safefetch.Options{
		UserAgent: "test",
		Deny:      []netip.Prefix{netip.MustParsePrefix("104.16.0.0/16")},
		Resolver: names{
			"contoh.id":             {"93.184.216.34"},
			"in-loopback.contoh.id": {"127.0.0.1"},
			"in-private.contoh.id":  {"10.1.2.3"},
			"in-mapped.contoh.id":   {"::ffff:169.254.169.254"},
			"in-mixed.contoh.id":    {"93.184.216.34", "192.168.0.1"},
			"in-nat64.contoh.id":    {"64:ff9b::a9fe:a9fe"},
			"127.0.0.1.nip.io":      {"127.0.0.1"},
			"in-deny.contoh.id":     {"104.16.1.1"},
		},
		Dial: func(_ context.Context, _, addr string) (net.Conn, error) {
			t.Errorf("a connection to %s was opened", addr)
			return nil, errors.New("no")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(tricks) < 40 {
		t.Fatalf("only %d tricks", len(tricks))
	}
	for trick, why := range tricks {
		_, err := c.Fetch(t.Context(), trick)
		if !safefetch.IsRefused(err, why) {
			t.Errorf("Fetch(%q) = %v, want refused: %s", trick, err, why)
		}
	}
}

// Behind a redirect of a public page each trick is stopped as well: nothing but that page is ever dialled.
func TestTricksAreRefusedBehindARedirect(t *testing.T) {
	t.Parallel()
	for trick := range tricks {
		if !strings.Contains(trick, ":") || strings.ContainsAny(trick, "\r\n") || len(trick) > 4000 {
			continue // not an address of its own, or no header could carry it
		}
		s := newSite(t, names{"contoh.id": {"93.184.216.34"}, "in-loopback.contoh.id": {"127.0.0.1"}, "in-private.contoh.id": {"10.1.2.3"}, "in-mapped.contoh.id": {"::ffff:169.254.169.254"},
			"in-mixed.contoh.id": {"93.184.216.34", "192.168.0.1"}, "in-nat64.contoh.id": {"64:ff9b::a9fe:a9fe"}, "127.0.0.1.nip.io": {"127.0.0.1"}, "in-deny.contoh.id": {"104.16.1.1"}},
			safefetch.Options{Deny: []netip.Prefix{netip.MustParsePrefix("104.16.0.0/16")}})
		s.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", trick)
			w.WriteHeader(http.StatusFound)
		})
		_, err := s.client.Fetch(t.Context(), "http://contoh.id/")
		if !refused(err) {
			t.Errorf("redirect to %q: %v, want refused", trick, err)
		}
		for _, d := range s.dialed {
			if d != "93.184.216.34:80" {
				t.Errorf("redirect to %q dialled %s", trick, d)
			}
		}
	}
}

func refused(err error) bool {
	var r *safefetch.Refused
	return errors.As(err, &r)
}
