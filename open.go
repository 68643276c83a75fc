package ronda

import (
	"strings"
	"time"
)

// Opening is what a new case starts from: the report that nothing known answers.
type Opening struct {
	Title    string
	Claim    string
	Category string
	Region   string
	Contest  string
	Items    []Item // ids are given here
	Evidence []Evidence
	Office   string // where it is routed; "" for the pack's routing
	Org      string // reporter's organisation, "" for a citizen
	Priority bool
	Sandbox  bool
	Surge    bool // its network sends far more than others do
}

// Open makes a new case in stage new and its first event. The number people use is short and says nothing about volume.
func Open(o Opening, a Actor, env Env) (Case, []Event) {
	id := env.ID()
	c := Case{
		ID: id, Number: CaseNumber(env), Version: 1, Election: env.Pack.ID,
		Title: o.Title, Claim: o.Claim, Category: o.Category, Region: o.Region, Contest: o.Contest,
		Urgency: 1, Stage: StageNew, Office: o.Office, OpenedAt: env.Now, StageSince: env.Now, Round: 1,
		Priority: o.Priority, Sandbox: o.Sandbox, Surge: o.Surge && !o.Priority && o.Org == "",
	}
	if cat, ok := env.Pack.Category(o.Category); ok && cat.Urgency > 0 {
		c.Urgency = cat.Urgency
	}
	if o.Org != "" {
		c.ReporterOrg = []string{o.Org}
	}
	if c.Office == "" {
		c.Office = RouteOffice(env.Pack, o.Region)
	}
	log := &recorder{c: &c, a: a, env: env}
	log.add(EventOpened, "category", c.Category, "region", c.Region, "office", c.Office)
	for _, it := range o.Items {
		c.addItem(it, env, log)
	}
	c.Evidence = append(c.Evidence, o.Evidence...)
	c.settle(env, c.Stage)
	return c, log.events
}

// RouteOffice is the supervisor's office that a report from a region goes to: the regency's own, or the next one above that exists.
func RouteOffice(p *Pack, region string) string {
	for _, a := range p.Authorities {
		if a.Role != "supervisor" {
			continue
		}
		for code := region; ; code = p.Parent(code) {
			if o, ok := p.Office(a.ID + ":" + code); ok {
				return o.ID
			}
			if code == "" {
				break
			}
		}
	}
	return ""
}

// addItem gives an item its id and first state and appends it, unless its key is there already.
func (c *Case) addItem(it Item, env Env, log *recorder) bool {
	if indexFunc(c.Items, func(x Item) bool { return x.Key == it.Key }) >= 0 {
		return false
	}
	it.ID, it.AddedAt, it.State = env.ID(), env.Now, ItemOpen
	c.Items = append(c.Items, it)
	log.add(EventItemAdded, "item", it.ID, "platform", it.Platform, "kind", it.Kind)
	return true
}

// AddItems adds addresses to a case, from a report that joined it or by an officer.
type AddItems struct{ Items []Item }

func (AddItems) action() Action { return TriageCase }

func (cmd AddItems) apply(c *Case, _ Actor, env Env, log *recorder) error {
	if len(c.Items)+len(cmd.Items) > maxItems {
		return Errorf(Invalid, "case.too_many_items", "address")
	}
	for _, it := range cmd.Items {
		c.addItem(it, env, log)
	}
	return nil
}

// maxItems bounds the addresses of one case: the widest known hoax of 2023 stood at some dozens of addresses, a notice lists at most 200.
const maxItems = 500

// AddEvidence attaches sealed files. Ids are made by the caller, because the bytes were stored under them first.
type AddEvidence struct{ Evidence []Evidence }

// action is that of a remark where the files only prove what became of an act or back one: contact officers and the ministry hand over and
// hold determinations without working on the case itself.
func (cmd AddEvidence) action() Action {
	for _, e := range cmd.Evidence {
		if e.Kind != "proof" && e.Kind != "determination" {
			return TriageCase
		}
	}
	return NoteCase
}

