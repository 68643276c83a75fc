package ledger

import (
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
)

// Cache lifetimes. A full tile never changes; a partial one does not either, but is dropped once the full one is there.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cachePartial = "public, max-age=300"
	cacheShort   = "public, max-age=1"
)

// Handler serves the log below prefix ("/log/"): checkpoint, tiles and entry bundles as c2sp.org/tlog-tiles wants them, and
// beside them "key", "witnesses.json", "checkpoint.witnessed", "proof/{number}" and "proof/{number}.tlog-proof".
func (l *Log) Handler(prefix string, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		name, ok := strings.CutPrefix(r.URL.Path, prefix)
		if !ok {
			http.NotFound(w, r)
			return
		}
		f, err := l.file(r.Context(), name)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrNotYet):
			w.Header().Set("Cache-Control", cacheShort)
			http.NotFound(w, r)
		case err != nil:
			log.ErrorContext(r.Context(), "serve log", "file", name, "error", err)
			http.Error(w, "the log cannot be read", http.StatusInternalServerError)
		default:
			f.serve(w, r)
		}
	})
}

// served is a file of the log on its way to a reader.
type served struct {
	data  []byte
	kind  string
	cache string
	pack  bool // worth compressing
}

func (l *Log) file(ctx context.Context, name string) (served, error) {
	switch name {
	case checkpointName, witnessedName:
		data, err := l.objects.Get(ctx, name, maxCheckpoint)
		kind, cache := Headers(name)
		return served{data: data, kind: kind, cache: cache}, err
	case keyName:
		return served{data: []byte(l.Keys()), kind: "text/plain; charset=utf-8", cache: cachePartial}, nil
	case witnessesName:
		data, err := formatWitnesses(l.witnesses)
		return served{data: data, kind: "application/json", cache: cachePartial}, err
	}
	if number, ok := strings.CutPrefix(name, "proof/"); ok {
		return l.proofFile(ctx, number)
	}
	t, ok := parseTile(name)
	if !ok {
		return served{}, fs.ErrNotExist
	}
	data, err := getTile(ctx, l.objects, t)
	kind, cache := Headers(name)
	return served{data: data, kind: kind, cache: cache, pack: t.L == -1}, err
}

// Headers are the Content-Type and Cache-Control with which a file of the published log is served, here or from a bucket.
func Headers(name string) (kind, cache string) {
	t, ok := parseTile(name)
	switch {
	case !ok:
		return "text/plain; charset=utf-8", cacheShort
	case t.W < tileWidth:
		return "application/octet-stream", cachePartial
	}
	return "application/octet-stream", cacheForever
}

func (l *Log) proofFile(ctx context.Context, number string) (served, error) {
	digits, text := strings.CutSuffix(number, ".tlog-proof")
	index, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != digits {
		return served{}, fs.ErrNotExist
	}
	p, err := l.Proof(ctx, index)
	if err != nil {
		return served{}, err
	}
	if text {
		return served{data: p.TLogProof(), kind: "text/plain; charset=utf-8", cache: cachePartial}, nil
	}
	data, err := p.MarshalIndent()
	return served{data: data, kind: "application/json", cache: cachePartial}, err
}

func (f served) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", f.cache)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*") // so that a page elsewhere can check the log in the reader's browser
	if f.pack {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			if r.Method == http.MethodGet {
				z := gzip.NewWriter(w)
				_, _ = z.Write(f.data) // the reader has gone; there is nobody to tell
				_ = z.Close()
			}
			return
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(f.data)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(f.data) // as above
	}
}

// acceptsGzip tells whether an Accept-Encoding header names gzip without refusing it.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q, isQ := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			return !isQ || err == nil && weight > 0
		}
	}
	return false
}
