package web

import (
	"context"
	"net/http"
	"net/url"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/web/frame"
)

// Channels are the settings of how each platform is reached.
type Channels interface {
	Set(ctx context.Context, a ronda.Actor, in ronda.PlatformChannel, newKey bool) (secret string, err error)
	Rotate(ctx context.Context, a ronda.Actor, platform string) (ronda.PlatformChannel, string, error)
	List(ctx context.Context) ([]ronda.PlatformChannel, error)
	PlatformChannel(ctx context.Context, platform string) (ronda.PlatformChannel, error)
}

// Hooks tries a platform's web hook.
type Hooks interface {
	Test(ctx context.Context, platform string, sandbox bool) (ronda.Delivery, error)
}

// Deliveries are the tries to hand notices over, newest first.
type Deliveries interface {
	Deliveries(ctx context.Context, platform string, limit int) ([]ronda.Delivery, error)
}

// DeadJobs are the jobs that failed too often.
type DeadJobs interface {
	Jobs(ctx context.Context, f ronda.JobFilter) ([]ronda.JobRow, error)
	Requeue(ctx context.Context, id string) error
}

// ChannelOptions joins the pages of channels to the rest. Without Channels these pages do not exist.
type ChannelOptions struct {
	Channels   Channels
	Hooks      Hooks
	Deliveries Deliveries
	DeadJobs   DeadJobs
}

// channelRoutes lists the pages about how notices travel.
func (s *Site) channelRoutes() []frame.Route {
	if s.opt.Channels == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /kelola/saluran", Action: s.work(s.showChannels)},
		{Pattern: "GET /kelola/saluran/{platform}", Action: s.work(s.showChannel)},
		{Pattern: "POST /kelola/saluran/{platform}", Action: s.work(s.setChannel)},
		{Pattern: "POST /kelola/saluran/{platform}/uji", Action: s.work(s.testChannel)},
		{Pattern: "POST /kelola/pekerjaan/{id}", Action: s.work(s.requeueJob)},
		{Pattern: "GET /penghubung/web-hook", Action: s.work(s.showHook)},
		{Pattern: "POST /penghubung/web-hook/uji", Action: s.work(s.testHook)},
		{Pattern: "POST /penghubung/web-hook/kunci", Action: s.work(s.rotateHook)},
	}
}

// channelLine is one platform with its channel in words.
type channelLine struct {
	ronda.PlatformChannel
	Name, KindName, Proof string
	ByHand                bool
}

// channelsPage is the data of page/work/channels.html.
type channelsPage struct {
	Rows []channelLine
	Dead []ronda.JobRow
}

func (s *Site) showChannels(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	rows, err := s.opt.Channels.List(r.Context())
	if err != nil {
		return err
	}
	v := frame.VisitOf(r)
	var page channelsPage
	for _, c := range rows {
		page.Rows = append(page.Rows, s.channelLine(v, c))
	}
	if page.Dead, err = s.opt.DeadJobs.Jobs(r.Context(), ronda.JobFilter{State: ronda.JobDead, Size: 100}); err != nil {
		return err
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/channels", Title: v.T("channels.title"), Nav: "saluran", Data: page}))
}

// channelLine puts a setting into words: the kind that is in use, and what proves receipt on it by the pack.
func (s *Site) channelLine(v *frame.Visit, c ronda.PlatformChannel) channelLine {
	l := channelLine{PlatformChannel: c, Name: s.pack.PlatformName(c.Platform)}
	p, _ := s.pack.Platform(c.Platform)
	kind := c.Kind
	switch {
	case !p.Represented:
		kind, l.ByHand = ronda.ChannelManual, true
		l.KindName = v.T("channels.by_hand")
	case kind == "":
		kind = ronda.ChannelPortal
		l.KindName = v.T("channels.unset")
	default:
		l.KindName = v.T("channel.kind." + kind)
	}
	for _, x := range p.Channels {
		if x.Kind == kind && l.Proof == "" {
			l.Proof = x.Proof.In(v.Lang)
		}
	}
	return l
}

// channelPage is the data of page/work/channel.html, for administrators and for the platform's liaison.
type channelPage struct {
	channelLine
	Form   frame.Form
	Kinds  []frame.Choice
	Last   []ronda.Delivery
	Secret string // shown once
	Saved  bool
	Tested bool
	Admin  bool
	Base   string // path of the page
}

func (s *Site) showChannel(w http.ResponseWriter, r *http.Request, a staff) error {
	return s.renderChannel(w, r, a, r.PathValue("platform"), channelPage{Tested: r.URL.Query().Has("teruji")}, nil, nil)
}

func (s *Site) renderChannel(w http.ResponseWriter, r *http.Request, a staff, platform string, page channelPage, values url.Values, faults []i18n.FieldError) error {
	page.Admin = ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack) == nil
	if !page.Admin && (platform != a.Platform || !a.Has(ronda.RoleLiaison)) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	if _, ok := s.pack.Platform(platform); !ok {
		return ronda.Errorf(ronda.NotFound, "page", "")
	}
	v := frame.VisitOf(r)
	set, err := s.opt.Channels.PlatformChannel(r.Context(), platform)
	if err != nil {
		return err
	}
	set.Platform = platform
	page.channelLine = s.channelLine(v, set)
	if values == nil {
		values = url.Values{"kind": {set.Kind}, "target": {set.Target}}
	}
	page.Form = frame.Form{Values: values, Faults: faults}
	for _, k := range ronda.ChannelKinds() {
		page.Kinds = append(page.Kinds, frame.Choice{Value: k, Text: v.T("channel.kind." + k)})
	}
	if page.Last, err = s.opt.Deliveries.Deliveries(r.Context(), platform, 50); err != nil {
		return err
	}
	nav, crumbs := "webhook", []frame.Crumb(nil)
	page.Base = "/penghubung/web-hook"
	if page.Admin {
		nav, crumbs = "saluran", []frame.Crumb{{Text: v.T("channels.title"), Path: "/kelola/saluran"}}
		page.Base = "/kelola/saluran/" + platform
	}
	return s.frame.Render(w, r, s.page(r, a, frame.Page{Template: "work/channel", Title: page.Name, Nav: nav, Crumbs: crumbs, Faults: faults, Data: page}))
}

