// Package research is where science asks for de-identified data: anyone may ask, two people of different offices decide, the project stands in a
// public list, and a token of its own reads for a time. Every change goes through Service: load, apply the pure rule, save in one transaction.
package research

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"ronda"
	"ronda/internal/mask"
)

// JobEnd ends a project when its time is over.
const JobEnd = "research.end"

// TokenPrefix is how a project's token begins, so that it is not taken for a person's.
const TokenPrefix = "rr_"

// Store is what research needs of the database.
type Store interface {
	SaveResearch(ctx context.Context, s ronda.ResearchSave) error
	ResearchProject(ctx context.Context, id string) (ronda.ResearchProject, error)
	ResearchByCode(ctx context.Context, code string) (ronda.ResearchProject, error)
	ResearchByToken(ctx context.Context, hash string) (ronda.ResearchProject, error)
	ResearchProjects(ctx context.Context) ([]ronda.ResearchProject, error)
	ResearchContact(ctx context.Context, id string) ([]byte, error)
	AddResearchRead(ctx context.Context, project, id, data string, rows int, at time.Time) error
	ResearchReads(ctx context.Context) (map[string]int64, error)
	ReceiptSubject(ctx context.Context, principal, key string) (string, error)
	Cases(ctx context.Context, after string, limit int) ([]ronda.Case, error)
	ReportStats(ctx context.Context, now time.Time, cases []string) (map[string]ronda.ReportStats, error)
}

// Keys hides how a contact person is reached from all but those who decide, and makes the names that rows have in one project's data.
type Keys interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Unseal(purpose string, sealed []byte) ([]byte, error)
	Fingerprint(purpose string, data []byte) []byte
}

// Throttle limits requests and guesses at codes.
type Throttle interface {
	Allow(ctx context.Context, budget, key string, n int) error
}

// Service changes and shows research projects.
type Service struct {
	Pack     *ronda.Pack
	Store    Store
	Keys     Keys
	Throttle Throttle
	Env      func() ronda.Env
	Rand     io.Reader // of tokens
}

// Request is what the public form sends.
type Request struct {
	Institution, Title, Purpose, Funding string
	Data                                 []string
	Months                               int
	Contact                              ronda.ContactPerson
	Sender                               string // address of the client, for limits
	IdemKey                              string
}

// Ask takes a request and returns the project with its code. The same key with the same words gives the same project.
func (s *Service) Ask(ctx context.Context, in Request) (ronda.ResearchProject, error) {
	if err := s.Throttle.Allow(ctx, "appeal", in.Sender, 1); err != nil {
		return ronda.ResearchProject{}, err
	}
	var bad []*ronda.Error
	for _, x := range []struct {
		text  *string
		field string
	}{{&in.Institution, "institution"}, {&in.Title, "title"}, {&in.Purpose, "purpose"}, {&in.Funding, "funding"}, {&in.Contact.Name, "contact_name"}} {
		clean, err := mask.Clean(*x.text, 5000)
		if err != nil {
			bad = append(bad, ronda.Errorf(ronda.Invalid, "partner.text_broken", x.field))
		}
		*x.text = clean
	}
	in.Purpose, _ = mask.Text(in.Purpose)
	in.Funding, _ = mask.Text(in.Funding)
	bad = append(bad, in.Contact.Check()...)
	env := s.Env()
	p, events, err := ronda.ApplyResearch(ronda.ResearchProject{}, ronda.Public(), ronda.AskResearch{Institution: in.Institution, Title: in.Title,
		Purpose: in.Purpose, Funding: in.Funding, Data: in.Data, Months: in.Months, Contact: func(id string) ([]byte, error) { return s.seal(id, in.Contact) }}, env)
	if bad != nil {
		var e *ronda.Error
		if errors.As(err, &e) {
			bad = append(append([]*ronda.Error(nil), e.Fields...), bad...)
		}
		return p, &ronda.Error{Kind: ronda.Invalid, Code: "research.invalid", Fields: bad}
	}
	if err != nil {
		return p, err
	}
	save := ronda.ResearchSave{Project: p, Events: events}
	if in.IdemKey != "" {
		key := in.IdemKey
		in.IdemKey, in.Sender = "", "" // the same words from another network are the same request; a corrected mail address is another
		body, err := json.Marshal(in)
		if err != nil {
			return p, fmt.Errorf("write request: %w", err)
		}
		hash := hex.EncodeToString(s.Keys.Fingerprint("research-request", body))
		save.Receipt = ronda.Idempotent{Principal: "anon:" + hash, Key: key, BodyHash: hash, Status: 201, At: env.Now}
	}
	err = s.Store.SaveResearch(ctx, save)
	if ronda.CodeOf(err) != "idempotency.done" {
		return p, err
	}
	id, err := s.Store.ReceiptSubject(ctx, save.Receipt.Principal, save.Receipt.Key)
	if err != nil {
		return p, fmt.Errorf("find the first request: %w", err)
	}
	return s.Store.ResearchProject(ctx, id)
}

