// Package demo makes a demonstration election: invented reports, cases in every stage, acts and answers, on the real pack, by the same rules that
// real cases obey. The same seed gives the same state.
package demo

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"ronda"
)

// Start is when the demonstration takes place: a week before voting day, in the morning in Jakarta. Its clock runs on from there.
var Start = time.Date(2024, 11, 20, 2, 30, 0, 0, time.UTC)

// Drawer turns a change of a case into everything that it owes, as the server does.
type Drawer interface {
	Change(c ronda.Case, events []ronda.Event) (ronda.Change, error)
}

// State is a demonstration before it is saved.
type State struct {
	People []Person
	Cases  []Planned
	// Appeals are saved after the cases that they are about.
	Appeals []PlannedAppeal
	// Partners are saved with the acts that the log is owed for them.
	Partners []PlannedPartner
	// Research are requests for de-identified data.
	Research []PlannedResearch
	// Attempts are what safeguards refused.
	Attempts []ronda.Attempt
	// Corrections are published last.
	Corrections []PlannedCorrection
}

// Planned is one case: the report that opens it, reports that join it, and its history after that.
type Planned struct {
	First   ronda.Submission
	Joining []ronda.Submission
	Final   *ronda.Change // nil where nothing happened since
	Picture bool          // a screenshot is to be stored for its evidence
}

// Parse understands an address as the server does, so that a visitor's report of an address finds its case here.
type Parse func(raw string) (ronda.ReportAddress, error)

// builder holds what the histories share.
type builder struct {
	parse   Parse
	err     error // first address that nobody understood
	pack    *ronda.Pack
	rnd     *rand.Rand
	ids     ronda.IDs
	drawer  Drawer
	people  map[string]ronda.Actor // by login
	readers []ronda.Actor
	offices map[string]ronda.Actor // one officer for each office
	keep    func(owner string, n int, at time.Time) (ronda.Evidence, error)
	bag     map[string][]story
	n       int
}

// noise is a deterministic source of bytes for ids and codes.
type noise struct{ r *rand.Rand }

// Read fills p.
func (n noise) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(n.r.Uint32())
	}
	return len(p), nil
}

// Accounts lists the people of the demonstration with their account ids.
func Accounts(p *ronda.Pack) []Person {
	people := staff(p, regions(p))
	ids := ronda.IDs{Rand: noise{rand.New(rand.NewPCG(7, 7))}}
	for i := range people {
		people[i].Actor.Account = ids.New(Start.Add(time.Duration(i) * time.Millisecond))
		people[i].Actor.Name, people[i].Actor.Demo = people[i].Name, true
	}
	return people
}

// Build makes the state. Parse understands addresses; keep stores the n-th picture under an owner's key and returns what may be said of it.
func Build(p *ronda.Pack, d Drawer, parse Parse, keep func(owner string, n int, at time.Time) (ronda.Evidence, error)) (*State, error) {
	people := Accounts(p)
	r := rand.New(rand.NewPCG(2024, 1127))
	b := &builder{parse: parse, pack: p, rnd: r, ids: ronda.IDs{Rand: noise{r}}, drawer: d, people: map[string]ronda.Actor{}, offices: map[string]ronda.Actor{}, keep: keep, bag: map[string][]story{}}
	for _, x := range people {
		b.people[x.Login] = x.Actor
		if x.Actor.Org == "bawaslu" && x.Actor.Has(ronda.RoleOfficer) {
			b.readers = append(b.readers, x.Actor)
			b.offices[x.Actor.Office] = x.Actor
		}
	}
	s := &State{People: people}
	for _, line := range plan() {
		for range line.n {
			c, err := b.one(line)
			if err != nil {
				return nil, fmt.Errorf("make case %d (%s): %w", b.n, line.name, err)
			}
			s.Cases = append(s.Cases, c)
			b.n++
		}
	}
	var err error
	s.Corrections = b.corrections()
	s.Research = b.research()
	s.Attempts = b.attempts(s.Cases)
	if s.Appeals, err = b.appeals(s.Cases); err != nil {
		return nil, err
	}
	if s.Partners, err = b.partners(); err != nil {
		return nil, err
	}
	wave, err := b.wave()
	if err != nil {
		return nil, err
	}
	s.Cases = append(s.Cases, wave...)
	return s, b.err
}

