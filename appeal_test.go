package ronda_test

import (
	"testing"
	"time"

	"ronda"
)

const objection = "Video ini potongan liputan langsung dan tidak mengajak siapa pun memusuhi siapa pun."

// panelPool is the authority's people: those of the case, and five from other offices.
func panelPool() []ronda.Actor {
	return append(readers(), person("p1", "bawaslu:34", ronda.RoleOfficer), person("p2", "bawaslu:35", ronda.RoleOfficer),
		person("p3", "bawaslu:36", ronda.RoleOfficer), person("p4", "bawaslu:31", ronda.RoleLead))
}

func first(int) int { return 0 }

// hearing is an objection with the world of its case.
type hearing struct {
	*world
	ap ronda.Appeal
}

func (h *hearing) room() ronda.AppealRoom { return ronda.AppealRoom{Case: h.c, Events: h.events} }

func (h *hearing) tryAppeal(a ronda.Actor, cmd ronda.AppealCommand) error {
	next, events, err := ronda.ApplyAppeal(h.ap, a, cmd, h.env())
	if err == nil {
		h.ap, h.events = next, append(h.events, events...)
	}
	return err
}

func (h *hearing) doAppeal(a ronda.Actor, cmd ronda.AppealCommand) {
	h.t.Helper()
	if err := h.tryAppeal(a, cmd); err != nil {
		h.t.Fatalf("%T by %s: %v", cmd, a.Account, err)
	}
}

func (h *hearing) drawPanel(pool []ronda.Actor) {
	h.t.Helper()
	h.doAppeal(ronda.System(), ronda.DrawPanel{Room: h.room(), Pool: pool, Pick: first})
}

func (h *hearing) member(i int) ronda.Actor {
	for _, a := range panelPool() {
		if a.Account == h.ap.Panel[i].Account {
			return a
		}
	}
	h.t.Fatalf("no member %d", i)
	return ronda.Actor{}
}

func (h *hearing) finds(i int, d ronda.AppealDecision) {
	h.t.Helper()
	h.doAppeal(h.member(i), ronda.DecideAppeal{Room: h.room(), Decision: d, Reasons: why})
}

