package web

import (
	"io"
	"net/http"
	"time"

	"ronda"
	"ronda/internal/web/frame"
)

// proseSection is a headed part of a page of text.
type proseSection struct {
	ID, Heading, Text string
}

// renderProse shows a page of text whose parts are the keys <name>.<part>.h and <name>.<part>.p.
func (s *Site) renderProse(w http.ResponseWriter, r *http.Request, name, nav string, crumb bool, extra any, parts ...string) error {
	v := frame.VisitOf(r)
	data := struct {
		Heading, Lead string
		Sections      []proseSection
		Extra         any
		Chats         []ChatAccount
	}{Heading: v.T(name + ".title"), Lead: v.T(name + ".lead"), Extra: extra}
	if name == "official" { // where people look whether an account is ours
		data.Chats = s.opt.Chats
	}
	for _, p := range parts {
		data.Sections = append(data.Sections, proseSection{ID: p, Heading: v.T(name + "." + p + ".h"), Text: v.T(name+"."+p+".p", "site", s.opt.BaseURL.Host, "window", s.clockDays("appeal_window", v.Now), "answer", s.clockDays("appeal", v.Now))})
	}
	page := frame.Page{Template: "prose", Title: data.Heading, Nav: nav, Data: data}
	if crumb {
		page.Crumbs = []frame.Crumb{{Text: v.T("nav.help"), Path: "/bantuan"}}
	}
	return s.frame.Render(w, r, page)
}

// showHelp lists the help pages and answers the commonest questions.
func (s *Site) showHelp(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	data := struct {
		Sections []proseSection
		Chats    []ChatAccount
	}{Chats: s.opt.Chats}
	for _, p := range []string{"check", "nomatch", "report", "anonymous", "after", "ticket", "rude", "object"} {
		data.Sections = append(data.Sections, proseSection{ID: p, Heading: v.T("help." + p + ".h"), Text: v.T("help." + p + ".p")})
	}
	return s.frame.Render(w, r, frame.Page{Template: "help", Title: v.T("help.title"), Nav: "bantuan", Data: data})
}

// referralView is a way out of the hub in one language.
type referralView struct {
	ronda.ReferralPath
	Title, Text, Doubt string
}

// showFormalReport explains the formal report to the supervisor, which a report here is not, and the other ways.
func (s *Site) showFormalReport(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	var data struct {
		Formal *referralView
		Others []referralView
	}
	for _, p := range s.pack.Referrals {
		view := referralView{ReferralPath: p, Title: p.Name.In(v.Lang), Text: p.How.In(v.Lang), Doubt: p.Source.Doubt.In(v.Lang)}
		if p.ID == "formal_violation" {
			data.Formal = &view
		} else {
			data.Others = append(data.Others, view)
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "formal", Title: v.T("formal.title"), Nav: "bantuan",
		Crumbs: []frame.Crumb{{Text: v.T("nav.help"), Path: "/bantuan"}}, Data: data})
}

// showOfficialSite tells how to recognise the real site.
func (s *Site) showOfficialSite(w http.ResponseWriter, r *http.Request) error {
	return s.renderProse(w, r, "official", "bantuan", true, nil, "address", "never", "doubt")
}

// listCopyHelp lists the services with help for copying an address.
func (s *Site) listCopyHelp(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	return s.frame.Render(w, r, frame.Page{Template: "copyhelps", Title: v.T("copy.title"), Nav: "bantuan",
		Crumbs: []frame.Crumb{{Text: v.T("nav.help"), Path: "/bantuan"}}, Data: struct{ Help []copyHelp }{s.copyHelps(v.Lang)}})
}

// showCopyHelp shows how to copy an address on one service.
func (s *Site) showCopyHelp(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	for _, h := range s.copyHelps(v.Lang) {
		if h.ID == r.PathValue("platform") {
			return s.frame.Render(w, r, frame.Page{Template: "copyhelp", Title: v.T("copy.title.one", "platform", h.Name), Nav: "bantuan",
				Crumbs: []frame.Crumb{{Text: v.T("nav.help"), Path: "/bantuan"}, {Text: v.T("copy.title"), Path: "/bantuan/salin-tautan"}}, Data: h})
		}
	}
	return ronda.Errorf(ronda.NotFound, "page", "")
}

// showObjection tells the people whose content was acted on what they can do, and within how many days.
func (s *Site) showObjection(w http.ResponseWriter, r *http.Request) error {
	return s.renderProse(w, r, "object", "keberatan", false, nil, "right", "see", "platform", "office", "press")
}

// showPrivacy tells what is kept, how long and why; the table comes from the election's data.
func (s *Site) showPrivacy(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	var rows [][3]string
	for _, k := range s.pack.Retention {
		if name := "retention." + string(k.Kind); v.Has(name) {
			rows = append(rows, [3]string{v.T(name), v.T("retention.days."+k.After, "n", k.Days), keptBecause(k, v.Lang)})
		}
	}
	return s.renderProse(w, r, "privacy", "privasi", false, rows, "check", "report", "contact", "masked", "seen", "not", "rights", "gone", "backup", "cookies")
}

// keptBecause is why a kind is kept so long, with the rule that it rests on.
func keptBecause(k ronda.Retention, lang string) string {
	if k.Source.Cite == "" {
		return k.Why.In(lang)
	}
	return k.Why.In(lang) + " (" + k.Source.Cite + ")"
}

// showAccessibility tells what was tested and what falls short.
func (s *Site) showAccessibility(w http.ResponseWriter, r *http.Request) error {
	return s.renderProse(w, r, "access", "aksesibilitas", false, nil, "made", "short", "tell")
}

// showStatus shows what works at this moment.
func (s *Site) showStatus(w http.ResponseWriter, r *http.Request) error {
	v := frame.VisitOf(r)
	data := struct {
		Parts []Part
		All   bool
		Begun bool // a part is still loading and nothing is broken
		Now   string
	}{All: true, Now: v.Time(v.Now)}
	if s.opt.Health != nil {
		data.Parts = s.opt.Health.Parts(r.Context())
	}
	broken := false
	for _, p := range data.Parts {
		data.All = data.All && p.OK
		broken = broken || !p.OK && p.Of == 0
	}
	data.Begun = !data.All && !broken
	return s.frame.Render(w, r, frame.Page{Template: "status", Title: v.T("status.title"), Nav: "status", Data: data})
}

// showRobots keeps search engines to the pages that everyone may find.
func (s *Site) showRobots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(w, "User-agent: *\nDisallow: /tiket\nDisallow: /lapor\nDisallow: /kerja\nDisallow: /penghubung\nDisallow: /en/tiket\nDisallow: /en/lapor\n")
	return err
}

// clockDays is how many days a clock of the election runs at a time, 0 where the pack has none.
func (s *Site) clockDays(id string, at time.Time) int {
	clock, _ := s.pack.ClockAt(id, at)
	return clock.Days
}
