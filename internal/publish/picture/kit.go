package picture

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// Card is one message of a kit as a picture to send on or to print.
type Card struct {
	Kicker string // the theme
	Title  string
	Text   string
	Source string
	Life   string // reviewed on, use until
	URL    string
}

// Size is a size of paper at the resolution that its card is drawn in.
type Size struct{ W, H int }

// The sizes of a card: A6 at 210 dots an inch, A4 at 150.
var (
	A6 = Size{868, 1224}
	A4 = Size{1240, 1754}
)

// Card draws a card, upright.
func (m *Maker) Card(s Size, k Card) ([]byte, error) {
	c := m.canvas(s.W, s.H)
	u := float64(s.W) / 868 // everything grows with the paper
	n := func(x float64) int { return int(x * u) }
	side, inner := n(64), s.W-2*n(64)
	c.fill(0, 0, s.W, n(104), violet)
	c.text("Ronda", side, n(28), inner, n(60), true, white, 40*u)
	c.edge(n(104), n(12))
	y := n(156)
	y += c.text(k.Kicker, side, y, inner, n(44), true, wood, 28*u, 24*u) + n(10)
	y += c.text(k.Title, side, y, inner, n(180), true, ink, 50*u, 42*u, 36*u) + n(26)
	c.fill(side, y, inner, n(3), line)
	y += n(26)
	foot := s.H - n(300)
	c.text(k.Text, side, y, inner, foot-y-n(20), false, ink, 52*u, 46*u, 40*u, 35*u, 30*u, 26*u)
	c.fill(side, foot, inner, n(3), line)
	took := c.code(k.URL, s.W-side-n(236), foot+n(18), n(236))
	width := inner - took - n(24)
	y = foot + n(34)
	y += c.text(k.Source, side, y, width, n(120), false, soft, 24*u, 21*u) + n(12)
	c.text(k.Life, side, y, width, n(90), false, soft, 24*u, 21*u)
	return c.png(ink, soft, wood, violet, line)
}

// Sheet is a whole kit on paper.
type Sheet struct {
	Card
	Lang     string
	Lead     string
	Heads    [4]string // of points, messages, activity and sources
	Points   []string
	Short    []string
	Activity string
	Sources  []string
	Page     string // "Halaman"
	At       time.Time
}

// PDF lays a kit out on A4, with a QR code that leads to its page. The same sheet gives the same bytes.
func (m *Maker) PDF(s Sheet) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes("go", "", goregular.TTF)
	pdf.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	pdf.SetMargins(20, 20, 20)
	pdf.SetCellMargin(0)
	pdf.SetAutoPageBreak(true, 22)
	pdf.SetCreationDate(s.At)
	pdf.SetModificationDate(s.At)
	pdf.SetCatalogSort(true)
	pdf.SetLang(s.Lang)
	pdf.SetTitle(s.Title, true)
	pdf.SetAuthor("Ronda", true)
	pdf.SetCreator("Ronda", true)
	pdf.SetProducer("Ronda", true)
	pdf.AliasNbPages("")
	pdf.SetFooterFunc(func() {
		pdf.SetY(-16)
		pdf.SetFont("go", "", 8)
		pdf.SetTextColor(0x54, 0x4d, 0x61)
		pdf.CellFormat(0, 4, s.URL+"   ·   "+s.Page+" "+strconv.Itoa(pdf.PageNo()), "", 0, "L", false, 0, "")
	})
	pdf.AddPage()
	code := m.canvas(420, 420)
	side := code.code(s.URL, 0, 0, 420)
	picture, err := code.png(ink)
	if err != nil {
		return nil, err
	}
	pdf.RegisterImageOptionsReader("qr", fpdf.ImageOptions{ImageType: "png"}, bytes.NewReader(picture))
	const qrSize = 34.0
	pdf.ImageOptions("qr", 190-qrSize*float64(side)/420, 16, qrSize, qrSize, false, fpdf.ImageOptions{ImageType: "png"}, 0, s.URL)

	write := func(style string, size, height float64, col [3]int, width float64, text string) {
		pdf.SetFont("go", style, size)
		pdf.SetTextColor(col[0], col[1], col[2])
		pdf.MultiCell(width, height, text, "", "L", false)
	}
	black, grey, brown := [3]int{0x1e, 0x1a, 0x26}, [3]int{0x54, 0x4d, 0x61}, [3]int{0x74, 0x49, 0x2a}
	write("B", 10, 5, brown, 130, s.Kicker)
	pdf.Ln(1)
	write("B", 18, 7.6, black, 130, s.Title)
	pdf.Ln(2)
	write("", 10.5, 5, black, 130, s.Lead)
	pdf.SetY(max(pdf.GetY(), 52) + 3)
	part := func(head string) {
		pdf.Ln(3)
		pdf.SetDrawColor(0xc9, 0xc4, 0xd1)
		pdf.Line(20, pdf.GetY(), 190, pdf.GetY())
		pdf.Ln(2.5)
		write("B", 12, 6, black, 170, head)
		pdf.Ln(1)
	}
	item := func(mark, text string) {
		if pdf.GetY() > 262 {
			pdf.AddPage()
		}
		y := pdf.GetY()
		pdf.SetFont("go", "B", 10.5)
		pdf.SetTextColor(brown[0], brown[1], brown[2])
		pdf.Text(20, y+4, mark)
		pdf.SetXY(28, y)
		write("", 10.5, 5.2, black, 162, text)
		pdf.Ln(1.6)
	}
	part(s.Heads[0])
	for i, p := range s.Points {
		item(strconv.Itoa(i+1), p)
	}
	if s.Activity != "" {
		part(s.Heads[2])
		write("", 10.5, 5.2, black, 170, s.Activity)
	}
	part(s.Heads[1])
	for _, p := range s.Short {
		item("–", p)
	}
	part(s.Heads[3])
	for _, p := range s.Sources {
		write("", 9, 4.4, grey, 170, p)
	}
	pdf.Ln(2)
	write("", 9, 4.4, grey, 170, s.Life)
	pdf.Close()
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		return nil, fmt.Errorf("write PDF of kit: %w", err)
	}
	return b.Bytes(), nil
}
