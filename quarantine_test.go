package ronda_test

import (
	"testing"

	"ronda"
)

// TestQuarantine: the file has no picture any more, the matter is referred, the public log hears of the referral, and there is no way back.
func TestQuarantine(t *testing.T) {
	t.Parallel()
	now := day(2024, 11, 20)
	c := ronda.Case{ID: "c1", Stage: ronda.StageTriage, Office: "bawaslu:32.04", Region: "32.04",
		Evidence: []ronda.Evidence{{ID: "e1", Blob: "r/1", View: "r/2", Thumb: "r/3", Name: "anak.jpg", SHA256: "ab"}}}
	c, events, err := ronda.Apply(c, officer, ronda.QuarantineEvidence{Evidence: "e1"}, envAt(t, now))
	if err != nil {
		t.Fatal(err)
	}
	if e := c.Evidence[0]; !e.Quarantine || e.View != "" || e.Thumb != "" || e.Name != "" || e.Blob == "" || e.SHA256 != "ab" {
		t.Errorf("after: %+v", e)
	}
	if len(events) != 2 || len(c.Referrals) != 1 || c.Referrals[0].Path != "police" {
		t.Errorf("events %+v, referrals %+v", events, c.Referrals)
	}
	if acts := ronda.LogActs(c, events); len(acts) != 1 || acts[0].Kind != "referral" {
		t.Errorf("acts %+v", acts)
	}
	_, _, err = ronda.Apply(c, officer, ronda.QuarantineEvidence{Evidence: "e1"}, envAt(t, now))
	wantCode(t, err, "evidence.quarantined_already")
	_, _, err = ronda.Apply(c, officer, ronda.QuarantineEvidence{Evidence: "e9"}, envAt(t, now))
	wantCode(t, err, "evidence.not_found")
}
