package api

import (
	"context"

	"ronda"
	"ronda/internal/appeal"
	"ronda/internal/casework"
	"ronda/internal/intake"
	"ronda/internal/notice"
)

// Intake takes checks and reports. *intake.Service is the real one.
type Intake interface {
	Check(ctx context.Context, in intake.CheckInput) (intake.CheckResult, error)
	Allow(ctx context.Context, in intake.CheckInput) error
	Submit(ctx context.Context, in intake.ReportInput) (intake.Receipt, error)
	Ticket(ctx context.Context, code, sender string) (ronda.Ticket, error)
	AddMore(ctx context.Context, in intake.MoreInput) (ronda.Ticket, error)
}

// Casework shows cases to officers. *casework.Service is the real one.
type Casework interface {
	Queue(ctx context.Context, a ronda.Actor, f ronda.QueueFilter) (casework.QueueView, error)
	View(ctx context.Context, a ronda.Actor, id string) (casework.View, error)
}

// Notices shows acts to their recipients, their senders and the public. *notice.Service is the real one.
type Notices interface {
	Inbox(ctx context.Context, a ronda.Actor, f ronda.NoticeFilter) (notice.Inbox, error)
	Open(ctx context.Context, a ronda.Actor, id string) (notice.Received, error)
	Performance(ctx context.Context, a ronda.Actor) (notice.Performance, error)
	ByHand(ctx context.Context, a ronda.Actor) ([]ronda.NoticeRow, error)
	Public(ctx context.Context, id string) (ronda.NoticeRow, error)
	PublicList(ctx context.Context, f ronda.NoticeFilter) ([]ronda.NoticeRow, int, error)
}

// Responses takes a platform's answers. *response.Service is the real one.
type Responses interface {
	Acknowledge(ctx context.Context, a ronda.Actor, id string) (ronda.Notice, error)
	Answer(ctx context.Context, a ronda.Actor, id string, answers []ronda.ItemAnswer, all bool, receipt ronda.Idempotent) (ronda.Notice, error)
	Reasons(ctx context.Context, a ronda.Actor, id, reasons string) (ronda.Notice, error)
}

// Appeals takes a platform's objections. *appeal.Service is the real one.
type Appeals interface {
	FileByPlatform(ctx context.Context, a ronda.Actor, notice, ground, reasons string) (ronda.Appeal, error)
	OfNotice(ctx context.Context, a ronda.Actor, notice string) ([]ronda.Appeal, error)
	Tally(ctx context.Context, a ronda.Actor) (appeal.Tally, error)
}

// Receipts finds the reply that was stored with an earlier request.
type Receipts interface {
	Receipt(ctx context.Context, principal, key string) (r ronda.Idempotent, ok bool, err error)
}

// Accounts says who is behind a token.
type Accounts interface {
	Token(ctx context.Context, plain string) (ronda.Actor, error)
}

// FactChecks knows what fact-checkers published.
type FactChecks interface {
	// Claims returns fact-checks in the order of their ids, after the id given, retracted ones too.
	Claims(ctx context.Context, after string, limit int) ([]ronda.FactCheck, error)
	FactCheck(ctx context.Context, id string) (ronda.FactCheck, error)
}

// Throttle limits how much one client may ask for.
type Throttle interface {
	Allow(ctx context.Context, budget, key string, n int) error
}
