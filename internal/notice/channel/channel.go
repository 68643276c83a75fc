// Package channel keeps the operator's settings of how each platform is reached. It stands beside the sixth stage of the flow: the channels read
// their target and key here, the administrators' page and the command line write them. A secret is sealed before it reaches the database and is
// shown once, when it is made.
package channel

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"ronda"
)

// Store keeps the settings.
type Store interface {
	SetPlatformChannel(ctx context.Context, c ronda.PlatformChannel) error
	PlatformChannel(ctx context.Context, platform string) (ronda.PlatformChannel, error)
	PlatformChannels(ctx context.Context) ([]ronda.PlatformChannel, error)
	SandboxChannel(ctx context.Context, platform string) (ronda.PlatformChannel, error)
}

// Seals seals and opens secrets.
type Seals interface {
	Seal(purpose string, plain []byte) ([]byte, error)
	Unseal(purpose string, sealed []byte) ([]byte, error)
}

// Settings reads and changes how platforms are reached.
type Settings struct {
	Pack  *ronda.Pack
	Store Store
	Seals Seals
	Rand  io.Reader
	Now   func() time.Time
	Mail  bool // whether this server can send mail
}

// SecretPrefix marks a secret as one of the Standard Webhooks specification; the rest is base64.
const SecretPrefix = "whsec_"

const secretBytes = 32

func purpose(c ronda.PlatformChannel) string {
	if c.Sandbox {
		return "channel/sandbox/" + c.Platform
	}
	return "channel/" + c.Platform
}

// Set checks and saves a setting. For a web hook with no key yet, or with newKey, it makes one and returns it: it is never shown again.
func (s *Settings) Set(ctx context.Context, a ronda.Actor, in ronda.PlatformChannel, newKey bool) (secret string, err error) {
	if err := ronda.Can(a, ronda.ManageAccount, ronda.Case{}, s.Pack); err != nil && !a.Is(ronda.RoleSystem) {
		return "", err
	}
	in.Target = strings.TrimSpace(in.Target)
	if err := s.check(in); err != nil {
		return "", err
	}
	before, err := s.Store.PlatformChannel(ctx, in.Platform)
	if err != nil {
		return "", fmt.Errorf("read channel: %w", err)
	}
	in.KeyID, in.Secret = before.KeyID, before.Secret
	if in.Kind == ronda.ChannelWebhook && (newKey || len(before.Secret) == 0) {
		if secret, err = s.makeKey(&in); err != nil {
			return "", err
		}
	}
	in.ChangedAt, in.ChangedBy = s.Now().UTC(), a.Account
	if err := s.Store.SetPlatformChannel(ctx, in); err != nil {
		return "", fmt.Errorf("save channel: %w", err)
	}
	return secret, nil
}

// Rotate makes a new key for a platform's web hook and returns it: the one before signs nothing from now on. The platform's own liaison may do it,
// and the operator.
func (s *Settings) Rotate(ctx context.Context, a ronda.Actor, platform string) (ronda.PlatformChannel, string, error) {
	own := a.Has(ronda.RoleLiaison) && a.Platform == platform && platform != ""
	if err := ronda.Can(a, ronda.ManageAccount, ronda.Case{}, s.Pack); err != nil && !own {
		return ronda.PlatformChannel{}, "", err
	}
	set, err := s.For(ctx, platform, a.Sandbox)
	if err != nil {
		return set, "", fmt.Errorf("read channel: %w", err)
	}
	if set.Kind != ronda.ChannelWebhook {
		return set, "", ronda.Errorf(ronda.Conflict, "channel.no_webhook", "")
	}
	secret, err := s.makeKey(&set)
	if err != nil {
		return set, "", err
	}
	set.ChangedAt, set.ChangedBy = s.Now().UTC(), a.Account
	if err := s.Store.SetPlatformChannel(ctx, set); err != nil {
		return set, "", fmt.Errorf("save channel: %w", err)
	}
	return set, secret, nil
}

