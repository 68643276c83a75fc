package ronda_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ronda"
)

// TestSendNamesWhatIsMissing takes one thing at a time out of each of the three acts (Permenkominfo 5/2020 art. 15, 16(4), 17(1)).
func TestSendNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	type edit = func(*ronda.Send)
	common := map[string]struct {
		edit edit
		want []string
	}{
		"complete":             {func(*ronda.Send) {}, nil},
		"no explanation":       {func(s *ronda.Send) { s.Explanation = "melanggar" }, []string{"explanation notice.explanation_missing"}},
		"no necessity":         {func(s *ronda.Send) { s.Necessity = "" }, []string{"necessity notice.necessity_missing"}},
		"address from air":     {func(s *ronda.Send) { s.Items = []string{"nowhere"} }, []string{"items notice.address_missing"}},
		"evidence from air":    {func(s *ronda.Send) { s.Evidence = []string{"shot", "nowhere"} }, []string{"evidence notice.evidence_unknown"}},
		"everything forgotten": {func(s *ronda.Send) { s.Explanation, s.Necessity = "", "" }, []string{"explanation notice.explanation_missing", "necessity notice.necessity_missing"}},
	}
	byAct := map[ronda.Act]map[string]struct {
		edit edit
		want []string
	}{
		ronda.Flag: {
			"no good faith":    {func(s *ronda.Send) { s.GoodFaith = false }, []string{"good_faith notice.good_faith_missing"}},
			"unknown platform": {func(s *ronda.Send) { s.Platform = "friendster" }, []string{"platform notice.platform_missing", "items notice.address_missing", "ground notice.policy_of_other_platform"}},
			"urgent":           {func(s *ronda.Send) { s.Urgent, s.Determination = true, determination() }, []string{"urgent notice.urgent_only_order"}},
		},
		ronda.Request: {
			"no letter":        {func(s *ronda.Send) { s.Number = " " }, []string{"number notice.letter_missing"}},
			"no analysis":      {func(s *ronda.Send) { s.LegalAnalysis = "" }, []string{"legal_analysis notice.analysis_missing"}},
			"no recipient":     {func(s *ronda.Send) { s.Authority = "" }, []string{"authority notice.authority_missing"}},
			"not the ministry": {func(s *ronda.Send) { s.Authority = "kpu" }, []string{"authority notice.authority_missing"}},
			"urgent":           {func(s *ronda.Send) { s.Urgent, s.Determination = true, determination() }, []string{"urgent notice.urgent_only_order"}},
		},
		ronda.Order: {
			"no letter":            {func(s *ronda.Send) { s.Number = "" }, []string{"number notice.letter_missing"}},
			"no analysis":          {func(s *ronda.Send) { s.LegalAnalysis = "sesuai pasal" }, []string{"legal_analysis notice.analysis_missing"}},
			"no request":           {func(s *ronda.Send) { s.Basis = "" }, []string{"basis notice.basis_missing"}},
			"no platform":          {func(s *ronda.Send) { s.Platform = "" }, []string{"platform notice.platform_missing", "items notice.address_missing"}},
			"urgent, undetermined": {func(s *ronda.Send) { s.Urgent = true }, []string{"determination notice.determination_missing"}},
			"urgent, no agency": {func(s *ronda.Send) { s.Urgent, s.Determination = true, determination(); s.Determination.Agency = "" },
				[]string{"determination notice.determination_missing"}},
			"urgent, no number": {func(s *ronda.Send) { s.Urgent, s.Determination = true, determination(); s.Determination.Number = "" },
				[]string{"determination notice.determination_missing"}},
			"urgent, no date": {func(s *ronda.Send) {
				s.Urgent, s.Determination = true, determination()
				s.Determination.Date = time.Time{}
			}, []string{"determination notice.determination_missing"}},
			"urgent, dated tomorrow": {func(s *ronda.Send) {
				s.Urgent, s.Determination = true, determination()
				s.Determination.Date = noon.Add(30 * time.Hour)
			}, []string{"determination notice.determination_missing"}},
			"urgent, no subject": {func(s *ronda.Send) { s.Urgent, s.Determination = true, determination(); s.Determination.Subject = " " },
				[]string{"determination notice.determination_missing"}},
			"urgent, no document": {func(s *ronda.Send) {
				s.Urgent, s.Determination = true, determination()
				s.Determination.Evidence = "shot"
			},
				[]string{"determination notice.determination_missing"}},
			"urgent, determined": {func(s *ronda.Send) { s.Urgent, s.Determination = true, determination() }, nil},
		},
	}
	for act, own := range byAct {
		for name, x := range common {
			own[name] = x
		}
		for name, x := range own {
			t.Run(fmt.Sprintf("%s/%s", act, name), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "hate_sara")
				cmd, by := ready(w, act)
				x.edit(&cmd)
				wantFaults(t, w.try(by, cmd), x.want...)
			})
		}
	}
}

