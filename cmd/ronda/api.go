package main

import (
	"crypto/rand"
	"fmt"
	"net/http"

	"ronda"
	"ronda/internal/api"
	"ronda/internal/i18n"
)

// mountAPI puts the door for programs beside the pages.
func (a *app) mountAPI(mux *http.ServeMux, messages *i18n.Catalogue) error {
	h, err := api.New(api.Options{
		Pack: a.pack, Messages: messages, BaseURL: a.cfg.Base(), Trusted: a.cfg.Trusted(), Demo: a.cfg.Demo, Now: a.now, IDs: ronda.IDs{Rand: rand.Reader}, Log: a.log, Campaign: a.campaign,
		Throttle: a.limits, Accounts: a.accounts, Intake: a.intake, Casework: a.cases, Notices: a.notices, Responses: a.answers, Appeals: a.appeals, Receipts: a.db,
		FactChecks: a.db, Partners: a.partners, Research: a.research, Statements: a.db, SandboxStatements: a.db.SandboxStatements(), Practice: a.practice(), Links: linkDoor{a.links}, Hooks: hookDoor{a.channels, a.hooks, a.db}, Outside: a.outsideOrders(),
	})
	if err != nil {
		return fmt.Errorf("prepare API: %w", err)
	}
	for _, path := range []string{"/api/", "/openapi.json", "/openapi.yaml"} {
		mux.Handle(path, h)
	}
	return nil
}
