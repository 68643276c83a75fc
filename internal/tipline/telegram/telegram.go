// Package telegram speaks the Bot API of Telegram for the tipline. It only translates: the conversation is in package tipline.
//
// Telegram has no key that makes a repeated message one: what was being sent when the process stopped is sent again, and may arrive twice.
package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"ronda/internal/tipline"
)

// Name is the application's name in rows and addresses.
const Name = "telegram"

// Limits of a message: 4,096 UTF-16 code units (https://core.telegram.org/bots/api#sendmessage).
const maxText = 4096

// timeout bounds a call.
const timeout = 20 * time.Second

// Config is what the operator sets.
type Config struct {
	Token  string // of the bot, from @BotFather
	Secret string // comes back with each web hook in X-Telegram-Bot-Api-Secret-Token
	User   string // the bot's user name, without @
	URL    string // of the Bot API; "" is Telegram's own
}

// Adapter is the door to Telegram. It is safe for concurrent use.
type Adapter struct {
	cfg    Config
	bot    *bot.Bot
	client *http.Client
	inbox  Inbox
	log    func(msg string, args ...any)
}

// Inbox takes what came in.
type Inbox interface {
	Receive(ctx context.Context, list ...tipline.Incoming) error
}

// New makes an adapter. It does not call Telegram.
func New(cfg Config, inbox Inbox, log func(msg string, args ...any)) (*Adapter, error) {
	if cfg.URL == "" {
		cfg.URL = "https://api.telegram.org"
	}
	cfg.User = strings.TrimPrefix(cfg.User, "@")
	// A redirect would carry the token, which stands in the path, to another host.
	client := &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	b, err := bot.New(cfg.Token, bot.WithSkipGetMe(), bot.WithServerURL(cfg.URL), bot.WithHTTPClient(timeout, limited{client}),
		bot.WithErrorsHandler(func(error) { log("telegram client") }))
	if err != nil {
		return nil, fmt.Errorf("prepare Telegram: %w", err)
	}
	return &Adapter{cfg: cfg, bot: b, client: client, inbox: inbox, log: log}, nil
}

// limited bounds the answers that the client reads whole.
type limited struct{ *http.Client }

// Do sends a request.
func (l limited) Do(r *http.Request) (*http.Response, error) {
	res, err := l.Client.Do(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, 8<<20), res.Body}
	}
	return res, err
}

// Limits is Telegram's measure.
func (a *Adapter) Limits() tipline.Limits {
	return tipline.Limits{Text: maxText, Asked: maxText, Room: 20, Count: tipline.CountUTF16}
}

// Send sends a message. The choices are an inline keyboard.
func (a *Adapter) Send(ctx context.Context, d tipline.Delivery) error {
	m := d.Message
	p := &bot.SendMessageParams{ChatID: d.To.Chat, Text: m.Text(), LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: bot.True()}}
	if n := tipline.CountUTF16(m.Head); n > 0 {
		p.Entities = []models.MessageEntity{{Type: models.MessageEntityTypeBold, Offset: 0, Length: n}}
	}
	if n, err := strconv.Atoi(d.To.Thread); err == nil {
		p.MessageThreadID = n
	}
	if n, err := strconv.Atoi(d.To.Reply); err == nil {
		p.ReplyParameters = &models.ReplyParameters{MessageID: n, AllowSendingWithoutReply: true}
	}
	if len(m.Choices) > 0 {
		p.ReplyMarkup = keyboard(m.Choices)
	}
	_, err := a.bot.SendMessage(ctx, p)
	return fate(err)
}

// button is an inline button with the one thing it does. The library's own type also writes an empty copy_text, and a button may do one thing only.
type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
}

// markup is an inline keyboard (https://core.telegram.org/bots/api#inlinekeyboardmarkup).
type markup struct {
	Rows [][]button `json:"inline_keyboard"`
}

