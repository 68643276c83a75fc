package evidence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"ronda/internal/evidence/warc"
	"ronda/internal/safefetch"
)

// Fetcher gets public pages; *safefetch.Client is one.
type Fetcher interface {
	Fetch(ctx context.Context, url string) (*safefetch.Page, error)
}

// Capture fetches a public page as it is now and seals it as a WARC file: the answer with its header and
// the addresses that redirected to it. An answer of any status is captured: "404" is evidence too. The
// page is not judged here; a login wall is a page like any other.
func (in *Intake) Capture(ctx context.Context, f Fetcher, owner, by, url string) (Sealed, error) {
	page, err := f.Fetch(ctx, url)
	if err != nil {
		return Sealed{}, fmt.Errorf("capture page: %w", err)
	}
	content, err := in.archive(page)
	if err != nil {
		return Sealed{}, fmt.Errorf("capture page: %w", err)
	}
	s := Sealed{Size: int64(len(content)), MediaType: WARC, CapturedAt: page.At, By: by, SourceURL: page.URL,
		Name: archiveName(page.At), Owner: owner}
	if s.Blob, s.SHA256, err = in.vault.Put(ctx, owner, content); err != nil {
		return Sealed{}, err
	}
	// A page that is itself a picture gets a view, as an upload would; if it cannot, the archive stands alone.
	mediaType, sh, err := in.examine(page.Body, false)
	if err != nil || !isPicture(mediaType) {
		return s, nil
	}
	view, thumb, err := in.views(ctx, mediaType, page.Body, sh, &s)
	if err != nil || view == nil {
		return s, ctx.Err()
	}
	if s.View, _, err = in.vault.Put(ctx, owner, view); err == nil {
		s.Thumb, _, err = in.vault.Put(ctx, owner, thumb)
	}
	if err != nil {
		return Sealed{}, errors.Join(err, in.vault.Release(context.WithoutCancel(ctx), s.Blobs()...))
	}
	return s, nil
}

func archiveName(at time.Time) string {
	return "ronda-" + at.UTC().Format("20060102T150405Z") + ".warc.gz"
}

func (in *Intake) archive(p *safefetch.Page) ([]byte, error) {
	var out bytes.Buffer
	w := warc.NewWriter(&out, in.vault.random)
	err := w.Info(p.At, archiveName(p.At), []warc.Field{
		{Name: "software", Value: "Ronda"},
		{Name: "format", Value: "WARC File Format 1.1"},
		{Name: "description", Value: "one public page, fetched without cookies or scripts; bodies are stored without content coding"},
	})
	if err != nil {
		return nil, err
	}
	id, err := w.Response(warc.Response{URL: p.URL, At: p.At, Status: p.Status, Header: p.Header, Body: p.Body, MediaType: sniff(p.Body)})
	if err != nil {
		return nil, err
	}
	facts := []warc.Field{{Name: "asked", Value: p.Asked}, {Name: "redirects", Value: strconv.Itoa(len(p.Redirects))}}
	for _, hop := range p.Redirects {
		facts = append(facts, warc.Field{Name: "via", Value: hop})
	}
	if err := w.Metadata(p.At, p.URL, id, facts); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
