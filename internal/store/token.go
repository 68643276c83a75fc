package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"ronda"
)

// CreateToken saves an API token under the hash of its secret.
func (db *DB) CreateToken(ctx context.Context, hash []byte, k ronda.TokenInfo) error {
	err := db.write.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO tokens (hash, id, account, name, scopes, sandbox, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			hash, k.ID, k.Account, k.Name, strings.Join(k.Scopes, " "), k.Sandbox, micros(k.CreatedAt), orNull(k.ExpiresAt))
		return err
	})
	return wrap("create token", err)
}

const tokenColumns = `k.id, k.account, k.name, k.scopes, k.sandbox, k.created_at, k.expires_at, k.last_used, k.revoked_at`

// tokenFields are the places for tokenColumns.
type tokenFields struct {
	k                      ronda.TokenInfo
	scopes                 string
	created                int64
	expires, used, revoked sql.NullInt64
}

func (f *tokenFields) dest() []any {
	return []any{&f.k.ID, &f.k.Account, &f.k.Name, &f.scopes, &f.k.Sandbox, &f.created, &f.expires, &f.used, &f.revoked}
}

func (f *tokenFields) take() ronda.TokenInfo {
	if f.scopes != "" {
		f.k.Scopes = strings.Fields(f.scopes)
	}
	f.k.CreatedAt = instant(f.created)
	f.k.ExpiresAt, f.k.LastUsed, f.k.RevokedAt = instantOrZero(f.expires), instantOrZero(f.used), instantOrZero(f.revoked)
	return f.k
}

// TokenByHash returns a token and its account. One that was revoked or ran out, and one of a disabled account, is NotFound.
func (db *DB) TokenByHash(ctx context.Context, hash []byte) (ronda.TokenInfo, ronda.Account, error) {
	var k ronda.TokenInfo
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.Account, error) {
		var f accountFields
		var g tokenFields
		if err := rows.Scan(append(f.dest(), g.dest()...)...); err != nil {
			return f.a, err
		}
		k = g.take()
		return f.take()
	}, `SELECT `+accountColumns+`, `+tokenColumns+` FROM tokens k JOIN accounts a ON a.id = k.account
		WHERE k.hash = $1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2) AND a.disabled_at IS NULL`,
		hash, micros(db.now()))
	if err != nil {
		return k, ronda.Account{}, fmt.Errorf("read token: %w", err)
	}
	if len(out) == 0 {
		return ronda.TokenInfo{}, ronda.Account{}, ronda.Errorf(ronda.NotFound, "token.not_found", "")
	}
	return k, out[0], nil
}

// Tokens lists an account's tokens, newest first, revoked ones too.
func (db *DB) Tokens(ctx context.Context, account string) ([]ronda.TokenInfo, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (ronda.TokenInfo, error) {
		var f tokenFields
		err := rows.Scan(f.dest()...)
		return f.take(), err
	}, `SELECT `+tokenColumns+` FROM tokens k WHERE k.account = $1 ORDER BY k.created_at DESC, k.id`, account)
	return out, wrap("list tokens", err)
}

// TouchToken notes that a token was used.
func (db *DB) TouchToken(ctx context.Context, id string, at time.Time) error {
	return db.changeToken(ctx, "touch token", `UPDATE tokens SET last_used = $2 WHERE id = $1`, id, at)
}

// RevokeToken ends a token for good. Revoking it again keeps the first time.
func (db *DB) RevokeToken(ctx context.Context, id string, at time.Time) error {
	return db.changeToken(ctx, "revoke token", `UPDATE tokens SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1`, id, at)
}

func (db *DB) changeToken(ctx context.Context, what, query, id string, at time.Time) error {
	err := db.write.do(ctx, func(t *tx) error {
		n, err := t.exec(query, id, micros(at))
		if err == nil && n == 0 {
			return ronda.Errorf(ronda.NotFound, "token.not_found", "")
		}
		return err
	})
	return wrap(what, err)
}
