// Package partner is where organisations of society come to work with the hub: they apply in public, people of different offices decide, and what
// they are accredited for, their ties and their suspensions are kept. Every change goes through Service: load, apply the pure rule, add the log
// entries and the clock that it owes, save all of it in one transaction.
package partner

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"ronda"
	"ronda/internal/mask"
)

// JobTick looks at a partner's clock when an urgent suspension lapses or an accreditation ends.
const JobTick = "partner.tick"

// Store is what partner needs of the database.
type Store interface {
	SavePartner(ctx context.Context, s ronda.PartnerSave) error
	Partner(ctx context.Context, org string) (ronda.Partner, error)
	PartnerByCode(ctx context.Context, code string) (ronda.Partner, error)
	ReceiptSubject(ctx context.Context, principal, key string) (string, error)
	PartnerContact(ctx context.Context, id string) ([]byte, error)
	Partners(ctx context.Context, f ronda.PartnerFilter, pack *ronda.Pack) ([]ronda.Partner, error)
}

// Flags tells how a partner's reports went.
type Flags interface {
	PartnerFlags(ctx context.Context, org string) ([]ronda.PartnerFlag, error)
	PriorityWaiting(ctx context.Context, org string) (int, error)
}

// Accounts makes the first account of a partner.
type Accounts interface {
	Create(ctx context.Context, login, name, password string, mandate ronda.Actor) (ronda.Account, error)
	Rescue(ctx context.Context, account string) (string, error)
	Disable(ctx context.Context, by ronda.Actor, account string) error
}

// Sealer hides how a contact person is reached from all but those who decide, and what was sent before from whoever reads the database.
type Sealer interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Unseal(purpose string, sealed []byte) ([]byte, error)
	Fingerprint(purpose string, data []byte) []byte
}

// Throttle limits applications and guesses at codes.
type Throttle interface {
	Allow(ctx context.Context, budget, key string, n int) error
}

// Service changes and shows partners.
type Service struct {
	Pack     *ronda.Pack
	Store    Store
	Flags    Flags
	Accounts Accounts
	Keys     Sealer
	Throttle Throttle
	Env      func() ronda.Env
	Leaf     func(ronda.LogAct) (ronda.Leaf, error)
	Log      *slog.Logger
}

// Application is what the public form sends.
type Application struct {
	Name, Kind         string
	Terms              ronda.PartnerTerms
	Statement, Funding string
	Publications       []string
	Contact            ronda.ContactPerson
	Sender             string // address of the client, for limits
	IdemKey            string
}

// Apply takes an application and returns the partner with its code. The same key gives the same application.
func (s *Service) Apply(ctx context.Context, in Application) (ronda.Partner, error) {
	if err := s.Throttle.Allow(ctx, "appeal", in.Sender, 1); err != nil {
		return ronda.Partner{}, err
	}
	var bad []*ronda.Error
	clean := func(text *string, field string) {
		out, err := mask.Clean(*text, 5000)
		if err != nil {
			bad = append(bad, ronda.Errorf(ronda.Invalid, "partner.text_broken", field))
		}
		*text = out
	}
	clean(&in.Name, "name")
	clean(&in.Statement, "statement")
	clean(&in.Funding, "funding")
	clean(&in.Contact.Name, "contact_name")
	in.Statement, _ = mask.Text(in.Statement)
	in.Funding, _ = mask.Text(in.Funding)
	var err error
	if in.Publications, err = publications(in.Publications); err != nil {
		bad = append(bad, ronda.Errorf(ronda.Invalid, "partner.publication_form", "publications"))
	}
	bad = append(bad, in.Contact.Check()...)
	cmd := ronda.ApplyAsPartner{Name: in.Name, Kind: in.Kind, Terms: in.Terms, Statement: in.Statement, Funding: in.Funding, Publications: in.Publications,
		HasContact: true, Contact: func(id string) ([]byte, error) { return s.seal(id, in.Contact) }}
	env := s.Env()
	p, events, err := ronda.ApplyPartner(ronda.Partner{}, ronda.Public(), cmd, env)
	if bad != nil {
		return p, join(err, bad)
	}
	if err != nil {
		return p, err
	}
	receipt := ronda.Idempotent{}
	if in.IdemKey != "" {
		key := in.IdemKey
		in.IdemKey, in.Sender = "", "" // the same words from another network are the same application; a corrected mail address is another
		body, err := json.Marshal(in)
		if err != nil {
			return p, fmt.Errorf("write application: %w", err)
		}
		hash := hex.EncodeToString(s.Keys.Fingerprint("partner-application", body))
		receipt = ronda.Idempotent{Principal: "anon:" + hash, Key: key, BodyHash: hash, Status: 201, At: env.Now}
	}
	err = s.save(ctx, p, events, receipt)
	if ronda.CodeOf(err) != "idempotency.done" {
		return p, err
	}
	id, err := s.Store.ReceiptSubject(ctx, receipt.Principal, receipt.Key)
	if err != nil {
		return p, fmt.Errorf("find the first application: %w", err)
	}
	return s.Store.Partner(ctx, id)
}

