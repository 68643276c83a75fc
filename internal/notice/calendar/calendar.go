// Package calendar writes deadlines as a calendar that people subscribe to (RFC 5545). It stands beside the sixth stage and looks nothing up.
//
// It promises: each deadline keeps its identity, so that a moved one moves; times are in the region's own zone; no text of a case gets in, only
// numbers and kinds, because a calendar's address is passed around.
package calendar

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Entry is one deadline.
type Entry struct {
	UID     string // the same for the same clock
	Due     time.Time
	Zone    *time.Location // the region's
	Summary string
	URL     string
}

// length is how long an entry lasts in the calendar: a deadline is its end.
const length = 15 * time.Minute

// Write makes the calendar. Now is when it was made.
func Write(name string, entries []Entry, now time.Time) []byte {
	var b writer
	b.line("BEGIN:VCALENDAR")
	b.line("VERSION:2.0")
	b.line("PRODID:-//Ronda//deadlines//ID")
	b.line("CALSCALE:GREGORIAN")
	b.line("X-WR-CALNAME:" + escape(name))
	b.line("REFRESH-INTERVAL;VALUE=DURATION:PT15M")
	zones := map[string]bool{}
	for _, e := range entries {
		if z := e.Zone.String(); !zones[z] {
			zones[z] = true
			b.zone(e.Zone, e.Due)
		}
	}
	for _, e := range entries {
		b.line("BEGIN:VEVENT")
		b.line("UID:" + escape(e.UID))
		b.line("DTSTAMP:" + now.UTC().Format("20060102T150405Z"))
		b.line("DTSTART;TZID=" + e.Zone.String() + ":" + e.Due.Add(-length).In(e.Zone).Format("20060102T150405"))
		b.line("DTEND;TZID=" + e.Zone.String() + ":" + e.Due.In(e.Zone).Format("20060102T150405"))
		b.line("SUMMARY:" + escape(e.Summary))
		b.line("URL:" + e.URL)
		b.line("TRANSP:TRANSPARENT")
		b.line("BEGIN:VALARM")
		b.line("ACTION:DISPLAY")
		b.line("DESCRIPTION:" + escape(e.Summary))
		b.line("TRIGGER;RELATED=END:-PT1H")
		b.line("END:VALARM")
		b.line("END:VEVENT")
	}
	b.line("END:VCALENDAR")
	return b.Bytes()
}

type writer struct{ bytes.Buffer }

// zone describes a zone by the offset that it has at the time: Indonesia's zones have no summer time.
func (b *writer) zone(z *time.Location, at time.Time) {
	name, offset := at.In(z).Zone()
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	o := fmt.Sprintf("%c%02d%02d", sign, offset/3600, offset/60%60)
	b.line("BEGIN:VTIMEZONE")
	b.line("TZID:" + z.String())
	b.line("BEGIN:STANDARD")
	b.line("DTSTART:19700101T000000")
	b.line("TZOFFSETFROM:" + o)
	b.line("TZOFFSETTO:" + o)
	b.line("TZNAME:" + name)
	b.line("END:STANDARD")
	b.line("END:VTIMEZONE")
}

// line writes a content line, folded at 75 bytes without cutting a character (RFC 5545 section 3.1).
func (b *writer) line(s string) {
	const most = 75
	room := most
	for len(s) > room {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s, room = s[cut:], most-1
	}
	b.WriteString(s + "\r\n")
}

// escape writes text as a value (RFC 5545 section 3.3.11). Control characters would end the line.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, "\n", `\n`).Replace(s)
}
