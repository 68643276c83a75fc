package ronda_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda"
)

// stays are the texts of a case that an erasure of everything leaves: ids, codes, enumerations and the accounts of those who decided. A field that is
// added to a case and holds what a person wrote must not stand here; the test below finds it.
var stays = regexp.MustCompile(`^(ID|Number|Election|Claim|Category|Region|Contest|Stage|Office|Holder|DueClock|MergedInto|SplitFrom|Also\[\]|ReporterOrg\[\]|Erased\[\]|` +
	`Items\[\]\.(ID|Platform|Kind|State)|Evidence\[\]\.(ID|MediaType|By|Item|Kind)|` +
	`Assessments\[\]\.(ID|Seat|By|Office|Unit|Org|Ground|Elements\[\]\.(Element|Finding|Evidence\[\])|Target|Exclusions\[\]\.Reason|Measure|Act|Outcome|Complaint|Items\[\])|` +
	`Draws\[\]\..*|Decision\..*|Referrals\[\]\.(ID|Path|By)|Questions\[\]\.(ID|By)|Notes\[\]\.(ID|By|Office)|Links\[\]\..*|Closed\.(Reason|By|Audit)|` +
	`Holds\[\]\.(ID|By|Office|EndedBy)|Invited\[\]\.(Partner|By)|` +
	`Notices\[\]\.(ID|Code|Act|State|Platform|Authority|Org|Office|Unit|By|Signed|SignedUnit|Basis|Ground|Category|Region|Measure|Determination\.(Agency|Evidence)|` +
	`Evidence\[\]|Items\[\]\.(Item|Answer|By|UploaderTold|Statement|Stated|Recheck|RecheckBy)|Channel|MessageID|Clock|Warnings\[\]\.(Step|By)))$`)

// fill puts a text of its own into every text field that v reaches, and returns them by path.
func fill(v reflect.Value, path string, at map[string]string) {
	switch v.Kind() {
	case reflect.String:
		s := fmt.Sprintf("seeded-%d", len(at))
		v.SetString(s)
		at[s] = path
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path, at)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path+"[]", at)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if path != "" {
				name = path + "." + name
			}
			fill(v.Field(i), name, at)
		}
	}
}

