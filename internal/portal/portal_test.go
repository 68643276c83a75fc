package portal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/demo"
	"ronda/internal/election"
	"ronda/internal/portal"
	"ronda/internal/store"
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
	db, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	state, err := demo.Build(pack, drawer{pack}, func(string, int, time.Time) (ronda.Evidence, error) { return ronda.Evidence{}, nil })
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
func play(t *testing.T, db *store.DB, cases []demo.Planned, seed uint64, after func()) {
	t.Helper()
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
	play(t, db, state.Cases, 3, func() {
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
		if i < 3 && want.Acts == 0 {
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

// The numbers of the pages come out of the downloaded files.
func TestDownloadsGiveTheFigures(t *testing.T) {
	t.Parallel()
	db, pack, state := open(t)
	play(t, db, state.Cases, 5, func() {})
	p := portal.New(db, pack.Zone(""), clock)
	if err := p.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := &portal.Downloads{Dir: t.TempDir(), Portal: p, Now: clock, LogSize: func(context.Context) (int64, error) { return 7, nil }}
	if err := d.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	m, err := d.Manifest()
	if err != nil || m.LogSize != 7 || len(m.Files) < 4 {
		t.Fatal(m, err)
	}
	sum := portal.Figures{}
	daily, inColumns := 0, 0
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
		if info.Name == "acts.parquet" {
			rows, err := parquet.Read[struct {
				Down int32 `parquet:"down"`
			}](bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				inColumns += int(r.Down)
			}
		}
		if info.Name == "acts.csv" {
			sum = add(t, b)
		}
	}
	want := p.Figures(portal.Filter{})
	if all := want.Out[portal.Down]; inColumns < all || all == 0 {
		t.Errorf("the columns hold %d addresses taken down, want at least the %d of flags and orders", inColumns, all)
	}
	if sum.Acts != want.Acts || sum.Addresses != want.Addresses || sum.Out != want.Out || sum.Late != want.Late || daily != want.Acts {
		t.Errorf("from the files %+v and %d by day, want %d acts, %d addresses, %v", sum, daily, want.Acts, want.Addresses, want.Out)
	}
}

// add counts a file of acts anew, by nothing but its columns.
func add(t *testing.T, b []byte) portal.Figures {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	var f portal.Figures
	for _, r := range rows[1:] {
		f.Acts++
		if r[at["late"]] == "true" {
			f.Late++
		}
		if r[at["act"]] == "request" {
			continue
		}
		for i, name := range portal.OutcomeNames() {
			n, err := strconv.Atoi(r[at[name]])
			if err != nil {
				t.Fatal(err)
			}
			f.Out[i] += n
			f.Addresses += n
		}
	}
	return f
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
