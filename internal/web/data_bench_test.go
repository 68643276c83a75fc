//go:build unix

package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"ronda"
	"ronda/internal/demo"
	"ronda/internal/election"
	"ronda/internal/ledger"
	"ronda/internal/notice"
	"ronda/internal/portal"
	"ronda/internal/web"
)

// factStore is a roll-up of 1,000,000 acts in as many cases, spread over everything that the pack has. It is read once.
type factStore struct {
	portal.Store
	pack *ronda.Pack
}

func (factStore) RollupCursor(context.Context) (int64, error) { return 1, nil }

func (factStore) EventsAfter(context.Context, int64, int) ([]ronda.Event, error) { return nil, nil }

func (s factStore) Rollup(_ context.Context, after string, limit int) ([]ronda.RollupRow, error) {
	from := 0
	if after != "" {
		if _, err := fmt.Sscanf(after, "%08d", &from); err != nil {
			return nil, err
		}
		from++
	}
	p := s.pack
	r := rand.New(rand.NewPCG(uint64(from), 2))
	kinds, states := ronda.Acts(), []ronda.NoticeState{ronda.NoticeAnswered, ronda.NoticeReceived, ronda.NoticeSent, ronda.NoticeWithdrawn}
	var out []ronda.RollupRow
	for i := from; i < min(from+limit, 1_000_000); i++ {
		region, day := p.Regions[1+r.IntN(len(p.Regions)-1)].Code, int32(19900+r.IntN(200))
		category, platform, org := p.Categories[r.IntN(len(p.Categories))].ID, p.Platforms[r.IntN(len(p.Platforms))].ID, p.Authorities[r.IntN(len(p.Authorities))].ID
		doc, err := json.Marshal(portal.Fact{ID: fmt.Sprintf("%08d", i), Day: day, Region: region, Category: category, Stage: "acted", Org: org, Services: []string{platform}, Reports: 2,
			First: int32(r.IntN(3000)), Decided: true, ToAct: r.IntN(9) > 0, FirstAct: true,
			Acts: []portal.Act{{Day: day, Kind: string(kinds[r.IntN(3)]), State: string(states[r.IntN(4)]), Platform: platform, Org: org, Region: region, Category: category,
				Hours: int32(r.IntN(200)), Out: [5]int32{int32(r.IntN(3)), 1, 0, 0, int32(r.IntN(2))}}}})
		if err != nil {
			return nil, err
		}
		out = append(out, ronda.RollupRow{Case: fmt.Sprintf("%08d", i), Doc: string(doc)})
	}
	return out, nil
}

// BenchmarkDataPage renders /data at 1,000,000 acts, whole, with all charts. Each round asks for a day more or less, so that no kept answer serves.
func BenchmarkDataPage(b *testing.B) {
	pack, err := election.Builtin("pilkada-2024")
	if err != nil {
		b.Fatal(err)
	}
	clock := func() time.Time { return demo.Start }
	p := portal.New(factStore{pack: pack}, pack.Zone(""), clock)
	if err := p.Load(b.Context()); err != nil {
		b.Fatal(err)
	}
	h := site(b, func(o *web.Options) {
		o.Pack, o.Now, o.Notices, o.Portal = pack, clock, &notice.Service{Pack: pack, Now: clock}, p
		o.LogStatus = func(context.Context) (ledger.Status, error) { return ledger.Status{}, nil }
	})
	day := func(n int) string { return portal.DayText(int32(19900 + n%60)) }
	for name, query := range map[string]func(n int) string{
		"period":           func(n int) string { return "dari=" + day(n) },
		"platform+period":  func(n int) string { return "platform=tiktok&dari=" + day(n) },
		"authority+period": func(n int) string { return "lembaga=bawaslu&dari=" + day(n) },
		"region+period":    func(n int) string { return "wilayah=32&dari=" + day(n) },
		"category+period":  func(n int) string { return "masalah=hoax&dari=" + day(n) },
		"platform+region": func(n int) string {
			return "platform=" + pack.Platforms[n%len(pack.Platforms)].ID + "&wilayah=" + pack.Children("")[n%38]
		},
	} {
		b.Run(name, func(b *testing.B) {
			n, before := 0, cpuTime(b)
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", "/data?"+query(n)+"&sampai="+day(100+n/60), nil))
				if w.Code != 200 || w.Body.Len() < 10_000 {
					b.Fatal(w.Code, w.Body.Len())
				}
				n++
			}
			b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N)/1e6, "cpu-ms/op")
		})
	}
}

// cpuTime is the processor time of this process so far: on a machine that does other things as well it says more than the clock on the wall.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
