package tipline

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits is an application's measure of a message.
type Limits struct {
	Text  int              // of a plain message
	Asked int              // of a message with choices
	Room  int              // choices at once
	Marks int              // letters that the mark-up of a head line takes
	Count func(string) int // how the application counts letters
}

// CountUTF16 counts as Telegram and LINE do: in UTF-16 code units.
func CountUTF16(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// CountRunes counts code points, as WhatsApp does.
func CountRunes(s string) int { return utf8.RuneCountInString(s) }

// Text is the message as plain text.
func (m Message) Text() string { return join(m.Head, m.Body, m.Ask) }

func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

// Pieces cuts a message to the application's measure: at the end of a paragraph, a sentence or a word. The choices stand below the last piece.
func Pieces(m Message, l Limits) []Message {
	limit := l.Text
	if len(m.Choices) > 0 {
		limit = l.Asked
	}
	if l.Count(m.Text())+l.Marks <= limit {
		return []Message{m}
	}
	if len(m.Choices) > 0 {
		last := Message{Ask: m.Ask, Choices: m.Choices, Lang: m.Lang}
		rest := Message{Head: m.Head, Body: m.Body, Token: m.Token, TokenAt: m.TokenAt}
		if l.Count(last.Ask) > limit {
			rest.Body, last.Ask = join(m.Body, m.Ask), "?"
		}
		if last.Ask == "" {
			last.Ask = m.Head
		}
		if last.Ask == "" {
			last.Ask = "?"
		}
		return append(Pieces(rest, l), last)
	}
	body := join(m.Body, m.Ask)
	head := m.Head
	if l.Count(head)+l.Marks > limit/2 {
		head, body = "", join(head, body)
	}
	var out []Message
	for i, part := range split(body, limit, limit-l.Count(head)-l.Marks-2, l.Count) {
		piece := Message{Body: part}
		if i == 0 {
			piece.Head, piece.Token, piece.TokenAt = head, m.Token, m.TokenAt
		}
		out = append(out, piece)
	}
	return out
}

// split cuts a text into parts of at most limit letters, the first of at most first.
func split(text string, limit, first int, count func(string) int) []string {
	var out []string
	room := max(first, 1)
	for text != "" {
		at := cut(text, room, count)
		if part := strings.TrimSpace(text[:at]); part != "" {
			out = append(out, part)
		}
		text = strings.TrimLeftFunc(text[at:], unicode.IsSpace)
		room = limit
	}
	return out
}

// cut is where a text is cut so that the first part has at most room letters: the best border in its last two thirds.
func cut(text string, room int, count func(string) int) int {
	n, hard := 0, len(text)
	var paragraph, sentence, blank int
	var before rune
	for i, r := range text {
		size := count(string(r))
		if n+size > room && i > 0 {
			hard = i
			break
		}
		n += size
		switch {
		case r == '\n':
			paragraph = i
		case r == ' ' && strings.ContainsRune(".!?…", before):
			sentence = i
		case unicode.IsSpace(r):
			blank = i
		}
		before = r
	}
	if hard == len(text) {
		return hard
	}
	if r, _ := utf8.DecodeRuneInString(text[hard:]); unicode.IsSpace(r) {
		return hard
	}
	for _, at := range []int{paragraph, sentence, blank} {
		if at > hard/3 {
			return at
		}
	}
	if blank > 0 {
		return blank
	}
	return wholeLetter(text, hard)
}

// wholeLetter moves a cut back so that no mark loses its letter.
func wholeLetter(text string, at int) int {
	for i := at; i > 0; {
		r, _ := utf8.DecodeRuneInString(text[i:])
		before, size := utf8.DecodeLastRuneInString(text[:i])
		if !unicode.Is(unicode.Mn, r) && r != '\u200d' && before != '\u200d' && r != '\ufe0f' {
			return i
		}
		i -= size
	}
	return at
}

// CutUTF16 cuts a text at two places that are counted in UTF-16 code units. Places outside of it leave it whole.
func CutUTF16(s string, from, to int) (before, between, after string) {
	u := utf16.Encode([]rune(s))
	if from < 0 || to < from || to > len(u) {
		return s, "", ""
	}
	return string(utf16.Decode(u[:from])), string(utf16.Decode(u[from:to])), string(utf16.Decode(u[to:]))
}
