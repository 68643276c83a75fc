package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ronda"
	"ronda/internal/casework"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// noticePage is the data of page/work/notice_new.html.
type noticePage struct {
	casework.View
	Form      frame.Form
	Act       ronda.Act
	ActName   string
	Ground    string
	Measure   string
	Items     []frame.Choice
	Platforms []frame.Choice
	Ministry  string
	Evidence  []frame.Choice
	Basis     []frame.Choice
	Power     bool // criticism of power: no order, no four hours
	Hours     string
}

func (s *Site) showNewNotice(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderNewNotice(w, r, a, r.URL.Query(), nil)
}

func (s *Site) renderNewNotice(w http.ResponseWriter, r *http.Request, a staff, values url.Values, faults []i18n.FieldError) error {
	view, err := s.opt.Casework.View(r.Context(), a.Actor, r.PathValue("no"))
	if err != nil {
		return err
	}
	v, c := frame.VisitOf(r), view.Case
	if c.Decision == nil || c.Decision.Outcome != ronda.OutcomeAct {
		return ronda.Errorf(ronda.Conflict, "notice.no_decision", "")
	}
	act := ronda.Act(values.Get("jenis"))
	if act != ronda.Order && act != ronda.Flag {
		act = c.Decision.Act
	}
	values.Set("jenis", string(act))
	page := noticePage{View: view, Act: act, ActName: v.T("act." + string(act)), Ground: s.groundName(v, c.Decision.Ground, c.RuleDate()),
		Measure: v.T("measure." + string(c.Decision.Measure)), Power: c.Decision.Target.OfPower()}
	for _, id := range c.Platforms() {
		page.Platforms = append(page.Platforms, frame.Choice{Value: id, Text: s.pack.PlatformName(id)})
	}
	if values.Get("platform") == "" && len(page.Platforms) > 0 {
		values.Set("platform", page.Platforms[0].Value)
	}
	for _, x := range s.pack.Authorities {
		if x.Role == "ministry" {
			page.Ministry = s.pack.AuthorityName(x.ID, v.Now).Name.In(v.Lang)
		}
	}
	s.noticeChoices(v, c, values, &page)
	page.Form = frame.Form{Values: values, Faults: faults}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/notice_new", Title: page.ActName + " · " + c.Number, Nav: "antrean",
		Crumbs: []frame.Crumb{{Text: v.T("queue.title"), Path: "/kerja/antrean"}, {Text: c.Number, Path: "/kerja/kasus/" + c.Number}}, Faults: faults, Data: page}))
}

// noticeChoices offers what the act can name, and fills in what the readers wrote, to be edited.
func (s *Site) noticeChoices(v *frame.Visit, c ronda.Case, values url.Values, page *noticePage) {
	first := !values.Has("explanation")
	for _, it := range c.Items {
		if it.Private || it.Unsettled {
			continue
		}
		page.Items = append(page.Items, frame.Choice{Value: it.ID, Text: it.Address, Hint: s.pack.PlatformName(it.Platform) + " · " + v.T("item."+string(it.State))})
		if first && (page.Act == ronda.Request || it.Platform == values.Get("platform")) {
			values.Add("items", it.ID)
		}
	}
	for _, e := range c.Evidence {
		page.Evidence = append(page.Evidence, frame.Choice{Value: e.ID, Text: v.T("evidence."+e.Kind) + " · " + v.TimeIn(e.CapturedAt, s.pack.Zone(c.Region))})
		if first {
			values.Add("evidence", e.ID)
		}
	}
	for _, n := range c.Notices {
		if n.Act == ronda.Request && n.State == ronda.NoticeAccepted {
			page.Basis = append(page.Basis, frame.Choice{Value: n.ID, Text: n.Number})
			if first {
				values.Set("basis", n.ID)
			}
		}
	}
	if !first {
		return
	}
	for _, x := range c.Conclusions() {
		if x.Outcome == ronda.OutcomeAct && x.Ground == c.Decision.Ground {
			values.Set("explanation", x.Summary)
			values.Set("necessity", x.Necessity)
			values.Set("legal_analysis", s.analysisOf(v, x))
			return
		}
	}
}

