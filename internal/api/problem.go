package api

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"ronda"
)

// Problem is every error's body (RFC 9457).
type Problem struct {
	Type     string  `json:"type" example:"about:blank" doc:"Always about:blank: the code says more than a page could."`
	Title    string  `json:"title" example:"Unprocessable Entity" doc:"The name of the HTTP status."`
	Status   int     `json:"status" example:"422" doc:"The HTTP status."`
	Code     string  `json:"code" example:"report.invalid" doc:"What went wrong, for programs. Codes are stable; sentences are not."`
	Detail   string  `json:"detail" example:"Some answers are not right yet" doc:"What went wrong, for people, in the language of Accept-Language (id or en)."`
	Instance string  `json:"instance,omitempty" example:"urn:ronda:fault:01JD0Z6V1K9Q4T8W3N5RXBYMHC" doc:"With status 500: the number under which the operator finds the cause in the log."`
	Errors   []Fault `json:"errors,omitempty" nullable:"false" doc:"Each fault with the field it is about."`

	retry time.Duration
}

// Fault is one fault of a request.
type Fault struct {
	Location string `json:"location,omitempty" example:"body.category" doc:"The field: body.…, query.…, path.… or header.…"`
	Code     string `json:"code" example:"report.category_missing" doc:"What is wrong with it, for programs."`
	Message  string `json:"message" example:"Select the problem you found" doc:"What is wrong with it, for people."`
}

// Error makes a line for the log.
func (p *Problem) Error() string { return strconv.Itoa(p.Status) + " " + p.Code }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType names problem documents as what they are.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are the headers that belong to the problem.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="ronda"`)
	}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retry.Seconds()))))
	}
	return h
}

// errNoToken is the error of a request that needs a token and has none.
var errNoToken = ronda.Errorf(ronda.Forbidden, "api.token_missing", "header.Authorization")

// errNoProject is the error of a request that needs the token of a research project and has none.
var errNoProject = ronda.Errorf(ronda.Forbidden, "research.token_missing", "header.Authorization")

// errTooLarge is the error of a body above the limit.
var errTooLarge = ronda.Errorf(ronda.Invalid, "api.too_large", "body")

// statusOf is the one mapping from kinds of error to HTTP.
func statusOf(e *ronda.Error) int {
	switch e.Code {
	case "api.token_missing", "research.token_missing", "account.token_unknown":
		return http.StatusUnauthorized
	case "api.too_large":
		return http.StatusRequestEntityTooLarge
	case "api.token_in_query", "api.json_broken", "api.form_broken", "api.body_missing":
		return http.StatusBadRequest
	case "api.media_type":
		return http.StatusUnsupportedMediaType
	case "api.timeout":
		return http.StatusRequestTimeout
	}
	switch e.Kind {
	case ronda.Invalid:
		return http.StatusUnprocessableEntity
	case ronda.NotFound:
		return http.StatusNotFound
	case ronda.Conflict:
		return http.StatusConflict
	case ronda.Forbidden:
		return http.StatusForbidden
	case ronda.Limited:
		return http.StatusTooManyRequests
	}
	return http.StatusInternalServerError
}

// problem turns an error into what the caller may know of it. A foreign error is our own fault: its words go to the log, once, and not to the caller.
// Names translates the stages' names of fields into those of the request.
func (a *api) problem(ctx context.Context, c *caller, err error, names map[string]string) *Problem {
	var done *Problem
	if errors.As(err, &done) {
		return done
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = errTooLarge
	}
	var e *ronda.Error
	if !errors.As(err, &e) || e.Kind == ronda.Internal {
		return a.internal(ctx, c, err)
	}
	status := statusOf(e)
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: e.Code, Detail: c.text.Error(e)}
	if at, err := time.Parse(time.RFC3339, e.Args["at"]); err == nil && status == http.StatusTooManyRequests {
		p.retry = max(time.Second, at.Sub(a.opt.Now()))
	} else if status == http.StatusTooManyRequests {
		p.retry = time.Minute
	}
	fields := e.Fields
	if len(fields) == 0 && e.Field != "" {
		fields = []*ronda.Error{e}
	}
	for _, f := range fields {
		p.Errors = append(p.Errors, Fault{Location: location(f.Field, names), Code: f.Code, Message: c.text.Error(f)})
	}
	return p
}

// internal hides the cause and logs it. A caller that went away is no fault of ours.
func (a *api) internal(ctx context.Context, c *caller, err error) *Problem {
	id := a.opt.IDs.New(a.opt.Now())
	if ctx.Err() == nil || !errors.Is(err, ctx.Err()) {
		a.opt.Log.ErrorContext(ctx, "request failed", "fault", id, "method", c.r.Method, "path", c.r.Pattern, "error", err)
	}
	status := http.StatusInternalServerError
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: "internal", Detail: c.text.T("error.api.internal"), Instance: "urn:ronda:fault:" + id}
}

// asError finds the error that a caller can act on.
func asError(err error) (*ronda.Error, bool) {
	var e *ronda.Error
	ok := errors.As(err, &e)
	return e, ok
}

// location names a field as the request has it.
func location(field string, names map[string]string) string {
	if to, ok := names[field]; ok {
		return to
	}
	head, _, _ := strings.Cut(field, ".")
	switch {
	case field == "", head == "body", head == "query", head == "path", head == "header":
		return field
	case field == "Idempotency-Key" || field == "Authorization":
		return "header." + field
	}
	return "body." + field
}

// write sends a problem from outside of an operation.
func (p *Problem) write(w http.ResponseWriter) {
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	// The client is gone if this fails, and nobody is left to tell.
	_ = json.NewEncoder(w).Encode(p)
}

// translate turns the framework's own errors into problems: it calls this for each body it is about to write.
func (a *api) translate(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	c := callerOf(ctx.Context())
	e := &ronda.Error{Kind: ronda.Invalid, Code: "api.invalid"}
	switch model.Status {
	case http.StatusBadRequest:
		e.Code = "api.json_broken"
		if len(model.Errors) == 0 {
			e.Code = "api.body_missing"
		}
	case http.StatusRequestEntityTooLarge:
		e = errTooLarge
	case http.StatusUnsupportedMediaType:
		e.Code = "api.media_type"
	case http.StatusRequestTimeout:
		e.Code = "api.timeout"
	case http.StatusUnprocessableEntity:
		e.Fields = faultsOf(model.Errors)
	default:
		return a.internal(ctx.Context(), c, errors.New(model.Detail)), nil
	}
	p := a.problem(ctx.Context(), c, e, nil)
	p.Status, p.Title = model.Status, http.StatusText(model.Status)
	if e.Code == "api.json_broken" && len(model.Errors) > 0 {
		p.Errors = []Fault{{Location: "body", Code: "api.json_broken", Message: strings.TrimPrefix(model.Errors[0].Message, "json: ")}}
	}
	return p, nil
}
