package web

import (
	"math"
	"strconv"

	"ronda"
	"ronda/internal/portal"
	"ronda/internal/portal/chart"
)

// tile is a province on the map.
type tile struct {
	Code, Short, Name, N, Path string
	Col, Row, Step             int // Step: 0 is zero, 1 to 5 the ramp
	NoContest                  bool
	NoData                     bool
	Label                      string
}

// strip is an island group with its provinces, for phones.
type strip struct {
	Name  string
	Tiles []tile
}

// tileMap is the national map: a tile for each province.
type tileMap struct {
	Title, Sub string
	Tiles      []tile
	Strips     []strip
	Steps      []string // the legend's spans
	Rows       [][]string
	Head       []string
	CSV        string
}

// tiles draws cases by province. Zero, no data and no contest look different.
func (d dataView) tiles() tileMap {
	m := tileMap{Head: d.head("region", "cases", "acts", "down"), CSV: d.Prefix + "/data/bagan/peta.csv" + d.suffix()}
	all := d.provinces()
	most, top, zero := 0, "", 0
	for _, code := range d.pack.Children("") {
		n := all[code].Cases
		if n > most {
			most, top = n, code
		}
		if n == 0 {
			zero++
		}
	}
	bounds := ramp(most)
	hide := d.hidden(all)
	groups := map[string]int{}
	for _, code := range d.pack.Children("") {
		r, _ := d.pack.Region(code)
		p := all[code]
		t := tile{Code: code, Short: r.Short, Name: r.Name, N: d.Value(p.Cases), Col: r.Col, Row: r.Row, Path: "/wilayah/" + code, NoContest: !d.governor(code)}
		// The figures hold every region of the pack; what is unknown is a filter that asks for another region.
		t.NoData = d.filter.Region != "" && !d.pack.Within(code, d.filter.Region) && !d.pack.Within(d.filter.Region, code)
		for t.Step < len(bounds) && p.Cases > 0 && (t.Step == 0 || p.Cases > bounds[t.Step-1]) {
			t.Step++
		}
		switch {
		case t.NoData:
			t.N, t.Label = "–", d.T("portal.map.label_none", "name", r.Name)
		case hide[code]:
			t.N, t.Step, t.Label = d.T("portal.few"), 1, d.T("portal.map.label_few", "name", r.Name)
		case t.NoContest:
			t.Label = d.T("portal.map.label_no_contest", "name", r.Name, "n", p.Cases)
		default:
			t.Label = d.T("portal.map.label", "name", r.Name, "n", p.Cases)
		}
		m.Tiles = append(m.Tiles, t)
		island := islandOf(code)
		if _, ok := groups[island]; !ok {
			groups[island] = len(m.Strips)
			m.Strips = append(m.Strips, strip{Name: d.T("portal.island." + island)})
		}
		m.Strips[groups[island]].Tiles = append(m.Strips[groups[island]].Tiles, t)
		row := []string{r.Name, t.N, d.Value(p.Acts), d.Value(p.Down)}
		if t.NoData {
			row[2], row[3] = "–", "–"
		}
		m.Rows = append(m.Rows, row)
	}
	from := 1
	for _, b := range bounds {
		if b < from {
			continue
		}
		s := d.Value(b)
		if from < b {
			s = d.Value(from) + "–" + s
		}
		m.Steps = append(m.Steps, s)
		from = b + 1
	}
	m.Sub = d.T("portal.denominator.cases", "n", d.figures.Cases)
	m.Title = d.T("portal.map.none")
	if most > 0 {
		m.Title = d.T("portal.map.title", "name", d.pack.RegionName(top), "n", most, "zero", zero)
	}
	return m
}

// hidden tells which provinces' counts are not shown: under a filter by category a small one could single a person out.
func (d dataView) hidden(all map[string]portal.RegionFigures) map[string]bool {
	out := map[string]bool{}
	if d.filter.Category == "" {
		return out
	}
	codes := d.pack.Children("")
	counts := make([]int, len(codes))
	for i, code := range codes {
		counts[i] = all[code].Cases
	}
	for i, hide := range portal.Suppress(counts) {
		out[codes[i]] = hide
	}
	return out
}

// governor tells whether a province elects its governor.
func (d dataView) governor(code string) bool {
	for _, c := range d.pack.ContestsIn(code) {
		if c.Region == code {
			return true
		}
	}
	return false
}

// ramp are the upper bounds of up to five steps, each a like multiple of the one before: few cases differ as visibly as many.
func ramp(most int) []int {
	out := []int{}
	for i := 1; i <= 5; i++ {
		b := int(math.Round(math.Pow(float64(max(most, 1)), float64(i)/5)))
		if len(out) == 0 || b > out[len(out)-1] {
			out = append(out, b)
		}
	}
	return out
}

// islandOf names the group of islands by the first digit of the official code, which follows them.
func islandOf(code string) string {
	n, err := strconv.Atoi(code)
	switch {
	case err != nil:
		return "other"
	case n < 30:
		return "sumatra"
	case n < 50:
		return "java"
	case n < 60:
		return "nusa"
	case n < 70:
		return "kalimantan"
	case n < 80:
		return "sulawesi"
	case n < 90:
		return "maluku"
	}
	return "papua"
}

// Place says in which column and row of the grid a tile lies, as classes.
func (t tile) Place() string { return "tc" + strconv.Itoa(t.Col) + " tr" + strconv.Itoa(t.Row) }

// kindOf names a contest in words.
func (d dataView) kindOf(c ronda.Contest) string {
	for _, k := range d.pack.ContestKinds {
		if k.ID == c.Kind {
			return k.Name.In(d.Lang)
		}
	}
	return c.Kind
}

// defs are the patterns of the drawings.
func (dataPage) Defs() any { return chart.Defs() }
