package safefetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"ronda/internal/safefetch"
)

// site is a web server on loopback that stands for the public hosts of a name table: the dialler
// brings every connection to it and remembers for which address.
type site struct {
	*http.ServeMux
	client *safefetch.Client
	mu     sync.Mutex
	dialed []string
	waits  []time.Duration
}

func newSite(t *testing.T, names safefetch.Resolver, o safefetch.Options) *site {
	t.Helper()
	s := &site{ServeMux: http.NewServeMux()}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	o.UserAgent = "Ronda (+https://ronda.contoh.id)"
	o.Resolver = names
	o.Wait = func(_ context.Context, d time.Duration) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.waits = append(s.waits, d)
		return nil
	}
	o.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		s.mu.Lock()
		s.dialed = append(s.dialed, addr)
		s.mu.Unlock()
		return (&net.Dialer{}).DialContext(ctx, network, srv.Listener.Addr().String())
	}
	c, err := safefetch.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.client = c
	return s
}

func public() names {
	return names{"contoh.id": {"93.184.216.34"}, "www.contoh.id": {"2606:2800:220:1::1"}, "dalam.contoh.id": {"10.0.0.1"}}
}

func page(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, body)
}

func TestFetchPublicPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, public(), safefetch.Options{})
	var got http.Header
	s.HandleFunc("GET contoh.id/lama", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		http.Redirect(w, r, "//www.contoh.id/baru#x", http.StatusFound)
	})
	s.HandleFunc("GET www.contoh.id/baru", func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		page(w, "halo")
	})
	p, err := s.client.Fetch(t.Context(), "HTTP://Contoh.ID:80/lama")
	if err != nil {
		t.Fatal(err)
	}
	if p.URL != "http://www.contoh.id/baru" || string(p.Body) != "halo" || p.Status != 200 || p.MediaType != "text/html" {
		t.Errorf("page = %+v", p)
	}
	if fmt.Sprint(p.Redirects) != "[http://contoh.id/lama]" {
		t.Errorf("redirects = %v", p.Redirects)
	}
	if fmt.Sprint(s.dialed) != "[93.184.216.34:80 [2606:2800:220:1::1]:80]" {
		t.Errorf("dialled %v", s.dialed)
	}
	if got.Get("User-Agent") != "Ronda (+https://ronda.contoh.id)" || got.Get("Cookie") != "" || got.Get("Referer") != "" {
		t.Errorf("request header = %v", got)
	}
}

func TestRedirectsAreJudged(t *testing.T) {
	t.Parallel()
	for target, why := range map[string]safefetch.Reason{
		"http://127.0.0.1/":          safefetch.BadAddress,
		"http://dalam.contoh.id/":    safefetch.BadAddress,
		"http://[::ffff:127.0.0.1]/": safefetch.BadAddress,
		"http://2130706433/":         safefetch.BadHost,
		"file:///etc/passwd":         safefetch.BadScheme,
		"http://a:b@contoh.id/":      safefetch.Credentials,
		"http://contoh.id:6379/":     safefetch.BadPort,
		"/lagi":                      safefetch.Redirects, // to itself without end
		"http://%zz/":                safefetch.Redirects,
		"//localhost/":               safefetch.BadHost,
	} {
		s := newSite(t, public(), safefetch.Options{})
		s.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", target)
			w.WriteHeader(http.StatusMovedPermanently)
		})
		if _, err := s.client.Fetch(t.Context(), "http://contoh.id/"); !safefetch.IsRefused(err, why) {
			t.Errorf("redirect to %q: %v, want refused: %s", target, err, why)
		}
		for _, d := range s.dialed {
			if d != "93.184.216.34:80" {
				t.Errorf("redirect to %q dialled %s", target, d)
			}
		}
	}
}

// rebinding answers with a public address at first and with loopback ever after.
type rebinding struct {
	mu    sync.Mutex
	asked int
}

