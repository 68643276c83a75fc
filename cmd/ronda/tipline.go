package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ronda"
	"ronda/internal/config"
	"ronda/internal/i18n"
	"ronda/internal/job"
	"ronda/internal/tipline"
	"ronda/internal/tipline/line"
	"ronda/internal/tipline/telegram"
	"ronda/internal/tipline/whatsapp"
	"ronda/internal/web"
)

// tiplineParts are the parts of the chat door.
type tiplineParts struct {
	tipline *tipline.Service
	tips    tipDoors // the chat applications that are set up
	push    *tipline.Push
}

// tipDoors are the chat applications that are set up; nil where one is not.
type tipDoors struct {
	telegram *telegram.Adapter
	whatsapp *whatsapp.Adapter
	line     *line.Adapter
}

// openTipline joins the conversation engine with intake and the applications. Without one it still serves the terminal.
func (a *app) openTipline() error {
	texts, err := i18n.Load(a.pack.Languages...)
	if err != nil {
		return fmt.Errorf("load texts: %w", err)
	}
	places, err := tipline.NewPlaces(a.pack)
	if err != nil {
		return err
	}
	a.tipline = &tipline.Service{
		Talk:  tipline.Talk{Pack: a.pack, Texts: texts, Places: places, Base: strings.TrimRight(a.cfg.Base().String(), "/")},
		Inbox: a.db, Outbox: a.db, Desk: a.intake, Reports: reportDoor{a}, Keys: a.keys, Throttle: a.limits,
		Providers: map[string]tipline.Provider{}, IDs: ronda.IDs{Rand: rand.Reader}, Leaf: a.cases.Leaf, Now: a.now, Log: a.log,
	}
	a.push = &tipline.Push{Service: a.tipline, News: a.db, Cases: a.db, Alerts: a.tiplineAlert, Log: a.log}
	return errors.Join(a.openTelegram(), a.openWhatsApp(texts), a.openLine())
}

func (a *app) openTelegram() error {
	if a.cfg.TelegramTokenFile == "" {
		return nil
	}
	token, err := config.ReadSecret(a.cfg.TelegramTokenFile)
	if err != nil {
		return fmt.Errorf("open Telegram: %w", err)
	}
	cfg := telegram.Config{Token: token, User: a.cfg.TelegramUser, URL: a.cfg.TelegramURL}
	if a.cfg.TelegramSecretFile != "" {
		if cfg.Secret, err = config.ReadSecret(a.cfg.TelegramSecretFile); err != nil {
			return fmt.Errorf("open Telegram: %w", err)
		}
	}
	if a.tips.telegram, err = telegram.New(cfg, a.tipline, a.log.Warn); err != nil {
		return err
	}
	a.tipline.Providers[telegram.Name] = a.tips.telegram
	return nil
}

func (a *app) openWhatsApp(texts *i18n.Catalogue) error {
	if a.cfg.WhatsAppTokenFile == "" {
		return nil
	}
	cfg := whatsapp.Config{Phone: a.cfg.WhatsAppPhoneID, Template: a.cfg.WhatsAppTemplate, URL: a.cfg.WhatsAppURL,
		Choose: func(lang string) string { return texts.Printer(lang, nil).T("tip.choose") }}
	for into, path := range map[*string]string{&cfg.Token: a.cfg.WhatsAppTokenFile, &cfg.Secret: a.cfg.WhatsAppSecretFile, &cfg.Verify: a.cfg.WhatsAppVerifyFile} {
		secret, err := config.ReadSecret(path)
		if err != nil {
			return fmt.Errorf("open WhatsApp: %w", err)
		}
		*into = secret
	}
	var err error
	if a.tips.whatsapp, err = whatsapp.New(cfg, a.tipline, a.log.Warn); err != nil {
		return err
	}
	a.tipline.Providers[whatsapp.Name] = a.tips.whatsapp
	return nil
}

func (a *app) openLine() error {
	if a.cfg.LineTokenFile == "" {
		return nil
	}
	token, err := config.ReadSecret(a.cfg.LineTokenFile)
	if err != nil {
		return fmt.Errorf("open LINE: %w", err)
	}
	secret, err := config.ReadSecret(a.cfg.LineSecretFile)
	if err != nil {
		return fmt.Errorf("open LINE: %w", err)
	}
	if a.tips.line, err = line.New(line.Config{Token: token, Secret: secret, URL: a.cfg.LineURL, DataURL: a.cfg.LineDataURL}, a.tipline, a.log.Warn); err != nil {
		return err
	}
	a.tipline.Providers[line.Name] = a.tips.line
	return nil
}

