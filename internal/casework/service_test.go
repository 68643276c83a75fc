package casework_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/casework/caseworktest"
)

func TestDoConflictNamesWhoAndWhen(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	c := r.Open(t, "hate_sara", 1)
	seen := r.Do(t, "bandung", c.ID, ronda.Take{})
	r.Do(t, "bandung", c.ID, ronda.AddNote{Text: "Catatan pertama dari rekan."})
	_, err := r.Cases.Do(t.Context(), r.People["bandung"], c.ID, seen.Version, ronda.AddNote{Text: "Catatan dari halaman lama."})
	if ronda.CodeOf(err) != "case.changed" || ronda.KindOf(err) != ronda.Conflict {
		t.Fatalf("stale version: got %v, want case.changed", err)
	}
	if e := err.(*ronda.Error); e.Args["by"] != "acc-bandung" || e.Args["at"] == "" {
		t.Errorf("conflict does not say who and when: %v", e.Args)
	}
	now, err := r.DB.Case(t.Context(), c.ID)
	if err != nil || len(now.Notes) != 1 {
		t.Errorf("the stale note was saved: %d notes, %v", len(now.Notes), err)
	}
}

// Commands that name no version are applied again until they fit: none is lost however many come at once.
func TestDoAtOnce(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	c := r.Open(t, "hate_sara", 1)
	r.Do(t, "bandung", c.ID, ronda.Take{})
	var wg sync.WaitGroup
	errs := make(chan error, 8)
	for i := range 8 {
		wg.Go(func() {
			_, err := r.Cases.Do(t.Context(), r.People["bandung"], c.ID, 0, ronda.AddNote{Text: fmt.Sprintf("Catatan nomor %d dari rekan.", i)})
			errs <- err
		})
	}
	wg.Wait()
	close(errs)
	saved := 0
	for err := range errs {
		if err == nil {
			saved++
		} else if ronda.CodeOf(err) != "case.changed" {
			t.Errorf("unexpected error: %v", err)
		}
	}
	now, err := r.DB.Case(t.Context(), c.ID)
	if err != nil || len(now.Notes) != saved || saved == 0 {
		t.Errorf("%d saved, %d notes in the case, %v", saved, len(now.Notes), err)
	}
}

// Who may not read a case does not learn that it exists.
func TestDoHidesOtherRegions(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	c := r.Open(t, "hate_sara", 1)
	for _, who := range []string{"garut", "jateng", "menteri1"} {
		if _, err := r.Cases.Do(t.Context(), r.People[who], c.ID, 0, ronda.Take{}); ronda.KindOf(err) != ronda.NotFound {
			t.Errorf("%s took a case of another region: %v", who, err)
		}
		if _, err := r.Cases.View(t.Context(), r.People[who], c.ID); ronda.KindOf(err) != ronda.NotFound {
			t.Errorf("%s saw a case of another region: %v", who, err)
		}
	}
	if _, err := r.Cases.Do(t.Context(), r.People["auditor"], c.ID, 0, ronda.Take{}); ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("the auditor changed something: %v", err)
	}
}

