package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/intake"
	"ronda/internal/web/frame"
)

// reportDraft carries the answers of /lapor. Nothing of them lies on the server before the report is sent.
var reportDraft = frame.Draft{Name: "ronda_lapor", Path: "/lapor", Life: 2 * time.Hour}

// answers is a report in the making.
type answers struct {
	Key      string // idempotency key: the same report sent twice makes one ticket
	Links    string `json:",omitempty"` // as typed, one a line
	NoLink   bool   `json:",omitempty"`
	Text     string `json:",omitempty"`
	Category string `json:",omitempty"`
	Region   string `json:",omitempty"` // as chosen: a code, or one of the two words below
	Note     string `json:",omitempty"`
	Contact  string `json:",omitempty"`
	Proof    bool   `json:",omitempty"` // the page of proof was passed, all of it is optional
	Sent     *sent  `json:",omitempty"`
}

// sent is what remains of a draft after the report was sent.
type sent struct {
	Code   string
	Next   time.Time
	Joined bool
	Masked []ronda.MaskedKind `json:",omitempty"`
	Needs  []string           `json:",omitempty"`
	Region string
}

// Answers to the question of region that are no code.
const (
	regionAll     = "semua"
	regionUnknown = "tidak-tahu"
)

// steps are the pages of the form in order, with a test of whether their question is answered.
var steps = []struct {
	Path string
	Done func(answers) bool
}{
	{"/lapor/tautan", func(a answers) bool { return a.Links != "" || a.NoLink }},
	{"/lapor/masalah", func(a answers) bool { return a.Category != "" }},
	{"/lapor/wilayah", func(a answers) bool { return a.Region != "" }},
	{"/lapor/bukti", func(a answers) bool { return a.Proof }},
	{"/lapor/periksa-jawaban", func(answers) bool { return false }},
}

// loadAnswers reads the draft, or begins one with a fresh key.
func (s *Site) loadAnswers(r *http.Request) answers {
	var a answers
	if !s.frame.LoadDraft(r, reportDraft, &a) || a.Key == "" {
		a = answers{Key: ronda.IDs{Rand: s.opt.Rand}.New(s.opt.Now())}
	}
	return a
}

// startReport begins the form, with the message that was just checked where the form of /cek sends one along.
func (s *Site) startReport(w http.ResponseWriter, r *http.Request) error {
	a := s.loadAnswers(r)
	if a.Sent != nil {
		a = s.freshAnswers()
	}
	if r.Method == http.MethodPost {
		if err := r.ParseForm(); err != nil {
			return badForm(err)
		}
		text, err := cleanText(r.PostForm.Get("text"), "text", intake.MaxText)
		if err != nil {
			return err
		}
		a.Links, a.Text = s.splitLinks(text)
		a.NoLink = a.Links == ""
		if utf8.RuneCountInString(a.Text) > maxReported {
			tooLong := ronda.Errorf(ronda.Invalid, "text.too_long", "text").With("limit", strconv.Itoa(maxReported))
			return s.renderLink(w, r, linkValues(a), frame.VisitOf(r).Fields(tooLong))
		}
	}
	switch err := s.frame.SaveDraft(w, reportDraft, a); {
	case errors.Is(err, frame.ErrDraftTooLong):
		return s.renderLink(w, r, linkValues(a), frame.VisitOf(r).Fields(ronda.Errorf(ronda.Invalid, "report.too_long", "text")))
	case err != nil:
		return err
	}
	return s.frame.Redirect(w, r, "/lapor/tautan")
}

// restartReport throws the answers away and begins again.
func (s *Site) restartReport(w http.ResponseWriter, r *http.Request) error {
	if err := s.frame.SaveDraft(w, reportDraft, s.freshAnswers()); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/lapor/tautan")
}

func (s *Site) freshAnswers() answers {
	return answers{Key: ronda.IDs{Rand: s.opt.Rand}.New(s.opt.Now())}
}

// behind leads a person who comes to a page too early to the first open question, and one whose report is sent to its
// receipt. It returns "" where the page may be shown.
func (a answers) behind(path string) string {
	if a.Sent != nil {
		return "/lapor/terkirim"
	}
	for _, step := range steps {
		if step.Path == path {
			return ""
		}
		if !step.Done(a) {
			return step.Path
		}
	}
	return ""
}

// next is the first open question, so that changing one answer leads straight back to the review.
func (a answers) next() string {
	for _, step := range steps {
		if !step.Done(a) {
			return step.Path
		}
	}
	return steps[len(steps)-1].Path
}

// reportPage is the data of the pages of the form.
type reportPage struct {
	Form    frame.Form
	Step    int // 1-based
	Steps   int
	Back    string // path of the page before, "" on the first
	Choices []frame.Choice
	Groups  []regionGroup
	Help    []copyHelp
	Rows    []frame.Row
	Masked  string
	Days    int // days for a formal report
}

// renderStep shows one page of the form; faults are nil when it is first shown.
func (s *Site) renderStep(w http.ResponseWriter, r *http.Request, path string, page reportPage, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	page.Steps, page.Days = len(steps), s.formalDays()
	page.Form.Faults = faults
	for i, step := range steps {
		if step.Path == path {
			page.Step = i + 1
			if i > 0 {
				page.Back = steps[i-1].Path
			}
		}
	}
	name := path[1:] // lapor/tautan
	return s.frame.Render(w, r, frame.Page{Template: name, Title: v.T("report.title." + name[len("lapor/"):]), Nav: "lapor",
		Faults: faults, Private: true, Leave: true, Data: page})
}

// keepAnswers saves the answers and goes on; answers that are too long to carry are a fault of the field named.
func (s *Site) keepAnswers(w http.ResponseWriter, r *http.Request, a answers, field string) ([]i18n.FieldError, error) {
	switch err := s.frame.SaveDraft(w, reportDraft, a); {
	case errors.Is(err, frame.ErrDraftTooLong):
		return frame.VisitOf(r).Fields(ronda.Errorf(ronda.Invalid, "report.too_long", field)), nil
	case err != nil:
		return nil, err
	}
	return nil, s.frame.Redirect(w, r, a.next())
}