// ready brings a case to where the act can be sent, with the complete command and its sender.
func ready(w *world, act ronda.Act) (ronda.Send, ronda.Actor) {
	w.t.Helper()
	switch act {
	case ronda.Order:
		return anOrder(w.requested()), minister
	case ronda.Request:
		w.decide(conclusion(ronda.Request, "ite-28-2", w.c.ContentDate))
		w.pass()
		return aRequest(), contact
	}
	w.decide(conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", w.c.ContentDate))
	return aFlag(), officer
}

// TestCriticismOfPower refuses an order and the four hours for every target × act × urgency × ground, and nothing else for that reason.
func TestCriticismOfPower(t *testing.T) {
	t.Parallel()
	grounds := map[string]string{"ite-28-2": "hate_sara", "pilkada-69-b": "hate_sara", "pilkada-69-c": "slander", "pm5-9-4-b": "hoax"}
	for _, target := range ronda.Targets() {
		for _, act := range []ronda.Act{ronda.Request, ronda.Order} {
			for _, urgent := range []bool{false, true} {
				for ground, category := range grounds {
					t.Run(fmt.Sprintf("%s/%s/%v/%s", target, act, urgent, ground), func(t *testing.T) {
						t.Parallel()
						w := newWorld(t, category)
						s := conclusion(ronda.Request, ground, w.c.ContentDate)
						s.Target = target
						w.decide(s)
						w.pass()
						first := aRequest()
						first.Determination = determination()
						cmd, by := first, contact
						var want []string
						if act == ronda.Order {
							w.do(contact, first)
							req := w.last()
							w.deliver(req)
							w.do(minister, ronda.AnswerRequest{Notice: req, Accept: true, Reason: why})
							cmd, by = anOrder(req), minister
							cmd.Determination = determination()
							if target.OfPower() {
								want = append(want, "act notice.order_on_criticism")
							}
						} else if urgent {
							want = append(want, "urgent notice.urgent_only_order")
						}
						cmd.Urgent = urgent
						if urgent && target.OfPower() {
							want = append(want, "urgent notice.urgent_on_criticism")
						}
						wantFaults(t, w.try(by, cmd), want...)
					})
				}
			}
		}
	}
}

// TestOneReaderNamesPower is enough to keep the order away: the reader who protects the content prevails.
func TestOneReaderNamesPower(t *testing.T) {
	t.Parallel()
	for _, target := range ronda.Targets() {
		for _, powerFirst := range []bool{true, false} {
			w := newWorld(t, "hate_sara")
			s, u := conclusion(ronda.Request, "ite-28-2", w.c.ContentDate), conclusion(ronda.Request, "ite-28-2", w.c.ContentDate)
			s.Target, u.Target = target, ronda.TargetOfficial
			if powerFirst {
				s, u = u, s
			}
			w.do(officer, ronda.Assess{Assessment: s})
			w.draw("dedi")
			w.do(second, ronda.Assess{Assessment: u})
			if !w.c.Decision.Target.OfPower() {
				t.Errorf("readers named %s and %s, decided %s", s.Target, u.Target, w.c.Decision.Target)
			}
		}
	}
}

// TestReaderCannotOrderOnCriticism refuses the order already in the assessment.
func TestReaderCannotOrderOnCriticism(t *testing.T) {
	t.Parallel()
	for _, target := range ronda.Targets() {
		w := newWorld(t, "hate_sara")
		s := conclusion(ronda.Order, "ite-28-2", w.c.ContentDate)
		s.Target = target
		got := strings.Join(faultsOf(w.try(officer, ronda.Assess{Assessment: s})), "\n")
		if strings.Contains(got, "act assessment.order_on_criticism") != target.OfPower() {
			t.Errorf("order on %s: %q", target, got)
		}
	}
}

// TestDeterminedGround lives by a named agency's finding, also without the four hours.
func TestDeterminedGround(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hoax")
	w.decide(conclusion(ronda.Request, "pm5-9-4-b", w.c.ContentDate))
	w.pass()
	cmd := aRequest()
	wantFaults(t, w.try(contact, cmd), "determination notice.determination_missing")
	cmd.Determination = determination()
	w.do(contact, cmd)
	cmd.Determination.Agency = "changed by the caller"
	if n := w.notice(w.last()); n.Determination.Agency == cmd.Determination.Agency {
		t.Error("the notice shares the caller's determination")
	}
}

// TestUrgentOrder gets four hours and the urgent clock, an ordinary one twenty-four, each from receipt.
func TestUrgentOrder(t *testing.T) {
	t.Parallel()
	for urgent, hours := range map[bool]time.Duration{true: 4, false: 24} {
		w := newWorld(t, "hate_sara")
		w.later(7 * time.Hour)
		n := w.notice(w.ordered(urgent))
		if got := n.DueAt.Sub(n.ReceivedAt); got != hours*time.Hour {
			t.Errorf("urgent %v: %v from receipt, want %d h", urgent, got, hours)
		}
	}
}

// TestSenders lets each act leave only from those who hold it.
func TestSenders(t *testing.T) {
	t.Parallel()
	may := map[ronda.Act][]string{
		ronda.Flag:    {officer.Account, colleague.Account, lead.Account, fourth.Account, contact.Account},
		ronda.Request: {contact.Account},
		ronda.Order:   {minister.Account, deskmate.Account},
	}
	all := append(readers(), minister, signer, deskmate, kpu, tiktok, facebook, partner, observer, auditor, admin, ronda.System(), ronda.Public())
	for act, allowed := range may {
		for _, a := range all {
			w := newWorld(t, "hate_sara")
			cmd, _ := ready(w, act)
			err := w.try(a, cmd)
			want := false
			for _, x := range allowed {
				want = want || x == a.Account
			}
			if (err == nil) != want {
				t.Errorf("%s by %q: %v", act, a.Account, err)
			}
		}
	}
}

// TestRequestLeavesFromTheTop: the contact officer sends it once the case has come up to the national office.
func TestRequestLeavesFromTheTop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.decide(conclusion(ronda.Request, "ite-28-2", w.c.ContentDate))
	wantFaults(t, w.try(contact, aRequest()), "sender notice.sender_not_national")
}