func (cmd AddEvidence) apply(c *Case, _ Actor, _ Env, log *recorder) error {
	for _, e := range cmd.Evidence {
		if _, ok := c.EvidenceByID(e.ID); ok {
			continue
		}
		c.Evidence = append(c.Evidence, e)
		log.add(EventEvidence, "evidence", e.ID, "kind", e.Kind, "sha256", e.SHA256)
	}
	return nil
}

// Take makes the actor the holder and starts triage.
type Take struct{}

func (Take) action() Action { return TriageCase }

func (Take) apply(c *Case, a Actor, _ Env, log *recorder) error {
	if err := c.needOpen(); err != nil {
		return err
	}
	if c.Holder != "" && c.Holder != a.Account {
		return Errorf(Conflict, "case.taken", "")
	}
	if c.drawnFor(a.Account) != "" {
		return Errorf(Forbidden, "case.reader_cannot_take", "")
	}
	c.Holder = a.Account
	if c.Stage == StageNew {
		c.Stage = StageTriage
	}
	log.add(EventTaken)
	return nil
}

// Assign gives the case to a colleague of the same authority. It cannot choose or replace a drawn reader.
type Assign struct{ To Actor }

func (Assign) action() Action { return AssignCase }

func (cmd Assign) apply(c *Case, _ Actor, env Env, log *recorder) error {
	if err := c.needOpen(); err != nil {
		return err
	}
	if err := Can(cmd.To, TriageCase, *c, env.Pack); err != nil {
		return Errorf(Invalid, "case.assignee_not_allowed", "to")
	}
	if c.drawnFor(cmd.To.Account) != "" || c.hasConcluded(cmd.To.Account) {
		return Errorf(Invalid, "case.assignee_is_reader", "to")
	}
	c.Holder = cmd.To.Account
	if c.Stage == StageNew {
		c.Stage = StageTriage
	}
	log.add(EventAssigned, "to", cmd.To.Account)
	return nil
}

// Triage describes the case. A zero field is left as it is; ContentDate uses DateKnown to tell "unknown" from "unchanged".
type Triage struct {
	Title       string
	Category    string
	Region      *string
	Contest     *string
	Urgency     int
	ContentDate *time.Time
	Claim       *string
}

func (Triage) action() Action { return TriageCase }

func (cmd Triage) apply(c *Case, a Actor, env Env, log *recorder) error {
	if err := c.needStage(StageNew, StageTriage, StageAssessment, StageDecided); err != nil {
		return err
	}
	if c.Stage == StageDecided && cmd.redescribes(c) {
		return Errorf(Conflict, "case.decided_on_this", "") // two readers decided on this description; another one needs another round
	}
	var f faults
	if cmd.Title != "" {
		if len([]rune(cmd.Title)) > 300 {
			f.add("title", "case.title_too_long")
		}
		c.Title = strings.TrimSpace(cmd.Title)
	}
	if cmd.Category != "" {
		if _, ok := env.Pack.Category(cmd.Category); !ok {
			f.add("category", "report.category_missing")
		}
		c.Category = cmd.Category
	}
	if cmd.Region != nil && *cmd.Region != c.Region {
		c.touched(c.Region)
	}
	if cmd.Contest != nil && *cmd.Contest != c.Contest {
		c.touched(c.Contest)
	}
	if cmd.Region != nil {
		if _, ok := env.Pack.Region(*cmd.Region); !ok {
			f.add("region", "report.region_missing")
		}
		c.Region = *cmd.Region
	}
	if cmd.Contest != nil && *cmd.Contest != "" {
		if _, ok := env.Pack.Contest(*cmd.Contest); !ok {
			f.add("contest", "case.contest_unknown")
		}
	}
	if cmd.Contest != nil {
		c.Contest = *cmd.Contest
	}
	if cmd.Urgency != 0 {
		if cmd.Urgency < 1 || cmd.Urgency > 5 {
			f.add("urgency", "case.urgency_range")
		}
		c.Urgency = cmd.Urgency
	}
	if cmd.ContentDate != nil {
		if cmd.ContentDate.After(env.Now) {
			f.add("content_date", "case.content_date_future")
		}
		c.ContentDate = *cmd.ContentDate
	}
	if cmd.Claim != nil {
		c.Claim = *cmd.Claim
	}
	if err := f.err("case.triage_invalid"); err != nil {
		return err
	}
	if c.Stage == StageNew {
		c.Stage = StageTriage
	}
	if c.Holder == "" {
		c.Holder = a.Account
	}
	log.add(EventTriaged, "category", c.Category, "region", c.Region, "urgency", string(rune('0'+c.Urgency)))
	return nil
}

