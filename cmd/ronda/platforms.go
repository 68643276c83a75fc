package main

import (
	"context"

	"ronda"
	"ronda/internal/notice"
	"ronda/internal/notice/channel"
	"ronda/internal/notice/webhook"
	"ronda/internal/response"
	"ronda/internal/store"
	"ronda/internal/web"
)

// practice makes acts of practice for platforms.
func (a *app) practice() *notice.Practice {
	return &notice.Practice{Notices: a.notices, Cases: a.cases, Store: a.db, Throttle: a.limits}
}

// outsideOrders takes what platforms received by another way.
func (a *app) outsideOrders() *response.Outside {
	return &response.Outside{Store: a.db, Env: a.cases.Env, Leaf: a.cases.Leaf}
}

// platformPages joins the pages on which a platform practises and logs what came from outside.
func (a *app) platformPages() web.PlatformOptions {
	return web.PlatformOptions{Practice: a.practice(), PracticeHooks: a.channels, OutsideLog: a.outsideOrders(), Rechecks: a.db.RecheckCounts}
}

// hookDoor is a platform's web hook for the API: its setting, its channel and its tries.
type hookDoor struct {
	*channel.Settings
	hook *webhook.Channel
	db   *store.DB
}

// Test sends a test to the real web hook, or to the one for practice.
func (d hookDoor) Test(ctx context.Context, platform string, sandbox bool) (ronda.Delivery, error) {
	return d.hook.Test(ctx, platform, sandbox)
}

// Deliveries lists a platform's last tries.
func (d hookDoor) Deliveries(ctx context.Context, platform string, limit int) ([]ronda.Delivery, error) {
	return d.db.Deliveries(ctx, platform, limit)
}
