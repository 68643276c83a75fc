package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // views are JPEG
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"ronda"
	picture "ronda/internal/fingerprint/image"
)

// pictures knows the screenshots of open cases by their looks, so that the same picture under another caption is found again. It is derived: what is
// missing is read from the evidence when a case is looked at.
type pictures struct {
	index *picture.Index
	made  atomic.Int64 // looked at, not read from what was kept

	mu   sync.Mutex                     // guards seen
	seen map[string][]picture.Signature // of a picture one, of a video one for each scene
}

func newPictures() *pictures {
	return &pictures{index: picture.NewIndex(), seen: map[string][]picture.Signature{}}
}

// forget drops every picture; what is still there is learnt again when a case is looked at.
func (p *pictures) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key := range p.seen {
		p.index.Delete(key)
	}
	clear(p.seen)
}

// keyOf names a picture of a case in the index.
func keyOf(caseID, evidenceID string) string { return caseID + "/" + evidenceID }

// learn puts a case's pictures into the index, those that are not there yet. What was looked at before is read from beside its file.
func (a *app) learn(ctx context.Context, c ronda.Case) error {
	var missing []ronda.Evidence
	for _, e := range c.Evidence {
		if e.Quarantine || (e.View == "" && e.Kind != "video") {
			continue
		}
		key := keyOf(c.ID, e.ID)
		a.pictures.mu.Lock()
		_, known := a.pictures.seen[key]
		a.pictures.mu.Unlock()
		if !known {
			missing = append(missing, e)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	kept, made := a.kept(ctx, missing), map[string][]picture.Signature{}
	defer func() { a.keep(ctx, made) }()
	for _, e := range missing {
		key := keyOf(c.ID, e.ID)
		sigs, ok := kept[fileOf(e)]
		if !ok {
			var err error
			if sigs, err = a.signatures(ctx, e); err != nil {
				return err
			}
			a.pictures.made.Add(1)
			if len(sigs) > 0 { // a video that a machine without ffmpeg cannot read may be read by the next
				made[fileOf(e)] = sigs
			}
		}
		a.pictures.mu.Lock()
		a.pictures.seen[key] = sigs
		a.pictures.mu.Unlock()
		if len(sigs) > 0 {
			a.pictures.index.Put(key, sigs...)
		}
	}
	return nil
}

// signatures are those of a picture, or of a video's scenes.
func (a *app) signatures(ctx context.Context, e ronda.Evidence) ([]picture.Signature, error) {
	if e.View == "" {
		return a.scenes(ctx, e)
	}
	sig, err := a.signature(ctx, e)
	return []picture.Signature{sig}, err
}

// scenes looks at a sealed video without showing it to anyone: its bytes stand in a private file for as long as ffmpeg reads it. A machine without
// ffmpeg, and a file that it cannot read, know nothing.
func (a *app) scenes(ctx context.Context, e ronda.Evidence) ([]picture.Signature, error) {
	body, err := a.vault.Open(ctx, e.Blob)
	if err != nil {
		return nil, fmt.Errorf("open video: %w", err)
	}
	defer body.Close()
	f, err := os.CreateTemp("", "ronda-video-*.mp4")
	if err != nil {
		return nil, fmt.Errorf("make file for video: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = io.Copy(f, body)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("write video: %w", err)
	}
	frames, err := picture.Video(ctx, f.Name(), picture.VideoLimits{})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		a.log.DebugContext(ctx, "video without scenes", "evidence", e.ID, "error", err)
		return nil, nil
	}
	var out []picture.Signature
	for _, x := range frames {
		out = append(out, x.Signature)
	}
	return out, nil
}

func (a *app) signature(ctx context.Context, e ronda.Evidence) (picture.Signature, error) {
	body, _, err := fileDoor{a}.OpenView(ctx, e)
	if err != nil {
		return picture.Signature{}, err
	}
	defer body.Close()
	img, _, err := image.Decode(body)
	if err != nil {
		return picture.Signature{}, fmt.Errorf("decode picture %s: %w", e.ID, err)
	}
	sig, _ := picture.Hash(img)
	return sig, nil
}

// learnAll reads the pictures of every open case, and of what was taken down, in the background after the start.
func (a *app) learnAll(ctx context.Context) {
	for after := ""; ctx.Err() == nil; {
		page, err := a.db.Cases(ctx, after, 200)
		if err != nil {
			a.log.ErrorContext(ctx, "read cases for pictures", "error", err)
			return
		}
		for _, c := range page {
			after = c.ID
			if !c.Stage.Open() && !fitForReupload(c) {
				continue
			}
			if err := a.learn(ctx, c); err != nil && ctx.Err() == nil {
				a.log.WarnContext(ctx, "learn pictures", "case", c.ID, "error", err)
			}
		}
		if len(page) < 200 {
			return
		}
	}
}

// samePicture lists other cases that show a picture of this one.
func (a *app) samePicture(ctx context.Context, c ronda.Case) ([]ronda.FoundHit, error) {
	if err := a.learn(ctx, c); err != nil {
		return nil, err
	}
	var sigs []picture.Signature
	a.pictures.mu.Lock()
	for _, e := range c.Evidence {
		if s, ok := a.pictures.seen[keyOf(c.ID, e.ID)]; ok {
			sigs = append(sigs, s...)
		}
	}
	a.pictures.mu.Unlock()
	if len(sigs) == 0 {
		return nil, nil
	}
	var out []ronda.FoundHit
	for _, h := range a.pictures.index.Search(sigs...) {
		other, _, _ := strings.Cut(h.ID, "/")
		if other == c.ID || slices.ContainsFunc(out, func(x ronda.FoundHit) bool { return x.ID == other }) {
			continue
		}
		out = append(out, ronda.FoundHit{Kind: "case", ID: other, Level: "match", Score: h.Alike, Why: []ronda.FoundReason{{Code: "same_picture"}}})
	}
	return out, nil
}

// pictureDoor lets intake ask whether a picture belongs to a story that was checked: it is compared with the pictures of open cases, and such a case
// names the fact-check that answers it.
type pictureDoor struct{ a *app }

// ClaimsOf returns the fact-checks of the cases that show this picture.
func (d pictureDoor) ClaimsOf(ctx context.Context, data io.Reader) ([]string, error) {
	img, err := d.a.files.Picture(ctx, data)
	if err != nil {
		return nil, err
	}
	sig, _ := picture.Hash(img)
	var out []string
	for _, h := range d.a.pictures.index.Search(sig) {
		id, _, _ := strings.Cut(h.ID, "/")
		c, err := d.a.db.Case(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("read case of picture: %w", err)
		}
		if c.Claim != "" && !c.Sandbox && !slices.Contains(out, c.Claim) {
			out = append(out, c.Claim)
		}
	}
	return out, nil
}
