// Package webhook is the channel that hands a notice to a platform's own server as a signed request. It stands inside the sixth stage of the flow.
//
// It promises: each try of one notice carries the same number, so that a recipient can tell a repeat and the job may try again; every try is kept
// with its answer before its outcome is reported; an answer 2xx is acceptance, and proof of receipt only where it returns the delivery's number.
// Requests go to public addresses only, unless the operator allowed that very target to be private, and never follow a redirect.
package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"ronda"
	"ronda/internal/notice"
	"ronda/internal/safefetch"
)

// Settings know a platform's target and key.
type Settings interface {
	For(ctx context.Context, platform string, sandbox bool) (ronda.PlatformChannel, error)
	Open(c ronda.PlatformChannel) ([]byte, error)
}

// Deliveries keep each try.
type Deliveries interface {
	AddDelivery(ctx context.Context, d ronda.Delivery) error
	NoticeDeliveries(ctx context.Context, notice string) ([]ronda.Delivery, error)
}

// Poster makes one request and follows no redirect; *safefetch.Client is one.
type Poster interface {
	Post(ctx context.Context, url string, h http.Header, body []byte) (status int, answer []byte, err error)
}

// Channel is the web hook channel.
type Channel struct {
	Settings   Settings
	Deliveries Deliveries
	Public     Poster // for targets on the Internet
	Private    Poster // for targets that the operator allowed to be private; nil refuses them
	// Document is the JSON letter of a notice.
	Document func(ctx context.Context, c ronda.Case, n ronda.Notice) ([]byte, error)
	Now      func() time.Time
	IDs      ronda.IDs
}

// Message is the body of a delivery.
type Message struct {
	Type    string          `json:"type"` // "notice" or "test"
	ID      string          `json:"id"`   // the delivery's number, as in Webhook-Id; return it as {"id": "…"} to acknowledge receipt
	Notice  string          `json:"notice,omitempty"`
	Sandbox bool            `json:"sandbox,omitempty"`
	Letter  json.RawMessage `json:"letter,omitempty"`
}

// maxAnswer is how many bytes of an answer are kept.
const maxAnswer = 1000

// Repeatable is true: each try carries the number of the notice.
func (c *Channel) Repeatable() bool { return true }

// Send hands a notice over once.
func (c *Channel) Send(ctx context.Context, k ronda.Case, n ronda.Notice) error {
	letter, err := c.Document(ctx, k, n)
	if err != nil {
		return fmt.Errorf("write letter: %w: %w", notice.ErrNotSent, err)
	}
	d, err := c.deliver(ctx, n.Platform, Message{Type: "notice", ID: n.MessageID, Notice: n.ID, Sandbox: n.Sandbox, Letter: letter})
	if err != nil {
		return err
	}
	switch d.Outcome {
	case ronda.DeliveryTaken, ronda.DeliveryProven:
		return nil
	case ronda.DeliveryNotSent:
		return c.notSent(ctx, n, d)
	}
	return fmt.Errorf("outcome of web hook unknown (%s): %w", d.Failure, notice.ErrAgain)
}

// notSent is a certain failure only if every earlier try of the notice is known and certain too: a try that a crash cut off left no row.
func (c *Channel) notSent(ctx context.Context, n ronda.Notice, d ronda.Delivery) error {
	again := notice.ErrAgain
	if final(d.Status) || d.Failure == refusedTarget {
		again = nil
	}
	all, err := c.Deliveries.NoticeDeliveries(ctx, n.ID)
	if err != nil {
		return fmt.Errorf("read earlier tries: %w", err)
	}
	certain := n.Attempts <= len(all)
	for _, x := range all {
		certain = certain && x.Outcome == ronda.DeliveryNotSent
	}
	if !certain {
		return errors.Join(fmt.Errorf("web hook failed (%s) after an unclear try", d.Failure), again)
	}
	return errors.Join(fmt.Errorf("web hook failed (%s): %w", d.Failure, notice.ErrNotSent), again)
}

// Proof is the number that the recipient returned.
func (c *Channel) Proof(ctx context.Context, n ronda.Notice) (string, error) {
	all, err := c.Deliveries.NoticeDeliveries(ctx, n.ID)
	if err != nil {
		return "", fmt.Errorf("read deliveries: %w", err)
	}
	for _, d := range all {
		if d.Outcome == ronda.DeliveryProven {
			return "web hook answered " + fmt.Sprint(d.Status) + " with the delivery's number, delivery " + d.ID, nil
		}
	}
	return "", nil
}