// SetSandbox lets a platform's liaison choose where deliveries of practice go, and makes their key. The target is a public address: nobody but the
// operator may point Ronda into a private network.
func (s *Settings) SetSandbox(ctx context.Context, a ronda.Actor, target string) (ronda.PlatformChannel, string, error) {
	if !a.Has(ronda.RoleLiaison) || a.Platform == "" {
		return ronda.PlatformChannel{}, "", ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	before, err := s.Store.SandboxChannel(ctx, a.Platform)
	if err != nil {
		return before, "", fmt.Errorf("read channel: %w", err)
	}
	target = strings.TrimSpace(target)
	in := ronda.PlatformChannel{Platform: a.Platform, Kind: ronda.ChannelWebhook, Target: target, Sandbox: true, Private: before.Private && target == before.Target}
	if u, err := url.Parse(in.Target); err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && !(in.Private && u.Scheme == "http")) {
		return in, "", ronda.Errorf(ronda.Invalid, "channel.bad_address", "target")
	}
	secret, err := s.makeKey(&in)
	if err != nil {
		return in, "", err
	}
	in.ChangedAt, in.ChangedBy = s.Now().UTC(), a.Account
	if err := s.Store.SetPlatformChannel(ctx, in); err != nil {
		return in, "", fmt.Errorf("save channel: %w", err)
	}
	return in, secret, nil
}

// For is the setting of a platform: the operator's, or the platform's own for practice.
func (s *Settings) For(ctx context.Context, platform string, sandbox bool) (ronda.PlatformChannel, error) {
	if sandbox {
		set, err := s.Store.SandboxChannel(ctx, platform)
		set.Platform, set.Sandbox = platform, true
		return set, err
	}
	return s.Store.PlatformChannel(ctx, platform)
}

func (s *Settings) makeKey(in *ronda.PlatformChannel) (string, error) {
	b := make([]byte, secretBytes)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	sealed, err := s.Seals.Seal(purpose(*in), b)
	if err != nil {
		return "", fmt.Errorf("seal key: %w", err)
	}
	in.Secret, in.KeyID = sealed, "k-"+strings.ToLower(ronda.IDs{Rand: s.Rand}.Code(8))
	return SecretPrefix + base64.StdEncoding.EncodeToString(b), nil
}

// check refuses what no channel could use.
func (s *Settings) check(in ronda.PlatformChannel) error {
	p, ok := s.Pack.Platform(in.Platform)
	if !ok {
		return ronda.Errorf(ronda.Invalid, "channel.platform_unknown", "platform")
	}
	if !p.Represented && in.Kind != ronda.ChannelManual {
		return ronda.Errorf(ronda.Invalid, "channel.by_hand_only", "kind")
	}
	switch in.Kind {
	case ronda.ChannelPortal, ronda.ChannelManual:
	case ronda.ChannelWebhook:
		u, err := url.Parse(in.Target)
		if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && !(in.Private && u.Scheme == "http")) {
			return ronda.Errorf(ronda.Invalid, "channel.bad_address", "target")
		}
	case ronda.ChannelEmail:
		if !s.Mail {
			return ronda.Errorf(ronda.Invalid, "channel.no_mail_server", "kind")
		}
		if a, err := mail.ParseAddress(in.Target); err != nil || a.Address != in.Target {
			return ronda.Errorf(ronda.Invalid, "channel.bad_mail", "target")
		}
	default:
		return ronda.Errorf(ronda.Invalid, "channel.kind_missing", "kind")
	}
	return nil
}

// PlatformChannel is the setting of a platform; the zero value if nothing was set.
func (s *Settings) PlatformChannel(ctx context.Context, platform string) (ronda.PlatformChannel, error) {
	return s.Store.PlatformChannel(ctx, platform)
}

// List returns the setting of every platform of the pack; those that were never set have only their name.
func (s *Settings) List(ctx context.Context) ([]ronda.PlatformChannel, error) {
	set, err := s.Store.PlatformChannels(ctx)
	if err != nil {
		return nil, fmt.Errorf("list channels: %w", err)
	}
	byID := map[string]ronda.PlatformChannel{}
	for _, c := range set {
		byID[c.Platform] = c
	}
	var out []ronda.PlatformChannel
	for _, p := range s.Pack.Platforms {
		c := byID[p.ID]
		c.Platform = p.ID
		out = append(out, c)
	}
	return out, nil
}

// Open returns the key of a setting.
func (s *Settings) Open(c ronda.PlatformChannel) ([]byte, error) {
	return s.Seals.Unseal(purpose(c), c.Secret)
}
