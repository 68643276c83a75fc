// Package intake is the first stage of the flow: it takes a check or a report from the web, the API or a chat, and gives back an answer or a
// code at once. It masks personal data before anything is stored, understands the addresses, finds the case that the report belongs to, and
// saves all of it in one transaction. What was answered with a code is there after any crash.
package intake

import (
	"context"
	"io"
	"time"

	"ronda"
)

// Store is what intake needs of the database.
type Store interface {
	Submit(ctx context.Context, s ronda.Submission) (ronda.Submitted, error)
	Case(ctx context.Context, id string) (ronda.Case, error)
	ReportByCode(ctx context.Context, code string) (ronda.Report, error)
	Messages(ctx context.Context, reportID string) ([]ronda.Message, error)
	AddMessage(ctx context.Context, m ronda.Message, jobs []ronda.Job, idem ronda.Idempotent) error
}

// Counts keeps what checks leave behind: a keyed fingerprint and a count, or the text where its sender allowed that.
type Counts interface {
	RecordCheck(ctx context.Context, r ronda.CheckRecord) error
	AddWish(ctx context.Context, w ronda.Wish) error
	WishOf(ctx context.Context, text string) (ronda.Wish, error)
}

// Throttle limits guesses at codes and floods from one sender.
type Throttle interface {
	// Allow takes n from the budget named and returns a Limited error that says when to come back if it is used up.
	Allow(ctx context.Context, budget, key string, n int) error
}

// Links understands addresses.
type Links interface {
	Parse(raw string) (ronda.ReportAddress, error)
	FindAll(text string, limit int) []ronda.ReportAddress
}

// Matcher finds known claims and cases.
type Matcher interface {
	Search(ctx context.Context, q ronda.Search) ronda.Found
}

// Claims reads a fact-check again before it is shown.
type Claims interface {
	FactCheck(ctx context.Context, id string) (ronda.FactCheck, error)
}

// Official lists what the election commission's offices said as themselves, newest first.
type Official interface {
	Bulletins(ctx context.Context, office string, size int) ([]ronda.Bulletin, error)
}

// Evidence keeps uploaded files under an owner's key and returns what may be said of them.
type Evidence interface {
	Keep(ctx context.Context, owner string, u Upload) (ronda.Evidence, error)
}

// Upload is one file as it came. Data is read at most once; Size may be -1 if unknown.
type Upload struct {
	Name string
	Kind string // screenshot, video, document; "" means by its type
	Data io.Reader
	Size int64
}

// Sealer hides what only authorised code may read back.
type Sealer interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Fingerprint(purpose string, data []byte) []byte
}

// Opener makes the change that a new case owes: jobs and log entries included.
type Opener interface {
	Change(c ronda.Case, events []ronda.Event) (ronda.Change, error)
	Env() ronda.Env
}

// Partners says whether a partner's report goes first in the queue now, and if not, why.
type Partners interface {
	GoesFirst(ctx context.Context, org, region string) (first bool, why string, err error)
}

// Service takes checks and reports. Evidence, Matcher and Throttle may not be nil; without Pictures a picture finds nothing.
type Service struct {
	Pack     *ronda.Pack
	Store    Store
	Counts   Counts
	Throttle Throttle
	Links    Links
	Matcher  Matcher
	Claims   Claims
	Evidence Evidence
	Keys     Sealer
	Cases    Opener
	Pictures Pictures
	Fold     func(string) string // the normal form of a text, for fingerprints
	Partners Partners            // without it no report goes first
	Official Official            // without it no answer shows a statement of the commission

	// Signature makes the near-duplicate signature of a text, nil for one too short to have any.
	Signature func(string) []byte
}

// Limits of one report. A forwarded message is at most some thousand letters long; more is an attack or a mistake.
const (
	MaxText      = 10_000 // letters
	MaxAddresses = 200
	MaxFiles     = 5
	MaxContact   = 200
	minText      = 20
)

// now is the time of the change that is being made.
func (s *Service) now() time.Time { return s.Cases.Env().Now }