// TestErasureReachesEveryText fills every text of a case, erases all of it, and finds what is left.
func TestErasureReachesEveryText(t *testing.T) {
	t.Parallel()
	at := map[string]string{}
	var c ronda.Case
	fill(reflect.ValueOf(&c).Elem(), "", at)
	c.Stage = ronda.StageClosed
	next, events, err := ronda.Apply(c, ronda.System(), ronda.EraseData{Kinds: ronda.CaseKinds(), Cause: ronda.ErasedByTime}, envAt(t, day(2030, 1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := json.Marshal(next)
	if err != nil {
		t.Fatal(err)
	}
	for s, path := range at {
		if strings.Contains(string(doc), `"`+s+`"`) && !stays.MatchString(path) {
			t.Errorf("%s is still there", path)
		}
	}
	if next.Version != c.Version+1 || len(events) != 1 || events[0].Kind != ronda.EventErased {
		t.Fatalf("version %d, events %+v", next.Version, events)
	}
	if c.Title == next.Title {
		t.Error("the case that was passed in was changed")
	}
	x, ok := ronda.ErasureOf(events[0])
	if !ok || x.Scope != ronda.EraseOfCase || !slices.Equal(x.Kinds, ronda.CaseKinds()) || x.Cause != ronda.ErasedByTime {
		t.Errorf("the event says %+v", x)
	}
}

// TestErasureRefused: an open case and a hold stand in its way; a reporter's own contact goes all the same.
func TestErasureRefused(t *testing.T) {
	t.Parallel()
	now := day(2024, 12, 20)
	open := ronda.Case{ID: "c1", Stage: ronda.StageTriage}
	all := ronda.EraseData{Kinds: ronda.CaseKinds(), Cause: ronda.ErasedOnRequest}
	_, _, err := ronda.Apply(open, ronda.System(), all, envAt(t, now))
	wantCode(t, err, "erasure.case_open")
	held := ronda.Case{ID: "c1", Stage: ronda.StageClosed, StageSince: day(2020, 1, 1), Holds: []ronda.Hold{{ID: "h", Until: now.Add(time.Hour)}}}
	_, _, err = ronda.Apply(held, ronda.System(), all, envAt(t, now))
	wantCode(t, err, "erasure.held")
	_, _, err = ronda.Apply(held, ronda.System(), ronda.EraseData{Report: "r1", Kinds: []ronda.RetentionKind{ronda.KeepReport}}, envAt(t, now))
	wantCode(t, err, "erasure.held")
	if _, _, err := ronda.Apply(held, ronda.System(), ronda.EraseData{Report: "r1", Kinds: []ronda.RetentionKind{ronda.KeepContact}}, envAt(t, now)); err != nil {
		t.Errorf("a reporter's own contact: %v", err)
	}
	if got := ronda.DueKinds(held, now, thePack()); got != nil {
		t.Errorf("due under a hold: %v", got)
	}
	held.Holds[0].Until = now
	if got := ronda.DueKinds(held, now, thePack()); len(got) == 0 {
		t.Error("nothing is due after the hold has run out")
	}
	for _, r := range []ronda.Role{ronda.RoleOfficer, ronda.RoleLead, ronda.RoleContact, ronda.RoleAdmin, ronda.RoleAuditor, ronda.RolePartner, ronda.RoleLiaison} {
		_, _, err := ronda.Apply(open, ronda.Actor{Account: "a", Org: "bawaslu", Roles: []ronda.Role{r}}, all, envAt(t, now))
		if ronda.KindOf(err) != ronda.Forbidden {
			t.Errorf("%s erases by command: %v", r, err)
		}
	}
}

// TestDueKinds walks over the days after a case ended.
func TestDueKinds(t *testing.T) {
	t.Parallel()
	p := &ronda.Pack{Retention: []ronda.Retention{{Kind: ronda.KeepContact, Days: 90, After: ronda.AfterClosed}, {Kind: ronda.KeepReport, Days: 365, After: ronda.AfterClosed}}}
	ended := day(2024, 12, 1)
	c := ronda.Case{Stage: ronda.StageActed, StageSince: ended}
	for days, want := range map[int]int{0: 0, 89: 0, 90: 1, 364: 1, 365: 2} {
		if got := ronda.DueKinds(c, ended.AddDate(0, 0, days), p); len(got) != want {
			t.Errorf("after %d days due are %v, want %d kinds", days, got, want)
		}
	}
	c.Erased = []ronda.RetentionKind{ronda.KeepContact}
	if got := ronda.DueKinds(c, ended.AddDate(2, 0, 0), p); len(got) != 1 || got[0] != ronda.KeepReport {
		t.Errorf("due again: %v", got)
	}
	c.Stage = ronda.StageTriage
	if got := ronda.DueKinds(c, ended.AddDate(9, 0, 0), p); got != nil {
		t.Errorf("due while open: %v", got)
	}
}

// TestHold places and ends one.
func TestHold(t *testing.T) {
	t.Parallel()
	now := day(2024, 12, 1)
	c := ronda.Case{ID: "c1", Stage: ronda.StageClosed, Office: "bawaslu:32.04", Region: "32.04"}
	lead := ronda.Actor{Account: "lead", Org: "bawaslu", Office: "bawaslu:32.04", Roles: []ronda.Role{ronda.RoleLead}}
	_, _, err := ronda.Apply(c, lead, ronda.PlaceHold{Reason: "perlu", Until: now.AddDate(0, 1, 0)}, envAt(t, now))
	wantCode(t, err, "hold.reason")
	reason := "Pengadilan negeri meminta berkas ini untuk sidang bulan depan."
	_, _, err = ronda.Apply(c, lead, ronda.PlaceHold{Reason: reason, Until: now}, envAt(t, now))
	wantCode(t, err, "hold.until")
	_, _, err = ronda.Apply(c, lead, ronda.PlaceHold{Reason: reason, Until: now.AddDate(5, 0, 0)}, envAt(t, now))
	wantCode(t, err, "hold.until")
	c, _, err = ronda.Apply(c, lead, ronda.PlaceHold{Reason: reason, Until: now.AddDate(0, 1, 0)}, envAt(t, now))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Held(now) || c.Held(now.AddDate(0, 1, 0)) {
		t.Error("the hold runs from its placing to its end")
	}
	for _, a := range []ronda.Actor{{Account: "aud", Roles: []ronda.Role{ronda.RoleAuditor}}, {Account: "obs", Roles: []ronda.Role{ronda.RoleObserver}}} {
		seen, _, err := ronda.See(a, c, thePack())
		if err != nil {
			t.Fatal(err)
		}
		if shown := seen.Holds[0].Reason != ""; shown != a.Is(ronda.RoleAuditor) {
			t.Errorf("%s sees the reason: %v", a.Account, shown)
		}
	}
	c, _, err = ronda.Apply(c, lead, ronda.EndHold{Hold: c.Holds[0].ID}, envAt(t, now))
	if err != nil || c.Held(now) {
		t.Fatalf("after the end: %v", err)
	}
	_, _, err = ronda.Apply(c, lead, ronda.EndHold{Hold: c.Holds[0].ID}, envAt(t, now))
	wantCode(t, err, "hold.over")
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func envAt(t *testing.T, now time.Time) ronda.Env {
	t.Helper()
	n := 0
	return ronda.Env{Now: now, Pack: thePack(), ID: func() string { n++; return fmt.Sprintf("id-%d", n) }}
}
