package portal

import (
	"cmp"
	"slices"

	"ronda"
)

// Reading is what the public may count about one reader's conclusion: whose office it was, and whether the reader found none of the reasons to stay.
type Reading struct {
	Office string `json:"o"`
	None   bool   `json:"n,omitempty"`
}

// mostReadings are the readings of one round: two, and a third where they differ.
const mostReadings = 3

// readingsOf derives the readings of the case's last round, in seat order.
func readingsOf(c ronda.Case) []Reading {
	var out []Reading
	for _, a := range c.Assessments {
		if a.Round != c.Round || len(out) == mostReadings {
			continue
		}
		none := !slices.ContainsFunc(a.Exclusions, func(x ronda.Exclusion) bool { return x.Applies })
		out = append(out, Reading{Office: a.Office, None: none})
	}
	return out
}

// OfficeFigures count the readings of one office.
type OfficeFigures struct {
	Office   string
	Readings int
	None     int // of these found that no reason to stay applies
}

// Few tells whether the readings are so few that they would speak of one person: 1 to 4.
func (o OfficeFigures) Few() bool { return o.Readings > 0 && o.Readings < least }

// readingRow keeps the readings of one case: the number of the office, doubled, plus one for none; 0 is no reading.
type readingRow [mostReadings]uint16

func (c *Cube) readingRow(list []Reading) (row readingRow) {
	for i, r := range list[:min(len(list), mostReadings)] {
		row[i] = c.offices.number(r.Office) << 1
		if r.None {
			row[i]++
		}
	}
	return row
}

// Offices counts readings by office under a filter, those with the most first.
func (c *Cube) Offices(f Filter) []OfficeFigures {
	c.mu.RLock()
	defer c.mu.RUnlock()
	t := c.test(f)
	if t.none {
		return nil
	}
	n := make([]OfficeFigures, len(c.offices.list))
	for i := range c.cases {
		if c.readings[i] == (readingRow{}) || c.cases[i].bits&bitSkip != 0 || !t.matter(&c.cases[i]) {
			continue
		}
		for _, r := range c.readings[i] {
			n[r>>1].Readings++
			n[r>>1].None += int(r & 1)
		}
	}
	var out []OfficeFigures
	for i, o := range n {
		if i > 0 && o.Readings > 0 { // 0 stands for no reading
			o.Office = c.offices.list[i]
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b OfficeFigures) int { return cmp.Or(b.Readings-a.Readings, cmp.Compare(a.Office, b.Office)) })
	return out
}

// Offices counts readings by office under a filter.
func (p *Portal) Offices(f Filter) []OfficeFigures { return p.cube.Offices(f) }
