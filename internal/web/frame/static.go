package frame

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// static serves embedded files under names that hold their hash, so that browsers keep them for a year and never see an
// old one. What compresses is compressed once, at start.
type static struct {
	byName map[string]*asset // by served name
	served map[string]string // source name to served name
}

type asset struct {
	contentType string
	plain, gzip []byte // gzip is nil where it would not help
}

// assetTypes are the kinds of file that static/ may hold; mime tables of hosts differ, so they are written down here.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".woff2": "font/woff2", ".ico": "image/x-icon", ".txt": "text/plain; charset=utf-8",
}

func loadStatic(fsys fs.FS) (*static, error) {
	s := &static{byName: map[string]*asset{}, served: map[string]string{}}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("list static files: %w", err)
	}
	raw := map[string][]byte{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		b, err := fs.ReadFile(fsys, e.Name())
		if err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
		if path.Ext(e.Name()) != ".css" {
			s.add(e.Name(), b)
		} else {
			raw[e.Name()] = b
		}
	}
	for name, b := range raw { // after the rest, because style sheets name fonts and pictures
		s.add(name, s.rewrite(b))
	}
	return s, nil
}

// rewrite puts the hashed names into url(…) of a style sheet.
func (s *static) rewrite(css []byte) []byte {
	for name, served := range s.served {
		css = bytes.ReplaceAll(css, []byte("url("+name+")"), []byte("url("+served+")"))
	}
	return css
}

func (s *static) add(name string, b []byte) {
	sum := sha256.Sum256(b)
	ext := path.Ext(name)
	served := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	a := &asset{contentType: assetTypes[ext], plain: b}
	if a.contentType == "" {
		a.contentType = mime.TypeByExtension(ext)
	}
	var z bytes.Buffer
	w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression) // the level is a valid constant
	_, _ = w.Write(b)                                     // a buffer takes everything
	_ = w.Close()
	if z.Len() < len(b)*9/10 {
		a.gzip = z.Bytes()
	}
	s.byName[served], s.served[name] = a, served
}

// path is the address of a static file; an unknown name is an error, so a template cannot ask for a file that is not there.
func (s *static) path(name string) (string, error) {
	served, ok := s.served[name]
	if !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return "/static/" + served, nil
}

func (s *static) serve(w http.ResponseWriter, r *http.Request) {
	a, ok := s.byName[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if a.gzip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the connection is gone; nothing is left to tell
	}
}