// mountTipline serves the web hooks of the applications that are set up. The others' addresses do not exist.
func (a *app) mountTipline(mux *http.ServeMux) {
	if a.tips.telegram != nil && !a.cfg.TelegramPoll {
		mux.Handle("POST /tipline/telegram", a.tips.telegram)
	}
	if a.tips.whatsapp != nil {
		mux.Handle("POST /tipline/whatsapp", a.tips.whatsapp)
		mux.Handle("GET /tipline/whatsapp", a.tips.whatsapp)
	}
	if a.tips.line != nil {
		mux.Handle("POST /tipline/line", a.tips.line)
	}
}

// chatAccounts are the official accounts, as the pages name them.
func (a *app) chatAccounts() []web.ChatAccount {
	var out []web.ChatAccount
	if name := strings.TrimPrefix(a.cfg.TelegramUser, "@"); a.tips.telegram != nil && name != "" {
		out = append(out, web.ChatAccount{App: "Telegram", Name: "@" + name, Link: "https://t.me/" + url.PathEscape(name)})
	}
	if a.tips.whatsapp != nil && a.cfg.WhatsAppNumber != "" {
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, a.cfg.WhatsAppNumber)
		out = append(out, web.ChatAccount{App: "WhatsApp", Name: a.cfg.WhatsAppNumber, Link: "https://wa.me/" + digits})
	}
	if a.tips.line != nil && a.cfg.LineID != "" {
		out = append(out, web.ChatAccount{App: "LINE", Name: a.cfg.LineID, Link: "https://line.me/R/ti/p/" + url.PathEscape(a.cfg.LineID)})
	}
	return out
}

// tiplineOn tells whether any application is set up.
func (a *app) tiplineOn() bool { return len(a.tipline.Providers) > 0 }

// tiplineJobs adds the jobs of the conversations. They have a worker of their own, so that a slow mail server does not keep a voter waiting.
func (a *app) tiplineJobs(all map[string]job.Handler) {
	all[tipline.JobTidy] = func(ctx context.Context, _ ronda.Job) error { return a.tipline.Tidy(ctx, a.db) }
}

// chatJobs are the jobs of the tipline's own worker.
func (a *app) chatJobs() map[string]job.Handler {
	return map[string]job.Handler{
		tipline.JobTurn: func(ctx context.Context, j ronda.Job) error { return a.tipline.Turn(ctx, j.Args["chat"]) },
		tipline.JobSend: func(ctx context.Context, j ronda.Job) error { return a.tipline.Send(ctx, j.Args["chat"]) },
	}
}

// chatParallel is how many conversations are served at once.
const chatParallel = 8

// runTipline starts what serves the conversations. Tidying goes on where an application was taken out of service: what it left is personal data.
func (a *app) runTipline(ctx context.Context, running *sync.WaitGroup) error {
	if err := a.db.AddJobs(ctx, a.tipline.TidyJob(a.now())); err != nil {
		return fmt.Errorf("plan tidying of conversations: %w", err)
	}
	if !a.tiplineOn() {
		return nil
	}
	wake, stopWake := a.db.NewJobs()
	worker := &job.Worker{Store: a.db, Handlers: a.chatJobs(), Owner: "tipline-" + ronda.IDs{Rand: rand.Reader}.Code(8), Now: a.now, Wake: wake, Log: a.log, Parallel: chatParallel}
	running.Go(func() { defer stopWake(); worker.Run(ctx) })
	changed, stopChanged := a.db.NewEvents()
	running.Go(func() { defer stopChanged(); a.push.Run(ctx, changed, time.Second) })
	if a.tips.telegram != nil && a.cfg.TelegramPoll {
		running.Go(func() { a.tips.telegram.Poll(ctx) })
	}
	if a.tips.telegram != nil && !a.cfg.TelegramPoll {
		running.Go(func() {
			if err := a.tips.telegram.SetHook(ctx, a.cfg.Base()); err != nil && ctx.Err() == nil {
				a.log.ErrorContext(ctx, "Telegram does not know where to send messages", "error", err)
			}
		})
	}
	return nil
}

// tiplineAlert puts an alert into the words of the tipline. What goes around is not among them: a chat shows nothing behind a mark.
func (a *app) tiplineAlert(ctx context.Context, id string) (tipline.Alert, error) {
	al, err := a.db.Alert(ctx, id)
	if err != nil {
		return tipline.Alert{}, err
	}
	text := ronda.Text{}
	for lang, title := range al.Title {
		text[lang] = title + "\n\n" + al.Text.In(lang)
	}
	return tipline.Alert{ID: al.ID, Region: al.Region, Urgency: al.Urgency, Text: text, Path: "/peringatan/" + al.ID, Live: al.Live(a.now())}, nil
}