// flagged is an objection by the author with the notice's code, to a flag on which TikTok removed the video.
func flagged(t tester) *hearing {
	h := &hearing{world: newWorld(t, "hate_sara")}
	h.decide(conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", h.c.ContentDate))
	h.do(officer, aFlag())
	id := h.last()
	h.deliver(id)
	h.do(tiktok, ronda.AnswerItems{Notice: id, All: true, Answers: []ronda.ItemAnswer{{Item: h.item("tiktok"), Answer: ronda.AnswerRemoved, UploaderTold: "yes"}}})
	h.doAppeal(ronda.Public(), ronda.FileAppeal{By: ronda.AppealAuthor, For: &ronda.AppealFor{Case: h.c, Notice: id}, Ground: "journalism", Reasons: objection})
	return h
}

func TestAppealOverturnsAFlag(t *testing.T) {
	t.Parallel()
	h := flagged(t)
	if h.ap.State != ronda.AppealPanel || h.ap.DueAt.Before(h.now.Add(7*24*time.Hour-time.Second)) || len(h.ap.Code) != ronda.CodeLength {
		t.Fatalf("filed as %+v", h.ap)
	}
	h.drawPanel(panelPool())
	colleagueSees, err := ronda.SeeAppeal(colleague, h.ap)
	if err != nil || colleagueSees.Address != "" || colleagueSees.Reasons != "" || colleagueSees.Panel != nil || colleagueSees.Code != "" {
		t.Errorf("a colleague sees %+v, %v", colleagueSees, err)
	}
	asked := h.ap
	asked.Control.AskedAt = h.now
	if sees, err := ronda.SeeAppeal(colleague, asked); err != nil || sees.Address == "" || sees.Control.Code == "" || sees.Panel != nil {
		t.Errorf("who is to confirm the account sees %+v, %v", sees, err)
	}
	for _, m := range h.ap.Panel {
		switch m.Account {
		case "ani", "beni", "cici", "dedi":
			t.Errorf("%s had part in the case, or sits beside who had", m.Account)
		}
	}
	h.finds(0, ronda.AppealOverturned)
	if h.ap.State != ronda.AppealPanel {
		t.Fatal("one person decided alone")
	}
	if h.ap.NeedsMembers() != 0 {
		t.Error("a third is drawn before two differ")
	}
	h.finds(1, ronda.AppealOverturned)
	ap, c, events, err := ronda.CarryOut(h.ap, h.c, h.env())
	if err != nil {
		t.Fatal(err)
	}
	n, _ := c.Notice(ap.Notice)
	if ap.Effect != ronda.EffectWithdrawn || n.State != ronda.NoticeWithdrawn || !n.Overturned.Equal(h.now) || c.Version != h.c.Version+1 || len(events) != 3 {
		t.Fatalf("effect %s, notice %s, version %d after %d, %d events", ap.Effect, n.State, c.Version, h.c.Version, len(events))
	}
	if _, _, err := ronda.Apply(c, officer, aFlag(), h.env()); c.Stage != ronda.StageNoAction || err == nil {
		t.Errorf("stage %s: the overturned decision can be sent once again", c.Stage)
	}
	if n.Redacted().Overturned.IsZero() {
		t.Error("the public does not see that the decision was overturned")
	}
	if len(ap.Restorations) != 1 || !ap.Restorations[0].DueAt.Equal(h.now.Add(48*time.Hour)) || ap.Restorations[0].Platform != "tiktok" {
		t.Fatalf("restorations %+v", ap.Restorations)
	}
	reporter := ronda.FileAppeal{By: ronda.AppealReporter, For: &ronda.AppealFor{Case: c}, Report: ronda.Report{ID: "r1", Case: c.ID}, Ground: "other", Reasons: objection}
	_, _, err = ronda.ApplyAppeal(ronda.Appeal{}, ronda.Public(), reporter, h.env())
	wantCode(t, err, "appeal.overturned_already")
	h.ap, h.c = ap, c
	r := ronda.AnswerRestoration{Notice: n.ID, Item: h.item("tiktok"), Back: true}
	wantCode(t, h.tryAppeal(facebook, r), "appeal.not_found")
	wantCode(t, h.tryAppeal(tiktok, ronda.AnswerRestoration{Notice: n.ID, Item: r.Item}), "appeal.restore_reason")
	if h.later(49 * time.Hour); !h.ap.Restorations[0].Late(h.now) {
		t.Error("a late restoration is not shown as late")
	}
	h.doAppeal(tiktok, r)
	h.do(ronda.System(), ronda.Restored{Notice: n.ID, Item: r.Item, Appeal: ap.ID, Back: true})
	if it := h.c.Items[0]; it.State != ronda.ItemRestored {
		t.Errorf("the address is %s", it.State)
	}
	kinds := map[string]int{}
	for _, a := range ronda.AppealActs(h.ap, h.events) {
		kinds[a.Kind]++
	}
	if kinds["appeal"] != 1 || kinds["appeal_decision"] != 1 || kinds["restoration"] != 1 {
		t.Errorf("the log is owed %v", kinds)
	}
	again, same, _, err := ronda.CarryOut(h.ap, h.c, h.env())
	if err != nil || same.Version != h.c.Version || again.Version != h.ap.Version {
		t.Errorf("carried out twice: %v", err)
	}
}

// An order cannot be withdrawn by a panel: its revocation is recommended to who issued it, and the ministry answers for putting it back.
func TestAppealRecommendsRevocationOfAnOrder(t *testing.T) {
	t.Parallel()
	h := &hearing{world: newWorld(t, "hate_sara")}
	id := h.ordered(false)
	h.do(tiktok, ronda.AnswerItems{Notice: id, All: true, Answers: []ronda.ItemAnswer{{Item: h.item("tiktok"), Answer: ronda.AnswerRestricted, UploaderTold: "yes"}}})
	h.doAppeal(tiktok, ronda.FileAppeal{By: ronda.AppealPlatform, For: &ronda.AppealFor{Case: h.c, Notice: id}, Ground: "true", Reasons: objection})
	pool := []ronda.Actor{minister, signer, deskmate, unit(person("m1", "komdigi:", ronda.RoleOfficer), "x"), unit(person("m2", "komdigi:", ronda.RoleOfficer), "y"),
		unit(person("m3", "komdigi:", ronda.RoleOfficer), "x")}
	h.drawPanel(pool)
	for i, m := range h.ap.Panel {
		if m.Account != []string{"m1", "m2"}[i] {
			t.Fatalf("drawn: %+v", h.ap.Panel)
		}
		h.doAppeal(ronda.Actor{Account: m.Account, Org: "komdigi", Office: m.Office, Unit: m.Unit, Roles: []ronda.Role{ronda.RoleOfficer}},
			ronda.DecideAppeal{Room: h.room(), Decision: ronda.AppealOverturned, Reasons: why})
	}
	ap, c, _, err := ronda.CarryOut(h.ap, h.c, h.env())
	if err != nil {
		t.Fatal(err)
	}
	n, _ := c.Notice(id)
	if ap.Effect != ronda.EffectRevoke || n.State == ronda.NoticeWithdrawn || n.RevokeAdvised.IsZero() {
		t.Fatalf("effect %s, state %s", ap.Effect, n.State)
	}
	if len(ap.Restorations) != 1 || ap.Restorations[0].Authority != "komdigi" {
		t.Fatalf("restorations %+v", ap.Restorations)
	}
	h.ap = ap
	wantCode(t, h.tryAppeal(tiktok, ronda.AnswerRestoration{Notice: id, Item: h.item("tiktok"), Back: true}), "appeal.not_found")
	h.doAppeal(minister, ronda.AnswerRestoration{Notice: id, Item: h.item("tiktok"), Back: true})
}

func TestAppealThirdMemberAndBlindness(t *testing.T) {
	t.Parallel()
	h := flagged(t)
	h.drawPanel(panelPool())
	a, b := h.member(0), h.member(1)
	before, err := ronda.SeeAppeal(b, h.ap)
	if err != nil {
		t.Fatal(err)
	}
	h.finds(0, ronda.AppealUpheld)
	upheld, _ := ronda.SeeAppeal(b, h.ap)
	other := h.ap
	other.Votes = []ronda.PanelVote{{By: a.Account, Decision: ronda.AppealOverturned, Reasons: "x"}}
	overturned, _ := ronda.SeeAppeal(b, other)
	before.Version, upheld.Version, overturned.Version = 0, 0, 0
	if asJSON(t, before) != asJSON(t, upheld) || asJSON(t, upheld) != asJSON(t, overturned) {
		t.Error("a member learns what the other one found")
	}
	wantCode(t, h.tryAppeal(a, ronda.DecideAppeal{Room: h.room(), Decision: ronda.AppealUpheld, Reasons: why}), "appeal.voted")
	h.finds(1, ronda.AppealOverturned)
	if h.ap.State != ronda.AppealPanel || h.ap.NeedsMembers() != 1 {
		t.Fatalf("two differ: state %s, %d to draw", h.ap.State, h.ap.NeedsMembers())
	}
	h.drawPanel(panelPool())
	h.finds(2, ronda.AppealUpheld)
	if h.ap.Decision != ronda.AppealUpheld {
		t.Errorf("two of three upheld, and it is %q", h.ap.Decision)
	}
	if _, c, _, err := ronda.CarryOut(h.ap, h.c, h.env()); err != nil || c.Version != h.c.Version {
		t.Errorf("an upheld decision changed the case: %v", err)
	}
}

// TestAppealPanelAttacks lets people who must not judge try to get on a panel, or to judge after they were put where they must not be.
func TestAppealPanelAttacks(t *testing.T) {
	t.Parallel()
	outsider := person("p1", "bawaslu:34", ronda.RoleOfficer)
	tests := []struct {
		name   string
		change func(h *hearing, a *ronda.Actor, r *ronda.AppealRoom)
		want   string
	}{
		{"honest", func(*hearing, *ronda.Actor, *ronda.AppealRoom) {}, ""},
		{"first reader", func(_ *hearing, a *ronda.Actor, _ *ronda.AppealRoom) { *a = officer }, "decider"},
		{"second reader, moved to another office since", func(_ *hearing, a *ronda.Actor, _ *ronda.AppealRoom) {
			*a = person("dedi", "bawaslu:36", ronda.RoleOfficer)
		}, "decider"},
		{"holds the case by reassignment", func(_ *hearing, a *ronda.Actor, r *ronda.AppealRoom) { r.Case.Holder = a.Account }, "decider"},
		{"held it once and gave it away", func(_ *hearing, a *ronda.Actor, r *ronda.AppealRoom) {
			r.Events = append(r.Events, ronda.Event{Kind: ronda.EventAssigned, Actor: "cici", Data: map[string]string{"to": a.Account}})
		}, "decider"},
		{"was drawn as reader and stepped aside", func(_ *hearing, a *ronda.Actor, r *ronda.AppealRoom) {
			r.Events = append(r.Events, ronda.Event{Kind: ronda.EventReaderDrawn, Actor: "system", Data: map[string]string{"account": a.Account}})
		}, "decider"},
		{"read a case that was merged into it", func(_ *hearing, a *ronda.Actor, r *ronda.AppealRoom) {
			r.Related = []ronda.Case{{Assessments: []ronda.Assessment{{By: a.Account, Office: "bawaslu:31"}}}}
		}, "decider"},
		{"sits with who read a merged case", func(_ *hearing, _ *ronda.Actor, r *ronda.AppealRoom) {
			r.Related = []ronda.Case{{Assessments: []ronda.Assessment{{By: "someone", Office: "bawaslu:34"}}}}
		}, "same_office"},
		{"sits with the first reader", func(_ *hearing, a *ronda.Actor, _ *ronda.AppealRoom) { *a = colleague }, "same_office"},
		{"another authority", func(_ *hearing, a *ronda.Actor, _ *ronda.AppealRoom) { *a = kpu }, "other_authority"},
		{"an office of another authority", func(_ *hearing, a *ronda.Actor, _ *ronda.AppealRoom) { a.Office = "kpu:34" }, "other_authority"},
		{"only sends letters", func(_ *hearing, a *ronda.Actor, _ *ronda.AppealRoom) { a.Roles = []ronda.Role{ronda.RoleContact} }, "role"},
		{"their office reported it", func(_ *hearing, a *ronda.Actor, r *ronda.AppealRoom) { r.Case.ReporterOrg = []string{a.Office} }, "reporter_organisation"},
		{"their office reported a merged case", func(_ *hearing, a *ronda.Actor, r *ronda.AppealRoom) {
			r.Related = []ronda.Case{{ReporterOrg: []string{a.Office}}}
		}, "reporter_organisation"},
		{"declared conflict", func(_ *hearing, a *ronda.Actor, _ *ronda.AppealRoom) { a.Conflicts = []string{"32.04"} }, "declared_region"},
		{"conflict with what it once was", func(_ *hearing, a *ronda.Actor, r *ronda.AppealRoom) {
			a.Conflicts, r.Case.Also = []string{"governor-33"}, []string{"governor-33"}
		}, "declared_contest"},
		{"confirmed the account", func(h *hearing, a *ronda.Actor, _ *ronda.AppealRoom) { h.ap.Control.By = a.Account }, "checked_control"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h, a := flagged(t), outsider
			room := h.room()
			test.change(h, &a, &room)
			if got := h.ap.NotOnPanel(a, room, thePack()); got != test.want {
				t.Fatalf("barred by %q, want %q", got, test.want)
			}
			if test.want == "" {
				return
			}
			err := h.tryAppeal(ronda.System(), ronda.DrawPanel{Room: room, Pool: []ronda.Actor{a, person("p9", "bawaslu:51", ronda.RoleOfficer)}, Pick: first})
			wantCode(t, err, "appeal.no_panel")
			h.ap.Panel = []ronda.PanelMember{{Account: a.Account, Office: a.Office, At: h.now}} // drawn before that happened
			wantCode(t, h.tryAppeal(a, ronda.DecideAppeal{Room: room, Decision: ronda.AppealUpheld, Reasons: why}), "appeal.barred")
		})
	}
}

