//go:build !unix

package pgtest

import (
	"errors"
	"os/exec"
)

// account is empty: the server is only started on Unix.
type account struct{}

func serverAccount() (*account, error) {
	return nil, errors.New("a private PostgreSQL is only started on Unix")
}

func (a *account) own(string) error { return nil }

func (a *account) run(*exec.Cmd) {}
