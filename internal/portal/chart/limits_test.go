package chart_test

import (
	"math"
	"testing"

	"ronda/internal/portal/chart"
)

// Limits gives what adding up all chances from none on gives.
func TestLimits(t *testing.T) {
	t.Parallel()
	for _, share := range []float64{0, .001, .03, .4, .5, .93, .999, 1} {
		for _, n := range []int{1, 2, 7, 40, 333, 5_000, 26_000} {
			lo, hi := chart.Limits(share, n)
			if wantLo, wantHi := slowLimits(share, n); lo != wantLo || hi != wantHi {
				t.Errorf("%g of %d: %d to %d, want %d to %d", share, n, lo, hi, wantLo, wantHi)
			}
		}
	}
}

func slowLimits(share float64, n int) (lo, hi int) {
	if share <= 0 {
		return 0, 0
	}
	if share >= 1 {
		return n, n
	}
	sum, log := 0.0, float64(n)*math.Log1p(-share)
	lo, hi = -1, n
	for k := 0; k <= n; k++ {
		sum += math.Exp(log)
		if lo < 0 && sum > .025 {
			lo = k
		}
		if sum >= .975 {
			return max(lo, 0), k
		}
		log += math.Log(float64(n-k)) - math.Log(float64(k+1)) + math.Log(share) - math.Log1p(-share)
	}
	return max(lo, 0), hi
}
