package letter

import (
	"fmt"
	"strings"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// faces are the typefaces of the PDF: Go Regular and Go Bold (Bigelow & Holmes, BSD licence), which cover Latin, Greek and Cyrillic and tell
// 0 from O and 1 from l.
type faces struct {
	regular, bold []byte
	font          *sfnt.Font
}

func loadFaces() (faces, error) {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return faces{}, fmt.Errorf("parse Go Regular: %w", err)
	}
	return faces{regular: goregular.TTF, bold: gobold.TTF, font: f}, nil
}

// missing stands for a character that the typeface does not have.
const missing = '▯'

// spacing are characters that need no glyph of their own.
var spacing = strings.NewReplacer("\u200b", "", "\u200c", "", "\u200d", "", "\ufeff", "", "\u00ad", "", "\u2011", "-", "\u202f", " ", "\u00a0", " ", "\t", " ", "\r", "", "\n", " ")

// printable replaces characters that the typeface lacks, and tells whether it had to.
func (f faces) printable(s string, buf *sfnt.Buffer) (string, bool) {
	var b strings.Builder
	lost := false
	for _, r := range spacing.Replace(s) {
		if i, err := f.font.GlyphIndex(buf, r); (err != nil || i == 0) && r != missing {
			r, lost = missing, true
		}
		b.WriteRune(r)
	}
	return b.String(), lost
}