func TestSecondReaderIsDrawnElsewhereAndBlind(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	c := r.Open(t, "hate_sara", 1)
	day := caseworktest.Start.Add(-48 * time.Hour)
	r.Do(t, "bandung", c.ID, ronda.Take{}, ronda.Triage{Title: "Ajakan", ContentDate: &day})
	c = r.Do(t, "bandung", c.ID, ronda.Assess{Assessment: caseworktest.Assessment()})
	reader := r.People[r.Drawn(t, c)]
	if reader.Office == "bawaslu:32.73" || reader.Org != "bawaslu" {
		t.Fatalf("drew %s of %s", reader.Account, reader.Office)
	}
	v, err := r.Cases.View(t.Context(), reader, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if v.Sight != ronda.SightBlind || len(v.Case.Assessments) != 0 || v.Stats != nil || len(v.Reports) != 0 || v.Seat != ronda.SeatSecond {
		t.Errorf("the blind reader sees too much: sight %s, %d assessments, stats %v, seat %s", v.Sight, len(v.Case.Assessments), v.Stats, v.Seat)
	}
	for _, e := range v.Events {
		if e.Kind == ronda.EventAssessed || e.Kind == ronda.EventReported {
			t.Errorf("the logbook tells the blind reader of %s", e.Kind)
		}
	}
	q, err := r.Cases.Queue(t.Context(), reader, ronda.QueueFilter{Reader: reader.Account})
	if err != nil || len(q.Page.Rows) != 1 {
		t.Fatalf("reader's queue: %d rows, %v", len(q.Page.Rows), err)
	}
	if q.Page.Rows[0].Reports != -1 {
		t.Errorf("the queue tells the blind reader that %d reported", q.Page.Rows[0].Reports)
	}
}

// A conclusion is saved where nobody can be drawn, and a job tries again.
func TestNoReaderKeepsTheConclusion(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	for _, who := range []string{"garut", "jabar", "ketua", "jateng"} {
		if err := r.DB.Disable(t.Context(), "acc-"+who, r.Now()); err != nil {
			t.Fatal(err)
		}
	}
	c := r.Open(t, "hate_sara", 1)
	day := caseworktest.Start.Add(-48 * time.Hour)
	r.Do(t, "bandung", c.ID, ronda.Take{}, ronda.Triage{Title: "Ajakan", ContentDate: &day})
	c = r.Do(t, "bandung", c.ID, ronda.Assess{Assessment: caseworktest.Assessment()})
	if c.Stage != ronda.StageSecond || len(c.Draws) != 0 || c.NeedsReader() != ronda.SeatSecond {
		t.Fatalf("stage %s, %d draws", c.Stage, len(c.Draws))
	}
	jobs, err := r.DB.Jobs(t.Context(), ronda.JobFilter{Kind: "case.draw"})
	if err != nil || len(jobs) != 1 {
		t.Fatalf("%d draw jobs, %v", len(jobs), err)
	}
	r.Hire(t, "baru", ronda.Actor{Org: "bawaslu", Office: "bawaslu:34", Roles: []ronda.Role{ronda.RoleOfficer}})
	c, err = r.Cases.Draw(t.Context(), c.ID)
	if err != nil || len(c.Draws) != 1 || c.Draws[0].Account != "acc-baru" {
		t.Errorf("after somebody came: %v, %v", c.Draws, err)
	}
}

func TestMergeAndSplit(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	a, b := r.Open(t, "hate_sara", 1), r.Open(t, "hate_sara", 2)
	r.Do(t, "bandung", a.ID, ronda.Take{})
	c, err := r.Cases.Merge(t.Context(), r.People["bandung"], a.ID, 0, b.Number)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := r.DB.ReportStats(t.Context(), r.Now(), []string{a.ID, b.ID})
	if err != nil || len(c.Items) != 3 || stats[a.ID].Total != 2 || stats[b.ID].Total != 0 {
		t.Fatalf("after merging: %d items, reports %d and %d, %v", len(c.Items), stats[a.ID].Total, stats[b.ID].Total, err)
	}
	gone, err := r.DB.Case(t.Context(), b.ID)
	if err != nil || gone.Stage != ronda.StageMerged || gone.MergedInto != a.ID {
		t.Fatalf("merged case: %s into %q, %v", gone.Stage, gone.MergedInto, err)
	}
	reports, err := r.DB.CaseReports(t.Context(), a.ID, 10, "")
	if err != nil {
		t.Fatal(err)
	}
	part, err := r.Cases.Split(t.Context(), r.People["bandung"], a.ID, 0, []string{c.Items[2].ID}, []string{reports[0].ID}, "Bagian terpisah")
	if err != nil {
		t.Fatal(err)
	}
	stats, err = r.DB.ReportStats(t.Context(), r.Now(), []string{a.ID, part.ID})
	if err != nil || len(part.Items) != 1 || stats[a.ID].Total != 1 || stats[part.ID].Total != 1 {
		t.Errorf("after splitting: %d items, reports %d and %d, %v", len(part.Items), stats[a.ID].Total, stats[part.ID].Total, err)
	}
	claimed, err := r.DB.OpenCaseByKeys(t.Context(), []string{part.Items[0].Key})
	if err != nil || claimed[part.Items[0].Key] != part.ID {
		t.Errorf("the split address is claimed by %q, want %q, %v", claimed[part.Items[0].Key], part.ID, err)
	}
}

func TestCloseMany(t *testing.T) {
	t.Parallel()
	r := caseworktest.New(t)
	r.Cases.Pick = func(int) int { return 0 } // the lot falls on every closing
	var ids []string
	for range 3 {
		ids = append(ids, r.Open(t, "hoax", 1).ID)
	}
	done, err := r.Cases.CloseMany(t.Context(), r.People["bandung"], append(ids, "01UNKNOWN"), ronda.CloseOutOfScope, "")
	if err != nil || len(done) != 4 || done[3].Err == nil || done[0].Err != nil || !done[0].Audit {
		t.Fatalf("%+v, %v", done, err)
	}
	if _, err := r.Cases.Do(t.Context(), r.People["bandung"], ids[0], 0, ronda.Audit{}); ronda.CodeOf(err) == "" {
		t.Error("the closer audited the own closing")
	}
	c := r.Do(t, "ketua", ids[0], ronda.Audit{Reopen: true, Note: "Kasus ini ternyata masuk wewenang kita, buka kembali."})
	if c.Stage != ronda.StageTriage || c.Reopened != 1 {
		t.Errorf("reopened by audit: stage %s", c.Stage)
	}
}
