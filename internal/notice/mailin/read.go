// Package mailin reads what comes back by e-mail about a notice: a bounce, a delay, an automatic answer or a person's reply. It stands behind the
// mail channel of the sixth stage.
//
// It promises little, because anyone can write a mail: nothing that comes in this way proves receipt or failure. A bounce makes the outcome of its
// notice unknown, and everything is noted on the case, for a person to judge.
package mailin

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Kind says what a mail is.
type Kind string

// The kinds.
const (
	Bounce    Kind = "bounce"     // a delivery status notification with the action "failed" (RFC 3464)
	Delay     Kind = "delay"      // one with another action
	AutoReply Kind = "auto_reply" // an automatic answer (RFC 3834)
	Reply     Kind = "reply"
)

// Mail is what is known of one incoming mail.
type Mail struct {
	Kind    Kind
	About   []string // Message-IDs that it refers to, without angle brackets, the most certain first
	From    string
	Subject string
	Status  string // of a bounce or delay: "5.1.1"
	Text    string // the beginning of the plain text, at most 2,000 characters
}

// MaxSize bounds a mail in bytes.
const MaxSize = 10 << 20

const (
	maxText  = 2000
	maxParts = 50
	maxDepth = 5
)

// ErrTooLarge is the error of a mail above MaxSize.
var ErrTooLarge = errors.New("mail is too large")

// Read reads one mail in the format of RFC 5322.
func Read(r io.Reader) (Mail, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return Mail{}, fmt.Errorf("read mail: %w", err)
	}
	if len(raw) > MaxSize {
		return Mail{}, ErrTooLarge
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, fmt.Errorf("read head of mail: %w", err)
	}
	w := &walk{left: maxParts}
	w.part(textproto.MIMEHeader(m.Header), m.Body, 0)
	out := Mail{Kind: Reply, From: addressOf(m.Header.Get("From")), Subject: clean(decoded(m.Header.Get("Subject")), 200), Status: w.status, Text: clean(w.text, maxText)}
	out.About = w.about
	for _, h := range []string{"In-Reply-To", "References"} {
		out.About = append(out.About, ids(m.Header.Get(h))...)
	}
	auto := strings.ToLower(m.Header.Get("Auto-Submitted"))
	switch {
	case w.action == "failed":
		out.Kind = Bounce
	case w.action != "":
		out.Kind = Delay
	case auto != "" && auto != "no":
		out.Kind = AutoReply
	}
	return out, nil
}

// walk collects what the parts of a mail say.
type walk struct {
	left           int
	about          []string
	action, status string
	text           string
}

// part looks at one part and the parts in it.
func (w *walk) part(h textproto.MIMEHeader, body io.Reader, depth int) {
	if w.left--; w.left < 0 || depth > maxDepth {
		return
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	body = unwrapped(h, body)
	switch {
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err != nil {
				return // the end, or a mail that is cut off: what came before counts
			}
			w.part(p.Header, p, depth+1)
		}
	case kind == "message/delivery-status":
		w.report(body)
	case kind == "message/rfc822" || kind == "text/rfc822-headers":
		if head, _ := textproto.NewReader(bufio.NewReader(body)).ReadMIMEHeader(); head != nil {
			w.about = append(w.about, ids(head.Get("Message-Id"))...)
		}
	case kind == "text/plain" && w.text == "":
		b, _ := io.ReadAll(io.LimitReader(body, 64<<10)) // cut off is better than nothing
		w.text = string(b)
	}
}

// report reads a delivery status: the worst action of all recipients counts.
func (w *walk) report(body io.Reader) {
	r := textproto.NewReader(bufio.NewReader(body))
	for range maxParts {
		h, err := r.ReadMIMEHeader()
		if action := strings.ToLower(strings.TrimSpace(h.Get("Action"))); action != "" && w.action != "failed" {
			w.action, w.status = action, statusCode.FindString(h.Get("Status"))
		}
		if err != nil {
			return
		}
	}
}

var statusCode = regexp.MustCompile(`[245]\.\d{1,3}\.\d{1,3}`)

func unwrapped(h textproto.MIMEHeader, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

var messageID = regexp.MustCompile(`<([^<>\s]{3,250})>`)

func ids(header string) []string {
	var out []string
	for _, m := range messageID.FindAllStringSubmatch(header, 20) {
		out = append(out, m[1])
	}
	return out
}

func addressOf(from string) string {
	if a, err := mail.ParseAddress(from); err == nil {
		return clean(a.Address, 200)
	}
	return clean(from, 200)
}

func decoded(s string) string {
	if d, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return d
	}
	return s
}

// clean makes text that every database can hold, of at most limit characters.
func clean(s string, limit int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if utf8.RuneCountInString(s) > limit {
		s = string([]rune(s)[:limit])
	}
	return s
}
