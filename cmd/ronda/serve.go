package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/config"
	"ronda/internal/i18n"
	"ronda/internal/job"
	"ronda/internal/ledger"
	"ronda/internal/notice/letter"
	"ronda/internal/web"
)

// serveCmd runs the server.
type serveCmd struct{ config.Server }

// Limits of a connection: a phone on a slow line gets through, an idle attacker does not stay.
const (
	headerTimeout = 15 * time.Second
	bodyTimeout   = 5 * time.Minute
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 20 * time.Second
)

// Run serves until SIGINT or SIGTERM, then lets requests and jobs finish.
func (c *serveCmd) Run() error {
	if err := c.Server.Check(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return fmt.Errorf("read log level: %w", err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close()
	a, err := openApp(ctx, &c.Server, log, time.Now)
	if err != nil {
		return err
	}
	defer func() {
		if err := a.Close(); err != nil {
			log.Error("close", "error", err)
		}
	}()
	return a.serve(ctx, listener)
}

// serve prepares the state, starts the background work and answers requests.
func (a *app) serve(ctx context.Context, listener net.Listener) error {
	demo, err := a.prepare(ctx)
	if err != nil {
		return err
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	built, err := a.startIndex(work)
	if err != nil {
		return err
	}
	handler, err := a.handler(demo)
	if err != nil {
		return err
	}
	running, err := a.background(work, built)
	if err != nil {
		return err
	}
	if err := a.greet(ctx, listener); err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: bodyTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		a.log.Info("stopping")
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		err = server.Shutdown(grace)
	}
	stopWork()
	running.Wait()
	if serr := a.saveSnapshot(context.WithoutCancel(ctx)); serr != nil {
		a.log.Warn("index snapshot not saved", "error", serr)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// prepare brings the state to where requests and background work can begin, and returns the accounts that a demonstration lists.
func (a *app) prepare(ctx context.Context) (demo []web.DemoAccount, err error) {
	if err := a.checkDemo(ctx); err != nil {
		return nil, err
	}
	if err := a.loadClaims(ctx); err != nil {
		return nil, err
	}
	if err := a.noteRules(ctx); err != nil {
		return nil, fmt.Errorf("tell the log of its rules: %w", err)
	}
	if a.cfg.Demo {
		if demo, err = a.demo(ctx); err != nil {
			return nil, fmt.Errorf("make demonstration: %w", err)
		}
	}
	if err := a.portal.Load(ctx); err != nil {
		return nil, fmt.Errorf("load the public figures: %w", err)
	}
	return demo, nil
}

// checkDemo keeps demonstration and reality apart.
func (a *app) checkDemo(ctx context.Context) error {
	marked, err := a.db.Demo(ctx)
	if err != nil {
		return fmt.Errorf("look for the demonstration's mark: %w", err)
	}
	if marked && !a.cfg.Demo {
		return fmt.Errorf("the data in %s is a demonstration: start it with --demo, or choose another --data folder", a.cfg.Data)
	}
	return nil
}

// handler joins pages, log, health and figures on one address.
func (a *app) handler(demo []web.DemoAccount) (http.Handler, error) {
	messages, err := i18n.Load(a.pack.Languages...)
	if err != nil {
		return nil, fmt.Errorf("load texts: %w", err)
	}
	letters, err := letter.New(a.pack.Languages...)
	if err != nil {
		return nil, fmt.Errorf("prepare letters: %w", err)
	}
	site, err := web.New(web.Options{
		Pack: a.pack, Messages: messages, BaseURL: a.cfg.Base(), Key: a.keys.Derive("web", 32), Trusted: a.cfg.Trusted(), Demo: a.cfg.Demo,
		Now: a.now, Rand: rand.Reader, Log: a.log, Intake: a.intake, Links: linkDoor{a.links}, FactChecks: a.db, Alerts: a.db, Health: healthDoor{a},
		WorkOptions: web.WorkOptions{
			AuditOptions: web.AuditOptions{Auditor: &casework.Auditor{Pack: a.pack, Store: a.db, People: a.db, Now: a.now}},
			Casework:     a.cases, Notices: a.notices, Responses: a.answers, Appeals: a.appeals, Accounts: a.accounts, Readers: a.db, Evidence: fileDoor{a},
			DemoAccounts: demo, Suggest: a.suggest, Reuploads: a.reuploads, Wishes: a.db.Wishes, Letters: letters, LogEntries: a.db,
			ChannelOptions:  web.ChannelOptions{Channels: a.channels, Hooks: a.hooks, Deliveries: a.db, DeadJobs: a.db},
			PlatformOptions: a.platformPages(),
			Research:        a.research,
			Partners:        a.partners, InvitedCases: a.db.InvitedCases,
			BrigadeOptions:  web.BrigadeOptions{BrigadesOf: a.db.BrigadesOf, Brigades: a.db.Brigades},
			CalendarOptions: web.CalendarOptions{Feeds: a.db, Deadlines: a.deadlines},
		},
		PublishOptions:  a.publishOptions(),
		ChatOptions:     web.ChatOptions{Chats: a.chatAccounts()},
		DataOptions:     web.DataOptions{Portal: a.portal, LogStatus: a.ledger.Status, Downloads: a.downloads, Outside: a.outsideCounts, Attempts: a.db.AttemptCounts, Corrections: a.corrections},
		CampaignOptions: a.campaignOptions(),
		KeepingOptions:  web.KeepingOptions{Keeping: a.keeping},
	})
	if err != nil {
		return nil, fmt.Errorf("prepare pages: %w", err)
	}
	a.site = site
	pages, err := site.Handler()
	if err != nil {
		return nil, fmt.Errorf("prepare routes: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	if err := a.mountAPI(mux, messages); err != nil {
		return nil, err
	}
	a.mountTipline(mux)
	secure := a.cfg.Base().Scheme == "https"
	mux.Handle("/log/", plainHeaders(a.ledger.Handler("/log/", a.log), secure))
	mux.Handle("GET /healthz", plainHeaders(http.HandlerFunc(a.healthz), secure))
	mux.Handle("GET /metrics", plainHeaders(promhttp.HandlerFor(a.metrics(), promhttp.HandlerOpts{}), secure))
	return mux, nil
}

// plainHeaders gives the answers that are neither pages nor API, and that a browser should not take for either, the headers that those have.
func plainHeaders(next http.Handler, secure bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// background starts what works beside the requests: the event publisher, the index follower, the jobs and the log's sequencer.
func (a *app) background(ctx context.Context, built <-chan struct{}) (*sync.WaitGroup, error) {
	owner := "server"
	if a.db.Engine() != "sqlite" {
		owner = "server-" + ronda.IDs{Rand: rand.Reader}.Code(8)
	}
	sequencer, err := ledger.NewSequencer(ledger.Config{Store: a.db, Objects: a.objects, Key: a.logKey, Holder: owner,
		Witnesses: a.witnesses, Log: a.log})
	if err != nil {
		return nil, fmt.Errorf("prepare the log: %w", err)
	}
	a.ledger.Follow(sequencer)
	if a.digests != nil {
		if err := a.digests.start(ctx); err != nil {
			return nil, fmt.Errorf("plan digests: %w", err)
		}
	}
	if err := a.planRetention(ctx); err != nil {
		return nil, fmt.Errorf("plan retention: %w", err)
	}
	var running sync.WaitGroup
	wake, stopWake := a.db.NewJobs()
	worker := &job.Worker{Store: a.db, Handlers: a.handlers(), Owner: owner, Now: a.now, Wake: wake, Log: a.log}
	running.Go(func() { defer stopWake(); worker.Run(ctx) })
	running.Go(func() {
		a.db.RunPublisher(ctx, owner, followEvery, func(err error) { a.log.Error("publish events", "error", err) })
	})
	changed, stopChanged := a.db.NewEvents()
	running.Go(func() {
		defer stopChanged()
		select {
		case <-built:
		case <-ctx.Done():
			return
		}
		a.follower.Run(ctx, changed, func(err error) { a.log.Error("follow events", "error", err) })
	})
	running.Go(func() {
		if err := sequencer.Run(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("the public log has stopped", "error", err)
		}
	})
	running.Go(func() { a.wakeSequencer(ctx, sequencer) })
	running.Go(func() { a.keepFigures(ctx) })
	running.Go(func() { a.watchBrigades(ctx, owner) })
	running.Go(func() { a.watchTray(ctx) })
	running.Go(func() { a.watchQuiet(ctx) })
	running.Go(func() { a.sweep(ctx) })
	running.Go(func() { a.learnAll(ctx) })
	running.Go(func() { a.keepSnapshot(ctx) })
	running.Go(func() { a.down.run(ctx, a) })
	if err := a.runTipline(ctx, &running); err != nil {
		return nil, err
	}
	return &running, nil
}

// wakeSequencer tells the sequencer of commits of this process at once: an entry is owed in the same transaction as its events.
func (a *app) wakeSequencer(ctx context.Context, s *ledger.Sequencer) {
	signal, stop := a.db.NewEvents()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-signal:
			s.Wake()
		}
	}
}

// greet says where to click. The first start of a real installation prints the link with which the first administrator is made.
func (a *app) greet(ctx context.Context, listener net.Listener) error {
	base := a.cfg.Base().String()
	if a.cfg.BaseURL == "" {
		base = "http://" + listener.Addr().String()
	}
	fmt.Printf("Ronda %s\n  for everyone   %s/\n  for officers   %s/masuk\n  open data      %s/data\n", a.pack.ID, base, base, base)
	if a.cfg.Demo {
		fmt.Printf("  This is a demonstration: all of it is made up. The sign-in page lists the accounts.\n")
		return nil
	}
	link, err := a.accounts.SetupLink(ctx)
	if err != nil {
		return fmt.Errorf("make set-up link: %w", err)
	}
	if link != "" {
		fmt.Printf("  FIRST START: create the administrator at %s/undangan/%s (works once, for 48 hours)\n", base, link)
	}
	fmt.Printf("  data in %s, keys in %s\n", mustAbs(a.cfg.Data), mustAbs(a.cfg.KeyDir()))
	return nil
}

func mustAbs(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