func (r *rebinding) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if r.asked == 1 {
		return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
	}
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

func TestRebinding(t *testing.T) {
	t.Parallel()
	r := &rebinding{}
	s := newSite(t, r, safefetch.Options{})
	s.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { page(w, "satu") })
	if _, err := s.client.Fetch(t.Context(), "http://contoh.id/"); err != nil {
		t.Fatal(err)
	}
	// The one look-up that was judged is the one that was dialled.
	if r.asked != 1 || fmt.Sprint(s.dialed) != "[93.184.216.34:80]" {
		t.Errorf("%d look-ups, dialled %v", r.asked, s.dialed)
	}
	if _, err := s.client.Fetch(t.Context(), "http://contoh.id/"); !safefetch.IsRefused(err, safefetch.BadAddress) {
		t.Errorf("second fetch after rebinding: %v", err)
	}
	if len(s.dialed) != 1 {
		t.Errorf("dialled %v", s.dialed)
	}
}

// Without a replaced dialler the socket itself is judged, and a test range opens it.
func TestSocketCheckAndTestRange(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { page(w, "ok") }))
	t.Cleanup(srv.Close)
	port := srv.Listener.Addr().(*net.TCPAddr).Port
	address := fmt.Sprintf("http://server.contoh.id:%d/", port)
	o := safefetch.Options{UserAgent: "test", Ports: []uint16{uint16(port)}, Resolver: names{"server.contoh.id": {"127.0.0.1"}}}
	closed, _ := safefetch.New(o)
	if _, err := closed.Fetch(t.Context(), address); !safefetch.IsRefused(err, safefetch.BadAddress) {
		t.Errorf("loopback without the test range: %v", err)
	}
	o.AllowForTests = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	open, _ := safefetch.New(o)
	p, err := open.Fetch(t.Context(), address)
	if err != nil || string(p.Body) != "ok" {
		t.Errorf("loopback with the test range: %v", err)
	}
	if _, err := open.Fetch(t.Context(), fmt.Sprintf("http://127.0.0.2:%d/", port)); !safefetch.IsRefused(err, safefetch.BadAddress) {
		t.Errorf("neighbour of the test range: %v", err)
	}
}

func zipped(b []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	z.Write(b)
	z.Close()
	return buf.Bytes()
}

func TestAnswerLimits(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("0123456789abcdef"), 8<<10) // 128 KiB
	cases := map[string]struct {
		header map[string]string
		body   []byte
		why    safefetch.Reason
	}{
		"/besar":      {nil, append(big, 'x'), safefetch.TooLarge},
		"/pas":        {nil, big, ""},
		"/gzip":       {map[string]string{"Content-Encoding": "gzip"}, zipped(big), ""},
		"/gzip-besar": {map[string]string{"Content-Encoding": "gzip"}, zipped(append(big, 'x')), safefetch.TooLarge},
		"/rusak":      {map[string]string{"Content-Encoding": "gzip"}, []byte("bukan gzip"), safefetch.BadEncoding},
		"/br":         {map[string]string{"Content-Encoding": "br"}, []byte("x"), safefetch.BadEncoding},
		"/dua":        {map[string]string{"Content-Encoding": "gzip, gzip"}, zipped(zipped(big)), safefetch.BadEncoding},
		"/exe":        {map[string]string{"Content-Type": "application/x-msdownload"}, []byte("MZ"), safefetch.BadType},
		"/svg":        {map[string]string{"Content-Type": "image/svg+xml"}, []byte("<svg/>"), safefetch.BadType},
		"/tanpa":      {map[string]string{"Content-Type": ""}, []byte("x"), safefetch.BadType},
		"/png":        {map[string]string{"Content-Type": "image/png"}, []byte("x"), ""},
	}
	s := newSite(t, public(), safefetch.Options{MaxBytes: 128 << 10})
	for path, c := range cases {
		s.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			for k, v := range c.header {
				w.Header()[k] = []string{v}
			}
			w.WriteHeader(200)
			for part := c.body; len(part) > 0; { // in parts: no Content-Length gives the size away
				n, err := w.Write(part[:min(len(part), 16<<10)])
				if err != nil {
					return
				}
				part = part[n:]
				w.(http.Flusher).Flush()
			}
		})
	}
	for path, c := range cases {
		_, err := s.client.Fetch(t.Context(), "http://contoh.id"+path)
		if c.why == "" && err != nil || c.why != "" && !safefetch.IsRefused(err, c.why) {
			t.Errorf("%s: %v, want refused %q", path, err, c.why)
		}
	}
}

