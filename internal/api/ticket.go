package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
	"ronda/internal/intake"
)

// CodePath names a ticket.
type CodePath struct {
	Code string `path:"code" maxLength:"60" example:"RND-7K3M-9Q2X-4TBC" doc:"The ticket's code, as it was given. Case, dashes and the prefix do not matter; O is 0."`
}

// ticketOutput is a ticket.
type ticketOutput struct{ Body Ticket }

// Ticket is what the holder of a code may know of a report.
type Ticket struct {
	Code      string          `json:"code" example:"RND-7K3M-9Q2X-4TBC" doc:"The ticket's code."`
	At        time.Time       `json:"received_at" doc:"When the report was saved."`
	Category  string          `json:"category" example:"hate_sara" doc:"As reported."`
	Region    string          `json:"region" example:"34.04" doc:"As reported; empty for the whole country or unknown."`
	State     string          `json:"state" enum:"received,reviewing,merged,needs_info,passed,finished" doc:"Where it stands. passed: it lies with a platform or another body, see detail."`
	Text      string          `json:"state_text" doc:"The state in words."`
	Detail    string          `json:"detail,omitempty" example:"platform" doc:"Completes the state: why it is finished, or where it was passed to."`
	Next      time.Time       `json:"next_news_by,omitzero" doc:"When there is news at the latest."`
	Missing   []string        `json:"missing" doc:"What would help: link, screenshot."`
	Masked    []Masked        `json:"masked" doc:"Personal data that was masked in the text."`
	Addresses []TicketAddress `json:"addresses" doc:"The reported addresses, each with its own state."`
	Question  *Entry          `json:"question,omitempty" doc:"An open question to the reporter: answer it as an addition."`
	Entries   []Entry         `json:"entries" doc:"What was asked, answered and told since, oldest first."`
	FactCheck string          `json:"fact_check,omitempty" doc:"The fact-check that answers it: GET /fact-checks/{id}."`
	Erased    bool            `json:"erased,omitempty" doc:"True: the report's content was erased."`
}

// TicketAddress is an address of a report.
type TicketAddress struct {
	Address  string `json:"address" doc:"The address in its one form."`
	Platform string `json:"platform" doc:"See GET /platforms; empty for a page outside the services."`
	State    string `json:"state" enum:"open,pending,removed,restricted,labelled,reach_reduced,account_action,declined,needs_information,restored,withdrawn" doc:"What became of it. open: no act names it. pending: asked, not answered."`
}

// Entry is one entry of a ticket.
type Entry struct {
	At    time.Time `json:"at"`
	From  string    `json:"from" enum:"reporter,hub"`
	Kind  string    `json:"kind" enum:"question,answer,evidence,news"`
	Text  string    `json:"text" doc:"What was written; news in the language of Accept-Language."`
	Files int       `json:"files,omitempty" doc:"How many files came with it."`
}

func (a *api) ticket(ctx context.Context, c *caller, in *CodePath) (*ticketOutput, error) {
	t, err := a.opt.Intake.Ticket(ctx, in.Code, c.sender())
	if err != nil {
		return nil, err
	}
	return &ticketOutput{Body: ticketOf(c, t)}, nil
}

func ticketOf(c *caller, t ronda.Ticket) Ticket {
	out := Ticket{
		Code: ronda.FormatCode(t.Code), At: t.At, Category: t.Category, Region: t.Region, State: string(t.State), Detail: t.Detail, Next: t.Next,
		Missing: list(t.Missing), Masked: masked(t.Masked), Addresses: []TicketAddress{}, Entries: []Entry{}, FactCheck: t.Claim, Erased: t.Erased,
	}
	if key := "ticket.state." + string(t.State); c.text.Has(key) {
		out.Text = c.text.T(key)
	}
	for _, x := range t.Addresses {
		out.Addresses = append(out.Addresses, TicketAddress{Address: x.Address, Platform: x.Platform, State: string(x.State)})
	}
	for _, m := range t.Messages {
		out.Entries = append(out.Entries, entryOf(c, m))
	}
	if t.Question != nil {
		q := entryOf(c, *t.Question)
		out.Question = &q
	}
	return out
}

func entryOf(c *caller, m ronda.Message) Entry {
	e := Entry{At: m.At, From: m.From, Kind: m.Kind, Text: m.Text, Files: len(m.Files)}
	if m.Kind == "news" && c.text.Has(m.Text) {
		e.Text = c.text.T(m.Text)
	}
	return e
}

// AdditionBody is what a reporter adds.
type AdditionBody struct {
	Text  string   `json:"text,omitempty" example:"Videonya masih ada di akun lain." doc:"More about it, or the answer to the open question; at most 10,000 characters."`
	Links []string `json:"links,omitempty" maxItems:"20" doc:"More addresses."`
}

// additionInput names a ticket and the request.
type additionInput struct {
	CodePath
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"Makes a repeat safe: the same key adds once. With another body it is refused (422)."`
}

func (a *api) addToReport(ctx context.Context, c *caller, in *additionInput) (*ticketOutput, error) {
	var body AdditionBody
	files, done, err := a.readForm(c, &body)
	defer done()
	if err != nil {
		return nil, err
	}
	t, err := a.opt.Intake.AddMore(ctx, intake.MoreInput{Code: in.Code, Text: body.Text, Links: body.Links, Files: files, Sender: c.sender(), IdemKey: in.Key})
	if ronda.CodeOf(err) == "idempotency.done" { // it is there already: the ticket shows it
		t, err = a.opt.Intake.Ticket(ctx, in.Code, c.sender())
	}
	if err != nil {
		return nil, err
	}
	return &ticketOutput{Body: ticketOf(c, t)}, nil
}

func (a *api) ticketSpec() spec {
	return spec{id: "getReport", method: http.MethodGet, path: "/reports/{code}", tag: "public", optional: true, errors: []int{404, 422}, names: map[string]string{"code": "path.code"},
		summary: "Follow a report", text: "Shows the progress of a report to whoever holds its code. Wrong codes are counted and limited."}
}

func (a *api) additionSpec() spec {
	return spec{id: "addToReport", method: http.MethodPost, path: "/reports/{code}/additions", tag: "public", optional: true, status: http.StatusCreated, raw: true, body: maxUpload,
		errors: []int{404, 409, http.StatusUnsupportedMediaType}, names: map[string]string{"code": "path.code", "link": "body.links"}, summary: "Add to a report",
		text: "Adds text, addresses or files, as JSON or as a form like a report. Where the hub asked a question, the text answers it."}
}
