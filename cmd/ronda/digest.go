package main

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/job"
	"ronda/internal/notice"
	"ronda/internal/notice/smtp"
	"ronda/internal/web"
)

// The jobs of the daily digest: one that plans a day, and one for each mail.
const (
	jobDigestDay  = "digest.day"
	jobDigestMail = "digest.mail"
)

// digestHour is when people get their digest, by the clock of their region. A day is planned at three by the capital's clock: two hours before seven
// in the easternmost zone, which is two hours ahead.
const (
	digestHour = 7
	planHour   = 3
)

// digests writes and sends the daily mails. It exists only where a mail server is set.
type digests struct {
	app   *app
	mail  smtp.Server
	texts *i18n.Catalogue
}

// start owes the next day's plan. A plan that waits already is left as it is.
func (d *digests) start(ctx context.Context) error {
	return d.app.db.AddJobs(ctx, ronda.Job{Kind: jobDigestDay, Key: jobDigestDay, RunAt: d.next(planHour, d.app.pack.Zone(""))})
}

// next is the next time that clocks in the zone show the full hour.
func (d *digests) next(hour int, zone *time.Location) time.Time {
	now := d.app.now().In(zone)
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, zone)
	if !at.After(now) {
		at = time.Date(now.Year(), now.Month(), now.Day()+1, hour, 0, 0, 0, zone)
	}
	return at.UTC()
}

// plan owes a mail to each person with an address, at seven by the clock of their region, and the next day's plan. Running it twice owes each once.
func (d *digests) plan(ctx context.Context, _ ronda.Job) error {
	all, err := d.app.accounts.All(ctx)
	if err != nil {
		return fmt.Errorf("list accounts: %w", err)
	}
	jobs := []ronda.Job{{Kind: jobDigestDay, Key: jobDigestDay, RunAt: d.next(planHour, d.app.pack.Zone(""))}}
	for _, a := range all {
		if a.DisabledAt.IsZero() && mailOf(a) != "" && wantsDigest(a.Actor) {
			at := d.next(digestHour, d.zone(a.Actor))
			jobs = append(jobs, ronda.Job{Kind: jobDigestMail, Key: a.ID + ":" + at.Format(time.DateOnly), RunAt: at, Args: map[string]string{"account": a.ID, "day": at.Format(time.DateOnly)}})
		}
	}
	return d.app.db.AddJobs(ctx, jobs...)
}

// send mails one person's deadlines, if there are any. What the server refused is tried again; what may have arrived is not: a digest is not worth
// a second copy.
func (d *digests) send(ctx context.Context, j ronda.Job) error {
	acc, err := d.app.db.Account(ctx, j.Args["account"])
	if err != nil {
		return job.Permanent(err)
	}
	to := mailOf(acc)
	if to == "" || !acc.DisabledAt.IsZero() {
		return nil
	}
	list, err := d.app.deadlines(ctx, acc.Actor)
	if err != nil || len(list) == 0 {
		return err
	}
	msg, err := d.compose(acc, to, j.Args["day"], list)
	if err != nil {
		return job.Permanent(err)
	}
	if err := d.mail.Deliver(ctx, to, msg); err != nil {
		if errors.Is(err, notice.ErrNotSent) {
			return fmt.Errorf("send digest: %w", err)
		}
		d.app.log.WarnContext(ctx, "outcome of digest unknown", "account", acc.ID, "error", err)
	}
	return nil
}

func (d *digests) compose(acc ronda.Account, to, day string, list []web.Deadline) (*gomail.Msg, error) {
	p := d.texts.Printer(acc.Lang, d.zone(acc.Actor))
	var b strings.Builder
	b.WriteString(p.T("digest.lead") + "\n\n")
	for _, x := range list {
		fmt.Fprintf(&b, "- %s: %s\n", p.TimeIn(x.Due, d.app.pack.Zone(x.Region)), web.DeadlineText(p, x))
	}
	base := strings.TrimSuffix(d.app.cfg.Base().String(), "/")
	b.WriteString("\n" + p.T("digest.foot", "url", base+"/kerja/kalender") + "\n")
	m := gomail.NewMsg()
	if err := m.From(d.mail.From); err != nil {
		return nil, fmt.Errorf("name sender: %w", err)
	}
	if err := m.To(to); err != nil {
		return nil, fmt.Errorf("name recipient: %w", err)
	}
	m.SetMessageIDWithValue("digest-" + acc.ID + "-" + day + "@" + d.app.notices.Domain)
	m.SetDateWithValue(d.app.now())
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.Subject(p.T("digest.subject", "n", len(list)))
	m.SetBodyString(gomail.TypeTextPlain, b.String())
	return m, nil
}

// zone is the zone of a person's office; a platform's people have the country's.
func (d *digests) zone(a ronda.Actor) *time.Location {
	if o, ok := d.app.pack.Office(a.Office); ok {
		return d.app.pack.Zone(o.Region)
	}
	return d.app.pack.Zone("")
}

func wantsDigest(a ronda.Actor) bool {
	return a.Has(ronda.RoleLiaison) || a.Has(ronda.RoleOfficer) || a.Has(ronda.RoleLead) || a.Has(ronda.RoleContact)
}

// mailOf is a person's mail address: those who sign in with one have it.
func mailOf(a ronda.Account) string {
	if x, err := mail.ParseAddress(a.Login); err == nil && x.Address == a.Login {
		return a.Login
	}
	return ""
}
