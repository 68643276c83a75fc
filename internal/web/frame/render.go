package frame

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"ronda"
)

// view is the data of the layout: the page and the visit together.
type view struct {
	*Page
	*Visit
	Site         *Frame
	Languages    []string
	Main, Footer []NavItem
	Demo         bool
	Subtitle     string
}

// Other lists the languages that the page is not in.
func (v view) Other() []string {
	var out []string
	for _, l := range v.Languages {
		if l != v.Lang {
			out = append(out, l)
		}
	}
	return out
}

// In is the public address of this page in another language.
func (v view) In(lang string) string { return v.Site.prefix(lang) + v.Path }

// Absolute is the address of this page in a language, for machines.
func (v view) Absolute(lang string) string { return v.Site.Absolute(v.Site.prefix(lang) + v.Path) }

// parse reads the layout and the components once, then each page on top of them, for every language.
func (f *Frame) parse() (map[string]map[string]*template.Template, error) {
	names, err := pageNames(f.opt.Templates)
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]*template.Template{}
	for _, lang := range f.opt.Messages.Languages() {
		base, err := template.New("").Option("missingkey=zero").Funcs(f.funcs(lang)).
			ParseFS(f.opt.Templates, "layout/*.html", "component/*.html")
		if err != nil {
			return nil, err
		}
		out[lang] = map[string]*template.Template{}
		for _, name := range names {
			t, err := base.Clone()
			if err != nil {
				return nil, fmt.Errorf("clone layout: %w", err)
			}
			if _, err := t.ParseFS(f.opt.Templates, name); err != nil {
				return nil, err
			}
			key := strings.TrimSuffix(strings.TrimPrefix(name, "page/"), ".html")
			out[lang][key] = t
		}
	}
	return out, nil
}

// pageNames lists page/**/*.html.
func pageNames(fsys fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(fsys, "page", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".html" {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// Render writes the page. It is built completely before the first byte leaves, so a fault in a template is an error here.
func (f *Frame) Render(w http.ResponseWriter, r *http.Request, p Page) error {
	v := VisitOf(r)
	t := f.pages[v.Lang][p.Template]
	if t == nil {
		return fmt.Errorf("no template for page %q", p.Template)
	}
	if p.Section == "" {
		p.Section = Public
	}
	if p.Status == 0 {
		p.Status = http.StatusOK
		if len(p.Faults) > 0 {
			p.Status = refusal(p.Faults[0].Kind)
		}
	}
	var b bytes.Buffer
	err := t.ExecuteTemplate(&b, "layout", view{Page: &p, Visit: v, Site: f, Languages: f.opt.Messages.Languages(),
		Main: f.opt.Nav.Main, Footer: f.opt.Nav.Footer, Demo: f.opt.Demo, Subtitle: f.opt.Subtitle.In(v.Lang)})
	if err != nil {
		return fmt.Errorf("render page %s: %w", p.Template, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Lang)
	switch {
	case p.Script || len(p.Scripts) > 0:
		h.Set("Content-Security-Policy", policyScript)
	case p.Section != Public:
		h.Set("Content-Security-Policy", policyFont)
	}
	if p.Private {
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex")
	}
	w.WriteHeader(p.Status)
	_, _ = b.WriteTo(w) // the connection is gone; nothing is left to tell
	return nil
}

// refusal is the status of a page that shows a form again: a wrong entry, unless the first fault says more.
func refusal(kind ronda.Kind) int {
	switch kind {
	case ronda.Conflict:
		return http.StatusConflict
	case ronda.Forbidden:
		return http.StatusForbidden
	}
	return http.StatusUnprocessableEntity
}
