package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"net/url"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/job"
	"ronda/internal/notice"
	"ronda/internal/notice/smtp"
	"ronda/internal/notice/webhook"
	"ronda/internal/publish"
	"ronda/internal/web"
)

// The jobs that bring an alert to its subscribers: one mail or one request each, and the mail that asks whether somebody wants them.
const (
	jobAlertMail   = "alert.mail"
	jobAlertHook   = "alert.hook"
	jobAlertAsk    = "alert.ask"
	jobAlertForget = "alert.forget"
)

// confirmWithin is how long somebody has to confirm a subscription before the address is forgotten.
const confirmWithin = 72 * time.Hour

// spread keeps who gets alerts by mail and web hook, and hands alerts on. Addresses and keys are sealed in the database.
type spread struct {
	app   *app
	mail  *smtp.Server // nil without a mail server
	texts *i18n.Catalogue
	post  webhook.Poster
}

// target is what is sealed of a subscriber.
type target struct {
	To  string `json:"to"`
	Key []byte `json:"key,omitempty"` // of a web hook
}

// MailWorks tells whether a mail server is set.
func (s *spread) MailWorks() bool { return s.mail != nil }

// secret is what a mail carries to confirm or to stop: the id and a keyed check of it. Nothing of it is stored.
func (s *spread) secret(id string) string {
	m := hmac.New(sha256.New, s.app.keys.Derive("subscriber", 32))
	m.Write([]byte(id))
	return id + "-" + hex.EncodeToString(m.Sum(nil)[:16])
}

// idOf returns the id of a secret that is ours.
func (s *spread) idOf(secret string) (string, error) {
	id, _, _ := strings.Cut(secret, "-")
	if len(secret) > 100 || !hmac.Equal([]byte(s.secret(id)), []byte(secret)) {
		return "", ronda.Errorf(ronda.NotFound, "subscriber.not_found", "")
	}
	return id, nil
}

// AskMail keeps an address unconfirmed and owes the mail that asks its owner. One that is known already gets no second mail, and that does not show.
func (s *spread) AskMail(ctx context.Context, address, region, lang, client string, least int) error {
	_, err := s.ask(ctx, address, region, lang, client, least)
	return err
}

// ask is AskMail with the id of the row, "" where the address is known already.
func (s *spread) ask(ctx context.Context, address, region, lang, client string, least int) (id string, err error) {
	a := s.app
	parsed, err := mail.ParseAddress(strings.TrimSpace(address))
	if err != nil || parsed.Name != "" || len(parsed.Address) > 254 || !strings.Contains(parsed.Address, ".") {
		return "", ronda.Errorf(ronda.Invalid, "subscriber.mail", "mail")
	}
	if err := s.checkTerms(region, least); err != nil {
		return "", err
	}
	if err := a.limits.Allow(ctx, "subscribe", client, 1); err != nil {
		return "", err
	}
	to := strings.ToLower(parsed.Address)
	sub, err := s.subscriber(ronda.SubscriberMail, target{To: to}, region, least)
	if err != nil {
		return "", err
	}
	sub.Lang = lang
	added, err := a.db.AddSubscriber(ctx, sub,
		ronda.Job{Kind: jobAlertAsk, Key: sub.ID, RunAt: sub.CreatedAt, Args: map[string]string{"subscriber": sub.ID}},
		ronda.Job{Kind: jobAlertForget, Key: jobAlertForget, RunAt: sub.CreatedAt.Add(confirmWithin + time.Minute)})
	if !added {
		return "", err
	}
	return sub.ID, err
}

func (s *spread) checkTerms(region string, least int) error {
	if _, ok := s.app.pack.Region(region); !ok && region != "" {
		return ronda.Errorf(ronda.Invalid, "publish.region", "region")
	}
	if least < 1 || least > 5 {
		return ronda.Errorf(ronda.Invalid, "subscriber.least", "least")
	}
	return nil
}

