package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/appeal"
	"ronda/internal/campaign"
	"ronda/internal/casework"
	"ronda/internal/config"
	"ronda/internal/election"
	"ronda/internal/evidence"
	"ronda/internal/fingerprint"
	"ronda/internal/intake"
	"ronda/internal/keeping"
	"ronda/internal/keys"
	"ronda/internal/ledger"
	"ronda/internal/ledger/witness"
	"ronda/internal/link"
	"ronda/internal/match"
	"ronda/internal/match/embed"
	"ronda/internal/notice"
	"ronda/internal/notice/channel"
	"ronda/internal/notice/letter"
	"ronda/internal/notice/mailin"
	"ronda/internal/notice/webhook"
	"ronda/internal/partner"
	"ronda/internal/portal"
	"ronda/internal/publish"
	"ronda/internal/publish/picture"
	"ronda/internal/research"
	"ronda/internal/response"
	"ronda/internal/safefetch"
	"ronda/internal/store"
	"ronda/internal/throttle"
	"ronda/internal/web"
)

// app is the program with its parts joined. Parts know each other only through the few methods that they declare.
type app struct {
	cfg     *config.Server
	log     *slog.Logger
	now     func() time.Time
	realNow func() time.Time // where now is a demonstration's
	pack    *ronda.Pack
	db      *store.DB
	keys    *keys.Ring

	links       *link.Parser
	index       *match.Index
	follower    *match.Follower
	indexed     atomic.Bool  // the index holds everything; until then answers say that they are not complete
	indexing    atomic.Int64 // how many documents it will hold, while it is built
	down        *down        // what was taken down, to be found again
	meaning     *embed.Client
	meant       meaningCounts
	vault       *evidence.Vault
	blobs       evidence.Blobs
	marks       *fileMarks
	pictures    *pictures
	files       *evidence.Intake
	limits      *throttle.Limiter
	accounts    *account.Service
	cases       *casework.Service
	intake      *intake.Service
	notices     *notice.Service
	letters     *letter.Maker
	channels    *channel.Settings
	hooks       *webhook.Channel
	fetch       *safefetch.Client // for hosts that others chose
	mailIn      *mailin.Service
	digests     *digests // nil without a mail server
	answers     *response.Service
	appeals     *appeal.Service
	publish     *publish.Service
	drawer      *picture.Maker // of pictures to send on
	spread      *spread        // of alerts to subscribers
	objects     ledger.Objects
	logKey      *ledger.Key
	ledger      *ledger.Log
	witnesses   []*witness.Client // asked to co-sign the log
	book        *ledger.Book
	campaign    *campaign.Service
	portal      *portal.Portal         // the public figures
	downloads   *portal.Downloads      // and their files
	corrections *portal.Corrections    // of what they said
	site        *web.Site              // the pages, once they are served
	outside     atomic.Pointer[[2]int] // statements outside of the log, and all

	tiplineParts
	partners *partner.Service // of society
	research *research.Service
	keeping  *keeping.Service
	erased   atomic.Bool // something was erased: this process writes no snapshot of the index

	close []func() error
}

// loadPack loads the election that the settings name: one in the binary, or a folder.
func loadPack(c *config.Server) (*ronda.Pack, error) { return election.Open(c.Election) }

// openApp opens the store and the keys and joins the stages. Call Close when done.
func openApp(ctx context.Context, c *config.Server, log *slog.Logger, now func() time.Time) (a *app, err error) {
	a = &app{cfg: c, log: log, now: now, realNow: now}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
			a = nil
		}
	}()
	if a.pack, err = loadPack(c); err != nil {
		return a, fmt.Errorf("load election pack: %w", err)
	}
	if err = os.MkdirAll(c.KeyDir(), 0o700); err != nil {
		return a, fmt.Errorf("make folder for keys: %w", err)
	}
	if a.db, err = store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database, Clock: func() time.Time { return a.now() }}); err != nil {
		return a, fmt.Errorf("open database: %w", err)
	}
	a.close = append(a.close, a.db.Close)
	if c.Demo {
		if a.now, err = demoNow(ctx, a.db, now); err != nil {
			return a, err
		}
	}
	if a.keys, err = keys.Open(filepath.Join(c.KeyDir(), "master.key")); err != nil {
		return a, err
	}
	if a.links, err = link.New(a.pack.Platforms); err != nil {
		return a, fmt.Errorf("read address forms: %w", err)
	}
	if err = a.openEvidence(ctx); err != nil {
		return a, err
	}
	if err = a.openLedger(ctx); err != nil {
		return a, err
	}
	a.index = match.New()
	if a.meaning, err = a.newMeaning(); err != nil {
		return a, err
	}
	a.pictures = newPictures()
	a.down = a.newDown()
	a.limits = throttle.New(throttle.Budgets(), a.now)
	a.join()
	if err = a.openInstitutions(); err != nil {
		return a, err
	}
	a.keeping = a.newKeeping()
	a.portal = portal.New(a.db, a.pack.Zone(""), a.now)
	a.downloads = &portal.Downloads{Dir: filepath.Join(a.cfg.Data, "downloads"), Portal: a.portal, Now: a.now, LogSize: a.logSize, LogIndex: a.db.ActEntries}
	a.corrections = &portal.Corrections{Pack: a.pack, Store: a.db, Leaf: a.cases.Leaf, Now: a.now, IDs: ronda.IDs{Rand: rand.Reader}}
	if err = a.openChannels(); err != nil {
		return a, err
	}
	if err = a.openTipline(); err != nil {
		return a, err
	}
	if err = a.openPublish(); err != nil {
		return a, err
	}
	return a, nil
}

