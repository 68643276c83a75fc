package api

import (
	"context"
	"net/http"
	"time"

	"ronda"
	"ronda/internal/intake"
)

// ReportBody is a report.
type ReportBody struct {
	Links    []string `json:"links,omitempty" maxItems:"200" example:"[\"https://vt.tiktok.com/ZSjAbCdEf/\"]" doc:"Addresses of the content, each to one post, video or account. Addresses in the text are found too."`
	NoLink   bool     `json:"no_link,omitempty" doc:"True: there is no address, for example for a chat message. Then a text of at least 20 characters or a file is needed."`
	Text     string   `json:"text,omitempty" example:"Video ini mengajak memusuhi satu suku menjelang pencoblosan." doc:"What it says or what happened, at most 10,000 characters. Phone numbers, e-mail addresses, NIK and card numbers are masked before it is stored."`
	Category string   `json:"category" example:"hate_sara" doc:"The problem: an id of GET /categories."`
	Region   string   `json:"region,omitempty" example:"34.04" doc:"Where: a code of GET /regions. Needed unless anywhere is true."`
	Anywhere bool     `json:"anywhere,omitempty" doc:"True: the whole country, or unknown."`
	Contact  string   `json:"contact,omitempty" maxLength:"200" example:"warga@example.org" doc:"E-mail address or phone number for news. Stored encrypted; may be left out."`
	Sandbox  bool     `json:"sandbox,omitempty" doc:"True marks the report as a test of an integration: it is kept apart from real ones. Needs a token."`
}

// reportInput is a report with its key. The action reads the body itself, because it may be JSON or a form with files.
type reportInput struct {
	Key string `header:"Idempotency-Key" maxLength:"200" example:"8f14e45f-ceea-467f-9a36-dcf3a1b2c3d4" doc:"Makes a repeat safe: the same key with the same body gives the same ticket. Without a token the key counts together with the body; with one, the same key with another body is refused (422)."`
}

// reportOutput is the ticket of a new report.
type reportOutput struct {
	Location string `header:"Location" doc:"The ticket's address in this API."`
	Replayed string `header:"Idempotency-Replayed" doc:"true where this answers a repeat."`
	Body     ReportReceipt
}

// ReportReceipt is what a reporter gets at once.
type ReportReceipt struct {
	Code    string    `json:"code" example:"RND-7K3M-9Q2X-4TBC" doc:"The ticket's code. Whoever holds it can follow the report; keep it."`
	Page    string    `json:"page" format:"uri" doc:"The page on which people follow the ticket."`
	At      time.Time `json:"received_at" doc:"When the report was saved."`
	News    time.Time `json:"first_news_by,omitzero" doc:"When there is news at the latest."`
	Joined  bool      `json:"joined" doc:"True: others reported the same, and this report was added to theirs."`
	Missing []string  `json:"missing" enum:"link,screenshot" doc:"What would help and can still be added."`
	Masked  []Masked  `json:"masked" doc:"Personal data that was masked in the text."`
}

func (a *api) reportSpec() spec {
	return spec{id: "submitReport", method: http.MethodPost, path: "/reports", tag: "public", optional: true, sandbox: true, scope: scopeReport, status: http.StatusCreated, raw: true,
		body: maxUpload, errors: []int{http.StatusUnsupportedMediaType}, names: map[string]string{"link": "body.links"}, summary: "Report content",
		text: "Takes a report as JSON, or as a form (`multipart/form-data`) with the same fields and up to five files of at most 5 MB each (JPEG, PNG, PDF, MP4) named `files`. " +
			"It answers once the report is on disk. A report of something that others reported already joins theirs. An incomplete report is taken: " +
			"`missing` says what would help.\n\nNobody is told who reported. A report here is not a formal violation report to the election supervisor."}
}

func (a *api) submitReport(ctx context.Context, c *caller, in *reportInput) (*reportOutput, error) {
	var body ReportBody
	files, done, err := a.readForm(c, &body)
	defer done()
	if err != nil {
		return nil, err
	}
	if body.Sandbox && !c.actor.SignedIn() {
		return nil, ronda.Errorf(ronda.Forbidden, "api.sandbox_token", "sandbox")
	}
	body.Sandbox = body.Sandbox || c.actor.Sandbox
	receipt, err := a.opt.Intake.Submit(ctx, intake.ReportInput{
		Links: body.Links, NoLink: body.NoLink, Text: body.Text, Category: body.Category, Region: body.Region, Anywhere: body.Anywhere, Contact: body.Contact,
		Files: files, Channel: "api", Lang: c.text.Lang, Sender: c.sender(), Org: c.actor.Org, Priority: c.actor.Has(ronda.RolePartner), Sandbox: body.Sandbox,
		Principal: c.principal(), IdemKey: in.Key,
	})
	if err != nil {
		return nil, err
	}
	out := &reportOutput{Location: a.link("/api/v1/reports/" + receipt.Code), Body: ReportReceipt{
		Code: receipt.Code, Page: a.link("/tiket/" + receipt.Code), At: receipt.At, News: receipt.Next, Joined: receipt.Joined,
		Missing: list(receipt.Missing), Masked: masked(receipt.Masked),
	}}
	if receipt.Again {
		out.Replayed = "true"
	}
	return out, nil
}

// principal owns idempotency keys; "" for the public.
func (c *caller) principal() string {
	if c.actor.SignedIn() {
		return "account:" + c.actor.Account
	}
	return ""
}
