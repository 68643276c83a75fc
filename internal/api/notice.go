package api

import (
	"context"
	"time"

	"ronda"
	"ronda/internal/notice"
)

// Notice is an act as its recipient sees it: the law, the reasons, each address and the clock, but not who read or decided.
type Notice struct {
	ID          string         `json:"id" example:"01JD0Z6V1K9Q4T8W3N5RXBYMHC" doc:"The notice's id."`
	Act         string         `json:"act" enum:"flag,request,order" doc:"flag: under the platform's own rules, no statutory clock. request: an agency's letter to the ministry. order: of the ministry to the platform."`
	State       string         `json:"state" enum:"draft,queued,sending,unknown,failed,sent,received,answered,accepted,rejected,withdrawn" doc:"sent: not acknowledged yet. received: the clock runs. answered: each address has a final answer."`
	Number      string         `json:"number,omitempty" doc:"The sender's letter number."`
	CaseNumber  string         `json:"case_number,omitempty" example:"K-2024-7K3M9Q" doc:"The case, for correspondence."`
	Platform    string         `json:"platform,omitempty" example:"tiktok" doc:"The recipient of a flag or an order."`
	Sender      Sender         `json:"sender" doc:"Who sends it."`
	Category    string         `json:"category" example:"hate_sara" doc:"The problem: GET /categories."`
	Region      string         `json:"region" doc:"Where: GET /regions; empty for the whole country."`
	Measure     string         `json:"measure" enum:"none,correction,label,reduce_reach,remove" doc:"What is asked for, the mildest that is enough."`
	Ground      Ground         `json:"ground" doc:"The rule it rests on, in the version of the content's date."`
	Elements    []Element      `json:"elements" doc:"The ground's conditions with the finding on each."`
	Explanation string         `json:"explanation" doc:"Why the content breaks the rule."`
	Analysis    string         `json:"legal_analysis,omitempty" doc:"The legal analysis of a request or an order."`
	Necessity   string         `json:"necessity,omitempty" doc:"Why no milder measure is enough."`
	GoodFaith   bool           `json:"good_faith" doc:"The sender states good faith (as DSA art. 16)."`
	Urgent      bool           `json:"urgent" doc:"Four hours instead of twenty-four, with a named agency's determination."`
	Determined  *Determination `json:"determination,omitempty" doc:"The determination that urgency or the ground rests on."`
	Items       []NoticeItem   `json:"items" doc:"The addresses; each is answered by itself."`
	Unanswered  int            `json:"unanswered" doc:"Addresses without a final answer."`
	Evidence    []Evidence     `json:"evidence" doc:"What was captured. The files themselves are on the notice's page."`
	SentAt      time.Time      `json:"sent_at,omitzero" doc:"When it was handed over."`
	ReceivedAt  time.Time      `json:"received_at,omitzero" doc:"Proven receipt: the clock starts here."`
	DueAt       time.Time      `json:"due_at,omitzero" doc:"When the clock ends; missing for a flag and while nothing runs."`
	Paused      bool           `json:"paused" doc:"The clock stands still, because the platform asked for information."`
	RunsAgain   time.Time      `json:"runs_again_at,omitzero" doc:"When the pause ends by itself."`
	Overdue     bool           `json:"overdue" doc:"The clock ran out with an address unanswered."`
	AnsweredAt  time.Time      `json:"answered_at,omitzero" doc:"When the last address got its final answer."`
	Warnings    []Warning      `json:"warnings" doc:"The warnings so far, at most three."`
	Reasons     string         `json:"platform_reasons,omitempty" doc:"The platform's reasons for not acting."`
	Withdrawn   string         `json:"withdrawn_reason,omitempty" doc:"Why the sender took it back."`
	Page        string         `json:"page" format:"uri" doc:"The notice's page for people."`
	Sandbox     bool           `json:"sandbox,omitempty" doc:"True for an act of practice: it asks for nothing."`
}

