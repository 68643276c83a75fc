package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/config"
	"ronda/internal/keys"
	"ronda/internal/store"
	"ronda/internal/throttle"
)

// accountCmd rescues an installation whose people cannot get in any more. Whoever has the machine has everything, so each of these is noted as an
// event of the actor "machine", which auditors see. The embedded database must not be in use by a server at the time.
type accountCmd struct {
	List        accountListCmd    `cmd:"" help:"List the accounts."`
	Events      accountEventsCmd  `cmd:"" help:"List what happened to accounts."`
	AddAdmin    accountAddCmd     `cmd:"" name:"add-admin" help:"Make an administrator, for example where only one is left, and print the link that opens the account."`
	Recover     accountRecoverCmd `cmd:"" help:"Print a link with which the holder sets a new password. It takes second factors off and ends sessions and tokens when it is used."`
	ResetFactor accountResetCmd   `cmd:"" name:"reset-factor" help:"Take an account's second factors off at once, and end its sessions and tokens."`
	Disable     accountDisableCmd `cmd:"" help:"Close an account, its sessions and tokens."`
}

// openAccounts opens the store for one command.
func openAccounts(ctx context.Context, c *config.Server) (*account.Service, *store.DB, func(), error) {
	pack, err := loadPack(c)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("load election pack: %w", err)
	}
	ring, err := keys.Open(filepath.Join(c.KeyDir(), "master.key"))
	if err != nil {
		return nil, nil, nil, err
	}
	db, err := store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database, Clock: time.Now})
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open database: %w", err)
	}
	s := &account.Service{Pack: pack, Store: db, Doors: db, Change: db, Factors: db, Guesses: db, Keys: ring, Throttle: throttle.New(throttle.Budgets(), time.Now),
		Now: time.Now, IDs: ronda.IDs{Rand: rand.Reader}, RequireFactor: c.SecondFactor}
	return s, db, func() { _ = db.Close() }, nil // nothing is left to save
}

// withAccount opens the store and finds the account with a login.
func withAccount(c *config.Server, login string, do func(context.Context, *account.Service, ronda.Account) error) error {
	ctx := context.Background()
	s, _, done, err := openAccounts(ctx, c)
	if err != nil {
		return err
	}
	defer done()
	a, err := s.ByLogin(ctx, login)
	if err != nil {
		return fmt.Errorf("find account %s: %w", login, err)
	}
	return do(ctx, s, a)
}

type accountListCmd struct{ config.Server }

// Run lists the accounts.
func (c *accountListCmd) Run() error {
	ctx := context.Background()
	s, _, done, err := openAccounts(ctx, &c.Server)
	if err != nil {
		return err
	}
	defer done()
	all, err := s.All(ctx)
	if err != nil {
		return err
	}
	factors, err := s.Protected(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "LOGIN\tROLES\tHOUSE\tSTATE")
	for _, a := range all {
		state := "password only"
		switch {
		case !a.DisabledAt.IsZero():
			state = "disabled"
		case a.Waiting:
			state = "invited"
		case factors[a.ID]:
			state = "second factor"
		}
		house := a.Actor.Office
		if house == "" {
			house = a.Actor.Org
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Login, a.Actor.Roles, house, state)
	}
	return w.Flush()
}

type accountEventsCmd struct {
	config.Server
	After int64 `help:"Begin after this number."`
	Limit int   `help:"How many at most." default:"200"`
}

// Run lists events.
func (c *accountEventsCmd) Run() error {
	ctx := context.Background()
	_, db, done, err := openAccounts(ctx, &c.Server)
	if err != nil {
		return err
	}
	defer done()
	events, err := db.AccountEvents(ctx, c.After, c.Limit)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NO\tAT\tEVENT\tACCOUNT\tBY\tDATA")
	for _, e := range events {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s (%s)\t%v\n", e.Seq, e.At.Format(time.RFC3339), e.Kind, e.Account, e.Actor, e.Office, e.Data)
	}
	return w.Flush()
}

type accountAddCmd struct {
	config.Server
	Login  string `arg:"" help:"Account name or mail address."`
	Name   string `arg:"" help:"Full name."`
	Org    string `help:"Organisation that the administrator answers to." default:"operator"`
	Office string `help:"Office, for example bawaslu:32. It decides the organisation."`
}

// Run makes the account and prints its link.
func (c *accountAddCmd) Run() error {
	ctx := context.Background()
	s, _, done, err := openAccounts(ctx, &c.Server)
	if err != nil {
		return err
	}
	defer done()
	m := ronda.Actor{Org: c.Org, Office: c.Office, Roles: []ronda.Role{ronda.RoleAdmin}}
	if c.Office != "" {
		m.Org = ronda.OfficeAuthority(c.Office)
	}
	a, err := s.Create(ctx, c.Login, c.Name, "", m)
	if err != nil {
		return fmt.Errorf("make account: %w", err)
	}
	return printLink(ctx, s, &c.Server, a)
}

func printLink(ctx context.Context, s *account.Service, c *config.Server, a ronda.Account) error {
	link, err := s.Rescue(ctx, a.ID)
	if err != nil {
		return fmt.Errorf("make link: %w", err)
	}
	fmt.Printf("%s opens the account at %s/undangan/%s (works once, for 48 hours)\n", a.Login, c.Base(), link)
	return nil
}

type accountRecoverCmd struct {
	config.Server
	Login string `arg:"" help:"Account name."`
}

// Run prints a link.
func (c *accountRecoverCmd) Run() error {
	return withAccount(&c.Server, c.Login, func(ctx context.Context, s *account.Service, a ronda.Account) error {
		return printLink(ctx, s, &c.Server, a)
	})
}

type accountResetCmd struct {
	config.Server
	Login string `arg:"" help:"Account name."`
}

// Run takes the second factors off.
func (c *accountResetCmd) Run() error {
	return withAccount(&c.Server, c.Login, func(ctx context.Context, s *account.Service, a ronda.Account) error {
		if err := s.ResetFactors(ctx, a.ID); err != nil {
			return fmt.Errorf("take second factors off: %w", err)
		}
		fmt.Printf("%s has no second factor any more and is signed out everywhere\n", a.Login)
		return nil
	})
}

type accountDisableCmd struct {
	config.Server
	Login string `arg:"" help:"Account name."`
}

// Run closes the account.
func (c *accountDisableCmd) Run() error {
	return withAccount(&c.Server, c.Login, func(ctx context.Context, s *account.Service, a ronda.Account) error {
		if err := s.Disable(ctx, ronda.Machine(), a.ID); err != nil {
			return fmt.Errorf("close account: %w", err)
		}
		fmt.Printf("%s is closed\n", a.Login)
		return nil
	})
}
