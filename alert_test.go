package ronda_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ronda"
)

// mandate is an organisation that may work everywhere but in the contests named.
type mandate []string

func (m mandate) MayWork(contest, region string, _ *ronda.Pack) error {
	for _, x := range m {
		if x == contest || x == region {
			return ronda.Errorf(ronda.Forbidden, "partner.barred", "")
		}
	}
	return nil
}

var (
	otherPartner = ronda.Actor{Account: "rudi", Org: "jabar-cek", Roles: []ronda.Role{ronda.RolePartner}}
	sameOrg      = ronda.Actor{Account: "sinta", Org: "mafindo", Roles: []ronda.Role{ronda.RolePartner}}
)

func alertEnv() ronda.Env { return (&world{now: noon}).env() }

func alarm(urgency int) ronda.WriteAlert {
	return ronda.WriteAlert{Title: ronda.Text{"id": "Jadwal pencoblosan tidak berubah"},
		Text:  ronda.Text{"id": "Pencoblosan tetap tanggal 27 November 2024. Periksa TPS Anda di laman KPU."},
		Claim: ronda.Text{"id": "Pencoblosan di Kabupaten Bandung diundur satu minggu karena banjir"}, Verdict: ronda.VerdictFalse,
		Urgency: urgency, Region: "32.04", Contest: "regent-32.04", ExpiresAt: noon.Add(72 * time.Hour)}
}

// runAlert applies commands one after another and fails on the first fault.
func runAlert(t tester, al ronda.Alert, a ronda.Actor, m ronda.Mandate, cmds ...ronda.AlertCommand) (ronda.Alert, []ronda.Event) {
	t.Helper()
	var all []ronda.Event
	for _, cmd := range cmds {
		next, events, err := ronda.ApplyAlert(al, a, m, cmd, alertEnv())
		if err != nil {
			t.Fatalf("%T: %v", cmd, err)
		}
		al, all = next, append(all, events...)
	}
	return al, all
}

func tryAlert(al ronda.Alert, a ronda.Actor, m ronda.Mandate, cmd ronda.AlertCommand) error {
	_, _, err := ronda.ApplyAlert(al, a, m, cmd, alertEnv())
	return err
}

func TestAlertBelowFiveGoesOut(t *testing.T) {
	t.Parallel()
	al, events := runAlert(t, ronda.Alert{}, partner, mandate{}, alarm(4), ronda.ProposeAlert{})
	if al.State != ronda.AlertPublished || len(events) != 1 || events[0].Kind != ronda.EventAlertPublished || events[0].Data["alert"] != al.ID {
		t.Fatalf("alert %+v, events %+v", al, events)
	}
	if !al.Live(noon) || al.StateAt(al.ExpiresAt) != ronda.AlertExpired {
		t.Error("it must be in force until its end, and no longer")
	}
	wantCode(t, tryAlert(al, partner, mandate{}, alarm(4)), "alert.not_draft")
	wantCode(t, tryAlert(al, otherPartner, mandate{}, ronda.WithdrawAlert{Reason: "Sumbernya ternyata keliru sejak awal."}), "publish.not_yours")
	wantCode(t, tryAlert(al, partner, mandate{}, ronda.WithdrawAlert{Reason: "salah"}), "publish.reason")
	al, events = runAlert(t, al, sameOrg, nil, ronda.WithdrawAlert{Reason: "Sumbernya ternyata keliru sejak awal."})
	if al.State != ronda.AlertWithdrawn || !al.Public() || events[0].Kind != ronda.EventAlertWithdrawn || al.Because == "" {
		t.Fatalf("alert %+v, events %+v", al, events)
	}
	acts := ronda.AlertActs(al, events)
	if len(acts) != 1 || acts[0].Kind != "correction" || acts[0].Public["ref"] != al.ID {
		t.Errorf("log is owed %+v", acts)
	}
}