// setChannel saves a setting. A target in a private network stays allowed only while the target is the one that was allowed.
func (s *Site) setChannel(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	platform, f := r.PathValue("platform"), r.PostForm
	before, err := s.opt.Channels.PlatformChannel(r.Context(), platform)
	if err != nil {
		return err
	}
	in := ronda.PlatformChannel{Platform: platform, Kind: f.Get("kind"), Target: f.Get("target"), Private: before.Private && f.Get("target") == before.Target}
	secret, err := s.opt.Channels.Set(r.Context(), a.Actor, in, f.Get("new_key") != "")
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderChannel(w, r, a, platform, channelPage{}, f, frame.VisitOf(r).Fields(err))
	}
	if err != nil {
		return err
	}
	return s.renderChannel(w, r, a, platform, channelPage{Secret: secret, Saved: true}, nil, nil)
}

func (s *Site) testChannel(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	return s.tryHook(w, r, r.PathValue("platform"), "/kelola/saluran/"+url.PathEscape(r.PathValue("platform")))
}

// showHook is the web hook for the platform's own liaison.
func (s *Site) showHook(w http.ResponseWriter, r *http.Request, a staff) error {
	if a.Platform == "" {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	return s.renderChannel(w, r, a, a.Platform, channelPage{Tested: r.URL.Query().Has("teruji")}, nil, nil)
}

func (s *Site) testHook(w http.ResponseWriter, r *http.Request, a staff) error {
	if a.Platform == "" || !a.Has(ronda.RoleLiaison) {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	return s.tryHook(w, r, a.Platform, "/penghubung/web-hook")
}

// rotateHook makes a new key for the platform's own web hook and shows it once.
func (s *Site) rotateHook(w http.ResponseWriter, r *http.Request, a staff) error {
	if a.Platform == "" {
		return ronda.Errorf(ronda.Forbidden, "permission.role", "")
	}
	_, secret, err := s.opt.Channels.Rotate(r.Context(), a.Actor, a.Platform)
	if err != nil {
		return err
	}
	return s.renderChannel(w, r, a, a.Platform, channelPage{Secret: secret}, nil, nil)
}

func (s *Site) tryHook(w http.ResponseWriter, r *http.Request, platform, back string) error {
	if _, err := s.opt.Hooks.Test(r.Context(), platform, false); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, back+"?teruji=1")
}

// requeueJob lets a job that stopped run again.
func (s *Site) requeueJob(w http.ResponseWriter, r *http.Request, a staff) error {
	if err := ronda.Can(a.Actor, ronda.ManageAccount, ronda.Case{}, s.pack); err != nil {
		return err
	}
	if err := s.opt.DeadJobs.Requeue(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/kelola/saluran")
}