// analysisOf makes the draft of a legal analysis from a reader's findings, element by element.
func (s *Site) analysisOf(v *frame.Visit, x ronda.Assessment) string {
	g, ok := s.pack.GroundAt(x.Ground, x.RuleDate)
	if !ok {
		return x.PolicyNote
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s.\n", g.Cite)
	for _, e := range x.Elements {
		fmt.Fprintf(&b, "%s: %s. %s\n", elementText(v, g, x.RuleDate, e.Element), v.T("finding."+string(e.Finding)), e.Because)
	}
	return b.String()
}

func (s *Site) sendNotice(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f, v := r.PostForm, frame.VisitOf(r)
	view, err := s.opt.Casework.View(r.Context(), a.Actor, r.PathValue("no"))
	if err != nil {
		return err
	}
	if f.Get("laku") != "kirim" {
		for _, name := range []string{"items", "evidence", "explanation", "necessity", "legal_analysis"} {
			f.Del(name)
		}
		return s.renderNewNotice(w, r, a, f, nil)
	}
	cmd, err := s.sendOf(r.Context(), f)
	if err != nil {
		return err
	}
	_, err = s.opt.Casework.Do(r.Context(), a.Actor, view.Case.ID, 0, cmd)
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/kerja/kasus/"+view.Case.Number)
	case ronda.Invalid, ronda.Conflict, ronda.Forbidden:
		faults := v.Fields(err)
		if len(faults) == 0 {
			faults = append(faults, i18n.FieldError{Text: v.Error(err)})
		}
		if kind := ronda.KindOf(err); kind != ronda.Invalid { // the form is right, what it asks for is refused
			faults[0].Kind = kind
		}
		return s.renderNewNotice(w, r, a, f, faults)
	}
	return err
}

// sendOf reads an act from the form.
func (s *Site) sendOf(ctx context.Context, f url.Values) (ronda.Send, error) {
	cmd := ronda.Send{
		Act: ronda.Act(f.Get("jenis")), Items: f["items"], Number: f.Get("number"), Explanation: f.Get("explanation"), LegalAnalysis: f.Get("legal_analysis"),
		Necessity: f.Get("necessity"), GoodFaith: f.Get("good_faith") != "", Urgent: f.Get("urgent") != "", Evidence: f["evidence"], Basis: f.Get("basis"), NewFacts: f.Get("new_facts"),
	}
	if cmd.Act == ronda.Request {
		for _, x := range s.pack.Authorities {
			if x.Role == "ministry" {
				cmd.Authority = x.ID
			}
		}
		cmd.Channel = "portal"
	} else {
		cmd.Platform = f.Get("platform")
		var err error
		if cmd.Channel, err = s.opt.Notices.ChannelFor(ctx, cmd.Platform); err != nil {
			return cmd, err
		}
	}
	if f.Get("det_agency") != "" || f.Get("det_number") != "" {
		d := &ronda.Determination{Agency: f.Get("det_agency"), Number: f.Get("det_number"), Subject: f.Get("det_subject"), Evidence: f.Get("det_evidence")}
		if at, err := time.ParseInLocation(time.DateOnly, f.Get("det_date"), s.pack.Zone("")); err == nil {
			d.Date = at.UTC()
		}
		cmd.Determination = d
	}
	return cmd, nil
}

