package main

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"ronda"
	"ronda/internal/match"
)

// down finds content again that a platform took down: by the words of its reports in an index of its own, by its pictures and videos in the one
// for all cases, and by its address in the store. It is derived and built beside the requests.
type down struct {
	index    *match.Index
	follower *match.Follower
}

func (a *app) newDown() *down {
	x := match.New()
	return &down{index: x, follower: &match.Follower{Index: x, Source: downSource{indexSource{a}}, Now: time.Now}}
}

// run builds the index and follows the events until ctx ends.
func (d *down) run(ctx context.Context, a *app) {
	wake, stop := a.db.NewEvents()
	defer stop()
	if err := d.follower.Build(ctx, nil); err != nil && ctx.Err() == nil {
		a.log.Error("index what was taken down", "error", err)
	}
	d.follower.Run(ctx, wake, func(err error) { a.log.Error("follow what was taken down", "error", err) })
}

// downSource is what platforms took down, in the words of the index's follower: cases, ended or not, with such an address.
type downSource struct{ indexSource }

// Doc reads a case again; it is found only while an address of it is down.
func (s downSource) Doc(ctx context.Context, kind match.DocKind, id string) (match.Doc, bool, error) {
	if id == "" || kind != match.Case {
		return match.Doc{}, false, nil
	}
	c, err := s.a.db.Case(ctx, id)
	if ronda.KindOf(err) == ronda.NotFound {
		return match.Doc{}, false, nil
	}
	if err != nil || !fitForReupload(c) {
		return match.Doc{}, false, err
	}
	d, err := s.a.reported(ctx, c)
	return d, err == nil, err
}

// All yields every case with an address that is down.
func (s downSource) All(ctx context.Context) iter.Seq2[match.Doc, error] {
	return func(yield func(match.Doc, error) bool) {
		for after := ""; ; {
			page, err := s.a.db.Cases(ctx, after, 500)
			if err != nil {
				yield(match.Doc{}, fmt.Errorf("read cases: %w", err))
				return
			}
			for _, c := range page {
				after = c.ID
				if !fitForReupload(c) {
					continue
				}
				d, err := s.a.reported(ctx, c)
				if !yield(d, err) {
					return
				}
			}
			if len(page) < 500 {
				return
			}
		}
	}
}

// fitForReupload tells whether the content of a case is looked for again: not practice, not merged away, and something of it was taken down.
func fitForReupload(c ronda.Case) bool {
	return !c.Sandbox && c.Stage != ronda.StageMerged && len(c.TookDown()) > 0
}

// tookDownAt is when the first address of a case was answered as taken down.
func tookDownAt(c ronda.Case) time.Time {
	var first time.Time
	for _, n := range c.Notices {
		for _, it := range n.Items {
			if it.Answer.TookDown() && (first.IsZero() || it.AnsweredAt.Before(first)) {
				first = it.AnsweredAt
			}
		}
	}
	return first
}

// maxReuploads bounds what is shown on a case.
const maxReuploads = 8

// reuploads lists the cases that seem to show the content of a case again after it was taken down, and those whose content it seems to show again.
func (a *app) reuploads(ctx context.Context, c ronda.Case) ([]ronda.Reupload, error) {
	if c.Sandbox || c.Stage == ronda.StageMerged {
		return nil, nil
	}
	hits, err := a.alike(ctx, c)
	if err != nil {
		return nil, err
	}
	mine := tookDownAt(c)
	var out []ronda.Reupload
	for _, h := range hits {
		other, err := a.db.Case(ctx, h.ID)
		if err != nil || other.Sandbox || other.Stage == ronda.StageMerged || other.ID == c.ID {
			continue
		}
		if saidNo(c, other.ID) || saidNo(other, c.ID) {
			continue // a person looked at both: it is something else
		}
		theirs := tookDownAt(other)
		u := ronda.Reupload{Other: other, Level: h.Level, Why: h.Why}
		switch {
		case !theirs.IsZero() && c.OpenedAt.After(theirs): // taken down there, and then reported here
			u.DownAt = theirs
		case !mine.IsZero() && other.OpenedAt.After(mine): // taken down here, and then reported there
			u.DownAt, u.Later = mine, true
		default:
			continue
		}
		if out = append(out, u); len(out) == maxReuploads {
			break
		}
	}
	return out, nil
}

// saidNo tells whether a person said on a case that another one does not show its content again.
func saidNo(c ronda.Case, other string) bool {
	l, ok := c.LinkTo(ronda.LinkReupload, other)
	return ok && !l.Same
}

// alike lists other cases with the same address, the same picture or video, or like words, each once with all of its reasons.
func (a *app) alike(ctx context.Context, c ronda.Case) ([]ronda.FoundHit, error) {
	var out []ronda.FoundHit
	add := func(h ronda.FoundHit) {
		if h.Kind != "case" || h.ID == c.ID || h.Level == "nothing" {
			return
		}
		i := slices.IndexFunc(out, func(x ronda.FoundHit) bool { return x.ID == h.ID })
		if i < 0 {
			out = append(out, h)
			return
		}
		for _, w := range h.Why {
			if !slices.ContainsFunc(out[i].Why, func(x ronda.FoundReason) bool { return x.Code == w.Code }) {
				out[i].Why = append(out[i].Why, w)
			}
		}
	}
	d, err := a.reported(ctx, c)
	if err != nil {
		return nil, err
	}
	same, err := a.db.DownCases(ctx, d.Addresses)
	if err != nil {
		return nil, err
	}
	for _, id := range same {
		add(ronda.FoundHit{Kind: "case", ID: id, Level: "match", Why: []ronda.FoundReason{{Code: "address_again"}}})
	}
	pictures, err := a.samePicture(ctx, c)
	if err != nil {
		a.log.WarnContext(ctx, "compare pictures", "case", c.ID, "error", err)
	}
	for _, h := range pictures {
		add(h)
	}
	text := strings.TrimSpace(d.Title + "\n" + d.Narration)
	for _, x := range []*match.Index{a.down.index, a.index} {
		if text == "" && len(d.Addresses) == 0 {
			break
		}
		q := match.Query{Text: text, Addresses: d.Addresses, Kinds: []match.DocKind{match.Case}, Exclude: []string{c.ID}, Limit: 5}
		for _, h := range foundOf(x.Search(ctx, q)).Hits {
			add(h)
		}
	}
	return out, nil
}

// reported is a case by what was reported, with what can be read in it.
func (a *app) reported(ctx context.Context, c ronda.Case) (match.Doc, error) {
	reports, err := a.db.CaseReports(ctx, c.ID, 3, "")
	if err != nil {
		return match.Doc{}, fmt.Errorf("read reports of case: %w", err)
	}
	d := match.Doc{Kind: match.Case, ID: c.ID, Date: c.OpenedAt}
	for i, r := range reports {
		if i == 0 {
			d.Title = r.Text
			continue
		}
		d.Narration += "\n" + r.Text
	}
	if c.Transcript != nil {
		for _, x := range c.Transcript.Cues {
			d.Narration += "\n" + x.Text
		}
	}
	for _, it := range c.Items {
		if it.Key != "" {
			d.Addresses = append(d.Addresses, it.Key)
		}
	}
	return d, nil
}
