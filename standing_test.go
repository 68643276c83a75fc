package ronda_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

func TestShareOf(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		good, of  int
		low, high float64
		level     ronda.ShareLevel
	}{{0, 0, 0, 1, ronda.ShareFew}, {9, 9, 0.70, 1, ronda.ShareFew}, {10, 10, 0.72, 1, ronda.ShareStrong}, {0, 10, 0, 0.28, ronda.ShareWeak}, {50, 100, 0.40, 0.60, ronda.ShareMixed}} {
		s := ronda.ShareOf(x.good, x.of)
		if d := s.Low - x.low; d > 0.01 || d < -0.01 || s.High-x.high > 0.01 || x.high-s.High > 0.01 || s.Level() != x.level {
			t.Errorf("%d of %d: %.3f to %.3f, %s", x.good, x.of, s.Low, s.High, s.Level())
		}
	}
}

func anyFlag(t *rapid.T, i int) ronda.PartnerFlag {
	f := ronda.PartnerFlag{Case: fmt.Sprint("k", i), At: noon.Add(time.Duration(i) * time.Minute), Address: rapid.Bool().Draw(t, "address"), Category: true,
		Region: rapid.Bool().Draw(t, "region"), Evidence: rapid.Bool().Draw(t, "evidence"), Reason: true, Upheld: rapid.IntRange(0, 2).Draw(t, "upheld"),
		Overturned: rapid.IntRange(0, 2).Draw(t, "overturned"), Ended: ronda.StageActed}
	if rapid.Bool().Draw(t, "dated") {
		f.ContentAt = f.At.Add(-time.Duration(rapid.IntRange(1, 200).Draw(t, "age")) * time.Hour)
	}
	return f
}

// TestStandingIgnoresAgreementAndVolume: whatever the authorities made of a matter, in whatever order flags come, and however often the same
// matter is flagged, the standing is the same.
func TestStandingIgnoresAgreementAndVolume(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var flags []ronda.PartnerFlag
		for i := range rapid.IntRange(0, 40).Draw(r, "n") {
			flags = append(flags, anyFlag(r, i))
		}
		want := ronda.StandingOf(flags)
		var other []ronda.PartnerFlag
		for _, f := range flags {
			f.Ended = rapid.SampledFrom(ronda.CaseStages()).Draw(r, "ended")
			other = append(other, f)
			for i := range rapid.IntRange(0, 3).Draw(r, "again") { // again and again, worse or better than at first
				again := anyFlag(r, 0)
				again.Case, again.At = f.Case, f.At.Add(time.Duration(i+1)*time.Hour)
				other = append(other, again)
			}
		}
		other = rapid.Permutation(other).Draw(r, "order")
		if got := ronda.StandingOf(other); got != want {
			r.Fatalf("standing %+v became %+v", want, got)
		}
	})
}

// TestFlagsFirstFairShare: the share is a partner's own, and a weak standing, a tie or a suspension takes the place in front away.
func TestFlagsFirstFairShare(t *testing.T) {
	t.Parallel()
	o := accredited(t, "32.73")
	weak := ronda.FlaggerStanding{Complete: ronda.ShareOf(1, 30)}
	for _, x := range []struct {
		region   string
		standing ronda.FlaggerStanding
		waiting  int
		want     string
	}{
		{"32.73", ronda.FlaggerStanding{}, 0, ""}, {"32.73", ronda.FlaggerStanding{}, ronda.PriorityShare - 1, ""}, {"32.73", ronda.FlaggerStanding{}, ronda.PriorityShare, "partner.share_used"},
		{"32.73", weak, 0, "partner.standing_weak"}, {"33", ronda.FlaggerStanding{}, 0, "partner.region"},
	} {
		if got := o.p.MayFlagFirst(x.region, x.standing, x.waiting, thePack()); got != x.want {
			t.Errorf("%+v: %q", x, got)
		}
	}
}
