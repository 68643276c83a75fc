package calendar_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"ronda/internal/notice/calendar"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// The same moment is shown in each region's own time.
func TestZones(t *testing.T) {
	t.Parallel()
	due := time.Date(2024, 11, 24, 17, 0, 0, 0, time.UTC) // the first second of the quiet period in Jakarta
	out := string(calendar.Write("Tenggat; saya", []calendar.Entry{
		{UID: "n1@ronda.test", Due: due, Zone: zone(t, "Asia/Jakarta"), Summary: "Perintah 1, TikTok", URL: "https://ronda.test/a"},
		{UID: "n2@ronda.test", Due: due, Zone: zone(t, "Asia/Jayapura"), Summary: "Perintah 2", URL: "https://ronda.test/b"},
	}, due))
	for _, want := range []string{"DTEND;TZID=Asia/Jakarta:20241125T000000\r\n", "DTEND;TZID=Asia/Jayapura:20241125T020000\r\n", "TZOFFSETTO:+0700\r\n", "TZOFFSETTO:+0900\r\n",
		"SUMMARY:Perintah 1\\, TikTok\r\n", "X-WR-CALNAME:Tenggat\\; saya\r\n", "UID:n1@ronda.test\r\n", "DTSTAMP:20241124T170000Z\r\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Count(out, "BEGIN:VTIMEZONE") != 2 || strings.Count(out, "BEGIN:VEVENT") != 2 {
		t.Error("zones or entries are not there once each")
	}
}

// Whatever stands in a summary, no line is longer than 75 bytes and none begins in the middle of something.
func TestLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab;,\\\n\r\x00é😀 BEGIN:END"))).Draw(rt, "text")
		out := string(calendar.Write("x", []calendar.Entry{{UID: "u", Due: time.Unix(1732000000, 0), Zone: time.UTC, Summary: text, URL: "https://ronda.test/"}}, time.Unix(0, 0)))
		if !strings.HasSuffix(out, "END:VCALENDAR\r\n") {
			rt.Fatal("no end")
		}
		for _, l := range strings.Split(strings.TrimSuffix(out, "\r\n"), "\r\n") {
			if len(l) > 75 || strings.ContainsAny(l, "\r\n\x00") {
				rt.Fatalf("line %q", l)
			}
		}
		if strings.Count(strings.ReplaceAll(out, "\r\n ", ""), "\r\nBEGIN:VEVENT\r\n") != 1 {
			rt.Fatal("a text makes an entry of its own")
		}
	})
}
