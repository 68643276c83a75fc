package ronda_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

// TestHistories lets random people do random things, with an honest colleague's next step now and then, and looks after each one whether
// every promise still holds.
func TestHistories(t *testing.T) {
	t.Parallel()
	reached := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt, "hate_sara")
		for range rapid.IntRange(10, 60).Draw(rt, "steps") {
			w.later(time.Duration(rapid.IntRange(0, 20).Draw(rt, "hours")) * time.Hour)
			if rapid.IntRange(0, 24).Draw(rt, "reshape") == 0 {
				reshape(rt, w)
				continue
			}
			a, cmd := likely(rt, w)
			if rapid.IntRange(0, 3).Draw(rt, "stray") == 3 {
				a, cmd = rapid.SampledFrom(cast()).Draw(rt, "actor"), anyCommand(rt, w)
			}
			step(rt, w, a, cmd)
			reached[string(w.c.Stage)]++
			for _, n := range w.c.Notices {
				reached["notice "+string(n.State)]++
				reached[fmt.Sprint("warnings ", len(n.Warnings))]++
			}
		}
	})
	for _, deep := range []string{"third_review", "notice accepted", "notice answered", "notice received", "warnings 1"} {
		if reached[deep] == 0 {
			t.Errorf("no history came as far as %q: the test looks at too little", deep)
		}
	}
	t.Log(reached)
}

// step applies one command and checks the promises of Apply and of the case.
func step(t *rapid.T, w *world, a ronda.Actor, cmd ronda.Command) {
	before := w.c
	image := asJSON(t, before)
	next, events, err := ronda.Apply(before, a, cmd, w.env())
	name := fmt.Sprintf("%T by %q at %s", cmd, a.Account, before.Stage)
	if asJSON(t, before) != image {
		t.Fatalf("%s changed its input", name)
	}
	if err != nil {
		var e *ronda.Error
		if !errors.As(err, &e) || len(events) > 0 || asJSON(t, next) != image {
			t.Fatalf("%s: refused with %v, %d events, or another case", name, err, len(events))
		}
		return
	}
	w.c, w.events = next, append(w.events, events...)
	if next.Version != before.Version+1 || len(events) == 0 {
		t.Fatalf("%s: version %d after %d, %d events", name, next.Version, before.Version, len(events))
	}
	for _, e := range events {
		if e.ID == "" || e.Actor != a.Account || !e.At.Equal(w.now) || e.Case != next.ID || e.Kind == "" {
			t.Fatalf("%s: event %+v", name, e)
		}
	}
	checkStep(t, name, before, next, cmd, events)
	checkCase(t, name, next)
}

// checkStep holds what a command may change against what it did change.
func checkStep(t *rapid.T, name string, before, next ronda.Case, cmd ronda.Command, events []ronda.Event) {
	for i, s := range before.Assessments {
		if asJSON(t, s) != asJSON(t, next.Assessments[i]) {
			t.Fatalf("%s rewrote a conclusion", name)
		}
	}
	_, assessed := cmd.(ronda.Assess)
	if !assessed && len(next.Assessments) != len(before.Assessments) {
		t.Fatalf("%s added a conclusion", name)
	}
	if !assessed && next.Decision != nil && asJSON(t, next.Decision) != asJSON(t, before.Decision) {
		t.Fatalf("%s smuggled in a decision", name)
	}
	switch cmd.(type) {
	case ronda.Assess, ronda.DrawReader, ronda.StepAside:
	default:
		if asJSON(t, next.Draws) != asJSON(t, before.Draws) {
			t.Fatalf("%s changed who reads", name)
		}
		if next.Round == before.Round && before.NeedsReader() != next.NeedsReader() && next.Stage.Open() {
			t.Fatalf("%s changed which reader is sought", name)
		}
	}
	for _, n := range before.Notices {
		if n.State == ronda.NoticeWithdrawn {
			after, _ := next.Notice(n.ID)
			if asJSON(t, n) != asJSON(t, after) {
				t.Fatalf("%s changed a withdrawn notice", name)
			}
		}
	}
	for _, e := range events {
		n, _ := next.Notice(e.Data["notice"])
		switch e.Kind {
		case ronda.EventNoticeQueued, ronda.EventNoticeDrafted, ronda.EventNoticeSending:
			checkTwoReaders(t, name, next, n)
		}
	}
}

