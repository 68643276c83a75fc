package tipline

import (
	"slices"
	"strings"
	"time"
)

// obey carries out a command. It is false for a word that means nothing at this point, and is then a text like any other.
func (t *Talk) obey(s State, w word, rest string, now time.Time) (Outcome, bool) {
	switch w {
	case wordHelp:
		return t.help(s.rest()), true
	case wordHello:
		return t.help(s.rest()), true
	case wordThanks:
		if s.Step == StepAnswer || s.Step == StepRegion || s.Step == StepFollow {
			return Outcome{}, false
		}
		return Outcome{State: s.rest(), Say: t.say(s, "tip.thanks")}, true
	case wordCancel:
		return Outcome{State: s.rest(), Say: t.say(s, "tip.cancelled")}, true
	case wordEnglish, wordBahasa:
		s.Lang = string(w)
		return t.help(s.rest()), true
	case wordErase:
		return t.askErase(s, now), true
	case wordStop:
		return t.stop(s, rest), true
	case wordResume:
		s.Quiet = false
		return t.help(s.rest()), true
	case wordFollow:
		s = s.rest().at(StepFollow, now)
		if rest != "" {
			return t.namedRegion(s, rest, now), true
		}
		return t.askFollow(s), true
	case wordRegion:
		if s.Step == StepRegion || rest == "" {
			return Outcome{}, false
		}
		s = s.rest()
		codes, sure := t.Places.Find(rest)
		if !sure {
			return Outcome{State: s, Say: t.say(s, "tip.region.unknown", "name", rest)}, true
		}
		s.Region = codes[0]
		return Outcome{State: s, Say: t.say(s, "tip.region.kept", "region", t.Pack.RegionName(codes[0]))}, true
	case wordReport:
		if s.Step == StepResult && s.Draft != nil {
			return t.askCategory(s, now), true
		}
		return Outcome{State: s.rest(), Say: t.say(s, "tip.report.how")}, true
	case wordTicket:
		if code, ok := findCode(rest); ok {
			return Outcome{State: s.rest(), Do: Open{Code: code}}, true
		}
		if rest != "" {
			return Outcome{State: s.rest(), Say: t.say(s, "tip.ticket.form")}, true
		}
		return Outcome{State: s.rest(), Say: t.say(s, "tip.ticket.how")}, true
	case wordCheck:
		if rest != "" {
			return Outcome{}, false // "cek …" is checked as it stands
		}
		return Outcome{State: s.rest(), Say: t.say(s, "tip.check.how")}, true
	}
	return Outcome{}, false
}

// help says what can be done here.
func (t *Talk) help(s State) Outcome {
	p := t.printer(s)
	s.Met = true
	parts := []string{p.T("tip.help.check"), p.T("tip.help.report"), p.T("tip.help.follow"), p.T("tip.help.ticket"), p.T("tip.help.words"), p.T("tip.help.privacy", "link", t.page(s, "/privasi"))}
	return Outcome{State: s, Say: []Message{{Head: p.T("tip.help.head"), Body: strings.Join(parts, "\n\n")}}}
}

// stop ends alerts: those for one region if it is named, or everything that comes unasked.
func (t *Talk) stop(s State, rest string) Outcome {
	s = s.rest()
	if rest != "" {
		codes, _ := t.Places.Find(rest)
		for _, code := range codes {
			if slices.Contains(s.Follows, code) {
				s.Follows = slices.DeleteFunc(slices.Clone(s.Follows), func(c string) bool { return c == code })
				return Outcome{State: s, Unfollow: []string{code}, Say: t.say(s, "tip.unfollowed", "region", t.Pack.RegionName(code))}
			}
		}
	}
	s.Follows, s.Quiet = nil, true
	return Outcome{State: s, Unfollow: []string{"*"}, Say: t.say(s, "tip.stopped")}
}

// askErase asks whether everything is really to go, for it cannot be brought back.
func (t *Talk) askErase(s State, now time.Time) Outcome {
	s = s.rest().at(StepErase, now)
	p := t.printer(s)
	s, m := s.offer(Message{Body: p.T("tip.erase.ask"), Ask: p.T("tip.erase.question"), Choices: []Choice{
		{ID: "erase/yes", Label: p.T("tip.erase.yes")}, {ID: "erase/no", Label: p.T("tip.erase.no")}}})
	return Outcome{State: s, Say: []Message{m}}
}

// choose acts on a choice, tapped or typed.
func (t *Talk) choose(s State, id string, now time.Time) Outcome {
	if id == "erase/yes" || id == "erase/no" {
		if s.Step != StepErase {
			return Outcome{State: s, Say: t.say(s, "tip.choice.old")}
		}
		if id == "erase/yes" {
			return Outcome{State: s.rest(), Do: Erase{}}
		}
		return Outcome{State: s.rest(), Say: t.say(s, "tip.erase.kept")}
	}
	if region, ok := strings.CutPrefix(id, "follow/"); ok {
		return t.followed(s, region)
	}
	if !slices.ContainsFunc(s.Offered, func(c Choice) bool { return c.ID == id }) {
		return Outcome{State: s, Say: t.say(s, "tip.choice.old")}
	}
	_, what, _ := strings.Cut(id, "/")
	kind, value, _ := strings.Cut(what, ":")
	switch kind {
	case "report":
		return t.askCategory(s, now)
	case "other":
		return t.notThis(s, now)
	case "yes":
		return Outcome{State: s, Do: Allow{Text: s.Draft.Text}}
	case "no":
		return t.declined(s, now)
	case "category":
		return t.categoryChosen(s, value, now)
	case "more":
		s.Page++
		return t.askCategory(s, now)
	case "region":
		return t.regionChosen(s, value, now)
	case "elsewhere":
		s.Region = ""
		return t.askRegion(s, now)
	case "answer":
		s = s.at(StepAnswer, now)
		return Outcome{State: s, Say: t.say(s, "tip.answer.ask")}
	}
	return Outcome{State: s.rest(), Say: t.say(s, "tip.cancelled")}
}
