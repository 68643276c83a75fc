package web

import (
	"net/url"
	"slices"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/intake"
	"ronda/internal/mask"
	"ronda/internal/web/frame"
)

// Bounds of the fields of a fact-check, in characters. The rule has its own, shorter ones; these keep what was typed from being lost.
const (
	maxDeskLine = 600
	maxDeskText = 20000
)

// deskFields reads text fields of a desk's form. It collects faults instead of ending at the first, so that nothing typed is lost.
type deskFields struct {
	v      *frame.Visit
	f      url.Values
	langs  []string
	faults []i18n.FieldError
}

func (d *deskFields) fault(err error) {
	if err != nil {
		d.faults = append(d.faults, d.v.Fields(err)...)
	}
}

func (d *deskFields) line(name string) string {
	out, err := cleanLine(d.f.Get(name), name, maxDeskLine)
	d.fault(err)
	return out
}

func (d *deskFields) text(name string) string {
	out, err := cleanText(d.f.Get(name), name, maxDeskText)
	d.fault(err)
	return out
}

// words reads a text in each language: the field itself in the first, "<name>_en" in another. Telephone numbers and the like are masked.
func (d *deskFields) words(name string, long bool) ronda.Text {
	out := ronda.Text{}
	for i, lang := range d.langs {
		field := name
		if i > 0 {
			field += "_" + lang
		}
		s := ""
		if long {
			s = d.text(field)
		} else {
			s = d.line(field)
		}
		if s, _ = mask.Text(s); s != "" {
			out[lang] = s
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// list reads lines, or words between commas.
func (d *deskFields) list(name string, comma bool) []string {
	var out []string
	for _, l := range strings.FieldsFunc(d.text(name), func(r rune) bool { return r == '\n' || comma && r == ',' }) {
		if l = strings.TrimSpace(l); l != "" && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// references reads one source a line, "what it is | address" or the address alone.
func (d *deskFields) references(name string) []ronda.Reference {
	var out []ronda.Reference
	for _, l := range d.list(name, false) {
		title, address, both := strings.Cut(l, "|")
		if !both {
			if i := strings.LastIndex(l, "http"); i >= 0 {
				title, address = strings.TrimRight(l[:i], " -–:,"), l[i:]
			} else {
				title, address = l, ""
			}
		}
		r := ronda.Reference{Title: strings.TrimSpace(title), URL: strings.TrimSpace(address)}
		if r.Title == "" {
			if u, err := url.Parse(r.URL); err == nil {
				r.Title = strings.TrimPrefix(u.Host, "www.")
			}
		}
		out = append(out, r)
	}
	return out
}

func referenceLines(list []ronda.Reference) string {
	var b strings.Builder
	for _, r := range list {
		b.WriteString(strings.TrimSuffix(r.Title+" | "+r.URL, " | ") + "\n")
	}
	return b.String()
}

// contestOf is the ballot of a kind that the voters of a region have.
func contestOf(p *ronda.Pack, region, kind string) string {
	if kind == "" {
		return ""
	}
	for code := region; code != ""; code = p.Parent(code) {
		for _, c := range p.ContestsIn(code) {
			if c.Kind == kind {
				return c.ID
			}
		}
	}
	return "?" // none: the rule refuses it beside the field
}

func (s *Site) kindOf(contest string) string {
	c, _ := s.pack.Contest(contest)
	return c.Kind
}

// checkContent reads the form of a fact-check.
func (s *Site) checkContent(d *deskFields) ronda.CheckContent {
	c := ronda.CheckContent{Claim: d.words("claim", false), Truth: d.words("truth", false), Explanation: d.words("explanation", true), Verdict: ronda.Verdict(d.f.Get("verdict")),
		Class: d.f.Get("class"), Narration: d.text("narration"), Keywords: d.list("keywords", true), References: d.references("references"), URL: d.line("url"), Author: d.line("author"),
		Region: d.f.Get("region"), Theme: d.f.Get("theme"), Language: d.v.Lang, Media: d.f.Get("media")}
	c.Narration, _ = mask.Text(c.Narration)
	for i, k := range c.Keywords {
		c.Keywords[i] = strings.ToLower(k)
	}
	if !slices.Contains([]string{"", "image", "video", "audio"}, c.Media) {
		c.Media = ""
	}
	c.Contest = contestOf(s.pack, c.Region, d.f.Get("contest"))
	for _, raw := range d.list("addresses", false) {
		if !strings.Contains(raw, "://") {
			c.Addresses = append(c.Addresses, raw) // an identity that stands there already
			continue
		}
		a, err := s.links.Parse(raw)
		if err != nil {
			d.faults = append(d.faults, i18n.FieldError{Field: "addresses", Text: d.v.Error(err)})
			continue
		}
		c.Addresses = append(c.Addresses, a.Key)
	}
	return c
}

// checkValues fills the form of a fact-check with what stands in it.
func (s *Site) checkValues(c ronda.CheckContent) url.Values {
	f := url.Values{"verdict": {string(c.Verdict)}, "class": {c.Class}, "narration": {c.Narration}, "keywords": {strings.Join(c.Keywords, ", ")},
		"addresses": {strings.Join(c.Addresses, "\n")}, "references": {referenceLines(c.References)}, "url": {c.URL}, "author": {c.Author}, "region": {c.Region},
		"contest": {s.kindOf(c.Contest)}, "theme": {c.Theme}, "media": {c.Media}}
	s.putWords(f, "claim", c.Claim)
	s.putWords(f, "truth", c.Truth)
	s.putWords(f, "explanation", c.Explanation)
	return f
}

func (s *Site) putWords(f url.Values, name string, t ronda.Text) {
	for i, lang := range s.pack.Languages {
		field := name
		if i > 0 {
			field += "_" + lang
		}
		f.Set(field, t[lang])
	}
}

// checkForm is the choices of the form of a fact-check.
type checkForm struct {
	Form                                                frame.Form
	Verdicts, Classes, Regions, Contests, Themes, Media []frame.Choice
}

func (s *Site) checkForm(v *frame.Visit, values url.Values, faults []i18n.FieldError) checkForm {
	p := checkForm{Form: frame.Form{Values: values, Faults: faults}, Regions: s.regionChoices(v, ""), Contests: s.contestKinds(v), Themes: s.themeChoices(v)}
	for _, x := range ronda.Verdicts() {
		if x != ronda.VerdictUnchecked {
			p.Verdicts = append(p.Verdicts, frame.Choice{Value: string(x), Text: v.T("verdict." + string(x))})
		}
	}
	for _, x := range ronda.Classes() {
		p.Classes = append(p.Classes, frame.Choice{Value: x, Text: classWords(v, x)})
	}
	for _, x := range []string{"image", "video", "audio"} {
		p.Media = append(p.Media, frame.Choice{Value: x, Text: v.T("desk.check.media." + x)})
	}
	return p
}

func (s *Site) contestKinds(v *frame.Visit) []frame.Choice {
	var out []frame.Choice
	for _, k := range s.pack.ContestKinds {
		out = append(out, frame.Choice{Value: k.ID, Text: k.Name.In(v.Lang)})
	}
	return out
}

func (s *Site) themeChoices(v *frame.Visit) []frame.Choice {
	var out []frame.Choice
	for _, t := range s.pack.Themes {
		out = append(out, frame.Choice{Value: t.ID, Text: t.Name.In(v.Lang)})
	}
	return out
}

// pictureOf takes the picture of a form through the re-encoding that evidence goes through. The original is sealed with it.
func (s *Site) pictureOf(up []intake.Upload) *intake.Upload {
	if len(up) == 0 {
		return nil
	}
	up[0].Kind = "screenshot"
	return &up[0]
}
