package ronda

import (
	"strings"
	"time"
)

// Prior is an item of this act that a rejected request has named before, in this case or another.
type Prior struct {
	Key    string
	Notice string
}

// Send makes an act of a decision. Which act is named; what it must contain is refused item by item where it is missing.
type Send struct {
	Act           Act
	Platform      string   // flags and orders
	Authority     string   // requests: the ministry
	Items         []string // item ids; empty means all that the act can name
	Number        string   // letter number (requests and orders)
	Explanation   string
	LegalAnalysis string
	Necessity     string
	GoodFaith     bool
	Urgent        bool
	Determination *Determination
	Evidence      []string
	Basis         string // order: the request
	NewFacts      string
	Prior         []Prior // found by the caller in the store
	Channel       string
}

func (cmd Send) action() Action {
	switch cmd.Act {
	case Request:
		return SendRequest
	case Order:
		return SendOrder
	}
	return SendFlag
}

func (cmd Send) apply(c *Case, a Actor, env Env, log *recorder) error {
	if !contains(Acts(), cmd.Act) {
		return Errorf(Invalid, "notice.act_missing", "act")
	}
	if c.Decision == nil || c.Decision.Outcome != OutcomeAct {
		return Errorf(Conflict, "notice.no_decision", "")
	}
	if err := c.needStage(StageDecided, StageNotified, StageAwaiting, StageActed, StageDeclined); err != nil {
		return err
	}
	n := cmd.draft(c, a, env)
	var f faults
	if !contains(env.Pack.index.authority[a.Org].Acts, cmd.Act) {
		f.add("sender", "notice.sender_not_mandated").With("act", string(cmd.Act))
	}
	cmd.checkCommon(c, &n, &f)
	switch cmd.Act {
	case Flag:
		cmd.checkFlag(c, env, &f)
	case Request:
		cmd.checkRequest(c, a, &n, env, &f)
	case Order:
		cmd.checkOrder(c, a, &n, env, &f)
	}
	cmd.checkUrgency(c, env, &f)
	if err := f.err("notice.incomplete"); err != nil {
		return err
	}
	if err := cmd.refuseRepeat(c, n); err != nil {
		return err
	}
	if err := c.refuseTwice(n); err != nil {
		return err
	}
	c.Notices = append(c.Notices, n)
	for _, it := range n.Items {
		c.setItem(it.Item, ItemPending, env.Now)
	}
	kind := EventNoticeQueued
	if n.State == NoticeDraft {
		kind = EventNoticeDrafted
	}
	log.add(kind, "notice", n.ID, "act", string(n.Act), "platform", n.Platform, "authority", n.Authority)
	return nil
}

// draft fills a notice from the command, the decision and the case.
func (cmd Send) draft(c *Case, a Actor, env Env) Notice {
	n := Notice{
		ID: env.ID(), Round: c.Round, Code: env.Code(NoticeCodeLength), Number: strings.TrimSpace(cmd.Number), Act: cmd.Act, State: NoticeQueued,
		Org: a.Org, Office: a.Office, Unit: a.Unit, By: a.Account,
		Ground: c.Decision.Ground, RuleDate: c.RuleDate(), Category: c.Category, Region: c.Region, Measure: c.Decision.Measure,
		Explanation: cmd.Explanation, LegalAnalysis: cmd.LegalAnalysis, Necessity: cmd.Necessity, GoodFaith: cmd.GoodFaith,
		Urgent: cmd.Urgent, Determination: cmd.Determination, Evidence: cmd.Evidence, CreatedAt: env.Now, Channel: cmd.Channel,
		NewFacts: cmd.NewFacts, Sandbox: c.Sandbox,
	}
	n = n.clone()
	switch cmd.Act { // an act has one recipient: a platform must never be handed what is asked of the ministry
	case Request:
		n.Authority = cmd.Authority
	case Order:
		n.Platform, n.Basis = cmd.Platform, cmd.Basis
	default:
		n.Platform = cmd.Platform
	}
	if all := c.Conclusions(); len(all) > 0 {
		n.RuleDate = all[0].RuleDate
	}
	if cmd.Act == Order {
		n.State, n.Clock = NoticeDraft, "order"
		if cmd.Urgent {
			n.Clock = "order_urgent"
		}
	}
	for _, it := range c.Items {
		named := contains(cmd.Items, it.ID)
		fits := contains(c.Decision.Items, it.ID) && (cmd.Act == Request || it.Platform == cmd.Platform)
		if named || (len(cmd.Items) == 0 && fits && !it.Private && !it.Unsettled) {
			n.Items = append(n.Items, NoticeItem{Item: it.ID, Address: it.Address})
		}
	}
	return n
}

