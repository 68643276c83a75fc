package ronda_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

// cast is everybody who may try something, with two who are torn by a conflict.
func cast() []ronda.Actor {
	torn, tornToo := colleague, third
	torn.Account, torn.Conflicts = "torn", []string{"regent-32.04"}
	tornToo.Account, tornToo.Conflicts = "torn2", []string{"governor-32"}
	boss := person("boss", "bawaslu:", ronda.RoleOfficer, ronda.RoleLead, ronda.RoleContact)
	return []ronda.Actor{officer, colleague, lead, second, third, fourth, contact, torn, tornToo, boss, minister, signer, deskmate, kpu,
		tiktok, facebook, partner, observer, auditor, admin, ronda.System(), ronda.Public()}
}

// anyAssessment is a complete conclusion of one kind or another.
func anyAssessment(t *rapid.T) ronda.Assessment {
	s := conclusion(ronda.Request, "ite-28-2", noon)
	switch rapid.IntRange(0, 19).Draw(t, "conclusion") {
	case 0:
		s = decline(ronda.OutcomeNoAct)
	case 1:
		s = decline(ronda.OutcomeRefer)
	case 2, 3:
		s = conclusion(ronda.Flag, "policy:tiktok:tiktok-hate", noon)
	case 4:
		s.Measure = ronda.MeasureLabel
	case 5:
		s.Target = rapid.SampledFrom(ronda.Targets()).Draw(t, "target")
	}
	s.RuleDate = noon
	return s
}

// anySend is one of the acts, mostly complete.
func anySend(t *rapid.T, w *world, act ronda.Act) ronda.Send {
	s := aFlag()
	switch act {
	case ronda.Request:
		s = aRequest()
	case ronda.Order:
		s = anOrder(anyNotice(t, w))
		if rapid.Bool().Draw(t, "urgent") {
			s.Urgent, s.Determination = true, determination()
		}
	}
	if act != ronda.Request && rapid.IntRange(0, 3).Draw(t, "to facebook") == 0 {
		s.Platform = "facebook"
	}
	if rapid.IntRange(0, 3).Draw(t, "one address") == 0 && len(w.c.Items) > 0 {
		s.Items = []string{rapid.SampledFrom(w.c.Items).Draw(t, "item").ID}
	}
	if rapid.Bool().Draw(t, "new facts") {
		s.NewFacts = "Sejak kemarin muncul rekaman lengkap yang mengubah penilaian kami."
	}
	return s
}

func anyNotice(t *rapid.T, w *world) string {
	if len(w.c.Notices) == 0 {
		return "nowhere"
	}
	return rapid.SampledFrom(w.c.Notices).Draw(t, "notice").ID
}

func anyAnswers(t *rapid.T, w *world, id string) []ronda.ItemAnswer {
	n, _ := w.c.Notice(id)
	var out []ronda.ItemAnswer
	for _, it := range n.Items {
		if rapid.IntRange(0, 4).Draw(t, "skip") == 4 {
			continue
		}
		out = append(out, ronda.ItemAnswer{Item: it.Item, Answer: rapid.SampledFrom(append(ronda.Answers(), ronda.AnswerDeclined)).Draw(t, "answer"), Reason: "Alasan platform yang cukup panjang."})
	}
	return out
}

// anyCommand is one of all commands with arguments from the case.
func anyCommand(t *rapid.T, w *world) ronda.Command {
	id := anyNotice(t, w)
	text := rapid.SampledFrom([]string{why, why, why, "tidak ada"}).Draw(t, "text")
	region := rapid.SampledFrom([]string{"", "32", "32.04", "32.73", "33"}).Draw(t, "region")
	date := noon.Add(-time.Duration(rapid.IntRange(-5, 100).Draw(t, "age")) * time.Hour)
	office := rapid.SampledFrom([]string{"", "bawaslu:32.04", "bawaslu:32", "bawaslu:", "bawaslu:33", "kpu:32.04"}).Draw(t, "office")
	person := rapid.SampledFrom(cast()).Draw(t, "person")
	yes := rapid.Bool().Draw(t, "yes")
	all := []func() ronda.Command{
		func() ronda.Command { return ronda.Take{} },
		func() ronda.Command { return ronda.Assign{To: person} },
		func() ronda.Command { return ronda.Triage{Region: &region, ContentDate: &date} },
		func() ronda.Command { return ronda.Triage{Category: "hoax", Urgency: 5} },
		func() ronda.Command {
			return ronda.AddItems{Items: []ronda.Item{{Platform: "tiktok", Address: "https://late", Key: fmt.Sprint("tiktok:late", w.ids)}}}
		},
		func() ronda.Command { return ronda.AddNote{Text: text} },
		func() ronda.Command { return ronda.InviteAdvice{Partner: adviser()} },
		func() ronda.Command { return ronda.Advise{Text: text, Partner: adviser()} },
		func() ronda.Command { return ronda.Prioritise{Org: "mafindo"} },
		func() ronda.Command { return ronda.Ask{Text: text} },
		func() ronda.Command { return ronda.Refer{Path: "press_council", Reason: text, End: yes} },
		func() ronda.Command { return ronda.JudgeMatch{Kind: "claim", ID: "c1", Same: yes} },
		func() ronda.Command { return ronda.Assess{Assessment: anyAssessment(t)} },
		func() ronda.Command {
			return ronda.DrawReader{Pool: cast(), Pick: func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }, Replace: "away"}
		},
		func() ronda.Command { return ronda.StepAside{Reason: "conflict"} },
		func() ronda.Command { return ronda.Forward{} },
		func() ronda.Command { return ronda.Return{Note: text, Office: office} },
		func() ronda.Command { return ronda.Close{Reason: ronda.CloseGone, Note: text, Bulk: yes, Audit: yes} },
		func() ronda.Command { return ronda.Reopen{Reason: text} },
		func() ronda.Command { return ronda.Audit{Reopen: yes, Note: text} },
		func() ronda.Command {
			return anySend(t, w, rapid.SampledFrom(ronda.Acts()).Draw(t, "act"))
		},
		func() ronda.Command { return ronda.Countersign{Notice: id} },
		func() ronda.Command { return ronda.Sending{Notice: id, MessageID: "<" + id + ">"} },
		func() ronda.Command { return ronda.Sent{Notice: id} },
		func() ronda.Command { return ronda.Undelivered{Notice: id, Unknown: yes} },
		func() ronda.Command { return ronda.Requeue{Notice: id, Because: text} },
		func() ronda.Command { return ronda.Receive{Notice: id, At: date, Proof: "kurir"} },
		func() ronda.Command { return ronda.Receive{Notice: id, ByTo: true} },
		func() ronda.Command { return ronda.AnswerRequest{Notice: id, Accept: yes, Reason: text} },
		func() ronda.Command { return ronda.AnswerItems{Notice: id, Answers: anyAnswers(t, w, id)} },
		func() ronda.Command { return ronda.GiveInformation{Notice: id, Text: text} },
		func() ronda.Command { return ronda.StateReasons{Notice: id, Reasons: text} },
		func() ronda.Command { return ronda.Tick{Notice: id} },
		func() ronda.Command { return ronda.Warn{Notice: id, Text: text} },
		func() ronda.Command { return ronda.ReceiveWarning{Notice: id, ByTo: yes, Proof: "kurir"} },
		func() ronda.Command { return ronda.RecommendBlock{Notice: id, Note: text} },
		func() ronda.Command { return ronda.Withdraw{Notice: id, Reason: text} },
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(t, "command")]()
}

