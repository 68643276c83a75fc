package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ronda"
)

// SaveOrganisation adds an organisation or replaces the one with its id.
func (db *DB) SaveOrganisation(ctx context.Context, o ronda.Organisation) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO organisations (id, kind, name, detail, region, created_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, detail = excluded.detail, region = excluded.region`,
			o.ID, o.Kind, o.Name, o.Detail, o.Region, micros(o.CreatedAt))
		return err
	})
	return wrap("save organisation", err)
}

// Organisations lists all organisations by kind and name.
func (db *DB) Organisations(ctx context.Context) ([]ronda.Organisation, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Organisation, error) {
		var o ronda.Organisation
		var created int64
		err := rows.Scan(&o.ID, &o.Kind, &o.Name, &o.Detail, &o.Region, &created)
		o.CreatedAt = instant(created)
		return o, err
	}, `SELECT id, kind, name, detail, region, created_at FROM organisations ORDER BY kind, name, id`)
	return out, wrap("list organisations", err)
}

// SaveAccount adds an account or replaces the one with its id. An empty password hash leaves the password as it is; a new account with none
// cannot sign in. A login that another account has is a Conflict "account.login_taken".
func (db *DB) SaveAccount(ctx context.Context, a ronda.Account, passwordHash string) error {
	err := db.write.do(ctx, func(t *tx) error { return t.putAccount(a, passwordHash) })
	if duplicate(err) {
		return ronda.Errorf(ronda.Conflict, "account.login_taken", "login")
	}
	return wrap("save account", err)
}

func (t *tx) putAccount(a ronda.Account, passwordHash string) error {
	actor, err := encode(a.Actor)
	if err != nil {
		return err
	}
	var other string
	taken, err := t.one(`SELECT id FROM accounts WHERE login = $1 AND id <> $2`, []any{a.Login, a.ID}, &other)
	if err != nil {
		return fmt.Errorf("look for login: %w", err)
	}
	if taken {
		return ronda.Errorf(ronda.Conflict, "account.login_taken", "login")
	}
	_, err = t.exec(`INSERT INTO accounts (id, login, name, org, office, platform, lang, actor, password_hash, created_at, disabled_at)
		VALUES (`+places(1, 11)+`)
		ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name, org = excluded.org, office = excluded.office,
			platform = excluded.platform, lang = excluded.lang, actor = excluded.actor, disabled_at = excluded.disabled_at,
			password_hash = CASE WHEN excluded.password_hash = '' THEN accounts.password_hash ELSE excluded.password_hash END`,
		a.ID, a.Login, a.Name, a.Actor.Org, a.Actor.Office, a.Actor.Platform, a.Lang, actor, passwordHash, micros(a.CreatedAt), orNull(a.DisabledAt))
	return err
}

// waits is the password hash of an account that was invited and not opened yet.
const waits = `'!'`

const accountColumns = `a.id, a.login, a.name, a.lang, a.actor, a.created_at, a.disabled_at,
	CASE WHEN a.password_hash = ` + waits + ` THEN 1 ELSE 0 END`

// accountFields are the places for accountColumns; take reads them into an account afterwards.
type accountFields struct {
	a        ronda.Account
	actor    string
	created  int64
	disabled sql.NullInt64
	waiting  int
}

func (f *accountFields) dest() []any {
	return []any{&f.a.ID, &f.a.Login, &f.a.Name, &f.a.Lang, &f.actor, &f.created, &f.disabled, &f.waiting}
}

func (f *accountFields) take() (ronda.Account, error) {
	var err error
	f.a.CreatedAt, f.a.DisabledAt, f.a.Waiting = instant(f.created), instantOrZero(f.disabled), f.waiting == 1
	f.a.Actor, err = decode[ronda.Actor](f.actor)
	return f.a, err
}

func scanAccount(rows *sql.Rows) (ronda.Account, error) {
	var f accountFields
	if err := rows.Scan(f.dest()...); err != nil {
		return f.a, err
	}
	return f.take()
}

// AccountByLogin returns an account and the hash of its password, or a NotFound error. Disabled accounts are returned too: the caller
// spends the same time on each answer.
func (db *DB) AccountByLogin(ctx context.Context, login string) (ronda.Account, string, error) {
	var hash string
	if !validText(login) {
		return ronda.Account{}, "", ronda.Errorf(ronda.NotFound, "account.not_found", "")
	}
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Account, error) {
		var f accountFields
		if err := rows.Scan(append(f.dest(), &hash)...); err != nil {
			return f.a, err
		}
		return f.take()
	}, `SELECT `+accountColumns+`, a.password_hash FROM accounts a WHERE a.login = $1`, login)
	if err != nil {
		return ronda.Account{}, "", fmt.Errorf("read account: %w", err)
	}
	if len(out) == 0 {
		return ronda.Account{}, "", ronda.Errorf(ronda.NotFound, "account.not_found", "")
	}
	return out[0], hash, nil
}

// Account returns the account with the id, or a NotFound error.
func (db *DB) Account(ctx context.Context, id string) (ronda.Account, error) {
	out, err := list(ctx, db.read, scanAccount, `SELECT `+accountColumns+` FROM accounts a WHERE a.id = $1`, id)
	if err != nil {
		return ronda.Account{}, fmt.Errorf("read account: %w", err)
	}
	if len(out) == 0 {
		return ronda.Account{}, ronda.Errorf(ronda.NotFound, "account.not_found", "")
	}
	return out[0], nil
}

// Accounts lists accounts by login.
func (db *DB) Accounts(ctx context.Context, f ronda.AccountFilter) ([]ronda.Account, error) {
	w := &where{}
	w.equal("a.org", f.Org)
	w.equal("a.office", f.Office)
	w.equal("a.platform", f.Platform)
	if f.Enabled {
		w.add("a.disabled_at IS NULL")
	}
	out, err := list(ctx, db.read, scanAccount, `SELECT `+accountColumns+` FROM accounts a`+w.clause()+` ORDER BY a.login`, w.args...)
	return out, wrap("list accounts", err)
}

// Readers returns the enabled accounts of an authority as actors, without those that nobody has opened yet. Who of them may read a case is the
// rule's business.
func (db *DB) Readers(ctx context.Context, org string) ([]ronda.Actor, error) {
	accounts, err := db.Accounts(ctx, ronda.AccountFilter{Org: org, Enabled: true})
	if err != nil {
		return nil, err
	}
	out := make([]ronda.Actor, 0, len(accounts))
	for _, a := range accounts {
		if a.Waiting {
			continue
		}
		a.Actor.Account, a.Actor.Name = a.ID, a.Name
		out = append(out, a.Actor)
	}
	return out, nil
}

// SetPassword replaces the hash of an account's password and ends all its sessions.
func (db *DB) SetPassword(ctx context.Context, id, hash string) error {
	return db.changeAccount(ctx, "set password", id, `UPDATE accounts SET password_hash = $2 WHERE id = $1`, hash)
}

// Disable keeps an account from signing in, and ends its sessions and tokens.
func (db *DB) Disable(ctx context.Context, id string, at time.Time) error {
	return db.changeAccount(ctx, "disable account", id, `UPDATE accounts SET disabled_at = $2 WHERE id = $1`, micros(at),
		`UPDATE tokens SET revoked_at = $2 WHERE account = $1 AND revoked_at IS NULL`)
}

// changeAccount runs statements with the id as $1 and value as $2, and ends the account's sessions.
func (db *DB) changeAccount(ctx context.Context, what, id, query string, value any, more ...string) error {
	err := db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(query, id, value)
		if err != nil {
			return err
		}
		if n == 0 {
			return ronda.Errorf(ronda.NotFound, "account.not_found", "")
		}
		for _, q := range more {
			if _, err := t.exec(q, id, value); err != nil {
				return err
			}
		}
		_, err = t.exec(`DELETE FROM sessions WHERE account = $1`, id)
		return err
	})
	return wrap(what, err)
}
