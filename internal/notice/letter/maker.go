package letter

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"time"

	"ronda"
	"ronda/internal/i18n"
)

//go:embed messages letter.html letter.css
var embedded embed.FS

// Maker turns documents into pages. It is safe for concurrent use.
type Maker struct {
	texts *i18n.Catalogue
	page  *template.Template
	css   map[string]template.CSS // by language: the page numbers of the print are style
	faces faces
}

// New loads texts, page and typefaces. The first language is the one that an unknown language falls back to.
func New(languages ...string) (*Maker, error) {
	if len(languages) == 0 {
		languages = []string{"id", "en"}
	}
	sub, err := fs.Sub(embedded, "messages")
	if err != nil {
		return nil, fmt.Errorf("open letter texts: %w", err)
	}
	texts, err := i18n.LoadFS(sub, languages...)
	if err != nil {
		return nil, fmt.Errorf("load letter texts: %w", err)
	}
	page, err := template.ParseFS(embedded, "letter.html")
	if err != nil {
		return nil, fmt.Errorf("parse letter page: %w", err)
	}
	css, err := embedded.ReadFile("letter.css")
	if err != nil {
		return nil, fmt.Errorf("read letter style: %w", err)
	}
	f, err := loadFaces()
	if err != nil {
		return nil, fmt.Errorf("load letter typefaces: %w", err)
	}
	m := &Maker{texts: texts, page: page, css: map[string]template.CSS{}, faces: f}
	for _, lang := range languages {
		m.css[lang] = template.CSS(strings.Replace(string(css), "PAGE_OF_PAGES", pageContent(texts.Printer(lang, nil).T("letter.foot.page")), 1))
	}
	return m, nil
}

// pageContent turns "Halaman {page} dari {pages}" into the value of a CSS content property.
func pageContent(pattern string) string {
	quoted := `"` + strings.NewReplacer(`"`, ``, `\`, ``).Replace(pattern) + `"`
	return strings.NewReplacer("{pages}", `" counter(pages) "`, "{page}", `" counter(page) "`).Replace(quoted)
}

// writer puts a document into one language.
type writer struct {
	i18n.Printer
	d Document
}

func (m *Maker) writer(d Document, lang string) writer {
	return writer{Printer: m.texts.Printer(lang, d.Zone), d: d}
}

// date writes a day as letters do: "5 November 2024".
func (w writer) date(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(w.Zone)
	return fmt.Sprintf("%d %s %d", t.Day(), w.T(fmt.Sprintf("letter.month.%d", t.Month())), t.Year())
}

// moment writes day and time of day with the zone's name: "5 November 2024, pukul 14.30 WIB".
func (w writer) moment(t time.Time) string {
	return w.T("letter.at", "date", w.date(t), "clock", w.ClockIn(t, w.Zone))
}

// list joins parts as a sentence does.
func (w writer) list(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + w.T("letter.list.and") + parts[len(parts)-1]
}

// text is a short text of the pack in the writer's language.
func (w writer) text(t ronda.Text) string { return t.In(w.Lang) }
