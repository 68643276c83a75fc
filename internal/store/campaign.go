package store

import (
	"context"
	"database/sql"
	"fmt"

	"ronda"
)

// SaveRegister saves what one command did to a register, all of it in one transaction or none. A version that is not the successor of the stored one
// is a Conflict "campaign.changed".
func (db *DB) SaveRegister(ctx context.Context, s ronda.RegisterSave) error {
	doc, err := encode(s.Register)
	if err != nil {
		return fmt.Errorf("save register %s: %w", s.Register.Contest, err)
	}
	data := make([]string, len(s.Events))
	for i, e := range s.Events {
		if data[i], err = encode(e.Data); err != nil {
			return fmt.Errorf("save register %s: %w", s.Register.Contest, err)
		}
	}
	err = db.write.do(ctx, func(t *tx) error {
		if err := t.putRegister(s.Register, doc); err != nil {
			return err
		}
		if err := t.putCampaignKeys(s.Register); err != nil {
			return err
		}
		for i, e := range s.Events {
			if _, err := t.exec(`INSERT INTO campaign_history (contest, version, n, kind, actor, office, at, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
				e.Contest, e.Version, e.N, e.Kind, e.Actor, e.Office, micros(e.At), data[i]); err != nil {
				return fmt.Errorf("insert history: %w", err)
			}
		}
		if err := t.keepFiles(nil, s.Files); err != nil {
			return err
		}
		return t.addLeaves(s.Leaves)
	})
	return wrap("save register "+s.Register.Contest, err)
}

func (t *tx) putRegister(r ronda.Register, doc string) error {
	sum := r.Summary()
	args := []any{r.Contest, r.Version, sum.Pairs, sum.Accounts, sum.Adverts, sum.Off, sum.Unclear, sum.Open, sum.Confirmed, sum.Dismissed, micros(r.ChangedAt), doc}
	columns := `contest, version, pairs, accounts, adverts, off, unclear, open, confirmed, dismissed, changed_at, doc`
	var n int64
	var err error
	if r.Version == 1 {
		n, err = t.exec(`INSERT INTO campaign_registers (`+columns+`) VALUES (`+places(1, len(args))+`) ON CONFLICT DO NOTHING`, args...)
	} else {
		n, err = t.exec(`UPDATE campaign_registers SET (`+columns+`) = (`+places(1, len(args))+`) WHERE contest = $1 AND version = $13`, append(args, r.Version-1)...)
	}
	if err != nil {
		return fmt.Errorf("write register: %w", err)
	}
	if n == 0 {
		return ronda.Errorf(ronda.Conflict, "campaign.changed", "")
	}
	return nil
}

// putCampaignKeys writes anew by what the accounts of a register are found.
func (t *tx) putCampaignKeys(r ronda.Register) error {
	if _, err := t.exec(`DELETE FROM campaign_keys WHERE contest = $1`, r.Contest); err != nil {
		return fmt.Errorf("clear keys: %w", err)
	}
	var rows [][]any
	for _, a := range r.Accounts {
		if !a.Registered() {
			continue
		}
		for i, k := range a.Keys() {
			looks := ""
			if i == 0 {
				looks = a.Looks
			}
			rows = append(rows, []any{r.Contest, a.ID, k, a.Platform, looks})
		}
	}
	for _, part := range chunks(rows, 100) {
		var args []any
		for _, row := range part {
			args = append(args, row...)
		}
		if _, err := t.exec(`INSERT INTO campaign_keys (contest, account, key, platform, looks) VALUES `+rowPlaces(len(part), 5), args...); err != nil {
			return fmt.Errorf("insert keys: %w", err)
		}
	}
	return nil
}

// Register returns the register of a contest. One that nobody has written to is empty, with version 0.
func (db *DB) Register(ctx context.Context, contest string) (ronda.Register, error) {
	empty := ronda.Register{Contest: contest}
	if !validText(contest) {
		return empty, nil
	}
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM campaign_registers WHERE contest = $1`, contest)
	if err != nil || len(docs) == 0 {
		return empty, wrap("read register", err)
	}
	return decode[ronda.Register](docs[0])
}

// RegisterSummaries counts what every register holds, by contest.
func (db *DB) RegisterSummaries(ctx context.Context) ([]ronda.RegisterSummary, error) {
	out, err := list(ctx, db.read, func(rows *sql.Rows) (s ronda.RegisterSummary, err error) {
		var at int64
		err = rows.Scan(&s.Contest, &s.Pairs, &s.Accounts, &s.Adverts, &s.Off, &s.Unclear, &s.Open, &s.Confirmed, &s.Dismissed, &at)
		s.ChangedAt = instant(at)
		return s, err
	}, `SELECT contest, pairs, accounts, adverts, off, unclear, open, confirmed, dismissed, changed_at FROM campaign_registers ORDER BY contest`)
	return out, wrap("count registers", err)
}

// RegisterHistory lists what happened to a register, the newest first.
func (db *DB) RegisterHistory(ctx context.Context, contest string, limit int) ([]ronda.RegisterEvent, error) {
	if !validText(contest) {
		return nil, nil
	}
	out, err := list(ctx, db.read, func(rows *sql.Rows) (e ronda.RegisterEvent, err error) {
		var at int64
		var data string
		if err = rows.Scan(&e.Contest, &e.Version, &e.N, &e.Kind, &e.Actor, &e.Office, &at, &data); err != nil {
			return e, err
		}
		e.At = instant(at)
		e.Data, err = decode[map[string]string](data)
		return e, err
	}, `SELECT contest, version, n, kind, actor, office, at, data FROM campaign_history WHERE contest = $1 ORDER BY version DESC, n DESC LIMIT $2`, contest, min(max(limit, 1), 5000))
	return out, wrap("list history", err)
}

// ContestsWithKey lists the contests in which a registered account has one of the keys.
func (db *DB) ContestsWithKey(ctx context.Context, keys ...string) ([]string, error) {
	if len(keys) == 0 || !validArgsText(anys(keys)) {
		return nil, nil
	}
	out, err := list(ctx, db.read, scanText, `SELECT DISTINCT contest FROM campaign_keys WHERE key IN (`+places(1, len(keys))+`) ORDER BY contest LIMIT 600`, anys(keys)...)
	return out, wrap("look for account", err)
}

// ContestsWithLook lists the contests in which a registered account, on whatever service, has a handle that looks the same.
func (db *DB) ContestsWithLook(ctx context.Context, looks string) ([]string, error) {
	if looks == "" || !validText(looks) {
		return nil, nil
	}
	out, err := list(ctx, db.read, scanText, `SELECT DISTINCT contest FROM campaign_keys WHERE looks = $1 ORDER BY contest LIMIT 600`, looks)
	return out, wrap("look for handle", err)
}
