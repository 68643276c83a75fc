package store

import (
	"context"
	"fmt"

	"ronda"
)

// SaveAccountChange saves what one command did to an account, with its events, in one transaction or not at all. A grant that is no longer in
// the state it is moved on from is a Conflict "grant.decided": of two administrators who answer at once, one is heard.
func (db *DB) SaveAccountChange(ctx context.Context, c ronda.AccountChange) error {
	err := db.write.do(ctx, func(t *tx) error {
		if c.Account != nil {
			if err := t.putAccount(*c.Account, c.Password); err != nil {
				return err
			}
		}
		if c.Grant != nil {
			if err := t.putGrant(*c.Grant, c.GrantFrom, c.GrantCode); err != nil {
				return err
			}
		}
		if l := c.Link; l != nil {
			if _, err := t.exec(`INSERT INTO links (hash, kind, account, data, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
				l.Hash, l.Kind, l.Account, l.Data, micros(c.At), micros(l.ExpiresAt)); err != nil {
				return fmt.Errorf("add link: %w", err)
			}
		}
		if err := t.changeFactors(c); err != nil {
			return err
		}
		if err := t.closeDoors(c); err != nil {
			return err
		}
		if i := c.Subject; i != nil {
			if _, err := t.exec(`INSERT INTO identities (issuer, subject, account) VALUES ($1, $2, $3)`, i.Issuer, i.Subject, i.Account); err != nil {
				return err
			}
		}
		return t.addAccountEvents(c.Events)
	})
	if duplicate(err) {
		switch {
		case c.Account != nil:
			return ronda.Errorf(ronda.Conflict, "account.login_taken", "login")
		case c.Subject != nil:
			return ronda.Errorf(ronda.Conflict, "account.identity_taken", "")
		case c.Add != nil:
			return ronda.Errorf(ronda.Conflict, "account.passkey_taken", "")
		}
	}
	return wrap("save change of account", err)
}

func (t *tx) changeFactors(c ronda.AccountChange) error {
	if c.DropAll != "" {
		for _, q := range []string{`DELETE FROM account_factors WHERE account = $1`, `DELETE FROM recovery_codes WHERE account = $1`,
			`DELETE FROM identities WHERE account = $1`} {
			if _, err := t.exec(q, c.DropAll); err != nil {
				return err
			}
		}
	}
	if c.Drop != "" {
		if _, err := t.exec(`DELETE FROM account_factors WHERE id = $1`, c.Drop); err != nil {
			return err
		}
	}
	if f := c.Add; f != nil {
		if _, err := t.exec(`INSERT INTO account_factors (id, account, kind, name, secret, credential, data, last_step, created_at, last_used)
			VALUES (`+places(1, 10)+`)`, f.ID, f.Account, string(f.Kind), f.Name, bytesOrNull(f.Secret), bytesOrNull(f.Credential), f.Data, f.LastStep,
			micros(f.CreatedAt), orNull(f.LastUsed)); err != nil {
			return err
		}
	}
	if c.CodesOf == "" {
		return nil
	}
	if _, err := t.exec(`DELETE FROM recovery_codes WHERE account = $1`, c.CodesOf); err != nil {
		return err
	}
	for _, h := range c.Codes {
		if _, err := t.exec(`INSERT INTO recovery_codes (account, hash) VALUES ($1, $2)`, c.CodesOf, h); err != nil {
			return err
		}
	}
	return nil
}

// closeDoors ends sessions and tokens, and closes an account.
func (t *tx) closeDoors(c ronda.AccountChange) error {
	if c.Disable != "" {
		n, err := t.exec(`UPDATE accounts SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL`, c.Disable, micros(c.At))
		if err == nil && n == 0 {
			err = ronda.Errorf(ronda.NotFound, "account.not_found", "")
		}
		if err != nil {
			return err
		}
		// What is on its way to the account must not open it again.
		if _, err := t.exec(`UPDATE links SET used_at = $2 WHERE account = $1 AND used_at IS NULL`, c.Disable, micros(c.At)); err != nil {
			return err
		}
	}
	if c.EndSessions != "" {
		if _, err := t.exec(`DELETE FROM sessions WHERE account = $1 AND id <> $2`, c.EndSessions, c.KeepSession); err != nil {
			return err
		}
	}
	if c.EndTokens != "" {
		if _, err := t.exec(`UPDATE tokens SET revoked_at = $2 WHERE account = $1 AND revoked_at IS NULL`, c.EndTokens, micros(c.At)); err != nil {
			return err
		}
	}
	return nil
}

// bytesOrNull keeps an empty value out of a unique column.
func bytesOrNull(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
