package frame

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ronda"
)

var (
	errNoPage      = ronda.Errorf(ronda.NotFound, "page", "")
	errCrossOrigin = ronda.Errorf(ronda.Forbidden, "cross_origin", "")
)

// status is the one mapping from kinds of error to HTTP.
func status(err error) int {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return http.StatusRequestEntityTooLarge
	}
	switch ronda.KindOf(err) {
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
	default:
		return http.StatusInternalServerError
	}
}

// errorPage is the data of page/error.html.
type errorPage struct {
	Heading, Text string
	Home          bool // offer the way back to the start
}

// Fail answers with an error page. Our own faults are logged, once, and their words stay here.
func (f *Frame) Fail(w http.ResponseWriter, r *http.Request, err error) {
	v := VisitOf(r)
	code := status(err)
	if code == http.StatusInternalServerError {
		f.opt.Log.ErrorContext(r.Context(), "page failed", "method", r.Method, "route", r.Pattern, "err", err)
	}
	name := statusName(code)
	data := errorPage{Heading: v.T("error.page." + name), Text: v.Error(err), Home: code != http.StatusInternalServerError}
	if code == http.StatusRequestEntityTooLarge {
		data.Text = v.T("error.too_large")
	}
	if code == http.StatusTooManyRequests {
		if e := retryAfter(err, v.Now); e != "" {
			w.Header().Set("Retry-After", e)
		}
	}
	page := Page{Template: "error", Title: data.Heading, Status: code, Private: true, Data: data}
	if strings.HasPrefix(v.Path, "/kerja") || strings.HasPrefix(v.Path, "/penghubung") || strings.HasPrefix(v.Path, "/mitra") {
		page.Section = Work
	}
	if err := f.Render(w, r, page); err != nil {
		f.opt.Log.ErrorContext(r.Context(), "error page failed", "route", r.Pattern, "err", err)
		http.Error(w, data.Heading, code)
	}
}

func statusName(code int) string {
	switch code {
	case http.StatusNotFound:
		return "not_found"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusConflict:
		return "conflict"
	case http.StatusTooManyRequests:
		return "limited"
	case http.StatusUnprocessableEntity:
		return "invalid"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	default:
		return "internal"
	}
}

// retryAfter reads the time in the argument "until" of err as whole seconds from now.
func retryAfter(err error, now time.Time) string {
	var e *ronda.Error
	if !errors.As(err, &e) {
		return ""
	}
	until, perr := time.Parse(time.RFC3339, e.Args["until"])
	if perr != nil || until.Before(now) {
		return ""
	}
	return strconv.FormatInt(int64(until.Sub(now)/time.Second)+1, 10)
}
