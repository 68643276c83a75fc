package ronda

// Practice is an act that a platform asks for to try its integration: real in its form, made up in its content, and apart from everything
// real. Nobody decided it, so the rules about readers and signatures do not run; in return it can never leave the sandbox (see Case.Sandbox).
type Practice struct {
	Platform    string
	Act         Act // Flag or Order
	Urgent      bool
	Ground      string // "" for one that fits
	Items       []Item // ids are given here
	Channel     string
	Title       string
	Number      string
	Explanation string
	Analysis    string
	Necessity   string
}

// MaxPractice bounds the addresses of one act of practice: as many as a real notice lists.
const MaxPractice = 200

// Practise makes a case of the sandbox with one act that is ready to be sent. The case has no office: nobody's mandate covers it.
func Practise(p Practice, a Actor, env Env) (Case, []Event, error) {
	var f faults
	platform, ok := env.Pack.Platform(p.Platform)
	if !ok {
		f.add("platform", "notice.platform_missing")
	}
	if p.Act != Flag && p.Act != Order {
		f.add("act", "notice.act_missing")
	}
	if p.Urgent && p.Act != Order {
		f.add("urgent", "notice.urgent_only_order")
	}
	if len(p.Items) == 0 || len(p.Items) > MaxPractice {
		f.add("addresses", "practice.addresses")
	}
	for _, it := range p.Items {
		if it.Platform != p.Platform {
			f.add("addresses", "notice.other_platform").With("address", it.Address)
		}
	}
	category, ground := practiceGround(p, platform, env)
	if ground == "" {
		f.add("ground", "notice.ground_missing")
	}
	sender, ok := practiceSender(p.Act, env.Pack)
	if !ok {
		f.add("act", "notice.sender_not_mandated").With("act", string(p.Act))
	}
	if err := f.err("practice.incomplete"); err != nil {
		return Case{}, nil, err
	}
	c := Case{ID: env.ID(), Number: CaseNumber(env), Version: 1, Election: env.Pack.ID, Title: p.Title,
		Category: category, Urgency: 1, Stage: StageDecided, OpenedAt: env.Now, StageSince: env.Now, ContentDate: env.Now, Round: 1, Sandbox: true}
	log := &recorder{c: &c, a: a, env: env}
	log.add(EventOpened, "category", category)
	for _, it := range p.Items {
		c.addItem(it, env, log)
	}
	c.Decision = &Decision{Outcome: OutcomeAct, Act: p.Act, Measure: MeasureRemove, Ground: ground, At: env.Now, Org: sender}
	n := Notice{ID: env.ID(), Round: 1, Code: env.Code(NoticeCodeLength), Number: p.Number, Act: p.Act, State: NoticeQueued, Platform: p.Platform, Org: sender,
		Office: nationalOffice(env.Pack, sender), Ground: ground, RuleDate: env.Now, Category: category, Measure: MeasureRemove, Explanation: p.Explanation,
		LegalAnalysis: p.Analysis, Necessity: p.Necessity, GoodFaith: p.Act == Flag, Urgent: p.Urgent, Channel: p.Channel, CreatedAt: env.Now, Sandbox: true}
	for _, it := range c.Items {
		c.Decision.Items = append(c.Decision.Items, it.ID)
		n.Items = append(n.Items, NoticeItem{Item: it.ID, Address: it.Address})
		c.setItem(it.ID, ItemPending, env.Now)
	}
	if p.Act == Order { // an order rests on a request that was taken up
		n.Clock, n.Basis = "order", env.ID()
		if p.Urgent {
			n.Clock = "order_urgent"
		}
		basis := n.clone()
		basis.ID, basis.Basis, basis.Code, basis.Act, basis.State, basis.Clock = n.Basis, "", env.Code(NoticeCodeLength), Request, NoticeAccepted, ""
		basis.Platform, basis.Authority, basis.Urgent, basis.Channel = "", sender, false, ChannelPortal
		basis.SentAt, basis.ReceivedAt = env.Now, env.Now
		c.Decision.Act = Request
		c.Notices = append(c.Notices, basis)
	}
	c.Notices = append(c.Notices, n)
	log.add(EventNoticeQueued, "notice", n.ID, "act", string(n.Act), "platform", n.Platform)
	c.settle(env, c.Stage)
	return c, log.events, nil
}