// Test sends an empty message of type "test", to the platform's real web hook or to the one for practice, and returns what came of it.
func (c *Channel) Test(ctx context.Context, platform string, sandbox bool) (ronda.Delivery, error) {
	d, err := c.deliver(ctx, platform, Message{Type: "test", ID: "test-" + c.IDs.New(c.Now()), Sandbox: sandbox})
	if errors.Is(err, notice.ErrNotSent) {
		return d, ronda.Errorf(ronda.Conflict, "channel.no_webhook", "")
	}
	return d, err
}

// refusedTarget is the failure of a target that the rules for outgoing requests stop.
const refusedTarget = "target refused"

// deliver makes one request and keeps it. An error means that nothing was asked, or that the try could not be kept.
func (c *Channel) deliver(ctx context.Context, platform string, m Message) (ronda.Delivery, error) {
	set, err := c.Settings.For(ctx, platform, m.Sandbox)
	if err != nil {
		return ronda.Delivery{}, fmt.Errorf("read web hook of %s: %w: %w", platform, notice.ErrNotSent, err)
	}
	if set.Kind != ronda.ChannelWebhook || len(set.Secret) == 0 {
		return ronda.Delivery{}, fmt.Errorf("no web hook is set for %s: %w", platform, notice.ErrNotSent)
	}
	key, err := c.Settings.Open(set)
	if err != nil {
		return ronda.Delivery{}, fmt.Errorf("open key of %s: %w: %w", platform, notice.ErrNotSent, err)
	}
	body, err := json.Marshal(m)
	if err != nil {
		return ronda.Delivery{}, fmt.Errorf("write message: %w: %w", notice.ErrNotSent, err)
	}
	poster := c.Public
	if set.Private && c.Private != nil {
		poster = c.Private
	}
	start := c.Now()
	h := http.Header{"Content-Type": {"application/json"}}
	Sign(h, key, set.KeyID, m.ID, start, body)
	status, answer, err := poster.Post(ctx, set.Target, h, body)
	d := ronda.Delivery{ID: c.IDs.New(start), Platform: platform, Notice: m.Notice, Kind: ronda.ChannelWebhook, At: start.UTC(), Status: status, Sandbox: m.Sandbox, Took: c.Now().Sub(start)}
	d.Answer = clip(answer)
	d.Outcome, d.Failure = outcome(status, answer, err, m.ID)
	// The try must be kept even if the worker is being stopped: what was sent was sent.
	if err := c.Deliveries.AddDelivery(context.WithoutCancel(ctx), d); err != nil {
		return d, fmt.Errorf("keep delivery: %w: %w", notice.ErrAgain, err)
	}
	return d, nil
}

// outcome judges an answer. docs/channels.md has the table.
func outcome(status int, answer []byte, err error, id string) (ronda.DeliveryOutcome, string) {
	switch {
	case status >= 200 && status < 300:
		var a struct {
			ID string `json:"id"`
		}
		if err == nil && json.Unmarshal(answer, &a) == nil && a.ID == id {
			return ronda.DeliveryProven, ""
		}
		return ronda.DeliveryTaken, ""
	case status == http.StatusConflict: // has this number already
		return ronda.DeliveryTaken, ""
	case status >= 500:
		return ronda.DeliveryUnknown, fmt.Sprintf("answer %d", status)
	case status > 0:
		return ronda.DeliveryNotSent, fmt.Sprintf("answer %d", status)
	}
	var refused *safefetch.Refused
	if errors.As(err, &refused) {
		return ronda.DeliveryNotSent, refusedTarget
	}
	if beforeRequest(err) {
		return ronda.DeliveryNotSent, "no connection"
	}
	return ronda.DeliveryUnknown, "no answer"
}

// beforeRequest tells whether the error came before a byte of the request could leave: name, connection or TLS.
func beforeRequest(err error) bool {
	var op *net.OpError
	var name *net.DNSError
	var cert *tls.CertificateVerificationError
	var host x509.HostnameError
	var record tls.RecordHeaderError
	return errors.As(err, &name) || (errors.As(err, &op) && op.Op == "dial") || errors.As(err, &cert) || errors.As(err, &host) || errors.As(err, &record)
}

// final tells whether a status is the recipient's last word: asking again would not help.
func final(status int) bool {
	switch status {
	case 0, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return status < 500
}

// clip keeps the beginning of an answer as text that every database can hold.
func clip(answer []byte) string {
	s := strings.ToValidUTF8(strings.ReplaceAll(string(answer[:min(len(answer), maxAnswer)]), "\x00", ""), "\uFFFD")
	for !utf8.ValidString(s) || len(s) > maxAnswer {
		s = s[:len(s)-1]
	}
	return s
}
