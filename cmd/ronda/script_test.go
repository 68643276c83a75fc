package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this test binary as the command ronda.
func TestMain(m *testing.M) {
	testscript.Main(sharing{m}, map[string]func(){"ronda": main})
}

// TestScripts runs the command line as people type it.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}
