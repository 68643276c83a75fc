package letter

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
)

// The page of the PDF: A4 with the margins of the print, in millimetres; type sizes in points.
const (
	pageWidth, pageHeight = 210.0, 297.0
	marginX, marginY      = 20.0, 25.0
	textWidth             = pageWidth - 2*marginX
	body, small, heading  = 9.5, 8.0, 10.0
	leading               = 4.4 // height of a line of body text
	tight                 = 3.7 // of small text and table rows
)

// printer lays one sheet out.
type printer struct {
	pdf   *fpdf.Fpdf
	faces faces
	buf   sfnt.Buffer
	lost  bool // a character could not be printed
	s     sheet
}

// PDF writes the letter as a PDF 1.3 file with embedded typefaces, without a browser. The same document gives the same bytes.
func (m *Maker) PDF(d Document, lang string) ([]byte, error) {
	s := m.writer(d, lang).sheet()
	draft, err := m.lay(d, s, 0)
	if err != nil {
		return nil, err
	}
	final, err := m.lay(d, s, draft.PageCount()) // only now it is known of how many pages each is one
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := final.Output(&b); err != nil {
		return nil, fmt.Errorf("write PDF of letter %s: %w", d.Notice, err)
	}
	return b.Bytes(), nil
}

// lay prints the sheet on as many pages as it takes; pages is the number that the page footers name.
func (m *Maker) lay(d Document, s sheet, pages int) (*fpdf.Fpdf, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes("go", "", m.faces.regular)
	pdf.AddUTF8FontFromBytes("go", "B", m.faces.bold)
	pdf.SetMargins(marginX, marginY, marginX)
	pdf.SetCellMargin(0)
	pdf.SetAutoPageBreak(true, marginY)
	pdf.SetCreationDate(d.Date)
	pdf.SetModificationDate(d.Date)
	pdf.SetCatalogSort(true)
	pdf.SetLang(s.Lang)
	pdf.SetTitle(s.Title, true)
	pdf.SetAuthor(s.Sender, true)
	pdf.SetCreator("Ronda", true)
	pdf.SetProducer("Ronda", true)
	pdf.SetDisplayMode("fullpage", "continuous")
	p := &printer{pdf: pdf, faces: m.faces, s: s}
	pdf.SetFooterFunc(func() { p.footer(pages) })
	pdf.AddPage()
	if err := p.letter(); err != nil {
		return nil, err
	}
	pdf.Close()
	if err := pdf.Error(); err != nil {
		return nil, fmt.Errorf("lay out letter %s: %w", d.Notice, err)
	}
	return pdf, nil
}

// letter prints every block in the order of the page.
func (p *printer) letter() error {
	p.letterhead()
	p.fields()
	p.recipient()
	p.face("B", 12)
	p.lines(p.s.Title, 5.4, "L")
	p.gap(1)
	if p.s.Translation != "" {
		p.part(part{Text: p.s.Translation, Note: true})
	}
	for _, x := range p.s.Opening {
		p.part(x)
	}
	p.table()
	for _, x := range p.s.Sections {
		p.section(x)
	}
	if p.s.GoodFaith != "" {
		p.gap(1.5)
		p.paragraph(p.s.GoodFaith)
	}
	p.signatures()
	return p.check()
}

// text is s as the typeface can print it.
func (p *printer) text(s string) string {
	out, lost := p.faces.printable(s, &p.buf)
	p.lost = p.lost || lost
	return out
}

func (p *printer) face(style string, size float64) { p.pdf.SetFont("go", style, size) }

func (p *printer) gap(mm float64) { p.pdf.Ln(mm) }

// lines prints text over the whole width, broken where it must be; an address is broken anywhere.
func (p *printer) lines(text string, height float64, align string) {
	p.pdf.MultiCell(textWidth, height, p.text(text), "", align, false)
}

func (p *printer) paragraph(text string) {
	p.face("", body)
	p.lines(text, leading, "L")
	p.gap(0.8)
}

// room starts a new page unless so many millimetres are left on this one.
func (p *printer) room(mm float64) {
	if p.pdf.GetY()+mm > pageHeight-marginY {
		p.pdf.AddPage()
	}
}

// rule draws a line across the text.
func (p *printer) rule(width float64) {
	p.pdf.SetLineWidth(width)
	y := p.pdf.GetY()
	p.pdf.Line(marginX, y, pageWidth-marginX, y)
}

// box prints text in the middle of a frame.
func (p *printer) box(text string, size, height float64) {
	p.face("", size)
	p.pdf.SetLineWidth(0.2)
	p.pdf.CellFormat(textWidth, height, p.text(text), "1", 1, "C", false, 0, "")
	p.gap(1.5)
}

func (p *printer) letterhead() {
	p.pdf.SetY(12) // the mark of the copy stands above the letterhead, in the margin
	p.box(p.s.Copy, small, 5)
	if p.s.Mark != "" {
		p.box(p.s.Mark, small, 5)
	}
	p.gap(1)
	p.face("B", 13)
	p.lines(strings.ToUpper(p.s.Sender), 5.6, "C")
	if p.s.Office != "" {
		p.face("B", heading)
		p.lines(p.s.Office, leading, "C")
	}
	via := p.s.Via
	if p.s.Email != "" {
		via += " · " + p.s.Email
	}
	p.face("", small)
	p.lines(via, tight, "C")
	p.gap(1.5)
	p.rule(0.6)
	p.gap(0.9)
	p.rule(0.2)
	p.gap(3)
}

