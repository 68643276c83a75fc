package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"ronda"
)

// Pictures knows pictures of stories that were checked.
type Pictures interface {
	// ClaimsOf returns the fact-checks whose picture it is. It keeps nothing of the picture.
	ClaimsOf(ctx context.Context, picture io.Reader) ([]string, error)
}

// maxPicture bounds a picture that is only looked up, in bytes.
const maxPicture = 5 << 20

// CheckPicture looks a picture up, and the words that came with it. Like a checked text it is not stored: only a keyed fingerprint and a count are.
func (s *Service) CheckPicture(ctx context.Context, in CheckInput, data io.Reader) (CheckResult, error) {
	if in.Text != "" {
		if res, err := s.Check(ctx, in); err != nil || res.Level == "match" {
			return res, err
		} else if s.Pictures == nil {
			return res, nil
		} else {
			return s.addPicture(ctx, in, res, data)
		}
	}
	if err := s.Throttle.Allow(ctx, "check", in.Sender, 1); err != nil {
		return CheckResult{}, err
	}
	content, err := io.ReadAll(io.LimitReader(data, maxPicture+1))
	if err != nil {
		return CheckResult{}, fmt.Errorf("read picture: %w", err)
	}
	res := CheckResult{Level: "nothing"}
	if s.Pictures != nil {
		if res, err = s.addPicture(ctx, in, res, bytes.NewReader(content)); err != nil {
			return res, err
		}
	}
	return res, s.count(ctx, string(s.Keys.Fingerprint("picture", content)), in.Channel, res.Level)
}

// addPicture puts the fact-checks of the same picture in front of what the words found.
func (s *Service) addPicture(ctx context.Context, in CheckInput, res CheckResult, data io.Reader) (CheckResult, error) {
	ids, err := s.Pictures.ClaimsOf(ctx, data)
	if err != nil {
		return res, err
	}
	found := ronda.Found{Level: "match"}
	for _, id := range ids {
		found.Hits = append(found.Hits, ronda.FoundHit{Kind: "claim", ID: id, Level: "match", Score: 1, Why: []ronda.FoundReason{{Code: "same_picture"}}})
	}
	if level, hits := s.readAgain(ctx, found); len(hits) > 0 {
		res.Level, res.Hits = level, append(hits, res.Hits...)
	}
	res.Official, err = s.official(ctx, res)
	return res, err
}
