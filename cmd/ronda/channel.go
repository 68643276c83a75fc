package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"ronda"
	"ronda/internal/config"
	"ronda/internal/keys"
	"ronda/internal/notice/channel"
	"ronda/internal/store"
)

// channelCmd sets and lists how each platform is reached. The embedded database must not be in use by a server at the time; administrators do the
// same on the page /kelola/saluran while it runs.
type channelCmd struct {
	Set  channelSetCmd  `cmd:"" help:"Set how a platform is reached."`
	List channelListCmd `cmd:"" help:"List how each platform is reached. Secrets are never shown."`
}

// channelSetCmd sets one platform's channel.
type channelSetCmd struct {
	config.Server
	Platform string `arg:"" help:"Platform of the election pack, for example tiktok."`
	Kind     string `arg:"" enum:"portal,webhook,email,manual" help:"portal, webhook, email or manual."`
	Target   string `arg:"" optional:"" help:"Address of the web hook, or mail address."`
	NewKey   bool   `help:"Make a new key for the web hook; the old one stops at once."`
	Private  bool   `help:"Allow a target in a private network (and http). Only for a receiver that you run yourself."`
}

// Run saves the setting and prints a new key once.
func (c *channelSetCmd) Run() error {
	ctx := context.Background()
	s, done, err := openSettings(ctx, &c.Server)
	if err != nil {
		return err
	}
	defer done()
	secret, err := s.Set(ctx, ronda.System(), ronda.PlatformChannel{Platform: c.Platform, Kind: c.Kind, Target: c.Target, Private: c.Private}, c.NewKey)
	if err != nil {
		return fmt.Errorf("set channel of %s: %w", c.Platform, err)
	}
	set, err := s.PlatformChannel(ctx, c.Platform)
	if err != nil {
		return err
	}
	fmt.Printf("%s is reached by %s\n", c.Platform, c.Kind)
	if secret != "" {
		fmt.Printf("key %s, shown only now: %s\n", set.KeyID, secret)
	}
	return nil
}

// channelListCmd lists the settings.
type channelListCmd struct{ config.Server }

// Run prints one line a platform.
func (c *channelListCmd) Run() error {
	ctx := context.Background()
	s, done, err := openSettings(ctx, &c.Server)
	if err != nil {
		return err
	}
	defer done()
	rows, err := s.List(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, x := range rows {
		kind := x.Kind
		if kind == "" {
			kind = "(not set)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", x.Platform, kind, x.Target, x.KeyID)
	}
	return w.Flush()
}

func openSettings(ctx context.Context, c *config.Server) (*channel.Settings, func(), error) {
	pack, err := loadPack(c)
	if err != nil {
		return nil, nil, fmt.Errorf("load election pack: %w", err)
	}
	ring, err := keys.Open(filepath.Join(c.KeyDir(), "master.key"))
	if err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, store.Config{Dir: c.Data, URL: c.Database})
	if err != nil {
		return nil, nil, fmt.Errorf("open database: %w", err)
	}
	return &channel.Settings{Pack: pack, Store: db, Seals: ring, Rand: rand.Reader, Now: time.Now, Mail: c.SMTPAddr != ""}, func() { db.Close() }, nil
}
