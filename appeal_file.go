package ronda

import (
	"strings"
	"time"
)

// maxAppealText bounds what an appellant or a panel member writes, in characters.
const maxAppealText = 6000

// AppealCommand is one thing that can be done to an objection.
type AppealCommand interface {
	apply(ap *Appeal, a Actor, env Env, log *recorder) error
}

// ApplyAppeal is the write rule of objections: (objection, actor, command, now) → (objection, events, error). The objection that was passed
// in is never changed. Events belong to the case that the objection is about; an objection without one has none.
func ApplyAppeal(ap Appeal, a Actor, cmd AppealCommand, env Env) (Appeal, []Event, error) {
	next := ap.clone()
	log := &recorder{c: &Case{ID: ap.Case}, a: a, env: env}
	if err := cmd.apply(&next, a, env, log); err != nil {
		return ap, nil, err
	}
	next.Version++
	for i := range log.events {
		log.events[i].Case = next.Case
	}
	if next.Case == "" {
		log.events = nil
	}
	return next, log.events, nil
}

// AppealFor is what an objection is about: the case and, where there is one, the notice.
type AppealFor struct {
	Case   Case
	Notice string
	Items  []string // empty means all
}

// FileAppeal files an objection. For is nil where the appellant gave an address: what it leads to is found only once control is proven, so
// filing takes the same way whether there is anything to find or not.
type FileAppeal struct {
	By      AppealBy
	For     *AppealFor
	Address ReportAddress // without For
	Report  Report        // of a reporter
	Ground  string
	Reasons string // cleaned and masked by the caller
}

func (cmd FileAppeal) apply(ap *Appeal, a Actor, env Env, log *recorder) error {
	if ap.ID != "" {
		return Errorf(Conflict, "appeal.filed_already", "")
	}
	if err := cmd.check(a, env); err != nil {
		return err
	}
	*ap = Appeal{ID: env.ID(), Code: env.Code(CodeLength), By: cmd.By, State: AppealPanel, Ground: cmd.Ground, Reasons: strings.TrimSpace(cmd.Reasons), FiledAt: env.Now}
	if cmd.By == AppealAuthor {
		ap.Control.Code = "RONDA" + env.Code(8)
	}
	if cmd.For == nil {
		ap.State, ap.Address, ap.Key, ap.Platform = AppealControl, cmd.Address.Canonical, cmd.Address.Key, cmd.Address.Platform
		return nil
	}
	if cmd.By == AppealPlatform {
		ap.Account = a.Account
	}
	ap.Report = cmd.Report.ID
	ap.about(*cmd.For)
	ap.ready(env, log)
	return nil
}

func (cmd FileAppeal) check(a Actor, env Env) error {
	var f faults
	if n := len([]rune(cmd.Reasons)); !Sentence(cmd.Reasons) || n > maxAppealText {
		f.add("reasons", "appeal.reasons_missing")
	}
	if !contains(AppealGrounds(), cmd.Ground) {
		f.add("ground", "appeal.ground_missing")
	}
	if err := f.err("appeal.invalid"); err != nil {
		return err
	}
	if cmd.For == nil {
		if cmd.By != AppealAuthor || cmd.Address.Key == "" {
			return Errorf(Invalid, "appeal.ref_form", "ref")
		}
		return nil
	}
	return cmd.For.mayBeObjected(cmd.By, a, cmd.Report, env)
}

// mayBeObjected tells whether this appellant may object to this act, or to this end of a case, now.
func (t AppealFor) mayBeObjected(by AppealBy, a Actor, r Report, env Env) error {
	if by == AppealReporter {
		if r.ID == "" || r.Case != t.Case.ID {
			return Errorf(NotFound, "appeal.not_found", "ref")
		}
		if t.Case.Stage != StageNoAction && t.Case.Stage != StageDeclined {
			return Errorf(Conflict, "appeal.not_ended", "ref")
		}
		if t.Case.Closed != nil && t.Case.Closed.Reason == CloseOverturned {
			return Errorf(Conflict, "appeal.overturned_already", "ref") // a panel has spoken; another objection would only go round
		}
		return within(env, t.Case.StageSince, t.Case.Region)
	}
	n, ok := t.Case.Notice(t.Notice)
	if !ok || !n.Public() { // before it went out it does not exist for anyone outside
		return Errorf(NotFound, "appeal.not_found", "ref")
	}
	if by == AppealPlatform && (!a.Has(RoleLiaison) || a.Platform == "" || n.Platform != a.Platform) {
		return Errorf(NotFound, "appeal.not_found", "ref")
	}
	for _, id := range t.Items {
		if indexFunc(n.Items, func(it NoticeItem) bool { return it.Item == id }) < 0 {
			return Errorf(Invalid, "appeal.item_unknown", "items")
		}
	}
	if !n.Overturned.IsZero() {
		return Errorf(Conflict, "appeal.overturned_already", "ref")
	}
	return within(env, n.SentAt, n.Region)
}

// within tells whether the time for objecting has not run out.
func within(env Env, start time.Time, region string) error {
	clock, ok := env.Pack.ClockAt("appeal_window", start)
	if due := Due(clock, start, nil, env.Pack.Zone(region), env.Now); ok && !due.IsZero() && env.Now.After(due) {
		return Errorf(Conflict, "appeal.window_over", "ref")
	}
	return nil
}

