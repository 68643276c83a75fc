package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"ronda/internal/api"
)

// free has no limits.
type free struct{}

func (free) Allow(context.Context, string, string, int) error { return nil }

// BenchmarkBatch measures a batch of 100 statements through the whole API on SQLite: reading, rules, saving, answering. "statements/s" counts
// statements, with as many batches at once as there are processors.
func BenchmarkBatch(b *testing.B) {
	r := newRig(b, func(o *api.Options) { o.Throttle = free{} })
	token := strings.TrimPrefix(r.token("tiktok"), "Authorization: ")
	var n atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			var body strings.Builder
			body.WriteString(`{"statements":[`)
			for i := range 100 {
				if i > 0 {
					body.WriteString(",")
				}
				body.WriteString(aStatement(b, map[string]any{"puid": fmt.Sprintf("b-%d", n.Add(1))}))
			}
			body.WriteString("]}")
			req := httptest.NewRequest(http.MethodPost, "/api/v1/statements", strings.NewReader(body.String()))
			req.Header.Set("Authorization", token)
			rec := httptest.NewRecorder()
			r.server.Config.Handler.ServeHTTP(rec, req)
			if rec.Code != http.StatusCreated {
				b.Errorf("status %d: %.300s", rec.Code, rec.Body)
			}
		}
	})
	b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "statements/s")
}
