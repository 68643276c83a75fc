package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"ronda/internal/api"
	"ronda/internal/intake"
	"ronda/internal/store/storetest"
	"ronda/internal/throttle"
)

// BenchmarkReports measures POST /api/v1/reports as programs use it, over loopback and down to the disk, beside the store's own Submit of
// reports of the same kind in the same run (which BenchmarkSubmit in internal/store compares with bare inserts and the disk's fsync rate).
func BenchmarkReports(b *testing.B) {
	for _, clients := range []int{1, 32} {
		b.Run(fmt.Sprintf("submit/%d", clients), func(b *testing.B) {
			r := newRig(b)
			share(b, clients, func(int64) error {
				_, err := r.DB.Submit(context.Background(), storetest.Submission(r.Now(), "tiktok:video:"+storetest.Code(12)))
				return err
			})
		})
		b.Run(fmt.Sprintf("http/%d", clients), func(b *testing.B) {
			r := newRig(b, func(o *api.Options) { // one client stands for many here: no budgets
				o.Throttle = throttle.New(nil, o.Now)
				in := *o.Intake.(*intake.Service)
				in.Throttle = throttle.New(nil, o.Now)
				o.Intake = &in
			})
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			share(b, clients, func(i int64) error {
				body := fmt.Sprintf(`{"links":["https://www.tiktok.com/@contoh/video/7%018d"],"category":"hate_sara","region":"32.73","text":"Video ini mengajak warga memusuhi tetangganya sendiri."}`, i)
				res, err := client.Post(r.server.URL+"/api/v1/reports", "application/json", bytes.NewBufferString(body))
				if err != nil {
					return err
				}
				defer res.Body.Close()
				if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusCreated {
					return fmt.Errorf("status %s, %v", res.Status, err)
				}
				return nil
			})
		})
	}
}

// share lets clients work off b.N numbers and reports the rate.
func share(b *testing.B, clients int, do func(i int64) error) {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range clients {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "/s")
	b.ReportMetric(0, "ns/op")
}
