package tipline

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ronda"
)

// names are how people call regions besides their official names, by the country of a pack.
//
//go:embed names.json
var names []byte

// Places finds regions by what people type.
type Places struct {
	list []place
}

// place is one way to call a region.
type place struct {
	code  string
	own   string   // "sleman"
	whole string   // "kabupaten sleman"
	words []string // of own
	level string
}

// levels are the words before a region's own name.
var levels = []string{"kabupaten", "kab.", "kab", "kota administrasi", "kota", "provinsi", "prov.", "prov", "pemkab", "pemkot", "regency of", "city of", "daerah istimewa", "di"}

// NewPlaces prepares the names of a pack's regions.
func NewPlaces(p *ronda.Pack) (*Places, error) {
	var all map[string]map[string]string
	if err := json.Unmarshal(names, &all); err != nil {
		return nil, fmt.Errorf("read names of regions: %w", err)
	}
	out := &Places{}
	add := func(r ronda.Region, name string) {
		whole := fold(name)
		own := ownName(whole)
		out.list = append(out.list, place{code: r.Code, own: own, whole: whole, words: strings.Fields(own), level: r.Level})
	}
	for _, r := range p.Regions {
		if r.Code != "" {
			add(r, r.Name)
		}
	}
	for name, code := range all[p.Country] {
		if r, ok := p.Region(code); ok {
			add(r, name)
		}
	}
	slices.SortStableFunc(out.list, func(a, b place) int { return strings.Compare(a.code, b.code) })
	return out, nil
}

func ownName(s string) string {
	for _, l := range levels {
		if rest, ok := strings.CutPrefix(s, l+" "); ok {
			return strings.TrimSpace(rest)
		}
	}
	return s
}

// maxPlaces is how many regions are offered at once.
const maxPlaces = 5

// Find lists regions that the text may mean, the likeliest first. sure says that there is no doubt about the first.
func (p *Places) Find(text string) (codes []string, sure bool) {
	q := fold(text)
	if q == "" || len(q) > 80 {
		return nil, false
	}
	best := map[string]int{}
	for _, x := range p.list {
		if s := score(q, x); s > best[x.code] {
			best[x.code] = s
		}
	}
	for code := range best {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b string) int {
		if best[a] != best[b] {
			return best[b] - best[a]
		}
		return strings.Compare(a, b)
	})
	if len(codes) == 0 {
		return nil, false
	}
	top := best[codes[0]]
	cut := codes[:0]
	for _, c := range codes {
		if best[c] >= top-25 && len(cut) < maxPlaces {
			cut = append(cut, c)
		}
	}
	// "sleman" is one place; "bandung" is a regency and a city, and a third that begins like them.
	return cut, top >= 90 && (len(cut) == 1 || best[cut[1]] < 90)
}

// score says how well a typed name fits, 0 to 100. Exact names win, then beginnings, then names with a slip of the finger.
func score(q string, x place) int {
	own := ownName(q)
	switch {
	case q == x.whole:
		return 100
	case own != q && own == x.own && sameLevel(q, x.level):
		return 100
	case own != q && own == x.own && !strings.HasPrefix(q, "di "): // the other level was named
		return 60
	case own == x.own:
		return 92
	case len(own) >= 3 && strings.HasPrefix(x.own, own+" "):
		return 80
	case len(own) >= 4 && slices.Contains(x.words, own):
		return 70
	case len(own) >= 4 && strings.HasPrefix(x.own, own):
		return 70
	}
	if allowed := slips(own); allowed > 0 && distance(own, x.own, allowed) <= allowed {
		return 72 - 8*distance(own, x.own, allowed)
	}
	return 0
}

// sameLevel tells whether the word before the name means the region's level.
func sameLevel(q, level string) bool {
	switch {
	case strings.HasPrefix(q, "kota"), strings.HasPrefix(q, "pemkot"), strings.HasPrefix(q, "city"):
		return level == "city"
	case strings.HasPrefix(q, "kab"), strings.HasPrefix(q, "pemkab"), strings.HasPrefix(q, "regency"):
		return level == "regency"
	case strings.HasPrefix(q, "prov"), strings.HasPrefix(q, "daerah istimewa"):
		return level == "province"
	}
	return true
}

// slips is how many wrong letters are forgiven.
func slips(name string) int {
	switch n := len([]rune(name)); {
	case n < 5:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// distance counts the letters to change, add, drop or swap between two names, up to one more than most.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > most || -d > most {
		return most + 1
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(x); i++ {
		two, one, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		rows[0], rows[1], rows[2] = one, row, two
	}
	return rows[1][len(y)]
}
