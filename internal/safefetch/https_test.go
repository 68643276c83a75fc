package safefetch_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"ronda/internal/safefetch"
)

// The certificate is checked against the name that was asked for, though an address is dialled.
func TestHTTPS(t *testing.T) {
	t.Parallel()
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { page(w, r.TLS.ServerName) }))
	t.Cleanup(srv.Close)
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	c, err := safefetch.New(safefetch.Options{
		UserAgent: "test",
		Resolver:  names{"example.com": {"93.184.216.34"}, "contoh.id": {"93.184.216.34"}},
		TLS:       &tls.Config{RootCAs: roots},
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, srv.Listener.Addr().String())
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Fetch(t.Context(), "https://example.com/") // a name of the test server's certificate
	if err != nil || string(p.Body) != "example.com" {
		t.Errorf("fetch over TLS: %v", err)
	}
	if _, err := c.Fetch(t.Context(), "https://contoh.id/"); err == nil {
		t.Error("a certificate of another name was taken")
	}
}
