package ronda

import (
	"math"
	"time"
)

// PartnerFlag is one report of a partner, as far as it says how well the partner works. Ended is how the authorities ended the matter: it is shown,
// and never counted.
type PartnerFlag struct {
	Case       string
	At         time.Time
	Address    bool // an address that leads to one item
	Category   bool
	Region     bool
	Evidence   bool // a file
	Reason     bool // words
	ContentAt  time.Time
	Asked      []time.Duration // how long answers to questions of the hub took; negative while one is open
	Upheld     int             // decided objections to acts on this matter that left them standing
	Overturned int             // and those that did not
	Ended      CaseStage
}

// Complete tells whether the flag held what officers need to begin.
func (f PartnerFlag) Complete() bool {
	return f.Address && f.Category && f.Region && f.Evidence && f.Reason
}

// Share is a proportion with what is not known about it: a 95 % interval after Wilson, which says little about few.
type Share struct {
	Good, Of  int
	Low, High float64 // of 1
}

// ShareLevel is what a share says in a word.
type ShareLevel string

// The levels. "few" means that nothing can be told yet.
const (
	ShareFew    ShareLevel = "few"
	ShareStrong ShareLevel = "strong"
	ShareMixed  ShareLevel = "mixed"
	ShareWeak   ShareLevel = "weak"
)

// fewest is how many of each it takes before anything is said.
const fewest = 10

// ShareOf computes the share with its interval (Wilson 1927, z = 1.96).
func ShareOf(good, of int) Share {
	s := Share{Good: good, Of: of, High: 1}
	if of <= 0 {
		return s
	}
	const z = 1.959964
	n, p := float64(of), float64(good)/float64(of)
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	s.Low, s.High = max(0, mid-half), min(1, mid+half)
	return s
}

// Level is strong where even the lower end is well above half, weak where even the upper end is below it.
func (s Share) Level() ShareLevel {
	switch {
	case s.Of < fewest:
		return ShareFew
	case s.Low >= 0.6:
		return ShareStrong
	case s.High < 0.5:
		return ShareWeak
	}
	return ShareMixed
}

// FlaggerStanding is how a partner stands as a trusted flagger: from how complete its flags are, how soon they come and its answers follow, and
// how what was done on them held up before a panel. How many flags there are, and whether the authorities agreed, has no part in it.
type FlaggerStanding struct {
	Complete Share
	Prompt   Share
	Held     Share
}

// promptFlag and promptAnswer are what counts as soon.
const (
	promptFlag   = 48 * time.Hour
	promptAnswer = 24 * time.Hour
)

// StandingOf computes a partner's standing. A matter counts once, by the partner's first flag of it.
func StandingOf(flags []PartnerFlag) FlaggerStanding {
	first := map[string]PartnerFlag{}
	for _, f := range flags {
		if old, ok := first[f.Case]; !ok || f.At.Before(old.At) {
			first[f.Case] = f
		}
	}
	var complete, prompt, timed, held, heard int
	for _, f := range first {
		if f.Complete() {
			complete++
		}
		if !f.ContentAt.IsZero() {
			timed++
			if f.At.Sub(f.ContentAt) <= promptFlag {
				prompt++
			}
		}
		for _, d := range f.Asked {
			timed++
			if d >= 0 && d <= promptAnswer {
				prompt++
			}
		}
		held += f.Upheld
		heard += f.Upheld + f.Overturned
	}
	return FlaggerStanding{Complete: ShareOf(complete, len(first)), Prompt: ShareOf(prompt, timed), Held: ShareOf(held, heard)}
}

// Good tells whether the partner's flags still go first: nothing that can be told is weak. Who has flagged little is not held back.
func (s FlaggerStanding) Good() bool {
	return s.Complete.Level() != ShareWeak && s.Held.Level() != ShareWeak
}

// Level is the standing in one word: the weakest of what can be told.
func (s FlaggerStanding) Level() ShareLevel {
	worst := ShareFew
	for _, x := range []ShareLevel{s.Complete.Level(), s.Prompt.Level(), s.Held.Level()} {
		switch {
		case x == ShareFew:
		case worst == ShareFew, x == ShareWeak, x == ShareMixed && worst == ShareStrong:
			worst = x
		}
	}
	return worst
}

// PriorityShare is how many matters of one partner may go first at a time; the pack may set another number ("partner_priority_waiting"). What
// comes above it waits like any other report, so that nobody can crowd the queue.
const PriorityShare = 10

// MayFlagFirst tells whether a flag of the partner goes first in the queue, given its standing and how many of its matters go first now. The
// reason is "" where it does.
func (p Partner) MayFlagFirst(region string, standing FlaggerStanding, waiting int, pack *Pack) (reason string) {
	if err := p.MayWork("", region, pack); err != nil {
		return CodeOf(err)
	}
	if !standing.Good() {
		return "partner.standing_weak"
	}
	if waiting >= int(pack.Limit("partner_priority_waiting", PriorityShare)) {
		return "partner.share_used"
	}
	return ""
}
