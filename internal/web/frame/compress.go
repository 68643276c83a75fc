package frame

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

var gzipWriters = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.DefaultCompression); return w }}

// compress sends HTML gzipped to whoever accepts it. Other answers pass as they are: static files are compressed beforehand,
// downloads by whoever makes them.
func compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		z := &gzipResponse{ResponseWriter: w}
		defer z.close()
		next.ServeHTTP(z, r)
	})
}

// gzipResponse decides at the header whether to compress.
type gzipResponse struct {
	http.ResponseWriter
	zip     *gzip.Writer
	decided bool
}

// WriteHeader looks at the content type once.
func (z *gzipResponse) WriteHeader(status int) {
	if !z.decided {
		z.decided = true
		h := z.Header()
		if strings.HasPrefix(h.Get("Content-Type"), "text/html") && h.Get("Content-Encoding") == "" {
			h.Set("Content-Encoding", "gzip")
			h.Add("Vary", "Accept-Encoding")
			h.Del("Content-Length")
			z.zip = gzipWriters.Get().(*gzip.Writer)
			z.zip.Reset(z.ResponseWriter)
		}
	}
	z.ResponseWriter.WriteHeader(status)
}

// Write compresses where WriteHeader decided so.
func (z *gzipResponse) Write(b []byte) (int, error) {
	if !z.decided {
		z.WriteHeader(http.StatusOK)
	}
	if z.zip != nil {
		return z.zip.Write(b)
	}
	return z.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (z *gzipResponse) Unwrap() http.ResponseWriter { return z.ResponseWriter }

func (z *gzipResponse) close() {
	if z.zip != nil {
		_ = z.zip.Close() // the connection is gone; nothing is left to tell
		gzipWriters.Put(z.zip)
		z.zip = nil
	}
}
