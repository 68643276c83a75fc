package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ronda"
	"ronda/internal/i18n"
	"ronda/internal/partner"
	"ronda/internal/web/frame"
)

// partnerRoutes lists the pages of partners: the public application and register, the partner's own, and those of the people who decide.
func (s *Site) partnerRoutes() []frame.Route {
	if s.opt.Partners == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /mitra/daftar", Action: s.askApplication},
		{Pattern: "POST /mitra/daftar", Action: s.sendApplication},
		{Pattern: "GET /mitra/pengajuan", Action: s.askCode(s.applicationDoor())},
		{Pattern: "POST /mitra/pengajuan", Action: s.findByCode(s.applicationDoor())},
		{Pattern: "GET /mitra/pengajuan/{kode}", Action: s.showApplication},
		{Pattern: "POST /mitra/pengajuan/{kode}/keberatan", Action: s.objectRefusal},
		{Pattern: "POST /mitra/pengajuan/{kode}/akun", Action: s.enterPartner},
		{Pattern: "GET /mitra-terdaftar", Action: s.showRegister},
		{Pattern: "GET /mitra-terdaftar/tabel.csv", Action: s.sendRegister},

		{Pattern: "GET /mitra/akreditasi", Action: s.work(s.showOwnPartner)},
		{Pattern: "POST /mitra/akreditasi/{act}", Action: s.work(s.changeOwnPartner)},
		{Pattern: "GET /mitra/kasus/{no}", Action: s.work(s.showAdvice)},
		{Pattern: "POST /mitra/kasus/{no}", Action: s.work(s.sendAdvice)},
		{Pattern: "GET /mitra/kasus/{no}/berkas/{id}", Action: s.work(s.showAdvicePicture)},
		{Pattern: "GET /kerja/mitra", Action: s.work(s.showPartnerDesk)},
		{Pattern: "GET /kerja/mitra/{id}", Action: s.work(s.showPartnerFile)},
		{Pattern: "POST /kerja/mitra/{id}/{act}", Action: s.work(s.changePartner)},
	}
}

// applicationPage is the data of page/mitra/daftar.html.
type applicationPage struct {
	Form                                         frame.Form
	Key                                          string
	Kinds, Provinces, Places, Tongues, Topics, T []frame.Choice
	Ties                                         []frame.Choice
	Wide                                         []frame.Choice
	Year                                         int64
}

func (s *Site) askApplication(w http.ResponseWriter, r *http.Request) error {
	return s.renderApplication(w, r, url.Values{"wide": {"ya"}, "languages": {s.pack.Languages[0]}}, nil)
}

func (s *Site) renderApplication(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	page := applicationPage{Form: frame.Form{Values: values, Faults: faults}, Key: values.Get("key"), Places: s.regionChoices(v, ""), Ties: s.tieChoices(v),
		Topics: s.topicChoices(v), Tongues: s.tongueChoices(v), Provinces: s.provinceChoices(), Year: s.pack.Limit("accreditation_days", 365)}
	if page.Key == "" {
		page.Key = ronda.IDs{Rand: s.opt.Rand}.Code(20)
	}
	for _, k := range s.pack.PartnerKinds {
		page.Kinds = append(page.Kinds, frame.Choice{Value: k.ID, Text: k.Name.In(v.Lang)})
	}
	page.Wide = []frame.Choice{{Value: "ya", Text: v.T("partner.wide.yes")}, {Value: "tidak", Text: v.T("partner.wide.no")}}
	return s.frame.Render(w, r, frame.Page{Template: "mitra/daftar", Title: v.T("partner.apply.title"), Nav: "mitra", Private: true, Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("partner.register.title"), Path: "/mitra-terdaftar"}}, Data: page})
}

func (s *Site) provinceChoices() []frame.Choice {
	var out []frame.Choice
	for _, code := range s.pack.Children("") {
		out = append(out, frame.Choice{Value: code, Text: s.pack.RegionName(code)})
	}
	return out
}

func (s *Site) topicChoices(v *frame.Visit) []frame.Choice {
	var out []frame.Choice
	for _, c := range s.pack.Categories {
		if c.ID != "other" {
			out = append(out, frame.Choice{Value: c.ID, Text: c.Name.In(v.Lang)})
		}
	}
	return out
}

func (s *Site) tongueChoices(v *frame.Visit) []frame.Choice {
	var out []frame.Choice
	for _, x := range s.pack.Tongues {
		out = append(out, frame.Choice{Value: x.ID, Text: x.Name.In(v.Lang)})
	}
	if len(out) == 0 {
		for _, x := range s.pack.Languages {
			out = append(out, frame.Choice{Value: x, Text: x})
		}
	}
	return out
}

