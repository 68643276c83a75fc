package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"ronda"
)

// statementProblem is an error in the words of the DSA Transparency Database, which existing exporters read: message, and errors by field. It is a
// problem document all the same.
type statementProblem struct {
	Type     string         `json:"type" example:"about:blank" doc:"Always about:blank."`
	Title    string         `json:"title" example:"Unprocessable Entity" doc:"The name of the HTTP status."`
	Status   int            `json:"status" example:"422" doc:"The HTTP status."`
	Code     string         `json:"code" example:"statement.invalid" doc:"statement.invalid, statement.puid_taken or statement.not_found."`
	Detail   string         `json:"detail" doc:"The same as message."`
	Message  string         `json:"message" example:"The puid field is required. (and 3 more errors)" doc:"The first fault and how many more there are."`
	Errors   map[string]any `json:"errors,omitempty" doc:"The faults by field, each a list of sentences. Of a batch: by statement_0, statement_1 …, then by field."`
	Existing map[string]any `json:"existing,omitempty" doc:"With a PUID that was used before: the statement that has it."`
}

// Error makes a line for the log.
func (p *statementProblem) Error() string { return strconv.Itoa(p.Status) + " " + p.Code }

// GetStatus is the HTTP status.
func (p *statementProblem) GetStatus() int { return p.Status }

// ContentType names it as the problem document that it is.
func (p *statementProblem) ContentType(string) string { return "application/problem+json" }

const (
	puidTaken  = "The identifier given is not unique within this platform."
	puidsTaken = "The platform identifier(s) are not all unique within this platform."
	puidsTwice = "The platform identifier(s) are not all unique within this call."
)

func statementRefusal(code, message string, faults map[string]any) *statementProblem {
	status := http.StatusUnprocessableEntity
	return &statementProblem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: message, Message: message, Errors: faults}
}

// byField lists faults as the DSA database does.
func byField(faults []ronda.StatementFault) map[string]any {
	out := map[string]any{}
	for _, f := range faults {
		out[f.Field] = []string{f.Message}
	}
	return out
}

// firstOf makes the message of several faults.
func firstOf(faults []ronda.StatementFault) string {
	switch n := len(faults) - 1; n {
	case 0:
		return faults[0].Message
	case 1:
		return faults[0].Message + " (and 1 more error)"
	default:
		return fmt.Sprintf("%s (and %d more errors)", faults[0].Message, n)
	}
}

// statementOutput is one statement.
type statementOutput struct {
	Status int
	Body   map[string]any
}

// emptyInput is a request without parameters.
type emptyInput struct{}

func (a *api) submitStatement(ctx context.Context, c *caller, _ *emptyInput) (*statementOutput, error) {
	doc, err := a.statementDoc(c)
	if err != nil {
		return nil, err
	}
	work := a.newStatementWork(c)
	s, faults, err := work.read(ctx, doc)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, statementRefusal("statement.invalid", firstOf(faults), byField(faults))
	}
	err = a.statementsOf(c).SaveStatements(ctx, []ronda.Statement{s})
	if ronda.CodeOf(err) == "statement.puid_taken" {
		p := statementRefusal("statement.puid_taken", puidTaken, map[string]any{"puid": []string{puidTaken}})
		if there, err := a.statementsOf(c).StatementByPUID(ctx, s.Platform, s.PUID); err == nil {
			p.Existing = a.statementRecord(there, true)
		} else {
			p.Existing = map[string]any{"puid": s.PUID}
		}
		return nil, p
	}
	if err != nil {
		return nil, err
	}
	return &statementOutput{Status: http.StatusCreated, Body: a.statementRecord(s, true)}, nil
}

// statementDoc reads the body. What cannot be read is a fault like any other, as in the DSA database.
func (a *api) statementDoc(c *caller) (map[string]any, error) {
	data, err := io.ReadAll(c.r.Body)
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	doc, fault := readStatementDoc(data)
	if fault != "" {
		return nil, statementRefusal("statement.invalid", fault, map[string]any{"body": []string{fault}})
	}
	return doc, nil
}