// practiceGround finds a rule for an act of practice with a category that it covers: the one that was asked for, or the first that fits.
func practiceGround(p Practice, platform Platform, env Env) (category, ground string) {
	if p.Act == Flag {
		for _, x := range platform.Policies {
			id := "policy:" + platform.ID + ":" + x.ID
			if x.Holds(env.Now) && (p.Ground == "" || p.Ground == id) && len(x.Categories) > 0 {
				return x.Categories[0], id
			}
		}
	}
	for _, c := range env.Pack.Categories {
		for _, g := range env.Pack.GroundsFor(c.ID, env.Now) {
			act := p.Act
			if act == Flag {
				act = Request // a service without a rule of its own is shown one of the law's
			}
			if g.Carries(act) && !contains(g.NotFor, c.ID) && !g.Determined && (p.Ground == "" || p.Ground == g.ID) {
				return c.ID, g.ID
			}
		}
	}
	return "", ""
}

// practiceSender is an authority that may send the act.
func practiceSender(act Act, p *Pack) (string, bool) {
	for _, a := range p.Authorities {
		if contains(a.Acts, act) && (act != Order || a.Role == "ministry") {
			return a.ID, true
		}
	}
	return "", false
}

func nationalOffice(p *Pack, authority string) string {
	for _, o := range p.Offices() {
		if OfficeAuthority(o.ID) == authority && o.Level == "national" {
			return o.ID
		}
	}
	return ""
}

// PracticeStep plays the authority's next move in the sandbox, so that a platform can try what it cannot bring about by itself.
type PracticeStep struct {
	Notice string
	Step   string // one of PracticeSteps
	Text   string // what the authority writes
}

// The steps of practice.
const (
	PracticeInformation = "information" // the authority answers a question: the clock runs again
	PracticeDeadline    = "deadline"    // the clock runs out now
	PracticeWarning     = "warning"     // the next warning
	PracticeWithdraw    = "withdrawal"
	PracticeResend      = "resend" // what failed, or whose outcome is unknown, is sent again
)

// PracticeSteps lists the steps.
func PracticeSteps() []string {
	return []string{PracticeInformation, PracticeDeadline, PracticeWarning, PracticeWithdraw, PracticeResend}
}

func (PracticeStep) action() Action { return RunClock }

func (cmd PracticeStep) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice)
	if err != nil {
		return err
	}
	if !c.Sandbox || !n.Sandbox {
		return Errorf(Forbidden, "practice.real_act", "")
	}
	switch cmd.Step {
	case PracticeInformation:
		return GiveInformation{Notice: n.ID, Text: cmd.Text}.apply(c, a, env, log)
	case PracticeWarning:
		return Warn{Notice: n.ID, Text: cmd.Text}.apply(c, a, env, log)
	case PracticeWithdraw:
		return Withdraw{Notice: n.ID, Reason: cmd.Text}.apply(c, a, env, log)
	case PracticeResend:
		return Requeue{Notice: n.ID, Because: cmd.Text}.apply(c, a, env, log)
	case PracticeDeadline:
		return n.runOut(env, log)
	}
	return Errorf(Invalid, "practice.step_missing", "step")
}

// runOut ends the running clock of an act of practice.
func (n *Notice) runOut(env Env, log *recorder) error {
	if n.State != NoticeReceived || n.Deadline().IsZero() || n.Unanswered() == 0 {
		return Errorf(Conflict, "notice.not_overdue", "")
	}
	n.endPause(env)
	before := env.Now.Add(-1000) // a microsecond, the finest step that is stored
	if k := len(n.Warnings); k > 0 {
		n.Warnings[k-1].DueAt = before
	} else {
		n.DueAt = before
	}
	n.Overdue = true
	log.add(EventNoticeOverdue, "notice", n.ID, "platform", n.Platform, "clock", n.Clock)
	return nil
}
