package demo

import (
	"fmt"
	"strings"
	"time"

	"ronda"
)

// history is a case on its way. Each step is applied by the real rule at its own time; the first fault stops it.
type history struct {
	b      *builder
	story  story
	c      ronda.Case
	change ronda.Change
	now    time.Time
	holder ronda.Actor
	err    error
	n      int
}

// env is the surroundings of the next step.
func (h *history) env() ronda.Env {
	return ronda.Env{Now: h.now, Pack: h.b.pack, ID: func() string { return h.b.ids.New(h.now) }, Code: h.b.ids.Code}
}

// wait lets hours pass, with some minutes so that times look like people's.
func (h *history) wait(hours float64) {
	h.now = h.now.Add(time.Duration(hours*60)*time.Minute + time.Duration(h.b.rnd.IntN(17))*time.Minute)
}

// do applies a command and keeps what it owes. Jobs are left out: what they would do has happened already.
func (h *history) do(a ronda.Actor, cmd ronda.Command) {
	if h.err != nil {
		return
	}
	next, events, err := ronda.Apply(h.c, a, cmd, h.env())
	if err != nil {
		h.err = fmt.Errorf("%T by %s in stage %s: %w", cmd, a.Office+a.Platform, h.c.Stage, err)
		return
	}
	change, err := h.b.drawer.Change(next, events)
	if err != nil {
		h.err = err
		return
	}
	h.c = next
	h.change.Events = append(h.change.Events, events...)
	h.change.Leaves = append(h.change.Leaves, change.Leaves...)
	for _, j := range change.Jobs {
		if j.RunAt.After(Start) && j.Kind != "notice.send" {
			h.change.Jobs = append(h.change.Jobs, j)
		}
	}
}

// triage describes the case as its office's officer.
func (h *history) triage() {
	h.do(h.holder, ronda.Take{})
	h.wait(0.2)
	day := h.c.OpenedAt.Add(-time.Duration(6+h.b.rnd.IntN(30)) * time.Hour)
	contest := ""
	if cs := h.b.pack.ContestsIn(h.c.Region); len(cs) > 0 {
		contest = cs[0].ID
	}
	h.do(h.holder, ronda.Triage{Title: h.story.Title, ContentDate: &day, Contest: &contest, Urgency: 2 + h.b.rnd.IntN(4)})
	if h.n%3 == 0 && (h.c.Items[0].Kind == "video") {
		h.do(h.holder, ronda.Transcribe{Transcript: ronda.Transcript{Language: "su", Translation: "Terjemahan ringkas: " + strings.ToLower(h.story.Title) + ".",
			Cues: []ronda.Cue{{Start: 0, Text: "[salam pembuka]"}, {Start: 7, Text: "[ajakan yang dilaporkan, lihat bukti]"}, {Start: 31, Text: "[ajakan diulang]"}}}})
	}
}

// picture stores a screenshot and attaches it.
func (h *history) picture() {
	if h.err != nil {
		return
	}
	e, err := h.b.keep(h.c.ID, h.n, h.now)
	if err != nil {
		h.err = err
		return
	}
	e.ID, e.By, e.CapturedAt, e.Kind, e.Source = h.b.ids.New(h.now), h.holder.Account, h.now, "screenshot", h.c.Items[0].Address
	h.do(h.holder, ronda.AddEvidence{Evidence: []ronda.Evidence{e}})
}

// ground is the rule that a conclusion rests on: a platform's policy for a flag, an article for a request.
func (h *history) ground(act ronda.Act) string {
	if act == ronda.Request {
		if h.c.Category == "hate_sara" || h.c.Category == "harassment" {
			return "ite-28-2"
		}
		return "pilkada-178"
	}
	for _, it := range h.c.Items {
		p, _ := h.b.pack.Platform(it.Platform)
		for _, x := range p.Policies {
			if x.Holds(h.c.RuleDate()) {
				for _, cat := range x.Categories {
					if cat == h.c.Category {
						return "policy:" + p.ID + ":" + x.ID
					}
				}
			}
		}
	}
	return ""
}

// conclude writes an assessment.
func (h *history) conclude(a ronda.Actor, outcome ronda.Outcome, act ronda.Act, measure ronda.Measure) {
	applies := ""
	target := ronda.TargetGroup
	switch {
	case h.story.Satire:
		applies, target = "satire", ronda.TargetOfficial
	case h.story.Power:
		applies, target = "criticism", ronda.TargetOfficial
	case h.c.Category == "harassment":
		target = ronda.TargetPrivate
	case h.c.Category != "hate_sara":
		target = ronda.TargetNone
	}
	seat := len(h.c.Conclusions())
	s := ronda.Assessment{Outcome: outcome, Act: act, Measure: measure, Target: target, Summary: summary(h.c.Category), Necessity: necessity(h.n + seat)}
	if outcome != ronda.OutcomeAct {
		s.Summary = "Setelah ditimbang, konten ini tidak memenuhi unsur pelanggaran dan boleh tetap ada."
	}
	for reason, because := range stays(h.n+seat, applies) {
		s.Exclusions = append(s.Exclusions, ronda.Exclusion{Reason: reason, Applies: reason == applies, Because: because})
	}
	sortExclusions(s.Exclusions)
	if outcome == ronda.OutcomeAct && measure != ronda.MeasureCorrection {
		s.Ground = h.ground(act)
		if g, ok := h.b.pack.GroundAt(s.Ground, h.c.RuleDate()); ok {
			for i, e := range g.ElementsAt(h.c.RuleDate()) {
				s.Elements = append(s.Elements, ronda.ElementFinding{Element: e.ID, Finding: ronda.Met, Because: elementReason(e.ID, h.n+i)})
			}
		} else {
			s.PolicyNote = "Unggahan ini sesuai dengan hal yang dilarang aturan tersebut, lihat bukti dan keterangan unggahan."
		}
	}
	h.do(a, ronda.Assess{Assessment: s})
}

