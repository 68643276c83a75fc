// Package storetest holds the conformance suite of the store: everything that the stages rely on, run on each engine in the same words.
// Other packages take legal rows to start from out of it.
package storetest

import (
	"crypto/rand"
	"fmt"
	"time"

	"ronda"
)

// Start is the time at which the suite's stories begin.
var Start = time.Date(2024, 11, 20, 3, 0, 0, 0, time.UTC)

// ID makes a fresh id that sorts by t.
func ID(t time.Time) string { return ronda.IDs{Rand: rand.Reader}.New(t) }

// Code makes a fresh code of n letters.
func Code(n int) string { return ronda.IDs{Rand: rand.Reader}.Code(n) }

// Case makes a new case with the addresses given.
func Case(at time.Time, keys ...string) ronda.Case {
	c := ronda.Case{
		ID: ID(at), Number: "K-2024-" + Code(6), Version: 1, Election: "pilkada-2024", Title: "Video yang menghina pasangan calon",
		Category: "hate", Region: "34.04", Contest: "regent-34.04", Urgency: 3, Stage: ronda.StageNew, Office: "bawaslu:34.04",
		OpenedAt: at, StageSince: at, DueAt: at.Add(24 * time.Hour), DueClock: "triage", Round: 1,
	}
	for i, k := range keys {
		c.Items = append(c.Items, ronda.Item{ID: fmt.Sprintf("%s-%d", c.ID, i), Platform: "tiktok", Kind: "video",
			Address: "https://www.tiktok.com/@akun/video/" + k, Key: k, AddedAt: at, State: ronda.ItemOpen})
	}
	return c
}

// Opened is the change that opens a case.
func Opened(c ronda.Case) ronda.Change {
	return ronda.Change{Case: c, Events: []ronda.Event{
		Event(c, ronda.EventOpened, c.OpenedAt, "region", c.Region),
	}}
}

// Event makes an event of a case.
func Event(c ronda.Case, kind ronda.EventKind, at time.Time, pairs ...string) ronda.Event {
	e := ronda.Event{ID: ID(at), Case: c.ID, Kind: kind, Actor: "system", At: at}
	for i := 0; i+1 < len(pairs); i += 2 {
		if e.Data == nil {
			e.Data = map[string]string{}
		}
		e.Data[pairs[i]] = pairs[i+1]
	}
	return e
}

// Next is the case at its next version, for a change.
func Next(c ronda.Case) ronda.Case {
	c.Version++
	c.Items = append([]ronda.Item(nil), c.Items...)
	c.Notices = append([]ronda.Notice(nil), c.Notices...)
	return c
}

// Submission makes a report of the addresses with the case that it would open.
func Submission(at time.Time, keys ...string) ronda.Submission {
	c := Case(at, keys...)
	r := ronda.Report{
		ID: ID(at), Code: Code(ronda.CodeLength), At: at, Channel: "web", Lang: "id", Category: c.Category, Region: c.Region,
		Text: "Video ini memecah belah warga menjelang pencoblosan, mohon diperiksa.", Masked: []ronda.MaskedKind{{Kind: "phone", Count: 1}},
		Sender: "b1946ac92492d234", Signature: []byte{1, 2, 3}, Missing: []string{"screenshot"},
	}
	for _, it := range c.Items {
		r.Addresses = append(r.Addresses, ronda.ReportAddress{Given: it.Address, Platform: it.Platform, Kind: it.Kind, Canonical: it.Address, Key: it.Key})
	}
	return ronda.Submission{
		Report: r, Keys: keys, Open: Opened(c),
		Jobs:    []ronda.Job{{Kind: "case.add_items", Key: "case.add_items:" + r.ID, RunAt: at, Args: map[string]string{"report": r.ID}}},
		Receipt: ronda.Idempotent{Principal: "anon:" + r.ID, Key: "form-" + r.ID, BodyHash: "hash-" + r.ID, At: at},
	}
}

// Notice makes an act on the items of a case.
func Notice(c ronda.Case, act ronda.Act, state ronda.NoticeState, at time.Time) ronda.Notice {
	n := ronda.Notice{
		ID: ID(at), Code: Code(ronda.NoticeCodeLength), Number: "S-1/2024", Act: act, State: state, Platform: "tiktok", Org: "bawaslu",
		Office: "bawaslu:", By: "a1", Ground: "ite-28-2", RuleDate: at, Category: c.Category, Region: c.Region, Measure: ronda.MeasureRemove,
		Explanation: "Isi mengajak membenci kelompok tertentu.", CreatedAt: at, Channel: "portal", Clock: "order",
	}
	if act == ronda.Request {
		n.Platform, n.Authority = "", "ministry"
	}
	if state == ronda.NoticeReceived {
		n.SentAt, n.ReceivedAt, n.DueAt = at, at, at.Add(24*time.Hour)
	}
	for _, it := range c.Items {
		n.Items = append(n.Items, ronda.NoticeItem{Item: it.ID, Address: it.Address})
	}
	return n
}

// Account makes an account that can sign in.
func Account(login, org, office string, at time.Time) ronda.Account {
	id := ID(at)
	return ronda.Account{ID: id, Login: login, Name: "Nama " + login, CreatedAt: at, Lang: "id",
		Actor: ronda.Actor{Account: id, Name: "Nama " + login, Org: org, Office: office, Roles: []ronda.Role{ronda.RoleOfficer}}}
}
