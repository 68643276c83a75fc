package election_test

import (
	"testing"

	"ronda/internal/election"
)

func TestBuiltin(t *testing.T) {
	t.Parallel()
	if _, err := election.Builtin("pilkada-2024"); err != nil {
		t.Fatal(err)
	}
}
