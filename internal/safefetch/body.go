package safefetch

import (
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// An answer may not grow by more than this factor once it has passed expansionFree bytes.
// Ordinary pages compress by 4 to 20.
const (
	maxExpansion  = 100
	expansionFree = 1 << 20
)

// checkType refuses an answer whose declared media type nobody asked for, before its body is read.
func (c *Client) checkType(h http.Header) (string, error) {
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		return "", refuse(BadType, "none stated")
	}
	for _, want := range c.types {
		if want == mediaType {
			return mediaType, nil
		}
		if family, ok := strings.CutSuffix(want, "/*"); ok && strings.HasPrefix(mediaType, family+"/") && mediaType != "image/svg+xml" {
			return mediaType, nil
		}
	}
	return "", refuse(BadType, mediaType)
}

// readBody reads a whole answer under the limits, decompressed.
func (c *Client) readBody(resp *http.Response) ([]byte, error) {
	if resp.ContentLength > c.maxBytes {
		return nil, refuse(TooLarge, "")
	}
	raw := &counted{r: io.LimitReader(resp.Body, c.maxBytes+1)}
	var body io.Reader = raw
	switch enc := strings.ToLower(strings.TrimSpace(strings.Join(resp.Header.Values("Content-Encoding"), ","))); enc {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(raw)
		if errors.Is(err, io.EOF) {
			return nil, nil // an empty body that still names its encoding
		}
		if err != nil {
			return nil, refuse(BadEncoding, "broken gzip")
		}
		body = z
	default:
		return nil, refuse(BadEncoding, enc)
	}
	var out []byte
	buf := make([]byte, 32<<10)
	for {
		n, err := body.Read(buf)
		out = append(out, buf[:n]...)
		if int64(len(out)) > c.maxBytes || raw.n > c.maxBytes {
			return nil, refuse(TooLarge, "")
		}
		if len(out) > expansionFree && int64(len(out)) > maxExpansion*raw.n {
			return nil, refuse(BadExpansion, "")
		}
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
