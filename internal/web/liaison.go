package web

import (
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/notice"
	"ronda/internal/response"
	"ronda/internal/web/frame"
)

// inboxPage is the data of page/work/inbox.html.
type inboxPage struct {
	notice.Inbox
	Lines  []noticeLine
	Form   frame.Form
	States []frame.Choice
	Acts   []frame.Choice
	Active int
	Name   string
}

// showInbox lists a platform's notices, nearest deadline first.
func (s *Site) showInbox(w http.ResponseWriter, r *http.Request, a staff) error {
	v, q := frame.VisitOf(r), r.URL.Query()
	f := ronda.NoticeFilter{Act: ronda.Act(q.Get("jenis")), Oldest: true, Size: 200, Overdue: q.Get("pilih") == "lewat"}
	switch q.Get("pilih") {
	case "baru":
		f.States = []ronda.NoticeState{ronda.NoticeSent}
	case "menunggu":
		f.States = []ronda.NoticeState{ronda.NoticeReceived}
	case "dijawab":
		f.States = []ronda.NoticeState{ronda.NoticeAnswered}
	case "lewat":
		f.States = []ronda.NoticeState{ronda.NoticeReceived}
	case "semua":
	default:
		f.States = []ronda.NoticeState{ronda.NoticeSent, ronda.NoticeReceived}
	}
	in, err := s.opt.Notices.Inbox(r.Context(), a.Actor, f)
	if err != nil {
		return err
	}
	page := inboxPage{Inbox: in, Form: frame.Form{Values: q}, Name: s.pack.PlatformName(a.Platform)}
	if s.ministry(a.Actor) {
		page.Name = s.pack.AuthorityName(a.Org, v.Now).Name.In(v.Lang)
	}
	for _, row := range in.Rows {
		l := s.noticeLine(v, ronda.Case{Region: row.Notice.Region}, row.Notice, nil)
		l.Path = "/penghubung/pemberitahuan/" + row.Notice.ID
		if s.ministry(a.Actor) {
			l.Path = "/kerja/kasus/" + row.Number // the ministry reads the case that a request rests on
		}
		page.Lines = append(page.Lines, l)
	}
	for _, x := range ronda.Acts() {
		page.Acts = append(page.Acts, frame.Choice{Value: string(x), Text: v.T("act." + string(x))})
	}
	for _, name := range []string{"pilih", "jenis"} {
		if q.Get(name) != "" {
			page.Active++
		}
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/inbox", Title: v.T("inbox.title", "name", page.Name), Nav: "penghubung", Data: page}))
}

// receivedPage is the data of page/work/received.html.
type receivedPage struct {
	notice.Received
	Line     noticeLine
	Form     frame.Form
	Failed   string
	Answers  []frame.Choice
	Told     []frame.Choice
	Points   []frame.Row
	Files    []evidenceLine
	Category string
	Region   string
	Sender   string
	Open     bool
	Done     bool

	CanObject bool
}

func (s *Site) showReceived(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderReceived(w, r, a, "", url.Values{}, nil)
}

func (s *Site) renderReceived(w http.ResponseWriter, r *http.Request, a staff, failed string, values url.Values, faults []i18n.FieldError) error {
	rec, err := s.opt.Notices.Open(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	v, n := frame.VisitOf(r), rec.Row.Notice
	page := receivedPage{Received: rec, Line: s.noticeLine(v, ronda.Case{Region: n.Region}, n, nil), Form: frame.Form{Values: values, Faults: faults}, Failed: failed,
		Region: s.regionName(v, n.Region), Sender: s.pack.OfficeName(n.Office, v.Lang, n.CreatedAt),
		Open: n.State == ronda.NoticeSent || n.State == ronda.NoticeReceived || n.State == ronda.NoticeAnswered, Done: r.URL.Query().Has("tersimpan"), CanObject: s.opt.Appeals != nil}
	if c, ok := s.pack.Category(n.Category); ok {
		page.Category = c.Name.In(v.Lang)
	}
	for _, x := range ronda.Answers() {
		page.Answers = append(page.Answers, frame.Choice{Value: string(x), Text: v.T("answer." + string(x))})
	}
	for _, x := range []string{"yes", "no", "not_possible"} {
		page.Told = append(page.Told, frame.Choice{Value: x, Text: v.T("told." + x)})
	}
	for _, e := range rec.Elements {
		page.Points = append(page.Points, frame.Row{Name: elementText(v, rec.Ground, n.RuleDate, e.Element), Values: []string{v.T("finding." + string(e.Finding)), e.Because}})
	}
	for _, e := range rec.Evidence {
		l := s.evidenceLine(v, ronda.Case{Region: n.Region}, e)
		if l.Path != "" {
			l.Path = "/penghubung/pemberitahuan/" + n.ID + "/berkas/" + e.ID
		}
		page.Files = append(page.Files, l)
	}
	if failed == "" {
		for _, it := range n.Items {
			values.Set("answer."+it.Item, string(it.Answer))
			values.Set("reason."+it.Item, it.Reason)
			values.Set("told."+it.Item, it.UploaderTold)
		}
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/received", Title: page.Line.ActName + " " + n.Number, Nav: "penghubung",
		Crumbs: []frame.Crumb{{Text: v.T("inbox.title", "name", s.pack.PlatformName(a.Platform)), Path: "/penghubung"}}, Faults: faults, Data: page}))
}

