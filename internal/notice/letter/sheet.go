package letter

import (
	"fmt"
	"strings"

	"ronda"
)

// sheet is a letter in one language, as blocks that page and PDF lay out alike.
type sheet struct {
	Lang, Title, Code string
	Copy, Mark        string
	Sender, Office    string
	Via, Date         string
	Fields            []field
	ToLabel           string
	To                []string
	Translation       string // says that this is one
	Opening           []part
	Table             table
	Sections          []section
	GoodFaith         string
	SignFor           string
	Signers           []Signatory
	SignCopy          string
	Check, Log, Email string
	CheckURL, QR      string
	PageOf            string // with {page} and {pages} left in
	Glyphs            string
}

type field struct{ Label, Value string }

type section struct {
	Title string
	Parts []part
}

// part is a paragraph; Lead comes before its text, Quote sets it off, Note makes it small, Link is an address that follows it. Lang is the
// language of Text where it is not the letter's.
type part struct {
	Lead  string
	Text  string
	Lang  string
	Quote bool
	Note  bool
	Link  string
}

type table struct {
	Title string
	Head  []string
	Rows  [][]string
}

// sheet writes every block of the letter.
func (w writer) sheet() sheet {
	d := w.d
	s := sheet{
		Lang: w.Lang, Copy: w.T("letter.copy"), Sender: w.text(d.Sender.Name), Office: w.text(d.Sender.Office), Date: w.date(d.Date),
		Via: w.T("letter.via", "election", w.text(d.Election)), ToLabel: w.T("letter.to"), SignCopy: w.T("letter.copy"), Email: d.Sender.Email,
		CheckURL: d.CheckURL(), Check: w.T("letter.foot.check", "url", d.CheckURL()), Log: w.log(), QR: w.T("letter.qr"),
		PageOf: w.T("letter.foot.page"), Glyphs: w.T("letter.pdf.glyphs"), Signers: d.Signatories,
	}
	if d.Mark != MarkNone {
		s.Mark = w.T("letter.mark." + string(d.Mark))
	}
	s.SignFor = s.Sender
	if s.Office != "" {
		s.SignFor = s.Office
	}
	if len(s.Signers) == 0 {
		s.Signers = []Signatory{{Name: w.T("letter.sign.name")}}
	}
	s.Title, s.Code = w.subject(), ronda.FormatCode(d.Code)
	s.Fields = w.fields()
	s.To = []string{w.text(d.Recipient.Name)}
	if d.Recipient.Entity != "" && d.Recipient.Entity != s.To[0] {
		s.To = append(s.To, d.Recipient.Entity)
	}
	s.Opening = w.opening()
	if w.foreign() != "" {
		s.Translation = w.T("letter.translation")
	}
	s.Table = w.addresses()
	for _, x := range w.sections() {
		if len(x.Parts) > 0 {
			s.Sections = append(s.Sections, x)
		}
	}
	if d.GoodFaith {
		s.GoodFaith = w.T("letter.good_faith")
	}
	return s
}

func (w writer) act() string {
	act := w.T("letter.act." + string(w.d.Act))
	switch {
	case w.d.Warning > 0:
		return w.T("letter.act.warning", "k", w.d.Warning)
	case w.d.Withdrawn != "":
		return w.T("letter.act.withdrawal", "act", act)
	}
	return act
}

func (w writer) subject() string {
	return w.T("letter.subject", "act", w.act(), "n", len(w.d.Addresses))
}

func (w writer) log() string {
	if !w.d.Log.Entered {
		return w.T("letter.foot.nolog")
	}
	return w.T("letter.foot.log", "index", fmt.Sprint(w.d.Log.Index), "hash", short(w.d.Log.Hash))
}

// short is what a person compares of a hash: twelve of its hex digits.
func short(hash string) string { return hash[:min(12, len(hash))] }

func (w writer) fields() []field {
	d := w.d
	number, nature, attached := d.Number, w.T("letter.nature.usual"), w.T("letter.attached.none")
	if number == "" {
		number = w.T("letter.number.none")
	}
	switch {
	case d.Urgent:
		nature = w.T("letter.nature.urgent", "hours", d.Term.Hours)
	case d.Act == ronda.Order && d.Withdrawn == "":
		nature = w.T("letter.nature.order", "hours", d.Term.Hours)
	}
	if len(d.Evidence) > 0 {
		attached = w.T("letter.attached", "n", len(d.Evidence))
	}
	matter := []string{d.CaseNumber}
	for _, x := range []string{w.text(d.Category), d.Region} {
		if x != "" {
			matter = append(matter, x)
		}
	}
	return []field{
		{w.T("letter.field.number"), number}, {w.T("letter.field.nature"), nature}, {w.T("letter.field.attached"), attached},
		{w.T("letter.field.subject"), w.subject()}, {w.T("letter.field.case"), strings.Join(matter, "; ")},
		{w.T("letter.field.code"), ronda.FormatCode(d.Code)},
	}
}

func (w writer) opening() []part {
	d := w.d
	if d.Warning > 0 {
		first := part{Text: w.T("letter.open.warning", "number", w.or(d.Basis.Number), "date", w.date(d.Basis.Date), "k", d.Warning)}
		return append([]part{first}, w.words(d.WarningText)...)
	}
	if d.Withdrawn != "" {
		return []part{{Text: w.T("letter.open.withdrawal", "number", w.or(d.Basis.Number), "date", w.date(d.Basis.Date))}}
	}
	text := w.T("letter.open."+string(d.Act), "recipient", w.text(d.Recipient.Name))
	if d.Act == ronda.Order && !d.Basis.Date.IsZero() {
		text += " " + w.T("letter.open.order.basis", "sender", w.text(d.Basis.Sender), "number", w.or(d.Basis.Number), "date", w.date(d.Basis.Date))
	}
	return []part{{Text: text}}
}

func (w writer) or(number string) string {
	if number == "" {
		return w.T("letter.number.none")
	}
	return number
}

func (w writer) addresses() table {
	t := table{Title: w.T("letter.section.addresses"), Head: []string{w.T("letter.table.no"), w.T("letter.table.service"), w.T("letter.table.kind"), w.T("letter.table.url")}}
	if w.d.Warning > 0 {
		t.Title = w.T("letter.section.addresses.open")
	}
	for i, a := range w.d.Addresses {
		service, kind := a.Platform, "letter.kind."+a.Kind
		if service == "" {
			service = w.T("letter.table.page")
		}
		if !w.Has(kind) {
			kind = "letter.kind.other"
		}
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), service, w.T(kind), a.URL})
	}
	return t
}