// keyboard puts two short choices in a row, and longer ones each in their own.
func keyboard(choices []tipline.Choice) *markup {
	var rows [][]button
	for _, c := range choices {
		label := c.Label
		if n := tipline.CountUTF16(c.Full); n > 0 && n <= 60 {
			label = c.Full
		}
		b := button{Text: label, Data: c.ID}
		if last := len(rows) - 1; last >= 0 && len(rows[last]) == 1 && tipline.CountUTF16(rows[last][0].Text)+tipline.CountUTF16(label) <= 24 {
			rows[last] = append(rows[last], b)
			continue
		}
		rows = append(rows, []button{b})
	}
	return &markup{Rows: rows}
}

// fate reads what an error means. Only errors that Telegram itself sent are known not to have had an effect.
func fate(err error) error {
	var many *bot.TooManyRequestsError
	var moved *bot.MigrateError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &many):
		return &tipline.SendError{Fate: tipline.FateLater, After: time.Duration(many.RetryAfter) * time.Second, Word: "too_many"}
	case errors.Is(err, bot.ErrorForbidden): // "bot was blocked by the user", "user is deactivated", "bot was kicked"
		return &tipline.SendError{Fate: tipline.FateGone, Word: "blocked"}
	case errors.As(err, &moved):
		return &tipline.SendError{Fate: tipline.FateRefused, Word: "group_moved"}
	case errors.Is(err, bot.ErrorBadRequest):
		if strings.Contains(err.Error(), "chat not found") {
			return &tipline.SendError{Fate: tipline.FateGone, Word: "no_chat"}
		}
		return &tipline.SendError{Fate: tipline.FateRefused, Word: "bad_request"}
	case errors.Is(err, bot.ErrorUnauthorized), errors.Is(err, bot.ErrorNotFound): // a wrong token: for the operator, and cured by a right one
		return &tipline.SendError{Fate: tipline.FateLater, After: 5 * time.Minute, Word: "token"}
	case strings.Contains(err.Error(), "error response from telegram"):
		return &tipline.SendError{Fate: tipline.FateLater, Word: "server"}
	}
	return &tipline.SendError{Fate: tipline.FateUnknown, Word: "no_answer"}
}

// Fetch gets a picture: first where it is, then the picture (https://core.telegram.org/bots/api#getfile).
func (a *Adapter) Fetch(ctx context.Context, m tipline.Media) (io.ReadCloser, error) {
	f, err := a.bot.GetFile(ctx, &bot.GetFileParams{FileID: m.Ref})
	if errors.Is(err, bot.ErrorBadRequest) {
		return nil, tipline.ErrNoFile
	}
	if err != nil {
		return nil, errors.New("ask Telegram for a file: no answer")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.bot.FileDownloadLink(f), nil)
	if err != nil {
		return nil, tipline.ErrNoFile
	}
	res, err := a.client.Do(req)
	if err != nil {
		return nil, errors.New("get file from Telegram: no answer") // the client's error names the address, and the address holds the token
	}
	if res.StatusCode != http.StatusOK {
		_ = res.Body.Close()
		if res.StatusCode == http.StatusNotFound {
			return nil, tipline.ErrNoFile
		}
		return nil, fmt.Errorf("get file from Telegram: status %d", res.StatusCode)
	}
	return res.Body, nil
}

// acknowledge ends the waiting mark on a button that was tapped. Telegram forgets it by itself after a while, so an error is no harm.
func (a *Adapter) acknowledge(ctx context.Context, callback string) {
	if _, err := a.bot.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: callback}); err != nil && ctx.Err() == nil {
		a.log("acknowledge button", "provider", Name)
	}
}

// SetHook tells Telegram where to send updates.
func (a *Adapter) SetHook(ctx context.Context, base *url.URL) error {
	_, err := a.bot.SetWebhook(ctx, &bot.SetWebhookParams{URL: base.JoinPath("tipline", Name).String(), SecretToken: a.cfg.Secret, AllowedUpdates: kinds, MaxConnections: 20})
	if err != nil {
		return fmt.Errorf("set web hook at Telegram: %s", fate(err))
	}
	return nil
}

// kinds are the updates that the tipline reads.
var kinds = bot.AllowedUpdates{models.AllowedUpdateMessage, models.AllowedUpdateEditedMessage, models.AllowedUpdateCallbackQuery, models.AllowedUpdateMyChatMember}
