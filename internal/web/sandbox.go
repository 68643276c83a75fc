package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// Practice makes acts of practice. *notice.Practice is the real one.
type Practice interface {
	Ask(ctx context.Context, a ronda.Actor, in ronda.Practice) (ronda.Notice, error)
	Step(ctx context.Context, a ronda.Actor, id, step, text string) (ronda.Notice, error)
}

// PracticeHooks are the web hooks for practice.
type PracticeHooks interface {
	For(ctx context.Context, platform string, sandbox bool) (ronda.PlatformChannel, error)
	SetSandbox(ctx context.Context, a ronda.Actor, target string) (ronda.PlatformChannel, string, error)
}

// PlatformOptions joins the pages on which a platform practises and logs what came by another way. Without Practice these pages do not exist.
type PlatformOptions struct {
	Practice      Practice
	PracticeHooks PracticeHooks
	OutsideLog    OutsideLog
	// Rechecks counts what later looks found, by platform.
	Rechecks func(ctx context.Context) ([]ronda.RecheckCount, error)
}

// platformRoutes lists those pages.
func (s *Site) platformRoutes() []frame.Route {
	if s.opt.Practice == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /penghubung/uji-coba", Action: s.work(s.showPractice)},
		{Pattern: "POST /penghubung/uji-coba", Action: s.work(s.askPractice)},
		{Pattern: "POST /penghubung/uji-coba/web-hook", Action: s.work(s.setPracticeHook)},
		{Pattern: "POST /penghubung/uji-coba/web-hook/uji", Action: s.work(s.testPracticeHook)},
		{Pattern: "POST /penghubung/uji-coba/{id}", Action: s.work(s.stepPractice)},
		{Pattern: "GET /penghubung/luar", Action: s.work(s.showOwnOutside)},
		{Pattern: "POST /penghubung/luar", Action: s.work(s.logOutside)},
		{Pattern: "POST /penghubung/luar/{id}/tarik", Action: s.work(s.withdrawOutside)},
		{Pattern: "GET /data/luar-log", Action: s.showOutside},
		{Pattern: "GET /data/luar-log.csv", Action: s.downloadOutside},
	}
}

// practicePage is the data of page/work/practice.html.
type practicePage struct {
	Form   frame.Form
	Acts   []frame.Choice
	Lines  []noticeLine
	Steps  []string
	Hook   ronda.PlatformChannel
	Last   []ronda.Delivery
	Secret string // shown once
	Done   string // what was just done, as a text key
}

func (s *Site) showPractice(w http.ResponseWriter, r *http.Request, a staff) error {
	page := practicePage{}
	if done := r.URL.Query().Get("hasil"); done == "diminta" || done == "langkah" || done == "teruji" {
		page.Done = "sandbox.done." + done
	}
	return s.renderPractice(w, r, a, page, url.Values{"act": {string(ronda.Order)}, "count": {"3"}}, nil)
}

func (s *Site) renderPractice(w http.ResponseWriter, r *http.Request, a staff, page practicePage, values url.Values, faults []i18n.FieldError) error {
	if a.Platform == "" || !a.Has(ronda.RoleLiaison) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	v, ctx := frame.VisitOf(r), r.Context()
	in, err := s.opt.Notices.Inbox(ctx, a.Actor, ronda.NoticeFilter{Sandbox: true, Size: 20})
	if err != nil {
		return err
	}
	for _, row := range in.Rows {
		l := s.noticeLine(v, ronda.Case{}, row.Notice, nil)
		l.Path = "/penghubung/pemberitahuan/" + row.Notice.ID
		l.May = practiceMay(row.Notice)
		page.Lines = append(page.Lines, l)
	}
	if page.Hook, err = s.opt.PracticeHooks.For(ctx, a.Platform, true); err != nil {
		return err
	}
	tries, err := s.opt.Deliveries.Deliveries(ctx, a.Platform, 200)
	if err != nil {
		return err
	}
	for _, d := range tries {
		if d.Sandbox && len(page.Last) < 20 {
			page.Last = append(page.Last, d)
		}
	}
	for _, act := range []ronda.Act{ronda.Flag, ronda.Order} {
		page.Acts = append(page.Acts, frame.Choice{Value: string(act), Text: v.T("act." + string(act)), Hint: v.T("act." + string(act) + ".hint")})
	}
	if !values.Has("target") {
		values.Set("target", page.Hook.Target)
	}
	page.Form, page.Steps = frame.Form{Values: values, Faults: faults}, ronda.PracticeSteps()
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/practice", Title: v.T("sandbox.title"), Nav: "ujicoba", Faults: faults, Data: page}))
}

