package main

import (
	"context"
	"fmt"
	"io"

	"ronda"
	"ronda/internal/evidence"
	"ronda/internal/intake"
	"ronda/internal/link"
	"ronda/internal/match"
	"ronda/internal/store"
)

// linkDoor lets intake use the address parser.
type linkDoor struct{ p *link.Parser }

// Parse understands one address.
func (d linkDoor) Parse(raw string) (ronda.ReportAddress, error) {
	l, err := d.p.Parse(raw)
	if err != nil {
		return ronda.ReportAddress{}, linkError(err)
	}
	return addressOf(l), nil
}

// FindAll finds the addresses in a text.
func (d linkDoor) FindAll(text string, limit int) []ronda.ReportAddress {
	var out []ronda.ReportAddress
	for _, l := range d.p.FindAll(text) {
		if len(out) < limit {
			out = append(out, addressOf(l))
		}
	}
	return out
}

func addressOf(l link.Link) ronda.ReportAddress {
	return ronda.ReportAddress{Given: l.Input, Platform: l.Platform, Kind: l.Kind, Canonical: l.Canonical, Key: l.Key, Domain: l.Domain,
		Unsettled: l.NeedsResolve, Private: l.Private && privateKind(l.Kind)}
}

// privateKind tells whether an address leads to one person's messages. A closed group or a private channel is not public either, but an act can name it.
func privateKind(kind string) bool { return kind == "message" || kind == "chat" || kind == "number" }

// linkError turns a refusal of the parser into the error that pages and API know.
func linkError(err error) error {
	code := "link.bad_host"
	if e, ok := err.(*link.Error); ok {
		code = e.Code
	}
	return ronda.Errorf(ronda.Invalid, code, "link")
}

// matchDoor lets the stages search the index.
type matchDoor struct{ a *app }

// Search looks among fact-checks and cases.
func (d matchDoor) Search(ctx context.Context, q ronda.Search) ronda.Found {
	mq := match.Query{Text: q.Text, Addresses: q.Addresses, Exclude: q.Exclude, Limit: q.Limit, Recency: q.Recent, At: d.a.now()}
	if q.Claims {
		mq.Kinds = append(mq.Kinds, match.Claim)
	}
	if q.Cases {
		mq.Kinds = append(mq.Kinds, match.Case)
	}
	partial := !d.a.indexed.Load() // asked first: what becomes whole meanwhile was not
	found := foundOf(d.a.index.Search(ctx, mq))
	found.Partial = partial
	return found
}

// foundOf puts the index's answer into the words of the stages.
func foundOf(res match.Result) ronda.Found {
	found := ronda.Found{Level: string(res.Level)}
	for _, h := range res.Hits {
		fh := ronda.FoundHit{Kind: string(h.Kind), ID: h.ID, Level: string(h.Level), Score: h.Score}
		for _, w := range h.Why {
			fh.Why = append(fh.Why, ronda.FoundReason{Code: w.Code, Args: w.Args})
		}
		found.Hits = append(found.Hits, fh)
	}
	return found
}

// fileDoor keeps and opens uploaded files.
type fileDoor struct{ a *app }

// Keep examines a file and seals it under the owner's key.
func (d fileDoor) Keep(ctx context.Context, owner string, u intake.Upload) (ronda.Evidence, error) {
	s, err := d.a.files.Accept(ctx, evidence.Upload{Owner: owner, Name: u.Name, By: "reporter", Data: u.Data})
	if err != nil {
		if e, ok := err.(*ronda.Error); ok {
			e.Field = "files"
		}
		return ronda.Evidence{}, err
	}
	return s.Evidence("", u.Kind), nil
}

// OpenView opens the re-encoded picture that may be shown.
func (d fileDoor) OpenView(ctx context.Context, e ronda.Evidence) (io.ReadCloser, string, error) {
	body, err := d.a.vault.Open(ctx, e.View)
	if err != nil {
		return nil, "", fmt.Errorf("open picture: %w", err)
	}
	return body, "image/jpeg", nil
}

// OpenOriginal opens a sealed original for one person, once the look is on record.
func (d fileDoor) OpenOriginal(ctx context.Context, e ronda.Evidence, by, caseID string) (io.ReadCloser, error) {
	s := evidence.Sealed{Blob: e.Blob, SHA256: e.SHA256, Quarantine: e.Quarantine}
	return evidence.OpenOriginal(ctx, d.a.vault, lookLog{d.a.db}, s, evidence.Look{By: by, CaseID: caseID, At: d.a.now().UTC()})
}

// lookLog writes looks at sealed evidence into the database.
type lookLog struct{ db *store.DB }

// Looked commits a look.
func (l lookLog) Looked(ctx context.Context, k evidence.Look) error {
	return l.db.RecordLook(ctx, ronda.Look{Case: k.CaseID, By: k.By, Why: k.Why, Blob: k.Blob, SHA256: k.SHA256, At: k.At})
}

// fileMarks keeps the sweeper away from uploads of this process. Its generation is the epoch of a lease that only this process holds.
type fileMarks struct {
	db         *store.DB
	generation int64
}

// fileLease names the lease under which evidence is written. The data folder's lock lets one process at a time hold it.
const fileLease = "evidence"

func newFileMarks(ctx context.Context, db *store.DB) (*fileMarks, error) {
	epoch, ok, err := db.Lease(ctx, fileLease, "server", 0)
	if err != nil {
		return nil, fmt.Errorf("begin evidence generation: %w", err)
	}
	if !ok {
		return nil, fmt.Errorf("begin evidence generation: another process holds it")
	}
	return &fileMarks{db: db, generation: epoch}, nil
}

// Mark records an upload that is about to begin.
func (m *fileMarks) Mark(ctx context.Context, name string) error {
	return m.db.MarkFile(ctx, name, m.generation)
}

// Release drops the mark of an upload that was given up.
func (m *fileMarks) Release(ctx context.Context, name string) error {
	return m.db.ReleaseFile(ctx, name)
}

// Condemn names the blobs that nothing refers to.
func (m *fileMarks) Condemn(ctx context.Context, names []string) ([]string, error) {
	return m.db.CondemnFiles(ctx, names, []int64{m.generation})
}

// keyRows keeps wrapped case keys in the database, in the words of package evidence.
type keyRows struct{ db *store.DB }

// CaseKey returns the wrapped key of a case, or evidence.ErrNoKey.
func (k keyRows) CaseKey(ctx context.Context, caseID string) ([]byte, error) {
	b, err := k.db.CaseKey(ctx, caseID)
	return b, noKey(err)
}

// AddCaseKey saves a wrapped key unless the case has one.
func (k keyRows) AddCaseKey(ctx context.Context, caseID string, wrapped []byte) ([]byte, error) {
	b, err := k.db.AddCaseKey(ctx, caseID, wrapped)
	return b, noKey(err)
}

// DeleteCaseKey removes a key for good.
func (k keyRows) DeleteCaseKey(ctx context.Context, caseID string) error {
	return k.db.DeleteCaseKey(ctx, caseID)
}

func noKey(err error) error {
	if ronda.CodeOf(err) == "evidence.no_key" {
		return fmt.Errorf("%w: %w", evidence.ErrNoKey, err)
	}
	return err
}