// checkCommon demands what every act needs: exact addresses of public items on the recipient's service, and reasons.
func (cmd Send) checkCommon(c *Case, n *Notice, f *faults) {
	if len(n.Items) == 0 || len(n.Items) < len(cmd.Items) {
		f.add("items", "notice.address_missing")
	}
	for _, x := range n.Items {
		it, _ := c.Item(x.Item)
		switch {
		case !contains(c.Decision.Items, it.ID): // came in later: no reader has judged it
			f.add("items", "notice.address_not_assessed").With("address", it.Address)
		case it.Private:
			f.add("items", "notice.private_message").With("address", it.Address)
		case it.Unsettled:
			f.add("items", "notice.address_unresolved").With("address", it.Address)
		case cmd.Act != Request && it.Platform != cmd.Platform:
			f.add("items", "notice.other_platform").With("address", it.Address)
		}
	}
	for _, id := range cmd.Evidence {
		if _, ok := c.EvidenceByID(id); !ok {
			f.add("evidence", "notice.evidence_unknown").With("evidence", id)
		}
	}
	if !Sentence(cmd.Explanation) {
		f.add("explanation", "notice.explanation_missing")
	}
	if !Sentence(cmd.Necessity) {
		f.add("necessity", "notice.necessity_missing")
	}
}

func (cmd Send) checkFlag(c *Case, env Env, f *faults) {
	if _, ok := env.Pack.Platform(cmd.Platform); !ok {
		f.add("platform", "notice.platform_missing")
	}
	if !cmd.GoodFaith {
		f.add("good_faith", "notice.good_faith_missing")
	}
	if c.Decision.Act != Flag && c.Decision.Act != Request {
		f.add("act", "notice.not_decided").With("act", string(Flag))
	}
	if cmd.Urgent {
		f.add("urgent", "notice.urgent_only_order")
	}
	if platform, _, ok := SplitPolicy(c.Decision.Ground); ok && platform != cmd.Platform {
		f.add("ground", "notice.policy_of_other_platform").With("platform", env.Pack.PlatformName(platform))
	}
}

// checkRequest holds Permenkominfo 5/2020 art. 16(4): official letter, legal analysis, screenshot, specific address; and 17(1): sent by the
// agency's contact officer, who sits in the national office.
func (cmd Send) checkRequest(c *Case, a Actor, n *Notice, env Env, f *faults) {
	if c.Decision.Act != Request {
		f.add("act", "notice.not_decided").With("act", string(Request))
	}
	if env.Pack.index.authority[cmd.Authority].Role != "ministry" {
		f.add("authority", "notice.authority_missing")
	}
	if o, ok := env.Pack.Office(a.Office); !ok || o.Level != "national" || c.Office != a.Office {
		f.add("sender", "notice.sender_not_national")
	}
	if strings.TrimSpace(cmd.Number) == "" {
		f.add("number", "notice.letter_missing")
	}
	if !Sentence(cmd.LegalAnalysis) {
		f.add("legal_analysis", "notice.analysis_missing")
	}
	for _, x := range n.Items {
		if !c.hasScreenshot(x.Item) {
			f.add("evidence", "notice.screenshot_missing").With("address", x.Address)
		}
	}
	cmd.checkLaw(c, env, f)
}

