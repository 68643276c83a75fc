package web

import (
	"context"
	"io"

	"ronda"
	"ronda/internal/account"
	"ronda/internal/casework"
	"ronda/internal/intake"
	"ronda/internal/notice"
	"ronda/internal/response"
)

// WorkOptions joins the pages of officers, liaisons and administrators to the stages. Without Casework these pages do not exist.
type WorkOptions struct {
	Casework     *casework.Service
	Notices      *notice.Service
	Responses    *response.Service
	Accounts     *account.Service
	Readers      casework.Readers
	Evidence     EvidenceFiles
	DemoAccounts []DemoAccount
	Letters      Letters
	LogEntries   LogEntries
	// Counts are the grouped figures for /data.
	Counts func(ctx context.Context) (ronda.PublicCounts, error)
	// Suggest asks the matcher what belongs to a case.
	Suggest func(ctx context.Context, c ronda.Case) (ronda.Found, error)
}

// DemoAccount is an account that the sign-in page of a demonstration names together with its password.
type DemoAccount struct {
	Login, Password, Name string
	What                  ronda.Text
}

// EvidenceFiles keeps and opens sealed files.
type EvidenceFiles interface {
	Keep(ctx context.Context, owner string, u intake.Upload) (ronda.Evidence, error)
	// OpenFile gives the picture that may be shown, or the sealed original, with its media type and its size in bytes (-1 if unknown).
	OpenFile(ctx context.Context, e ronda.Evidence, original bool) (io.ReadCloser, string, int64, error)
}
