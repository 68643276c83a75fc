package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// askRegion asks where the content goes around or whom it concerns; the whole country and not knowing are answers.
func (s *Site) askRegion(w http.ResponseWriter, r *http.Request) error {
	a := s.loadAnswers(r)
	if to := a.behind("/lapor/wilayah"); to != "" {
		return s.frame.Redirect(w, r, to)
	}
	return s.renderRegion(w, r, url.Values{"region": {a.Region}}, nil)
}

func (s *Site) renderRegion(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	page := reportPage{Form: frame.Form{Values: values}, Groups: s.reportRegions(v, values.Get("region")),
		Choices: []frame.Choice{{Value: regionAll, Text: v.T("report.region.all")}, {Value: regionUnknown, Text: v.T("report.region.unknown")}}}
	return s.renderStep(w, r, "/lapor/wilayah", page, faults)
}

// regionGroup is a province that opens to its regencies and cities. Folded provinces fit a phone better than one list of
// hundreds of names, and need no script.
type regionGroup struct {
	Name    string
	Count   int  // regencies and cities
	Open    bool // the answer is in it
	Choices []frame.Choice
}

// reportRegions lists the provinces in the order of the country's own list, the places of each by their own names.
func (s *Site) reportRegions(v *frame.Visit, answer string) []regionGroup {
	var out []regionGroup
	for _, province := range s.pack.Children("") {
		g := regionGroup{Name: s.pack.RegionName(province), Open: answer != "" && s.pack.Within(answer, province)}
		for _, code := range s.pack.Children(province) {
			g.Choices = append(g.Choices, frame.Choice{Value: code, Text: ownNameFirst(v, s.pack.RegionName(code))})
		}
		g.Count = len(g.Choices)
		slices.SortFunc(g.Choices, func(a, b frame.Choice) int { return strings.Compare(a.Text, b.Text) })
		whole := frame.Choice{Value: province, Text: v.T("report.region.whole", "name", g.Name)}
		g.Choices = append([]frame.Choice{whole}, g.Choices...)
		out = append(out, g)
	}
	return out
}

// ownNameFirst writes "Kabupaten Sleman" as "Sleman (kabupaten)": in a long list people look, and type, for the own name.
func ownNameFirst(v *frame.Visit, name string) string {
	for _, kind := range []string{"regency", "city"} {
		if own, ok := strings.CutPrefix(name, v.T("region."+kind+".prefix")+" "); ok {
			return v.T("region."+kind+".own", "name", own)
		}
	}
	return name
}

// saveRegion takes the region.
func (s *Site) saveRegion(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	a := s.loadAnswers(r)
	if to := a.behind("/lapor/wilayah"); to != "" {
		return s.frame.Redirect(w, r, to)
	}
	a.Region = r.PostForm.Get("region")
	if _, ok := s.pack.Region(a.Region); (!ok || a.Region == "") && a.Region != regionAll && a.Region != regionUnknown {
		v := frame.VisitOf(r)
		return s.renderRegion(w, r, r.PostForm, v.Fields(ronda.Errorf(ronda.Invalid, "report.region_missing", "region")))
	}
	_, err := s.keepAnswers(w, r, a, "region")
	return err
}

// regionCode is the code of an answer: "" for the whole country and for not knowing.
func regionCode(answer string) string {
	if answer == regionAll || answer == regionUnknown {
		return ""
	}
	return answer
}

// regionWords is an answer as the person gave it.
func (s *Site) regionWords(v *frame.Visit, answer string) string {
	switch answer {
	case regionAll:
		return v.T("report.region.all")
	case regionUnknown:
		return v.T("report.region.unknown")
	}
	name := s.pack.RegionName(answer)
	if parent := s.pack.Parent(answer); parent != "" {
		return name + ", " + s.pack.RegionName(parent)
	}
	return v.T("report.region.province", "name", name)
}
