package portal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/demo"
	"ronda/internal/election"
	"ronda/internal/link"
	"ronda/internal/portal"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
)

// drawer owes jobs and no log entries: these have random salts.
type drawer struct{ p *ronda.Pack }

func (d drawer) Change(c ronda.Case, events []ronda.Event) (ronda.Change, error) {
	return ronda.Change{Case: c, Events: events, Jobs: casework.Jobs(c, events, d.p)}, nil
}

func open(t testing.TB) (*store.DB, *ronda.Pack, *demo.State) {
	t.Helper()
	pack, err := election.Builtin("pilkada-2024")
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Config{Dir: storetest.Dir(t), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	links, err := link.New(pack.Platforms)
	if err != nil {
		t.Fatal(err)
	}
	parse := func(raw string) (ronda.ReportAddress, error) {
		l, err := links.Parse(raw)
		return ronda.ReportAddress{Given: l.Input, Platform: l.Platform, Kind: l.Kind, Canonical: l.Canonical, Key: l.Key}, err
	}
	state, err := demo.Build(pack, drawer{pack}, parse, func(string, int, time.Time) (ronda.Evidence, error) { return ronda.Evidence{}, nil })
	if err != nil {
		t.Fatal(err)
	}
	return db, pack, state
}

func clock() time.Time { return demo.Start }

// number gives the events their numbers, as the publisher does.
func number(t *testing.T, db *store.DB) {
	t.Helper()
	fence, ok, err := db.LeasePublisher(t.Context(), "test", time.Hour)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	for n := 500; n == 500; {
		if n, err = db.PublishEvents(t.Context(), fence); err != nil {
			t.Fatal(err)
		}
	}
}

// play saves cases in a random order, and calls after each with a chance of one in four.
func play(t *testing.T, db *store.DB, state *demo.State, seed uint64, after func()) {
	t.Helper()
	cases := state.Cases
	r := rand.New(rand.NewPCG(seed, 1))
	for _, i := range r.Perm(len(cases)) {
		c := cases[i]
		for _, s := range append([]ronda.Submission{c.First}, c.Joining...) {
			if _, err := db.Submit(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		if c.Final != nil {
			if err := db.SaveChanges(t.Context(), *c.Final); err != nil {
				t.Fatal(err)
			}
		}
		if r.IntN(4) == 0 {
			number(t, db)
			after()
		}
	}
	for _, x := range state.Appeals {
		if err := db.SaveAppeal(t.Context(), x.Save); err != nil {
			t.Fatal(err)
		}
	}
	number(t, db)
	after()
}

var filters = []portal.Filter{{}, {Platform: "tiktok"}, {Org: "bawaslu", Region: "32"}, {Category: "hate_sara", From: 20010, To: 20045},
	{Region: "32.73"}, {Platform: "nowhere"}}

// What was kept event by event, what a process that starts later reads, what a rebuild makes and what a recount of all cases gives are the same.
func TestRollupEqualsRecount(t *testing.T) {
	t.Parallel()
	db, pack, state := open(t)
	zone := pack.Zone("")
	live := portal.New(db, zone, clock)
	if err := live.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	rival := portal.New(db, zone, clock) // another process that follows the same events
	if err := rival.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	turn := 0
	play(t, db, state, 3, func() {
		turn++
		for i, p := range []*portal.Portal{live, rival} {
			if turn%3 == i {
				continue // falls behind, and the other is faster
			}
			if err := p.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
	late, fresh := portal.New(db, zone, clock), portal.New(db, zone, clock)
	for what, err := range map[string]error{"live": live.CatchUp(t.Context()), "rival": rival.CatchUp(t.Context()), "late": late.Load(t.Context())} {
		if err != nil {
			t.Fatal(what, err)
		}
	}
	kept := map[string]portal.Figures{}
	for i, f := range filters {
		want, err := portal.Recount(t.Context(), db, zone, clock(), f)
		if err != nil {
			t.Fatal(err)
		}
		if i < 3 && want.Acts == 0 || i == 0 && want.Objections.Overturned == 0 {
			t.Errorf("%+v counts nothing", f)
		}
		for name, p := range map[string]*portal.Portal{"live": live, "rival": rival, "late": late} {
			if got := p.Figures(f); !reflect.DeepEqual(got, want) {
				t.Errorf("%s %+v:\n got %+v\nwant %+v", name, f, got, want)
			}
		}
		kept[fmt.Sprint(f)] = want
	}
	if err := fresh.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, f := range filters {
		if got := fresh.Figures(f); !reflect.DeepEqual(got, kept[fmt.Sprint(f)]) {
			t.Errorf("rebuilt %+v differs", f)
		}
	}
}

// The numbers of the pages come out of the downloaded files, and each act names its entry of the log.
func TestDownloadsGiveTheFigures(t *testing.T) {
	t.Parallel()
	db, pack, state := open(t)
	play(t, db, state, 5, func() {})
	p := portal.New(db, pack.Zone(""), clock)
	if err := p.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	entry := func(_ context.Context, acts []string) (map[string]int64, error) {
		out := map[string]int64{}
		for _, id := range acts {
			out[id] = int64(len(id))
		}
		return out, nil
	}
	d := &portal.Downloads{Dir: t.TempDir(), Portal: p, Now: clock, LogSize: func(context.Context) (int64, error) { return 7, nil }, LogIndex: entry}
	if err := d.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	m, err := d.Manifest()
	if err != nil || m.LogSize != 7 || len(m.Files) < 12 {
		t.Fatal(m, err)
	}
	files, daily := map[string][]byte{}, 0
	for _, info := range m.Files {
		f, _, err := d.Open(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(f)
		if err != nil || f.Close() != nil {
			t.Fatal(err)
		}
		if h := sha256.Sum256(b); hex.EncodeToString(h[:]) != info.SHA256 || int64(len(b)) != info.Bytes {
			t.Errorf("%s is not what the list says", info.Name)
		}
		if info.Daily && info.Name[len(info.Name)-3:] == "csv" {
			daily += info.Rows
		}
		files[info.Name] = b
	}
	want := p.Figures(portal.Filter{})
	if got := recounted(t, files); !reflect.DeepEqual(got, want) {
		t.Errorf("from the files\n%+v\nand the page has\n%+v", got, want)
	}
	if daily != want.Acts {
		t.Errorf("%d acts by day, %d in all", daily, want.Acts)
	}
	inColumns(t, files, want)
}

// inColumns reads the Parquet and NDJSON forms and finds as many rows, and the same sums, as in the figures.
func inColumns(t *testing.T, files map[string][]byte, want portal.Figures) {
	t.Helper()
	type act struct {
		Act  string `parquet:"act" json:"act"`
		Down int32  `parquet:"down" json:"down"`
		Log  *int64 `parquet:"log_index,optional" json:"log_index"`
	}
	acts, err := parquet.Read[act](bytes.NewReader(files["acts.parquet"]), int64(len(files["acts.parquet"])))
	if err != nil || len(acts) != want.Acts {
		t.Fatalf("%d acts, %v", len(acts), err)
	}
	var lines []act
	for dec := json.NewDecoder(bytes.NewReader(files["acts.ndjson"])); dec.More(); {
		var a act
		if err := dec.Decode(&a); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, a)
	}
	for form, rows := range map[string][]act{"parquet": acts, "ndjson": lines} {
		down := 0
		for _, a := range rows {
			if a.Log == nil || *a.Log == 0 {
				t.Fatalf("%s: an act without its log entry", form)
			}
			if a.Act != "request" {
				down += int(a.Down)
			}
		}
		if down != want.Out[portal.Down] || down == 0 {
			t.Errorf("%s: %d addresses down, want %d", form, down, want.Out[portal.Down])
		}
	}
	cases, err := parquet.Read[struct {
		ToAct bool `parquet:"to_act"`
	}](bytes.NewReader(files["cases.parquet"]), int64(len(files["cases.parquet"])))
	if err != nil || len(cases) != want.Cases {
		t.Errorf("%d cases, %v", len(cases), err)
	}
	objections, err := parquet.Read[struct {
		Decision string `parquet:"decision"`
	}](bytes.NewReader(files["objections.parquet"]), int64(len(files["objections.parquet"])))
	if err != nil || len(objections) != want.Objections.Filed {
		t.Errorf("%d objections, %v", len(objections), err)
	}
}

func TestSuppress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   []int
		want []bool
	}{
		{[]int{0, 5, 9}, []bool{false, false, false}},
		{[]int{1, 4, 9}, []bool{true, true, false}},
		{[]int{2, 40, 9, 0}, []bool{true, false, true, false}}, // one alone would follow from the total
		{[]int{3}, []bool{true}},
	} {
		if got := portal.Suppress(c.in); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v", c.in, got)
		}
	}
}
