package api

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"ronda"
)

// Limits of a request. A report with five files of 5 MB is the largest body that anyone has reason to send; bulk statements stream.
const (
	maxJSON     = 1 << 20
	maxUpload   = 30 << 20
	maxBatch    = 8 << 20 // a hundred statements of the longest texts in UTF-8
	maxLine     = 256 << 10
	maxAnswers  = 8 << 20 // reasons of the longest kind for each of 500 addresses
	requestTime = 30 * time.Second
	uploadTime  = 2 * time.Minute
)

// guard is what every request passes: headers, size, who asks, limits. Only then the path matters.
func (a *api) guard(next *http.ServeMux) http.Handler {
	foreign := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Add("Vary", "Accept-Language")
		if a.opt.BaseURL.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		c, err := a.identify(r)
		r = r.WithContext(context.WithValue(r.Context(), callerKey{}, c))
		c.r = r
		defer a.rescue(w, c)
		if err == nil && foreign.Check(r) != nil {
			err = ronda.Errorf(ronda.Forbidden, "api.cross_origin", "")
		}
		if err == nil {
			err = a.opt.Throttle.Allow(r.Context(), "api", c.sender(), 1)
		}
		if err != nil {
			a.problem(r.Context(), c, err, nil).write(w)
			return
		}
		handler, pattern := next.Handler(r)
		if pattern == "" {
			a.noPath(w, c, handler)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// admit is what every operation passes: its token, its size, its time.
func (a *api) admit(ctx huma.Context, next func(huma.Context)) {
	c := callerOf(ctx.Context())
	s := a.specs[ctx.Operation().OperationID]
	r, w := unwrap(ctx)
	c.r = r
	if s.token && !c.actor.SignedIn() {
		a.problem(ctx.Context(), c, errNoToken, nil).write(w)
		return
	}
	if s.research && c.project == nil {
		err := errNoProject
		if c.actor.SignedIn() {
			err = ronda.Errorf(ronda.Forbidden, "research.token_only", "")
		}
		a.problem(ctx.Context(), c, err, nil).write(w)
		return
	}
	if c.actor.Sandbox {
		w.Header().Set("Ronda-Sandbox", "true")
	}
	switch {
	case c.actor.Sandbox && !s.sandbox && !s.practice && !s.open: // whatever is not said to be fit for practice is not
		a.problem(ctx.Context(), c, ronda.Errorf(ronda.Forbidden, "sandbox.not_here", ""), nil).write(w)
		return
	case s.practice && !c.actor.Sandbox:
		a.problem(ctx.Context(), c, ronda.Errorf(ronda.Forbidden, "sandbox.token_needed", ""), nil).write(w)
		return
	}
	if s.scope != "" {
		if err := c.may(s.scope); err != nil && c.actor.SignedIn() {
			a.problem(ctx.Context(), c, err, nil).write(w)
			return
		}
	}
	if s.liaison {
		if !c.actor.Has(ronda.RoleLiaison) || c.actor.Platform == "" {
			a.problem(ctx.Context(), c, ronda.Errorf(ronda.Forbidden, "permission.role", ""), nil).write(w)
			return
		}
	}
	if s.open {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cache-Control", "public, max-age=60")
	}
	if s.stream {
		next(ctx)
		return
	}
	limit, patience := int64(maxJSON), requestTime
	if s.body > 0 {
		limit, patience = s.body, uploadTime
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	timed, cancel := context.WithTimeout(ctx.Context(), patience)
	defer cancel()
	next(huma.WithContext(ctx, timed))
}

// noPath answers where there is no such path (404), no such method (405), or a path that is written differently (3xx).
func (a *api) noPath(w http.ResponseWriter, c *caller, h http.Handler) {
	rec := &headerRecorder{header: http.Header{}}
	h.ServeHTTP(rec, c.r)
	if allow := rec.header.Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow)
	}
	p := &Problem{Type: "about:blank", Title: http.StatusText(rec.status), Status: rec.status, Code: "api.no_such_path", Detail: c.text.T("error.api.no_such_path")}
	if rec.status == http.StatusMethodNotAllowed {
		p.Code, p.Detail = "api.no_such_method", c.text.T("error.api.no_such_method")
	}
	p.write(w)
}

// headerRecorder learns status and headers of an answer and drops its body.
type headerRecorder struct {
	header http.Header
	status int
}

func (h *headerRecorder) Header() http.Header         { return h.header }
func (h *headerRecorder) WriteHeader(status int)      { h.status = status }
func (h *headerRecorder) Write(b []byte) (int, error) { return len(b), nil }

// rescue answers for an action that panicked.
func (a *api) rescue(w http.ResponseWriter, c *caller) {
	cause := recover()
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler {
		panic(cause)
	}
	a.opt.Log.ErrorContext(c.r.Context(), "panic", "path", c.r.Pattern, "cause", cause, "stack", string(debug.Stack()))
	status := http.StatusInternalServerError
	(&Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: "internal", Detail: c.text.T("error.api.internal")}).write(w)
}
