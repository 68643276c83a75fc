package ronda

import "time"

// LinkReupload is the kind of a MatchLink that says whether another case shows the content of this one again, after it was taken down.
const LinkReupload = "reupload"

// JudgeReupload records a person's word on a suggestion that content which a platform took down is up again in another case. It moves nothing
// and asks nothing of a platform: a new address is assessed like any other, with the earlier case at hand.
type JudgeReupload struct {
	Other string // the other case
	Later bool   // the other case is the one in which it is up again
	Same  bool
}

func (JudgeReupload) action() Action { return TriageCase }

func (cmd JudgeReupload) apply(c *Case, a Actor, env Env, log *recorder) error {
	if cmd.Other == "" || cmd.Other == c.ID {
		return Errorf(Invalid, "case.match_unknown", "id")
	}
	link := MatchLink{Kind: LinkReupload, ID: cmd.Other, Same: cmd.Same, By: a.Account, At: env.Now}
	if i := indexFunc(c.Links, func(l MatchLink) bool { return l.Kind == link.Kind && l.ID == link.ID }); i >= 0 {
		c.Links[i] = link
	} else {
		c.Links = append(c.Links, link)
	}
	same, order := "no", "earlier"
	if cmd.Same {
		same = "yes"
	}
	if cmd.Later {
		order = "later"
	}
	log.add(EventReupload, "other", cmd.Other, "order", order, "same", same)
	return nil
}

// TookDown lists the addresses of a case that a platform said it took down.
func (c Case) TookDown() []Item {
	down := map[string]bool{}
	for _, n := range c.Notices {
		for _, it := range n.Items {
			if it.Answer.TookDown() {
				down[it.Item] = true
			}
		}
	}
	var out []Item
	for _, it := range c.Items {
		if down[it.ID] {
			out = append(out, it)
		}
	}
	return out
}

// LinkTo returns a person's word on another case, by the kind of link.
func (c Case) LinkTo(kind, id string) (MatchLink, bool) {
	i := indexFunc(c.Links, func(l MatchLink) bool { return l.Kind == kind && l.ID == id })
	if i < 0 {
		return MatchLink{}, false
	}
	return c.Links[i], true
}

// Reupload is a case that seems to show again what was taken down. It is a suggestion with its reasons: a person decides.
type Reupload struct {
	Other  Case
	Later  bool      // the other case is the one in which it is up again
	DownAt time.Time // when it was taken down
	Level  string    // of the match: "match" or "similar"
	Why    []FoundReason
}
