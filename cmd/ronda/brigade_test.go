package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/demo"
	"ronda/internal/intake"
)

// standing is a demonstration whose clock stands still and whose workers rest: what changes in it, somebody has changed.
func standing(t *testing.T, at place, now time.Time) *app {
	t.Helper()
	a, err := openApp(t.Context(), demoConfig(at, "127.0.0.1:0"), quietLog(), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if _, err := a.demo(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestDemoShowsWave: the demonstration holds one wave, found by the rule in its own reports, with each of the signs that it was made with.
func TestDemoShowsWave(t *testing.T) {
	t.Parallel()
	a := standing(t, copyDemo(t), time.Now())
	found, err := a.db.Brigades(t.Context())
	if err != nil || len(found) != 1 {
		t.Fatalf("%d waves, want 1: %v", len(found), err)
	}
	kinds := ""
	for _, s := range found[0].Signals {
		kinds += s.Kind + " "
	}
	if found[0].Total() != 36 || len(found[0].Cases) != 4 || found[0].Target != "mayor-32.73" || kinds != "same_words linked fresh one_sided " {
		t.Errorf("%d reports of %d cases about %q by %s", found[0].Total(), len(found[0].Cases), found[0].Target, kinds)
	}
}

// noLimit lets everything pass: brigaders with as many networks as reports meet no limit, and it is the rule that has to hold.
type noLimit struct{}

func (noLimit) Allow(context.Context, string, string, int) error { return nil }

// brigaders is how many reports the wave has.
const brigaders = 6_000

// after is what a hub looks like once people have done their work.
type after struct {
	cases  map[string]string   // what each case of before holds, as JSON
	seen   string              // by the second reader, before the own conclusion
	queues map[string][]string // cases of before, in the order of each office's queue
	full   map[string][]string // the same queues with everything in them
	acts   int
}

// TestBrigadersChangeNothing plays one and the same morning twice: once alone, and once after 6,000 brigaders have sent near-identical reports, through
// intake and the store, about posts of their own and about matters that were there: one that waits for a second reader, one that waits for an answer, one
// that nobody has looked at. Every case, conclusion, clock and act is the same to the byte, what readers see too, and every queue has the same order.
func TestBrigadersChangeNothing(t *testing.T) {
	t.Parallel()
	one, other := copyDemo(t), copyDemo(t)
	now := time.Now() // after the demonstration was made
	quiet, loud := standing(t, one, now), standing(t, other, now)
	before := everyCase(t, quiet)
	targets := brigadeTargets(t, before)
	began := time.Now()
	own := pour(t, loud, targets)
	t.Logf("%d reports in %v", brigaders, time.Since(began).Round(time.Millisecond))
	if err := loud.findBrigades(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := loud.db.Brigades(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(found, func(b ronda.Brigade) bool { return b.Total() >= brigaders*95/100 }); i < 0 {
		t.Fatalf("the wave is not found: %d waves", len(found))
	}

	want, got := play(t, quiet, before, targets), play(t, loud, before, targets)
	for id, c := range want.cases {
		if got.cases[id] != c {
			t.Errorf("%d brigaders change a case:\n%s", brigaders, parting(c, got.cases[id]))
		}
	}
	if want.seen != got.seen {
		t.Errorf("the second reader sees something else:\n%s", parting(want.seen, got.seen))
	}
	for office, order := range want.queues {
		if !slices.Equal(order, got.queues[office]) {
			t.Errorf("the queue of %s has another order:\n%v\n%v", office, order, got.queues[office])
		}
	}
	if want.acts != got.acts || want.acts == 0 {
		t.Errorf("%d acts, without the wave %d", got.acts, want.acts)
	}
	behind(t, found, targets, own, got.full)
}

// behind checks that what waves alone speak of is not hidden, and stands behind all that others sent in each queue that shows it.
func behind(t *testing.T, found []ronda.Brigade, targets map[ronda.CaseStage]ronda.Case, own []string, queues map[string][]string) {
	t.Helper()
	waved := map[string]bool{}
	for _, b := range found {
		for id := range b.Cases {
			waved[id] = true
		}
	}
	for _, c := range targets {
		delete(waved, c.ID) // somebody else speaks of these too
	}
	shown := map[string]bool{}
	for office, queue := range queues {
		first := slices.IndexFunc(queue, func(id string) bool { return slices.Contains(own, id) })
		for i, id := range queue {
			shown[id] = true
			if first >= 0 && i > first && !waved[id] {
				t.Errorf("in the queue of %s a case of which only the wave speaks stands before %s", office, id)
			}
		}
	}
	for _, id := range own {
		if !shown[id] {
			t.Errorf("the wave's case %s is in no queue", id)
		}
	}
}

// brigadeTargets are matters of the demonstration in three stages; both hubs hold the same ones.
func brigadeTargets(t *testing.T, all []ronda.Case) map[ronda.CaseStage]ronda.Case {
	t.Helper()
	out := map[ronda.CaseStage]ronda.Case{}
	for _, c := range all {
		if _, taken := out[c.Stage]; !taken && !c.Priority && (c.Stage != ronda.StageSecond || len(c.Draws) > 0) {
			out[c.Stage] = c
		}
	}
	for _, s := range []ronda.CaseStage{ronda.StageNew, ronda.StageSecond, ronda.StageAwaiting} {
		if out[s].ID == "" {
			t.Fatalf("no case in stage %s", s)
		}
	}
	return out
}

// pour sends the reports, twenty at a time, and returns the cases that they opened.
func pour(t *testing.T, a *app, targets map[ronda.CaseStage]ronda.Case) []string {
	t.Helper()
	door := *a.intake
	door.Throttle = noLimit{}
	known := map[string]bool{}
	for _, c := range everyCase(t, a) {
		known[c.ID] = true
	}
	var links []string
	for _, s := range []ronda.CaseStage{ronda.StageNew, ronda.StageSecond, ronda.StageAwaiting} {
		links = append(links, targets[s].Items[0].Address)
	}
	for i := range 17 {
		links = append(links, fmt.Sprintf("https://www.tiktok.com/@contoh.sasaran/video/73%017d", i))
	}
	var all sync.WaitGroup
	for w := range 20 {
		all.Go(func() {
			for i := w; i < brigaders; i += 20 {
				text := "Akun ini jelas-jelas menyerang pasangan kami dan menyebarkan kebohongan setiap hari, mohon segera dihapus dan akunnya ditutup selamanya sebelum hari pencoblosan supaya warga tenang " + word(i)
				_, err := door.Submit(t.Context(), intake.ReportInput{Links: []string{links[i%len(links)]}, Text: text, Category: "hoax", Region: "32.73", Sender: fmt.Sprintf("10.%d.%d.7", i%9, i%97), Channel: "web", Lang: "id"})
				if err != nil {
					t.Errorf("report %d: %v", i, err)
					return
				}
			}
		})
	}
	all.Wait()
	var own []string
	for _, c := range everyCase(t, a) {
		if !known[c.ID] {
			own = append(own, c.ID)
		}
	}
	if len(own) != 17 {
		t.Errorf("the wave opened %d cases, want its own 17", len(own))
	}
	return own
}

func everyCase(t *testing.T, a *app) []ronda.Case {
	t.Helper()
	all, err := a.db.Cases(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	idRE   = regexp.MustCompile(`01[0-9A-HJKMNP-TV-Z]{24}`)
	blobRE = regexp.MustCompile(`[0-9a-f]{32}-[0-9a-f]{16}`) // name of a sealed file
)

// play lets people do their work: an officer takes the new matter and triages it, the second reader concludes as the first did, a liaison answers an act.
// Then it looks at everything that was there before.
func play(t *testing.T, a *app, before []ronda.Case, targets map[ronda.CaseStage]ronda.Case) after {
	t.Helper()
	people, officers, liaisons := map[string]ronda.Actor{}, map[string]ronda.Actor{}, map[string]ronda.Actor{} // by account, office and service
	for _, p := range demo.Accounts(a.pack) {
		people[p.Actor.Account] = p.Actor
		if p.Actor.Org == "bawaslu" && p.Actor.Office != "" && p.Actor.Has(ronda.RoleOfficer) {
			officers[p.Actor.Office] = p.Actor
		}
		if p.Actor.Platform != "" {
			liaisons[p.Actor.Platform] = p.Actor
		}
	}
	do := func(by ronda.Actor, c ronda.Case, cmd ronda.Command) {
		t.Helper()
		if _, err := a.cases.Do(t.Context(), by, c.ID, 0, cmd); err != nil {
			t.Fatalf("%T: %v", cmd, err)
		}
	}
	fresh := targets[ronda.StageNew]
	do(officers[fresh.Office], fresh, ronda.Take{})
	do(officers[fresh.Office], fresh, ronda.Triage{Urgency: 3})

	second := targets[ronda.StageSecond]
	reader := people[second.Draws[len(second.Draws)-1].Account]
	view, err := a.cases.View(t.Context(), reader, second.ID)
	if err != nil {
		t.Fatal(err)
	}
	out := after{cases: map[string]string{}, queues: map[string][]string{}, full: map[string][]string{}, seen: blobRE.ReplaceAllString(jsonOf(t, view), "blob")}
	mine := second.Assessments[0]
	mine.Necessity += " Ini timbangan saya sendiri, setelah membaca unggahannya dari awal sampai akhir."
	do(reader, second, ronda.Assess{Assessment: ronda.Assessment{Outcome: mine.Outcome, Act: mine.Act, Measure: mine.Measure, Target: mine.Target, Summary: mine.Summary + " Begitu pula bacaan saya.",
		Necessity: mine.Necessity, Exclusions: mine.Exclusions, Ground: mine.Ground, Elements: mine.Elements, PolicyNote: mine.PolicyNote}})

	waiting := targets[ronda.StageAwaiting]
	n := waiting.Notices[len(waiting.Notices)-1]
	var answers []ronda.ItemAnswer
	for _, it := range n.Items {
		answers = append(answers, ronda.ItemAnswer{Item: it.Item, Answer: ronda.AnswerDeclined, UploaderTold: "yes", Reason: "Konten ini tidak melanggar aturan kami: tidak ada ajakan yang jelas kepada tindakan."})
	}
	do(liaisons[n.Platform], waiting, ronda.AnswerItems{Notice: n.ID, Answers: answers})
	out.look(t, a, before, officers)
	return out
}

// look reads what became of the cases of before, and each office's queue. Ids that were given since differ from hub to hub.
func (x *after) look(t *testing.T, a *app, before []ronda.Case, officers map[string]ronda.Actor) {
	t.Helper()
	old := map[string]bool{}
	for _, id := range idRE.FindAllString(jsonOf(t, before), -1) {
		old[id] = true
	}
	was := map[string]bool{}
	for _, c := range before {
		was[c.ID] = true
	}
	for _, c := range everyCase(t, a) {
		if !was[c.ID] {
			continue
		}
		x.acts += len(c.Notices)
		x.cases[c.ID] = idRE.ReplaceAllStringFunc(blobRE.ReplaceAllString(jsonOf(t, c), "blob"), func(id string) string {
			if old[id] {
				return id
			}
			return "new"
		})
	}
	for office, who := range officers {
		v, err := a.cases.Queue(t.Context(), who, ronda.QueueFilter{Open: true, Size: 200})
		if err != nil {
			t.Fatal(err)
		}
		if v.Page.Pages > 1 {
			t.Fatalf("%d pages in the queue of %s", v.Page.Pages, office)
		}
		for _, row := range v.Page.Rows {
			if was[row.ID] {
				x.queues[office] = append(x.queues[office], row.ID)
			}
			x.full[office] = append(x.full[office], row.ID)
		}
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// parting shows two texts from where they differ.
func parting(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, min(i-80, len(s))):min(len(s), i+200)] }
	return cut(a) + "\n" + cut(b)
}