// checkOrder holds Permenkominfo 5/2020 art. 15(4)–(8) and 16(7)–(9): the ministry, on an agency's request, names the ground and the addresses.
func (cmd Send) checkOrder(c *Case, a Actor, n *Notice, env Env, f *faults) {
	if _, ok := env.Pack.Platform(cmd.Platform); !ok {
		f.add("platform", "notice.platform_missing")
	}
	if strings.TrimSpace(cmd.Number) == "" {
		f.add("number", "notice.letter_missing")
	}
	if !Sentence(cmd.LegalAnalysis) {
		f.add("legal_analysis", "notice.analysis_missing")
	}
	if c.Decision.Act != Request {
		f.add("act", "notice.not_decided").With("act", string(Order))
	}
	basis, ok := c.Notice(cmd.Basis)
	if !ok || !basis.carries(c.Round) || basis.Authority != a.Org {
		f.add("basis", "notice.basis_missing")
	}
	for _, x := range n.Items {
		if ok && indexFunc(basis.Items, func(y NoticeItem) bool { return y.Item == x.Item }) < 0 {
			f.add("items", "notice.address_not_requested").With("address", x.Address)
		}
	}
	if c.Decision.Target.OfPower() {
		f.add("act", "notice.order_on_criticism")
	}
	cmd.checkLaw(c, env, f)
}

// carries tells whether an order can rest on the notice: a request of this round that the ministry took up.
func (n Notice) carries(round int) bool {
	return n.Act == Request && n.State == NoticeAccepted && n.Round == round
}

// checkLaw demands a legal ground that can carry the act at the rule date, and a determination where the ground lives by one.
func (cmd Send) checkLaw(c *Case, env Env, f *faults) {
	date := c.RuleDate()
	if all := c.Conclusions(); len(all) > 0 {
		date = all[0].RuleDate
	}
	g, ok := env.Pack.GroundAt(c.Decision.Ground, date)
	switch {
	case !ok:
		f.add("ground", "notice.ground_missing")
	case !g.Carries(cmd.Act):
		f.add("ground", "assessment.ground_not_for_act").With("ground", g.Cite).With("act", string(cmd.Act))
	case contains(g.NotFor, c.Category):
		f.add("ground", "assessment.ground_not_for_category").With("ground", g.Cite)
	case g.Determined && !cmd.Determination.complete(c, env.Now):
		f.add("determination", "notice.determination_missing")
	}
}

// checkUrgency allows the four hours only for an order with a named agency's determination, and never for criticism of power.
func (cmd Send) checkUrgency(c *Case, env Env, f *faults) {
	if !cmd.Urgent || cmd.Act == Flag {
		return
	}
	if cmd.Act == Request {
		f.add("urgent", "notice.urgent_only_order")
	}
	if c.Decision.Target.OfPower() {
		f.add("urgent", "notice.urgent_on_criticism")
	}
	if !cmd.Determination.complete(c, env.Now) {
		f.add("determination", "notice.determination_missing")
	}
}

// complete tells whether a determination names agency, number, date and subject, with the document among the case's evidence.
func (d *Determination) complete(c *Case, now time.Time) bool {
	if d == nil || d.Date.After(now) {
		return false
	}
	e, ok := c.EvidenceByID(d.Evidence)
	return ok && e.Kind == "determination" && strings.TrimSpace(d.Agency) != "" && strings.TrimSpace(d.Number) != "" && !d.Date.IsZero() && strings.TrimSpace(d.Subject) != ""
}

// refuseRepeat refuses an act on an item whose request was rejected, unless new facts are stated. A flag must not be the way around a
// rejected request at all.
func (cmd Send) refuseRepeat(c *Case, n Notice) error {
	prior := append([]Prior(nil), cmd.Prior...)
	for _, old := range c.Notices {
		if old.Act != Request || old.State != NoticeRejected {
			continue
		}
		for _, x := range old.Items {
			if it, ok := c.Item(x.Item); ok {
				prior = append(prior, Prior{Key: it.Key, Notice: old.ID})
			}
		}
	}
	for _, x := range n.Items {
		it, _ := c.Item(x.Item)
		i := indexFunc(prior, func(p Prior) bool { return p.Key == it.Key })
		if i < 0 {
			continue
		}
		if cmd.Act == Flag {
			return Errorf(Conflict, "notice.flag_after_rejection", "items").With("address", it.Address).With("notice", prior[i].Notice)
		}
		if !Sentence(cmd.NewFacts) {
			return Errorf(Conflict, "notice.rejected_before", "new_facts").With("address", it.Address).With("notice", prior[i].Notice)
		}
	}
	return nil
}

