package intake

import (
	"context"
	"encoding/hex"
	"strings"

	"ronda"
)

// Words that are anybody's own: fewer are said by many people about different things ("tolong dicek").
const (
	ownWords   = 9
	ownLetters = 50
)

// textKey is the identity of a report's words: whoever sends the very same ones again, under whatever addresses and however fast, joins the case of the first.
// The claim is made in the report's own transaction, so no flood outruns it.
func (s *Service) textKey(text string) string {
	folded := s.Fold(text)
	if len(folded) < ownLetters || len(strings.Fields(folded)) < ownWords {
		return ""
	}
	return "text:" + hex.EncodeToString(s.Keys.Fingerprint("report text", []byte(folded))[:16])
}

// uploadUnit is what the budget of uploads counts in.
const uploadUnit = 64 << 10

// unknownSize stands for a file that does not say how large it is: the most that is taken.
const unknownSize = 5 << 20

// allowBytes keeps strangers from filling the disk: for one network, and for all within an hour.
func (s *Service) allowBytes(ctx context.Context, sender string, u Upload) error {
	size := u.Size
	if size < 0 || size > unknownSize {
		size = unknownSize
	}
	err := s.Throttle.Allow(ctx, "upload", sender, int(size/uploadUnit)+1)
	if e, ok := err.(*ronda.Error); ok {
		e.Field = "files"
	}
	return err
}