func (s *spread) subscriber(kind string, t target, region string, least int) (ronda.Subscriber, error) {
	env := s.app.cases.Env()
	plain, err := json.Marshal(t)
	if err != nil {
		return ronda.Subscriber{}, fmt.Errorf("write subscriber: %w", err)
	}
	sealed, err := s.app.keys.Seal("subscriber", plain)
	if err != nil {
		return ronda.Subscriber{}, fmt.Errorf("seal subscriber: %w", err)
	}
	return ronda.Subscriber{ID: env.ID(), Kind: kind, Region: region, Least: least, Known: s.app.keys.Fingerprint("subscriber", []byte(kind+"\x00"+t.To+"\x00"+region)),
		Sealed: sealed, CreatedAt: env.Now}, nil
}

func (s *spread) open(sub ronda.Subscriber) (target, error) {
	var t target
	plain, err := s.app.keys.Unseal("subscriber", sub.Sealed)
	if err != nil {
		return t, fmt.Errorf("open subscriber %s: %w", sub.ID, err)
	}
	return t, json.Unmarshal(plain, &t)
}

// Confirm turns a subscription on.
func (s *spread) Confirm(ctx context.Context, secret string) (string, error) {
	id, err := s.idOf(secret)
	if err != nil {
		return "", err
	}
	sub, err := s.app.db.Subscriber(ctx, id)
	if err != nil {
		return "", err
	}
	return sub.Region, s.app.db.ConfirmSubscriber(ctx, id, s.app.now().UTC())
}

// Leave forgets a subscriber. Who has left already has left.
func (s *spread) Leave(ctx context.Context, secret string) error {
	id, err := s.idOf(secret)
	if err != nil {
		return err
	}
	return s.app.db.DropSubscriber(ctx, id)
}

// AddHook makes a web hook of a partner that may work. Its key is shown once.
func (s *spread) AddHook(ctx context.Context, who ronda.Actor, address, region string, least int) (string, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || len(address) > 2000 {
		return "", ronda.Errorf(ronda.Invalid, "subscriber.target", "target")
	}
	if err := s.checkTerms(region, least); err != nil {
		return "", err
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return "", fmt.Errorf("draw key: %w", err)
	}
	sub, err := s.subscriber(ronda.SubscriberHook, target{To: u.String(), Key: key}, region, least)
	if err != nil {
		return "", err
	}
	sub.Org, sub.ConfirmedAt, sub.Lang = who.Org, sub.CreatedAt, s.app.pack.Languages[0]
	added, err := s.app.db.AddSubscriber(ctx, sub)
	if err == nil && !added {
		return "", ronda.Errorf(ronda.Invalid, "subscriber.known", "target")
	}
	return "whsec_" + base64.StdEncoding.EncodeToString(key), err
}

// Hooks lists an organisation's web hooks.
func (s *spread) Hooks(ctx context.Context, org string) ([]web.AlertHook, error) {
	list, err := s.app.db.OrgSubscribers(ctx, org)
	if err != nil {
		return nil, err
	}
	var out []web.AlertHook
	for _, x := range list {
		t, err := s.open(x)
		if err != nil {
			return nil, err
		}
		out = append(out, web.AlertHook{ID: x.ID, Target: t.To, Region: x.Region, Least: x.Least, Since: x.CreatedAt})
	}
	return out, nil
}

// DropHook removes a web hook of the organisation.
func (s *spread) DropHook(ctx context.Context, org, id string) error {
	x, err := s.app.db.Subscriber(ctx, id)
	if err != nil {
		return err
	}
	if org == "" || x.Org != org {
		return ronda.Errorf(ronda.NotFound, "subscriber.not_found", "")
	}
	return s.app.db.DropSubscriber(ctx, id)
}

// handlers are the jobs of alerts.
func (s *spread) handlers() map[string]job.Handler {
	return map[string]job.Handler{
		publish.JobSpread:      s.fanOut,
		publish.JobAnswers:     s.app.findAnswers,
		publish.JobAnswersMany: s.app.findAnswersMany,
		jobAlertMail:           s.sendMail,
		jobAlertHook:           s.sendHook,
		jobAlertAsk:            s.sendAsk,
		jobAlertForget: func(ctx context.Context, _ ronda.Job) error {
			return s.app.db.DropUnconfirmed(ctx, s.app.now().Add(-confirmWithin))
		},
	}
}

