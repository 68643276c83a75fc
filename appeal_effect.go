package ronda

import "strings"

// Overturn marks a notice whose decision a panel overturned. For an order, and for the orders that rest on an overturned request, revocation
// is recommended to the authority that issued them: no one else can revoke an order.
type Overturn struct{ Notice, Appeal string }

func (Overturn) action() Action { return RunClock }

func (cmd Overturn) apply(c *Case, a Actor, env Env, log *recorder) error {
	if !a.Is(RoleSystem) {
		return Errorf(Forbidden, "permission.role", "")
	}
	marked := false
	for i := range c.Notices {
		n := &c.Notices[i]
		if n.ID != cmd.Notice && (n.Basis != cmd.Notice || !n.Public()) {
			continue
		}
		marked = marked || n.ID == cmd.Notice
		if n.ID == cmd.Notice {
			n.Overturned = env.Now
		}
		if n.Act == Order && n.State != NoticeWithdrawn {
			n.RevokeAdvised = env.Now
		}
		log.add(EventNoticeOverturned, "notice", n.ID, "appeal", cmd.Appeal)
	}
	if !marked {
		return Errorf(NotFound, "notice.not_found", "")
	}
	return nil
}

// CloseOverturned ends a case whose decision a panel overturned.
const CloseOverturned CloseReason = "overturned"

// endOverturned ends a case on which nothing stands any more after its act was withdrawn: its old decision must not be sent once again.
type endOverturned struct{}

func (endOverturned) action() Action { return RunClock }

func (endOverturned) apply(c *Case, a Actor, env Env, log *recorder) error {
	if err := c.needStage(StageDecided); err != nil {
		return err
	}
	c.end(StageNoAction, Closing{Reason: CloseOverturned, By: a.Account, At: env.Now}, log)
	return nil
}

// Restored records what became of an address that was to be put back.
type Restored struct {
	Notice, Item, Appeal string
	Back                 bool
}

func (Restored) action() Action { return RunClock }

func (cmd Restored) apply(c *Case, _ Actor, env Env, log *recorder) error {
	result := "not_restored"
	if cmd.Back {
		result = string(ItemRestored)
		c.setItem(cmd.Item, ItemRestored, env.Now)
	}
	log.add(EventRestored, "notice", cmd.Notice, "item", cmd.Item, "appeal", cmd.Appeal, "result", result)
	return nil
}

// overturnText is the reason that the withdrawal carries; the panel's own words are in its letter.
const overturnText = "Panel keberatan membatalkan keputusan ini, lihat putusan panel dan alasannya."

// CarryOut does what follows from a panel's decision, in the case and in the objection: a flag or a request is withdrawn, revocation of an
// order is recommended, a case that ended without an act begins a new round, and each address that was acted on is to be put back within
// the clock "restoration". The case's version rises by one. An upheld decision changes nothing.
func CarryOut(ap Appeal, c Case, env Env) (Appeal, Case, []Event, error) {
	if ap.Decision != AppealOverturned || ap.Effect != "" {
		return ap, c, nil, nil
	}
	ap = ap.clone()
	next, events := c, []Event(nil)
	do := func(cmd Command) error {
		x, e, err := Apply(next, System(), cmd, env)
		if err == nil {
			next, events = x, append(events, e...)
		}
		return err
	}
	ap.Effect = EffectNoted
	n, ok := c.Notice(ap.Notice)
	switch {
	case !ok:
		if !c.Stage.Open() && c.Stage != StageMerged {
			if err := do(Reopen{Reason: overturnText}); err != nil {
				return ap, c, nil, err
			}
			ap.Effect = EffectReopened
		}
	default:
		if err := do(Overturn{Notice: n.ID, Appeal: ap.ID}); err != nil {
			return ap, c, nil, err
		}
		ap.Effect = effectOn(n)
		if ap.Effect == EffectWithdrawn {
			if err := do(Withdraw{Notice: n.ID, Reason: overturnText}); err != nil {
				return ap, c, nil, err
			}
			if next.Stage == StageDecided && n.Round == next.Round {
				if err := do(endOverturned{}); err != nil {
					return ap, c, nil, err
				}
			}
		}
		ap.Restorations = restorations(ap, c, n, env)
	}
	if next.Version > c.Version {
		next.Version = c.Version + 1 // one change, one version
	}
	return ap, next, events, nil
}