func TestAppealDrawIsNobodysChoice(t *testing.T) {
	t.Parallel()
	h := flagged(t)
	draw := ronda.DrawPanel{Room: h.room(), Pool: panelPool(), Pick: first}
	wantCode(t, h.tryAppeal(lead, draw), "appeal.draw_is_the_systems")
	h.drawPanel(panelPool())
	wantCode(t, h.tryAppeal(ronda.System(), draw), "appeal.no_panel_needed")
	wantCode(t, h.tryAppeal(person("p9", "bawaslu:51", ronda.RoleOfficer), ronda.DecideAppeal{Room: h.room(), Decision: ronda.AppealUpheld, Reasons: why}), "appeal.not_on_panel")
	wantFaults(t, h.tryAppeal(h.member(0), ronda.DecideAppeal{Room: h.room(), Reasons: "sudah"}), "decision appeal.decision_missing", "reasons appeal.finding_missing")
	late := h.ap.Panel[0].Account
	h.later(9 * 24 * time.Hour)
	if !h.ap.Overdue(h.now) {
		t.Fatal("an objection that nobody decides does not show as overdue")
	}
	h.drawPanel(panelPool())
	if h.ap.Member(late) || h.ap.NeedsMembers() != 0 {
		t.Error("who let the clock run out still sits")
	}
}

