package demo

import (
	"fmt"
	"strings"
	"time"

	"ronda"
)

// waveText is what a team's helpers paste into report after report: always the same, but for a word at the end.
const waveText = "Unggahan tim pasangan nomor urut 2 ini bohong semua dan menyesatkan warga Kota Bandung, tolong segera dihapus dari aplikasi sebelum makin banyak orang yang percaya lalu ikut menyebarkannya ke grup keluarga dan tetangga {akhir}"

// Size of the wave: its matters that an officer has looked at, those that nobody has, and the reports of each.
const (
	waveSeen, waveNew           = 3, 1
	waveReports, waveNewReports = 11, 3
)

// wave makes a small coordinated wave against one pair of candidates: three dozen near-identical reports of one morning, from a dozen senders in two
// networks who had never reported anything, about four posts in one city. An officer has looked at three of them.
func (b *builder) wave() ([]Planned, error) {
	const region, contest = "32.73", "mayor-32.73"
	ends := []string{"ya", "min", "cepat", "segera", "tolong"}
	senders, networks := make([]string, 12), []string{b.ids.Code(12), b.ids.Code(12)}
	for i := range senders {
		senders[i] = b.ids.Code(12)
	}
	var out []Planned
	sent := 0
	for n := range waveSeen + waveNew {
		reports := waveReports
		if n >= waveSeen {
			reports = waveNewReports
		}
		h := &history{b: b, story: story{Category: "hoax", Title: "Unggahan tentang rencana kerja sebuah pasangan calon"}, n: 1000 + n,
			now: Start.Add(-5*time.Hour + time.Duration(n)*7*time.Minute)}
		address := b.address("tiktok")
		report := func(joined bool) ronda.Report {
			sent++
			return ronda.Report{ID: b.ids.New(h.now), Code: b.ids.Code(ronda.CodeLength), At: h.now, Channel: "web", Lang: "id", Category: h.story.Category, Region: region, Joined: joined,
				Text: strings.ReplaceAll(waveText, "{akhir}", ends[sent%len(ends)]), Addresses: []ronda.ReportAddress{address}, Sender: senders[sent%len(senders)], Network: networks[sent%len(networks)]}
		}
		c, events := ronda.Open(ronda.Opening{Title: h.story.Title, Category: h.story.Category, Region: region, Items: []ronda.Item{address.Item()}}, ronda.System(), h.env())
		h.c, h.holder = c, b.offices[c.Office]
		p := Planned{First: ronda.Submission{Report: report(false), Keys: []string{address.Key}, Open: ronda.Change{Case: c, Events: events}}}
		for range reports - 1 {
			h.now = h.now.Add(time.Duration(2+b.rnd.IntN(5)) * time.Minute)
			p.Joining = append(p.Joining, ronda.Submission{Report: report(true), Keys: []string{address.Key}, Open: p.First.Open})
		}
		if n < waveSeen {
			which := contest
			h.now = h.now.Add(20 * time.Minute)
			h.do(h.holder, ronda.Take{})
			h.do(h.holder, ronda.Triage{Contest: &which, Urgency: 1})
			if h.err != nil {
				return nil, fmt.Errorf("make the wave: %w", h.err)
			}
			h.c.Version = 2
			h.change.Case = h.c
			p.Final = &h.change
		}
		out = append(out, p)
	}
	return out, nil
}
