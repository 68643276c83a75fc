package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// importPage is the data of page/work/desk_import.html.
type importPage struct {
	Form  frame.Form
	Found []Imported
	Kept  int
	Known int // that were here already
	Bad   int
	Left  int // that did not go into this one import
}

func (s *Site) showImport(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderImport(w, r, a, importPage{Form: frame.Form{Values: url.Values{}}}, nil)
}

func (s *Site) renderImport(w http.ResponseWriter, r *http.Request, a staff, page importPage, faults []i18n.FieldError) error {
	if err := s.onlyPartner(a); err != nil {
		return err
	}
	v := frame.VisitOf(r)
	page.Form.Faults = faults
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/desk_import", Title: v.T("desk.import.title"), Nav: "periksa-fakta", Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("desk.checks.title"), Path: "/mitra/periksa-fakta"}}, Data: page}))
}

// importMost is how many drafts one import makes.
const importMost = 100

// importChecks makes a draft of each fact-check that stands at an address or in a file. Nothing is published unread.
func (s *Site) importChecks(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := s.onlyPartner(a); err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	page := importPage{Form: frame.Form{Values: r.PostForm}}
	found, err := s.readImport(r)
	if faults := v.Fields(err); len(faults) > 0 {
		return s.renderImport(w, r, a, page, faults)
	}
	if err != nil {
		return err
	}
	here, err := s.alreadyHere(r.Context(), a)
	if err != nil {
		return err
	}
	for i := range found {
		x := &found[i]
		if x.Fault != "" {
			x.Why = v.T("import.row."+x.Fault, "field", v.T("import.field."+x.Field))
			page.Bad++
			continue
		}
		if x.Known, err = here.find(r.Context(), x.Content); err != nil {
			return err
		}
		switch {
		case x.Known != "":
			page.Known++
		case page.Kept == importMost:
			page.Left++
		default:
			if _, err := s.opt.Publish.SaveDraft(r.Context(), a.Actor, "", 0, func(d *ronda.CheckDraft) { d.Content = x.Content }); err != nil {
				return err
			}
			page.Kept++
			x.Taken = true
			here.add(x.Content, "draft")
		}
	}
	page.Found = found
	return s.renderImport(w, r, a, page, nil)
}

func (s *Site) readImport(r *http.Request) ([]Imported, error) {
	if list := files(r, "file"); len(list) > 0 {
		if list[0].Size > maxFile {
			return nil, ronda.Errorf(ronda.Invalid, "file.too_large", "file").With("mb", strconv.Itoa(maxFile>>20))
		}
		f, err := list[0].Open()
		if err != nil {
			return nil, err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, maxFile))
		if err != nil {
			return nil, err
		}
		return s.opt.ImportFile(list[0].Filename, data)
	}
	address, err := cleanLine(r.PostForm.Get("address"), "address", 2000)
	if err != nil {
		return nil, err
	}
	if address == "" {
		return nil, ronda.Errorf(ronda.Invalid, "import.missing", "address")
	}
	return s.opt.ImportPage(r.Context(), address)
}

// knownChecks are an organisation's drafts and checks, so that the same page or file again makes no second draft of any.
type knownChecks struct {
	site  *Site
	state map[string]string // by address, and by claim where there is none
}

func (s *Site) alreadyHere(ctx context.Context, a staff) (knownChecks, error) {
	k := knownChecks{s, map[string]string{}}
	drafts, err := s.opt.Publications.CheckDrafts(ctx, a.Org)
	if err != nil {
		return k, err
	}
	for _, d := range drafts {
		k.add(d.Content, "draft")
	}
	checks, err := s.opt.Publications.OrgFactChecks(ctx, a.Org, 2000)
	if err != nil {
		return k, err
	}
	for _, f := range checks {
		k.add(f.Content(), "published")
	}
	return k, nil
}

func (k knownChecks) key(c ronda.CheckContent) string {
	if c.URL != "" {
		return c.URL
	}
	return "\x00" + c.Claim.In(c.Language)
}

func (k knownChecks) add(c ronda.CheckContent, state string) { k.state[k.key(c)] = state }

// find tells whether a check is here: the organisation's own, or one that came from the same address by another way.
func (k knownChecks) find(ctx context.Context, c ronda.CheckContent) (string, error) {
	if state := k.state[k.key(c)]; state != "" || c.URL == "" {
		return state, nil
	}
	_, err := k.site.opt.Publications.FactCheckAt(ctx, c.URL)
	switch {
	case ronda.KindOf(err) == ronda.NotFound:
		return "", nil
	case err != nil:
		return "", err
	}
	return "published", nil
}
