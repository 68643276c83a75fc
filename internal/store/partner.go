package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// SavePartner saves a partner with everything that its command did: its organisation, events, jobs and log entries, all in one transaction or
// none. A version that is not the successor of the stored one is a Conflict "partner.changed", a key that was used before "idempotency.done".
func (db *DB) SavePartner(ctx context.Context, s ronda.PartnerSave) error {
	doc, err := encode(s.Partner)
	if err != nil {
		return fmt.Errorf("save partner %s: %w", s.Partner.ID, err)
	}
	return db.write.do(ctx, func(t *tx) error {
		if err := t.addReceipt(s.Receipt, s.Partner.ID); err != nil {
			return err
		}
		if err := t.putPartner(s.Partner, doc, micros(db.now())); err != nil {
			return err
		}
		if err := t.addEvents(s.Events, s.Partner.Version, 0, nil); err != nil {
			return err
		}
		if err := t.addLeaves(s.Leaves); err != nil {
			return err
		}
		return t.addJobs(s.Jobs)
	})
}

func (t *tx) putPartner(p ronda.Partner, doc string, now int64) error {
	waits := (ronda.PartnerFilter{Waiting: true, Sandbox: p.Sandbox}).Match(p, nil)
	args := []any{p.ID, p.Code, p.Version, string(p.State), p.Kind, waits, p.Sandbox, doc}
	var n int64
	var err error
	if p.Version == 1 {
		n, err = t.exec(`INSERT INTO partners (id, code, version, state, kind, waits, sandbox, doc) VALUES (`+places(1, len(args))+`) ON CONFLICT DO NOTHING`, args...)
	} else {
		n, err = t.exec(`UPDATE partners SET (id, code, version, state, kind, waits, sandbox, doc) = (`+places(1, len(args))+`) WHERE id = $1 AND version = $9`,
			append(args, p.Version-1)...)
	}
	if err != nil {
		return fmt.Errorf("put partner: %w", err)
	}
	if n == 0 {
		return ronda.Errorf(ronda.Conflict, "partner.changed", "")
	}
	_, err = t.exec(`INSERT INTO organisations (id, kind, name, detail, region, created_at) VALUES ($1, 'partner', $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, detail = excluded.detail, region = excluded.region`,
		p.ID, p.Name, p.Kind, onlyRegion(p), micros(p.AppliedAt))
	if err != nil {
		return fmt.Errorf("put partner's organisation: %w", err)
	}
	return t.putContact("partner_contacts", "partner", p.ID, p.Contact, now)
}

// putContact keeps a sealed contact; without one it only notes that its subject was still dealt with.
func (t *tx) putContact(table, column, id string, sealed []byte, now int64) error {
	if len(sealed) == 0 {
		_, err := t.exec(`UPDATE `+table+` SET at = $2 WHERE `+column+` = $1`, id, now)
		return wrap("keep contact", err)
	}
	_, err := t.exec(`INSERT INTO `+table+` (`+column+`, sealed, at) VALUES ($1, $2, $3) ON CONFLICT (`+column+`) DO UPDATE SET sealed = excluded.sealed, at = excluded.at`,
		id, sealed, now)
	return wrap("put contact", err)
}

// PartnerContact returns the sealed contact of a partner, nil where there is none any more.
func (db *DB) PartnerContact(ctx context.Context, id string) ([]byte, error) {
	return db.contact(ctx, "partner_contacts", "partner", id)
}

func (db *DB) contact(ctx context.Context, table, column, id string) ([]byte, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) ([]byte, error) {
		var b []byte
		err := rows.Scan(&b)
		return b, err
	}, `SELECT sealed FROM `+table+` WHERE `+column+` = $1`, id)
	if err != nil || len(out) == 0 {
		return nil, wrap("read contact", err)
	}
	return out[0], nil
}

// onlyRegion is the region of a partner that has one alone.
func onlyRegion(p ronda.Partner) string {
	if len(p.Regions) == 1 {
		return p.Regions[0]
	}
	return ""
}

// Partner returns the partner with an organisation's id, or a NotFound error.
func (db *DB) Partner(ctx context.Context, org string) (ronda.Partner, error) {
	return db.partnerWhere(ctx, "id", org)
}

// PartnerByCode returns the partner with an application's code, or a NotFound error.
func (db *DB) PartnerByCode(ctx context.Context, code string) (ronda.Partner, error) {
	return db.partnerWhere(ctx, "code", code)
}

func (db *DB) partnerWhere(ctx context.Context, column, value string) (ronda.Partner, error) {
	missing := ronda.Errorf(ronda.NotFound, "partner.not_found", "")
	if !validText(value) {
		return ronda.Partner{}, missing
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM partners WHERE `+column+` = $1`, value)
	if err != nil {
		return ronda.Partner{}, fmt.Errorf("read partner: %w", err)
	}
	if len(docs) == 0 {
		return ronda.Partner{}, missing
	}
	return decode[ronda.Partner](docs[0])
}

// Partners lists the partners that a filter chooses, oldest first. pack knows which region lies in which; it may be nil without a region.
func (db *DB) Partners(ctx context.Context, f ronda.PartnerFilter, pack *ronda.Pack) ([]ronda.Partner, error) {
	w := &where{}
	if f.States != nil {
		states := make([]string, len(f.States))
		for i, s := range f.States {
			states[i] = string(s)
		}
		w.in("state", states)
	}
	w.equal("kind", f.Kind)
	if f.Waiting {
		w.add("waits = TRUE")
	}
	if f.Sandbox {
		w.add("sandbox = TRUE")
	} else {
		w.add("sandbox = FALSE")
	}
	if !validArgsText(w.args) {
		return nil, nil
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM partners`+w.clause()+` ORDER BY id`, w.args...)
	if err != nil {
		return nil, fmt.Errorf("list partners: %w", err)
	}
	all, err := decodeAll[ronda.Partner](docs)
	if err != nil {
		return nil, err
	}
	var out []ronda.Partner
	for _, p := range all {
		if f.Match(p, pack) {
			out = append(out, p)
		}
	}
	return out, nil
}
