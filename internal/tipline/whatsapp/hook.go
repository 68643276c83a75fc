package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"ronda/internal/tipline"
)

// maxBody bounds a web hook. Meta packs up to a thousand changes into one, of at most 3 MB.
const maxBody = 4 << 20

// ServeHTTP takes a web hook. A GET is Meta's question whether this address is the operator's; a POST brings messages and statuses. It answers 200 only
// when they are on disk: anything else makes Meta send them again, for up to seven days.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		a.verify(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	if !a.signed(r.Header.Get("X-Hub-Signature-256"), body) {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	var h hook
	if err := json.Unmarshal(body, &h); err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	list, settled := a.read(h)
	for _, id := range settled {
		if err := a.inbox.Settled(r.Context(), id); err != nil {
			a.log("settle message", "provider", Name, "error", err)
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
	}
	if err := a.inbox.Receive(r.Context(), list...); err != nil {
		a.log("keep messages", "provider", Name, "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// verify answers Meta's challenge to whoever knows the operator's word.
func (a *Adapter) verify(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	word := q.Get("hub.verify_token")
	challenge := q.Get("hub.challenge")
	if q.Get("hub.mode") != "subscribe" || a.cfg.Verify == "" || subtle.ConstantTimeCompare([]byte(word), []byte(a.cfg.Verify)) != 1 || len(challenge) > 200 {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, challenge)
}

// signed checks the signature over the bytes as they came.
func (a *Adapter) signed(header string, body []byte) bool {
	hexed, ok := strings.CutPrefix(header, "sha256=")
	got, err := hex.DecodeString(hexed)
	if !ok || err != nil || a.cfg.Secret == "" {
		return false
	}
	mac := hmac.New(sha256.New, []byte(a.cfg.Secret))
	mac.Write(body)
	return hmac.Equal(got, mac.Sum(nil))
}

// hook is a web hook of the messages field.
type hook struct {
	Object string `json:"object"`
	Entry  []struct {
		Changes []struct {
			Field string `json:"field"`
			Value value  `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

type value struct {
	Metadata struct {
		Phone string `json:"phone_number_id"`
	} `json:"metadata"`
	Messages []json.RawMessage `json:"messages"`
	Statuses []struct {
		Status string `json:"status"`
		Opaque string `json:"biz_opaque_callback_data"`
	} `json:"statuses"`
}

// incoming is one message of a person.
type incoming struct {
	From      string `json:"from"`
	ID        string `json:"id"`
	Group     string `json:"group_id"`
	Timestamp string `json:"timestamp"`
	Type      string `json:"type"`
	Text      struct {
		Body string `json:"body"`
	} `json:"text"`
	Image    media `json:"image"`
	Video    media `json:"video"`
	Document media `json:"document"`
	Button   struct {
		Payload string `json:"payload"`
		Text    string `json:"text"`
	} `json:"button"`
	Interactive struct {
		Button reply `json:"button_reply"`
		List   reply `json:"list_reply"`
	} `json:"interactive"`
	Edit struct {
		Original string `json:"original_message_id"`
		Message  struct {
			Type string `json:"type"`
			Text struct {
				Body string `json:"body"`
			} `json:"text"`
			Image media `json:"image"`
		} `json:"message"`
	} `json:"edit"`
	Revoke struct {
		Original string `json:"original_message_id"`
	} `json:"revoke"`
}

type media struct {
	ID      string `json:"id"`
	Type    string `json:"mime_type"`
	Caption string `json:"caption"`
}

// read puts a web hook into the words of the engine. What is for another number of the same account is not ours.
func (a *Adapter) read(h hook) (list []tipline.Incoming, settled []string) {
	if h.Object != "whatsapp_business_account" {
		return nil, nil
	}
	for _, e := range h.Entry {
		for _, c := range e.Changes {
			if c.Field != "messages" || c.Value.Metadata.Phone != a.cfg.Phone {
				continue
			}
			for _, raw := range c.Value.Messages {
				var m incoming
				if json.Unmarshal(raw, &m) != nil { // one odd message must not stop the others
					a.log("a message cannot be read", "provider", Name)
					continue
				}
				if in, ok := one(m); ok {
					list = append(list, in)
				}
			}
			for _, s := range c.Value.Statuses {
				if s.Opaque != "" && (s.Status == "sent" || s.Status == "delivered" || s.Status == "read") {
					settled = append(settled, s.Opaque)
				}
			}
		}
	}
	return list, settled
}

func one(m incoming) (tipline.Incoming, bool) {
	seconds, err := strconv.ParseInt(m.Timestamp, 10, 64)
	if err != nil || m.From == "" || m.ID == "" {
		return tipline.Incoming{}, false
	}
	in := tipline.Incoming{Provider: Name, Message: m.ID, Chat: m.From, From: m.From, Group: m.Group != "", At: time.Unix(seconds, 0).UTC()}
	switch m.Type {
	case "text":
		in.Kind, in.Text = tipline.KindText, m.Text.Body
	case "image":
		in.Kind, in.Text, in.Media = tipline.KindPicture, m.Image.Caption, tipline.Media{Ref: m.Image.ID, Type: m.Image.Type}
	case "video":
		in.Kind, in.Text = tipline.KindVideo, m.Video.Caption
	case "document":
		in.Kind, in.Text = tipline.KindFile, m.Document.Caption
		if strings.HasPrefix(m.Document.Type, "image/") {
			in.Kind, in.Media = tipline.KindPicture, tipline.Media{Ref: m.Document.ID, Type: m.Document.Type}
		}
	case "interactive":
		in.Kind, in.Choice = tipline.KindChoice, m.Interactive.Button.ID+m.Interactive.List.ID
	case "button": // the button of a template: the person is back
		in.Kind, in.Text = tipline.KindStart, m.Button.Text
	case "audio":
		in.Kind = tipline.KindVoice
	case "sticker":
		in.Kind = tipline.KindSticker
	case "location":
		in.Kind = tipline.KindLocation
	case "contacts":
		in.Kind = tipline.KindContact
	case "edit":
		in.Kind, in.Source, in.Text = tipline.KindEdited, m.Edit.Original, m.Edit.Message.Text.Body
		if m.Edit.Message.Type == "image" {
			in.Text, in.Media = m.Edit.Message.Image.Caption, tipline.Media{Ref: m.Edit.Message.Image.ID, Type: m.Edit.Message.Image.Type}
		}
	case "revoke":
		in.Kind, in.Source = tipline.KindDeleted, m.Revoke.Original
	case "reaction", "system", "request_welcome", "ephemeral":
		return in, false // needs no answer
	case "unsupported", "unknown", "order", "poll_creation":
		in.Kind = tipline.KindOther
	default:
		in.Kind = tipline.KindOther
	}
	return in, true
}