// touched remembers contests and regions of a case that was described otherwise, or merged: a conflict of interest does not vanish with them.
func (c *Case) touched(places ...string) {
	for _, x := range places {
		if x != "" && !contains(c.Also, x) {
			c.Also = append(c.Also, x)
		}
	}
}

// redescribes tells whether the command changes what the readers judged by: category, place or date.
func (cmd Triage) redescribes(c *Case) bool {
	return (cmd.Category != "" && cmd.Category != c.Category) || (cmd.Region != nil && *cmd.Region != c.Region) ||
		(cmd.Contest != nil && *cmd.Contest != c.Contest) || (cmd.ContentDate != nil && !cmd.ContentDate.Equal(c.ContentDate))
}

// Transcribe records what a video or sound says, with times, and a translation.
type Transcribe struct{ Transcript Transcript }

func (Transcribe) action() Action { return TriageCase }

func (cmd Transcribe) apply(c *Case, a Actor, _ Env, log *recorder) error {
	if err := c.needOpen(); err != nil {
		return err
	}
	t := cmd.Transcript
	if len(t.Cues) == 0 {
		return Errorf(Invalid, "case.transcript_empty", "transcript")
	}
	for i, cue := range t.Cues {
		if cue.Start < 0 || (i > 0 && cue.Start < t.Cues[i-1].Start) {
			return Errorf(Invalid, "case.transcript_order", "transcript")
		}
	}
	t.By = a.Account
	c.Transcript = &t
	log.add(EventTranscribed, "language", t.Language)
	return nil
}

// AddNote writes a remark into the logbook; a partner's is advice.
type AddNote struct{ Text string }

func (AddNote) action() Action { return NoteCase }

func (cmd AddNote) apply(c *Case, a Actor, env Env, log *recorder) error {
	if strings.TrimSpace(cmd.Text) == "" || len([]rune(cmd.Text)) > 4000 {
		return Errorf(Invalid, "case.note_length", "note")
	}
	n := Note{ID: env.ID(), By: a.Account, Office: a.Office, At: env.Now, Text: cmd.Text}
	c.Notes = append(c.Notes, n)
	log.add(EventNoted, "note", n.ID)
	return nil
}

// Advise is an invited partner's remark. It waits for both conclusions before a reader sees it.
type Advise struct {
	Text    string
	Partner Partner // the actor's own, as it stands now
}

func (Advise) action() Action { return AdviseCase }

func (cmd Advise) apply(c *Case, a Actor, env Env, log *recorder) error {
	if err := c.needOpen(); err != nil {
		return err
	}
	if err := c.mayAdvise(a, cmd.Partner, env.Pack); err != nil {
		return err
	}
	if !Sentence(cmd.Text) || len([]rune(cmd.Text)) > 4000 {
		return Errorf(Invalid, "case.note_length", "note")
	}
	n := Note{ID: env.ID(), By: a.Account, Office: a.Org, At: env.Now, Text: cmd.Text, Advice: true}
	c.Notes = append(c.Notes, n)
	log.add(EventNoted, "note", n.ID, "advice", "yes")
	return nil
}

// Ask puts a question to the people who reported the case.
type Ask struct{ Text string }

func (Ask) action() Action { return TriageCase }