// fields prints number, priority, enclosures and subject, with the date beside the first line.
func (p *printer) fields() {
	const label, date = 24.0, 38.0
	top := p.pdf.GetY()
	width := textWidth - label - 3 - date
	for _, f := range p.s.Fields {
		p.face("", body)
		p.pdf.CellFormat(label, leading, p.text(f.Label), "", 0, "L", false, 0, "")
		p.pdf.CellFormat(3, leading, ":", "", 0, "L", false, 0, "")
		p.pdf.MultiCell(width, leading, p.text(f.Value), "", "L", false)
		width = textWidth - label - 3
	}
	bottom := p.pdf.GetY()
	p.pdf.SetXY(pageWidth-marginX-date, top)
	p.pdf.CellFormat(date, leading, p.text(p.s.Date), "", 0, "R", false, 0, "")
	p.pdf.SetXY(marginX, bottom)
	p.gap(2.5)
}

func (p *printer) recipient() {
	p.face("", body)
	p.lines(p.s.ToLabel, leading, "L")
	p.face("B", body)
	for _, line := range p.s.To {
		p.lines(line, leading, "L")
		p.face("", body)
	}
	p.gap(2.5)
}

func (p *printer) section(x section) {
	p.gap(1)
	p.room(3 * leading)
	p.face("B", heading)
	p.lines(x.Title, leading+0.4, "L")
	for _, part := range x.Parts {
		p.part(part)
	}
}

func (p *printer) part(x part) {
	text := strings.TrimSpace(x.Lead + " " + x.Text)
	if x.Link != "" {
		text += " " + x.Link
	}
	switch {
	case x.Quote:
		p.face("", body)
		p.quote(text)
		p.gap(0.8)
	case x.Note:
		p.face("", small)
		p.lines(text, tight, "L")
		p.gap(0.3)
	default:
		p.paragraph(text)
	}
}

// quote prints text set off by a line at its left, on each page that it reaches.
func (p *printer) quote(text string) {
	const indent = 4.0
	p.pdf.SetLineWidth(0.5)
	for _, line := range p.pdf.SplitText(p.text(text), textWidth-indent) {
		p.room(leading)
		y := p.pdf.GetY()
		p.pdf.Line(marginX+1, y, marginX+1, y+leading)
		p.pdf.SetX(marginX + indent)
		p.pdf.CellFormat(textWidth-indent, leading, line, "", 1, "L", false, 0, "")
	}
}

// signatures leaves room for each person; the copy says that nobody signed it yet.
func (p *printer) signatures() {
	const width = 75.0
	p.gap(3)
	p.room(6*leading + 2)
	left := pageWidth - marginX - width
	at := func(style string, size, height float64, text string) {
		p.face(style, size)
		p.pdf.SetX(left)
		p.pdf.MultiCell(width, height, p.text(text), "", "L", false)
	}
	at("", body, leading, p.s.SignFor)
	for _, who := range p.s.Signers {
		p.room(4 * leading)
		p.gap(2)
		at("", small, tight, p.s.SignCopy)
		at("B", body, leading, who.Name)
		if who.Role != "" {
			at("", body, leading, who.Role)
		}
	}
	p.gap(3)
}

// check prints how the letter is compared with the public record: address, log entry, QR code.
func (p *printer) check() error {
	const side = 20.0
	square, err := modules(p.s.CheckURL)
	if err != nil {
		return err
	}
	p.room(side + 3)
	p.rule(0.2)
	p.gap(2)
	top := p.pdf.GetY()
	unit := side / float64(len(square)+2*quiet)
	p.pdf.SetFillColor(0, 0, 0)
	for y, row := range square {
		for x := 0; x < len(row); x++ {
			start := x
			for x < len(row) && row[x] {
				x++
			}
			if x > start {
				p.pdf.Rect(marginX+float64(start+quiet)*unit, top+float64(y+quiet)*unit, float64(x-start)*unit, unit, "F")
			}
		}
	}
	p.face("", small)
	p.pdf.SetXY(marginX+side+3, top+3)
	p.pdf.SetLeftMargin(marginX + side + 3)
	notes := []string{p.s.Check, p.s.Log}
	if p.lost {
		notes = append(notes, p.s.Glyphs)
	}
	for _, n := range notes {
		p.pdf.MultiCell(textWidth-side-3, tight, p.text(n), "", "L", false)
	}
	p.pdf.SetLeftMargin(marginX)
	return nil
}

func (p *printer) footer(pages int) {
	p.pdf.SetXY(marginX, pageHeight-marginY+8)
	p.face("", small)
	n := strings.NewReplacer("{pages}", strconv.Itoa(pages), "{page}", strconv.Itoa(p.pdf.PageNo())).Replace(p.s.PageOf)
	p.pdf.CellFormat(textWidth/2, tight, p.text(p.s.Code), "", 0, "L", false, 0, "")
	p.pdf.CellFormat(textWidth/2, tight, n, "", 0, "R", false, 0, "")
}
