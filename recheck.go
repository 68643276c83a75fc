package ronda

import "time"

// RecheckResult says what a later look at an answered address found.
type RecheckResult string

// The results. Login walls and blocked robots lie, so what is not plain is unclear and goes to a person.
const (
	RecheckGone    RecheckResult = "gone"
	RecheckThere   RecheckResult = "still_there"
	RecheckUnclear RecheckResult = "unclear"
)

// RecheckResults lists the results.
func RecheckResults() []RecheckResult {
	return []RecheckResult{RecheckGone, RecheckThere, RecheckUnclear}
}

// Recheck records what a later look found: Ronda's own, or with Person that of a colleague, who alone may overrule an earlier person. It
// changes no answer and no state: the platform's word and what can be seen stand side by side.
type Recheck struct {
	Notice string
	Item   string
	Result RecheckResult
	Person bool
}

func (cmd Recheck) action() Action {
	if cmd.Person {
		return Deliver
	}
	return RunClock
}

func (cmd Recheck) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeReceived, NoticeAnswered)
	if err != nil {
		return err
	}
	if err := n.sentBy(a); err != nil {
		return err
	}
	if !contains(RecheckResults(), cmd.Result) || (cmd.Person && cmd.Result == RecheckUnclear) {
		return Errorf(Invalid, "recheck.result_missing", "result")
	}
	i := indexFunc(n.Items, func(it NoticeItem) bool { return it.Item == cmd.Item })
	if i < 0 {
		return Errorf(NotFound, "notice.not_found", "")
	}
	it := &n.Items[i]
	if !it.Answer.TookDown() {
		return Errorf(Conflict, "recheck.not_removed", "")
	}
	if !cmd.Person && it.RecheckBy != "" && cmd.Result == RecheckUnclear {
		return Errorf(Conflict, "recheck.known", "") // a person looked and saw; a login wall is no news
	}
	it.Recheck, it.RecheckAt, it.RecheckBy = cmd.Result, env.Now, ""
	if cmd.Person {
		it.RecheckBy = a.Account
	}
	stated := ""
	if cmd.states() && it.Stated != cmd.Result {
		it.Stated, stated = cmd.Result, "yes"
	}
	log.add(EventRecheck, "notice", n.ID, "item", it.Item, "result", string(cmd.Result), "platform", n.Platform, "stated", stated)
	return nil
}

// states tells whether the look is fit for the public log. That an address is gone is seen plainly or not at all; that it is still there would
// accuse a platform, so a person must have seen it. An unclear look says nothing.
func (cmd Recheck) states() bool {
	return cmd.Result == RecheckGone || (cmd.Result == RecheckThere && cmd.Person)
}

// NeedsLook tells whether a person has to look at an address of the notice: the last look was unclear, or found what should be gone.
func (n Notice) NeedsLook() bool {
	return indexFunc(n.Items, func(it NoticeItem) bool {
		return it.Answer.TookDown() && (it.Recheck == RecheckUnclear || (it.Recheck == RecheckThere && it.RecheckBy == ""))
	}) >= 0
}

// FirstDecision returns when a person first decided something about a case: sorted it, asked the reporter, concluded, closed, passed on or referred it. The minister's
// promise of one hour is measured up to here, never to a removal. found is false while nobody has.
func FirstDecision(events []Event) (at time.Time, found bool) {
	for _, e := range events {
		if e.Actor == System().Account || e.Actor == "public" || !decides(e.Kind) {
			continue
		}
		if !found || e.At.Before(at) {
			at, found = e.At, true
		}
	}
	return at, found
}

func decides(k EventKind) bool {
	switch k {
	case EventTriaged, EventAssessed, EventReferred, EventMerged, EventClosed, EventForwarded, EventAsked:
		return true
	}
	return false
}

// RecheckCount counts a platform's addresses by what the public log was told of a later look.
type RecheckCount struct {
	Platform    string
	Gone, There int
}