// Sender is who sent a notice.
type Sender struct {
	Authority string `json:"authority" example:"komdigi" doc:"The authority's id."`
	Office    string `json:"office" doc:"The office's name at the time."`
}

// Ground is the rule of a notice.
type Ground struct {
	ID    string `json:"id" doc:"Its id; policy:<platform>:<id> for a platform's own rule."`
	Kind  string `json:"kind" enum:"law,policy" doc:"Law, or the platform's own rule."`
	Cite  string `json:"cite" example:"UU ITE Pasal 28 ayat (2)" doc:"How it is cited."`
	Law   string `json:"law,omitempty" example:"UU 11/2008 jo. UU 1/2024" doc:"The law."`
	Title Text   `json:"title" doc:"What it forbids, by language."`
	Text  string `json:"text,omitempty" doc:"The article's text, where a transcription is at hand."`
	URL   string `json:"url,omitempty" doc:"Where it can be read."`
}

// Element is one condition of a ground.
type Element struct {
	ID      string `json:"id" doc:"Its id."`
	Text    Text   `json:"text" doc:"The condition, by language."`
	Finding string `json:"finding" enum:"met,not_met,unclear" doc:"What was found."`
	Because string `json:"because" doc:"Why."`
}

// Determination is a named agency's finding.
type Determination struct {
	Agency  string    `json:"agency"`
	Number  string    `json:"number"`
	Date    time.Time `json:"date"`
	Subject string    `json:"subject,omitempty"`
}

// NoticeItem is one address of a notice.
type NoticeItem struct {
	Item         string    `json:"item" doc:"The address's id in this notice: name it in your answer."`
	Address      string    `json:"address,omitempty" doc:"The exact address; not public."`
	Answer       string    `json:"answer,omitempty" enum:"removed,restricted,labelled,reach_reduced,account_action,declined,needs_information,restored" doc:"Your answer, once given."`
	Reason       string    `json:"reason,omitempty" doc:"The reason with it."`
	AnsweredAt   time.Time `json:"answered_at,omitzero" doc:"When."`
	UploaderTold string    `json:"uploader_told,omitempty" enum:"yes,no,not_possible" doc:"Whether the uploader was told."`
	Statement    string    `json:"statement,omitempty" doc:"PUID of the statement of reasons."`
}

// Evidence is one captured file.
type Evidence struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind" example:"screenshot"`
	MediaType  string    `json:"media_type"`
	SHA256     string    `json:"sha256" doc:"Of the original, hex."`
	CapturedAt time.Time `json:"captured_at"`
	Source     string    `json:"source,omitempty" doc:"The address it shows."`
	Item       string    `json:"item,omitempty" doc:"The item it shows."`
}

// Warning is one rung of the ladder.
type Warning struct {
	N     int       `json:"n" doc:"1 to 3."`
	At    time.Time `json:"at"`
	DueAt time.Time `json:"due_at,omitzero"`
	Text  string    `json:"text,omitempty"`
}

// noticeOf shows a notice to its recipient.
func (a *api) noticeOf(r notice.Received) Notice {
	n := a.noticeRow(r.Row)
	n.Overdue = n.Overdue || r.Late
	full := r.Row.Notice
	n.Elements = a.elements(r, full.RuleDate)
	for _, e := range r.Evidence {
		n.Evidence = append(n.Evidence, Evidence{ID: e.ID, Kind: e.Kind, MediaType: e.MediaType, SHA256: e.SHA256, CapturedAt: e.CapturedAt, Source: e.Source, Item: e.Item})
	}
	return n
}