// tieChoices lists every contest below its province.
func (s *Site) tieChoices(v *frame.Visit) []frame.Choice {
	var out []frame.Choice
	add := func(region, group string) {
		for _, c := range s.pack.ContestsIn(region) {
			out = append(out, frame.Choice{Value: c.ID, Text: s.contestName(v, c), Group: group})
		}
	}
	for _, code := range s.pack.Children("") {
		group := s.pack.RegionName(code)
		add(code, group)
		for _, x := range s.pack.Children(code) {
			add(x, group)
		}
	}
	return out
}

// termsOf reads what a form asks for.
func termsOf(f url.Values) ronda.PartnerTerms {
	t := ronda.PartnerTerms{Languages: once(f["languages"]), Topics: once(f["topics"]), Ties: once(f["ties"])}
	if f.Get("wide") != "ya" {
		t.Regions = once(append(slices.Clone(f["regions"]), f["region_one"]...))
	}
	return t
}

func once(list []string) []string {
	var out []string
	for _, x := range list {
		if x != "" && !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func (s *Site) sendApplication(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, v := r.PostForm, frame.VisitOf(r)
	if f.Get("wide") != "ya" && len(termsOf(f).Regions) == 0 {
		return s.renderApplication(w, r, f, v.Fields(&ronda.Error{Kind: ronda.Invalid, Code: "partner.invalid",
			Fields: []*ronda.Error{ronda.Errorf(ronda.Invalid, "partner.regions_missing", "regions")}}))
	}
	p, err := s.opt.Partners.Apply(r.Context(), partner.Application{Name: f.Get("name"), Kind: f.Get("kind"), Terms: termsOf(f), Statement: f.Get("statement"),
		Funding: f.Get("funding"), Publications: strings.Fields(f.Get("publications")), Sender: v.Addr.String(), IdemKey: f.Get("key"),
		Contact: ronda.ContactPerson{Name: f.Get("contact_name"), Mail: f.Get("mail"), Phone: f.Get("phone")}})
	switch {
	case err == nil:
		return s.frame.Redirect(w, r, "/mitra/pengajuan/"+ronda.FormatCode(p.Code)+"?baru=1")
	case ronda.KindOf(err) == ronda.Invalid:
		return s.renderApplication(w, r, f, v.Fields(err))
	}
	return err
}

// applicationDoor is where whoever holds a partner's code comes in.
func (s *Site) applicationDoor() codeDoor {
	return codeDoor{title: "partner.code.title", path: "/mitra/pengajuan", nav: "mitra", up: frame.Crumb{Text: "partner.register.title", Path: "/mitra-terdaftar"},
		ask: frame.Crumb{Text: "partner.apply.title", Path: "/mitra/daftar"}, find: func(ctx context.Context, code, sender string) (string, error) {
			p, err := s.opt.Partners.ByCode(ctx, code, sender)
			return p.Code, err
		}}
}

// statusPage is the data of page/mitra/pengajuan.html.
type statusPage struct {
	Partner ronda.Partner
	Code    string
	New     bool
	State   string
	Next    string
	Facts   []frame.Row
	Log     []frame.LogEntry
	Reasons []string // of a refusal
	Object  bool
	Enter   bool
	Form    frame.Form
}

func (s *Site) showApplication(w http.ResponseWriter, r *http.Request) error {
	return s.renderStatus(w, r, url.Values{}, nil)
}

func (s *Site) renderStatus(w http.ResponseWriter, r *http.Request, values url.Values, faults []i18n.FieldError) error {
	v := frame.VisitOf(r)
	p, err := s.opt.Partners.ByCode(r.Context(), r.PathValue("kode"), v.Addr.String())
	switch ronda.KindOf(err) {
	case "":
	case ronda.Invalid, ronda.NotFound:
		return s.renderCode(w, r, s.applicationDoor(), url.Values{"code": {r.PathValue("kode")}}, err)
	default:
		return err
	}
	page := statusPage{Partner: p, Code: ronda.FormatCode(p.Code), New: r.URL.Query().Has("baru"), State: v.T("partner.state." + string(p.State)),
		Next: v.T("partner.next." + string(p.State)), Facts: s.partnerFacts(v, p, p.PartnerTerms), Form: frame.Form{Values: values, Faults: faults},
		Object: p.State == ronda.PartnerRefused && !p.Objected, Enter: p.State == ronda.PartnerAccredited && p.Account == ""}
	page.Log = s.partnerLog(v, p)
	for _, m := range p.Motions {
		if m.Kind == ronda.MotionAccredit && m.Outcome == "rejected" {
			page.Reasons = nil
			for _, x := range m.Votes {
				if !x.Yes {
					page.Reasons = append(page.Reasons, s.pack.OfficeName(x.Office, v.Lang, x.At)+": "+x.Reasons)
				}
			}
		}
	}
	return s.frame.Render(w, r, frame.Page{Template: "mitra/pengajuan", Title: v.T("partner.status.title"), Nav: "mitra", Private: true, Faults: faults,
		Crumbs: []frame.Crumb{{Text: v.T("partner.register.title"), Path: "/mitra-terdaftar"}}, Data: page})
}

// partnerLog is what happened to a partner, as its own people read it: decisions and dates, no names.
func (s *Site) partnerLog(v *frame.Visit, p ronda.Partner) []frame.LogEntry {
	log := []frame.LogEntry{{When: v.Time(p.AppliedAt), Title: v.T("partner.log.applied")}}
	for _, m := range p.Motions {
		if !m.Open() {
			log = append(log, frame.LogEntry{When: v.Time(m.EndedAt), Title: v.T("partner.log." + string(m.Kind) + "." + m.Outcome)})
		}
	}
	if p.State == ronda.PartnerEnded {
		log = append(log, frame.LogEntry{When: v.Time(p.EndedAt), Title: v.T("partner.ended." + p.EndedWhy)})
	}
	return log
}

// partnerFacts says what a partner is accredited for, or asks to be.
func (s *Site) partnerFacts(v *frame.Visit, p ronda.Partner, t ronda.PartnerTerms) []frame.Row {
	kind, _ := s.pack.PartnerKind(p.Kind)
	rows := []frame.Row{{Name: v.T("partner.kind"), Values: []string{kind.Name.In(v.Lang)}}, {Name: v.T("partner.regions"), Values: s.regionNames(v, t.Regions)},
		{Name: v.T("partner.languages"), Values: []string{strings.Join(s.tongueNames(v, t.Languages), ", ")}}, {Name: v.T("partner.topics"), Values: s.topicNames(v, t.Topics)},
		{Name: v.T("partner.ties"), Values: s.tieNames(v, t.Ties)}}
	if !p.Since.IsZero() {
		rows = append(rows, frame.Row{Name: v.T("partner.since"), Values: []string{v.Date(p.Since)}}, frame.Row{Name: v.T("partner.until"), Values: []string{v.Date(p.Until)}})
	}
	return rows
}

func (s *Site) regionNames(v *frame.Visit, codes []string) []string {
	if len(codes) == 0 {
		return []string{v.T("partner.wide.yes")}
	}
	var out []string
	for _, c := range codes {
		out = append(out, s.pack.RegionName(c))
	}
	return out
}

func (s *Site) tongueNames(v *frame.Visit, ids []string) []string {
	var out []string
	for _, id := range ids {
		name := id
		for _, x := range s.pack.Tongues {
			if x.ID == id {
				name = x.Name.In(v.Lang)
			}
		}
		out = append(out, name)
	}
	return out
}

func (s *Site) topicNames(v *frame.Visit, ids []string) []string {
	if len(ids) == 0 {
		return []string{v.T("partner.topics.all")}
	}
	var out []string
	for _, id := range ids {
		c, _ := s.pack.Category(id)
		out = append(out, c.Name.In(v.Lang))
	}
	return out
}

func (s *Site) tieNames(v *frame.Visit, ids []string) []string {
	if len(ids) == 0 {
		return []string{v.T("partner.ties.none")}
	}
	var out []string
	for _, id := range ids {
		if c, ok := s.pack.Contest(id); ok {
			out = append(out, s.contestName(v, c))
		}
	}
	return out
}

func (s *Site) objectRefusal(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	v := frame.VisitOf(r)
	_, err := s.opt.Partners.Object(r.Context(), r.PathValue("kode"), r.PostForm.Get("text"), v.Addr.String())
	if ronda.KindOf(err) == ronda.Invalid {
		return s.renderStatus(w, r, r.PostForm, v.Fields(err))
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/mitra/pengajuan/"+r.PathValue("kode"))
}

// enterPartner makes the organisation's first account and leads to where its holder sets a password.
func (s *Site) enterPartner(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f, v := r.PostForm, frame.VisitOf(r)
	link, err := s.opt.Partners.Enter(r.Context(), r.PathValue("kode"), f.Get("login"), f.Get("name"), v.Addr.String())
	if faults := v.Fields(err); err != nil && len(faults) > 0 && (ronda.KindOf(err) == ronda.Invalid || ronda.CodeOf(err) == "account.login_taken") {
		return s.renderStatus(w, r, f, faults)
	}
	if err != nil {
		return err
	}
	return s.frame.Redirect(w, r, "/undangan/"+link)
}
