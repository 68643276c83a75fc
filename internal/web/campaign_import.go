package web

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"ronda"
	"ronda/internal/campaign"
	"ronda/internal/web/frame"
)

// tablePage is the data of page/work/register_import.html: what an import would do, before anything is saved.
type tablePage struct {
	Name, Base  string
	Plan        campaign.Plan
	Good, Mend  string // tables that the next step reads again
	Bad         []badRow
	Fresh       []freshRow
	More        int // new rows beyond those that are shown
	Form        frame.Form
	Published   bool
	KindName    string
	NothingGood bool
}

type badRow struct {
	Line      int
	Why, Text string
}

type freshRow struct {
	Line              int
	Pair, What, Place string
}

// mostFresh is how many new rows a preview shows.
const mostFresh = 100

// previewTable reads a file, or what was mended of it, and says what would happen to each row.
func (s *Site) previewTable(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.mayRegister(r, a); err != nil {
		return err
	}
	if err := parseMultipart(r); err != nil {
		return err
	}
	defer dropFiles(r)
	data, err := tableOf(r)
	if err == nil {
		var plan campaign.Plan
		if plan, err = s.opt.Campaign.Preview(r.Context(), a.Actor, r.PathValue("contest"), data); err == nil {
			return s.renderTable(w, r, a, plan, false)
		}
	}
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderCampaignDesk(w, r, a, "impor", url.Values{}, frame.VisitOf(r).Fields(err))
	}
	return err
}

// tableOf is the file that was sent, or the two parts of a preview joined.
func tableOf(r *http.Request) ([]byte, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		if good, mend := r.PostForm.Get("good"), r.PostForm.Get("mend"); good != "" || mend != "" {
			return campaign.Join(good, mend), nil
		}
		return nil, ronda.Errorf(ronda.Invalid, "campaign.file_missing", "file")
	}
	h := r.MultipartForm.File["file"][0]
	if h.Size > campaign.MaxFile {
		return nil, ronda.Errorf(ronda.Invalid, "campaign.file_large", "file").With("mb", strconv.Itoa(campaign.MaxFile>>20))
	}
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, campaign.MaxFile+1))
}

// publishTable brings the good rows in, or only looks again at what was mended.
func (s *Site) publishTable(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.mayRegister(r, a); err != nil {
		return err
	}
	if err := parseMultipart(r); err != nil {
		return err
	}
	defer dropFiles(r)
	data, err := tableOf(r)
	if err != nil {
		return err
	}
	contest := r.PathValue("contest")
	if r.PostForm.Get("do") != "publish" {
		plan, err := s.opt.Campaign.Preview(r.Context(), a.Actor, contest, data)
		if ronda.KindOf(err) == ronda.Invalid {
			return s.renderCampaignDesk(w, r, a, "impor", url.Values{}, frame.VisitOf(r).Fields(err))
		}
		if err != nil {
			return err
		}
		return s.renderTable(w, r, a, plan, false)
	}
	plan, err := s.opt.Campaign.Publish(r.Context(), a.Actor, contest, data)
	switch {
	case ronda.KindOf(err) == ronda.Invalid:
		return s.renderCampaignDesk(w, r, a, "impor", url.Values{}, frame.VisitOf(r).Fields(err))
	case err != nil:
		return err
	case plan.Bad > 0:
		return s.renderTable(w, r, a, plan, true)
	}
	return s.frame.Redirect(w, r, "/kerja/akun-kampanye/"+url.PathEscape(contest)+"?selesai=terbit&n="+strconv.Itoa(plan.New))
}

// mayRegister refuses before anything of the form is read.
func (s *Site) mayRegister(r *http.Request, a staff) error {
	c, ok := s.pack.Contest(r.PathValue("contest"))
	if !ok {
		return ronda.Errorf(ronda.NotFound, "campaign.contest_unknown", "contest")
	}
	return ronda.CanRegister(a.Actor, c, s.pack)
}

func (s *Site) renderTable(w http.ResponseWriter, r *http.Request, a staff, plan campaign.Plan, published bool) error {
	v := frame.VisitOf(r)
	c, _ := s.pack.Contest(plan.Contest)
	page := tablePage{Name: s.contestName(v, c), Base: "/kerja/akun-kampanye/" + c.ID, Plan: plan, Good: plan.Table(false), Mend: plan.Table(true), Published: published,
		KindName: v.T("campaign.table." + plan.Kind), NothingGood: plan.New == 0}
	page.Form = frame.Form{Values: url.Values{"mend": {page.Mend}}}
	for _, row := range plan.Rows {
		switch row.State {
		case campaign.RowBad:
			page.Bad = append(page.Bad, badRow{Line: row.Line, Why: v.Fields(row.Fault)[0].Text})
		case campaign.RowNew:
			if len(page.Fresh) == mostFresh {
				page.More++
				continue
			}
			f := freshRow{Line: row.Line}
			if plan.Kind == campaign.TablePairs {
				f.Pair, f.What = v.T("campaign.pair", "n", row.Pair.Number), pairNames(v, row.Pair)
			} else {
				f.Pair, f.What = v.T("campaign.pair", "n", row.Account.Pair), "@"+row.Account.Handle
				f.Place = s.pack.PlatformName(row.Account.Platform) + ", " + v.T("campaign.kind."+string(row.Account.Kind))
			}
			page.Fresh = append(page.Fresh, f)
		}
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/register_import", Title: v.T("campaign.import.title"), Nav: "akun-kampanye",
		Crumbs: []frame.Crumb{{Text: page.Name, Path: page.Base}}, Data: page}))
}