// noticeRow shows what stands in the notice itself.
func (a *api) noticeRow(row ronda.NoticeRow) Notice {
	n := row.Notice
	out := Notice{
		ID: n.ID, Act: string(n.Act), State: string(n.State), Number: n.Number, CaseNumber: row.Number, Platform: n.Platform,
		Sender:   Sender{Authority: n.Org, Office: a.opt.Pack.OfficeName(n.Office, a.opt.Pack.Languages[0], n.CreatedAt)},
		Category: n.Category, Region: n.Region, Measure: string(n.Measure), Ground: a.ground(n.Ground, n.RuleDate), Elements: []Element{}, Explanation: n.Explanation,
		Analysis: n.LegalAnalysis, Necessity: n.Necessity, GoodFaith: n.GoodFaith, Urgent: n.Urgent, Items: []NoticeItem{}, Unanswered: n.Unanswered(), Evidence: []Evidence{},
		SentAt: n.SentAt, ReceivedAt: n.ReceivedAt, DueAt: n.Deadline(), Paused: n.Paused(), RunsAgain: n.RunsAgain, Overdue: n.Overdue || n.IsOverdue(a.opt.Now()),
		AnsweredAt: n.AnsweredAt, Warnings: []Warning{}, Reasons: n.Reasons, Withdrawn: n.Withdrawn, Page: a.link("/penghubung/pemberitahuan/" + n.ID), Sandbox: n.Sandbox,
	}
	if d := n.Determination; d != nil {
		out.Determined = &Determination{Agency: d.Agency, Number: d.Number, Date: d.Date, Subject: d.Subject}
	}
	for _, it := range n.Items {
		out.Items = append(out.Items, NoticeItem{Item: it.Item, Address: it.Address, Answer: string(it.Answer), Reason: it.Reason, AnsweredAt: it.AnsweredAt,
			UploaderTold: it.UploaderTold, Statement: it.Statement})
	}
	for _, w := range n.Warnings {
		out.Warnings = append(out.Warnings, Warning{N: w.N, At: w.At, DueAt: w.DueAt, Text: w.Text})
	}
	return out
}

// ground shows a rule in the version of a date.
func (a *api) ground(id string, at time.Time) Ground {
	if platform, policy, ok := ronda.SplitPolicy(id); ok {
		p, _ := a.opt.Pack.PolicyAt(platform, policy, at)
		return Ground{ID: id, Kind: "policy", Cite: p.Name, Title: Text(p.About), URL: p.URL}
	}
	g, _ := a.opt.Pack.GroundAt(id, at)
	return Ground{ID: id, Kind: "law", Cite: g.Cite, Law: g.Law, Title: Text(g.Title), Text: g.Text, URL: g.Source.URL}
}

func (a *api) elements(r notice.Received, at time.Time) []Element {
	texts := map[string]ronda.Text{}
	for _, e := range r.Ground.ElementsAt(at) {
		texts[e.ID] = e.Text
	}
	out := []Element{}
	for _, e := range r.Elements {
		out = append(out, Element{ID: e.Element, Text: Text(texts[e.Element]), Finding: string(e.Finding), Because: e.Because})
	}
	return out
}

// noticesInput asks for notices.
type noticesInput struct {
	PageQuery
	List    string   `query:"list" enum:"inbox,by_hand" doc:"inbox: what the account's platform, or the ministry, received. by_hand: what waits for a person of the account's authority to hand over. The default is the one that the account has."`
	State   []string `query:"state" enum:"sent,received,answered,accepted,rejected,withdrawn" doc:"Only notices in one of these states, separated by commas. state=sent is what is new."`
	Act     string   `query:"act" enum:"flag,request,order" doc:"Only this act."`
	Overdue bool     `query:"overdue" doc:"Only notices whose clock ran out."`
	Order   string   `query:"order" enum:"newest,deadline" default:"newest" doc:"newest first, or the nearest deadline first."`
	Sandbox bool     `query:"sandbox" doc:"Acts of practice instead of real ones; a token for practice sees no others."`
}

// noticesOutput is a page of notices.
type noticesOutput struct{ Body NoticeList }

// NoticeList is a page of notices.
type NoticeList struct {
	Notices []Notice `json:"notices" doc:"Without elements and evidence: open the notice for these."`
	Total   int      `json:"total" doc:"All that fit the filter."`
	Next    string   `json:"next_cursor,omitempty" doc:"For the next page; missing on the last one."`
}

