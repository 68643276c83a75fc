package main

import (
	"context"
	"fmt"
	"image"
	_ "image/jpeg" // views are JPEG
	"slices"
	"strings"
	"sync"

	"ronda"
	picture "ronda/internal/fingerprint/image"
)

// pictures knows the screenshots of open cases by their looks, so that the same picture under another caption is found again. It is derived: what is
// missing is read from the evidence when a case is looked at.
type pictures struct {
	index *picture.Index

	mu   sync.Mutex // guards seen
	seen map[string]picture.Signature
}

func newPictures() *pictures {
	return &pictures{index: picture.NewIndex(), seen: map[string]picture.Signature{}}
}

// keyOf names a picture of a case in the index.
func keyOf(caseID, evidenceID string) string { return caseID + "/" + evidenceID }

// learn puts a case's pictures into the index, those that are not there yet.
func (a *app) learn(ctx context.Context, c ronda.Case) error {
	for _, e := range c.Evidence {
		if e.View == "" || e.Quarantine {
			continue
		}
		key := keyOf(c.ID, e.ID)
		a.pictures.mu.Lock()
		_, known := a.pictures.seen[key]
		a.pictures.mu.Unlock()
		if known {
			continue
		}
		sig, err := a.signature(ctx, e)
		if err != nil {
			return err
		}
		a.pictures.mu.Lock()
		a.pictures.seen[key] = sig
		a.pictures.mu.Unlock()
		a.pictures.index.Put(key, sig)
	}
	return nil
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

// learnAll reads the pictures of every open case, in the background after the start.
func (a *app) learnAll(ctx context.Context) {
	for after := ""; ctx.Err() == nil; {
		page, err := a.db.Cases(ctx, after, 200)
		if err != nil {
			a.log.ErrorContext(ctx, "read cases for pictures", "error", err)
			return
		}
		for _, c := range page {
			after = c.ID
			if !c.Stage.Open() {
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
			sigs = append(sigs, s)
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