func TestGzipBomb(t *testing.T) {
	t.Parallel()
	bomb := zipped(make([]byte, 7<<20))
	s := newSite(t, public(), safefetch.Options{})
	s.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/html")
		w.Write(bomb)
	})
	if _, err := s.client.Fetch(t.Context(), "http://contoh.id/"); !safefetch.IsRefused(err, safefetch.BadExpansion) {
		t.Errorf("bomb of %d bytes: %v", len(bomb), err)
	}
}

func TestSlowAnswerEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t, public(), safefetch.Options{Timeout: 100 * time.Millisecond})
	s.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		page(w, "mulai")
		w.(http.Flusher).Flush()
		<-r.Context().Done() // never ends by itself
	})
	if _, err := s.client.Fetch(t.Context(), "http://contoh.id/"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("slow answer: %v", err)
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_700_000_000, 0)
	s := newSite(t, public(), safefetch.Options{Interval: 2 * time.Second, Now: func() time.Time { return at }})
	s.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { page(w, "ok") })
	for _, u := range []string{"http://contoh.id/1", "http://contoh.id/2", "http://CONTOH.id./3", "http://www.contoh.id/"} {
		if _, err := s.client.Fetch(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	if fmt.Sprint(s.waits) != "[2s 4s]" {
		t.Errorf("waits = %v, want two for the first host and none for the other", s.waits)
	}
}

func TestResolveAndPost(t *testing.T) {
	t.Parallel()
	s := newSite(t, public(), safefetch.Options{})
	s.HandleFunc("GET contoh.id/s", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://www.contoh.id/video/7", http.StatusMovedPermanently)
	})
	s.HandleFunc("GET www.contoh.id/video/7", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) })
	s.HandleFunc("POST contoh.id/hook", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s", r.Header.Get("X-Sig"), b)
	})
	s.HandleFunc("POST contoh.id/pindah", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://www.contoh.id/", http.StatusTemporaryRedirect)
	})
	final, through, err := s.client.Resolve(t.Context(), "http://contoh.id/s")
	if err != nil || final != "http://www.contoh.id/video/7" || len(through) != 1 {
		t.Errorf("Resolve = %q, %v, %v", final, through, err)
	}
	status, body, err := s.client.Post(t.Context(), "http://contoh.id/hook", http.Header{"X-Sig": {"abc"}}, []byte("isi"))
	if err != nil || status != 200 || string(body) != "abc isi" {
		t.Errorf("Post = %d, %q, %v", status, body, err)
	}
	if status, _, err := s.client.Post(t.Context(), "http://contoh.id/pindah", nil, nil); err != nil || status != 307 {
		t.Errorf("Post to a redirect = %d, %v; want the redirect itself", status, err)
	}
	if _, _, err := s.client.Post(t.Context(), "http://127.0.0.1/hook", nil, nil); !safefetch.IsRefused(err, safefetch.BadAddress) {
		t.Errorf("Post inside: %v", err)
	}
}

func TestNeedsUserAgent(t *testing.T) {
	t.Parallel()
	if _, err := safefetch.New(safefetch.Options{}); err == nil || !strings.Contains(err.Error(), "User-Agent") {
		t.Errorf("New without a User-Agent: %v", err)
	}
}