// effectOn is what overturning does to a notice.
func effectOn(n Notice) AppealEffect {
	switch {
	case n.Act == Order && n.State != NoticeWithdrawn:
		return EffectRevoke
	case n.Act != Order && contains([]NoticeState{NoticeUnknown, NoticeSent, NoticeReceived, NoticeAnswered, NoticeAccepted}, n.State):
		return EffectWithdrawn
	}
	return EffectNoted
}

// restorations lists what is to be put back: each address of the objection on which the platform acted because of this notice, or of an
// order that rests on it.
func restorations(ap Appeal, c Case, n Notice, env Env) []Restoration {
	var out []Restoration
	clock, _ := env.Pack.ClockAt("restoration", env.Now)
	for _, x := range c.Notices {
		if x.ID != n.ID && x.Basis != n.ID || !x.Public() {
			continue
		}
		for _, it := range x.Items {
			if !contains(ap.Items, it.Item) || !it.Answer.Final() || it.Answer == AnswerDeclined || it.Answer == AnswerRestored {
				continue
			}
			r := Restoration{Item: it.Item, Notice: x.ID, Address: it.Address, Platform: x.Platform, AskedAt: env.Now,
				DueAt: Due(clock, env.Now, nil, env.Pack.Zone(c.Region), env.Now)}
			if x.Act == Order {
				r.Authority = x.Org
			}
			out = append(out, r)
		}
	}
	return out
}

// AnswerRestoration is the platform's or the ordering authority's answer for one address that was to be put back.
type AnswerRestoration struct {
	Notice, Item string
	Back         bool
	Reason       string // needed where it is not put back
}

func (cmd AnswerRestoration) apply(ap *Appeal, a Actor, env Env, _ *recorder) error {
	i := indexFunc(ap.Restorations, func(r Restoration) bool { return r.Item == cmd.Item && r.Notice == cmd.Notice })
	if i < 0 || !ap.Restorations[i].askedOf(a) {
		return Errorf(NotFound, "appeal.not_found", "")
	}
	r := &ap.Restorations[i]
	if r.Answer == string(ItemRestored) {
		return Errorf(Conflict, "appeal.restored_already", "")
	}
	reason := strings.TrimSpace(cmd.Reason)
	if !cmd.Back && !Sentence(reason) {
		return Errorf(Invalid, "appeal.restore_reason", "reason")
	}
	r.Answer, r.Reason, r.AnsweredAt, r.By = "not_restored", reason, env.Now, a.Account
	if cmd.Back {
		r.Answer = string(ItemRestored)
	}
	return nil
}

// AppealActs turns the events of an objection into the acts that the public log is owed. Reasons, names and addresses are sealed.
func AppealActs(ap Appeal, events []Event) []LogAct {
	var acts []LogAct
	for _, e := range events {
		act, ok := appealAct(ap, e)
		if ok && !ap.Sandbox {
			act.ID, act.At = e.ID, e.At
			acts = append(acts, act)
		}
	}
	return acts
}

func appealAct(ap Appeal, e Event) (LogAct, bool) {
	pub := map[string]any{"appeal": ap.ID, "case": ap.Case}
	if id := e.Data["notice"]; id != "" {
		pub["notice"] = id
	}
	switch e.Kind {
	case EventAppealFiled:
		pub["item"], pub["role"], pub["appealed_at"] = e.Data["item"], string(ap.By), ap.FiledAt
		return LogAct{Kind: "appeal", Public: pub, Sealed: secrets("reason_text", ap.Reasons, "address", ap.Address)}, true
	case EventAppealDecided:
		pub["decision"], pub["decided_at"], pub["authority"] = string(ap.Decision), ap.DecidedAt, ap.Org
		var sealed []LogSecret
		for _, v := range ap.Votes {
			sealed = append(sealed, secrets("decider", v.By, "reason_text", v.Reasons)...)
		}
		return LogAct{Kind: "appeal_decision", Public: pub, Sealed: sealed}, true
	case EventRestored:
		pub["item"], pub["outcome"] = e.Data["item"], e.Data["result"]
		var sealed []LogSecret
		for _, r := range ap.Restorations {
			if r.Item == e.Data["item"] && r.Notice == e.Data["notice"] {
				sealed = secrets("address", r.Address, "reason_text", r.Reason)
				if r.Answer == string(ItemRestored) {
					pub["restored_at"] = r.AnsweredAt
				}
			}
		}
		return LogAct{Kind: "restoration", Public: pub, Sealed: sealed}, true
	}
	return LogAct{}, false
}
