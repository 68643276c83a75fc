package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Source is a published log as a reader finds it.
type Source interface {
	// Get returns a file of at most limit bytes, or an error that is [fs.ErrNotExist].
	Get(ctx context.Context, name string, limit int64) ([]byte, error)
}

// Lister is a source that can tell which files it has, so that those which do not belong there are found too.
type Lister interface {
	Names(ctx context.Context) ([]string, error)
}

// OpenSource opens a log at an http(s) address or in a directory. A directory may also be the one above "log".
func OpenSource(at string, client *http.Client) (Source, error) {
	if strings.HasPrefix(at, "https://") || strings.HasPrefix(at, "http://") {
		return newURLSource(at, client)
	}
	for _, dir := range []string{at, filepath.Join(at, "log")} {
		if _, err := os.Stat(filepath.Join(dir, checkpointName)); err == nil {
			return dirSource{root: dir}, nil
		}
	}
	if _, err := os.Stat(filepath.Join(at, "tile")); err == nil {
		return dirSource{root: at}, nil // a log that lost its checkpoint: let the verifier say so
	}
	return nil, fmt.Errorf("open log %s: no checkpoint in it: %w", at, fs.ErrNotExist)
}

// dirSource reads a directory.
type dirSource struct{ root string }

func (d dirSource) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !fs.ValidPath(name) {
		return nil, fmt.Errorf("read %q: %w", name, fs.ErrNotExist)
	}
	return OSFiles(d).ReadFile(name, limit)
}

// Names lists all files, those of temporary folders left out.
func (d dirSource) Names(ctx context.Context) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(d.root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed while we look
		case err != nil:
			return err
		case entry.IsDir() && name == tmpFolder:
			return fs.SkipDir
		case !entry.IsDir():
			names = append(names, name)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", d.root, err)
	}
	return names, nil
}

// Limits on reading from a server that nobody vouches for.
const (
	fetchTime  = 30 * time.Second // for one file, with its body
	fetchTries = 3
	fetchPause = 300 * time.Millisecond
)

// urlSource reads a log over HTTP.
type urlSource struct {
	base   *url.URL
	client *http.Client
}

func newURLSource(at string, client *http.Client) (urlSource, error) {
	base, err := url.Parse(strings.TrimSuffix(strings.TrimSuffix(at, "/"), "/"+checkpointName))
	if err != nil || base.Host == "" {
		return urlSource{}, fmt.Errorf("open log %s: not a web address", at)
	}
	base.RawQuery, base.Fragment = "", ""
	own := http.Client{}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) > 3 || req.URL.Host != via[0].URL.Host {
			return errors.New("redirect leads away from the log")
		}
		return nil
	}
	return urlSource{base: base, client: &own}, nil
}

// Get fetches a file, trying again when the server is busy. Limits hold for the decompressed bytes.
func (u urlSource) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	var last error
	for try := range fetchTries {
		if try > 0 && !rest(ctx, fetchPause<<try) {
			return nil, ctx.Err()
		}
		data, again, err := u.fetch(ctx, name, limit)
		if err == nil || !again {
			return data, err
		}
		last = err
	}
	return nil, last
}

func (u urlSource) fetch(ctx context.Context, name string, limit int64) (data []byte, again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	at := *u.base
	at.Path = path.Join("/", at.Path, name)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, false, err
	}
	req.Header.Set("User-Agent", "ronda-log-verify")
	resp, err := u.client.Do(req)
	if err != nil {
		return nil, true, fmt.Errorf("fetch %s: %w", name, err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusOK:
		data, err := readLimited(resp.Body, name, limit)
		return data, err != nil && !errors.Is(err, ErrTooLong), err
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		_, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<12)) // so that the connection can be used again
		return nil, false, errors.Join(fmt.Errorf("fetch %s: %w", name, fs.ErrNotExist), err)
	}
	again = resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500
	return nil, again, fmt.Errorf("fetch %s: the server answers %s", name, resp.Status)
}
