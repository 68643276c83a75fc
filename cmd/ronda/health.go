package main

import (
	"context"
	"net/http"
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
	if err := a.db.Healthy(ctx); err != nil {
		a.log.ErrorContext(ctx, "not healthy", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("database\n"))
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
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ronda_index_lag_seconds", Help: "How long ago the match index was last known to hold every change."},
		func() float64 { return a.follower.Lag().Seconds() }))
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
	return []web.Part{{Name: "report", OK: d.a.db.Healthy(ctx) == nil}, {Name: "check", OK: d.a.index.Len() > 0}, {Name: "log", OK: err == nil && status.Halted == ""}}
}