// regions are the places of the demonstration in the proportions that the supervisor reported for 2024, and one more in each province.
func regions(p *ronda.Pack) []string {
	weights := []struct {
		code string
		n    int
	}{{"32.73", 14}, {"32.05", 7}, {"19.71", 6}, {"32.71", 6}, {"33.20", 5}, {"18.71", 4}, {"34.04", 3}, {"31", 3}, {"33.74", 3}, {"35.78", 3}, {"12.71", 2}, {"73.71", 2}}
	var out []string
	for _, w := range weights {
		for range w.n {
			out = append(out, w.code)
		}
	}
	for _, code := range p.Children("") {
		if c := p.Children(code); len(c) > 0 && len(p.ContestsIn(c[0])) > 0 {
			out = append(out, c[0])
		}
	}
	return out
}

// platform draws a service in the proportions reported for 2024: seven in ten on TikTok.
func (b *builder) platform() string {
	switch n := b.rnd.IntN(100); {
	case n < 70:
		return "tiktok"
	case n < 84:
		return "facebook"
	case n < 90:
		return "instagram"
	case n < 94:
		return "youtube"
	case n < 96:
		return "x"
	case n < 98:
		return "telegram"
	}
	return "snackvideo"
}

// story draws the next matter in the mix of 74 % hate, 22 % hoaxes, 4 % others, each list used up before it begins again.
func (b *builder) story() story {
	name, list := "other", others
	switch n := b.rnd.IntN(100); {
	case n < 74:
		name, list = "hate", hate
	case n < 96:
		name, list = "hoax", hoaxes
	}
	if len(b.bag[name]) == 0 {
		b.bag[name] = list()
		b.rnd.Shuffle(len(b.bag[name]), func(i, j int) { b.bag[name][i], b.bag[name][j] = b.bag[name][j], b.bag[name][i] })
	}
	s := b.bag[name][0]
	b.bag[name] = b.bag[name][1:]
	return s
}

// digits makes a number of n digits that does not begin with zero.
func (b *builder) digits(n int) string {
	var s strings.Builder
	s.WriteByte(byte('1' + b.rnd.IntN(9)))
	for range n - 1 {
		s.WriteByte(byte('0' + b.rnd.IntN(10)))
	}
	return s.String()
}

// address invents an item of a platform. Its numbers are made up; the account names all begin with "contoh".
func (b *builder) address(platform string) ronda.ReportAddress {
	url := ""
	switch platform {
	case "tiktok":
		id := "7" + b.digits(18)
		url = "https://www.tiktok.com/@contoh." + b.digits(4) + "/video/" + id
	case "facebook":
		id := "1" + b.digits(15)
		url = "https://www.facebook.com/contoh." + b.digits(4) + "/posts/" + id
	case "instagram":
		url = "https://www.instagram.com/p/C" + b.ids.Code(10) + "/"
	case "youtube":
		url = "https://www.youtube.com/watch?v=" + b.ids.Code(11)
	case "x":
		id := "1" + b.digits(18)
		url = "https://x.com/contoh" + b.digits(4) + "/status/" + id
	case "telegram":
		id := b.digits(4)
		url = "https://t.me/contoh_" + b.digits(4) + "/" + id
	default:
		id := "5" + b.digits(18)
		url = "https://www.snackvideo.com/@contoh" + b.digits(4) + "/video/" + id
	}
	a, err := b.parse(url)
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("understand address %s: %w", url, err)
	}
	return a
}

var _ io.Reader = noise{}
