package campaign

import (
	"context"
	"slices"
	"strings"

	"ronda"
)

// Standing says what the register knows of an account.
type Standing string

// The standings. None of them says that an account is fake: an account that is not registered may be anyone's.
const (
	Registered   Standing = "registered"
	LooksAlike   Standing = "looks_alike"
	Unregistered Standing = "unregistered"
)

// Reasons why a handle looks like a registered one.
const (
	LikeSame    = "same_name"    // the same handle on another service
	LikeLetters = "letters"      // letters that the eye cannot tell apart
	LikeWord    = "word"         // a word such as "official" in front or behind
	LikeOne     = "one_mistyped" // one or two letters differ
)

// Hit is a registered account that an answer is about.
type Hit struct {
	Contest ronda.Contest
	Pair    ronda.Pair
	Account ronda.CampaignAccount
	Why     string // of a look-alike
}

// Answer says what the register knows of an address.
type Answer struct {
	Address  ronda.ReportAddress // of the account
	Handle   string
	Asked    ronda.ReportAddress // as it was pasted: a post leads to its account
	Standing Standing
	Hits     []Hit
}

// mostHits bounds an answer: a party's account may stand in every contest.
const mostHits = 12

// mostAlike is how many look-alikes are shown for comparison.
const mostAlike = 3

// Ask looks an address up. With a region it also looks for handles that differ by a letter or two in the contests of that region and the one above;
// across the whole country that would find neighbours everywhere.
func (s *Service) Ask(ctx context.Context, raw, region string) (Answer, error) {
	x, err := s.Links.Parse(strings.TrimSpace(raw))
	if err != nil {
		return Answer{}, &ronda.Error{Kind: ronda.Invalid, Code: ronda.CodeOf(err), Field: "link", Err: err}
	}
	out := Answer{Asked: x, Address: x}
	switch {
	case x.Private:
		return out, ronda.Errorf(ronda.Invalid, "campaign.ask_private", "link")
	case x.Unsettled:
		return out, ronda.Errorf(ronda.Invalid, "campaign.ask_short", "link")
	case !isAccount(x):
		author, ok := s.Author(x.Canonical)
		if !ok {
			return out, ronda.Errorf(ronda.Invalid, "campaign.ask_not_account", "link")
		}
		out.Address = author
	}
	out.Handle = Handle(out.Address)
	contests, err := s.Store.ContestsWithKey(ctx, out.Address.Key)
	if err != nil {
		return out, err
	}
	err = s.each(ctx, contests, func(c ronda.Contest, r ronda.Register) {
		if a, ok := r.Holder(out.Address.Key); ok {
			pair, _ := r.Pair(a.Pair)
			out.Hits = append(out.Hits, Hit{Contest: c, Pair: pair, Account: a})
		}
	})
	if err != nil || len(out.Hits) > 0 {
		out.Standing = Registered
		out.Hits = out.Hits[:min(len(out.Hits), mostHits)]
		return out, err
	}
	out.Hits, err = s.alike(ctx, out.Address, region)
	out.Standing = Unregistered
	if len(out.Hits) > 0 {
		out.Standing = LooksAlike
	}
	return out, err
}

func (s *Service) each(ctx context.Context, contests []string, f func(ronda.Contest, ronda.Register)) error {
	for _, id := range contests[:min(len(contests), mostHits)] {
		c, ok := s.Pack.Contest(id)
		if !ok {
			continue
		}
		r, err := s.Store.Register(ctx, id)
		if err != nil {
			return err
		}
		f(c, r)
	}
	return nil
}

