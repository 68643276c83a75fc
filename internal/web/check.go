package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/intake"
	"ronda/internal/mask"
	"ronda/internal/web/frame"
)

// checkPage is the data of page/check.html.
type checkPage struct {
	intake.CheckResult
	Best    *hitView // the match
	Similar []hitView
	Long    bool           // the message is too long to stand open on the page
	Trouble string         // why an address cannot be looked up
	Masked  string         // what was masked, in words; "" for nothing
	Rumour  *rumourView    // recurrent theme that it sounds like
	Said    []bulletinView // what the election commission said itself
	Share   string         // address that opens WhatsApp with the result
	Form    frame.Form
}

// rumourView is a recurrent theme with the answer that was prepared for it.
type rumourView struct{ Name, Text, Path string }

// hitView is a hit in one language.
type hitView struct {
	checkLine
	Why []string
}

// checkMessage answers what a pasted message is. The answer is rendered for the post itself: no address holds the text.
func (s *Site) checkMessage(w http.ResponseWriter, r *http.Request) error {
	in, fault := s.readMessage(r)
	v := frame.VisitOf(r)
	if fault != nil {
		if ronda.KindOf(fault) != ronda.Invalid {
			return fault
		}
		return s.renderHome(w, r, r.PostForm, v.Fields(fault))
	}
	result, err := s.opt.Intake.Check(r.Context(), in)
	if err != nil {
		if faults := v.Fields(err); len(faults) > 0 {
			return s.renderHome(w, r, r.PostForm, faults)
		}
		return err
	}
	page := checkPage{CheckResult: result, Long: len(result.Text) > 900, Masked: maskedWords(v, result.Masked),
		Form: frame.Form{Values: url.Values{"text": {result.Text}}}}
	if result.Problem != nil {
		page.Trouble = v.Error(result.Problem)
	}
	if t := result.Theme; t != nil {
		page.Rumour = &rumourView{Name: t.Name.In(v.Lang), Text: t.Prebunk.In(v.Lang), Path: "/bahan?tema=" + url.QueryEscape(t.ID)}
	}
	for _, b := range result.Official {
		page.Said = append(page.Said, s.bulletinView(r, v, b))
	}
	for i, h := range result.Hits {
		view := hitView{checkLine: lineOf(v, h.Claim), Why: s.reasons(v, h.Why)}
		if i == 0 && result.Level == "match" {
			page.Best = &view
			page.Share = s.shareLink(v, view.checkLine)
		} else if len(page.Similar) < 4 {
			page.Similar = append(page.Similar, view)
		}
	}
	title := v.T("check.title." + result.Level)
	if page.Best != nil {
		title = v.T("verdict."+string(page.Best.Verdict)) + ": " + page.Best.Title
	}
	return s.frame.Render(w, r, frame.Page{Template: "check", Title: title, Nav: "cek", Private: true,
		Crumbs: []frame.Crumb{{Text: v.T("nav.check"), Path: "/"}}, Data: page})
}

// allowMessage keeps a message for the fact-checkers, because its sender said that they may see it.
func (s *Site) allowMessage(w http.ResponseWriter, r *http.Request) error {
	in, fault := s.readMessage(r)
	if fault != nil {
		return fault
	}
	code, err := s.opt.Intake.AllowCode(r.Context(), in)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	data := struct{ Code string }{}
	if code != "" && s.opt.Answer != nil {
		data.Code = ronda.FormatCode(code)
	}
	return s.frame.Render(w, r, frame.Page{Template: "wished", Title: v.T("check.wished.title"), Nav: "cek", Private: true, Data: data})
}

// readMessage takes the pasted message out of a form.
func (s *Site) readMessage(r *http.Request) (intake.CheckInput, error) {
	if err := r.ParseForm(); err != nil {
		return intake.CheckInput{}, badForm(err)
	}
	text, err := cleanText(r.PostForm.Get("text"), "text", intake.MaxText)
	if err != nil {
		return intake.CheckInput{}, err
	}
	if text == "" {
		return intake.CheckInput{}, ronda.Errorf(ronda.Invalid, "check.empty", "text")
	}
	v := frame.VisitOf(r)
	return intake.CheckInput{Text: text, Lang: v.Lang, Channel: "web", Sender: v.Addr.String()}, nil
}

// shareLink opens WhatsApp with the verdict, the truth and the lasting address: nothing of the pasted message.
func (s *Site) shareLink(v *frame.Visit, c checkLine) string {
	text := v.T("check.share.text", "verdict", upper(v.T("verdict."+string(c.Verdict))), "truth", c.Truth,
		"link", s.frame.Absolute(v.Prefix+c.Path))
	return "https://wa.me/?text=" + url.QueryEscape(text)
}

// maskedWords says what was masked: "1 nomor telepon dan 2 surel".
func maskedWords(v *frame.Visit, kinds []ronda.MaskedKind) string {
	var parts []string
	for _, k := range kinds {
		parts = append(parts, v.T("masked."+k.Kind, "n", k.Count))
	}
	return v.List(parts)
}

// maskPreview masks a text as intake will, to show it before it is sent.
func maskPreview(text string) (string, []ronda.MaskedKind) {
	masked, removed := mask.Text(text)
	var kinds []ronda.MaskedKind
	for _, k := range removed {
		kinds = append(kinds, ronda.MaskedKind{Kind: string(k.Kind), Count: k.Count})
	}
	return masked, kinds
}
