package web

import (
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"

	"ronda"
	"ronda/internal/portal"
	"ronda/internal/web/frame"
)

// downloadPage is the data of page/data/downloads.html.
type downloadPage struct {
	Manifest    portal.Manifest
	Full, Daily []portal.File
	Progress    portal.Progress
	Tables      []tableView
	Started     string
}

// tableView is a table of the files with the meaning of its columns.
type tableView struct {
	Name, Text string
	Columns    []frame.Row
}

// showDownloads lists the files with their hashes, and how far the next making is.
func (s *Site) showDownloads(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	m, err := s.opt.Downloads.Manifest()
	if err != nil {
		return err
	}
	page := downloadPage{Manifest: m, Progress: s.opt.Downloads.Progress()}
	page.Started = v.Time(page.Progress.Since)
	for _, f := range m.Files {
		if f.Daily {
			page.Daily = append(page.Daily, f)
		} else {
			page.Full = append(page.Full, f)
		}
	}
	slices.Reverse(page.Daily)
	for _, t := range portal.Tables() {
		view := tableView{Name: t.Name, Text: v.T("portal.table." + t.Name)}
		for _, c := range t.Columns {
			view.Columns = append(view.Columns, frame.Row{Name: c.Name, Values: []string{v.T("portal.column." + t.Name + "." + c.Name)}})
		}
		page.Tables = append(page.Tables, view)
	}
	return s.frame.Render(w, r, frame.Page{Template: "data/downloads", Title: v.T("portal.way.download"), Section: frame.Data, Nav: "data", Crumbs: dataCrumbs(v), Data: page})
}

// sendDownload sends a finished file; a broken transfer can be resumed.
func (s *Site) sendDownload(w http.ResponseWriter, r *http.Request) error {
	f, info, err := s.opt.Downloads.Open(r.PathValue("nama"))
	if errors.Is(err, os.ErrNotExist) {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := s.opt.Downloads.Manifest()
	if err != nil {
		return err
	}
	kind := "application/x-ndjson"
	switch {
	case strings.HasSuffix(info.Name, ".parquet"):
		kind = "application/vnd.apache.parquet"
	case strings.HasSuffix(info.Name, ".csv"):
		kind = "text/csv; charset=utf-8"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("ETag", `"`+info.SHA256+`"`)
	h.Set("Cache-Control", "public, max-age=60")
	h.Set("Content-Disposition", `attachment; filename="ronda-`+info.Name+`"`)
	http.ServeContent(w, r, "", m.At, f)
	return nil
}