// openLedger opens the log's key and the place of its tiles.
func (a *app) openLedger(ctx context.Context) error {
	var err error
	if a.objects, err = a.openTiles(ctx); err != nil {
		return err
	}
	if a.logKey, err = ledger.OpenKey(filepath.Join(a.cfg.KeyDir(), "log.key"), a.cfg.Origin(), rand.Reader); err != nil {
		return fmt.Errorf("open key of the log: %w", err)
	}
	list, err := witness.ReadList(filepath.Join(a.cfg.KeyDir(), "witnesses.json"))
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	if a.witnesses, err = witness.NewClients(list); err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	if a.ledger, err = ledger.NewLog(a.objects, a.logKey, list); err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	a.book = ledger.NewBook()
	return allowWords(a.book, a.pack)
}

// allowWords limits the log's words to those of the election: nothing else can slip into a public entry.
func allowWords(b *ledger.Book, p *ronda.Pack) error {
	words := map[string][]string{}
	for _, x := range p.Platforms {
		words["platform"] = append(words["platform"], x.ID)
	}
	for _, x := range p.Authorities {
		words["authority"] = append(words["authority"], x.ID)
		words["requester"] = append(words["requester"], x.ID)
	}
	for _, x := range p.Categories {
		words["category"] = append(words["category"], x.ID)
	}
	for _, x := range p.Regions {
		if x.Code != "" {
			words["region"] = append(words["region"], x.Code)
		}
	}
	for field, list := range words {
		if err := b.Allow(field, list...); err != nil {
			return fmt.Errorf("limit the log's words: %w", err)
		}
	}
	return nil
}

// join makes the services of the stages.
func (a *app) join() {
	ids := ronda.IDs{Rand: rand.Reader}
	a.joinAccounts(ids)
	a.cases = &casework.Service{
		Pack: a.pack, Store: a.db, Reports: a.db, Readers: a.db, Now: a.now, IDs: ids, Pick: casework.RandomPick, Log: a.log,
		Leaf: func(act ronda.LogAct) (ronda.Leaf, error) { return a.book.Leaf(act, rand.Reader) },
	}
	a.intake = &intake.Service{
		Pack: a.pack, Store: a.db, Counts: a.db, Throttle: a.limits, Links: linkDoor{a.links}, Matcher: matchDoor{a}, Claims: a.db,
		Evidence: fileDoor{a}, Keys: a.keys, Cases: a.cases, Pictures: pictureDoor{a}, Fold: fingerprint.Normalize, Signature: signatureOf, Official: a.db,
	}
	a.joinPartners()
	a.research = &research.Service{Pack: a.pack, Store: a.db, Keys: a.keys, Throttle: a.limits, Env: a.cases.Env, Rand: rand.Reader}
	a.notices = &notice.Service{
		Pack: a.pack, Store: a.db, Cases: a.cases, Domain: a.cfg.Base().Hostname(), Now: a.now, Log: a.log,
		Channels: map[string]notice.Channel{"portal": notice.Portal{}, "manual": notice.Manual{}},
	}
	a.campaign = a.newCampaign()
	a.answers = &response.Service{Store: a.db, Cases: a.cases}
	a.appeals = &appeal.Service{
		Pack: a.pack, Store: a.db, Files: a.db, Cases: a.cases, Links: linkDoor{a.links}, Throttle: a.limits, Pick: casework.RandomPick, Leaf: a.cases.Leaf, Log: a.log,
		Refused: a.cases.Refused,
	}
}

// Close closes everything in reverse order.
func (a *app) Close() error {
	var err error
	for i := len(a.close) - 1; i >= 0; i-- {
		err = errors.Join(err, a.close[i]())
	}
	a.close = nil
	return err
}
