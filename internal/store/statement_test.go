package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
	"ronda/internal/store/storetest"
)

func statement(platform, puid string) ronda.Statement {
	return ronda.Statement{
		ID: storetest.ID(storetest.Start), Platform: platform, PUID: puid, At: storetest.Start, DecisionVisibility: []string{"DECISION_VISIBILITY_CONTENT_REMOVED"},
		DecisionGround: "DECISION_GROUND_ILLEGAL_CONTENT", IllegalGround: "UU 1/2024 Pasal 28 ayat (2)", IllegalExplanation: "Menghasut kebencian antargolongan.",
		ContentType: []string{"CONTENT_TYPE_VIDEO"}, Category: "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
		CategoryAddition: []string{}, CategorySpecification: []string{"KEYWORD_HATE_SPEECH"}, Territory: []string{"ID"}, ContentDate: "2024-11-18",
		ApplicationDate: "2024-11-20", DecisionFacts: "A user reported the video; a reviewer confirmed that it breaks the law named.", SourceType: "SOURCE_ARTICLE_16",
		AutomatedDetection: "No", AutomatedDecision: "AUTOMATED_DECISION_NOT_AUTOMATED", Outside: true,
	}
}

func batch(platform, prefix string, n int) []ronda.Statement {
	var out []ronda.Statement
	for i := range n {
		out = append(out, statement(platform, fmt.Sprintf("%s-%03d", prefix, i)))
	}
	return out
}

// onBoth runs a test on each engine.
func onBoth(t *testing.T, test func(*testing.T, *store.DB)) {
	clock := func() time.Time { return storetest.Start }
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, openSQLite(t, clock)) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, openPostgres(t, startPostgres(t), clock)) })
}

func TestStatements(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		one := statement("tiktok", "TK421")
		one.RondaNotice, one.Outside = "01JD0Z6V1K", false
		if err := db.SaveStatements(ctx, []ronda.Statement{one}); err != nil {
			t.Fatal(err)
		}
		for _, get := range []func() (ronda.Statement, error){
			func() (ronda.Statement, error) { return db.Statement(ctx, "tiktok", one.ID) },
			func() (ronda.Statement, error) { return db.StatementByPUID(ctx, "tiktok", "TK421") },
		} {
			if got, err := get(); err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", one) {
				t.Errorf("read back %+v, %v; want %+v", got, err, one)
			}
		}
		if _, err := db.StatementByPUID(ctx, "x", "TK421"); ronda.KindOf(err) != ronda.NotFound {
			t.Errorf("another platform's statement: %v", err)
		}
		// The same number belongs to each platform on its own.
		if err := db.SaveStatements(ctx, []ronda.Statement{statement("x", "TK421")}); err != nil {
			t.Fatal(err)
		}
		many := append(batch("tiktok", "b", 150), statement("tiktok", "TK421"))
		err := db.SaveStatements(ctx, many)
		if ronda.CodeOf(err) != "statement.puid_taken" {
			t.Fatalf("a repeated PUID in a batch: %v", err)
		}
		if _, err := db.StatementByPUID(ctx, "tiktok", "b-000"); ronda.KindOf(err) != ronda.NotFound {
			t.Errorf("a refused batch left a statement behind: %v", err)
		}
		if err := db.SaveStatements(ctx, append(batch("tiktok", "c", 2), statement("tiktok", "c-001"))); ronda.CodeOf(err) != "statement.puid_taken" {
			t.Errorf("a PUID twice in one batch: %v", err)
		}
		again := append(batch("tiktok", "b", 150), statement("tiktok", "TK421"))
		for i, list := range [][]ronda.Statement{append(many, statement("tiktok", "b-000")), again} { // the second is the same bulk once more
			ids, err := db.AddStatements(ctx, list)
			if err != nil || len(ids) != len(list) || ids[150] != one.ID || (i == 0 && ids[151] != ids[0]) {
				t.Fatalf("bulk %d: %v, %v", i, ids, err)
			}
			for k := range 150 {
				if ids[k] != many[k].ID {
					t.Errorf("bulk %d, statement %d: held by %s", i, k, ids[k])
				}
			}
		}
		counts, err := db.StatementCounts(ctx, storetest.Start)
		if err != nil || len(counts) != 2 || counts[0] != (ronda.StatementCount{Platform: "tiktok", Total: 151, Outside: 150, Last: storetest.Start}) {
			t.Errorf("counts %+v, %v", counts, err)
		}
		if ids, err := db.StatementsForNotice(ctx, "tiktok", "01JD0Z6V1K"); err != nil || !slices.Equal(ids, []string{one.ID}) {
			t.Errorf("statements of a notice: %v, %v", ids, err)
		}
	})
}

// TestStatementRace: of requests that race for one PUID exactly one wins, and batches that overlap in another order end.
func TestStatementRace(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		const rounds, racers = 10, 6
		for round := range rounds {
			var wg sync.WaitGroup
			results := make([]error, racers)
			begin := make(chan struct{})
			for i := range racers {
				list := batch("tiktok", fmt.Sprintf("r%d", round), 20)
				if i%2 == 1 {
					slices.Reverse(list)
				}
				list = append(list, statement("tiktok", fmt.Sprintf("own-%d-%d", round, i)))
				wg.Go(func() {
					<-begin
					results[i] = db.SaveStatements(ctx, list)
				})
			}
			close(begin)
			wg.Wait()
			won := 0
			for i, err := range results {
				_, own := db.StatementByPUID(ctx, "tiktok", fmt.Sprintf("own-%d-%d", round, i))
				switch {
				case err == nil && own == nil:
					won++
				case ronda.CodeOf(err) == "statement.puid_taken" && ronda.KindOf(own) == ronda.NotFound:
				default:
					t.Errorf("round %d, racer %d: %v, own statement: %v", round, i, err, own)
				}
			}
			if won != 1 {
				t.Fatalf("round %d: %d winners", round, won)
			}
		}
	})
}
