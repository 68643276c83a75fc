package letter

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
)

// Render writes the letter as one HTML page that needs nothing else: style, QR code and text are in it. The page carries no script; a policy
// that lets only known styles through takes StyleHash.
func (m *Maker) Render(d Document, lang string) ([]byte, error) {
	s := m.writer(d, lang).sheet()
	path, side, err := qrPath(s.CheckURL)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = m.page.ExecuteTemplate(&b, "letter.html", struct {
		sheet
		CSS    template.CSS
		QRPath string
		QRSide int
	}{s, m.css[s.Lang], path, side})
	if err != nil {
		return nil, fmt.Errorf("write letter %s: %w", d.Notice, err)
	}
	return b.Bytes(), nil
}

// StyleHash is the source expression for the page's style in a Content-Security-Policy, with the quotes that belong to it: 'sha256-…'.
func (m *Maker) StyleHash(lang string) string {
	sum := sha256.Sum256([]byte(m.css[m.texts.Printer(lang, nil).Lang]))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
