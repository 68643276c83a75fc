package portal_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ronda/internal/portal"
)

// row is a line of a file by its columns.
type row map[string]string

func (r row) n(name string) int32 {
	n, err := strconv.Atoi(r[name])
	if err != nil {
		return portal.Never // empty: there is none
	}
	return int32(n)
}

func (r row) is(name string) bool { return r[name] == "true" }

func (r row) day() int32 {
	d, _ := portal.DayNumber(r["day"])
	return d
}

func (r row) list(name string) []string {
	if r[name] == "" {
		return nil
	}
	return strings.Split(r[name], ";")
}

func rowsOf(t *testing.T, b []byte) []row {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%d lines, %v", len(all), err)
	}
	var out []row
	for _, values := range all[1:] {
		r := row{}
		for i, name := range all[0] {
			r[name] = values[i]
		}
		out = append(out, r)
	}
	return out
}

// recounted makes the figures of the page from nothing but the files, as a newsroom would. What the files hold apart, so that no single case can be
// found, comes from the tables of regions and contests.
func recounted(t *testing.T, files map[string][]byte) portal.Figures {
	t.Helper()
	cube := portal.NewCube()
	var facts []portal.Fact
	for i, r := range rowsOf(t, files["cases.csv"]) {
		facts = append(facts, portal.Fact{ID: "c" + strconv.Itoa(i), Day: r.day(), Category: r["category"], Stage: r["stage"], Org: r["holder"], Services: r.list("services"), Reports: r.n("reports"),
			First: r.n("minutes_to_decision"), Decided: r.is("decided"), ToAct: r.is("to_act"), FirstAct: r.is("first_act"), Overturned: r.is("overturned"), Split: r.is("split"),
			Power: r.is("power"), Stays: r.list("stays"), Reopened: r.n("reopened"), Partner: r.is("partner")})
	}
	for _, r := range rowsOf(t, files["acts.csv"]) {
		a := portal.Act{ID: r["id"], Day: r.day(), Kind: r["act"], State: r["state"], Platform: r["platform"], Authority: r["authority"], Org: r["sender"], Region: r["region"],
			Category: r["category"], Measure: r["measure"], Late: r.is("late"), Hours: r.n("hours_to_answer")}
		for i, name := range portal.OutcomeNames() {
			a.Out[i] = r.n(name)
		}
		facts = append(facts, portal.Fact{ID: a.ID, Skip: true, Acts: []portal.Act{a}})
	}
	for i, r := range rowsOf(t, files["objections.csv"]) {
		o := portal.Objection{Day: r.day(), By: r["by"], Act: r["act"], Notice: r["notice"], Platform: r["platform"], Org: r["holder"], Decision: r["decision"],
			Hours: r.n("hours_to_decision"), Late: r.is("late"), Asked: r.n("to_restore"), Restored: r.n("restored")}
		facts = append(facts, portal.Fact{ID: "o" + strconv.Itoa(i), Skip: true, Objections: []portal.Objection{o}})
	}
	cube.Put(facts...)
	f := cube.Count(portal.Filter{})
	f.Regions = nil
	for _, r := range rowsOf(t, files["regions.csv"]) {
		f.Regions = append(f.Regions, portal.RegionFigures{Code: r["region"], Cases: int(r.n("cases")), Decided: int(r.n("decided")), ToAct: int(r.n("to_act")), Acts: int(r.n("acts")),
			Addresses: int(r.n("addresses")), Down: int(r.n("down")), Overturned: int(r.n("overturned")), Stays: int(r.n("stays"))})
	}
	slices.SortFunc(f.Regions, func(a, b portal.RegionFigures) int { return strings.Compare(a.Code, b.Code) })
	f.Contests = nil
	for _, r := range rowsOf(t, files["contests.csv"]) {
		f.Contests = append(f.Contests, portal.Count{ID: r["contest"], N: int(r.n("cases"))})
	}
	return f
}
