//go:build unix

package portal_test

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"ronda"
	"ronda/internal/election"
	"ronda/internal/portal"
)

// million is a cube of 1,000,000 acts in as many cases, spread over everything that the pack has.
func million(tb testing.TB) *portal.Cube {
	tb.Helper()
	pack, err := election.Builtin("pilkada-2024")
	if err != nil {
		tb.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	cube := portal.NewCube()
	kinds, states := ronda.Acts(), []ronda.NoticeState{ronda.NoticeAnswered, ronda.NoticeReceived, ronda.NoticeSent, ronda.NoticeWithdrawn}
	facts := make([]portal.Fact, 0, 10_000)
	for i := range 1_000_000 {
		region := pack.Regions[1+r.IntN(len(pack.Regions)-1)].Code
		category, platform := pack.Categories[r.IntN(len(pack.Categories))].ID, pack.Platforms[r.IntN(len(pack.Platforms))].ID
		org, day := pack.Authorities[r.IntN(len(pack.Authorities))].ID, int32(19900+r.IntN(200))
		facts = append(facts, portal.Fact{ID: fmt.Sprint(i), Day: day, Region: region, Category: category, Stage: "acted", Org: org, Services: []string{platform}, Reports: 2,
			First: int32(r.IntN(3000)), Decided: true, ToAct: r.IntN(9) > 0, FirstAct: true,
			Acts: []portal.Act{{Day: day, Kind: string(kinds[r.IntN(3)]), State: string(states[r.IntN(4)]), Platform: platform, Org: org, Region: region, Category: category,
				Hours: int32(r.IntN(200)), Out: [5]int32{int32(r.IntN(3)), 1, 0, 0, int32(r.IntN(2))}}}})
		if len(facts) == cap(facts) {
			cube.Put(facts...)
			facts = facts[:0]
		}
	}
	return cube
}

// BenchmarkFigures counts all figures of /data under every one filter, and under two, at 1,000,000 acts. Nothing is kept between rounds.
func BenchmarkFigures(b *testing.B) {
	cube := million(b)
	for name, f := range map[string]portal.Filter{
		"none": {}, "platform": {Platform: "tiktok"}, "authority": {Org: "bawaslu"}, "region": {Region: "32"}, "category": {Category: "hoax"}, "period": {From: 19950, To: 20050},
		"platform+authority": {Platform: "tiktok", Org: "bawaslu"}, "region+period": {Region: "32", From: 19950, To: 20050}, "authority+period": {Org: "bawaslu", From: 19920, To: 20090},
	} {
		b.Run(name, func(b *testing.B) {
			before := cpu(b)
			for b.Loop() {
				if cube.Count(f).Acts == 0 {
					b.Fatal("nothing counted")
				}
			}
			b.ReportMetric(float64(cpu(b)-before)/float64(b.N)/1e6, "cpu-ms/op")
		})
	}
}

// cpu is the processor time of this process so far: on a machine that does other things as well it says more than the clock on the wall.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