// checkTwoReaders: an act goes on its way only where two people of the mandated agency, of different offices and without a conflict, want it
// on this ground for each of its addresses.
func checkTwoReaders(t *rapid.T, name string, c ronda.Case, n ronda.Notice) {
	d := c.Decision
	if d == nil || d.Outcome != ronda.OutcomeAct || n.Round != c.Round {
		t.Fatalf("%s: a notice of round %d moves in round %d with decision %+v", name, n.Round, c.Round, d)
	}
	var yes []ronda.Assessment
	all := c.Conclusions()
	for i, s := range all {
		if s.Org != "bawaslu" || s.By == "torn" || s.By == "torn2" {
			t.Fatalf("%s: %s of %s read", name, s.By, s.Org)
		}
		for _, u := range all[:i] {
			if u.By == s.By || (u.Office == s.Office && u.Unit == s.Unit) {
				t.Fatalf("%s: %s and %s of %s read", name, u.By, s.By, s.Office)
			}
		}
		if s.Outcome == ronda.OutcomeAct && s.Ground == d.Ground && s.Act == d.Act {
			yes = append(yes, s)
		}
	}
	if len(yes) < 2 {
		t.Fatalf("%s: %d of %d readers want %s on %s", name, len(yes), len(all), d.Act, d.Ground)
	}
	for _, it := range n.Items {
		for _, s := range all {
			if !slices.Contains(s.Items, it.Item) {
				t.Fatalf("%s: %s never saw %s", name, s.By, it.Item)
			}
		}
	}
	if n.Act != ronda.Order {
		return
	}
	basis, ok := c.Notice(n.Basis)
	if !ok || basis.Act != ronda.Request || basis.State != ronda.NoticeAccepted || d.Target.OfPower() {
		t.Fatalf("%s: an order on %+v about %s", name, basis, d.Target)
	}
	if n.State != ronda.NoticeDraft && (n.Signed == "" || n.Signed == n.By || n.SignedUnit == n.Unit) {
		t.Fatalf("%s: an order of %s (%s) signed by %q (%s)", name, n.By, n.Unit, n.Signed, n.SignedUnit)
	}
}

// checkCase holds what is always true.
func checkCase(t *rapid.T, name string, c ronda.Case) {
	live, waiting := 0, 0
	for _, n := range c.Notices {
		checkNotice(t, name, n)
		if n.State.Live() {
			live++
		}
		if n.State == ronda.NoticeReceived {
			waiting++
		}
	}
	acting := c.Decision != nil && c.Decision.Outcome == ronda.OutcomeAct && c.Decision.Act != ""
	switch c.Stage {
	case ronda.StageDecided:
		if !acting || live > 0 {
			t.Fatalf("%s: decided with %d live notices and %+v", name, live, c.Decision)
		}
	case ronda.StageNotified, ronda.StageAwaiting, ronda.StageActed, ronda.StageDeclined:
		if !acting || len(c.Notices) == 0 {
			t.Fatalf("%s: %s with %d notices and %+v", name, c.Stage, len(c.Notices), c.Decision)
		}
		if waiting > 0 && c.Stage != ronda.StageAwaiting {
			t.Fatalf("%s: %s while %d notices wait for an answer", name, c.Stage, waiting)
		}
		if !c.Stage.Open() && live > 0 {
			t.Fatalf("%s: ended with %d live notices", name, live)
		}
	case ronda.StageClosed, ronda.StageReferred, ronda.StageNoAction:
		if c.Closed == nil || live > 0 {
			t.Fatalf("%s: %s, closed %v, %d live notices", name, c.Stage, c.Closed, live)
		}
	case ronda.StageSecond, ronda.StageThird:
		for _, a := range cast() {
			seen, _, err := ronda.See(a, c, thePack())
			for _, s := range seen.Assessments {
				if err == nil && s.By != a.Account && !concluded(c, a) && !a.Has(ronda.RoleAuditor) && !a.Has(ronda.RoleSystem) {
					t.Fatalf("%s: %q sees what %s concluded", name, a.Account, s.By)
				}
			}
		}
	}
}

