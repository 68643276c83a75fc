package letter

import (
	"strings"

	"ronda"
)

// A section whose Parts are empty does not appear in the letter.

// sections are all that the letter may have, in order. A withdrawal gives its reason and nothing that could be taken for a request.
func (w writer) sections() []section {
	if w.d.Withdrawn != "" {
		return []section{w.section("reasons", w.words(w.d.Withdrawn)...)}
	}
	return []section{w.asked(), w.rule(), w.determination(), w.reasons(), w.analysis(), w.facts(), w.necessity(), w.decided(), w.evidence(), w.term(), w.rights()}
}

func (w writer) section(key string, parts ...part) section {
	return section{Title: w.T("letter.section." + key), Parts: parts}
}

// words makes one part of each paragraph that somebody wrote.
func (w writer) words(text string) []part {
	var out []part
	for _, p := range strings.Split(strings.TrimSpace(text), "\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, part{Text: p, Lang: w.foreign()})
		}
	}
	return out
}

// foreign is the language that people wrote in, where the letter is in another.
func (w writer) foreign() string {
	if w.d.Language == w.Lang {
		return ""
	}
	return w.d.Language
}

func (w writer) asked() section {
	if w.d.Warning > 0 {
		s := w.section("asks")
		if asks := w.text(w.d.WarningAsks); asks != "" {
			s.Parts = append(s.Parts, part{Text: asks})
		}
		return s
	}
	if w.d.Measure == ronda.MeasureNone || w.d.Measure == "" {
		return section{}
	}
	text := w.T("letter.measure."+string(w.d.Measure), "country", country(w.d.Country, w.Lang)) + " " + w.T("letter.measure.only")
	return w.section("asked", part{Text: text})
}

// country names the few countries whose packs exist; any other code stands for itself.
func country(code, _ string) string {
	if code == "ID" {
		return "Indonesia"
	}
	return code
}

func (w writer) rule() section {
	r := w.d.Rule
	title := r.Cite
	if r.Law != "" {
		title += " (" + r.Law + ")"
	}
	if t := w.text(r.Title); t != "" {
		title += ": " + t
	}
	key := "rule"
	version := " " + w.T("letter.rule.version", "date", w.date(r.At))
	if r.Policy {
		key, version = "policy", ""
	}
	s := w.section(key, part{Text: strings.TrimSuffix(title, ".") + "." + version, Link: r.URL})
	switch {
	case r.Text != "":
		s.Parts = append(s.Parts, part{Lead: w.T("letter.rule.text"), Text: r.Text, Lang: w.foreign(), Quote: true})
		if !r.Verified {
			s.Parts = append(s.Parts, part{Text: w.T("letter.rule.text.check"), Note: true})
		}
	case len(r.Summary) > 0:
		s.Parts = append(s.Parts, part{Lead: w.T("letter.rule.summary"), Text: w.text(r.Summary), Quote: true})
	}
	for _, x := range r.Rulings {
		s.Parts = append(s.Parts, part{Text: w.T("letter.rule.ruling", "cite", x.Cite, "effect", w.text(x.Effect))})
	}
	return s
}

func (w writer) determination() section {
	x := w.d.Determination
	if x == nil {
		return section{}
	}
	return w.section("determination", part{Text: w.T("letter.determination", "agency", x.Agency, "number", x.Number, "date", w.date(x.Date), "subject", x.Subject)})
}

func (w writer) reasons() section  { return w.section("reasons", w.words(w.d.Explanation)...) }
func (w writer) analysis() section { return w.section("analysis", w.words(w.d.Analysis)...) }
func (w writer) facts() section    { return w.section("facts", w.words(w.d.NewFacts)...) }

func (w writer) necessity() section {
	parts := w.words(w.d.Necessity)
	if len(parts) > 0 && len(w.d.Milder) > 0 {
		var names []string
		for _, m := range w.d.Milder {
			names = append(names, w.T("letter.milder."+string(m)))
		}
		parts = append(parts, part{Text: w.T("letter.necessity.milder", "list", w.list(names))})
	}
	return w.section("necessity", parts...)
}

func (w writer) decided() section {
	if len(w.d.Readers) == 0 {
		return section{}
	}
	var offices []string
	for _, o := range w.d.Readers {
		offices = append(offices, w.text(o))
	}
	return w.section("decided", part{Text: w.T("letter.decided", "n", len(offices), "list", w.list(offices))})
}

func (w writer) evidence() section {
	s := w.section("evidence")
	for _, e := range w.d.Evidence {
		kind := "letter.evidence.kind." + e.Kind
		if !w.Has(kind) {
			kind = "letter.evidence.kind.document"
		}
		s.Parts = append(s.Parts, part{Text: w.T(kind) + ", " + w.T("letter.evidence.sha", "hash", e.SHA256), Note: true})
	}
	return s
}

func (w writer) term() section {
	t := w.d.Term
	if t.Hours == 0 && t.Days == 0 {
		return w.section("term", part{Text: w.T("letter.term.none")})
	}
	span := w.T("letter.term.hours", "n", t.Hours)
	if t.Days > 0 {
		span = w.T("letter.term.days", "n", t.Days)
	}
	text := w.T("letter.term.target", "span", span)
	if t.Legal {
		text = w.T("letter.term.law", "span", span, "cite", t.Cite)
	}
	switch {
	case t.ReceivedAt.IsZero():
		text += " " + w.T("letter.term.waiting")
	case !t.DueAt.IsZero():
		text += " " + w.T("letter.term.received", "received", w.moment(t.ReceivedAt), "due", w.moment(t.DueAt))
	}
	if t.Pauses && t.MaxPause > 0 {
		text += " " + w.T("letter.term.pause", "n", t.MaxPause)
	}
	return w.section("term", part{Text: text})
}

func (w writer) rights() section {
	answer := w.T("letter.rights.answer.platform")
	if w.d.Act == ronda.Request {
		answer = w.T("letter.rights.answer.ministry")
	} else {
		answer += " " + w.T("letter.rights.report", "sender", w.text(w.d.Sender.Name))
	}
	s := w.section("rights", part{Text: answer})
	if w.d.AppealDays > 0 {
		s.Parts = append(s.Parts, part{Text: w.T("letter.rights.appeal", "n", w.d.AppealDays) + " " + w.T("letter.rights.court")},
			part{Text: strings.TrimSuffix(w.T("letter.rights.appeal.at", "url", ""), " "), Link: w.d.AppealURL()})
	}
	return s
}