// join adds faults of the form to those of the rule.
func join(err error, bad []*ronda.Error) error {
	e, ok := err.(*ronda.Error)
	if !ok {
		return &ronda.Error{Kind: ronda.Invalid, Code: "partner.invalid", Fields: bad}
	}
	return &ronda.Error{Kind: e.Kind, Code: e.Code, Fields: append(append([]*ronda.Error(nil), e.Fields...), bad...)}
}

// publications keeps web addresses; what a browser would not open as a page is refused.
func publications(lines []string) ([]string, error) {
	var out []string
	for _, raw := range lines {
		raw = strings.TrimSpace(raw)
		if raw == "" {
			continue
		}
		u, err := url.Parse(raw)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(raw) > 500 {
			return nil, fmt.Errorf("publication %q is no web address", raw)
		}
		out = append(out, u.String())
	}
	return out, nil
}

func (s *Service) seal(id string, c ronda.ContactPerson) ([]byte, error) {
	doc, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write contact: %w", err)
	}
	sealed, err := s.Keys.Seal("partner-contact:"+id, doc)
	if err != nil {
		return nil, fmt.Errorf("seal contact: %w", err)
	}
	return sealed, nil
}

// retries is how often a change is applied again after somebody else was faster.
const retries = 8

// Do applies a command to a partner and saves what it did.
func (s *Service) Do(ctx context.Context, a ronda.Actor, id string, cmd ronda.PartnerCommand) (ronda.Partner, error) {
	for try := 0; ; try++ {
		p, err := s.Store.Partner(ctx, id)
		if err != nil {
			return p, err
		}
		next, events, err := ronda.ApplyPartner(p, a, cmd, s.Env())
		if err != nil {
			if ronda.KindOf(err) == ronda.Forbidden {
				s.Log.WarnContext(ctx, "attempt refused", "partner", id, "account", a.Account, "command", fmt.Sprintf("%T", cmd), "code", ronda.CodeOf(err))
			}
			return p, err
		}
		err = s.save(ctx, next, events, ronda.Idempotent{})
		if ronda.CodeOf(err) == "partner.changed" && try < retries && ctx.Err() == nil {
			continue
		}
		return next, err
	}
}

func (s *Service) save(ctx context.Context, p ronda.Partner, events []ronda.Event, receipt ronda.Idempotent) error {
	save := ronda.PartnerSave{Partner: p, Events: events, Jobs: Jobs(p), Receipt: receipt}
	for _, act := range ronda.PartnerActs(p, events) {
		leaf, err := s.Leaf(act)
		if err != nil {
			return fmt.Errorf("make log entry for %s: %w", act.Kind, err)
		}
		save.Leaves = append(save.Leaves, leaf)
	}
	return s.Store.SavePartner(ctx, save)
}

// Jobs is the look at a partner's clock that its state owes.
func Jobs(p ronda.Partner) []ronda.Job {
	at := p.NextTick()
	if at.IsZero() {
		return nil
	}
	return []ronda.Job{{Kind: JobTick, Key: JobTick + ":" + p.ID + ":" + at.UTC().Format(time.RFC3339), RunAt: at, Args: map[string]string{"partner": p.ID}}}
}

// Tick runs a partner's clock. Where nothing is due any more it does nothing.
func (s *Service) Tick(ctx context.Context, id string) error {
	_, err := s.Do(ctx, ronda.System(), id, ronda.TickPartner{})
	if ronda.CodeOf(err) == "partner.nothing_due" {
		return nil
	}
	return err
}
