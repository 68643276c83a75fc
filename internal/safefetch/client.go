// Package safefetch makes every request that goes out to a host chosen by somebody else: capturing
// an item, resolving a short link, checking a removal again, calling a platform's web hook.
//
// It promises that no such request reaches a machine that is not on the public Internet. The name is
// resolved here, every answer is judged, the judged address itself is dialled and judged once more on
// the socket, so a name that changes its answer between check and use gains nothing. Redirects go
// through the same gate. Answers are limited in time, bytes, expansion and type; a host is not asked
// more often than its pace; requests carry an honest User-Agent, no cookie, no credential, no referrer,
// and never pass through a proxy of the environment.
//
// What it cannot know: a public address that belongs to this network. Give such ranges in
// [Options].Deny.
package safefetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// Options set a client up. The zero value of a field means its default.
type Options struct {
	UserAgent    string         // who asks and where to complain; required
	Timeout      time.Duration  // for one call with all its redirects; default 20 s
	MaxBytes     int64          // of an answer, before and after decompression; default 8 MiB
	MaxRedirects int            // default 5; -1 follows none
	Interval     time.Duration  // between two requests to one host; default 1 s
	MediaTypes   []string       // wanted, "text/html" or "image/*"; default: pages, text, JSON, images, PDF, MP4
	Ports        []uint16       // default 80 and 443
	Deny         []netip.Prefix // refused in addition: this network's own public ranges

	// AllowForTests opens ranges that are refused otherwise. Never set it outside a test.
	AllowForTests []netip.Prefix

	Resolver Resolver                                                          // default: Go's own resolver
	Dial     func(ctx context.Context, network, addr string) (net.Conn, error) // default: the network, with a check on the socket
	TLS      *tls.Config                                                       // default: the system's roots
	Now      func() time.Time                                                  // default time.Now
	Wait     func(ctx context.Context, d time.Duration) error                  // default: sleeps; for pacing
}

// Resolver looks up the addresses of a name; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Client fetches safely. It is safe for use by several goroutines.
type Client struct {
	agent     string
	timeout   time.Duration
	maxBytes  int64
	redirects int
	types     []string
	ports     []uint16
	deny      []netip.Prefix
	allow     []netip.Prefix
	resolver  Resolver
	dial      func(ctx context.Context, network, addr string) (net.Conn, error)
	transport *http.Transport
	pace      *pace
	now       func() time.Time
}

// Defaults of Options.
const (
	DefaultTimeout      = 20 * time.Second
	DefaultMaxBytes     = 8 << 20
	DefaultMaxRedirects = 5
	DefaultInterval     = time.Second
)

// New makes a client. It fails when no User-Agent is given.
func New(o Options) (*Client, error) {
	if o.UserAgent == "" {
		return nil, errors.New("safefetch needs a User-Agent that says who asks")
	}
	c := &Client{
		agent: o.UserAgent, timeout: o.Timeout, maxBytes: o.MaxBytes, redirects: o.MaxRedirects,
		types: o.MediaTypes, ports: o.Ports, deny: o.Deny, allow: o.AllowForTests,
		resolver: o.Resolver, dial: o.Dial, now: o.Now,
	}
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	if c.maxBytes <= 0 {
		c.maxBytes = DefaultMaxBytes
	}
	if c.redirects == 0 {
		c.redirects = DefaultMaxRedirects
	}
	if c.types == nil {
		c.types = []string{"text/html", "application/xhtml+xml", "text/plain", "application/json",
			"application/feed+json", "image/*", "application/pdf", "video/mp4"}
	}
	if c.ports == nil {
		c.ports = []uint16{80, 443}
	}
	if c.resolver == nil {
		c.resolver = &net.Resolver{PreferGo: true}
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.dial == nil {
		d := &net.Dialer{Timeout: 5 * time.Second, Control: c.control}
		c.dial = d.DialContext
	}
	interval := o.Interval
	if interval <= 0 {
		interval = DefaultInterval
	}
	c.pace = newPace(interval, c.now, o.Wait)
	c.transport = &http.Transport{
		Proxy:                  nil, // an environment's proxy would resolve names behind our back
		DialContext:            c.dialChecked,
		TLSClientConfig:        o.TLS,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // decompressed in body.go, under a limit
		DisableKeepAlives:      true, // every request is resolved and judged anew
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
	return c, nil
}

func (c *Client) allowed(addr netip.Addr) bool {
	addr = addr.Unmap()
	if within(addr, c.allow) {
		return true
	}
	return publicAddress(addr) && !within(addr, c.deny)
}

// dialChecked resolves the host, judges all of its addresses and dials one of exactly those. One
// bad address among good ones refuses the host: honest names have no such mixture.
func (c *Client) dialChecked(ctx context.Context, network, hostport string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, fmt.Errorf("split %q: %w", hostport, err)
	}
	var addrs []netip.Addr
	if ip, err := netip.ParseAddr(host); err == nil {
		addrs = []netip.Addr{ip}
	} else if addrs, err = c.resolver.LookupNetIP(ctx, "ip", host); err != nil {
		return nil, fmt.Errorf("look up %s: %w", host, err)
	}
	if len(addrs) == 0 {
		return nil, refuse(BadHost, host+" has no address")
	}
	for _, a := range addrs {
		if !c.allowed(a) {
			return nil, refuse(BadAddress, fmt.Sprintf("%s is %s", host, a))
		}
	}
	// Few tries: a name with hundreds of dead addresses must not hold a worker.
	var last error
	for _, a := range addrs[:min(len(addrs), 4)] {
		conn, err := c.dial(ctx, network, net.JoinHostPort(a.Unmap().String(), port))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, fmt.Errorf("dial %s: %w", host, last)
}

// control judges the address on the socket itself, after every name and before the first packet.
func (c *Client) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return refuse(BadAddress, address)
	}
	if !c.allowed(ap.Addr()) || !slices.Contains(c.ports, ap.Port()) {
		return refuse(BadAddress, address)
	}
	return nil
}
