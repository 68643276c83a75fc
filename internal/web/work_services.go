package web

import (
	"context"
	"io"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/appeal"
	"ronda/internal/casework"
	"ronda/internal/intake"
	"ronda/internal/notice"
	"ronda/internal/partner"
	"ronda/internal/research"
	"ronda/internal/response"
)

// WorkOptions joins the pages of officers, liaisons and administrators to the stages. Without Casework these pages do not exist.
type WorkOptions struct {
	Casework     *casework.Service
	Notices      *notice.Service
	Responses    *response.Service
	Appeals      *appeal.Service // optional: without it /keberatan only explains
	Accounts     *account.Service
	Readers      casework.Readers
	Evidence     EvidenceFiles
	DemoAccounts []DemoAccount
	Letters      Letters
	LogEntries   LogEntries
	Partners     *partner.Service  // optional: without it there is no register and nobody advises
	Research     *research.Service // optional: without it nobody can ask for de-identified data
	// InvitedCases lists the open cases on which a partner's advice was asked for.
	InvitedCases func(ctx context.Context, partner string) ([]ronda.Case, error)
	BrigadeOptions
	ChannelOptions
	AuditOptions
	CalendarOptions
	PlatformOptions
	// Wishes are the checked texts that their senders allowed fact-checkers to see.
	Wishes func(ctx context.Context, limit int) ([]ronda.Wish, error)
	// Suggest asks the matcher what belongs to a case.
	Suggest func(ctx context.Context, c ronda.Case) (ronda.Found, error)
	// Reuploads asks what seems to be up again; nil leaves it out.
	Reuploads func(ctx context.Context, c ronda.Case) ([]ronda.Reupload, error)
}

// DemoAccount is an account that the sign-in page of a demonstration names together with its password.
type DemoAccount struct {
	Login, Password, Name string
	What                  ronda.Text
}

// EvidenceFiles keeps and opens sealed files.
type EvidenceFiles interface {
	Keep(ctx context.Context, owner string, u intake.Upload) (ronda.Evidence, error)
	// OpenView gives the re-encoded picture that may be shown, with its media type.
	OpenView(ctx context.Context, e ronda.Evidence) (body io.ReadCloser, mediaType string, err error)
	// OpenOriginal gives the sealed original to one person, after the look is on record.
	OpenOriginal(ctx context.Context, e ronda.Evidence, by, caseID string) (io.ReadCloser, error)
}
