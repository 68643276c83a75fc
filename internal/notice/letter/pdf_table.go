package letter

// widths are the columns of the table of addresses, in millimetres; the address has the rest.
var widths = [...]float64{9, 25, 19, textWidth - 53}

// pad is the room between the text of a cell and its frame.
const pad = 1.2

// table prints the addresses. Its header stands on every page that the table reaches, and no row is torn apart.
func (p *printer) table() {
	t := p.s.Table
	p.gap(1)
	p.room(5 * leading)
	p.face("B", heading)
	p.lines(t.Title, leading+0.6, "L")
	p.row(t.Head, "B")
	for _, r := range t.Rows {
		if p.pdf.GetY()+p.rowHeight(r, "") > pageHeight-marginY {
			p.pdf.AddPage()
			p.row(t.Head, "B")
		}
		p.row(r, "")
	}
	p.gap(1)
}

// cell breaks a text for its column; an address longer than the column is broken anywhere.
func (p *printer) cell(text string, i int) []string {
	return p.pdf.SplitText(p.text(text), widths[i]-2*pad)
}

func (p *printer) rowHeight(cells []string, style string) float64 {
	p.face(style, small+0.5)
	most := 1
	for i, c := range cells {
		most = max(most, len(p.cell(c, i)))
	}
	return float64(most)*tight + 1
}

func (p *printer) row(cells []string, style string) {
	height := p.rowHeight(cells, style)
	x, y := marginX, p.pdf.GetY()
	p.pdf.SetLineWidth(0.2)
	for i, c := range cells {
		p.pdf.Rect(x, y, widths[i], height, "D")
		align := "L"
		if i == 0 {
			align = "R"
		}
		for k, line := range p.cell(c, i) {
			p.pdf.SetXY(x+pad, y+0.5+float64(k)*tight)
			p.pdf.CellFormat(widths[i]-2*pad, tight, line, "", 0, align, false, 0, "")
		}
		x += widths[i]
	}
	p.pdf.SetXY(marginX, y+height)
}