// TestAppealUnderAnAddressTellsNothing files under addresses that were flagged, only reported, in a draft, and never heard of.
func TestAppealUnderAnAddressTellsNothing(t *testing.T) {
	t.Parallel()
	h := flagged(t)
	file := func(key string) ronda.Appeal {
		ap, events, err := ronda.ApplyAppeal(ronda.Appeal{}, ronda.Public(), ronda.FileAppeal{By: ronda.AppealAuthor, Ground: "satire", Reasons: objection,
			Address: ronda.ReportAddress{Platform: "tiktok", Key: key, Canonical: "https://www.tiktok.com/@a/video/1"}}, h.env())
		if err != nil || len(events) != 0 {
			t.Fatalf("%v, %d events", err, len(events))
		}
		return ap
	}
	strip := func(ap ronda.Appeal) string {
		ap.ID, ap.Code, ap.Key, ap.Control.Code = "", "", "", ""
		return asJSON(t, ap)
	}
	acted, unknown := file("tiktok:7301"), file("tiktok:0")
	if strip(acted) != strip(unknown) {
		t.Error("the address with an act is filed otherwise")
	}
	h.ap = unknown
	wantCode(t, h.tryAppeal(second, ronda.ProveControl{OK: true}), "appeal.no_control_needed") // the appellant has not put the code there yet
	h.doAppeal(ronda.Public(), ronda.AskControl{})
	asked := h.ap.DueAt
	h.doAppeal(person("p1", "bawaslu:34", ronda.RoleOfficer), ronda.ProveControl{OK: true})
	if h.ap.State != ronda.AppealNoAct || asked.IsZero() {
		t.Errorf("state %s, due %v", h.ap.State, asked)
	}
	h.ap = acted
	found := &ronda.AppealFor{Case: h.c, Notice: h.last(), Items: []string{h.item("tiktok")}}
	h.doAppeal(ronda.Public(), ronda.AskControl{})
	for _, a := range []ronda.Actor{kpu, minister, admin, auditor, partner, facebook, ronda.Public()} {
		wantCode(t, h.tryAppeal(a, ronda.ProveControl{OK: true, Found: found}), "appeal.not_checker")
	}
	wantCode(t, h.tryAppeal(officer, ronda.ProveControl{Found: found, Took: h.room().Took()}), "appeal.decider")
	if h.ap.OpensReasons() {
		t.Error("sealed reasons are open before control is proven")
	}
	h.doAppeal(tiktok, ronda.ProveControl{OK: true, Found: found, Took: h.room().Took()})
	if h.ap.State != ronda.AppealPanel || !h.ap.OpensReasons() || h.ap.Notice != h.last() {
		t.Errorf("proven by the platform: %+v", h.ap)
	}
}

