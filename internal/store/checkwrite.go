package store

import (
	"context"
	"fmt"

	"ronda"
)

const (
	kindDraft      = "check_draft"
	kindKit        = "kit"
	kindBulletin   = "bulletin"
	kindSuggestion = "suggestion"
)

// SaveFactCheck saves a version of a partner's check with its event, its log entry, its jobs and the draft that it came from, all or none. Where
// the stored check is not the version that the change was built on it is a Conflict "check.changed"; an address that another check has is a
// Conflict "claim.url_taken".
func (db *DB) SaveFactCheck(ctx context.Context, s ronda.CheckSave) error {
	err := db.write.do(ctx, func(t *tx) error {
		var was string
		found, err := t.one(`SELECT doc FROM fact_checks WHERE id = $1`+t.engine.forUpdate, []any{s.Check.ID}, &was)
		if err != nil {
			return fmt.Errorf("read fact-check: %w", err)
		}
		version := 0
		if found {
			old, err := decode[ronda.FactCheck](was)
			if err != nil {
				return err
			}
			version = old.Version
		}
		if version != s.Was {
			return ronda.Errorf(ronda.Conflict, "check.changed", "")
		}
		if err := t.saveCheck(s.Check, ronda.Event{ID: s.Event, Actor: s.By.Account, Office: s.By.Office}); err != nil {
			return err
		}
		if s.Draft != nil {
			if err := t.putDraft(*s.Draft); err != nil {
				return err
			}
			if s.Draft.Wish != "" && s.Check.Live() {
				if _, err := t.exec(`UPDATE wishes SET answer = $2 WHERE id = $1`, s.Draft.Wish, s.Check.ID); err != nil {
					return fmt.Errorf("answer wish: %w", err)
				}
			}
		}
		return t.addOwed(owed{nil, s.Jobs, s.Leaves}, int64(s.Check.Version))
	})
	if duplicate(err) {
		return ronda.Errorf(ronda.Conflict, "claim.url_taken", "url")
	}
	return wrap("save fact-check "+s.Check.ID, err)
}

// OrgFactChecks lists what an organisation has published, newest first, retracted ones too.
func (db *DB) OrgFactChecks(ctx context.Context, org string, limit int) ([]ronda.FactCheck, error) {
	docs, err := list(ctx, db.read, scanText, `SELECT doc FROM fact_checks WHERE origin = 'partner' ORDER BY date DESC, id DESC LIMIT 2000`)
	if err != nil {
		return nil, fmt.Errorf("list fact-checks of partner: %w", err)
	}
	all, err := decodeAll[ronda.FactCheck](docs)
	var out []ronda.FactCheck
	for _, f := range all {
		if f.Org == org && len(out) < limit {
			out = append(out, f)
		}
	}
	return out, err
}

// SaveCheckDraft saves a draft. A version that is not the successor of the stored one is a Conflict "draft.changed".
func (db *DB) SaveCheckDraft(ctx context.Context, d ronda.CheckDraft) error {
	return db.write.do(ctx, func(t *tx) error { return t.putDraft(d) })
}

func (t *tx) putDraft(d ronda.CheckDraft) error {
	doc, err := encode(d)
	if err != nil {
		return err
	}
	if err := t.putPublication(publication{kind: kindDraft, noun: "draft", id: d.ID, version: d.Version, state: draftState(d), org: d.Org, region: d.Content.Region}, doc); err != nil {
		return err
	}
	if p := d.Content.Picture; p != nil {
		return t.keepFiles(nil, []ronda.Evidence{*p})
	}
	return nil
}

func draftState(d ronda.CheckDraft) string {
	if d.Done != "" {
		return "done"
	}
	return "open"
}

// CheckDraft returns a draft, or a NotFound error.
func (db *DB) CheckDraft(ctx context.Context, id string) (ronda.CheckDraft, error) {
	return onePublication[ronda.CheckDraft](ctx, db, kindDraft, "draft", id)
}

