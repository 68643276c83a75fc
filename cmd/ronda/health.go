package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"ronda/internal/web"
)

// healthz answers 200 while the database can be written, 503 otherwise.
func (a *app) healthz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := a.db.Healthy(ctx); err != nil && r.Context().Err() != nil {
		return // whoever asked has gone
	} else if err != nil {
		a.log.ErrorContext(ctx, "not healthy", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("database\n"))
		return
	}
	if !a.indexed.Load() {
		_, _ = fmt.Fprintf(w, "ok, but checks are not complete: the match index holds %d of about %d documents\n", a.index.Len(), a.indexing.Load())
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// metrics are figures about the program for its operator: no personal data, no case content.
func (a *app) metrics() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), jobFigures{a}, tipFigures{a})
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ronda_index_documents", Help: "Fact-checks and open cases in the match index."},
		func() float64 { return float64(a.index.Len()) }))
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ronda_index_complete", Help: "1 when the match index holds everything, 0 while it is built: answers say so."},
		func() float64 {
			if a.indexed.Load() {
				return 1
			}
			return 0
		}))
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ronda_index_lag_seconds", Help: "How long ago the match index was last known to hold every change, numbered or not; -1 while it is built."},
		func() float64 { return a.lag().Seconds() }))
	reg.MustRegister(meaningFigures{a})
	return reg
}

// jobFigures counts jobs by kind and state when they are asked for; dead ones need a person.
type jobFigures struct{ a *app }

var jobsDesc = prometheus.NewDesc("ronda_jobs", "Jobs by kind and state.", []string{"kind", "state"}, nil)

// Describe names the figures.
func (jobFigures) Describe(ch chan<- *prometheus.Desc) { ch <- jobsDesc }

// Collect reads them from the database.
func (f jobFigures) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	counts, err := f.a.db.JobCounts(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(jobsDesc, err)
		return
	}
	for _, c := range counts {
		ch <- prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(c.Total), c.Kind, string(c.State))
	}
}

// healthDoor tells the status page what works.
type healthDoor struct{ a *app }

// Parts lists the parts with their state.
func (d healthDoor) Parts(ctx context.Context) []web.Part {
	status, err := d.a.ledger.Status(ctx)
	check := web.Part{Name: "check", OK: d.a.indexed.Load() && d.a.follower.Err() == nil}
	if !d.a.indexed.Load() {
		check.Loaded, check.Of = d.a.index.Len(), int(d.a.indexing.Load())
	}
	return []web.Part{{Name: "report", OK: d.a.db.Healthy(ctx) == nil}, check, {Name: "log", OK: err == nil && status.Halted == ""}}
}

// lag is how far the index may be behind what is committed: the last moment at which it had followed every numbered event, and the wait of one that
// has no number yet.
func (a *app) lag() time.Duration {
	lag := a.follower.Lag()
	if lag < 0 || !a.indexed.Load() {
		return -time.Second
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if since, err := a.db.OldestUnpublished(ctx); err == nil && !since.IsZero() {
		lag = max(lag, a.now().Sub(since))
	}
	return lag
}

// meaningFigures count what the operator's endpoint for meaning answered; nothing is shown where there is none.
type meaningFigures struct{ a *app }

var meaningDesc = prometheus.NewDesc("ronda_meaning_comparisons_total", "Comparisons of reports by meaning: ok, failed (the suggestion was given without), or left out because the endpoint failed a moment before.", []string{"outcome"}, nil)

// Describe names the figures.
func (meaningFigures) Describe(ch chan<- *prometheus.Desc) { ch <- meaningDesc }

// Collect reads them.
func (f meaningFigures) Collect(ch chan<- prometheus.Metric) {
	if !f.a.meaning.On() {
		return
	}
	for outcome, n := range map[string]*atomic.Int64{"ok": &f.a.meant.ok, "failed": &f.a.meant.failed, "left_out": &f.a.meant.leftOut} {
		ch <- prometheus.MustNewConstMetric(meaningDesc, prometheus.CounterValue, float64(n.Load()), outcome)
	}
}
