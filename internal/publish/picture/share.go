package picture

// MaxShare is the most bytes that the picture of an address may have: messengers leave larger ones out.
const MaxShare = 30 << 10

// Share is what the picture of a fact-check or an alert says. It has no field for what goes around.
type Share struct {
	Tone    string // "aman", "bahaya", "tenggat", "info"
	Word    string // the verdict, or "Peringatan"
	Truth   string // the one sentence
	Foot    string // outlet and date
	Urgency int    // of an alert; 0 draws none
}

// Share draws the picture, 1200 × 630, at most MaxShare bytes.
func (m *Maker) Share(s Share) ([]byte, error) {
	t, ok := tones[s.Tone]
	if !ok {
		t = tones["info"]
	}
	const w, h, side = 1200, 630, 64
	var out []byte
	for _, sizes := range [][]float64{{60, 54, 48, 42, 36, 31}, {42, 36, 31, 27}} { // smaller type has fewer bytes only where the text is very long
		c := m.canvas(w, h)
		c.fill(0, 0, w, 76, violet)
		c.text("Ronda", side, 16, 400, 50, true, white, 34)
		c.edge(76, 10)
		c.fill(side, 122, w-2*side, 116, t.ground)
		c.frame(side, 122, w-2*side, 408, 4, t.strong)
		c.fill(side, 236, w-2*side, 4, t.strong)
		c.icon(s.Tone, side+32, 150, 60, t.strong)
		c.text(s.Word, side+120, 142, w-2*side-150, 80, true, t.strong, 62, 52, 44, 36)
		if s.Urgency > 0 {
			c.strokes(s.Urgency, w-side-190, 158, 48)
		}
		c.text(s.Truth, side+32, 262, w-2*side-64, 256, false, ink, sizes...)
		c.text(s.Foot, side, 556, w-2*side, 50, false, soft, 30, 26, 22)
		var err error
		if out, err = c.png(ink, soft, wood, violet, t.strong, t.ground); err != nil {
			return nil, err
		}
		if len(out) <= MaxShare {
			return out, nil
		}
	}
	return out, nil
}

// ToneOf is the tone of a verdict.
func ToneOf(verdict string) string {
	switch verdict {
	case "benar":
		return "aman"
	case "salah":
		return "bahaya"
	case "menyesatkan", "sebagian":
		return "tenggat"
	}
	return "info"
}
