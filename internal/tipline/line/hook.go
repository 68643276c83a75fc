package line

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/line/line-bot-sdk-go/v8/linebot/webhook"

	"ronda/internal/tipline"
)

// maxBody bounds a web hook.
const maxBody = 2 << 20

// ServeHTTP takes a web hook. It answers 200 only when the messages are on disk. LINE's own test sends no events, or events of a made-up sender.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	if a.cfg.Secret == "" || !webhook.ValidateSignature(a.cfg.Secret, r.Header.Get("X-Line-Signature"), body) {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	var h struct {
		Events []json.RawMessage `json:"events"`
	}
	if err := json.Unmarshal(body, &h); err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	var list []tipline.Incoming
	for _, raw := range h.Events {
		e, err := webhook.UnmarshalEvent(raw)
		if err != nil { // one odd event must not stop the others
			a.log("an event cannot be read", "provider", Name)
			continue
		}
		if in, ok := read(e); ok {
			list = append(list, in)
		}
	}
	if err := a.inbox.Receive(r.Context(), list...); err != nil {
		a.log("keep messages", "provider", Name, "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// read puts an event into the words of the engine. Its webhookEventId is the same when LINE delivers it again.
func read(e webhook.EventInterface) (tipline.Incoming, bool) {
	switch e := e.(type) {
	case webhook.MessageEvent:
		in, ok := begin(e.Source, e.Timestamp, e.WebhookEventId, e.Mode)
		if !ok {
			return in, false
		}
		in.Token = e.ReplyToken
		return message(in, e.Message)
	case webhook.PostbackEvent:
		in, ok := begin(e.Source, e.Timestamp, e.WebhookEventId, e.Mode)
		if !ok || e.Postback == nil || in.Group {
			return in, false
		}
		in.Kind, in.Choice, in.Token = tipline.KindChoice, e.Postback.Data, e.ReplyToken
		return in, true
	case webhook.FollowEvent:
		in, ok := begin(e.Source, e.Timestamp, e.WebhookEventId, e.Mode)
		in.Kind, in.Token = tipline.KindStart, e.ReplyToken
		return in, ok && !in.Group
	case webhook.UnfollowEvent:
		in, ok := begin(e.Source, e.Timestamp, e.WebhookEventId, e.Mode)
		in.Kind = tipline.KindBlocked
		return in, ok
	case webhook.UnsendEvent:
		in, ok := begin(e.Source, e.Timestamp, e.WebhookEventId, e.Mode)
		if !ok || e.Unsend == nil {
			return in, false
		}
		in.Kind, in.Source = tipline.KindDeleted, sourceOf(in, e.Unsend.MessageId)
		return in, true
	}
	return tipline.Incoming{}, false
}

// begin reads what all events share. In standby another module answers.
func begin(s webhook.SourceInterface, at int64, id string, mode webhook.EventMode) (tipline.Incoming, bool) {
	in := tipline.Incoming{Provider: Name, At: time.UnixMilli(at).UTC()}
	switch s := s.(type) {
	case webhook.UserSource:
		in.Chat, in.From = s.UserId, s.UserId
	case webhook.GroupSource:
		in.Chat, in.From, in.Group = s.GroupId, s.UserId, true
	case webhook.RoomSource:
		in.Chat, in.From, in.Group = s.RoomId, s.UserId, true
	}
	in.Message = "event:" + id
	return in, in.Chat != "" && id != "" && mode != webhook.EventMode_STANDBY
}

// sourceOf is how a draft remembers the message that it came from.
func sourceOf(in tipline.Incoming, messageID string) string { return "message:" + messageID }

func message(in tipline.Incoming, m webhook.MessageContentInterface) (tipline.Incoming, bool) {
	switch m := m.(type) {
	case webhook.TextMessageContent:
		in.Kind, in.Text, in.Source = tipline.KindText, m.Text, sourceOf(in, m.Id)
		if in.Group {
			in.Called, in.Text = called(m)
		}
	case webhook.ImageMessageContent:
		in.Kind, in.Source, in.Media = tipline.KindPicture, sourceOf(in, m.Id), tipline.Media{Ref: m.Id, Type: "image/jpeg"}
		if m.ContentProvider != nil && m.ContentProvider.Type == webhook.ContentProviderTYPE_EXTERNAL {
			in.Kind, in.Media = tipline.KindOther, tipline.Media{} // lies at an address that somebody else chose
		}
	case webhook.AudioMessageContent:
		in.Kind = tipline.KindVoice
	case webhook.VideoMessageContent:
		in.Kind = tipline.KindVideo
	case webhook.StickerMessageContent:
		in.Kind = tipline.KindSticker
	case webhook.LocationMessageContent:
		in.Kind = tipline.KindLocation
	case webhook.FileMessageContent:
		in.Kind = tipline.KindFile
	default:
		in.Kind = tipline.KindOther
	}
	return in, true
}

// called tells whether a message in a group mentions this account, and takes the mention out of it. Indexes count UTF-16 code units.
func called(m webhook.TextMessageContent) (bool, string) {
	if m.Mention == nil {
		return false, m.Text
	}
	for _, x := range m.Mention.Mentionees {
		u, ok := x.(webhook.UserMentionee)
		if !ok || !u.IsSelf {
			continue
		}
		before, _, after := tipline.CutUTF16(m.Text, int(u.Index), int(u.Index+u.Length))
		return true, strings.TrimSpace(before + after)
	}
	return false, m.Text
}
