package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/notice/channel"
	"ronda/internal/notice/letter"
	"ronda/internal/notice/mailin"
	"ronda/internal/notice/smtp"
	"ronda/internal/notice/webhook"
	"ronda/internal/safefetch"
)

// openChannels makes the ways by which acts leave: web hooks always, mail where a server is set.
func (a *app) openChannels() error {
	var err error
	if a.letters, err = letter.New(a.pack.Languages...); err != nil {
		return fmt.Errorf("prepare letters: %w", err)
	}
	agent := "Ronda/1 (+" + a.cfg.Base().String() + ")"
	if a.fetch, err = safefetch.New(safefetch.Options{UserAgent: agent}); err != nil {
		return fmt.Errorf("prepare outgoing requests: %w", err)
	}
	ids := ronda.IDs{Rand: rand.Reader}
	a.channels = &channel.Settings{Pack: a.pack, Store: a.db, Seals: a.keys, Rand: rand.Reader, Now: a.now, Mail: a.cfg.SMTPAddr != ""}
	a.hooks = &webhook.Channel{Settings: a.channels, Deliveries: a.db, Public: a.fetch, Private: webhook.NewPrivatePoster(agent), Document: a.letterJSON, Now: a.now, IDs: ids}
	a.mailIn = &mailin.Service{Store: a.db, Cases: a.cases}
	a.notices.Settings = a.channels
	a.notices.Channels[ronda.ChannelWebhook] = a.hooks
	if a.cfg.SMTPAddr == "" {
		return nil
	}
	server, err := a.mailServer()
	if err != nil {
		return err
	}
	texts, err := i18n.Load(a.pack.Languages...)
	if err != nil {
		return fmt.Errorf("load texts: %w", err)
	}
	a.digests = &digests{app: a, mail: server, texts: texts}
	composer := &smtp.Composer{Letters: a.letters, Texts: texts, Langs: a.pack.Languages, Document: a.document, Now: a.now}
	a.notices.Channels[ronda.ChannelEmail] = &smtp.Channel{Settings: a.channels, Deliveries: a.db, Server: server, Compose: composer.Compose, Now: a.now, IDs: ids}
	return nil
}

func (a *app) mailServer() (smtp.Server, error) {
	s := smtp.Server{Addr: a.cfg.SMTPAddr, Mode: smtp.TLS(a.cfg.SMTPTLS), User: a.cfg.SMTPUser, From: a.cfg.MailFrom, Hello: a.cfg.Base().Hostname()}
	if a.cfg.SMTPPasswordFile != "" {
		b, err := os.ReadFile(a.cfg.SMTPPasswordFile)
		if err != nil {
			return s, fmt.Errorf("read password of mail server: %w", err)
		}
		s.Password = strings.TrimSpace(string(b))
	}
	return s, nil
}

// document joins what a letter needs: the act, who signed, and where the public log holds it.
func (a *app) document(ctx context.Context, c ronda.Case, n ronda.Notice) (letter.Document, error) {
	names, err := a.accounts.Names(ctx)
	if err != nil {
		return letter.Document{}, fmt.Errorf("look up who signed: %w", err)
	}
	f := letter.Facts{Base: a.cfg.Base().String(), Demo: a.cfg.Demo, Email: a.cfg.MailFrom}
	for _, id := range []string{n.By, n.Signed} {
		if names[id] != "" {
			f.Signatories = append(f.Signatories, letter.Signatory{Name: names[id]})
		}
	}
	entries, err := a.db.NoticeEntries(ctx, n.ID)
	if err != nil {
		return letter.Document{}, fmt.Errorf("look up log entries: %w", err)
	}
	for _, e := range entries {
		if e.Kind == "notice_"+string(n.Act) && e.Numbered {
			f.Log = letter.LogEntry{Entered: true, Index: e.Number, Hash: e.Hash}
		}
	}
	return letter.FromNotice(a.pack, c, n, f), nil
}

func (a *app) letterJSON(ctx context.Context, c ronda.Case, n ronda.Notice) ([]byte, error) {
	d, err := a.document(ctx, c, n)
	if err != nil {
		return nil, err
	}
	return a.letters.JSON(d)
}
