package main

import (
	"fmt"

	"ronda"
	"ronda/internal/account"
)

// joinAccounts makes the service of the people's accounts.
func (a *app) joinAccounts(ids ronda.IDs) {
	a.accounts = &account.Service{Pack: a.pack, Store: a.db, Doors: a.db, Change: a.db, Factors: a.db, Guesses: a.db, Keys: a.keys, Throttle: a.limits,
		Now: a.now, RealNow: a.realNow, IDs: ids, RequireFactor: a.cfg.SecondFactor, Log: a.log}
}

// openInstitutions reads who else may sign people in, and what passkeys are bound to. No server is asked yet.
func (a *app) openInstitutions() error {
	list, err := account.ReadProviders(a.cfg.Institutions)
	if err != nil {
		return err
	}
	if a.accounts.Institutions, err = account.NewInstitutions(list, a.cfg.Base(), nil); err != nil {
		return fmt.Errorf("read institutions: %w", err)
	}
	a.accounts.Passkeys, err = account.NewPasskeys(a.cfg.Base())
	return err
}
