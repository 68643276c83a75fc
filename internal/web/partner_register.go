package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ronda"
	"ronda/internal/partner"
	"ronda/internal/web/frame"
)

// registerPage is the data of page/mitra/terdaftar.html.
type registerPage struct {
	Rows    []registerLine
	Form    frame.Form
	Kinds   []frame.Choice
	Regions []frame.Choice
	Topics  []frame.Choice
	States  []frame.Choice
	Active  int
	CSV     string
}

type registerLine struct {
	partner.Entry
	KindName, RegionNames, TopicNames, TongueNames, TieNames, StateName, Standing, Since, Reason, Ended string
}

func (s *Site) registerFilter(q url.Values) (f ronda.PartnerFilter, active int) {
	f = ronda.PartnerFilter{Kind: q.Get("jenis"), Region: q.Get("wilayah"), Topic: q.Get("topik"), Language: q.Get("bahasa")}
	if x := q.Get("status"); x != "" {
		f.States = []ronda.PartnerState{ronda.PartnerState(x)}
	}
	for _, name := range []string{"jenis", "wilayah", "topik", "bahasa", "status"} {
		if q.Get(name) != "" {
			active++
		}
	}
	return f, active
}

// showRegister is the public register of partners.
func (s *Site) showRegister(w http.ResponseWriter, r *http.Request) error {
	v, q := frame.VisitOf(r), r.URL.Query()
	f, active := s.registerFilter(q)
	entries, err := s.opt.Partners.Register(r.Context(), f)
	if ronda.KindOf(err) == ronda.Invalid {
		return s.frame.Redirect(w, r, "/mitra-terdaftar")
	}
	if err != nil {
		return err
	}
	page := registerPage{Form: frame.Form{Values: q}, Active: active, Regions: s.regionChoices(v, ""), Topics: s.topicChoices(v), CSV: "/mitra-terdaftar/tabel.csv"}
	if r.URL.RawQuery != "" {
		page.CSV += "?" + q.Encode()
	}
	for _, k := range s.pack.PartnerKinds {
		page.Kinds = append(page.Kinds, frame.Choice{Value: k.ID, Text: k.Name.In(v.Lang)})
	}
	for _, x := range ronda.PartnerStates() {
		if x.Public() {
			page.States = append(page.States, frame.Choice{Value: string(x), Text: v.T("partner.state." + string(x))})
		}
	}
	for _, e := range entries {
		page.Rows = append(page.Rows, s.registerLine(v, e))
	}
	return s.frame.Render(w, r, frame.Page{Template: "mitra/terdaftar", Title: v.T("partner.register.title"), Section: frame.Data, Nav: "mitra", Data: page})
}

func (s *Site) registerLine(v *frame.Visit, e partner.Entry) registerLine {
	kind, _ := s.pack.PartnerKind(e.Kind)
	l := registerLine{Entry: e, KindName: kind.Name.In(v.Lang), RegionNames: strings.Join(s.regionNames(v, e.Regions), ", "), TopicNames: strings.Join(s.topicNames(v, e.Topics), ", "),
		TongueNames: strings.Join(s.tongueNames(v, e.Languages), ", "), StateName: v.T("partner.state." + string(e.State)), Standing: v.T("partner.standing." + string(e.Standing.Level())),
		Since: v.Date(e.Since)}
	if len(e.Ties) > 0 {
		l.TieNames = strings.Join(s.tieNames(v, e.Ties), ", ")
	}
	if x := e.Suspended(); x != nil {
		l.Reason = v.T("partner.suspended.because", "reason", v.T("partner.reason."+x.Reason), "date", v.Date(x.At))
	}
	if e.State == ronda.PartnerEnded {
		l.Ended = v.T("partner.ended."+e.EndedWhy) + " · " + v.Date(e.EndedAt)
	}
	return l
}

// sendRegister is the register as a table, with the filters of the page.
func (s *Site) sendRegister(w http.ResponseWriter, r *http.Request) error {
	f, _ := s.registerFilter(r.URL.Query())
	entries, err := s.opt.Partners.Register(r.Context(), f)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="mitra-terdaftar.csv"`)
	out := csv.NewWriter(w)
	rows := [][]string{{"id", "name", "kind", "regions", "languages", "topics", "ties", "state", "since", "until", "suspended_reason", "standing"}}
	for _, e := range entries {
		reason := ""
		if x := e.Suspended(); x != nil {
			reason = x.Reason
		}
		rows = append(rows, []string{e.ID, safeCell(e.Name), e.Kind, strings.Join(e.Regions, " "), strings.Join(e.Languages, " "), strings.Join(e.Topics, " "), strings.Join(e.Ties, " "),
			string(e.State), day(e.Since), day(e.Until), reason, string(e.Standing.Level())})
	}
	return out.WriteAll(rows)
}

// safeCell keeps a spreadsheet from taking a name for a formula.
func safeCell(s string) string {
	if strings.IndexAny(s, "=+-@\t\r") == 0 {
		return "'" + s
	}
	return s
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
