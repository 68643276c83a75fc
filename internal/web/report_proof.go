package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

const (
	maxNote    = 2000
	maxContact = 120
)

// askProof asks for what helps the officers: a word on what was seen, and how to ask back. All of it is optional.
func (s *Site) askProof(w http.ResponseWriter, r *http.Request) error {
	a := s.loadAnswers(r)
	if to := a.behind("/lapor/bukti"); to != "" {
		return s.frame.Redirect(w, r, to)
	}
	return s.renderProof(w, r, url.Values{"note": {a.Note}, "contact": {a.Contact}}, nil)
}

func (s *Site) renderProof(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	return s.renderStep(w, r, "/lapor/bukti", reportPage{Form: frame.Form{Values: values}}, faults)
}

// saveProof takes note and contact.
func (s *Site) saveProof(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	a := s.loadAnswers(r)
	if to := a.behind("/lapor/bukti"); to != "" {
		return s.frame.Redirect(w, r, to)
	}
	v := frame.VisitOf(r)
	var faults []i18n.FieldError
	var err error
	if a.Note, err = cleanText(r.PostForm.Get("note"), "note", maxNote); err != nil {
		faults = append(faults, v.Fields(err)...)
	}
	if a.Contact, err = cleanLine(r.PostForm.Get("contact"), "contact", maxContact); err != nil {
		faults = append(faults, v.Fields(err)...)
	} else if a.Contact != "" && !reachable(a.Contact) {
		faults = append(faults, v.Fields(ronda.Errorf(ronda.Invalid, "report.contact", "contact"))...)
	}
	if len(faults) == 0 {
		a.Proof = true
		if faults, err = s.keepAnswers(w, r, a, "note"); faults == nil {
			return err
		}
	}
	return s.renderProof(w, r, r.PostForm, faults)
}

// reachable tells whether a contact can be one: an e-mail address or a telephone number.
func reachable(contact string) bool {
	digits, at, dot := 0, -1, -1
	for i, c := range contact {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '@' && at < 0:
			at = i
		case c == '.':
			dot = i
		}
	}
	return digits >= 8 && digits <= 15 && at < 0 || at > 0 && dot > at+1 && dot < len(contact)-1
}
