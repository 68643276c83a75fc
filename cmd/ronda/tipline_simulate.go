package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"time"

	"ronda"
	"ronda/internal/config"
	"ronda/internal/job"
	"ronda/internal/tipline"
)

// tiplineCmd works with the chat door.
type tiplineCmd struct {
	Simulate tiplineSimulateCmd `cmd:"" help:"Have the conversation of the chat applications in this terminal, or from a script on standard input."`
	Status   tiplineStatusCmd   `cmd:"" help:"Say how many messages wait, and which were given up. The server must not run on an embedded database meanwhile."`
	Retry    tiplineRetryCmd    `cmd:"" help:"Let the messages that were given up go out again when the server next runs."`
}

// tiplineSimulateCmd is the conversation in a terminal.
type tiplineSimulateCmd struct {
	Data     string `help:"Data folder to use instead of a demonstration that is gone afterwards. Reports go to the sandbox." type:"path" placeholder:"DIR"`
	Demo     bool   `help:"The data folder is a demonstration, or is to become one."`
	Lang     string `help:"Language to begin in."`
	Election string `help:"Election pack." default:"pilkada-2024"`
}

// Run talks until the input ends.
func (c *tiplineSimulateCmd) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	cfg := config.Server{Listen: "127.0.0.1:8080", Data: c.Data, Demo: c.Demo, Election: c.Election}
	if c.Data == "" {
		dir, err := os.MkdirTemp("", "ronda-tipline-")
		if err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		defer os.RemoveAll(dir)
		cfg.Data, cfg.Demo = dir, true
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	a, err := openApp(ctx, &cfg, log, time.Now)
	if err != nil {
		return err
	}
	err = c.talk(ctx, a)
	return errors.Join(err, a.Close())
}

// terminalName is the application's name of a conversation in a terminal.
const terminalName = "terminal"