// reportDoor erases reports for people who ask for it.
type reportDoor struct{ a *app }

// ReportByCode finds a report.
func (d reportDoor) ReportByCode(ctx context.Context, code string) (ronda.Report, error) {
	return d.a.db.ReportByCode(ctx, code)
}

// EraseReport removes who sent a report and what it says. Files that became evidence stay with the case under its own rules; where a hold keeps the words,
// only the sender goes.
func (d reportDoor) EraseReport(ctx context.Context, id string) (held bool, err error) {
	r, err := d.a.db.Report(ctx, id)
	if err != nil {
		return false, err
	}
	cmd := ronda.EraseData{Report: id, Kinds: []ronda.RetentionKind{ronda.KeepContact, ronda.KeepReport}, Cause: ronda.ErasedByReporter}
	_, err = d.a.cases.Do(ctx, ronda.System(), r.Case, 0, cmd)
	if ronda.CodeOf(err) == "erasure.held" {
		cmd.Kinds = cmd.Kinds[:1]
		_, err = d.a.cases.Do(ctx, ronda.System(), r.Case, 0, cmd)
		return true, err
	}
	return false, err
}

// tipFigures are the tipline's figures: how long messages wait to be answered and to go out, and how many were given up.
type tipFigures struct{ a *app }

var (
	tipInbox     = prometheus.NewDesc("ronda_tipline_inbox_messages", "Messages that are not answered yet.", []string{"provider"}, nil)
	tipInboxLag  = prometheus.NewDesc("ronda_tipline_inbox_lag_seconds", "Age of the oldest message that is not answered yet.", []string{"provider"}, nil)
	tipOutbox    = prometheus.NewDesc("ronda_tipline_outbox_messages", "Outgoing messages by state; dead ones need a person.", []string{"provider", "state"}, nil)
	tipOutboxAge = prometheus.NewDesc("ronda_tipline_outbox_age_seconds", "Age of the oldest message that should have gone out.", []string{"provider"}, nil)
	tipChats     = prometheus.NewDesc("ronda_tipline_chats", "Conversations that are remembered.", []string{"provider"}, nil)
)

// Describe names the figures.
func (tipFigures) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{tipInbox, tipInboxLag, tipOutbox, tipOutboxAge, tipChats} {
		ch <- d
	}
}

// Collect reads them from the database.
func (f tipFigures) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	now := f.a.now()
	counts, err := f.a.db.TiplineCounts(ctx, now)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(tipInbox, err)
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	age := func(t time.Time) float64 {
		if t.IsZero() {
			return 0
		}
		return max(0, now.Sub(t).Seconds())
	}
	for _, c := range counts {
		gauge(tipChats, float64(c.Chats), c.Provider)
		gauge(tipInbox, float64(c.Waiting), c.Provider)
		gauge(tipInboxLag, age(c.OldestIn), c.Provider)
		gauge(tipOutboxAge, age(c.OldestOut), c.Provider)
		for _, state := range []string{ronda.TiplineWaiting, ronda.TiplineSending, ronda.TiplineHeld, ronda.TiplineDead} {
			gauge(tipOutbox, float64(c.Out[state]), c.Provider, state)
		}
	}
}

// writeStatus lists what the applications do, for an operator at a terminal.
func writeStatus(w io.Writer, counts []ronda.TiplineCounts, dead []ronda.TiplineOut, now time.Time) {
	if len(counts) == 0 {
		fmt.Fprintln(w, "no conversation yet")
	}
	since := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return now.Sub(t).Truncate(time.Second).String()
	}
	for _, c := range counts {
		fmt.Fprintf(w, "%-10s %d conversations, %d with alerts; to answer %d (oldest %s); to send %d (oldest %s), held %d, given up %d\n", c.Provider, c.Chats, c.Subscribed,
			c.Waiting, since(c.OldestIn), c.Out[ronda.TiplineWaiting]+c.Out[ronda.TiplineSending], since(c.OldestOut), c.Out[ronda.TiplineHeld], c.Out[ronda.TiplineDead])
	}
	for _, o := range dead {
		fmt.Fprintf(w, "given up   %s %s after %d attempts: %s\n", o.ID, o.Provider, o.Attempt, o.Failure)
	}
}
