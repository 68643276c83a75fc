package web_test

import (
	"os"
	"regexp"
	"testing"
	"time"

	"ronda"
	"ronda/internal/i18n"
)

// Every word of the rules that a page shows has a text in both languages: a new stage, answer or event cannot appear as a raw key.
func TestWordsOfTheRules(t *testing.T) {
	t.Parallel()
	messages, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	add := func(prefix string, words ...string) {
		for _, w := range words {
			keys = append(keys, prefix+w)
		}
	}
	for _, x := range ronda.CaseStages() {
		add("stage.", string(x))
	}
	for _, x := range ronda.NoticeStates() {
		add("notice.", string(x))
	}
	for _, x := range ronda.Answers() {
		add("answer.", string(x))
		add("item.", string(x))
	}
	for _, x := range ronda.Measures() {
		add("measure.", string(x))
	}
	for _, x := range ronda.Targets() {
		add("target.", string(x))
	}
	for _, x := range ronda.Acts() {
		add("act.", string(x), string(x)+".hint")
	}
	for _, x := range ronda.CloseReasons() {
		add("close.", string(x))
		add("ticket.news.closed.", string(x))
	}
	for _, x := range ronda.Roles() {
		add("role.", string(x), string(x)+".hint")
	}
	for _, x := range ronda.Verdicts() {
		add("verdict.", string(x))
	}
	add("exclusion.", ronda.Exclusions()...)
	add("ticket.news.", "reviewing", "merged", "referred", "sent", "acted", "declined", "withdrawn", "reopened", "closed.no_act", "closed.answered", "closed.referred")
	add("close.", string(ronda.CloseAnswered), string(ronda.CloseNoAct), string(ronda.CloseReferredAway))
	source, err := os.ReadFile("../../event.go")
	if err != nil {
		t.Fatal(err)
	}
	events := regexp.MustCompile(`EventKind\s+= "([a-z_.]+)"|= "((?:case|notice|item)\.[a-z_]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(events) < 30 {
		t.Fatalf("found only %d kinds of event", len(events))
	}
	for _, m := range events {
		add("event.", m[1]+m[2])
	}
	for _, lang := range []string{"id", "en"} {
		p := messages.Printer(lang, time.UTC)
		for _, k := range keys {
			if !p.Has(k) {
				t.Errorf("%s: no text for %s", lang, k)
			}
		}
	}
}
