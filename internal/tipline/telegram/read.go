package telegram

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/go-telegram/bot/models"

	"ronda/internal/tipline"
)

// read puts an update into the words of the engine. ok is false for what is none of the tipline's business.
func (a *Adapter) read(u *models.Update) (in tipline.Incoming, ok bool) {
	switch {
	case u.Message != nil:
		return a.message(u.Message, false)
	case u.EditedMessage != nil:
		return a.message(u.EditedMessage, true)
	case u.CallbackQuery != nil:
		return a.tap(u.CallbackQuery)
	case u.MyChatMember != nil && u.MyChatMember.Chat.Type == models.ChatTypePrivate:
		in := tipline.Incoming{Provider: Name, Message: fmt.Sprintf("member:%d:%d", u.MyChatMember.Chat.ID, u.ID), Chat: number(u.MyChatMember.Chat.ID),
			From: number(u.MyChatMember.From.ID), At: time.Unix(int64(u.MyChatMember.Date), 0).UTC(), Kind: tipline.KindBlocked}
		return in, u.MyChatMember.NewChatMember.Type == models.ChatMemberTypeBanned // "kicked": the person blocked the bot
	}
	return in, false
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func (a *Adapter) message(m *models.Message, edited bool) (tipline.Incoming, bool) {
	if m.From == nil || m.From.IsBot || m.Chat.Type == models.ChatTypeChannel {
		return tipline.Incoming{}, false
	}
	id := fmt.Sprintf("%d:%d", m.Chat.ID, m.ID)
	in := tipline.Incoming{Provider: Name, Message: id, Chat: number(m.Chat.ID), From: number(m.From.ID), Group: m.Chat.Type != models.ChatTypePrivate,
		At: time.Unix(int64(m.Date), 0).UTC(), Lang: m.From.LanguageCode, Text: m.Text}
	if m.MessageThreadID != 0 && m.IsTopicMessage {
		in.Thread = strconv.Itoa(m.MessageThreadID)
	}
	entities := m.Entities
	if in.Text == "" {
		in.Text, entities = m.Caption, m.CaptionEntities
	}
	in.Kind, in.Media = kindOf(m)
	if in.Kind == "" {
		return in, false // a service message: somebody joined, a title changed
	}
	if in.Group {
		in.Called = a.called(m, in.Text, entities)
		in.Text = a.withoutName(in.Text)
		if m.ReplyToMessage != nil {
			in.Quoted = m.ReplyToMessage.Text + m.ReplyToMessage.Caption
		}
		if edited {
			return in, false
		}
	} else {
		in.Text = withLinks(in.Text, entities)
	}
	if command, rest, isCommand := a.command(in.Text); isCommand && in.Kind == tipline.KindText {
		in.Text = strings.TrimSpace(command + " " + rest)
		if command == "start" && !in.Group {
			in.Kind = tipline.KindStart
		}
	}
	if edited {
		in.Kind, in.Source = tipline.KindEdited, id
		in.Message = fmt.Sprintf("%s:edit:%d", id, m.EditDate)
	}
	return in, true
}

// kindOf tells what a message is. A picture sent as a file is a picture.
func kindOf(m *models.Message) (tipline.Kind, tipline.Media) {
	switch {
	case len(m.Photo) > 0:
		best := m.Photo[0]
		for _, p := range m.Photo { // sizes of one picture: the largest that may be fetched
			if p.FileSize <= 5_000_000 && p.Width >= best.Width {
				best = p
			}
		}
		return tipline.KindPicture, tipline.Media{Ref: best.FileID, Type: "image/jpeg", Size: int64(best.FileSize)}
	case m.Animation != nil, m.Video != nil, m.VideoNote != nil, m.Story != nil:
		return tipline.KindVideo, tipline.Media{}
	case m.Document != nil && strings.HasPrefix(m.Document.MimeType, "image/"):
		return tipline.KindPicture, tipline.Media{Ref: m.Document.FileID, Type: m.Document.MimeType, Size: m.Document.FileSize}
	case m.Document != nil:
		return tipline.KindFile, tipline.Media{}
	case m.Voice != nil, m.Audio != nil:
		return tipline.KindVoice, tipline.Media{}
	case m.Sticker != nil:
		return tipline.KindSticker, tipline.Media{}
	case m.Venue != nil, m.Location != nil:
		return tipline.KindLocation, tipline.Media{}
	case m.Contact != nil:
		return tipline.KindContact, tipline.Media{}
	case m.Poll != nil:
		return tipline.KindPoll, tipline.Media{}
	case m.Text != "":
		return tipline.KindText, tipline.Media{}
	case m.Dice != nil, m.Game != nil, m.Invoice != nil, m.PaidMedia != nil, m.Checklist != nil:
		return tipline.KindOther, tipline.Media{}
	}
	return "", tipline.Media{}
}

// called tells whether a message in a group is for the bot: its name is mentioned, one of its messages is answered, or a command names it or nobody.
func (a *Adapter) called(m *models.Message, text string, entities []models.MessageEntity) bool {
	if r := m.ReplyToMessage; r != nil && r.From != nil && r.From.ID == a.bot.ID() {
		return true
	}
	for _, e := range entities {
		word := strings.ToLower(span(text, e.Offset, e.Length))
		switch e.Type {
		case models.MessageEntityTypeMention:
			if a.cfg.User != "" && word == "@"+strings.ToLower(a.cfg.User) {
				return true
			}
		case models.MessageEntityTypeBotCommand:
			_, who, named := strings.Cut(word, "@")
			if !named || who == strings.ToLower(a.cfg.User) {
				return true
			}
		}
	}
	return false
}

// span is a part of a text in UTF-16 code units, as entities count.
func span(text string, offset, length int) string {
	u := utf16.Encode([]rune(text))
	if offset < 0 || length < 0 || offset+length > len(u) {
		return ""
	}
	return string(utf16.Decode(u[offset : offset+length]))
}

// withoutName takes the bot's name out of a text.
func (a *Adapter) withoutName(text string) string {
	if a.cfg.User == "" {
		return text
	}
	var out []string
	for _, line := range strings.Split(text, "\n") {
		var words []string
		for _, w := range strings.Split(line, " ") {
			if !strings.EqualFold(w, "@"+a.cfg.User) {
				words = append(words, w)
			}
		}
		out = append(out, strings.Join(words, " "))
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// withLinks adds the addresses that stand behind words: in a forwarded message the address is often there only.
func withLinks(text string, entities []models.MessageEntity) string {
	added := 0
	for _, e := range entities {
		if e.Type == models.MessageEntityTypeTextLink && e.URL != "" && added < 20 && !strings.Contains(text, e.URL) {
			text += "\n" + e.URL
			added++
		}
	}
	return text
}

// command reads "/cek@nama_bot teks".
func (a *Adapter) command(text string) (name, rest string, ok bool) {
	if !strings.HasPrefix(text, "/") {
		return "", "", false
	}
	name, rest, _ = strings.Cut(strings.TrimPrefix(text, "/"), " ")
	name, who, named := strings.Cut(name, "@")
	if named && !strings.EqualFold(who, a.cfg.User) {
		return "", "", false
	}
	return strings.ReplaceAll(strings.ToLower(name), "_", " "), strings.TrimSpace(rest), true
}

// tap reads a tapped button. Its message tells the chat; one that Telegram no longer shows still does.
func (a *Adapter) tap(q *models.CallbackQuery) (tipline.Incoming, bool) {
	in := tipline.Incoming{Provider: Name, Message: "tap:" + q.ID, From: number(q.From.ID), Kind: tipline.KindChoice, Choice: q.Data, Callback: q.ID, Lang: q.From.LanguageCode}
	switch {
	case q.Message.Message != nil:
		in.Chat, in.Group = number(q.Message.Message.Chat.ID), q.Message.Message.Chat.Type != models.ChatTypePrivate
	case q.Message.InaccessibleMessage != nil:
		in.Chat, in.Group = number(q.Message.InaccessibleMessage.Chat.ID), q.Message.InaccessibleMessage.Chat.Type != models.ChatTypePrivate
	default:
		return in, false
	}
	return in, !in.Group // the bot shows no buttons in groups
}
