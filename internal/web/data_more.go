package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"

	"ronda"
	"ronda/internal/ledger"
	"ronda/internal/portal/chart"
	"ronda/internal/web/frame"
)

// Defs are the patterns of the drawings.
func (placePage) Defs() any { return chart.Defs() }

// showChart answers for one chart: as a page, ".csv" as its table, ".svg" as a picture to be embedded.
func (s *Site) showChart(w http.ResponseWriter, r *http.Request) error {
	d := s.look(r)
	name := r.PathValue("nama")
	id, form, _ := strings.Cut(name, ".")
	if id == "peta" && form == "csv" {
		m := d.tiles()
		return writeCSV(w, "ronda-peta.csv", m.Head, m.Rows)
	}
	for _, f := range d.all() {
		switch {
		case f.ID != id:
		case form == "csv":
			return writeCSV(w, "ronda-"+id+".csv", f.Head, f.Rows)
		case form == "svg" && !f.Table:
			w.Header().Set("Content-Type", "image/svg+xml; charset=utf-8")
			w.Header().Set("Cache-Control", "public, max-age=300")
			w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
			_, err := w.Write(f.Draw.File(f.Title, d.T("portal.embed.source", "time", d.updated, "address", s.frame.Absolute(d.Prefix+"/data"))))
			return err
		case form == "":
			page := chartPage{Figure: f, Updated: d.updated}
			if !f.Table {
				page.Link = s.frame.Absolute(d.Prefix + "/data/bagan/" + id + d.suffix())
				page.Image = s.frame.Absolute(d.Prefix + "/data/bagan/" + id + ".svg" + d.suffix())
				page.Code = `<a href="` + page.Link + `"><img src="` + page.Image + `" alt="` + strings.ReplaceAll(f.Title, `"`, "&quot;") + `" width="672"></a>`
			}
			return s.frame.Render(w, r, frame.Page{Template: "data/chart", Title: f.Title, Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(d.Visit), Data: page,
				Share: &frame.Share{Title: f.Title, Description: d.T("portal.embed.source", "time", d.updated, "address", "Ronda")}})
		}
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}

// chartPage is the data of page/data/chart.html.
type chartPage struct {
	Figure            figure
	Link, Image, Code string
	Updated           string
}

// Defs are the patterns of the drawing.
func (chartPage) Defs() any { return chart.Defs() }

// writeCSV sends a table with the numbers as the page writes them, so that both are equal.
func writeCSV(w http.ResponseWriter, name string, head []string, rows [][]string) error {
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	if err := c.WriteAll(append([][]string{head}, rows...)); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := w.Write(b.Bytes())
	return err
}

// prosePage is the data of page/data/prose.html.
type prosePage struct {
	Title, Lead string
	Parts       []prosePart
	Empty       string
}

type prosePart struct{ Head, Text string }

// showMethod says how each number is made and what it cannot say.
func (s *Site) showMethod(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	page := prosePage{Title: v.T("portal.way.method"), Lead: v.T("portal.method.lead")}
	for _, k := range []string{"source", "cases", "acts", "outcomes", "speed", "hour", "fair", "review", "objections", "small", "map", "limits", "check"} {
		page.Parts = append(page.Parts, prosePart{Head: v.T("portal.method." + k + ".h"), Text: v.T("portal.method." + k)})
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/prose", Title: page.Title, Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(v), Data: page})
}

// logPage is the data of the pages about the public log.
type logPage struct {
	ledger.Status
	Root    string
	Base    string
	Seen    []witnessLine
	Verify  bool
	Updated string
}

// witnessLine is a witness in words.
type witnessLine struct{ Name, Key, When string }

// showLog says how the public log stands, and on /verifikasi how anyone can check it.
func (s *Site) showLog(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	st, err := s.opt.LogStatus(r.Context())
	if err != nil {
		return err
	}
	page := logPage{Status: st, Root: st.Root.String(), Base: strings.TrimSuffix(s.frame.Absolute("/log/"), "/"), Verify: strings.HasSuffix(v.Path, "/verifikasi"), Updated: v.Time(v.Now)}
	for _, x := range st.Witnesses {
		line := witnessLine{Name: x.Name, Key: x.Key, When: v.T("portal.log.unseen")}
		if !x.At.IsZero() {
			line.When = v.Time(x.At)
		}
		page.Seen = append(page.Seen, line)
	}
	title, crumbs := v.T("portal.way.log"), dataCrumbs(v)
	if page.Verify {
		title, crumbs = v.T("portal.log.verify"), dataCrumbs(v, frame.Crumb{Text: v.T("portal.way.log"), Path: "/data/log"})
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/log", Title: title, Section: frame.Data, Nav: "data", Crumbs: crumbs, Data: page})
}
