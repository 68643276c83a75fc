package safefetch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Page is the answer to a fetch.
type Page struct {
	Asked     string      // the address asked for, canonical
	URL       string      // the address that answered, after redirects
	Redirects []string    // every address that redirected, in order
	Status    int         // of the last answer
	Header    http.Header // of the last answer
	MediaType string      // declared by the server, without parameters
	Body      []byte      // decompressed
	At        time.Time   // when the last answer began
}

// Fetch gets rawURL with its redirects and reads the answer under all limits. Any final status is
// an answer, also 404: whether an item is gone is what a re-check wants to know.
func (c *Client) Fetch(ctx context.Context, rawURL string) (*Page, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	page, resp, err := c.follow(ctx, rawURL)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent && resp.ContentLength != 0 {
		if page.MediaType, err = c.checkType(resp.Header); err != nil {
			return nil, err
		}
		if page.Body, err = c.readBody(resp); err != nil {
			return nil, fmt.Errorf("read %s: %w", page.URL, err)
		}
	}
	return page, nil
}

// Resolve follows the redirects of a short link and returns where they end and through which
// addresses they went, without reading what is there.
func (c *Client) Resolve(ctx context.Context, rawURL string) (final string, through []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	page, resp, err := c.follow(ctx, rawURL)
	if err != nil {
		return "", nil, err
	}
	resp.Body.Close()
	return page.URL, page.Redirects, nil
}

// Post sends body to a web hook. It follows no redirect: a signed message is for its addressee.
// At most 64 KiB of the answer are returned. header may be nil and must not hold credentials that
// the addressee may not see.
func (c *Client) Post(ctx context.Context, rawURL string, header http.Header, body []byte) (status int, answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	u, err := c.parseTarget(rawURL)
	if err != nil {
		return 0, nil, err
	}
	resp, err := c.send(ctx, http.MethodPost, u, header, body)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return resp.StatusCode, nil, fmt.Errorf("read answer of %s: %w", u.Host, err)
	}
	return resp.StatusCode, answer, nil
}

func (c *Client) follow(ctx context.Context, rawURL string) (*Page, *http.Response, error) {
	u, err := c.parseTarget(rawURL)
	if err != nil {
		return nil, nil, err
	}
	page := &Page{Asked: u.String()}
	for {
		resp, err := c.send(ctx, http.MethodGet, u, nil, nil)
		if err != nil {
			return nil, nil, err
		}
		if !isRedirect(resp.StatusCode) || resp.Header.Get("Location") == "" {
			page.URL, page.Status, page.Header, page.At = u.String(), resp.StatusCode, resp.Header, c.now()
			return page, resp, nil
		}
		resp.Body.Close()
		if len(page.Redirects) >= max(c.redirects, 0) {
			return nil, nil, refuse(Redirects, "too many")
		}
		page.Redirects = append(page.Redirects, u.String())
		if u, err = c.next(u, resp.Header.Get("Location")); err != nil {
			return nil, nil, err
		}
	}
}

func (c *Client) next(from *url.URL, location string) (*url.URL, error) {
	ref, err := url.Parse(location)
	if err != nil {
		return nil, refuse(Redirects, "to a malformed address")
	}
	return c.parseTarget(from.ResolveReference(ref).String())
}

func (c *Client) send(ctx context.Context, method string, u *url.URL, header http.Header, body []byte) (*http.Response, error) {
	if err := c.pace.take(ctx, u.Hostname()); err != nil {
		return nil, fmt.Errorf("wait for the turn of %s: %w", u.Hostname(), err)
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	if header != nil {
		req.Header = header.Clone()
	}
	if method == http.MethodGet {
		req.Body, req.GetBody, req.ContentLength = nil, nil, 0
		req.Header.Set("Accept-Encoding", "gzip")
	}
	req.Header.Set("User-Agent", c.agent)
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", u.Hostname(), err)
	}
	return resp, nil
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}