// changeNotice carries out one form of an act on the case page.
func (s *Site) changeNotice(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := parseForm(r); err != nil {
		return err
	}
	f, id, act := r.PostForm, r.PathValue("id"), r.PathValue("act")
	view, err := s.opt.Casework.View(r.Context(), a.Actor, r.PathValue("no"))
	if err != nil {
		return err
	}
	var cmds []ronda.Command
	switch act {
	case "tandatangan":
		cmds = append(cmds, ronda.Countersign{Notice: id})
	case "serahkan":
		cmds, err = s.handedOver(r, a, view.Case, id, f)
	case "terima":
		cmds = append(cmds, ronda.Receive{Notice: id, Proof: f.Get("proof")})
	case "ulang":
		cmds = append(cmds, ronda.Requeue{Notice: id, Because: f.Get("because")})
	case "jawab":
		cmds = append(cmds, ronda.AnswerRequest{Notice: id, Accept: f.Get("accept") == "ya", Reason: f.Get("reason")})
	case "informasi":
		cmds = append(cmds, ronda.GiveInformation{Notice: id, Text: f.Get("text")})
	case "peringatkan":
		cmds = append(cmds, ronda.Warn{Notice: id, Text: f.Get("text")})
	case "terima-surat":
		cmds = append(cmds, ronda.ReceiveWarning{Notice: id, Proof: f.Get("proof")})
	case "rekomendasi":
		cmds = append(cmds, ronda.RecommendBlock{Notice: id, Note: f.Get("note")})
	case "periksa":
		cmds = append(cmds, ronda.Recheck{Notice: id, Item: f.Get("item"), Result: ronda.RecheckResult(f.Get("result")), Person: true})
	case "tarik":
		cmds = append(cmds, ronda.Withdraw{Notice: id, Reason: f.Get("reason")})
	default:
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	for _, cmd := range cmds {
		if err == nil {
			_, err = s.opt.Casework.Do(r.Context(), a.Actor, view.Case.ID, 0, cmd)
		}
	}
	return s.afterAct(w, r, a, id+"/"+act, err)
}

// handedOver records that a person gave the letter away: proof first, then the act, so that a crash between the two loses no proof.
func (s *Site) handedOver(r *http.Request, a staff, c ronda.Case, id string, f url.Values) ([]ronda.Command, error) {
	n, ok := c.Notice(id)
	if !ok || n.Channel != "manual" {
		return nil, ronda.Errorf(ronda.NotFound, "notice.not_found", "")
	}
	if !ronda.Sentence(f.Get("because")) {
		return nil, ronda.Errorf(ronda.Invalid, "notice.handover_missing", "because")
	}
	cmds := []ronda.Command{ronda.AddNote{Text: f.Get("because")}}
	for _, h := range files(r, "files") {
		e, err := s.keep(r, c.ID, h, "proof")
		if err != nil {
			return nil, err
		}
		e.By = a.Account
		cmds = append(cmds, ronda.AddEvidence{Evidence: []ronda.Evidence{e}})
	}
	if n.State == ronda.NoticeQueued {
		cmds = append(cmds, ronda.Sending{Notice: id, MessageID: n.ID})
	}
	return append(cmds, ronda.Sent{Notice: id}), nil
}

// byHandPage is the data of page/work/byhand.html.
type byHandPage struct{ Rows []byHandLine }

type byHandLine struct {
	noticeLine
	CaseNumber, Title string
}

// showByHand lists the acts that wait for a person: to be handed over, signed, or looked into.
func (s *Site) showByHand(w http.ResponseWriter, r *http.Request, a staff) error {
	rows, err := s.opt.Notices.ByHand(r.Context(), a.Actor)
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	names, err := s.names(r.Context())
	if err != nil {
		return err
	}
	var page byHandPage
	for _, row := range rows {
		if row.Notice.State == ronda.NoticeQueued && row.Notice.Channel != "manual" {
			continue
		}
		page.Rows = append(page.Rows, byHandLine{noticeLine: s.noticeLine(v, ronda.Case{Region: row.Notice.Region}, row.Notice, names), CaseNumber: row.Number, Title: row.Title})
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/byhand", Title: v.T("byhand.title"), Nav: "serahkan", Data: page}))
}