// Before an act went out it does not exist for anyone outside, and nobody objects in another's name.
func TestAppealIsNotForEveryone(t *testing.T) {
	t.Parallel()
	h := &hearing{world: newWorld(t, "hate_sara")}
	h.decide(conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", h.c.ContentDate))
	h.do(officer, aFlag())
	id := h.last()
	file := func(by ronda.AppealBy, a ronda.Actor, r ronda.Report) error {
		return h.tryAppeal(a, ronda.FileAppeal{By: by, For: &ronda.AppealFor{Case: h.c, Notice: id}, Report: r, Ground: "other", Reasons: objection})
	}
	wantCode(t, file(ronda.AppealAuthor, ronda.Public(), ronda.Report{}), "appeal.not_found")
	h.deliver(id)
	wantCode(t, file(ronda.AppealPlatform, facebook, ronda.Report{}), "appeal.not_found")
	wantCode(t, file(ronda.AppealPlatform, officer, ronda.Report{}), "appeal.not_found")
	wantCode(t, file(ronda.AppealReporter, ronda.Public(), ronda.Report{}), "appeal.not_found")
	wantCode(t, file(ronda.AppealReporter, ronda.Public(), ronda.Report{ID: "r1", Case: "another"}), "appeal.not_found")
	wantCode(t, file(ronda.AppealReporter, ronda.Public(), ronda.Report{ID: "r1", Case: h.c.ID}), "appeal.not_ended")
	wantFaults(t, h.tryAppeal(ronda.Public(), ronda.FileAppeal{By: ronda.AppealAuthor, Reasons: "tidak setuju"}), "ground appeal.ground_missing", "reasons appeal.reasons_missing")
	h.later(181 * 24 * time.Hour)
	wantCode(t, file(ronda.AppealAuthor, ronda.Public(), ronda.Report{}), "appeal.window_over")
}

// A reporter whose report ended without an act objects under the ticket's code; an overturned end opens a new round.
func TestAppealOfAReporterReopens(t *testing.T) {
	t.Parallel()
	h := &hearing{world: newWorld(t, "hate_sara")}
	h.decide(decline(ronda.OutcomeNoAct))
	h.doAppeal(ronda.Public(), ronda.FileAppeal{By: ronda.AppealReporter, For: &ronda.AppealFor{Case: h.c}, Report: ronda.Report{ID: "r1", Case: h.c.ID}, Ground: "other", Reasons: objection})
	h.drawPanel(panelPool())
	h.finds(0, ronda.AppealOverturned)
	h.finds(1, ronda.AppealOverturned)
	ap, c, _, err := ronda.CarryOut(h.ap, h.c, h.env())
	if err != nil || ap.Effect != ronda.EffectReopened || c.Round != h.c.Round+1 || c.Stage != ronda.StageTriage {
		t.Fatalf("effect %s, round %d, stage %s, %v", ap.Effect, c.Round, c.Stage, err)
	}
}
