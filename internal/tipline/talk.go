package tipline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ronda"
	"ronda/internal/i18n"
)

// Talk is the conversation as a pure state machine. It knows the election, the texts and the site's address, and nothing else: no clock, no store, no
// network. Its fields are set once.
type Talk struct {
	Pack   *ronda.Pack
	Texts  *i18n.Catalogue
	Places *Places
	Base   string // public address of the site, without a slash at its end
	Room   int    // how many choices the application can show at once
}

// Next answers an event.
func (t *Talk) Next(s State, e Event, now time.Time) Outcome {
	s = s.fresh(now)
	switch e := e.(type) {
	case Said:
		return t.hear(s, e.Incoming, now)
	case Checked:
		return t.checked(s, e, now)
	case Allowed:
		return t.allowed(s, e)
	case Reported:
		return t.reported(s, e, now)
	case Opened:
		return t.opened(s, e, now)
	case Erased:
		say := t.say(s, "tip.erased")
		if e.Held > 0 {
			say[0].Body += "\n\n" + t.printer(s).T("tip.erased.held", "n", e.Held)
		}
		return Outcome{State: State{Lang: s.Lang}, Say: say, Forget: true}
	}
	return Outcome{State: s}
}

// hear takes a message by its kind.
func (t *Talk) hear(s State, in Incoming, now time.Time) Outcome {
	if s.Lang == "" {
		s.Lang = t.language(in.Lang)
	}
	if in.Group {
		return t.hearGroup(s, in)
	}
	switch in.Kind {
	case KindText:
		return t.hearText(s, in, now)
	case KindChoice:
		return t.choose(s, in.Choice, now)
	case KindPicture:
		return t.hearPicture(s, in)
	case KindEdited:
		return t.hearEdited(s, in)
	case KindDeleted:
		if s.Draft != nil && s.Draft.Source == in.Source && in.Source != "" {
			s = s.rest()
		}
		return Outcome{State: s}
	case KindStart:
		s.Quiet = false
		return t.help(s.rest())
	case KindBlocked:
		s.Quiet = true
		return Outcome{State: s.rest()}
	case KindFlood:
		return Outcome{State: s, Say: t.say(s, "tip.flood")}
	}
	return t.unreadable(s, in, now)
}

// language is one of ours: that of the application's settings at the first word, for whoever uses it in English.
func (t *Talk) language(hint string) string {
	short, _, _ := strings.Cut(hint, "-")
	if slices.Contains(t.Texts.Languages(), short) {
		return short
	}
	return t.Texts.Languages()[0]
}

// hearGroup answers in a group, where it speaks only if it was called, and only about a message: what is personal is done in private.
func (t *Talk) hearGroup(s State, in Incoming) Outcome {
	if !in.Called {
		return Outcome{State: s}
	}
	s = s.rest()
	text := in.Text
	switch w, rest := readWord(text); {
	case w == wordCheck && rest != "":
		text = rest
	case (w == wordCheck || strings.TrimSpace(text) == "") && in.Quoted != "":
		text = in.Quoted
	case w == wordEnglish || w == wordBahasa:
		s.Lang = string(w)
		return Outcome{State: s, Say: t.say(s, "tip.group.help")}
	case w != "" && w != wordCheck, strings.TrimSpace(text) == "", w == wordCheck && in.Kind == KindText:
		return Outcome{State: s, Say: t.say(s, "tip.group.help")}
	}
	switch in.Kind {
	case KindText:
		return Outcome{State: s, Do: Check{Text: text, Group: true}}
	case KindPicture:
		return Outcome{State: s, Do: Check{Text: in.Text, Media: in.Media, Group: true}}
	}
	return Outcome{State: s, Say: t.say(s, "tip.group.help")}
}

// hearText takes a typed or forwarded text: a command, an answer to what was asked, a code, or a message to check.
func (t *Talk) hearText(s State, in Incoming, now time.Time) Outcome {
	text := strings.TrimSpace(in.Text)
	if s.Step == StepErase {
		if id, ok := t.picked(s, text); ok {
			return t.choose(s, id, now)
		}
		if w, _ := readWord(text); w == wordErase {
			return t.askErase(s, now)
		}
		return Outcome{State: s.rest(), Say: t.say(s, "tip.erase.kept")}
	}
	if id, ok := t.picked(s, text); ok {
		return t.choose(s, id, now)
	}
	if w, rest := readWord(text); w != "" {
		if out, ok := t.obey(s, w, rest, now); ok {
			return out
		}
	}
	if code, ok := findCode(text); ok {
		return Outcome{State: s, Do: Open{Code: code}}
	}
	switch s.Step {
	case StepAnswer:
		return Outcome{State: s, Do: Add{Code: s.Ticket, Text: text}}
	case StepRegion, StepFollow:
		if shortAnswer(text) {
			return t.namedRegion(s, text, now)
		}
	case StepCategory:
		if shortAnswer(text) {
			s, m := s.offer(Message{Ask: t.printer(s).T("tip.category.again"), Choices: s.Offered})
			return Outcome{State: s, Say: []Message{m}}
		}
	}
	return t.checkText(s, text, in.origin(), false)
}

