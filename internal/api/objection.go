package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
)

// Objection is an objection to an act as the platform that received the act may see it.
type Objection struct {
	ID           string        `json:"id" doc:"Its id."`
	Notice       string        `json:"notice" doc:"The act's id."`
	By           string        `json:"by" enum:"author,reporter,platform" doc:"Who objects. An objection of an author is shown once something is asked of the platform."`
	State        string        `json:"state" enum:"control,no_act,panel,decided" doc:"panel: with two people who had no part in the act. control: the appellant has to show that the account is theirs."`
	Ground       string        `json:"ground" enum:"criticism,satire,journalism,counter_speech,true,not_meant,too_harsh,other" doc:"The kind of reason."`
	Reasons      string        `json:"reasons,omitempty" doc:"The reasons, where this account may read them."`
	FiledAt      time.Time     `json:"filed_at" doc:"When."`
	DueAt        time.Time     `json:"due_at,omitzero" doc:"When the decision is due."`
	Overdue      bool          `json:"overdue" doc:"The decision is late."`
	Decision     string        `json:"decision,omitempty" enum:"upheld,overturned" doc:"upheld: the act stands. overturned: it was wrong."`
	DecidedAt    time.Time     `json:"decided_at,omitzero" doc:"When."`
	Effect       string        `json:"effect,omitempty" enum:"withdrawn,revocation_advised,reopened,noted" doc:"What follows from it."`
	Findings     []Finding     `json:"findings" doc:"What each member of the panel found; after the decision only."`
	Restorations []Restoration `json:"restorations" doc:"Addresses to put back."`
}

// Finding is one panel member's, without the name.
type Finding struct {
	Decision string    `json:"decision" enum:"upheld,overturned" doc:"What the member found."`
	Reasons  string    `json:"reasons" doc:"Why."`
	Office   string    `json:"office" doc:"The member's office."`
	At       time.Time `json:"at" doc:"When."`
}

// Restoration is one address that should come back.
type Restoration struct {
	Item    string    `json:"item" doc:"The address's id in the notice."`
	AskedAt time.Time `json:"asked_at" doc:"When it was asked for."`
	DueAt   time.Time `json:"due_at,omitzero" doc:"When it is due."`
	Late    bool      `json:"late" doc:"It is overdue."`
	Answer  string    `json:"answer,omitempty" enum:"restored,not_restored" doc:"The answer so far."`
	Reason  string    `json:"reason,omitempty" doc:"The reason with it."`
}

func (a *api) objectionOf(ap ronda.Appeal) Objection {
	now := a.opt.Now()
	out := Objection{ID: ap.ID, Notice: ap.Notice, By: string(ap.By), State: string(ap.State), Ground: ap.Ground, Reasons: ap.Reasons, FiledAt: ap.FiledAt, DueAt: ap.DueAt,
		Overdue: ap.Overdue(now), Decision: string(ap.Decision), DecidedAt: ap.DecidedAt, Effect: string(ap.Effect), Findings: []Finding{}, Restorations: []Restoration{}}
	if ap.State == ronda.AppealDecided && ap.By == ronda.AppealPlatform { // as on the page: what the panel wrote is for the appellant
		for _, v := range ap.Votes {
			out.Findings = append(out.Findings, Finding{string(v.Decision), v.Reasons, a.opt.Pack.OfficeName(v.Office, a.opt.Pack.Languages[0], v.At), v.At})
		}
	}
	for _, r := range ap.Restorations {
		out.Restorations = append(out.Restorations, Restoration{r.Item, r.AskedAt, r.DueAt, r.Late(now), r.Answer, r.Reason})
	}
	return out
}

// objectionInput objects to a notice.
type objectionInput struct {
	NoticePath
	Body struct {
		Ground  string `json:"ground" enum:"criticism,satire,journalism,counter_speech,true,not_meant,too_harsh,other" doc:"The kind of reason."`
		Reasons string `json:"reasons" maxLength:"6000" doc:"Why the act is wrong, in a sentence at least."`
	}
}

type objectionOutput struct{ Body Objection }

func (a *api) object(ctx context.Context, c *caller, in *objectionInput) (*objectionOutput, error) {
	if _, err := a.opt.Notices.Open(ctx, c.actor, in.ID); err != nil { // another platform's notice does not exist
		return nil, err
	}
	ap, err := a.opt.Appeals.FileByPlatform(ctx, c.actor, in.ID, in.Body.Ground, in.Body.Reasons)
	if err != nil {
		return nil, err
	}
	return &objectionOutput{a.objectionOf(ap)}, nil
}

// ObjectionList is what was said against one act.
type ObjectionList struct {
	Objections []Objection `json:"objections" doc:"The platform's own, and those that ask something of it."`
}

type objectionsOutput struct{ Body ObjectionList }

func (a *api) objections(ctx context.Context, c *caller, in *NoticePath) (*objectionsOutput, error) {
	if _, err := a.opt.Notices.Open(ctx, c.actor, in.ID); err != nil {
		return nil, err
	}
	all, err := a.opt.Appeals.OfNotice(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := ObjectionList{Objections: []Objection{}}
	for _, ap := range all {
		out.Objections = append(out.Objections, a.objectionOf(ap))
	}
	return &objectionsOutput{out}, nil
}

func (a *api) objectionRoutes() {
	base := spec{tag: "notices", token: true, liaison: true, scope: ronda.AnswerNotice, path: "/notices/{id}/objections", errors: []int{404, 409},
		names: map[string]string{"reasons": "body.reasons", "ground": "body.ground"}}
	file, read := base, base
	file.id, file.method, file.status, file.summary = "objectToNotice", http.MethodPost, http.StatusCreated, "Object to a notice"
	file.text = "The platform says that an act is wrong. Two people who had no part in it decide, each without the other; where they differ, a third. " +
		"The clock of the act goes on meanwhile. One objection to one act: another is refused with 409."
	add(a, file, a.object)
	read.id, read.method, read.summary = "listObjections", http.MethodGet, "Objections to a notice"
	read.text = "The platform's own objection with its decision and reasons, and those of others that ask something of the platform, such as putting an address back."
	read.errors = []int{404, 422}
	add(a, read, a.objections)
}
