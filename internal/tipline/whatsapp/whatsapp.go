// Package whatsapp speaks the WhatsApp Cloud API for the tipline. It only translates: the conversation is in package tipline.
//
// WhatsApp has no key that makes a repeated message one. Each message carries its id as biz_opaque_callback_data, and the status web hook brings it
// back: a message whose outcome was unknown is settled by that, and sent again only if no word comes.
package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ronda/internal/tipline"
)

// Name is the application's name in rows and addresses.
const Name = "whatsapp"

// Limits of messages (developers.facebook.com/docs/whatsapp/cloud-api/reference/messages): a text, the body of an interactive message, buttons and
// their titles, rows of a list with title and description.
const (
	maxText        = 4096
	maxInteractive = 1024
	maxButtons     = 3
	maxButton      = 20
	maxRows        = 10
	maxRow         = 24
	maxDescription = 72
)

const (
	timeout = 20 * time.Second
	window  = 24 * time.Hour // after the person's last message
	margin  = 5 * time.Minute
)

// Config is what the operator sets.
type Config struct {
	Token    string // of a system user
	Secret   string // of the app: signs the web hooks
	Verify   string // the operator's own word for the web hook's set-up
	Phone    string // id of the phone number, not the number
	Template string // approved template without variables that asks to write back; "" for none
	URL      string // with the version; "" is Meta's own
	Choose   func(lang string) string
}

// apiURL is Meta's address with the version that this package was written for.
const apiURL = "https://graph.facebook.com/v23.0"

// Adapter is the door to WhatsApp. It is safe for concurrent use.
type Adapter struct {
	cfg    Config
	client *http.Client
	inbox  Inbox
	log    func(msg string, args ...any)
}

// Inbox takes what came in, and what became of what went out.
type Inbox interface {
	Receive(ctx context.Context, list ...tipline.Incoming) error
	Settled(ctx context.Context, id string) error
}

// New makes an adapter. It does not call WhatsApp.
func New(cfg Config, inbox Inbox, log func(msg string, args ...any)) (*Adapter, error) {
	if cfg.URL == "" {
		cfg.URL = apiURL
	}
	if u, err := url.Parse(cfg.URL); err != nil || u.Host == "" {
		return nil, fmt.Errorf("prepare WhatsApp: %q is no address", cfg.URL)
	}
	cfg.URL = strings.TrimRight(cfg.URL, "/")
	// A redirect would carry the token to another host.
	client := &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Adapter{cfg: cfg, client: client, inbox: inbox, log: log}, nil
}

// Limits is WhatsApp's measure. A head line stands between two asterisks.
func (a *Adapter) Limits() tipline.Limits {
	return tipline.Limits{Text: maxText, Asked: maxInteractive, Room: maxRows, Marks: 2, Count: tipline.CountRunes}
}

// Window is how long after the person's last message the account may write freely, with some time to arrive.
func (a *Adapter) Window() time.Duration { return window - margin }

// message is a request to /messages.
type message struct {
	Product     string       `json:"messaging_product"`
	Recipient   string       `json:"recipient_type"`
	To          string       `json:"to"`
	Type        string       `json:"type"`
	Text        *text        `json:"text,omitempty"`
	Interactive *interactive `json:"interactive,omitempty"`
	Template    *template    `json:"template,omitempty"`
	Opaque      string       `json:"biz_opaque_callback_data,omitempty"`
}

type text struct {
	Body    string `json:"body"`
	Preview bool   `json:"preview_url"`
}

type template struct {
	Name     string   `json:"name"`
	Language language `json:"language"`
}

type language struct {
	Code string `json:"code"`
}

type interactive struct {
	Type   string `json:"type"`
	Body   text1  `json:"body"`
	Action action `json:"action"`
}

type text1 struct {
	Text string `json:"text"`
}

type action struct {
	Buttons  []button  `json:"buttons,omitempty"`
	Button   string    `json:"button,omitempty"`
	Sections []section `json:"sections,omitempty"`
}