func sortExclusions(list []ronda.Exclusion) {
	order := map[string]int{}
	for i, r := range ronda.Exclusions() {
		order[r] = i
	}
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			if order[list[j].Reason] < order[list[i].Reason] {
				list[i], list[j] = list[j], list[i]
			}
		}
	}
}

// draw draws the next reader from all officers.
func (h *history) draw() ronda.Actor {
	h.do(ronda.System(), ronda.DrawReader{Pool: h.b.readers, Pick: h.b.rnd.IntN})
	if h.err != nil {
		return ronda.Actor{}
	}
	last := h.c.Draws[len(h.c.Draws)-1]
	for _, a := range h.b.readers {
		if a.Account == last.Account {
			return a
		}
	}
	return ronda.Actor{}
}

// decide takes a case through both readers to an agreement.
func (h *history) decide(outcome ronda.Outcome, act ronda.Act, measure ronda.Measure) {
	h.wait(3)
	h.conclude(h.holder, outcome, act, measure)
	second := h.draw()
	h.wait(5)
	h.conclude(second, outcome, act, measure)
}

// forward passes a request up to the national office.
func (h *history) forward() {
	for h.err == nil && !strings.HasSuffix(h.c.Office, ":") {
		h.wait(2)
		a := h.b.offices[h.c.Office]
		if a.Account == "" {
			a = h.b.people["narahubung"]
		}
		h.do(a, ronda.Forward{})
	}
}

// send sends an act of the decision and returns its id.
func (h *history) send(act ronda.Act) string {
	h.wait(1)
	a := h.holder
	cmd := ronda.Send{Act: act, Explanation: summary(h.c.Category), Necessity: necessity(h.n), GoodFaith: true, Channel: "portal"}
	switch act {
	case ronda.Request:
		a = h.b.people["narahubung"]
		cmd.Authority, cmd.Number = "komdigi", fmt.Sprintf("%03d/HM.00/K1/11/2024", 100+h.n)
		cmd.LegalAnalysis = "Setiap unsur pasal yang dirujuk terpenuhi menurut dua penelaah, lihat uraian unsur dan bukti terlampir."
	case ronda.Order:
		a = h.b.people["kementerian.satu"]
		cmd.Platform, cmd.Number = h.c.Items[0].Platform, fmt.Sprintf("B-%03d/DJAI/AI.01/11/2024", 200+h.n)
		cmd.LegalAnalysis = "Permohonan lembaga pengawas lengkap dan dasar hukumnya berlaku pada tanggal konten diunggah."
		cmd.Basis = h.c.Notices[0].ID
	default:
		cmd.Platform = strings.Split(h.c.Decision.Ground+"::", ":")[1]
	}
	if p, ok := h.b.pack.Platform(cmd.Platform); ok && !p.Represented {
		cmd.Channel = "manual"
	}
	h.do(a, cmd)
	if h.err != nil {
		return ""
	}
	id := h.c.Notices[len(h.c.Notices)-1].ID
	if act == ronda.Order {
		h.wait(1)
		h.do(h.b.people["kementerian.dua"], ronda.Countersign{Notice: id})
	}
	if cmd.Channel == "manual" {
		return id
	}
	h.do(ronda.System(), ronda.Sending{Notice: id, MessageID: id + "@demo.invalid"})
	h.do(ronda.System(), ronda.Sent{Notice: id})
	return id
}

// liaison is the platform's person for a notice.
func (h *history) liaison(id string) ronda.Actor {
	n, _ := h.c.Notice(id)
	return h.b.people["penghubung."+n.Platform]
}

// answer answers each address of a notice.
func (h *history) answer(id string, answers ...ronda.Answer) {
	n, _ := h.c.Notice(id)
	cmd := ronda.AnswerItems{Notice: id}
	for i, it := range n.Items {
		x := ronda.ItemAnswer{Item: it.Item, Answer: answers[i%len(answers)], UploaderTold: "yes"}
		if x.Answer == ronda.AnswerDeclined {
			x.Reason = "Konten ini tidak melanggar aturan kami: tidak ada ajakan yang jelas kepada tindakan."
		}
		if x.Answer == ronda.AnswerNeedsInfo {
			x.Reason = "Mohon sebutkan bagian video mana yang dimaksud, pada menit ke berapa."
		}
		cmd.Answers = append(cmd.Answers, x)
	}
	h.do(h.liaison(id), cmd)
}