func (c *tiplineSimulateCmd) talk(ctx context.Context, a *app) error {
	if err := errors.Join(a.checkDemo(ctx), a.loadClaims(ctx)); err != nil {
		return err
	}
	if a.cfg.Demo {
		if _, err := a.demo(ctx); err != nil {
			return fmt.Errorf("make demonstration: %w", err)
		}
	}
	if err := a.publishOnce(ctx); err != nil {
		return err
	}
	a.follower = a.newFollower()
	if err := a.buildIndex(ctx); err != nil {
		return err
	}
	a.learnAll(ctx)
	a.tipline.Sandbox = !a.cfg.Demo
	if c.Lang == "" {
		c.Lang = a.pack.Languages[0]
	}
	t := &terminal{app: a, lang: c.Lang, out: os.Stdout, echo: !isTerminal(os.Stdin)}
	a.tipline.Providers[terminalName] = t
	if err := a.push.CatchUp(ctx); err != nil {
		return err
	}
	p := a.tipline.Talk.Texts.Printer(c.Lang, nil)
	fmt.Fprintln(t.out, p.T("tip.sim.intro"))
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for {
		if !t.echo {
			fmt.Fprint(t.out, "\n> ")
		}
		text, ok := readMessage(lines)
		if !ok || ctx.Err() != nil {
			break
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		if t.echo {
			fmt.Fprint(t.out, "\n> "+strings.ReplaceAll(text, "\n", "\n  ")+"\n")
		}
		done, err := t.hear(ctx, text)
		if err != nil || done {
			return err
		}
	}
	return lines.Err()
}

// readMessage reads a line; one that ends with a backslash goes on in the next.
func readMessage(lines *bufio.Scanner) (string, bool) {
	var parts []string
	for lines.Scan() {
		line := lines.Text()
		more := strings.HasSuffix(line, `\`)
		parts = append(parts, strings.TrimSuffix(line, `\`))
		if !more {
			return strings.Join(parts, "\n"), true
		}
	}
	return strings.Join(parts, "\n"), len(parts) > 0
}

// terminal is an application whose only user sits in front of it.
type terminal struct {
	app  *app
	lang string
	out  io.Writer
	echo bool // the input comes from a script: show it
	n    int
	last string // id of the last message, for an edit
}

// Limits is the measure of Telegram: what does not fit there is cut here too.
func (t *terminal) Limits() tipline.Limits {
	return tipline.Limits{Text: 4096, Asked: 4096, Room: 20, Count: tipline.CountUTF16}
}

// Send writes a message below the others.
func (t *terminal) Send(_ context.Context, d tipline.Delivery) error {
	m := d.Message
	text := m.Text()
	var b strings.Builder
	b.WriteString("\nRonda  ")
	b.WriteString(strings.ReplaceAll(text, "\n", "\n       "))
	b.WriteString("\n")
	for i, c := range m.Choices {
		label := c.Label
		if c.Full != "" && c.Full != c.Label {
			label += " (" + c.Full + ")"
		}
		fmt.Fprintf(&b, "       [%d] %s\n", i+1, label)
	}
	_, err := io.WriteString(t.out, b.String())
	return err
}

// Fetch opens a picture of this machine.
func (t *terminal) Fetch(_ context.Context, m tipline.Media) (io.ReadCloser, error) {
	f, err := os.Open(m.Ref)
	if err != nil {
		return nil, tipline.ErrNoFile
	}
	return f, nil
}

// kinds are messages that a terminal cannot send: it pretends to.
var kinds = map[string]tipline.Kind{"/suara": tipline.KindVoice, "/video": tipline.KindVideo, "/stiker": tipline.KindSticker, "/lokasi": tipline.KindLocation,
	"/kontak": tipline.KindContact, "/jajak": tipline.KindPoll, "/berkas": tipline.KindFile}

// hear gives a line to the conversation as its application would, and lets everything happen that follows from it.
func (t *terminal) hear(ctx context.Context, text string) (done bool, err error) {
	t.n++
	in := tipline.Incoming{Provider: terminalName, Message: fmt.Sprintf("%d:%d", t.app.now().UnixNano(), t.n), Chat: "1", From: "1", At: t.app.now(), Kind: tipline.KindText, Text: text, Lang: t.lang}
	word, rest, _ := strings.Cut(text, " ")
	switch {
	case word == "/keluar" || word == "/quit":
		return true, nil
	case word == "/petugas":
		return false, t.officer(ctx)
	case word == "/gambar":
		path, caption, _ := strings.Cut(strings.TrimSpace(rest), " ")
		in.Kind, in.Media, in.Text = tipline.KindPicture, tipline.Media{Ref: path}, caption
	case word == "/ubah":
		in.Kind, in.Source, in.Text = tipline.KindEdited, t.last, rest
	case word == "/tarik":
		in.Kind, in.Source, in.Text = tipline.KindDeleted, t.last, ""
	case kinds[word] != "":
		in.Kind, in.Text = kinds[word], rest
	case word == "/start":
		in.Kind = tipline.KindStart
	}
	if in.Kind == tipline.KindText || in.Kind == tipline.KindPicture {
		t.last = in.Message
	}
	if err := t.app.tipline.Receive(ctx, in); err != nil {
		return false, err
	}
	return false, t.app.settle(ctx)
}

// settle runs all work that is due, until nothing is left: what a server does in the background.
func (a *app) settle(ctx context.Context) error {
	all := a.handlers()
	for kind, h := range a.chatJobs() {
		all[kind] = h
	}
	delete(all, tipline.JobTidy)
	worker := &job.Worker{Store: a.db, Handlers: all, Owner: "simulate", Now: a.now, Log: a.log}
	for {
		ran, err := worker.RunDue(ctx)
		if err != nil {
			return err
		}
		if err := errors.Join(a.publishOnce(ctx), a.follower.CatchUp(ctx), a.push.CatchUp(ctx)); err != nil {
			return err
		}
		if ran == 0 {
			return nil
		}
	}
}

// publishOnce numbers the events that were committed.
func (a *app) publishOnce(ctx context.Context) error {
	fence, ok, err := a.db.LeasePublisher(ctx, "simulate", time.Minute)
	if err != nil || !ok {
		return err
	}
	for {
		n, err := a.db.PublishEvents(ctx, fence)
		if err != nil || n == 0 {
			return err
		}
	}
}

// officer lets an officer of the demonstration take up the case of the newest ticket, so that its news can be seen.
func (t *terminal) officer(ctx context.Context) error {
	p := t.app.tipline.Talk.Texts.Printer(t.lang, nil)
	if !t.app.cfg.Demo {
		fmt.Fprintln(t.out, p.T("tip.sim.no_officer"))
		return nil
	}
	reports, err := t.app.db.Reports(ctx, "", 1_000_000)
	if err != nil {
		return err
	}
	var newest ronda.Report
	for _, r := range reports {
		if r.Channel == terminalName && r.At.After(newest.At) {
			newest = r
		}
	}
	if newest.ID == "" {
		fmt.Fprintln(t.out, p.T("tip.sim.no_ticket"))
		return nil
	}
	c, err := t.app.db.Case(ctx, newest.Case)
	if err != nil {
		return err
	}
	officer := ronda.Actor{Account: "petugas-contoh", Office: c.Office, Org: strings.SplitN(c.Office, ":", 2)[0], Roles: []ronda.Role{ronda.RoleOfficer}, Demo: true}
	if _, err := t.app.cases.Do(ctx, officer, c.ID, 0, ronda.Take{}); err != nil {
		fmt.Fprintln(t.out, p.T("tip.sim.taken"))
		return nil
	}
	return t.app.settle(ctx)
}

// tiplineStatusCmd says how the chat applications do.
type tiplineStatusCmd struct{ config.Server }

// Run prints the figures.
func (c *tiplineStatusCmd) Run() error {
	return withStore(&c.Server, func(ctx context.Context, a *app) error {
		counts, err := a.db.TiplineCounts(ctx, a.now())
		if err != nil {
			return err
		}
		dead, err := a.db.DeadTiplineOut(ctx, 20)
		if err != nil {
			return err
		}
		for _, p := range []struct {
			name string
			set  bool
		}{{"telegram", a.tips.telegram != nil}, {"whatsapp", a.tips.whatsapp != nil}, {"line", a.tips.line != nil}} {
			state := "not set up"
			if p.set {
				state = "set up"
			}
			fmt.Printf("%-10s %s\n", p.name, state)
		}
		writeStatus(os.Stdout, counts, dead, a.now())
		return nil
	})
}

// tiplineRetryCmd lets messages that were given up go out again.
type tiplineRetryCmd struct{ config.Server }

// Run puts them back.
func (c *tiplineRetryCmd) Run() error {
	return withStore(&c.Server, func(ctx context.Context, a *app) error {
		now := a.now()
		n, err := a.db.RetryTiplineOut(ctx, now, func(chat string) ronda.Job {
			return ronda.Job{Kind: tipline.JobSend, Key: chat, RunAt: now, Args: map[string]string{"chat": chat}}
		})
		if err == nil {
			fmt.Printf("%d messages will be sent again\n", n)
		}
		return err
	})
}

// withStore opens the installation for a command that does not stay.
func withStore(cfg *config.Server, do func(ctx context.Context, a *app) error) error {
	if err := cfg.Check(); err != nil {
		return err
	}
	ctx := context.Background()
	a, err := openApp(ctx, cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})), time.Now)
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, a), a.Close())
}