type button struct {
	Type  string `json:"type"`
	Reply reply  `json:"reply"`
}

type reply struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type section struct {
	Title string `json:"title,omitempty"`
	Rows  []row  `json:"rows"`
}

type row struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// Send sends a message: plain, with up to three buttons, or with a list.
func (a *Adapter) Send(ctx context.Context, d tipline.Delivery) error {
	m := message{Product: Name, Recipient: "individual", To: d.To.Chat, Opaque: d.ID}
	body := bold(d.Message)
	switch n := len(d.Message.Choices); {
	case n == 0:
		m.Type, m.Text = "text", &text{Body: body, Preview: false}
	case n <= maxButtons && fits(d.Message.Choices):
		m.Type, m.Interactive = "interactive", &interactive{Type: "button", Body: text1{body}}
		for _, c := range d.Message.Choices {
			m.Interactive.Action.Buttons = append(m.Interactive.Action.Buttons, button{Type: "reply", Reply: reply{ID: c.ID, Title: c.Label}})
		}
	default:
		m.Type, m.Interactive = "interactive", &interactive{Type: "list", Body: text1{body}, Action: action{Button: a.choose(d.Message), Sections: []section{{Rows: rows(d.Message.Choices)}}}}
	}
	return a.post(ctx, m)
}

// choose is the label of the button that opens a list.
func (a *Adapter) choose(m tipline.Message) string {
	if a.cfg.Choose != nil {
		return a.cfg.Choose(m.Lang)
	}
	return "…"
}

// bold puts the head line between asterisks. Asterisks inside would end it early.
func bold(m tipline.Message) string {
	if m.Head != "" {
		m.Head = "*" + strings.ReplaceAll(m.Head, "*", "") + "*"
	}
	return m.Text()
}

// fits tells whether the choices can be buttons: short, and each only once.
func fits(choices []tipline.Choice) bool {
	seen := map[string]bool{}
	for _, c := range choices {
		if n := tipline.CountRunes(c.Label); n == 0 || n > maxButton || seen[c.Label] {
			return false
		}
		seen[c.Label] = true
	}
	return true
}

func rows(choices []tipline.Choice) []row {
	var out []row
	for _, c := range choices[:min(len(choices), maxRows)] {
		r := row{ID: c.ID, Title: clip(c.Label, maxRow)}
		if c.Full != c.Label {
			r.Description = clip(c.Full, maxDescription)
		}
		out = append(out, r)
	}
	return out
}

func clip(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}

// Nudge sends the approved template: a sentence that asks the person to write, without a word of what waits.
func (a *Adapter) Nudge(ctx context.Context, to tipline.Address, id, lang string) (bool, error) {
	if a.cfg.Template == "" {
		return false, nil
	}
	m := message{Product: Name, Recipient: "individual", To: to.Chat, Type: "template", Template: &template{Name: a.cfg.Template, Language: language{Code: lang}}, Opaque: "nudge:" + id}
	err := a.post(ctx, m)
	return err == nil, err
}

// failure is how the Graph API answers an error.
type failure struct {
	Error struct {
		Code int `json:"code"`
	} `json:"error"`
}