// fanOut owes a delivery to each subscriber of an alert. Run again it owes each once more at most: the key holds the event.
func (s *spread) fanOut(ctx context.Context, j ronda.Job) error {
	al, err := s.app.db.Alert(ctx, j.Args["alert"])
	if err != nil {
		return err
	}
	withdrawn := j.Args["kind"] == string(ronda.EventAlertWithdrawn)
	if !withdrawn && !al.Live(s.app.now()) {
		return nil // over or withdrawn before it went round: whoever did not get it need not be told
	}
	for after := ""; ; {
		page, err := s.app.db.Subscribers(ctx, after, 500)
		if err != nil {
			return err
		}
		var jobs []ronda.Job
		for _, sub := range page {
			after = sub.ID
			if !sub.Gets(al, s.app.pack) || sub.Kind == ronda.SubscriberMail && s.mail == nil {
				continue
			}
			kind := jobAlertMail
			if sub.Kind == ronda.SubscriberHook {
				kind = jobAlertHook
			}
			jobs = append(jobs, ronda.Job{Kind: kind, Key: j.Args["event"] + ":" + sub.ID, RunAt: s.app.now(), Args: map[string]string{"alert": al.ID, "event": j.Args["event"], "kind": j.Args["kind"], "subscriber": sub.ID}})
		}
		if err := s.app.db.AddJobs(ctx, jobs...); err != nil {
			return err
		}
		if len(page) < 500 {
			return nil
		}
	}
}

// delivery is what a job is about; gone is true where the subscriber has left or the alert is over.
func (s *spread) delivery(ctx context.Context, j ronda.Job) (al ronda.Alert, sub ronda.Subscriber, t target, gone bool, err error) {
	if sub, err = s.app.db.Subscriber(ctx, j.Args["subscriber"]); err != nil {
		return al, sub, t, ronda.KindOf(err) == ronda.NotFound, err
	}
	if al, err = s.app.db.Alert(ctx, j.Args["alert"]); err != nil {
		return al, sub, t, false, err
	}
	if j.Args["kind"] == string(ronda.EventAlertPublished) && !al.Live(s.app.now()) {
		return al, sub, t, true, nil
	}
	t, err = s.open(sub)
	return al, sub, t, false, err
}

func (s *spread) link(lang, path string) string {
	if lang != s.app.pack.Languages[0] {
		path = "/" + lang + path
	}
	return strings.TrimSuffix(s.app.cfg.Base().String(), "/") + path
}

// text is an alert, or its withdrawal, as a message.
func (s *spread) text(ctx context.Context, p i18n.Printer, al ronda.Alert, kind string) string {
	source := s.app.orgName(ctx, al.Org)
	if al.Office != "" {
		source = s.app.pack.OfficeName(al.Office, p.Lang, al.PublishedAt)
	}
	link := s.link(p.Lang, "/peringatan/"+al.ID)
	if kind == string(ronda.EventAlertWithdrawn) {
		return publish.WithdrawnText(p, s.app.pack, al, source, link)
	}
	return publish.AlertText(p, s.app.pack, al, source, link)
}

// sendMail mails one subscriber. What may have arrived is not sent again.
func (s *spread) sendMail(ctx context.Context, j ronda.Job) error {
	al, sub, t, gone, err := s.delivery(ctx, j)
	if gone || err != nil || s.mail == nil {
		return onlyReal(gone, err)
	}
	p := s.texts.Printer(sub.Lang, s.app.pack.Zone(al.Region))
	word := p.T("alert.word")
	if j.Args["kind"] == string(ronda.EventAlertWithdrawn) {
		word = p.T("alert.withdrawn")
	}
	leave := s.link(sub.Lang, "/peringatan/langganan/berhenti/"+s.secret(sub.ID))
	body := s.text(ctx, p, al, j.Args["kind"]) + "\n\n-- \n" + p.T("subscribe.mail.foot", "place", publish.Place(p, s.app.pack, sub.Region), "link", leave) + "\n"
	return s.deliver(ctx, "alert-"+j.Args["event"]+"-"+sub.ID, t.To, word+": "+al.Title.In(sub.Lang), body, leave)
}

func onlyReal(gone bool, err error) error {
	if gone {
		return nil
	}
	return err
}