func TestAlertOfFiveNeedsTwo(t *testing.T) {
	t.Parallel()
	al, events := runAlert(t, ronda.Alert{}, partner, mandate{}, alarm(5), ronda.ProposeAlert{})
	if al.State != ronda.AlertProposed || len(events) > 0 || al.Public() {
		t.Fatalf("one partner alone brought out %+v", al)
	}
	wantCode(t, tryAlert(al, partner, mandate{}, ronda.ConfirmAlert{}), "alert.second_other")
	wantCode(t, tryAlert(al, sameOrg, mandate{}, ronda.ConfirmAlert{}), "alert.second_other")
	wantCode(t, tryAlert(al, kpu, ronda.CommissionOffice("kpu:32.04"), ronda.ConfirmAlert{}), "alert.second_partner")
	wantCode(t, tryAlert(al, otherPartner, mandate{"regent-32.04"}, ronda.ConfirmAlert{}), "partner.barred")
	back, _ := runAlert(t, al, otherPartner, mandate{}, ronda.ReturnAlert{Reason: "Sumber tentang jadwalnya belum jelas."})
	if back.State != ronda.AlertDraft || back.Returned == "" {
		t.Errorf("sent back: %+v", back)
	}
	al, events = runAlert(t, al, otherPartner, mandate{}, ronda.ConfirmAlert{})
	if al.State != ronda.AlertPublished || al.SecondOrg != "jabar-cek" || len(events) != 1 {
		t.Errorf("confirmed: %+v", al)
	}
}

func TestAlertWhoMay(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		a    ronda.Actor
		m    ronda.Mandate
		code string
	}{
		"public":               {ronda.Public(), nil, "permission.role"},
		"partner without one":  {partner, nil, "publish.no_mandate"},
		"barred":               {partner, mandate{"regent-32.04"}, "partner.barred"},
		"observer":             {observer, mandate{}, "permission.role"},
		"supervisor's officer": {officer, ronda.CommissionOffice("bawaslu:32.04"), "publish.not_commission"},
		"other commission":     {kpu, ronda.CommissionOffice("kpu:32.73"), "permission.region"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantCode(t, tryAlert(ronda.Alert{}, x.a, x.m, alarm(3)), x.code)
		})
	}
	conflicted := partner
	conflicted.Conflicts = []string{"regent-32.04"}
	wantCode(t, tryAlert(ronda.Alert{}, conflicted, mandate{}, alarm(3)), "permission.conflict_of_interest")
	if err := tryAlert(ronda.Alert{}, kpu, ronda.CommissionOffice("kpu:32.04"), alarm(3)); err != nil {
		t.Errorf("the commission's own office: %v", err)
	}
}

func TestAlertFaults(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		change func(*ronda.WriteAlert)
		code   string
	}{
		"no title":          {func(c *ronda.WriteAlert) { c.Title = nil }, "alert.title_missing"},
		"long title":        {func(c *ronda.WriteAlert) { c.Title["en"] = strings.Repeat("a", 91) }, "alert.title_long"},
		"no text":           {func(c *ronda.WriteAlert) { c.Text = ronda.Text{"en": strings.Repeat("only English ", 4)} }, "alert.text_missing"},
		"urgency":           {func(c *ronda.WriteAlert) { c.Urgency = 6 }, "alert.urgency"},
		"unmarked claim":    {func(c *ronda.WriteAlert) { c.Verdict = "" }, "alert.verdict"},
		"claim called true": {func(c *ronda.WriteAlert) { c.Verdict = ronda.VerdictTrue }, "alert.verdict"},
		"repeated in title": {func(c *ronda.WriteAlert) { c.Title["id"] = "PENCOBLOSAN di Kabupaten Bandung, diundur!" }, "alert.repeats_claim"},
		"repeated in text": {func(c *ronda.WriteAlert) {
			c.Text["id"] = "Katanya: pencoblosan di kabupaten Bandung diundur satu minggu. Itu tidak benar sama sekali."
		}, "alert.repeats_claim"},
		"repeats the linked check": {func(c *ronda.WriteAlert) {
			c.Known = ronda.FactCheck{Claim: ronda.Text{"id": "TPS dibuka pukul sepuluh pagi karena hujan"}}
			c.Text["id"] = "Awas pesan ini: TPS dibuka pukul sepuluh pagi karena hujan deras."
		}, "alert.repeats_claim"},
		"over already":    {func(c *ronda.WriteAlert) { c.ExpiresAt = noon }, "alert.expires_past"},
		"too long a life": {func(c *ronda.WriteAlert) { c.ExpiresAt = noon.Add(15 * 24 * time.Hour) }, "alert.expires_late"},
		"no such region":  {func(c *ronda.WriteAlert) { c.Region, c.Contest = "99", "" }, "publish.region"},
		"other contest":   {func(c *ronda.WriteAlert) { c.Contest = "mayor-32.73" }, "publish.contest"},
		"no such service": {func(c *ronda.WriteAlert) { c.Platform = "friendster" }, "publish.platform"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := alarm(3)
			x.change(&cmd)
			err := tryAlert(ronda.Alert{}, partner, mandate{}, cmd)
			if err == nil || !strings.Contains(err.Error(), x.code) {
				t.Errorf("got %v, want %s", err, x.code)
			}
		})
	}
}