func concluded(c ronda.Case, a ronda.Actor) bool {
	return slices.ContainsFunc(c.Conclusions(), func(s ronda.Assessment) bool { return s.By == a.Account })
}

func checkNotice(t *rapid.T, name string, n ronda.Notice) {
	switch {
	case !n.DueAt.IsZero() && (n.ReceivedAt.IsZero() || n.DueAt.Before(n.ReceivedAt)):
		t.Fatalf("%s: due %v, received %v", name, n.DueAt, n.ReceivedAt)
	case !n.ReceivedAt.IsZero() && (n.ReceivedAt.Before(n.CreatedAt) || n.SentAt.IsZero() || n.ReceivedAt.Before(n.SentAt) || n.Proof == ""):
		t.Fatalf("%s: made %v, sent %v, received %v by %q", name, n.CreatedAt, n.SentAt, n.ReceivedAt, n.Proof)
	case n.Act == ronda.Flag && !n.DueAt.IsZero():
		t.Fatalf("%s: a flag has a deadline", name)
	case len(n.Warnings) > 3 || (len(n.Warnings) > 0 && n.Act != ronda.Order):
		t.Fatalf("%s: %d warnings about a %s", name, len(n.Warnings), n.Act)
	case !n.BlockAdvised.IsZero() && (len(n.Warnings) < 3 || n.ReasonsAt.IsZero() || n.ReasonsAt.After(n.BlockAdvised)):
		t.Fatalf("%s: block recommended after %d warnings, reasons of %v", name, len(n.Warnings), n.ReasonsAt)
	case n.State == ronda.NoticeAnswered && (n.Unanswered() > 0 || n.AnsweredAt.IsZero() || n.Paused()):
		t.Fatalf("%s: answered with %d addresses open", name, n.Unanswered())
	case n.State == ronda.NoticeReceived && n.Unanswered() == 0:
		t.Fatalf("%s: each address is final and the notice is not answered", name)
	case n.Act == ronda.Request && n.Platform != "", n.Act != ronda.Request && n.Authority != "":
		t.Fatalf("%s: a %s to %q and %q", name, n.Act, n.Platform, n.Authority)
	}
}

// reshape merges the case with a fresh one, or splits it, and checks that conflicts and conclusions survive.
func reshape(t *rapid.T, w *world) {
	a := rapid.SampledFrom(cast()).Draw(t, "who")
	image := asJSON(t, w.c)
	if rapid.Bool().Draw(t, "split") && len(w.c.Items) > 1 {
		rest, part, events, err := ronda.Split(w.c, []string{w.c.Items[len(w.c.Items)-1].ID}, "", a, w.env())
		if asJSON(t, w.c) != image {
			t.Fatal("split changed its input")
		}
		if err != nil {
			return
		}
		if part.Decision != nil || len(part.Assessments) > 0 || len(part.Draws) > 0 || len(w.c.Conclusions()) > 0 {
			t.Fatalf("a part came with %+v", part.Decision)
		}
		checkConflicts(t, w.c, rest)
		checkConflicts(t, w.c, part)
		w.c, w.events = rest, append(w.events, events...)
		return
	}
	other := newWorld(t, "hate_sara")
	other.c.ID, other.c.Region, other.c.Contest = "other", "32.73", "mayor-32.73"
	into, from, events, err := ronda.Merge(w.c, other.c, a, w.env())
	if asJSON(t, w.c) != image {
		t.Fatal("merge changed its input")
	}
	if err != nil {
		return
	}
	if len(w.c.Conclusions()) > 0 || into.Decision != nil || from.Stage != ronda.StageMerged {
		t.Fatalf("merged into %+v", into.Decision)
	}
	checkConflicts(t, w.c, into)
	checkConflicts(t, other.c, into)
	w.c, w.events = into, append(w.events, events...)
}

func checkConflicts(t *rapid.T, old, now ronda.Case) {
	for _, x := range []string{"regent-32.04", "32.04", "mayor-32.73", "32.73"} {
		a := ronda.Actor{Account: "x", Conflicts: []string{x}}
		if ronda.ConflictOf(a, old, thePack()) != "" && ronda.ConflictOf(a, now, thePack()) == "" {
			t.Fatalf("the conflict with %s was lost", x)
		}
	}
}