// TestAddresses an act may not name: of another service, private, unresolved, unseen by the readers, or not asked for in the request.
func TestAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.AddItems{Items: []ronda.Item{
		{Platform: "tiktok", Address: "https://vt.tiktok.com/x", Key: "tiktok:short", Unsettled: true},
		{Platform: "tiktok", Address: "tiktok message", Key: "tiktok:message", Private: true},
	}})
	short, message := w.c.Items[2].ID, w.c.Items[3].ID
	w.decide(conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", w.c.ContentDate))
	w.do(officer, ronda.AddItems{Items: []ronda.Item{{Platform: "tiktok", Address: "https://www.tiktok.com/@news/video/1", Key: "tiktok:1"}}})
	late := w.c.Items[4].ID
	for item, code := range map[string]string{
		short: "notice.address_unresolved", message: "notice.private_message", late: "notice.address_not_assessed", w.item("facebook"): "notice.other_platform",
	} {
		cmd := aFlag()
		cmd.Items = []string{item}
		wantFaults(t, w.try(officer, cmd), "items "+code)
	}
	w.do(officer, aFlag())
	if items := w.notice(w.last()).Items; len(items) != 1 || items[0].Item != w.item("tiktok") {
		t.Errorf("the flag names %v, want the one address that it may", items)
	}

	w = newWorld(t, "hate_sara")
	w.do(officer, ronda.AddItems{Items: []ronda.Item{{Platform: "tiktok", Address: "https://www.tiktok.com/@a/video/2", Key: "tiktok:2"}}})
	w.decide(conclusion(ronda.Request, "ite-28-2", w.c.ContentDate))
	w.pass()
	cmd := aRequest()
	cmd.Items = []string{w.item("tiktok")}
	w.do(contact, cmd)
	req := w.last()
	w.deliver(req)
	w.do(minister, ronda.AnswerRequest{Notice: req, Accept: true, Reason: why})
	wantFaults(t, w.try(minister, anOrder(req)), "items notice.address_not_requested")
}

// TestScreenshot is owed for each address of a request; one of the whole case serves all.
func TestScreenshot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	for i := range w.c.Evidence {
		if w.c.Evidence[i].Kind == "screenshot" {
			w.c.Evidence[i].Item = w.item("tiktok")
		}
	}
	w.decide(conclusion(ronda.Request, "ite-28-2", w.c.ContentDate))
	w.pass()
	wantFaults(t, w.try(contact, aRequest()), "evidence notice.screenshot_missing")
	cmd := aRequest()
	cmd.Items = []string{w.item("tiktok")}
	wantFaults(t, w.try(contact, cmd))
}

// TestRequestNeverReachesAPlatform although the command names one.
func TestRequestNeverReachesAPlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	cmd, by := ready(w, ronda.Request)
	cmd.Platform = "tiktok"
	w.do(by, cmd)
	id := w.last()
	w.deliver(id)
	if p := w.notice(id).Platform; p != "" {
		t.Errorf("the request went to %q", p)
	}
	err := w.try(tiktok, ronda.AnswerItems{Notice: id, Answers: []ronda.ItemAnswer{{Item: w.item("tiktok"), Answer: ronda.AnswerRemoved}}})
	if ronda.KindOf(err) != ronda.Forbidden {
		t.Errorf("a platform answered what is asked of the ministry: %v", err)
	}
}

