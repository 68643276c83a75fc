package intake

import (
	"context"
	"fmt"
	"time"

	"ronda"
	"ronda/internal/mask"
)

// CheckInput is a message or an address to look up.
type CheckInput struct {
	Text    string
	Channel string
	Lang    string
	Recent  bool   // prefer what is recent among stories that are alike
	Sender  string // address of the client, for limits; never stored
}

// CheckResult answers a check. Level is "match", "similar" or "nothing", and nothing never means true.
type CheckResult struct {
	Level  string
	Hits   []CheckHit
	Masked []ronda.MaskedKind // what was recognised as personal data and would be masked
	Text   string             // the text as it would be stored, masked
	Links  []ronda.ReportAddress
	Theme  *ronda.Theme // recurrent theme that the message sounds like, where it is no known story; nil for none
	// Official is what the election commission said itself on the same matter. It is shown as its own words, never as the answer.
	Official []ronda.Bulletin
	Partial  bool  // not every known story was looked at yet
	Problem  error // why an address in it cannot be looked up ("front page"), nil otherwise
}

// CheckHit is one known claim with the reasons.
type CheckHit struct {
	Claim ronda.FactCheck
	Level string
	Score float64
	Why   []ronda.FoundReason
}

// Check looks a message up. It stores nothing but a keyed fingerprint and a count.
func (s *Service) Check(ctx context.Context, in CheckInput) (CheckResult, error) {
	if err := s.Throttle.Allow(ctx, "check", in.Sender, 1); err != nil {
		return CheckResult{}, err
	}
	text, err := cleanText(in.Text, MaxText, "text")
	if err != nil {
		return CheckResult{}, err
	}
	if text == "" {
		return CheckResult{}, ronda.Errorf(ronda.Invalid, "check.empty", "text")
	}
	res := CheckResult{Links: s.Links.FindAll(text, MaxAddresses)}
	res.Text, res.Masked = maskText(text)
	if len(res.Links) == 0 && looksLikeAddress(text) {
		if _, err := s.Links.Parse(text); err != nil {
			res.Problem = err
		}
	}
	found := s.Matcher.Search(ctx, ronda.Search{Text: text, Addresses: keysOf(res.Links), Claims: true, Recent: in.Recent, Limit: 5})
	res.Level, res.Hits = s.readAgain(ctx, found)
	res.Partial = found.Partial
	if res.Level != "match" {
		if t, ok := s.Pack.ThemeOf(s.Fold(text)); ok {
			res.Theme = &t
		}
	}
	if res.Official, err = s.official(ctx, res); err != nil {
		return res, err
	}
	return res, s.count(ctx, text, in.Channel, res.Level)
}

// official finds the statements that fit what was found: the known story, or else the kind of rumour that the message sounds like.
func (s *Service) official(ctx context.Context, res CheckResult) ([]ronda.Bulletin, error) {
	check, theme, region := "", "", ""
	switch {
	case res.Level == "match" && len(res.Hits) > 0:
		c := res.Hits[0].Claim
		check, theme, region = c.ID, c.Theme, c.Region
	case res.Theme != nil:
		theme = res.Theme.ID
	}
	if s.Official == nil || check+theme == "" {
		return nil, nil
	}
	all, err := s.Official.Bulletins(ctx, "", 200)
	if err != nil {
		return nil, fmt.Errorf("read official statements: %w", err)
	}
	return ronda.BulletinsFor(s.Pack, all, check, theme, region, s.now()), nil
}

// readAgain reads every hit from the store before it is shown: what was retracted since the index saw it is left out.
func (s *Service) readAgain(ctx context.Context, found ronda.Found) (string, []CheckHit) {
	level := "nothing"
	var hits []CheckHit
	for _, h := range found.Hits {
		if h.Kind != "claim" || h.Level == "nothing" {
			continue
		}
		claim, err := s.Claims.FactCheck(ctx, h.ID)
		if err != nil || !claim.Live() {
			continue
		}
		if len(hits) == 0 {
			level = h.Level
		}
		hits = append(hits, CheckHit{Claim: claim, Level: h.Level, Score: h.Score, Why: h.Why})
	}
	return level, hits
}

// standing leaves out the fact-checks that were taken back since the index saw them: no case is opened on one. Whether a case is open is asked
// again when the report joins it.
func (s *Service) standing(ctx context.Context, found ronda.Found) ronda.Found {
	var hits []ronda.FoundHit
	for _, h := range found.Hits {
		if h.Kind == "claim" {
			if f, err := s.Claims.FactCheck(ctx, h.ID); err != nil || !f.Live() {
				continue
			}
		}
		hits = append(hits, h)
	}
	found.Hits = hits
	return found
}

func (s *Service) count(ctx context.Context, text, channel, level string) error {
	if channel == "" {
		channel = "web"
	}
	day := s.now().In(s.Pack.Zone("")).Format(time.DateOnly)
	err := s.Counts.RecordCheck(ctx, ronda.CheckRecord{Fingerprint: s.Keys.Fingerprint("check", []byte(s.Fold(text))), Day: day, Result: level, Channel: channel})
	if err != nil {
		return fmt.Errorf("count check: %w", err)
	}
	return nil
}

// Allow keeps a checked text for fact-checkers, because its sender said so.
func (s *Service) Allow(ctx context.Context, in CheckInput) error {
	_, err := s.AllowCode(ctx, in)
	return err
}

// AllowCode keeps a checked text for fact-checkers, because its sender said so, and returns the code under which the sender finds the answer. What is
// kept is masked; whoever sends the same text gets the same code.
func (s *Service) AllowCode(ctx context.Context, in CheckInput) (code string, err error) {
	if err := s.Throttle.Allow(ctx, "wish", in.Sender, 1); err != nil {
		return "", err
	}
	text, err := cleanText(in.Text, MaxText, "text")
	if err != nil {
		return "", err
	}
	if text == "" {
		return "", ronda.Errorf(ronda.Invalid, "check.empty", "text")
	}
	masked, _ := maskText(text)
	env := s.Cases.Env()
	if err := s.Counts.AddWish(ctx, ronda.Wish{ID: env.ID(), At: env.Now, Text: masked, Lang: in.Lang, Channel: in.Channel, Count: 1, Code: env.Code(ronda.CodeLength)}); err != nil {
		return "", fmt.Errorf("keep text: %w", err)
	}
	kept, err := s.Counts.WishOf(ctx, masked)
	if err != nil {
		return "", fmt.Errorf("read code of text: %w", err)
	}
	return kept.Code, nil
}

// maskText masks personal data and says what it found.
func maskText(text string) (string, []ronda.MaskedKind) {
	masked, removed := mask.Text(text)
	var kinds []ronda.MaskedKind
	for _, r := range removed {
		kinds = append(kinds, ronda.MaskedKind{Kind: string(r.Kind), Count: r.Count})
	}
	return masked, kinds
}

func keysOf(links []ronda.ReportAddress) []string {
	var keys []string
	for _, l := range links {
		keys = append(keys, l.Key)
	}
	return keys
}
