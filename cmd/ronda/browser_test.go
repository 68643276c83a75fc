package main

import (
	"context"
	"testing"
)

// TestBrowser goes through the main tasks of each kind of user in a real browser, on one server with the demonstration. Each part works
// on cases of its own, so that they can run side by side.
func TestBrowser(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	h := startHub(t, "")
	t.Run("tasks", func(t *testing.T) {
		for _, x := range []struct {
			name string
			run  func(*testing.T, *window)
		}{
			{"every page", everyPage},
			{"check a message", checkMessage}, {"report by keyboard", reportByKeyboard}, {"empty steps", emptySteps}, {"weight", weight}, {"enlarged", enlarged},
			{"queue", queueView}, {"merge and split", mergeAndSplit}, {"blind reading", blindReading}, {"two windows", twoWindows},
			{"masked content", maskedContent}, {"shortcuts", shortcuts}, {"print", printed}, {"headers", headers}, {"register and voter", registerAndVoter}, {"five answers", fiveAnswers}, {"slow line", slowLine},
		} {
			t.Run(x.name, func(t *testing.T) {
				t.Parallel()
				x.run(t, &window{h, browser})
			})
		}
	})
}

// window opens tabs of one browser on one server.
type window struct {
	*hub
	browser context.Context
}

func (w *window) tab(t *testing.T, login string, width, height int64) *tab {
	t.Helper()
	return w.open(t, w.browser, login, width, height)
}