// alike finds registered accounts whose handle could be taken for this one, the closest first.
func (s *Service) alike(ctx context.Context, x ronda.ReportAddress, region string) ([]Hit, error) {
	handle := Handle(x)
	if digitsOnly(handle) {
		return nil, nil // numbers are not read as names
	}
	looks := s.Looks(handle)
	var contests []string
	for _, l := range []string{looks, s.stem(looks)} {
		found, err := s.Store.ContestsWithLook(ctx, l)
		if err != nil {
			return nil, err
		}
		contests = append(contests, found...)
	}
	for code := region; code != ""; code = s.Pack.Parent(code) {
		for _, c := range s.Pack.ContestsIn(code) {
			contests = append(contests, c.ID)
		}
	}
	slices.Sort(contests)
	contests = slices.Compact(contests)
	var out []Hit
	err := s.each(ctx, contests, func(c ronda.Contest, r ronda.Register) {
		for _, a := range Sorted(r.Accounts) {
			if why := s.likeness(handle, looks, x.Platform, a); why != "" && a.Registered() {
				pair, _ := r.Pair(a.Pair)
				out = append(out, Hit{Contest: c, Pair: pair, Account: a, Why: why})
			}
		}
	})
	order := []string{LikeLetters, LikeSame, LikeWord, LikeOne}
	slices.SortStableFunc(out, func(a, b Hit) int {
		if here := a.Account.Platform == x.Platform; here != (b.Account.Platform == x.Platform) {
			if here {
				return -1 // the same service first
			}
			return 1
		}
		return slices.Index(order, a.Why) - slices.Index(order, b.Why)
	})
	return out[:min(len(out), mostAlike)], err
}

// likeness says why a handle could be taken for a registered account's, or nothing.
func (s *Service) likeness(handle, looks, platform string, a ronda.CampaignAccount) string {
	switch {
	case a.Looks == "" || digitsOnly(a.Handle):
		return ""
	case strings.EqualFold(handle, a.Handle) && platform != a.Platform:
		return LikeSame
	case looks == a.Looks:
		return LikeLetters
	case s.stem(looks) == s.stem(a.Looks) && len(s.stem(looks)) >= 5:
		return LikeWord
	}
	most := 0
	switch n := len([]rune(a.Looks)); {
	case n >= 12:
		most = 2
	case n >= 6:
		most = 1
	}
	if platform == a.Platform && most > 0 && distance(looks, a.Looks, most) <= most && distance(digits(looks), digits(a.Looks), 0) == 0 {
		return LikeOne
	}
	return ""
}

// digits are the digits of a name. Handles that differ in a number are different accounts of people who count ("kampanye1", "kampanye2").
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func digitsOnly(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// addedWords are put around a name to make it look official.
var addedWords = []string{"official", "resmi", "asli", "real", "the", "id", "indonesia"}

// stem takes such words off a folded handle.
func (s *Service) stem(looks string) string {
	for _, word := range addedWords {
		w := s.Looks(word)
		if rest, ok := strings.CutPrefix(looks, w); ok && len(rest) >= 5 {
			looks = rest
		}
		if rest, ok := strings.CutSuffix(looks, w); ok && len(rest) >= 5 {
			looks = rest
		}
	}
	return looks
}

// distance is how many letters must be changed, added, left out or swapped to make b of a; more than most comes back as most+1.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > most || len(y)-len(x) > most {
		return most + 1
	}
	before, last, next := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		next[0] = i
		least := next[0]
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			next[j] = min(last[j]+1, next[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			least = min(least, next[j])
		}
		if least > most {
			return most + 1
		}
		before, last, next = last, next, before
	}
	return min(last[len(y)], most+1)
}

// ItemMark says that an address of a case belongs to a registered account, and which rules of the calendar that touches.
type ItemMark struct {
	Item  ronda.Item
	Hit   Hit
	Rules []ronda.CampaignRule
}

// OfCase looks which addresses of a case are registered accounts, or were posted by one, and which rules of the calendar their day touches.
// Anything that is not registered is left out, whoever posted it and whenever.
func (s *Service) OfCase(ctx context.Context, c ronda.Case) ([]ItemMark, error) {
	var out []ItemMark
	at := c.ContentDate
	if at.IsZero() {
		at = c.OpenedAt
	}
	for _, it := range c.Items {
		keys := []string{it.Key}
		if author, ok := s.Author(it.Address); ok {
			keys = append(keys, author.Key)
		}
		contests, err := s.Store.ContestsWithKey(ctx, keys...)
		if err != nil {
			return nil, err
		}
		err = s.each(ctx, contests, func(contest ronda.Contest, r ronda.Register) {
			if c.Contest != "" && contest.ID != c.Contest && len(contests) > 1 {
				return
			}
			a, ok := r.Holder(keys...)
			if !ok {
				return
			}
			pair, _ := r.Pair(a.Pair)
			out = append(out, ItemMark{Item: it, Hit: Hit{Contest: contest, Pair: pair, Account: a},
				Rules: s.Pack.CampaignRulesAt(ronda.CampaignSubject{Kind: ronda.SubjectAccount, Region: contest.Region}, at)})
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