// readStatementDoc decodes an object, or says in a sentence why it cannot; nothing at all is an empty object.
func readStatementDoc(data []byte) (doc map[string]any, fault string) {
	if len(bytes.TrimSpace(data)) == 0 {
		return map[string]any{}, ""
	}
	if err := checkJSON(data); err != nil {
		return nil, "The body is not valid JSON: " + err.Error() + "."
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil || doc == nil {
		return nil, "The body must be a JSON object."
	}
	return doc, ""
}

// statementWork reads the statements of one request.
type statementWork struct {
	a      *api
	c      *caller
	now    time.Time
	notice map[string]bool // our notices that were asked about: the platform's own or not
}

func (a *api) newStatementWork(c *caller) *statementWork {
	return &statementWork{a: a, c: c, now: a.opt.Now().UTC().Truncate(time.Microsecond), notice: map[string]bool{}}
}

// read reads and completes one statement. A reference to a notice that the platform never got is a fault: it would hide a statement from the count of
// what bypassed the hub.
func (w *statementWork) read(ctx context.Context, doc map[string]any) (ronda.Statement, []ronda.StatementFault, error) {
	s, faults := ronda.ReadStatement(doc)
	if s.RondaNotice != "" && w.a.opt.Notices != nil {
		own, asked := w.notice[s.RondaNotice]
		if !asked {
			r, err := w.a.opt.Notices.Open(ctx, w.c.actor, s.RondaNotice)
			if err != nil && ronda.KindOf(err) != ronda.NotFound {
				return s, nil, fmt.Errorf("look for notice of statement: %w", err)
			}
			own = err == nil && r.Row.Notice.Sandbox == w.c.actor.Sandbox // practice hides nothing from the count of what bypassed the hub
			w.notice[s.RondaNotice] = own
		}
		if !own {
			faults = append(faults, ronda.StatementFault{Field: "ronda_notice", Message: "The selected ronda notice is invalid."})
		}
	}
	s.Sandbox = w.c.actor.Sandbox
	s.ID, s.Platform, s.At = w.a.opt.IDs.UUID(w.now), w.c.actor.Platform, w.now
	s.Outside = w.a.law.OutsideLog(s)
	return s, faults, nil
}

// statementRecord is a statement as the DSA database returns it: every field, null where empty.
func (a *api) statementRecord(s ronda.Statement, puid bool) map[string]any {
	text := func(v string) any {
		if v == "" {
			return nil
		}
		return v
	}
	self := a.link("/api/v1/statement/" + s.ID)
	out := map[string]any{
		"decision_visibility": list(s.DecisionVisibility), "decision_visibility_other": text(s.DecisionVisibilityOther), "decision_monetary": text(s.DecisionMonetary),
		"decision_monetary_other": text(s.DecisionMonetaryOther), "decision_provision": text(s.DecisionProvision), "decision_account": text(s.DecisionAccount),
		"account_type": text(s.AccountType), "decision_ground": s.DecisionGround, "decision_ground_reference_url": text(s.GroundURL),
		"illegal_content_legal_ground": text(s.IllegalGround), "illegal_content_explanation": text(s.IllegalExplanation),
		"incompatible_content_ground": text(s.IncompatibleGround), "incompatible_content_explanation": text(s.IncompatibleExplanation),
		"incompatible_content_illegal": text(s.IncompatibleIllegal), "content_type": list(s.ContentType), "content_type_other": text(s.ContentTypeOther),
		"category": s.Category, "category_addition": list(s.CategoryAddition), "category_specification": list(s.CategorySpecification),
		"category_specification_other": text(s.CategoryOther), "territorial_scope": list(s.Territory), "content_language": text(s.ContentLanguage),
		"content_date": s.ContentDate, "application_date": s.ApplicationDate, "end_date_account_restriction": text(s.EndAccount),
		"end_date_monetary_restriction": text(s.EndMonetary), "end_date_service_restriction": text(s.EndService), "end_date_visibility_restriction": text(s.EndVisibility),
		"decision_facts": s.DecisionFacts, "source_type": s.SourceType, "source_identity": text(s.SourceIdentity), "automated_detection": s.AutomatedDetection,
		"automated_decision": s.AutomatedDecision, "content_id_ean": text(s.ContentEAN), "ronda_case": text(s.RondaCase), "ronda_notice": text(s.RondaNotice),
		"uuid": s.ID, "platform_name": a.opt.Pack.PlatformName(s.Platform), "created_at": s.At.UTC().Format(time.DateTime), "permalink": self, "self": self,
	}
	if puid {
		out["puid"] = s.PUID
	}
	if s.Sandbox {
		out["sandbox"] = true
	}
	return out
}

// puidInput names a statement by the platform's own number.
type puidInput struct {
	PUID string `path:"puid" example:"TK421" doc:"The platform's own number."`
}

func (a *api) existingPUID(ctx context.Context, c *caller, in *puidInput) (*statementOutput, error) {
	s, err := a.statementsOf(c).StatementByPUID(ctx, c.actor.Platform, in.PUID)
	if ronda.KindOf(err) == ronda.NotFound {
		p := statementRefusal("statement.not_found", "statement of reason not found", nil)
		p.Status, p.Title = http.StatusNotFound, http.StatusText(http.StatusNotFound)
		return nil, p
	}
	if err != nil {
		return nil, err
	}
	return &statementOutput{Status: http.StatusFound, Body: a.statementRecord(s, true)}, nil
}

// statementInput names a statement.
type statementInput struct {
	UUID string `path:"uuid" example:"01932a4e-7c00-7d3e-9a51-0c4f6f0e3b2a" doc:"The statement's uuid."`
}

func (a *api) oneStatement(ctx context.Context, c *caller, in *statementInput) (*statementOutput, error) {
	s, err := a.statementsOf(c).Statement(ctx, c.actor.Platform, in.UUID)
	if err != nil {
		return nil, err
	}
	return &statementOutput{Status: http.StatusOK, Body: a.statementRecord(s, false)}, nil
}
