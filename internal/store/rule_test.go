package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
)

// distributed names the tables that may be spread over machines, each with the column that says where a row lies.
var distributed = map[string]string{"reports": "id", "report_codes": "code", "messages": "report_id", "checks": "fingerprint"}

// TestDistributionRule reads the schema: a table that grows without end has its distribution key in its primary key and in every unique
// rule, and nothing refers to it.
func TestDistributionRule(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("migrations/*.sql")
	must(t, err)
	var schema strings.Builder
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		up, _, _ := strings.Cut(string(b), "-- +goose Down")
		schema.WriteString(up)
	}
	sql := regexp.MustCompile(`(?m)--.*$`).ReplaceAllString(schema.String(), "")
	for _, forbidden := range []string{"REFERENCES", "FOREIGN KEY", "TRIGGER"} {
		if strings.Contains(strings.ToUpper(sql), forbidden) {
			t.Errorf("the schema has a %s", forbidden)
		}
	}
	for table, key := range distributed {
		body := regexp.MustCompile(`(?s)CREATE TABLE ` + table + ` \((.*?)\n\);`).FindStringSubmatch(sql)
		if body == nil {
			t.Fatalf("no table %s", table)
		}
		column := regexp.MustCompile(`(?m)^    ` + key + ` .*PRIMARY KEY`)
		list := regexp.MustCompile(`PRIMARY KEY \(` + key + `\b`)
		if !column.MatchString(body[1]) && !list.MatchString(body[1]) {
			t.Errorf("table %s has no primary key that begins with %s", table, key)
		}
		if strings.Contains(body[1], "UNIQUE") || regexp.MustCompile(`CREATE UNIQUE INDEX \w+ ON `+table+`\b`).MatchString(sql) {
			t.Errorf("table %s has a unique rule besides its primary key", table)
		}
	}
}

// TestReadersCannotWrite tries to write through the pool that reads go through.
func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	db := openSQLite(t, at)
	if _, err := db.ReadPool().Exec(`INSERT INTO meta (name, value) VALUES ('a', 'b')`); err == nil || !strings.Contains(err.Error(), "readonly") {
		t.Fatalf("error is %v", err)
	}
}

// text draws strings that are legal but awkward.
func text() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringMatching(`[a-z]{0,12}`), rapid.StringOfN(rapid.RuneFrom([]rune{'<', '&', '"', '\\', 'u', '0', '\u2028', '\ufffd', '\u202e', '😀',
		'\n', '\t', '\u200b', 'é', '\'', '%', '\x01', '\x7f'}), 0, 20, -1))
}

// TestAnyCaseRoundTrips saves drawn cases and compares what comes back, field by field and byte by byte.
func TestAnyCaseRoundTrips(t *testing.T) {
	t.Parallel()
	db := openSQLite(t, at)
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCase(rt)
		if err := db.SaveChanges(context.Background(), storetest.Opened(c)); err != nil {
			rt.Fatal(err)
		}
		got, err := db.Case(context.Background(), c.ID)
		if err != nil {
			rt.Fatal(err)
		}
		if !reflect.DeepEqual(got, c) {
			rt.Fatalf("got\n%+v\nwant\n%+v", got, c)
		}
		a, errA := json.Marshal(got)
		b, errB := json.Marshal(c)
		if errA != nil || errB != nil || string(a) != string(b) {
			rt.Fatalf("bytes differ:\n%s\n%s", a, b)
		}
	})
}

func drawTime(rt *rapid.T, label string) time.Time {
	return storetest.Start.Add(time.Duration(rapid.Int64Range(-1e14, 1e14).Draw(rt, label)) * time.Microsecond / 1000)
}

func drawCase(rt *rapid.T) ronda.Case {
	c := storetest.Case(storetest.Start)
	c.Title, c.Holder, c.Claim = text().Draw(rt, "title"), text().Draw(rt, "holder"), text().Draw(rt, "claim")
	c.ContentDate = drawTime(rt, "content date")
	c.Urgency = rapid.IntRange(1, 5).Draw(rt, "urgency")
	c.Stage = rapid.SampledFrom(ronda.CaseStages()).Draw(rt, "stage")
	c.Priority = rapid.Bool().Draw(rt, "priority")
	for i := range rapid.IntRange(0, 5).Draw(rt, "items") {
		c.Items = append(c.Items, ronda.Item{ID: fmt.Sprint(c.ID, i), Platform: text().Draw(rt, "platform"), Key: text().Draw(rt, "key"),
			Address: text().Draw(rt, "address"), AddedAt: drawTime(rt, "added"), State: ronda.ItemOpen})
	}
	for i := range rapid.IntRange(0, 3).Draw(rt, "notices") {
		n := storetest.Notice(c, ronda.Flag, rapid.SampledFrom(ronda.NoticeStates()).Draw(rt, "state"), drawTime(rt, "created"))
		n.ID, n.Explanation = fmt.Sprint(n.ID, i), text().Draw(rt, "explanation")
		if rapid.Bool().Draw(rt, "paused") {
			n.Pauses = []ronda.Pause{{From: drawTime(rt, "from")}}
		}
		c.Notices = append(c.Notices, n)
	}
	for range rapid.IntRange(0, 3).Draw(rt, "draws") {
		c.Draws = append(c.Draws, ronda.Draw{Round: rapid.IntRange(0, 2).Draw(rt, "round"), Account: text().Draw(rt, "account"), At: drawTime(rt, "drawn"),
			Excluded: map[string]string{"a" + text().Draw(rt, "excluded"): text().Draw(rt, "why")}})
	}
	for range rapid.IntRange(0, 3).Draw(rt, "notes") {
		c.Notes = append(c.Notes, ronda.Note{Text: text().Draw(rt, "note"), At: drawTime(rt, "noted")})
	}
	return c
}

// TestPublisherFollows runs the publisher beside writers: a reader that remembers the last number meets every event once, in order.
func TestPublisherFollows(t *testing.T) {
	t.Parallel()
	db := openSQLite(t, at)
	ctx, stop := context.WithCancel(context.Background())
	var running, writing sync.WaitGroup
	running.Go(func() { db.RunPublisher(ctx, "p", time.Hour, func(err error) { t.Error(err) }) })
	signal, silence := db.NewEvents()
	defer silence()
	const writers, each = 4, 25
	for range writers {
		writing.Go(func() {
			for range each {
				if err := db.SaveChanges(context.Background(), storetest.Opened(storetest.Case(at()))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	seen := map[string]bool{}
	deadline := time.After(time.Minute)
	for last := int64(0); last < writers*each; {
		events, err := db.EventsAfter(ctx, last, 7)
		must(t, err)
		for _, e := range events {
			if e.Seq != last+1 || seen[e.ID] {
				t.Fatalf("after number %d comes %+v", last, e)
			}
			seen[e.ID], last = true, e.Seq
		}
		if len(events) == 0 {
			select {
			case <-signal:
			case <-deadline:
				t.Fatalf("stuck after number %d", last)
			}
		}
	}
	writing.Wait()
	stop()
	running.Wait()
}

// TestOpenURLNeedsPostgres names the server that does not answer, and not its password.
func TestOpenURLNeedsPostgres(t *testing.T) {
	t.Parallel()
	_, err := store.Open(t.Context(), store.Config{URL: "postgres://u:geheim@/db?host=" + t.TempDir()})
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Fatalf("error is %v", err)
	}
}