// practiceMay says which steps make sense for an act of practice; the rule decides again.
func practiceMay(n ronda.Notice) map[string]bool {
	may := map[string]bool{ronda.PracticeWithdraw: n.State != ronda.NoticeWithdrawn}
	if n.State == ronda.NoticeReceived {
		may[ronda.PracticeDeadline] = !n.Deadline().IsZero() && !n.Overdue
		may[ronda.PracticeWarning] = n.Act == ronda.Order && n.Overdue && len(n.Warnings) < 3
		for _, it := range n.Items {
			may[ronda.PracticeInformation] = may[ronda.PracticeInformation] || it.Answer == ronda.AnswerNeedsInfo
		}
	}
	may[ronda.PracticeResend] = n.State == ronda.NoticeUnknown
	return may
}

func (s *Site) askPractice(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	f := r.PostForm
	count, _ := strconv.Atoi(f.Get("count"))
	if count < 0 || count > ronda.MaxPractice {
		count = 0 // refused with the field's own words
	}
	var items []ronda.Item
	for i := range count {
		n := strconv.Itoa(i + 1)
		items = append(items, ronda.Item{Platform: a.Platform, Kind: "post", Address: "https://" + a.Platform + ".uji-coba.example/" + n,
			Key: a.Platform + ":practice:" + n, Domain: "uji-coba.example"})
	}
	t := s.opt.Messages.Printer(s.pack.Languages[0], s.pack.Zone(""))
	_, err := s.opt.Practice.Ask(r.Context(), a.Actor, ronda.Practice{Act: ronda.Act(f.Get("act")), Urgent: f.Get("urgent") != "", Items: items, Title: t.T("practice.title"),
		Number: t.T("practice.number"), Explanation: t.T("practice.explanation"), Analysis: t.T("practice.analysis"), Necessity: t.T("practice.necessity")})
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderPractice(w, r, a, practicePage{}, f, practiceFaults(frame.VisitOf(r).Fields(err)))
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/penghubung/uji-coba?hasil=diminta")
}

// practiceFaults puts the fault of the addresses beside the field that the page has for them.
func practiceFaults(faults []i18n.FieldError) []i18n.FieldError {
	for i := range faults {
		if faults[i].Field == "addresses" {
			faults[i].Field = "count"
		}
	}
	return faults
}

func (s *Site) stepPractice(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	step := r.PostForm.Get("step")
	text := s.opt.Messages.Printer(s.pack.Languages[0], s.pack.Zone("")).T("practice.step." + step)
	_, err := s.opt.Practice.Step(r.Context(), a.Actor, r.PathValue("id"), step, text)
	if k := ronda.KindOf(err); k == ronda.Conflict || k == ronda.Invalid {
		v := frame.VisitOf(r)
		return s.renderPractice(w, r, a, practicePage{}, url.Values{"act": {string(ronda.Order)}, "count": {"3"}}, []i18n.FieldError{{Text: v.Error(err), Kind: k}})
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/penghubung/uji-coba?hasil=langkah")
}

func (s *Site) setPracticeHook(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	_, secret, err := s.opt.PracticeHooks.SetSandbox(r.Context(), a.Actor, r.PostForm.Get("target"))
	values := url.Values{"act": {string(ronda.Order)}, "count": {"3"}}
	if ronda.KindOf(err) == ronda.Invalid {
		values.Set("target", r.PostForm.Get("target"))
		return s.renderPractice(w, r, a, practicePage{}, values, frame.VisitOf(r).Fields(err))
	}
	if err != nil {
		return err
	}
	return s.renderPractice(w, r, a, practicePage{Secret: secret}, values, nil)
}

func (s *Site) testPracticeHook(w http.ResponseWriter, r *http.Request, a staff) error {
	if a.Platform == "" || !a.Has(ronda.RoleLiaison) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	if _, err := s.opt.Hooks.Test(r.Context(), a.Platform, true); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/penghubung/uji-coba?hasil=teruji")
}