// shortAnswer tells whether a text can be an answer to a question. A longer one is a new message to check, and so is an address.
func shortAnswer(text string) bool {
	return len(strings.Fields(text)) <= 6 && len(text) <= 80 && !strings.Contains(text, "://") && !strings.Contains(text, "\n")
}

// checkText asks for a check, unless there is nothing in the text that could be checked.
func (t *Talk) checkText(s State, text, source string, edited bool) Outcome {
	letters := 0
	for range strings.Join(strings.Fields(text), "") {
		letters++
	}
	if letters == 0 {
		return Outcome{State: s, Say: t.say(s, "tip.empty")}
	}
	if letters < 12 && !strings.Contains(text, ".") {
		return Outcome{State: s.rest(), Say: t.say(s, "tip.short")}
	}
	return Outcome{State: s.rest(), Do: Check{Text: text, Source: source, Edited: edited}}
}

// hearPicture takes a picture: evidence for a ticket that asked, or a message to check.
func (t *Talk) hearPicture(s State, in Incoming) Outcome {
	if s.Step == StepAnswer {
		return Outcome{State: s, Do: Add{Code: s.Ticket, Text: strings.TrimSpace(in.Text), Media: in.Media}}
	}
	return Outcome{State: s.rest(), Do: Check{Text: strings.TrimSpace(in.Text), Media: in.Media, Source: in.origin()}}
}

// hearEdited checks a message again if it is still the one that is talked about. Others were answered as they were.
func (t *Talk) hearEdited(s State, in Incoming) Outcome {
	if s.Draft == nil || s.Draft.Source != in.Source || in.Source == "" || s.Step != StepResult {
		return Outcome{State: s}
	}
	if in.Media.Ref != "" {
		return Outcome{State: s.rest(), Do: Check{Text: strings.TrimSpace(in.Text), Media: in.Media, Source: in.Source, Edited: true}}
	}
	return t.checkText(s, strings.TrimSpace(in.Text), in.Source, true)
}

// unreadable answers what cannot be read here, and says what to send instead. Words below it are checked like any others.
func (t *Talk) unreadable(s State, in Incoming, now time.Time) Outcome {
	key := "tip.cannot." + string(in.Kind)
	if !t.printer(s).Has(key) {
		key = "tip.cannot.other"
	}
	if s.Step == StepRegion || s.Step == StepFollow {
		if in.Kind == KindLocation {
			return Outcome{State: s, Say: t.say(s, "tip.region.no_location")}
		}
	}
	say := t.say(s, key)
	if text := strings.TrimSpace(in.Text); text != "" {
		out := t.checkText(s, text, in.origin(), false)
		out.Say = append(t.say(s, "tip.cannot.but_text"), out.Say...)
		return out
	}
	return Outcome{State: s, Say: say}
}

// picked finds the choice that was typed: its number, or its label.
func (t *Talk) picked(s State, text string) (string, bool) {
	q := fold(text)
	if n, err := strconv.Atoi(strings.Trim(q, " .)")); err == nil && len(q) <= 3 {
		if n >= 1 && n <= len(s.Offered) {
			return s.Offered[n-1].ID, true
		}
		return "", false
	}
	for _, c := range s.Offered {
		if q != "" && (q == fold(c.Label) || q == fold(c.Full)) {
			return c.ID, true
		}
	}
	if len(s.Offered) == 0 {
		return "", false
	}
	// "ya" and "tidak" answer a question whose choices say the same in other words.
	for word, id := range map[string]string{"ya": "yes", "iya": "yes", "yes": "yes", "y": "yes", "boleh": "yes", "tidak": "no", "tdk": "no", "gak": "no", "nggak": "no", "no": "no", "jangan": "no"} {
		if q != word {
			continue
		}
		for _, c := range s.Offered {
			if strings.HasSuffix(c.ID, "/"+id) {
				return c.ID, true
			}
		}
	}
	return "", false
}

// printer writes in the conversation's language, with the clock of the person's region.
func (t *Talk) printer(s State) i18n.Printer { return t.Texts.Printer(s.Lang, t.Pack.Zone(s.Region)) }

// say is one message of one text.
func (t *Talk) say(s State, key string, args ...any) []Message {
	return []Message{{Body: t.printer(s).T(key, args...)}}
}

// offer notes the choices of a message in the state and returns both.
func (s State) offer(m Message) (State, Message) {
	s.Offered = m.Choices
	return s, m
}

// tag is the id of a choice about the present draft.
func (s State) tag(id string) string { return fmt.Sprintf("%d/%s", s.Turn, id) }

// page is the address of a page of the site in the conversation's language.
func (t *Talk) page(s State, path string) string {
	if s.Lang != "" && s.Lang != t.Texts.Languages()[0] {
		path = "/" + s.Lang + path
	}
	return t.Base + path
}

// fault writes what is wrong for the person. A chat has no form and no fields, so some faults have words of their own here.
func (t *Talk) fault(s State, err error) string {
	p := t.printer(s)
	e, ok := err.(*ronda.Error)
	if ok && len(e.Fields) > 0 {
		e = e.Fields[0]
	}
	if ok && p.Has("tip.fault."+e.Code) {
		args := []any{}
		for k, v := range e.Args {
			args = append(args, k, v)
		}
		return p.T("tip.fault."+e.Code, args...)
	}
	if ok {
		return p.Error(e)
	}
	return p.T("tip.trouble")
}
