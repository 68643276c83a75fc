package store

import (
	"context"
	"database/sql"
	"time"

	"ronda"
)

const factorColumns = `id, account, kind, name, secret, credential, data, last_step, created_at, last_used`

func scanFactor(rows *sql.Rows) (ronda.Factor, error) {
	var f ronda.Factor
	var created int64
	var used sql.NullInt64
	err := rows.Scan(&f.ID, &f.Account, &f.Kind, &f.Name, &f.Secret, &f.Credential, &f.Data, &f.LastStep, &created, &used)
	f.CreatedAt, f.LastUsed = instant(created), instantOrZero(used)
	return f, err
}

// Factors lists the second factors of an account, oldest first.
func (db *DB) Factors(ctx context.Context, account string) ([]ronda.Factor, error) {
	out, err := list(ctx, db.read, scanFactor, `SELECT `+factorColumns+` FROM account_factors WHERE account = $1 ORDER BY created_at, id`, account)
	return out, wrap("list second factors", err)
}

// FactorAccounts tells which accounts have a second factor.
func (db *DB) FactorAccounts(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	ids, err := list(ctx, db.read, scanText, `SELECT DISTINCT account FROM account_factors`)
	for _, id := range ids {
		out[id] = true
	}
	return out, wrap("list accounts with second factors", err)
}

// UseStep takes a code's number from a factor. False means that this code, or a newer one, was used before.
func (db *DB) UseStep(ctx context.Context, id string, step int64, at time.Time) (bool, error) {
	var fresh bool
	err := db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE account_factors SET last_step = $2, last_used = $3 WHERE id = $1 AND last_step < $2`, id, step, micros(at))
		fresh = n == 1
		return err
	})
	return fresh, wrap("use code", err)
}

// TouchFactor notes that a passkey was used, with its new public part (the counter).
func (db *DB) TouchFactor(ctx context.Context, id, data string, at time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE account_factors SET data = $2, last_used = $3 WHERE id = $1`, id, data, micros(at))
		return err
	})
	return wrap("note use of passkey", err)
}

// UseRecoveryCode takes a recovery code from an account. False means that there is no such code, or no longer.
func (db *DB) UseRecoveryCode(ctx context.Context, account string, hash []byte, e ronda.AccountEvent) (bool, error) {
	var found bool
	err := db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM recovery_codes WHERE account = $1 AND hash = $2`, account, hash)
		if found = n == 1; err != nil || !found {
			return err
		}
		return t.addAccountEvents([]ronda.AccountEvent{e})
	})
	return found, wrap("use recovery code", err)
}

// RecoveryCodesLeft counts the codes that an account still has.
func (db *DB) RecoveryCodesLeft(ctx context.Context, account string) (int, error) {
	n, err := list(ctx, db.read, scanInt, `SELECT COUNT(*) FROM recovery_codes WHERE account = $1`, account)
	if err != nil {
		return 0, wrap("count recovery codes", err)
	}
	return int(n[0]), nil
}

// IdentityAccount is the account that an institution's subject is bound to, "" for none.
func (db *DB) IdentityAccount(ctx context.Context, issuer, subject string) (string, error) {
	out, err := list(ctx, db.read, scanText, `SELECT account FROM identities WHERE issuer = $1 AND subject = $2`, issuer, subject)
	if err != nil || len(out) == 0 {
		return "", wrap("look for institution's account", err)
	}
	return out[0], nil
}

// IdentityOf is the subject that an account is bound to at an institution, "" for none.
func (db *DB) IdentityOf(ctx context.Context, issuer, account string) (string, error) {
	out, err := list(ctx, db.read, scanText, `SELECT subject FROM identities WHERE issuer = $1 AND account = $2`, issuer, account)
	if err != nil || len(out) == 0 {
		return "", wrap("look for institution's account", err)
	}
	return out[0], nil
}