func (a *Adapter) post(ctx context.Context, m message) error {
	b, err := json.Marshal(m)
	if err != nil {
		return &tipline.SendError{Fate: tipline.FateRefused, Word: "unwritable"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.cfg.URL+"/"+url.PathEscape(a.cfg.Phone)+"/messages", bytes.NewReader(b))
	if err != nil {
		return &tipline.SendError{Fate: tipline.FateRefused, Word: "unwritable"}
	}
	req.Header.Set("Authorization", "Bearer "+a.cfg.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := a.client.Do(req)
	if err != nil {
		return &tipline.SendError{Fate: tipline.FateUnknown, Word: "no_answer"}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if res.StatusCode/100 == 2 {
		var ok struct {
			Messages []struct {
				ID string `json:"id"`
			} `json:"messages"`
		}
		if err != nil || json.Unmarshal(body, &ok) != nil || len(ok.Messages) == 0 {
			return &tipline.SendError{Fate: tipline.FateUnknown, Word: "odd_answer"}
		}
		return nil
	}
	var f failure
	_ = json.Unmarshal(body, &f) // without a code the status decides
	return fate(res.StatusCode, f.Error.Code, retryAfter(res))
}

func retryAfter(res *http.Response) time.Duration {
	n, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil || n < 0 || n > 24*3600 {
		return 0
	}
	return time.Duration(n) * time.Second
}

// fate reads an error of the Cloud API (developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes).
func fate(status, code int, after time.Duration) error {
	e := &tipline.SendError{Fate: tipline.FateRefused, After: after, Word: "code_" + strconv.Itoa(code)}
	switch code {
	case 131047: // more than 24 hours since the person wrote
		e.Fate = tipline.FateClosed
	case 131026, 131050, 131030: // cannot be reached, opted out, not on the list of a test number
		e.Fate = tipline.FateGone
	case 4, 80007, 130429, 131048, 131056, 133016: // rates: of the app, the account, the number, one pair
		e.Fate, e.After = tipline.FateLater, max(after, 10*time.Second)
	case 1, 2, 131000, 131016, 131057, 133004: // the service has trouble
		e.Fate = tipline.FateLater
	case 0, 3, 10, 190, 200, 368, 131005, 131031, 131042: // token, permission, payment, account: for the operator to mend
		e.Fate, e.After = tipline.FateLater, max(after, 5*time.Minute)
		if code == 0 && status/100 == 4 && status != http.StatusTooManyRequests && status != http.StatusUnauthorized && status != http.StatusNotFound {
			e.Fate, e.Word = tipline.FateRefused, "status_"+strconv.Itoa(status)
		} else if code == 0 {
			e.After, e.Word = max(after, 10*time.Second), "status_"+strconv.Itoa(status)
		}
	default:
		if status >= 500 || status == http.StatusTooManyRequests {
			e.Fate = tipline.FateLater
		}
	}
	return e
}

// Fetch gets a picture: first its address, which holds for five minutes, then the picture. Both need the token.
func (a *Adapter) Fetch(ctx context.Context, m tipline.Media) (io.ReadCloser, error) {
	res, err := a.get(ctx, a.cfg.URL+"/"+url.PathEscape(m.Ref))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var where struct {
		URL string `json:"url"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&where); err != nil {
		return nil, errors.New("ask WhatsApp for a picture: odd answer")
	}
	if !a.trusted(where.URL) {
		return nil, errors.New("ask WhatsApp for a picture: the address leads elsewhere")
	}
	if res, err = a.get(ctx, where.URL); err != nil {
		return nil, err
	}
	return res.Body, nil
}

// trusted tells whether the token may be sent to an address: Meta's own hosts over TLS, or the host that the operator set.
func (a *Adapter) trusted(raw string) bool {
	u, err := url.Parse(raw)
	own, _ := url.Parse(a.cfg.URL)
	if err != nil || u.User != nil {
		return false
	}
	if u.Host == own.Host && u.Scheme == own.Scheme {
		return true
	}
	host := u.Hostname()
	for _, d := range []string{"facebook.com", "fbcdn.net", "fbsbx.com", "whatsapp.net"} {
		if u.Scheme == "https" && (host == d || strings.HasSuffix(host, "."+d)) {
			return true
		}
	}
	return false
}

func (a *Adapter) get(ctx context.Context, address string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, tipline.ErrNoFile
	}
	req.Header.Set("Authorization", "Bearer "+a.cfg.Token)
	res, err := a.client.Do(req)
	if err != nil {
		return nil, errors.New("get picture from WhatsApp: no answer")
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	_ = res.Body.Close()
	if res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusBadRequest || res.StatusCode == http.StatusGone {
		return nil, tipline.ErrNoFile
	}
	return nil, fmt.Errorf("get picture from WhatsApp: status %d", res.StatusCode)
}