func (a *api) listNotices(ctx context.Context, c *caller, in *noticesInput) (*noticesOutput, error) {
	inbox := in.List == "inbox" || in.List == "" && (c.actor.Has(ronda.RoleLiaison) || a.ministry(c.actor))
	if err := c.may(map[bool]ronda.Action{true: a.inboxScope(c), false: ronda.Deliver}[inbox]); err != nil {
		return nil, err
	}
	var rows []ronda.NoticeRow
	var total int
	if inbox {
		f := ronda.NoticeFilter{Act: ronda.Act(in.Act), Overdue: in.Overdue, Oldest: in.Order == "deadline", After: in.Cursor, Size: in.Limit, Sandbox: in.Sandbox}
		for _, s := range in.State {
			f.States = append(f.States, ronda.NoticeState(s))
		}
		box, err := a.opt.Notices.Inbox(ctx, c.actor, f)
		if err != nil {
			return nil, err
		}
		rows, total = box.Rows, box.Total
	} else {
		all, err := a.opt.Notices.ByHand(ctx, c.actor)
		if err != nil {
			return nil, err
		}
		total = len(all)
		for _, r := range all {
			if (in.Cursor == "" || r.Notice.ID < in.Cursor) && len(rows) < in.Limit {
				rows = append(rows, r)
			}
		}
	}
	out := NoticeList{Notices: []Notice{}, Total: total}
	for _, r := range rows {
		if inbox { // the recipient learns nothing of the people behind it
			r.Notice.By, r.Notice.Signed, r.Notice.Failure = "", "", ""
		}
		out.Notices = append(out.Notices, a.noticeRow(r))
	}
	if len(rows) == in.Limit {
		out.Next = rows[len(rows)-1].Notice.ID
	}
	return &noticesOutput{Body: out}, nil
}

// ministry tells whether the actor works for the ministry, which receives requests.
func (a *api) ministry(actor ronda.Actor) bool {
	auth, ok := a.opt.Pack.Authority(actor.Org)
	return ok && auth.Role == "ministry"
}

// inboxScope is the scope with which a token may read an inbox: answering includes reading.
func (a *api) inboxScope(c *caller) ronda.Action {
	if c.actor.Has(ronda.RoleLiaison) {
		return ronda.AnswerNotice
	}
	return ronda.MinistryAnswer
}

// noticeOutput is a notice.
type noticeOutput struct{ Body Notice }

func (a *api) oneNotice(ctx context.Context, c *caller, in *NoticePath) (*noticeOutput, error) {
	if err := c.may(a.inboxScope(c)); err != nil {
		return nil, err
	}
	r, err := a.opt.Notices.Open(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return &noticeOutput{Body: a.noticeOf(r)}, nil
}

func (a *api) acknowledge(ctx context.Context, c *caller, in *NoticePath) (*noticeOutput, error) {
	if _, err := a.opt.Responses.Acknowledge(ctx, c.actor, in.ID); err != nil {
		return nil, err
	}
	return a.oneNotice(ctx, c, in)
}

// reasonsInput gives a platform's reasons.
type reasonsInput struct {
	NoticePath
	Body struct {
		Reasons string `json:"reasons" maxLength:"5000" doc:"Why the platform does not act, in a sentence at least."`
	}
}

// NoticePath names a notice.
type NoticePath struct {
	ID string `path:"id" maxLength:"100" example:"01JD0Z6V1K9Q4T8W3N5RXBYMHC" doc:"The notice's id."`
}

func (a *api) stateReasons(ctx context.Context, c *caller, in *reasonsInput) (*noticeOutput, error) {
	if _, err := a.opt.Responses.Reasons(ctx, c.actor, in.ID, in.Body.Reasons); err != nil {
		return nil, err
	}
	return a.oneNotice(ctx, c, &NoticePath{ID: in.ID})
}