// refuseTwice refuses an act on an address where the same act still stands: a second one would start its clock anew.
func (c *Case) refuseTwice(n Notice) error {
	for _, old := range c.Notices {
		if old.Act != n.Act || old.Platform != n.Platform || !(old.State.Live() || old.State == NoticeDraft || old.State == NoticeAccepted) {
			continue
		}
		for _, x := range n.Items {
			if indexFunc(old.Items, func(y NoticeItem) bool { return y.Item == x.Item }) >= 0 {
				return Errorf(Conflict, "notice.already_sent", "items").With("address", x.Address).With("notice", old.ID)
			}
		}
	}
	return nil
}

// standing refuses to let a notice go on whose decision no longer stands: the case was returned, reopened or closed since, or the request
// that an order rests on was taken back.
func (c *Case) standing(n *Notice) error {
	if c.Decision == nil || c.Round != n.Round || c.Stage == StageClosed || c.Stage == StageReferred {
		return Errorf(Conflict, "notice.decision_gone", "")
	}
	if basis, _ := c.Notice(n.Basis); n.Act == Order && !basis.carries(c.Round) {
		return Errorf(Conflict, "notice.basis_gone", "")
	}
	return nil
}

// sentBy refuses to let others than the sender's own authority, or Ronda itself, say what became of a notice.
func (n *Notice) sentBy(a Actor) error {
	if a.Is(RoleSystem) || n.Org == a.Org {
		return nil
	}
	return Errorf(Forbidden, "notice.other_sender", "")
}

// hasScreenshot tells whether a screenshot shows the item, or the case as a whole.
func (c *Case) hasScreenshot(item string) bool {
	return indexFunc(c.Evidence, func(e Evidence) bool {
		return (e.Kind == "screenshot" || e.Kind == "page" || e.Kind == "video") && (e.Item == "" || e.Item == item) && !e.Quarantine
	}) >= 0
}

// setItem changes what is known of one address.
func (c *Case) setItem(id string, s ItemState, at time.Time) {
	for i := range c.Items {
		if c.Items[i].ID == id {
			c.Items[i].State, c.Items[i].StateAt = s, at
		}
	}
}

// Countersign is the second signature under an order, by another person of another unit of the ministry.
type Countersign struct{ Notice string }

func (Countersign) action() Action { return SignOrder }

func (cmd Countersign) apply(c *Case, a Actor, env Env, log *recorder) error {
	n, err := c.notice(cmd.Notice, NoticeDraft)
	if err != nil {
		return err
	}
	if err := c.standing(n); err != nil {
		return err
	}
	if err := n.sentBy(a); err != nil {
		return err
	}
	if n.By == a.Account || (n.Office == a.Office && n.Unit == a.Unit) {
		return Errorf(Forbidden, "notice.same_signatory", "")
	}
	n.Signed, n.SignedUnit, n.State = a.Account, a.Unit, NoticeQueued
	log.add(EventNoticeSigned, "notice", n.ID)
	log.add(EventNoticeQueued, "notice", n.ID, "act", string(n.Act), "platform", n.Platform)
	return nil
}

// notice finds a notice of the case in one of the states given (any if none) for changing.
func (c *Case) notice(id string, states ...NoticeState) (*Notice, error) {
	for i := range c.Notices {
		if c.Notices[i].ID == id {
			if len(states) > 0 && !contains(states, c.Notices[i].State) {
				return nil, Errorf(Conflict, "notice.wrong_state", "").With("state", string(c.Notices[i].State))
			}
			return &c.Notices[i], nil
		}
	}
	return nil, Errorf(NotFound, "notice.not_found", "")
}
