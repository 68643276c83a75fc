package main

import (
	"context"

	"ronda/internal/web"
)

// demo makes the demonstration state if it is not there, and returns its accounts.
func (a *app) demo(ctx context.Context) ([]web.DemoAccount, error) { return nil, nil }