// about fills in what the objection is about.
func (ap *Appeal) about(t AppealFor) {
	c := t.Case
	ap.Case, ap.Region, ap.Sandbox, ap.Org = c.ID, c.Region, c.Sandbox, OfficeAuthority(c.Office)
	ap.Items = append([]string(nil), t.Items...)
	n, ok := c.Notice(t.Notice)
	if !ok {
		if len(ap.Items) == 0 {
			ap.Items = itemIDs(c.Items)
		}
		return
	}
	ap.Notice, ap.Act, ap.Org = n.ID, n.Act, n.Org
	if n.Platform != "" {
		ap.Platform = n.Platform
	}
	if len(ap.Items) == 0 {
		for _, it := range n.Items {
			ap.Items = append(ap.Items, it.Item)
		}
	}
	for _, it := range n.Items {
		if ap.By == AppealAuthor && ap.Address == "" && contains(ap.Items, it.Item) {
			ap.Address = it.Address // where to look for the code that proves the account
		}
	}
}

// ready starts the clock: the appellant has done their part, and the panel's turn begins.
func (ap *Appeal) ready(env Env, log *recorder) {
	ap.State = AppealPanel
	if ap.DueAt.IsZero() {
		ap.DueAt = ap.due(env)
	}
	items := ap.Items
	if len(items) == 0 {
		items = []string{ap.Case} // a case of words alone
	}
	for _, it := range items {
		log.add(EventAppealFiled, "appeal", ap.ID, "notice", ap.Notice, "item", it, "by", string(ap.By))
	}
}

func (ap *Appeal) due(env Env) time.Time {
	clock, _ := env.Pack.ClockAt("appeal", env.Now)
	return Due(clock, env.Now, nil, env.Pack.Zone(ap.Region), env.Now)
}

// AskControl is the appellant's word that the code stands in the account's profile. The clock runs from here: how long the check takes is
// the office's own time.
type AskControl struct{}

func (AskControl) apply(ap *Appeal, _ Actor, env Env, _ *recorder) error {
	if ap.By != AppealAuthor || ap.Proven() || !ap.State.Open() {
		return Errorf(Conflict, "appeal.no_control_needed", "")
	}
	if !ap.Control.AskedAt.IsZero() {
		return nil // asking again changes nothing
	}
	ap.Control.AskedAt = env.Now
	if ap.DueAt.IsZero() {
		ap.DueAt = ap.due(env)
	}
	return nil
}

// ProveControl records that a person found the code in the profile, or that the platform vouches for the account. Found is what the store
// knows about the address: an act that went out, or nil. Took are the accounts that had part in that case: none of them may keep its
// author out.
type ProveControl struct {
	OK    bool
	Found *AppealFor
	Took  map[string]bool
}

func (cmd ProveControl) apply(ap *Appeal, a Actor, env Env, log *recorder) error {
	if ap.By != AppealAuthor || ap.Proven() || !ap.State.Open() || ap.Control.AskedAt.IsZero() {
		return Errorf(Conflict, "appeal.no_control_needed", "")
	}
	how := ""
	switch {
	case a.Has(RoleLiaison) && a.Platform != "" && a.Platform == ap.Platform:
		how = "platform"
	case ap.mayCheck(a, env.Pack):
		how = "profile"
	default:
		return Errorf(Forbidden, "appeal.not_checker", "")
	}
	if how == "profile" && cmd.Took[a.Account] {
		return Errorf(Forbidden, "appeal.decider", "")
	}
	if !cmd.OK {
		ap.Control.AskedAt = time.Time{}
		ap.Control.Refused++
		if ap.Case == "" {
			ap.DueAt = time.Time{} // it is the appellant's turn again
		}
		return nil
	}
	ap.Control.ProvenAt, ap.Control.By, ap.Control.How = env.Now, a.Account, how
	if ap.State != AppealControl {
		return nil
	}
	if cmd.Found == nil || cmd.Found.mayBeObjected(AppealAuthor, a, Report{}, env) != nil {
		ap.State = AppealNoAct
		return nil
	}
	ap.about(*cmd.Found)
	ap.ready(env, log)
	return nil
}

// mayCheck tells whether a person may look into a profile for a code: officers of a supervising authority, whoever's case it may be.
// Where the case is known already, those of its own authority.
func (ap *Appeal) mayCheck(a Actor, p *Pack) bool {
	if (!a.Has(RoleOfficer) && !a.Has(RoleLead)) || a.Office == "" || OfficeAuthority(a.Office) != a.Org {
		return false
	}
	if ap.Org != "" {
		return a.Org == ap.Org
	}
	return p.index.authority[a.Org].Role == "supervisor"
}

// CanCheckControl tells whether the actor may confirm control of the account.
func (ap Appeal) CanCheckControl(a Actor, p *Pack) bool {
	if ap.By != AppealAuthor || ap.Proven() || ap.Control.AskedAt.IsZero() || !ap.State.Open() {
		return false
	}
	return ap.mayCheck(a, p) || a.Has(RoleLiaison) && a.Platform != "" && a.Platform == ap.Platform
}
