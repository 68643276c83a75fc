package web

import (
	"net/http"
	"net/url"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/intake"
	"ronda/internal/web/frame"
)

// reviewReport shows all answers once more, says what will be masked, and takes the files with the report itself.
func (s *Site) reviewReport(w http.ResponseWriter, r *http.Request) error {
	a := s.loadAnswers(r)
	if to := a.behind("/lapor/periksa-jawaban"); to != "" {
		return s.frame.Redirect(w, r, to)
	}
	return s.renderReview(w, r, a, nil)
}

func (s *Site) renderReview(w http.ResponseWriter, r *http.Request, a answers, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	text, kinds := maskPreview(a.Text)
	note, more := maskPreview(a.Note)
	category, _ := s.pack.Category(a.Category)
	rows := []frame.Row{
		{ID: "link", Name: v.T("report.row.link"), Values: s.linkWords(v, a), Change: "/lapor/tautan"},
		{ID: "text", Name: v.T("report.row.text"), Values: orNone(v, text), Change: "/lapor/tautan"},
		{ID: "category", Name: v.T("report.row.problem"), Values: []string{category.Name.In(v.Lang)}, Change: "/lapor/masalah"},
		{ID: "region", Name: v.T("report.row.region"), Values: []string{s.regionWords(v, a.Region)}, Change: "/lapor/wilayah"},
		{ID: "note", Name: v.T("report.row.note"), Values: orNone(v, note), Change: "/lapor/bukti"},
		{ID: "contact", Name: v.T("report.row.contact"), Values: orNone(v, a.Contact), Change: "/lapor/bukti"},
	}
	page := reportPage{Form: frame.Form{Values: url.Values{}}, Rows: rows, Masked: maskedWords(v, addKinds(kinds, more))}
	return s.renderStep(w, r, "/lapor/periksa-jawaban", page, faults)
}

// linkWords names each address with what it was understood as: "https://… (TikTok)".
func (s *Site) linkWords(v *frame.Visit, a answers) []string {
	if a.Links == "" {
		return []string{v.T("report.no_link")}
	}
	var out []string
	for _, raw := range strings.Fields(a.Links) {
		words := raw
		if l, err := s.links.Parse(raw); err == nil {
			if p, ok := s.pack.Platform(l.Platform); ok {
				words += " (" + p.Name + ")"
			}
		}
		out = append(out, words)
	}
	return out
}

func orNone(v *frame.Visit, text string) []string {
	if text == "" {
		return []string{v.T("report.none")}
	}
	return []string{text}
}

// addKinds adds up what was masked in two texts.
func addKinds(a, b []ronda.MaskedKind) []ronda.MaskedKind {
	for _, x := range b {
		found := false
		for i := range a {
			if a[i].Kind == x.Kind {
				a[i].Count += x.Count
				found = true
			}
		}
		if !found {
			a = append(a, x)
		}
	}
	return a
}

// sendReport sends the report. The key of the draft makes a second press of the button, or Back and send again, the same
// report; the receipt then takes the place of the answers in what the person carries.
func (s *Site) sendReport(w http.ResponseWriter, r *http.Request) error {
	if err := parseMultipart(r); err != nil {
		return err
	}
	defer dropFiles(r)
	a := s.loadAnswers(r)
	if to := a.behind("/lapor/periksa-jawaban"); to != "" {
		return s.frame.Redirect(w, r, to)
	}
	v := frame.VisitOf(r)
	files, err := readUploads(r, "file")
	defer closeUploads(files)
	if err != nil {
		if faults := v.Fields(err); len(faults) > 0 {
			return s.renderReview(w, r, a, faults)
		}
		return err
	}
	receipt, err := s.opt.Intake.Submit(r.Context(), intake.ReportInput{
		Links: strings.Fields(a.Links), NoLink: a.NoLink, Text: withNote(v, a), Category: a.Category,
		Region: regionCode(a.Region), Anywhere: regionCode(a.Region) == "", Contact: a.Contact, Files: files,
		Channel: "web", Lang: v.Lang, Sender: v.Addr.String(), IdemKey: a.Key,
	})
	if err != nil {
		if faults := v.Fields(err); len(faults) > 0 {
			return s.renderReview(w, r, a, faults)
		}
		return ourFault(err)
	}
	done := answers{Key: a.Key, Sent: &sent{Code: receipt.Code, Next: receipt.Next, Joined: receipt.Joined,
		Masked: receipt.Masked, Needs: receipt.Missing, Region: regionCode(a.Region)}}
	if err := s.frame.SaveDraft(w, reportDraft, done); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/lapor/terkirim")
}

// sentPage is the data of page/lapor/terkirim.html.
type sentPage struct {
	Code, Path string
	Next       string
	Joined     bool
	Masked     string
	Needs      []string
	Days       int
}

// showSent shows the code, what happens next and when. It can be opened again as long as the person carries the receipt.
func (s *Site) showSent(w http.ResponseWriter, r *http.Request) error {
	a := s.loadAnswers(r)
	if a.Sent == nil {
		return s.frame.Redirect(w, r, a.next())
	}
	v := frame.VisitOf(r)
	page := sentPage{Code: a.Sent.Code, Path: "/tiket/" + a.Sent.Code, Next: v.TimeIn(a.Sent.Next, s.pack.Zone(a.Sent.Region)),
		Joined: a.Sent.Joined, Masked: maskedWords(v, a.Sent.Masked), Needs: a.Sent.Needs, Days: s.formalDays()}
	return s.frame.Render(w, r, frame.Page{Template: "lapor/terkirim", Title: v.T("report.sent.title"), Nav: "lapor",
		Private: true, Leave: true, Data: page})
}

// leave throws away what the person carries of a report and leads to a harmless page.
func (s *Site) leave(w http.ResponseWriter, r *http.Request) error {
	s.frame.DropDraft(w, reportDraft)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, s.opt.Leave, http.StatusSeeOther)
	return nil
}

// formalDays is how many days a formal violation report may take, 0 where the pack names none.
func (s *Site) formalDays() int {
	for _, p := range s.pack.Referrals {
		if p.ID == "formal_violation" {
			return p.Days
		}
	}
	return 0
}

// withNote joins the message and what the reporter adds to it, each recognisable.
func withNote(v *frame.Visit, a answers) string {
	switch {
	case a.Note == "":
		return a.Text
	case a.Text == "":
		return a.Note
	}
	return a.Text + "\n\n" + v.T("report.note.heading") + "\n" + a.Note
}