// TestAfterRejection: a flag is not the way around a rejected request, in this case or another; a second request needs new facts.
func TestAfterRejection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	cmd, by := ready(w, ronda.Request)
	w.do(by, cmd)
	id := w.last()
	w.deliver(id)
	w.do(minister, ronda.AnswerRequest{Notice: id, Reason: why})
	if w.c.Stage != ronda.StageDeclined {
		t.Fatalf("stage %s after the ministry refused", w.c.Stage)
	}
	f := aFlag()
	f.NewFacts = "Sejak kemarin muncul rekaman lengkap yang mengubah penilaian kami."
	wantCode(t, w.try(contact, f), "notice.flag_after_rejection")
	wantCode(t, w.try(by, cmd), "notice.rejected_before")
	cmd.NewFacts = f.NewFacts
	w.do(by, cmd)

	other := newWorld(t, "hate_sara")
	fl, by := ready(other, ronda.Flag)
	fl.Prior = []ronda.Prior{{Key: "tiktok:7301", Notice: id}}
	wantCode(t, other.try(by, fl), "notice.flag_after_rejection")
}

// TestSecondActOnOneAddress would start the clock anew, so it is refused while the first stands.
func TestSecondActOnOneAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	id := w.ordered(false)
	wantCode(t, w.try(minister, anOrder(w.notice(id).Basis)), "notice.already_sent")
}

// TestNoActWithoutADecision tries each act at each stage before two readers agreed, and after a case was closed.
func TestNoActWithoutADecision(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	try := func(code string) {
		t.Helper()
		wantCode(t, w.try(officer, aFlag()), code)
	}
	try("notice.no_decision")
	w.do(officer, ronda.Assess{Assessment: conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", noon)})
	try("notice.no_decision")
	w.draw("dedi")
	try("notice.no_decision")
	w.do(second, ronda.Assess{Assessment: conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", noon)})
	w.do(officer, ronda.Close{Reason: ronda.CloseGone, Note: "Kedua alamat sudah tidak dapat dibuka sejak pagi."})
	try("case.wrong_stage")
	w.do(officer, ronda.Reopen{Reason: "Salah satu alamat ternyata masih dapat dibuka lagi."})
	try("notice.no_decision")
}

// TestDescriptionStandsWithTheDecision: what the readers judged by cannot be changed under their decision.
func TestDescriptionStandsWithTheDecision(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.decide(conclusion(ronda.Request, "ite-28-2", w.c.ContentDate))
	region, contest, date := "33", "governor-33", noon.Add(-time.Hour)
	for _, cmd := range []ronda.Triage{{Category: "hoax"}, {Region: &region}, {Contest: &contest}, {ContentDate: &date}} {
		wantCode(t, w.try(officer, cmd), "case.decided_on_this")
	}
	same := w.c.Region
	w.do(officer, ronda.Triage{Title: "Judul yang lebih netral", Urgency: 4, Category: w.c.Category, Region: &same})
}

// TestActsOfTheSender: no act without a name, and none that the sender's authority does not hold.
func TestActsOfTheSender(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	cmd, by := ready(w, ronda.Request)
	for _, act := range []ronda.Act{"", "block"} {
		cmd.Act = act
		wantCode(t, w.try(by, cmd), "notice.act_missing")
	}
	cmd = aRequest()
	w.c.Office = "komdigi:" // as if the ministry held the case: it flags and orders, but asks nobody
	err := w.try(unit(person("rudi", "komdigi:", ronda.RoleContact), "aptika"), cmd)
	wantFaults(t, err, "sender notice.sender_not_mandated")
}

// TestDraftIsNotQueued: an order waits for its second signature, and only that one puts it on the way.
func TestDraftIsNotQueued(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	req := w.requested()
	queued := count(w.events, ronda.EventNoticeQueued)
	w.do(minister, anOrder(req))
	if count(w.events, ronda.EventNoticeQueued) != queued || count(w.events, ronda.EventNoticeDrafted) != 1 {
		t.Error("a draft was announced as queued")
	}
	w.do(signer, ronda.Countersign{Notice: w.last()})
	if count(w.events, ronda.EventNoticeQueued) != queued+1 {
		t.Error("a signed order was not queued")
	}
}

// TestRuleDateOfTheAct is what the readers chose where the content's date is unknown.
func TestRuleDateOfTheAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "hate_sara")
	w.do(officer, ronda.Triage{ContentDate: new(time.Time)})
	s := conclusion(ronda.Request, "ite-28-2", noon)
	s.RuleDate = noon.Add(-200 * 24 * time.Hour)
	w.decide(s)
	w.pass()
	w.do(contact, aRequest())
	if got := w.notice(w.last()).RuleDate; !got.Equal(s.RuleDate) {
		t.Errorf("judged by the law of %v, want %v", got, s.RuleDate)
	}
}
