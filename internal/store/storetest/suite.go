package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"ronda"
	"ronda/internal/store"
)

// Suite runs every test against fresh databases of one engine.
type Suite struct {
	// Open gives an empty, open store whose clock is the one given. It is closed with the test.
	Open func(t *testing.T, clock func() time.Time) *store.DB
}

// Run runs the whole suite.
func (s Suite) Run(t *testing.T) {
	tests := []struct {
		name string
		run  func(*testing.T, *store.DB)
	}{
		{"CaseRoundTrip", testCaseRoundTrip},
		{"CaseStaleVersion", testCaseStaleVersion},
		{"CaseChangeIsWhole", testCaseChangeIsWhole},
		{"Submit", testSubmit},
		{"SubmitTogether", testSubmitTogether},
		{"SubmitTwice", testSubmitTwice},
		{"SubmitWhileClosing", testSubmitWhileClosing},
		{"Queue", testQueue},
		{"ClaimsOfCases", testClaimsOfCases},
		{"KeysOfEndedCase", testKeysOfEndedCase},
		{"KeysOfMergeAndSplit", testKeysOfMergeAndSplit},
		{"MatchJoins", testMatchJoins},
		{"Notices", testNotices},
		{"Appeals", testAppeals},
		{"Campaign", testCampaign},
		{"Partners", testPartners},
		{"Research", testResearch},
		{"Brigades", testBrigades},
		{"ReportStats", testReportStats},
		{"Messages", testMessages},
		{"Erase", testErase},
		{"EraseCase", testEraseCase},
		{"EraseAccount", testEraseAccount},
		{"Retention", testRetention},
		{"DueCases", testDueCases},
		{"Checks", testChecks},
		{"Accounts", testAccounts},
		{"Sessions", testSessions},
		{"Tokens", testTokens},
		{"Channels", testChannels},
		{"Deliveries", testDeliveries},
		{"Outside", testOutside},
		{"PracticeApart", testPracticeApart},
		{"LinkOnce", testLinkOnce},
		{"Misses", testMisses},
		{"AccountChange", testAccountChange},
		{"GrantOnce", testGrantOnce},
		{"Factors", testFactors},
		{"Jobs", testJobs},
		{"JobFencing", testJobFencing},
		{"JobsOnce", testJobsOnce},
		{"Lease", testLease},
		{"Publish", testPublish},
		{"PublishVersions", testPublishVersions},
		{"FactChecks", testFactChecks},
		{"Imports", testImports},
		{"ChecksToAskFor", testUnasked},
		{"Signatures", testSignatures},
		{"Alerts", testAlerts},
		{"Published", testPublished},
		{"Subscribers", testSubscribers},
		{"TextRefused", testTextRefused},
		{"TextKept", testTextKept},
		{"Order", testOrder},
		{"Rollup", testRollup},
		{"Corrections", testCorrections},
		{"Attempts", testAttempts},
		{"NoteRule", testNoteRule},
		{"NumberTaken", testNumberTaken},
		{"AuditReads", testAuditReads},
		{"Evidence", testEvidence},
		{"TiplineInbox", testTiplineInbox},
		{"TiplineTurnOnce", testTiplineTurnOnce},
		{"TiplineOutbox", testTiplineOutbox},
		{"TiplinePush", testTiplinePush},
		{"TiplineErase", testTiplineErase},
		{"TiplineTidy", testTiplineTidy},
		{"Demo", testDemo},
		{"DemoRefused", testDemoRefused},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, s.Open(t, func() time.Time { return Start }))
		})
	}
}

func ctxOf(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// must fails the test on an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantCode fails the test unless err is the error with the kind and the code.
func wantCode(t *testing.T, err error, kind ronda.Kind, code string) {
	t.Helper()
	var e *ronda.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Code != code {
		t.Fatalf("error is %v, want %s %s", err, kind, code)
	}
}

// same fails the test unless the values are deeply equal.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\n got %+v\nwant %+v", what, got, want)
	}
}
