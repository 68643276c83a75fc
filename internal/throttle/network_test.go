package throttle_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ronda/internal/throttle"
)

// TestNetworks: the addresses of one IPv6 line are one client; a carrier's one IPv4 address has the whole burst; a /24 has eight budgets, not 256.
func TestNetworks(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 11, 20, 0, 0, 0, 0, time.UTC)
	taken := func(addr func(i int) string, tries int) int {
		l := throttle.New(map[string]throttle.Budget{"report": {Every: time.Hour, Burst: 60}}, func() time.Time { return now })
		n := 0
		for i := range tries {
			if l.Allow(context.Background(), "report", addr(i), 1) == nil {
				n++
			}
		}
		return n
	}
	for name, x := range map[string]struct {
		addr func(int) string
		want int
	}{
		"one IPv4 address":               {func(int) string { return "203.0.113.9" }, 60},
		"the same, written as IPv6":      {func(i int) string { return [2]string{"203.0.113.9", "::ffff:203.0.113.9"}[i%2] }, 60},
		"one IPv6 line, ever new":        {func(i int) string { return fmt.Sprintf("2001:db8:1:2::%x", i+1) }, 60},
		"all lines of one IPv6 customer": {func(i int) string { return fmt.Sprintf("2001:db8:1:%x::1", i) }, 480},
		"a whole IPv4 /24":               {func(i int) string { return fmt.Sprintf("203.0.113.%d", i%256) }, 480},
		"many neighbourhoods":            {func(i int) string { return fmt.Sprintf("203.%d.%d.1", i/250, i%250) }, 2000},
		"an account":                     {func(int) string { return "account:1" }, 60},
	} {
		if got := taken(x.addr, 2000); got != x.want {
			t.Errorf("%s: %d of 2000 taken, want %d", name, got, x.want)
		}
	}
}