// likely is what an honest colleague would do next, so that histories go deep.
func likely(t *rapid.T, w *world) (ronda.Actor, ronda.Command) {
	if seat := w.c.NeedsReader(); seat != "" {
		return ronda.System(), ronda.DrawReader{Pool: cast(), Pick: func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }}
	}
	for _, n := range w.c.Notices {
		to := tiktok
		if n.Platform == "facebook" {
			to = facebook
		}
		switch n.State {
		case ronda.NoticeDraft:
			return signer, ronda.Countersign{Notice: n.ID}
		case ronda.NoticeQueued:
			return ronda.System(), ronda.Sending{Notice: n.ID, MessageID: "<" + n.ID + ">"}
		case ronda.NoticeSending:
			return ronda.System(), ronda.Sent{Notice: n.ID}
		case ronda.NoticeSent:
			if n.Act == ronda.Request {
				return minister, ronda.AnswerRequest{Notice: n.ID, Accept: rapid.IntRange(0, 4).Draw(t, "refuse") < 4, Reason: why}
			}
			return to, ronda.Receive{Notice: n.ID, ByTo: true}
		case ronda.NoticeReceived:
			if rapid.IntRange(0, 11).Draw(t, "take back") == 11 {
				return signer, ronda.Withdraw{Notice: n.ID, Reason: why}
			}
			k := len(n.Warnings)
			switch {
			case n.Act == ronda.Order && k > 0 && n.Warnings[k-1].ReceivedAt.IsZero():
				return to, ronda.ReceiveWarning{Notice: n.ID, ByTo: true}
			case n.Act == ronda.Order && n.IsOverdue(w.now) && k < 3:
				return minister, ronda.Warn{Notice: n.ID, Text: why}
			case n.Act == ronda.Order && n.IsOverdue(w.now) && n.Reasons == "":
				return to, ronda.StateReasons{Notice: n.ID, Reasons: why}
			case n.Act == ronda.Order && n.IsOverdue(w.now):
				return minister, ronda.RecommendBlock{Notice: n.ID, Note: why}
			case n.Act == ronda.Order && rapid.Bool().Draw(t, "silent"):
				w.later(30 * time.Hour)
			}
			return to, ronda.AnswerItems{Notice: n.ID, Answers: anyAnswers(t, w, n.ID)}
		case ronda.NoticeAccepted:
			if rapid.Bool().Draw(t, "order it") {
				cmd := anSendOrder(t, w, n.ID)
				return minister, cmd
			}
		}
	}
	switch w.c.Stage {
	case ronda.StageSecond, ronda.StageThird:
		for _, d := range w.c.Draws {
			for _, a := range cast() {
				if d.Ended == "" && d.Round == w.c.Round && a.Account == d.Account {
					return a, ronda.Assess{Assessment: anyAssessment(t)}
				}
			}
		}
	case ronda.StageDecided:
		if w.c.Decision.Act == ronda.Flag {
			return officer, anySend(t, w, ronda.Flag)
		}
		if w.c.Office == "bawaslu:" {
			return contact, anySend(t, w, ronda.Request)
		}
		return fourth, ronda.Forward{}
	case ronda.StageClosed, ronda.StageNoAction, ronda.StageReferred, ronda.StageActed, ronda.StageDeclined:
		return officer, ronda.Reopen{Reason: why}
	}
	return officer, ronda.Assess{Assessment: anyAssessment(t)}
}

func anSendOrder(t *rapid.T, w *world, basis string) ronda.Send {
	s := anySend(t, w, ronda.Order)
	s.Basis = basis
	return s
}