func (s *Service) seal(id string, c ronda.ContactPerson) ([]byte, error) {
	doc, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write contact: %w", err)
	}
	sealed, err := s.Keys.Seal("research-contact:"+id, doc)
	if err != nil {
		return nil, fmt.Errorf("seal contact: %w", err)
	}
	return sealed, nil
}

// retries is how often a change is applied again after somebody else was faster.
const retries = 8

// Do applies a command to a project and saves what it did.
func (s *Service) Do(ctx context.Context, a ronda.Actor, id string, cmd ronda.ResearchCommand) (ronda.ResearchProject, error) {
	for try := 0; ; try++ {
		p, err := s.Store.ResearchProject(ctx, id)
		if err != nil {
			return p, err
		}
		next, events, err := ronda.ApplyResearch(p, a, cmd, s.Env())
		if err != nil {
			return p, err
		}
		save := ronda.ResearchSave{Project: next, Events: events}
		if p.State == ronda.ResearchAsked && next.State == ronda.ResearchRunning {
			save.Jobs = []ronda.Job{{Kind: JobEnd, Key: JobEnd + ":" + id, RunAt: next.Until, Args: map[string]string{"project": id}}}
		}
		err = s.Store.SaveResearch(ctx, save)
		if ronda.CodeOf(err) == "research.changed" && try < retries && ctx.Err() == nil {
			continue
		}
		return next, err
	}
}

// Over ends a project whose time is over. One that ended before stays as it is.
func (s *Service) Over(ctx context.Context, id string) error {
	_, err := s.Do(ctx, ronda.System(), id, ronda.EndResearch{})
	if ronda.CodeOf(err) == "research.not_running" {
		return nil
	}
	return err
}

// ByCode shows a project to whoever holds its code. Wrong codes are limited.
func (s *Service) ByCode(ctx context.Context, typed, sender string) (ronda.ResearchProject, error) {
	code, ok := ronda.ParseCode(typed, ronda.CodeLength)
	if !ok {
		return ronda.ResearchProject{}, ronda.Errorf(ronda.Invalid, "partner.code_form", "code")
	}
	if err := s.Throttle.Allow(ctx, "code", sender, 0); err != nil {
		return ronda.ResearchProject{}, err
	}
	p, err := s.Store.ResearchByCode(ctx, code)
	if ronda.KindOf(err) == ronda.NotFound {
		if err := s.Throttle.Allow(ctx, "code", sender, 1); err != nil {
			return p, err
		}
		return p, ronda.Errorf(ronda.NotFound, "partner.code_not_found", "code")
	}
	return p, err
}

