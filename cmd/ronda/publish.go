package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"ronda"
	"ronda/internal/factcheck"
	"ronda/internal/i18n"
	"ronda/internal/match"
	"ronda/internal/publish"
	"ronda/internal/publish/picture"
	"ronda/internal/safefetch"
	"ronda/internal/web"
)

// openPublish joins what partners and the election commission publish.
func (a *app) openPublish() error {
	a.publish = &publish.Service{Pack: a.pack, Alerts: a.db, Checks: a.db, Kits: a.db, Bulletins: a.db, Standing: a.standing, Env: a.cases.Env, Leaf: a.cases.Leaf}
	var err error
	if a.drawer, err = picture.New(); err != nil {
		return fmt.Errorf("prepare pictures: %w", err)
	}
	texts, err := i18n.Load(a.pack.Languages...)
	if err != nil {
		return fmt.Errorf("load texts: %w", err)
	}
	a.spread = &spread{app: a, texts: texts, post: a.fetch}
	if a.cfg.SMTPAddr != "" {
		server, err := a.mailServer()
		if err != nil {
			return err
		}
		a.spread.mail = &server
	}
	return nil
}

// publishOptions is what the pages need.
func (a *app) publishOptions() web.PublishOptions {
	return web.PublishOptions{Publish: a.publish, Publications: a.db, Pictures: a.drawer, Subscriptions: a.spread, OrgName: a.orgName, ImportPage: a.importPage, ImportFile: a.importFile, Answer: a.answerWish}
}

// standing is what an organisation may publish: an accredited partner within its terms, an office of the election commission in its region.
func (a *app) standing(ctx context.Context, who ronda.Actor) (publish.Standing, error) {
	if body, ok := a.pack.Authority(who.Org); ok {
		if body.Role != "commission" || who.Office == "" {
			return publish.Standing{}, nil
		}
		return publish.Standing{Mandate: ronda.CommissionOffice(who.Office), Name: a.pack.OfficeName(who.Office, a.pack.Languages[0], a.now())}, nil
	}
	if !who.Has(ronda.RolePartner) {
		return publish.Standing{}, nil
	}
	p, err := a.db.Partner(ctx, who.Org)
	if ronda.KindOf(err) == ronda.NotFound {
		return publish.Standing{}, nil
	}
	return publish.Standing{Mandate: p, Name: p.Name}, err
}

// orgName is an organisation's name for readers, "" where nothing is known of it.
func (a *app) orgName(ctx context.Context, org string) string {
	if _, ok := a.pack.Authority(org); ok {
		return a.pack.AuthorityName(org, a.now()).Name.In(a.pack.Languages[0])
	}
	p, err := a.db.Partner(ctx, org)
	if err != nil {
		return ""
	}
	return p.Name
}

// answerWish finds what answers a message that fact-checkers may read: the check that a partner linked to it, or one that matches it now.
func (a *app) answerWish(ctx context.Context, typed, client string) (ronda.Wish, ronda.FactCheck, error) {
	code, ok := ronda.ParseCode(typed, ronda.CodeLength)
	if !ok {
		return ronda.Wish{}, ronda.FactCheck{}, ronda.Errorf(ronda.Invalid, "ticket.code_form", "code")
	}
	if err := a.limits.Allow(ctx, "code", client, 0); err != nil {
		return ronda.Wish{}, ronda.FactCheck{}, err
	}
	w, err := a.db.WishByCode(ctx, code)
	if ronda.KindOf(err) == ronda.NotFound {
		if limit := a.limits.Allow(ctx, "code", client, 1); limit != nil {
			err = limit
		}
	}
	if err != nil {
		return w, ronda.FactCheck{}, err
	}
	if w.Answer != "" {
		if f, err := a.db.FactCheck(ctx, w.Answer); err == nil && f.Live() {
			return w, f, nil
		}
	}
	found := a.index.Search(ctx, match.Query{Text: w.Text, Kinds: []match.DocKind{match.Claim}, Limit: 1})
	if len(found.Hits) > 0 && found.Hits[0].Level == match.LevelMatch {
		if f, err := a.db.FactCheck(ctx, found.Hits[0].ID); err == nil && f.Live() {
			return w, f, nil
		}
	}
	return w, ronda.FactCheck{}, nil
}

// importPage fetches a page or a feed of a host that a partner named and reads the fact-checks in it.
func (a *app) importPage(ctx context.Context, address string) ([]web.Imported, error) {
	page, err := a.fetch.Fetch(ctx, address)
	var refused *safefetch.Refused
	if err != nil || page.Status != http.StatusOK {
		if errors.As(err, &refused) {
			a.log.WarnContext(ctx, "import refused", "error", err)
		}
		e := ronda.Errorf(ronda.Invalid, "import.fetch", "address")
		e.Err = err
		return nil, e
	}
	name := path.Base(page.URL)
	if strings.Contains(page.MediaType, "json") {
		name = "feed.json"
	}
	return a.readChecks(name, page.Body, "address")
}

// importFile reads the fact-checks in a file.
func (a *app) importFile(name string, data []byte) ([]web.Imported, error) {
	return a.readChecks(name, data, "file")
}

func (a *app) readChecks(name string, data []byte, field string) ([]web.Imported, error) {
	records, faults, err := factcheck.Read(bytes.NewReader(data), name, factcheck.Options{})
	var column factcheck.MissingColumn
	switch {
	case errors.Is(err, factcheck.ErrNone):
		return nil, ronda.Errorf(ronda.Invalid, "import.nothing", field)
	case errors.As(err, &column):
		return nil, ronda.Errorf(ronda.Invalid, "import.column."+string(column), field)
	case err != nil:
		e := ronda.Errorf(ronda.Invalid, "import.broken", field).With("reason", err.Error())
		e.Err = err
		return nil, e
	}
	var out []web.Imported
	for _, r := range records {
		f := checkOf(r, a.pack.Languages[0])
		c := f.Content()
		c.References = []ronda.Reference{{Title: r.Outlet, URL: r.URL}}
		if r.URL == "" {
			c.References = nil
		}
		var keys []string
		for _, at := range c.Addresses {
			if l, err := a.links.Parse(at); err == nil {
				keys = append(keys, addressOf(l).Key)
			}
		}
		c.Addresses = keys
		out = append(out, web.Imported{Content: c, Outlet: r.Outlet, Line: r.Line})
	}
	for _, x := range faults {
		out = append(out, web.Imported{Fault: x.Code(), Field: x.Field, Line: x.Line})
	}
	slices.SortStableFunc(out, func(a, b web.Imported) int { return a.Line - b.Line }) // as they stand in the file
	if len(out) == 0 {
		return nil, ronda.Errorf(ronda.Invalid, "import.nothing", field)
	}
	return out, nil
}
