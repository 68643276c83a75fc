package api

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"golang.org/x/text/language"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/research"
)

// caller is who asks, from where and in which language.
type caller struct {
	actor   ronda.Actor            // the public where no token came
	project *ronda.ResearchProject // whose token came, nil for none
	addr    netip.Addr
	text    i18n.Printer
	r       *http.Request
}

type callerKey struct{}

// missCost is how many requests a wrong token counts for.
const missCost = 10

// callerOf returns the caller of a request that passed the guard.
func callerOf(ctx context.Context) *caller {
	c, ok := ctx.Value(callerKey{}).(*caller)
	if !ok {
		panic("api: request did not pass the guard")
	}
	return c
}

// sender is the key of limits: the account where one is known, else the address. Pages use the address in the same form, so both share a budget.
func (c *caller) sender() string {
	if c.project != nil {
		return "research:" + c.project.ID
	}
	if c.actor.SignedIn() {
		return "account:" + c.actor.Account
	}
	return c.addr.String()
}

// may tells whether the caller's token covers the action. What the account may do is the stage's own question.
func (c *caller) may(action ronda.Action) error {
	if len(c.actor.Scopes) == 0 {
		return nil
	}
	for _, s := range c.actor.Scopes {
		if s == string(action) {
			return nil
		}
	}
	return ronda.Errorf(ronda.Forbidden, "permission.token_scope", "").With("action", string(action))
}

// identify finds the caller. A token that is not valid is an error, also where none is needed: its owner should know.
func (a *api) identify(r *http.Request) (*caller, error) {
	c := &caller{actor: ronda.Public(), addr: clientAddr(r, a.opt.Trusted), text: a.printer(r)}
	for name := range r.URL.Query() {
		switch strings.ToLower(name) {
		case "token", "access_token", "api_key", "apikey", "authorization", "bearer":
			return c, ronda.Errorf(ronda.Invalid, "api.token_in_query", "query."+name)
		}
	}
	header := r.Header.Get("Authorization")
	if header == "" {
		return c, nil
	}
	scheme, plain, ok := strings.Cut(header, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return c, errNoToken
	}
	plain = strings.TrimSpace(plain)
	var actor ronda.Actor
	var err error
	if a.opt.Research != nil && strings.HasPrefix(plain, research.TokenPrefix) {
		var p ronda.ResearchProject
		if p, err = a.opt.Research.Token(r.Context(), plain); err == nil {
			actor, c.project = ronda.Public(), &p
		}
	} else {
		actor, err = a.opt.Accounts.Token(r.Context(), plain)
	}
	if ronda.CodeOf(err) == "account.token_unknown" {
		// Nobody guesses 256 bits: this spares the database. Whoever has a token is not held up by others behind the same address.
		if err := a.opt.Throttle.Allow(r.Context(), "api", c.addr.String(), missCost); err != nil {
			return c, err
		}
	}
	if err != nil {
		return c, err
	}
	c.actor = actor
	return c, nil
}

// printer writes in the language that the client asks for, the site's first one where it does not say.
func (a *api) printer(r *http.Request) i18n.Printer {
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	index := 0
	if err == nil && len(wanted) > 0 {
		_, index, _ = a.languages.Match(wanted...)
	}
	return a.opt.Messages.Printer(a.opt.Messages.Languages()[index], a.opt.Pack.Zone(""))
}

// printerFor writes in one of the site's languages.
func (a *api) printerFor(lang string) i18n.Printer {
	return a.opt.Messages.Printer(lang, a.opt.Pack.Zone(""))
}

// clientAddr is the address of the client: the last one in X-Forwarded-For that no trusted proxy wrote about itself. Without trusted proxies the
// header is ignored, because anyone can write it.
func clientAddr(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && within(addr, trusted); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	return addr
}

func within(addr netip.Addr, list []netip.Prefix) bool {
	for _, p := range list {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