// sendAsk asks the owner of an address.
func (s *spread) sendAsk(ctx context.Context, j ronda.Job) error {
	sub, err := s.app.db.Subscriber(ctx, j.Args["subscriber"])
	if ronda.KindOf(err) == ronda.NotFound || s.mail == nil {
		return nil
	}
	if err != nil || !sub.ConfirmedAt.IsZero() {
		return err
	}
	t, err := s.open(sub)
	if err != nil {
		return job.Permanent(err)
	}
	p := s.texts.Printer(sub.Lang, s.app.pack.Zone(sub.Region))
	place := publish.Place(p, s.app.pack, sub.Region)
	yes := s.link(sub.Lang, "/peringatan/langganan/ya/"+s.secret(sub.ID))
	leave := s.link(sub.Lang, "/peringatan/langganan/berhenti/"+s.secret(sub.ID))
	return s.deliver(ctx, "alert-ask-"+sub.ID, t.To, p.T("subscribe.mail.subject", "place", place), p.T("subscribe.mail.body", "place", place, "link", yes)+"\n", leave)
}

// deliver sends one mail that can be stopped with one click (RFC 8058).
func (s *spread) deliver(ctx context.Context, id, to, subject, body, leave string) error {
	m := gomail.NewMsg()
	if err := m.From(s.mail.From); err != nil {
		return job.Permanent(fmt.Errorf("name sender: %w", err))
	}
	if err := m.To(to); err != nil {
		return job.Permanent(fmt.Errorf("name recipient: %w", err))
	}
	m.SetMessageIDWithValue(id + "@" + s.app.notices.Domain)
	m.SetDateWithValue(s.app.now())
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("List-Unsubscribe", "<"+leave+">")
	m.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	m.Subject(subject)
	m.SetBodyString(gomail.TypeTextPlain, body)
	if err := s.mail.Deliver(ctx, to, m); err != nil {
		if errors.Is(err, notice.ErrNotSent) {
			return fmt.Errorf("send alert: %w", err)
		}
		s.app.log.WarnContext(ctx, "outcome of alert mail unknown", "message", id, "error", err)
	}
	return nil
}

// hookMessage is the body of a web hook.
type hookMessage struct {
	Type    string            `json:"type"` // "alert.published" or "alert.withdrawn"
	ID      string            `json:"id"`   // of the event, as in Webhook-Id: the same for every try
	Alert   string            `json:"alert"`
	URL     string            `json:"url"`
	CAP     string            `json:"cap"`
	Region  string            `json:"region"`
	Urgency int               `json:"urgency"`
	Title   ronda.Text        `json:"title"`
	Text    map[string]string `json:"text"` // as a message in each language; what goes around is marked in it
	Because string            `json:"withdrawn_because,omitempty"`
	Until   time.Time         `json:"expires_at"`
}

// sendHook posts to one server, signed as the notices' web hooks are. A repeat carries the same number, so it may be tried again.
func (s *spread) sendHook(ctx context.Context, j ronda.Job) error {
	al, _, t, gone, err := s.delivery(ctx, j)
	if gone || err != nil {
		return onlyReal(gone, err)
	}
	m := hookMessage{Type: j.Args["kind"], ID: j.Args["event"], Alert: al.ID, URL: s.link(s.app.pack.Languages[0], "/peringatan/"+al.ID), CAP: s.link(s.app.pack.Languages[0], "/peringatan/"+al.ID+"/cap.xml"),
		Region: al.Region, Urgency: al.Urgency, Title: al.Title, Text: map[string]string{}, Because: al.Because, Until: al.ExpiresAt.UTC()}
	for _, lang := range s.app.pack.Languages {
		m.Text[lang] = s.text(ctx, s.texts.Printer(lang, s.app.pack.Zone(al.Region)), al, j.Args["kind"])
	}
	body, err := json.Marshal(m)
	if err != nil {
		return job.Permanent(fmt.Errorf("write message: %w", err))
	}
	h := http.Header{"Content-Type": {"application/json"}}
	webhook.Sign(h, t.Key, "alert", m.ID, s.app.now(), body)
	status, _, err := s.post.Post(ctx, t.To, h, body)
	switch {
	case err != nil:
		return fmt.Errorf("post alert: %w", err)
	case status >= 200 && status < 300 || status == http.StatusConflict:
		return nil
	case status == http.StatusGone || status == http.StatusNotFound:
		return job.Permanent(fmt.Errorf("post alert: answer %d", status))
	}
	return fmt.Errorf("post alert: answer %d", status)
}