// NewToken makes a token for whoever holds the project's code. It is returned once; the one before it is void.
func (s *Service) NewToken(ctx context.Context, code, sender string) (ronda.ResearchProject, string, error) {
	p, err := s.ByCode(ctx, code, sender)
	if err != nil {
		return p, "", err
	}
	secret := make([]byte, 32)
	if _, err := io.ReadFull(s.Rand, secret); err != nil {
		return p, "", fmt.Errorf("make token: %w", err)
	}
	plain := TokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
	p, err = s.Do(ctx, ronda.Public(), p.ID, ronda.TakeResearchToken{Hash: hashOf(plain)})
	return p, plain, err
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Token returns the project of a token. One that is unknown, replaced or over is Forbidden "account.token_unknown", as a person's is.
func (s *Service) Token(ctx context.Context, plain string) (ronda.ResearchProject, error) {
	p, err := s.Store.ResearchByToken(ctx, hashOf(plain))
	if ronda.KindOf(err) == ronda.NotFound || err == nil && (p.State != ronda.ResearchRunning || !s.Env().Now.Before(p.Until)) {
		return ronda.ResearchProject{}, ronda.Errorf(ronda.Forbidden, "account.token_unknown", "")
	}
	return p, err
}

// List is the public list: projects that run or ran, newest first, with how many rows each has read.
func (s *Service) List(ctx context.Context) ([]Listed, error) {
	all, err := s.Store.ResearchProjects(ctx)
	if err != nil {
		return nil, err
	}
	read, err := s.Store.ResearchReads(ctx)
	if err != nil {
		return nil, err
	}
	var out []Listed
	for i := len(all) - 1; i >= 0; i-- {
		if p, ok := all[i].Public(); ok {
			out = append(out, Listed{p, read[p.ID]})
		}
	}
	return out, nil
}

// Listed is a project with the number of rows that it has read.
type Listed struct {
	ronda.ResearchProject
	Rows int64
}

// Desk lists the projects for a person of the accrediting authority: what waits first, then newest first.
func (s *Service) Desk(ctx context.Context, a ronda.Actor) (waiting, rest []ronda.ResearchProject, err error) {
	if err := s.may(a); err != nil {
		return nil, nil, err
	}
	all, err := s.Store.ResearchProjects(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range all {
		if p.State == ronda.ResearchAsked {
			waiting = append(waiting, ronda.SeeResearch(a, p))
		} else {
			rest = append([]ronda.ResearchProject{p}, rest...)
		}
	}
	return waiting, rest, nil
}

// View is a project with who answers for it, for a person of the accrediting authority.
func (s *Service) View(ctx context.Context, a ronda.Actor, id string) (ronda.ResearchProject, ronda.ContactPerson, error) {
	var c ronda.ContactPerson
	if err := s.may(a); err != nil {
		return ronda.ResearchProject{}, c, err
	}
	p, err := s.Store.ResearchProject(ctx, id)
	if err != nil {
		return p, c, err
	}
	sealed, err := s.Store.ResearchContact(ctx, id)
	if err != nil {
		return p, c, err
	}
	if sealed != nil {
		doc, err := s.Keys.Unseal("research-contact:"+id, sealed)
		if err == nil {
			err = json.Unmarshal(doc, &c)
		}
		if err != nil {
			return p, c, fmt.Errorf("read contact of project %s: %w", id, err)
		}
	}
	return ronda.SeeResearch(a, p), c, nil
}

// WhyNot says why a person may not vote on a project now, nil if they may.
func (s *Service) WhyNot(ctx context.Context, a ronda.Actor, id string) error {
	p, err := s.Store.ResearchProject(ctx, id)
	if err != nil {
		return err
	}
	return p.WhyNotDecide(a, s.Env())
}

func (s *Service) may(a ronda.Actor) error {
	if err := ronda.Can(a, ronda.DecideResearch, ronda.Case{}, s.Pack); err != nil {
		return err
	}
	if !s.Pack.Accreditor(a.Org) {
		return ronda.Errorf(ronda.Forbidden, "partner.not_accreditor", "")
	}
	return nil
}
