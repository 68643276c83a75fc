package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"ronda"
)

// spec is one operation with what the framework's own description cannot say.
type spec struct {
	id, method, path string
	tag              string
	summary, text    string
	status           int   // of success; 200 where zero
	errors           []int // statuses beside those that every operation can have
	token            bool  // a token is needed
	optional         bool  // a token may come
	scope            ronda.Action
	liaison          bool // only a platform's liaison
	research         bool // only the token of a research project
	sandbox          bool // a token for practice may call it
	practice         bool // and no other
	open             bool // public data: any origin may read it
	stream           bool // body and answer are streams without a limit
	body             int64
	names            map[string]string // fields of the stages as the request calls them
	raw              bool              // the action reads the body itself
}

// add registers an operation and its action.
func add[I, O any](a *api, s spec, action func(context.Context, *caller, *I) (*O, error)) {
	op := huma.Operation{
		OperationID: s.id, Method: s.method, Path: "/api/v1" + s.path, Summary: s.summary, Description: s.text, Tags: []string{s.tag},
		DefaultStatus: s.status, Responses: a.problems(s), MaxBodyBytes: maxJSON, BodyReadTimeout: requestTime, SkipValidateBody: s.raw,
	}
	if s.body > 0 {
		op.MaxBodyBytes, op.BodyReadTimeout = s.body, uploadTime
	}
	switch {
	case s.token || s.research:
		op.Security = []map[string][]string{{"token": {}}}
	case s.optional:
		op.Security = []map[string][]string{{}, {"token": {}}}
	}
	switch {
	case s.practice:
		op.Description += "\n\nOnly with a token for practice."
	case s.token && !s.sandbox:
		op.Description += "\n\nNot with a token for practice."
	}
	if s.scope != "" {
		op.Description += "\n\nA token that is bound to scopes needs `" + string(s.scope) + "`."
	}
	a.specs[s.id] = s
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		c := callerOf(ctx)
		out, err := action(ctx, c, in)
		if err != nil {
			if coded, ok := err.(huma.StatusError); ok {
				return nil, coded
			}
			return nil, a.problem(ctx, c, err, s.names)
		}
		return out, nil
	})
}

// problems describes the errors of an operation.
func (a *api) problems(s spec) map[string]*huma.Response {
	out := map[string]*huma.Response{}
	all := append([]int{http.StatusTooManyRequests, http.StatusInternalServerError}, s.errors...)
	if s.token || s.optional || s.research {
		all = append(all, http.StatusUnauthorized)
	}
	if s.token || s.research {
		all = append(all, http.StatusForbidden)
	}
	if s.method == http.MethodPost {
		all = append(all, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge)
	}
	for _, status := range all {
		r := &huma.Response{Description: meaning(status), Content: map[string]*huma.MediaType{"application/problem+json": {Schema: a.schema(&Problem{})}}}
		if status == http.StatusTooManyRequests {
			r.Headers = map[string]*huma.Param{"Retry-After": {Description: "Seconds to wait.", Schema: &huma.Schema{Type: "integer"}}}
		}
		out[strconv.Itoa(status)] = r
	}
	return out
}

// meaning says for a status whose turn it is.
func meaning(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "The body cannot be read: broken JSON, broken UTF-8, NUL, a name that occurs twice, or a token in the address."
	case http.StatusUnauthorized:
		return "The token is missing, unknown, revoked or expired."
	case http.StatusForbidden:
		return "The account, or this token, may not do that."
	case http.StatusNotFound:
		return "There is no such thing, or not for this account."
	case http.StatusConflict:
		return "The state does not allow it, or somebody was faster. Read again before you repeat."
	case http.StatusRequestEntityTooLarge:
		return "The body is above the limit."
	case http.StatusUnprocessableEntity:
		return "Some fields must be changed: each is named."
	case http.StatusTooManyRequests:
		return "Too many requests: wait for Retry-After seconds."
	}
	return "Our fault. The request can be repeated with the same Idempotency-Key."
}

// unwrap gives the request and the writer behind an operation.
func unwrap(ctx huma.Context) (*http.Request, http.ResponseWriter) { return humago.Unwrap(ctx) }

// list is a slice that is never null in JSON.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// mediaType is the type in a Content-Type header, without its parameters.
func mediaType(r *http.Request) string {
	t, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(t))
}
