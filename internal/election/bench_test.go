package election_test

import (
	"testing"

	"ronda/internal/election"
)

// BenchmarkBuiltin is what a start of the server pays for reading and checking the whole pack.
func BenchmarkBuiltin(b *testing.B) {
	for b.Loop() {
		if _, err := election.Builtin("pilkada-2024"); err != nil {
			b.Fatal(err)
		}
	}
}