func (cmd Ask) apply(c *Case, a Actor, env Env, log *recorder) error {
	if err := c.needOpen(); err != nil {
		return err
	}
	if n := len([]rune(strings.TrimSpace(cmd.Text))); n < 10 || n > 500 {
		return Errorf(Invalid, "case.question_length", "question")
	}
	q := Question{ID: env.ID(), Text: strings.TrimSpace(cmd.Text), By: a.Account, At: env.Now}
	c.Questions = append(c.Questions, q)
	log.add(EventAsked, "question", q.ID)
	return nil
}

// Refer sends the matter, or a part of it, to the body that it belongs to. With End the case closes as referred.
type Refer struct {
	Path    string
	Reason  string
	KnownAt time.Time
	End     bool
}

func (Refer) action() Action { return TriageCase }

func (cmd Refer) apply(c *Case, a Actor, env Env, log *recorder) error {
	if err := c.needOpen(); err != nil {
		return err
	}
	if cmd.End { // not over a reader's head, and not while an act is under way
		if err := c.needStage(StageNew, StageTriage, StageAssessment, StageDecided); err != nil {
			return err
		}
	}
	i := indexFunc(env.Pack.Referrals, func(r ReferralPath) bool { return r.ID == cmd.Path })
	var f faults
	if i < 0 {
		f.add("path", "case.referral_path_missing")
	}
	if !Sentence(cmd.Reason) {
		f.add("reason", "case.reason_missing")
	}
	if i >= 0 && env.Pack.Referrals[i].Start == "known" && (cmd.KnownAt.IsZero() || cmd.KnownAt.After(env.Now)) {
		f.add("known_at", "case.known_at_missing")
	}
	if err := f.err("case.referral_invalid"); err != nil {
		return err
	}
	path := env.Pack.Referrals[i]
	r := Referral{ID: env.ID(), Path: path.ID, Reason: cmd.Reason, By: a.Account, At: env.Now, KnownAt: cmd.KnownAt}
	if path.Days > 0 {
		r.DueAt = Due(Clock{Days: path.Days}, cmd.KnownAt, nil, env.Pack.Zone(c.Region), env.Now)
	}
	c.Referrals = append(c.Referrals, r)
	log.add(EventReferred, "path", path.ID)
	if cmd.End {
		c.end(StageReferred, Closing{Reason: CloseReferredAway, By: a.Account, At: env.Now, Note: cmd.Reason}, log)
	}
	return nil
}

// JudgeMatch records a person's word on a suggestion of the matcher; a confirmed known claim becomes the case's claim.
type JudgeMatch struct {
	Kind, ID string
	Same     bool
}

func (JudgeMatch) action() Action { return TriageCase }

func (cmd JudgeMatch) apply(c *Case, a Actor, env Env, log *recorder) error {
	if cmd.ID == "" || (cmd.Kind != "claim" && cmd.Kind != "case") {
		return Errorf(Invalid, "case.match_unknown", "id")
	}
	link := MatchLink{Kind: cmd.Kind, ID: cmd.ID, Same: cmd.Same, By: a.Account, At: env.Now}
	if i := indexFunc(c.Links, func(l MatchLink) bool { return l.Kind == cmd.Kind && l.ID == cmd.ID }); i >= 0 {
		c.Links[i] = link
	} else {
		c.Links = append(c.Links, link)
	}
	if cmd.Kind == "claim" {
		switch {
		case cmd.Same:
			c.Claim = cmd.ID
		case c.Claim == cmd.ID:
			c.Claim = ""
		}
	}
	same := "no"
	if cmd.Same {
		same = "yes"
	}
	log.add(EventMatchJudged, "kind", cmd.Kind, "id", cmd.ID, "same", same)
	return nil
}

// CaseNumber makes the number that people use for a case, such as "K-2024-7K3M9Q". Its 30 random bits are short enough to be read out and too few for
// chance alone: of 20,000 cases two meet with a probability of a sixth. The store refuses the second, and whoever opens the case takes another number.
func CaseNumber(env Env) string { return "K-" + env.Now.UTC().Format("2006") + "-" + env.Code(6) }
