package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"ronda"
	"ronda/internal/campaign"
	"ronda/internal/demo"
	"ronda/internal/ledger"
	"ronda/internal/link"
	"ronda/internal/notice/recheck"
	"ronda/internal/store"
	"ronda/internal/web"
)

// newCampaign joins the register of campaign accounts to the store, the address parser and the log.
func (a *app) newCampaign() *campaign.Service {
	return &campaign.Service{Pack: a.pack, Store: a.db, Links: linkDoor{a.links}, Looks: link.Looks, Now: a.now, IDs: ronda.IDs{Rand: rand.Reader},
		Leaf: func(act ronda.LogAct) (ronda.Leaf, error) { return a.book.Leaf(act, rand.Reader) }}
}

// campaignOptions joins the pages of the register.
func (a *app) campaignOptions() web.CampaignOptions {
	totals := &statementTotals{db: a.db, now: a.now}
	return web.CampaignOptions{Campaign: a.campaign, AlertsInForce: a.db.CurrentAlerts, Work: a.openWork, StatementTotals: totals.get}
}

// lookTick is how often the register is searched for accounts to look at.
const lookTick = 10 * time.Minute

// watchQuiet plans the looks at registered accounts while these should be off, until ctx ends. A demonstration's accounts are made up, and may be
// somebody's: nothing is fetched for it.
func (a *app) watchQuiet(ctx context.Context) {
	if a.cfg.Demo {
		return
	}
	tick := time.NewTicker(lookTick)
	defer tick.Stop()
	for {
		if err := a.planLooks(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("plan looks at campaign accounts", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *app) planLooks(ctx context.Context) error {
	jobs, err := a.campaign.Due(ctx, a.now())
	if err != nil || len(jobs) == 0 {
		return err
	}
	return a.db.AddJobs(ctx, jobs...)
}

// lookAtAccount fetches one account and judges what it shows as the answers of platforms are re-checked.
func (a *app) lookAtAccount(ctx context.Context, j ronda.Job) error {
	if a.cfg.Demo {
		return nil
	}
	return a.campaign.Look(ctx, j.Args["contest"], j.Args["account"], func(ctx context.Context, it ronda.Item) ronda.RecheckResult {
		page, err := a.fetch.Fetch(ctx, it.Address)
		return recheck.Judge(it, page, err)
	})
}

// openWork counts what stands in the open for the pages of commitments.
func (a *app) openWork(ctx context.Context, now time.Time) (web.OpenWork, error) {
	out := web.OpenWork{Partners: map[string]int{}, Regions: map[string]int{}, Contests: map[string]bool{}, HasPartners: true, HasAlerts: true}
	partners, err := a.db.Partners(ctx, ronda.PartnerFilter{States: []ronda.PartnerState{ronda.PartnerAccredited}}, a.pack)
	if err != nil {
		return out, fmt.Errorf("count partners: %w", err)
	}
	for _, p := range partners {
		out.Partners[p.Kind]++
		if len(p.Regions) == 0 {
			out.Regions[""]++
		}
		for _, r := range p.Regions {
			out.Regions[r]++
		}
	}
	for _, c := range a.pack.Contests {
		for r := range out.Regions {
			if a.pack.Within(c.Region, r) {
				out.Contests[c.ID] = true
			}
		}
	}
	alerts, err := a.db.PublishedAlerts(ctx, 1000)
	if err != nil {
		return out, fmt.Errorf("count alerts: %w", err)
	}
	out.Alerts = len(alerts)
	for _, x := range alerts {
		if x.Live(now) {
			out.InForce++
		}
	}
	checks, err := a.db.RecentFactChecks(ctx, 1000)
	if err != nil {
		return out, fmt.Errorf("count fact-checks: %w", err)
	}
	out.HasChecks = true
	for _, x := range checks {
		if x.Origin == "partner" {
			out.FactChecks++
		} else {
			out.ChecksImport++
		}
	}
	projects, err := a.research.List(ctx)
	if err != nil {
		return out, fmt.Errorf("count research projects: %w", err)
	}
	out.HasResearch = true
	for _, p := range projects {
		if p.State == ronda.ResearchRunning {
			out.Research++
		}
	}
	kits, err := a.db.Kits(ctx)
	if err != nil {
		return out, fmt.Errorf("count kits: %w", err)
	}
	out.Kits, out.HasKits = len(kits), true
	return out, nil
}

// statementTotals counts statements of reasons by platform, at most every so often: it reads all of them.
type statementTotals struct {
	db   *store.DB
	now  func() time.Time
	mu   sync.Mutex // guards what follows
	at   time.Time
	kept map[string]int
}

func (s *statementTotals) get() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept != nil && s.now().Sub(s.at) < fileTick {
		return s.kept
	}
	counts, err := s.db.StatementCounts(context.Background(), time.Unix(0, 0))
	if err != nil {
		return s.kept // the figure before, or none: a page of figures does not fail for one of them
	}
	s.kept, s.at = map[string]int{}, s.now()
	for _, c := range counts {
		s.kept[c.Platform] += c.Total
	}
	return s.kept
}

// saveFilings fills the registers of a demonstration by the same commands as a clerk.
func (a *app) saveFilings(ctx context.Context, people []demo.Person) error {
	keep := a.keepPicture(ctx)
	for _, f := range demo.Filings(a.pack, people) {
		r := ronda.Register{Contest: f.Contest}
		do := func(who ronda.Actor, cmd ronda.RegisterCommand, at time.Time) error {
			save, err := a.campaign.Save(r, who, cmd, at)
			if err != nil || len(save.Events) == 0 {
				return err
			}
			r = save.Register
			return a.db.SaveRegister(ctx, save)
		}
		if err := do(f.Clerk, ronda.EnterPairs{Pairs: f.Pairs}, f.At); err != nil {
			return err
		}
		var list []ronda.NewAccount
		for _, x := range f.Accounts {
			acc, err := a.campaign.Account(strconv.Itoa(x.Pair), x.Platform, x.Kind, x.Account, x.Alias)
			if err != nil {
				return fmt.Errorf("account %s of %s: %w", x.Account, f.Contest, err)
			}
			list = append(list, acc)
		}
		if err := do(f.Clerk, ronda.RegisterAccounts{Accounts: list}, f.At.Add(time.Hour)); err != nil {
			return err
		}
		if len(f.Adverts) == 0 {
			continue
		}
		if err := do(f.Clerk, ronda.RegisterAdverts{Adverts: f.Adverts}, f.At.Add(40*24*time.Hour)); err != nil {
			return err
		}
		if !f.Decides || len(r.Marks) == 0 || f.Watcher.Account == "" {
			continue
		}
		e, err := keep(ronda.MarkOwner(f.Contest), 3, f.At)
		if err != nil {
			return err
		}
		if err := do(f.Watcher, ronda.ConfirmMark{Mark: r.Marks[0].ID, Note: "Terbit di halaman 5.", Evidence: []ronda.Evidence{e}}, demo.Start.Add(-26*time.Hour)); err != nil {
			return err
		}
	}
	return nil
}

// register imports pairs or accounts of one contest at the command line, under the operator's own hand.
func (c *importCmd) register(ctx context.Context, db *store.DB, pack *ronda.Pack, name string) (bad int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, fmt.Errorf("open file: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, campaign.MaxFile+1))
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", name, err)
	}
	a := &app{pack: pack, db: db, now: time.Now}
	if a.links, err = link.New(pack.Platforms); err != nil {
		return 0, err
	}
	a.book = ledger.NewBook()
	if err := allowWords(a.book, pack); err != nil {
		return 0, err
	}
	service := a.newCampaign()
	run := service.Publish
	if c.DryRun {
		run = service.Preview
	}
	p, err := run(ctx, ronda.System(), c.Contest, data)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", name, err)
	}
	for _, row := range p.Rows {
		if row.Fault != nil {
			fmt.Fprintf(os.Stderr, "%s:%d: %v\n", name, row.Line, row.Fault)
		}
	}
	fmt.Printf("%s: %d new, %d there already, %d bad rows\n", name, p.New, p.Known, p.Bad)
	return p.Bad, nil
}