// TestAlertHistories lets random people do random things. Whatever they do: what is public had the people it needs, and nothing that was
// public ever disappears.
func TestAlertHistories(t *testing.T) {
	t.Parallel()
	reached := map[ronda.AlertState]int{}
	rapid.Check(t, func(rt *rapid.T) {
		al, was := ronda.Alert{}, ronda.Alert{}
		events := 0
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			a := rapid.SampledFrom([]ronda.Actor{partner, partner, otherPartner, sameOrg, kpu, officer}).Draw(rt, "actor")
			cmd := rapid.SampledFrom([]ronda.AlertCommand{alarm(rapid.IntRange(1, 5).Draw(rt, "urgency")), ronda.ProposeAlert{}, ronda.ConfirmAlert{},
				ronda.ReturnAlert{Reason: "Sumber tentang jadwalnya belum jelas."}, ronda.WithdrawAlert{Reason: "Sumbernya ternyata keliru sejak awal."}}).Draw(rt, "command")
			next, out, err := ronda.ApplyAlert(al, a, mandate{}, cmd, alertEnv())
			if err != nil {
				continue
			}
			was, al, events = al, next, events+len(out)
			reached[al.State]++
			if al.Version != was.Version+1 {
				rt.Fatalf("version went from %d to %d", was.Version, al.Version)
			}
			if al.Public() && al.Urgency == 5 && (al.SecondOrg == "" || al.SecondOrg == al.Org || al.SecondBy == al.By) {
				rt.Fatalf("urgency 5 is public with one organisation: %+v", al)
			}
			if was.Public() && (!al.Public() || al.Text["id"] != was.Text["id"] || al.Urgency != was.Urgency) {
				rt.Fatalf("what was public changed: %+v", al)
			}
			if al.State == ronda.AlertWithdrawn && al.Because == "" {
				rt.Fatal("withdrawn without a reason")
			}
		}
		if events > 2 {
			rt.Fatalf("%d events: at most one publication and one withdrawal", events)
		}
	})
	for _, s := range []ronda.AlertState{ronda.AlertProposed, ronda.AlertPublished, ronda.AlertWithdrawn} {
		if reached[s] == 0 {
			t.Errorf("no history reached %s", s)
		}
	}
}

func TestAlertReaches(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		alert, region string
		want          bool
	}{{"", "32.04", true}, {"32", "32.04", true}, {"32.04", "32.04", true}, {"32.04", "32", false}, {"32.04", "32.73", false}, {"33", "", true}} {
		if got := (ronda.Alert{Region: x.alert}).Reaches(x.region, thePack()); got != x.want {
			t.Errorf("alert for %q reaches %q: %v", x.alert, x.region, got)
		}
	}
}