// answerNotice takes one form of a received notice: receipt, answers, a filled table, or reasons.
func (s *Site) answerNotice(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := parseForm(r); err != nil {
		return err
	}
	id, act, f := r.PathValue("id"), r.PathValue("act"), r.PostForm
	var err error
	switch act {
	case "terima":
		_, err = s.opt.Responses.Acknowledge(r.Context(), a.Actor, id)
	case "jawab":
		err = s.answerForm(r, a, id, f)
	case "tabel":
		err = s.answerTable(r, a, id)
	case "alasan":
		_, err = s.opt.Responses.Reasons(r.Context(), a.Actor, id, f.Get("reasons"))
	default:
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	v := frame.VisitOf(r)
	switch ronda.KindOf(err) {
	case "":
		return s.frame.Redirect(w, r, "/penghubung/pemberitahuan/"+id+"?tersimpan=1")
	case ronda.Invalid, ronda.Conflict:
		faults := v.Fields(err)
		if len(faults) == 0 {
			faults = append(faults, i18n.FieldError{Text: v.Error(err), Kind: ronda.KindOf(err)})
		}
		return s.renderReceived(w, r, a, act, f, lineFaults(v, faults))
	}
	return err
}

// lineFaults says in front of a table's fault which line it is in.
func lineFaults(v *frame.Visit, faults []i18n.FieldError) []i18n.FieldError {
	for i, f := range faults {
		if len(f.Field) > 5 && f.Field[:5] == "line." {
			faults[i] = i18n.FieldError{Field: "table", Text: v.T("inbox.table_line", "n", f.Field[5:]) + " " + f.Text}
		}
	}
	return faults
}

func (s *Site) answerForm(r *http.Request, a staff, id string, f url.Values) error {
	rec, err := s.opt.Notices.Open(r.Context(), a.Actor, id)
	if err != nil {
		return err
	}
	var answers []ronda.ItemAnswer
	for _, it := range rec.Row.Notice.Items {
		if x := f.Get("answer." + it.Item); x != "" {
			answers = append(answers, ronda.ItemAnswer{Item: it.Item, Answer: ronda.Answer(x), Reason: f.Get("reason." + it.Item), UploaderTold: f.Get("told." + it.Item)})
		}
	}
	_, err = s.opt.Responses.Answer(r.Context(), a.Actor, id, answers, true, ronda.Idempotent{})
	return err
}

func (s *Site) answerTable(r *http.Request, a staff, id string) error {
	hs := files(r, "table")
	if len(hs) == 0 {
		return ronda.Errorf(ronda.Invalid, "answer.table_missing", "table")
	}
	file, err := hs[0].Open()
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = s.opt.Responses.AnswerTable(r.Context(), a.Actor, id, file)
	return err
}

func (s *Site) downloadTable(w http.ResponseWriter, r *http.Request, a staff) error {
	rec, err := s.opt.Notices.Open(r.Context(), a.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="ronda-`+rec.Row.Notice.ID+`.csv"`)
	return response.Table(w, rec.Row.Notice)
}
