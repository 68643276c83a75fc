package tipline

import (
	"strings"
	"time"

	"ronda"
	"ronda/internal/i18n"
)

// checked tells the outcome of a check: the verdict first, one sentence, whose it is, when, and where to read more. Where nothing was found it says
// that this does not make the message true.
func (t *Talk) checked(s State, e Checked, now time.Time) Outcome {
	if e.Err != nil {
		return Outcome{State: s.rest(), Say: []Message{{Body: t.fault(s, e.Err)}}}
	}
	first := !s.Met
	s.Met = true
	s.Turn++
	s = s.at(StepResult, now)
	s.Draft = &Draft{Text: e.Result.Text, Media: e.Media, Source: e.Source, Level: e.Result.Level, Links: len(e.Result.Links)}
	var m Message
	switch {
	case e.Result.Level == "match" && len(e.Result.Hits) > 0:
		m = t.matched(s, e)
	case len(e.Result.Hits) > 0:
		m = t.similar(s, e)
	default:
		s.Draft.Level = "nothing"
		m = t.nothing(s, e)
	}
	p := t.printer(s)
	var notes []string
	if e.Edited {
		m.Body = p.T("tip.edited") + "\n\n" + m.Body
	}
	if e.Result.Partial {
		notes = append(notes, p.T("tip.partial"))
	}
	if x := e.Result.Theme; x != nil {
		notes = append(notes, p.T("tip.theme", "name", x.Name.In(s.Lang), "text", x.Prebunk.In(s.Lang), "link", t.page(s, "/bahan?tema="+x.ID)))
	}
	if len(e.Result.Official) > 0 { // one: a chat is short
		b := e.Result.Official[0]
		notes = append(notes, p.T("tip.official", "from", t.Pack.OfficeName(b.Office, s.Lang, b.PublishedAt), "title", b.Title.In(s.Lang), "link", t.page(s, "/pernyataan-resmi/"+b.ID)))
	}
	if words := maskedWords(p, e.Result.Masked); words != "" {
		notes = append(notes, p.T("tip.masked", "what", words))
	}
	if first && !e.Group {
		notes = append(notes, p.T("tip.first"))
	}
	if len(notes) > 0 {
		m.Body += "\n\n" + strings.Join(notes, "\n\n")
	}
	if e.Group {
		m.Ask, m.Choices = "", nil
		return Outcome{State: s.rest(), Say: []Message{m}}
	}
	s, m = s.offer(m)
	return Outcome{State: s, Say: []Message{m}}
}

// matched is the answer for a message that was checked before.
func (t *Talk) matched(s State, e Checked) Message {
	p := t.printer(s)
	h := e.Result.Hits[0]
	m := Message{Head: verdict(p, h.Claim), Body: t.truth(s, h.Claim) + "\n\n" + t.source(s, h.Claim), Ask: p.T("tip.match.ask")}
	if e.Media.Ref != "" {
		m.Body = p.T("tip.match.picture") + "\n\n" + m.Body
	}
	m.Choices = []Choice{{ID: s.tag("report"), Label: p.T("tip.choose.report")}, {ID: s.tag("other"), Label: p.T("tip.choose.other")}}
	return m
}

// similar lists what is like the message, and leaves it to the person to compare.
func (t *Talk) similar(s State, e Checked) Message {
	p := t.printer(s)
	var parts []string
	for _, h := range e.Result.Hits[:min(2, len(e.Result.Hits))] {
		parts = append(parts, "“"+h.Claim.Claim.In(s.Lang)+"”\n"+verdict(p, h.Claim)+": "+t.truth(s, h.Claim)+"\n"+t.source(s, h.Claim))
	}
	m := Message{Head: p.T("tip.similar.head"), Body: p.T("tip.similar.body") + "\n\n" + strings.Join(parts, "\n\n"), Ask: p.T("tip.similar.ask")}
	m.Choices = []Choice{{ID: s.tag("report"), Label: p.T("tip.choose.report")}, {ID: s.tag("other"), Label: p.T("tip.choose.neither")}}
	return m
}

// nothing says honestly that there is no answer, and asks whether fact-checkers may see the text. A bare picture cannot be shown to them.
func (t *Talk) nothing(s State, e Checked) Message {
	p := t.printer(s)
	m := Message{Head: p.T("tip.nothing.head"), Body: p.T("tip.nothing.body")}
	if e.Result.Problem != nil {
		m.Body += "\n\n" + t.fault(s, e.Result.Problem) + "."
	}
	report := Choice{ID: s.tag("report"), Label: p.T("tip.choose.report")}
	if s.Draft.Text == "" {
		m.Body += "\n\n" + p.T("tip.nothing.picture")
		m.Ask, m.Choices = p.T("tip.nothing.picture.ask"), []Choice{report, {ID: s.tag("no"), Label: p.T("tip.choose.enough")}}
		return m
	}
	m.Ask = p.T("tip.consent")
	m.Choices = []Choice{{ID: s.tag("yes"), Label: p.T("tip.choose.allow")}, {ID: s.tag("no"), Label: p.T("tip.choose.deny")}, report}
	return m
}

// notThis is what a person says of a hit that is about something else. Then the message has no answer yet.
func (t *Talk) notThis(s State, now time.Time) Outcome {
	s = s.at(StepResult, now)
	p := t.printer(s)
	if s.Draft.Text == "" {
		return Outcome{State: s.rest(), Say: t.say(s, "tip.other.picture")}
	}
	s, m := s.offer(Message{Body: p.T("tip.other.body"), Ask: p.T("tip.consent"),
		Choices: []Choice{{ID: s.tag("yes"), Label: p.T("tip.choose.allow")}, {ID: s.tag("no"), Label: p.T("tip.choose.deny")}, {ID: s.tag("report"), Label: p.T("tip.choose.report")}}})
	return Outcome{State: s, Say: []Message{m}}
}

// declined keeps nothing. The message can still be reported, as long as it is at hand.
func (t *Talk) declined(s State, now time.Time) Outcome {
	return Outcome{State: s.rest(), Say: t.say(s, "tip.denied")}
}

// allowed thanks for the text.
func (t *Talk) allowed(s State, e Allowed) Outcome {
	if e.Err != nil {
		return Outcome{State: s, Say: []Message{{Body: t.fault(s, e.Err)}}}
	}
	p := t.printer(s)
	s, m := s.offer(Message{Body: p.T("tip.allowed"), Ask: p.T("tip.allowed.ask"), Choices: []Choice{{ID: s.tag("report"), Label: p.T("tip.choose.report")}}})
	return Outcome{State: s, Say: []Message{m}}
}

// truth is the correction in one sentence. Where only another language has it, it is better than none.
func (t *Talk) truth(s State, c ronda.FactCheck) string { return c.Truth.In(s.Lang) }

// source says whose check it is, from when, and where it can be read.
func (t *Talk) source(s State, c ronda.FactCheck) string {
	return t.printer(s).T("tip.source", "outlet", c.Outlet, "date", t.printer(s).Day(c.Date), "link", t.page(s, "/periksa/"+c.ID))
}

// verdict is the verdict word as it stands above everything.
func verdict(p i18n.Printer, c ronda.FactCheck) string {
	return strings.ToUpper(p.T("verdict." + string(c.Verdict)))
}

// maskedWords says what was masked: "1 nomor telepon dan 2 alamat surel".
func maskedWords(p i18n.Printer, kinds []ronda.MaskedKind) string {
	var parts []string
	for _, k := range kinds {
		parts = append(parts, p.T("masked."+k.Kind, "n", k.Count))
	}
	return p.List(parts)
}
