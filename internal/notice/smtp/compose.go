package smtp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/notice/letter"
)

// Composer writes the message of a notice: a short text and the whole letter as a page, with the PDF in each language and the JSON attached.
type Composer struct {
	Letters *letter.Maker
	Texts   *i18n.Catalogue
	Langs   []string // the first is that of the page; the PDF comes in each
	// Document is the letter of a notice.
	Document func(ctx context.Context, c ronda.Case, n ronda.Notice) (letter.Document, error)
	Now      func() time.Time
}

// Compose writes the message. Its Message-ID is that of the notice, whoever asks and how often.
func (c *Composer) Compose(ctx context.Context, k ronda.Case, n ronda.Notice, from, to string) (io.WriterTo, error) {
	d, err := c.Document(ctx, k, n)
	if err != nil {
		return nil, fmt.Errorf("make letter: %w", err)
	}
	page, err := c.Letters.Render(d, c.Langs[0])
	if err != nil {
		return nil, fmt.Errorf("make page of letter: %w", err)
	}
	data, err := c.Letters.JSON(d)
	if err != nil {
		return nil, fmt.Errorf("make JSON of letter: %w", err)
	}
	m := mail.NewMsg()
	if err := m.From(from); err != nil {
		return nil, fmt.Errorf("name sender: %w", err)
	}
	if err := m.To(to); err != nil {
		return nil, fmt.Errorf("name recipient: %w", err)
	}
	m.SetMessageIDWithValue(n.MessageID)
	m.SetDateWithValue(c.Now())
	m.SetGenHeader("X-Ronda-Notice", n.ID)
	m.Subject(c.subject(d))
	m.SetBodyString(mail.TypeTextPlain, c.text(d))
	m.AddAlternativeString(mail.TypeTextHTML, string(page))
	for _, lang := range c.Langs {
		pdf, err := c.Letters.PDF(d, lang)
		if err != nil {
			return nil, fmt.Errorf("make PDF of letter: %w", err)
		}
		if err := m.AttachReader("ronda-"+n.ID+"-"+lang+".pdf", bytes.NewReader(pdf), mail.WithFileContentType("application/pdf")); err != nil {
			return nil, fmt.Errorf("attach PDF: %w", err)
		}
	}
	if err := m.AttachReader("ronda-"+n.ID+".json", bytes.NewReader(data), mail.WithFileContentType("application/json")); err != nil {
		return nil, fmt.Errorf("attach JSON: %w", err)
	}
	return m, nil
}

// subject names the act, its number and, in words that nobody can miss, a test.
func (c *Composer) subject(d letter.Document) string {
	p := c.Texts.Printer(c.Langs[0], d.Zone)
	s := p.T("act." + string(d.Act))
	for _, part := range []string{d.Number, d.CaseNumber} {
		if part != "" {
			s += " " + part
		}
	}
	if d.Mark != letter.MarkNone {
		s = "[" + strings.ToUpper(string(d.Mark)) + "] " + s
	}
	return s
}

// text says in each language what the message is, what the recipient is to do and where it can be checked.
func (c *Composer) text(d letter.Document) string {
	var b strings.Builder
	for i, lang := range c.Langs {
		if i > 0 {
			b.WriteString("\n----\n\n")
		}
		p := c.Texts.Printer(lang, d.Zone)
		fmt.Fprintf(&b, "%s\n\n", p.T("mail.notice.lead", "act", p.T("act."+string(d.Act)), "sender", d.Sender.Name.In(lang), "n", len(d.Addresses)))
		for _, a := range d.Addresses {
			fmt.Fprintf(&b, "- %s\n", a.URL)
		}
		fmt.Fprintf(&b, "\n%s\n%s\n", p.T("mail.notice.reply"), p.T("mail.notice.check", "url", d.CheckURL()))
	}
	return b.String()
}
