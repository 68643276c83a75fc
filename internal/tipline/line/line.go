// Package line speaks the Messaging API of LINE for the tipline. It only translates: the conversation is in package tipline.
//
// LINE takes a push with the same X-Line-Retry-Key once, for 24 hours, so what was being sent when the process stopped is sent again without arriving
// twice. The first answer to a message uses its reply token, which costs the operator nothing; a token serves once, within a minute.
package line

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	api "github.com/line/line-bot-sdk-go/v8/linebot/messaging_api"

	"ronda/internal/tipline"
)

// Name is the application's name in rows and addresses.
const Name = "line"

// Limits of messages (developers.line.biz/en/reference/messaging-api): a text in UTF-16 code units, quick replies and their labels.
const (
	maxText    = 5000
	maxReplies = 13
	maxLabel   = 20
)

const (
	timeout   = 20 * time.Second
	tokenLife = 50 * time.Second // a minute, less the time to arrive
)

// Config is what the operator sets.
type Config struct {
	Token   string // channel access token
	Secret  string // channel secret: signs the web hooks
	URL     string // "" is LINE's own
	DataURL string // of files; "" is LINE's own
}

// Adapter is the door to LINE. It is safe for concurrent use.
type Adapter struct {
	cfg    Config
	client *http.Client
	inbox  Inbox
	log    func(msg string, args ...any)
}

// Inbox takes what came in.
type Inbox interface {
	Receive(ctx context.Context, list ...tipline.Incoming) error
}

// New makes an adapter. It does not call LINE.
func New(cfg Config, inbox Inbox, log func(msg string, args ...any)) (*Adapter, error) {
	if cfg.URL == "" {
		cfg.URL = "https://api.line.me"
	}
	if cfg.DataURL == "" {
		cfg.DataURL = "https://api-data.line.me"
	}
	client := &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a := &Adapter{cfg: cfg, client: client, inbox: inbox, log: log}
	if _, err := a.api(context.Background()); err != nil {
		return nil, fmt.Errorf("prepare LINE: %w", err)
	}
	return a, nil
}

// api makes a client for one call: the library's keeps its context in itself and cannot be shared.
func (a *Adapter) api(ctx context.Context) (*api.MessagingApiAPI, error) {
	c, err := api.NewMessagingApiAPI(a.cfg.Token, api.WithHTTPClient(a.client), api.WithEndpoint(a.cfg.URL))
	if err != nil {
		return nil, err
	}
	return c.WithContext(ctx), nil
}

// Limits is LINE's measure.
func (a *Adapter) Limits() tipline.Limits {
	return tipline.Limits{Text: maxText, Asked: maxText, Room: maxReplies, Count: tipline.CountUTF16}
}

// Send sends a message: as the reply to one if its token is still good, else as a push. The choices are quick replies.
func (a *Adapter) Send(ctx context.Context, d tipline.Delivery) error {
	c, err := a.api(ctx)
	if err != nil {
		return &tipline.SendError{Fate: tipline.FateLater, Word: "client"}
	}
	m := &api.TextMessage{Text: d.Message.Text()}
	if len(d.Message.Choices) > 0 {
		m.QuickReply = &api.QuickReply{Items: quick(d.Message.Choices)}
	}
	messages := []api.MessageInterface{m}
	if d.Message.Token != "" && d.Now.Sub(time.Unix(d.Message.TokenAt, 0)) < tokenLife {
		res, _, err := c.ReplyMessageWithHttpInfo(&api.ReplyMessageRequest{ReplyToken: d.Message.Token, Messages: messages})
		switch {
		case err == nil:
			return nil
		case res != nil && res.StatusCode == http.StatusBadRequest && d.Again:
			return nil // the token was good and is used: the first attempt arrived
		case res != nil && res.StatusCode == http.StatusBadRequest:
			// the token is no longer good: push instead
		default:
			return fate(res, err)
		}
	}
	res, _, err := c.PushMessageWithHttpInfo(&api.PushMessageRequest{To: d.To.Chat, Messages: messages}, retryKey(d.ID))
	return fate(res, err)
}

func quick(choices []tipline.Choice) []api.QuickReplyItem {
	var out []api.QuickReplyItem
	for _, c := range choices[:min(len(choices), maxReplies)] {
		label := c.Label
		if r := []rune(label); len(r) > maxLabel {
			label = string(r[:maxLabel-1]) + "…"
		}
		out = append(out, api.QuickReplyItem{Type: "action", Action: &api.PostbackAction{Label: label, Data: c.ID, DisplayText: label}})
	}
	return out
}

// retryKey makes the UUID of a message: the same for each attempt.
func retryKey(id string) string {
	h := sha256.Sum256([]byte("tipline/line/" + id))
	h[6] = h[6]&0x0f | 0x80 // version 8: made by a rule of our own (RFC 9562, section 5.8)
	h[8] = h[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// fate reads what an answer means (developers.line.biz/en/docs/messaging-api/retrying-api-request): 409 says that it arrived before.
func fate(res *http.Response, err error) error {
	if err == nil {
		return nil
	}
	if res == nil {
		return &tipline.SendError{Fate: tipline.FateUnknown, Word: "no_answer"}
	}
	word := "status_" + strconv.Itoa(res.StatusCode)
	switch code := res.StatusCode; {
	case code == http.StatusConflict:
		return nil
	case code/100 == 2: // taken, with an answer that cannot be read: the retry key makes another attempt safe
		return &tipline.SendError{Fate: tipline.FateUnknown, Word: "odd_answer"}
	case code == http.StatusTooManyRequests:
		after := 10 * time.Second
		if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 && n < 24*3600 {
			after = time.Duration(n) * time.Second
		}
		if strings.Contains(err.Error(), "monthly limit") { // the plan's messages are used up: a matter of days and of the operator
			after, word = time.Hour, "monthly_limit"
		}
		return &tipline.SendError{Fate: tipline.FateLater, After: after, Word: word}
	case code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusNotFound: // token, plan or address: for the operator to mend
		return &tipline.SendError{Fate: tipline.FateLater, After: 5 * time.Minute, Word: word}
	case code >= 500:
		return &tipline.SendError{Fate: tipline.FateUnknown, Word: word}
	}
	return &tipline.SendError{Fate: tipline.FateRefused, Word: word}
}

// Fetch gets a picture.
func (a *Adapter) Fetch(ctx context.Context, m tipline.Media) (io.ReadCloser, error) {
	blob, err := api.NewMessagingApiBlobAPI(a.cfg.Token, api.WithBlobHTTPClient(a.client), api.WithBlobEndpoint(a.cfg.DataURL))
	if err != nil {
		return nil, fmt.Errorf("prepare LINE: %w", err)
	}
	res, err := blob.WithContext(ctx).GetMessageContent(m.Ref)
	if err != nil {
		if s := err.Error(); strings.Contains(s, "status code: 404") || strings.Contains(s, "status code: 410") || strings.Contains(s, "status code: 400") {
			return nil, tipline.ErrNoFile
		}
		return nil, errors.New("get picture from LINE: no answer")
	}
	if res.StatusCode != http.StatusOK { // 202: LINE still prepares it
		_ = res.Body.Close()
		return nil, fmt.Errorf("get picture from LINE: status %d", res.StatusCode)
	}
	return res.Body, nil
}