// CheckDrafts lists the open drafts of an organisation, newest first.
func (db *DB) CheckDrafts(ctx context.Context, org string) ([]ronda.CheckDraft, error) {
	return publications[ronda.CheckDraft](ctx, db, kindDraft, publicationFilter{org: org, states: []string{"open"}})
}

// SaveKit saves a kit with its log entries. A version that is not the successor of the stored one is a Conflict "kit.changed".
func (db *DB) SaveKit(ctx context.Context, s ronda.KitSave) error {
	k := s.Kit
	return db.savePublication(ctx, publication{kind: kindKit, noun: "kit", id: k.ID, version: k.Version, state: string(k.State), org: k.Org, region: k.Region,
		at: k.PublishedAt, doc: k}, owed{leaves: s.Leaves})
}

// Kit returns a kit that partners made, or a NotFound error.
func (db *DB) Kit(ctx context.Context, id string) (ronda.Kit, error) {
	return onePublication[ronda.Kit](ctx, db, kindKit, "kit", id)
}

// Kits lists the published kits that partners made, newest first.
func (db *DB) Kits(ctx context.Context) ([]ronda.Kit, error) {
	return publications[ronda.Kit](ctx, db, kindKit, publicationFilter{states: []string{string(ronda.AlertPublished)}, published: true, size: 500})
}

// DeskKits lists what waits for a second organisation, and what is the organisation's own.
func (db *DB) DeskKits(ctx context.Context, org string) ([]ronda.Kit, error) {
	own, err := publications[ronda.Kit](ctx, db, kindKit, publicationFilter{org: org})
	if err != nil {
		return nil, err
	}
	waiting, err := publications[ronda.Kit](ctx, db, kindKit, publicationFilter{states: []string{string(ronda.AlertProposed)}})
	for _, k := range waiting {
		if k.Org != org {
			own = append(own, k)
		}
	}
	return own, err
}

// SaveBulletin saves a version of an official statement with its events and log entries. A version that is not the successor of the stored one
// is a Conflict "bulletin.changed".
func (db *DB) SaveBulletin(ctx context.Context, s ronda.BulletinSave) error {
	b := s.Bulletin
	state := "published"
	if !b.Live() {
		state = "withdrawn"
	}
	return db.savePublication(ctx, publication{kind: kindBulletin, noun: "bulletin", id: b.ID, version: b.Version, state: state, org: b.Office, region: b.Region,
		at: b.PublishedAt, doc: b}, owed{events: s.Events, leaves: s.Leaves})
}

// Bulletin returns an official statement, a withdrawn one too, or a NotFound error.
func (db *DB) Bulletin(ctx context.Context, id string) (ronda.Bulletin, error) {
	return onePublication[ronda.Bulletin](ctx, db, kindBulletin, "bulletin", id)
}

// Bulletins lists official statements, newest first; withdrawn ones too. office "" is every office.
func (db *DB) Bulletins(ctx context.Context, office string, size int) ([]ronda.Bulletin, error) {
	return publications[ronda.Bulletin](ctx, db, kindBulletin, publicationFilter{org: office, published: true, size: size})
}

// SaveSuggestion keeps that a published check may answer a case. The same pair again changes nothing, so that what an officer decided stays.
func (db *DB) SaveSuggestion(ctx context.Context, s ronda.Suggestion) error {
	doc, err := encode(s)
	if err != nil {
		return err
	}
	err = db.write.do(ctx, func(t *tx) error {
		err := t.putPublication(publication{kind: kindSuggestion, noun: "suggestion", id: s.Case + ":" + s.Claim, version: 1, state: "open", org: s.Office, region: s.Region, at: s.At}, doc)
		if ronda.KindOf(err) == ronda.Conflict {
			return nil
		}
		return err
	})
	return wrap("save suggestion", err)
}

// Suggestions lists what may answer the cases of an office, newest first.
func (db *DB) Suggestions(ctx context.Context, office string, size int) ([]ronda.Suggestion, error) {
	return publications[ronda.Suggestion](ctx, db, kindSuggestion, publicationFilter{org: office, published: true, size: size})
}
