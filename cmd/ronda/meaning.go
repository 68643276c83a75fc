package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"ronda/internal/match"
	"ronda/internal/match/embed"
)

// meaningCounts are comparisons by outcome, for the operator.
type meaningCounts struct{ ok, failed, leftOut atomic.Int64 }

// byMeaning adds the meaning-based signal, and leaves the result as it is where there is no endpoint or it fails.
func (a *app) byMeaning(ctx context.Context, text string, r match.Result) match.Result {
	if !a.meaning.On() || text == "" {
		return r
	}
	var others []embed.Text
	for _, h := range r.Hits {
		d, ok, err := indexSource{a}.Doc(ctx, h.Kind, h.ID)
		if err != nil || !ok {
			return r
		}
		others = append(others, embed.Text{Text: d.Title, Consent: true})
	}
	similarities, err := a.meaning.Similarities(ctx, embed.Text{Text: text, Consent: true}, others)
	switch {
	case errors.Is(err, embed.ErrResting):
		a.meant.leftOut.Add(1)
		return r
	case err != nil:
		a.meant.failed.Add(1)
		a.log.WarnContext(ctx, "suggestions are given without their meaning", "error", err)
		return r
	}
	a.meant.ok.Add(1)
	return r.WithMeaning(similarities, a.index.Ranker())
}

// newMeaning makes the client of the operator's endpoint; off where none is set.
func (a *app) newMeaning() (*embed.Client, error) {
	c := embed.Config{URL: a.cfg.MeaningURL, Model: a.cfg.MeaningModel}
	if a.cfg.MeaningKeyFile != "" {
		key, err := os.ReadFile(a.cfg.MeaningKeyFile)
		if err != nil {
			return nil, fmt.Errorf("read key of the embeddings endpoint: %w", err)
		}
		c.Key = strings.TrimSpace(string(key))
	}
	return embed.New(c, &http.Client{Timeout: 2 * time.Second}, time.Now), nil
}
