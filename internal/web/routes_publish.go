package web

import (
	"context"
	"time"

	"ronda"
	"ronda/internal/publish"
	"ronda/internal/publish/picture"
	"ronda/internal/web/frame"
)

// Publications is what the pages read of what partners and the election commission publish.
type Publications interface {
	Alert(ctx context.Context, id string) (ronda.Alert, error)
	PublishedAlerts(ctx context.Context, size int) ([]ronda.Alert, error)
	DeskAlerts(ctx context.Context, org string) ([]ronda.Alert, error)
	ProposedAlerts(ctx context.Context) ([]ronda.Alert, error)
	OrgFactChecks(ctx context.Context, org string, limit int) ([]ronda.FactCheck, error)
	CheckDrafts(ctx context.Context, org string) ([]ronda.CheckDraft, error)
	FactCheckAt(ctx context.Context, url string) (ronda.FactCheck, error)
	Kit(ctx context.Context, id string) (ronda.Kit, error)
	Kits(ctx context.Context) ([]ronda.Kit, error)
	DeskKits(ctx context.Context, org string) ([]ronda.Kit, error)
	Bulletin(ctx context.Context, id string) (ronda.Bulletin, error)
	Bulletins(ctx context.Context, office string, size int) ([]ronda.Bulletin, error)
	Suggestions(ctx context.Context, office string, size int) ([]ronda.Suggestion, error)
	Wish(ctx context.Context, id string) (ronda.Wish, error)
}

// Subscriptions signs people and servers up for the alerts of a region.
type Subscriptions interface {
	// AskMail sends the mail that asks the owner of an address whether they want alerts. Whether the address is known already does not show.
	AskMail(ctx context.Context, address, region, lang, client string, least int) error
	// Confirm turns a subscription on; Leave ends it. Both take the secret that a mail carried.
	Confirm(ctx context.Context, secret string) (region string, err error)
	Leave(ctx context.Context, secret string) error
	// AddHook makes a web hook of an organisation and returns its key, which is shown once.
	AddHook(ctx context.Context, a ronda.Actor, target, region string, least int) (key string, err error)
	Hooks(ctx context.Context, org string) ([]AlertHook, error)
	DropHook(ctx context.Context, org, id string) error
	// MailWorks tells whether a mail server is set.
	MailWorks() bool
}

// AlertHook is one server that gets alerts.
type AlertHook struct {
	ID, Target, Region string
	Least              int
	Since              time.Time
}

// Imported is one fact-check that was found at an address or in a file.
type Imported struct {
	Content ronda.CheckContent
	Outlet  string
	Fault   string // what is wrong with the row: key below "import.row."; "" for nothing
	Field   string // with which field
	Line    int
	Known   string // "draft" or "published": it is here already, and is not taken again
	Taken   bool   // it became a draft
	Why     string // the fault in words
}

// PublishOptions join the pages of what is published to the rest. Without Publish the desks do not exist.
type PublishOptions struct {
	Publish       *publish.Service
	Publications  Publications
	Pictures      *picture.Maker
	Subscriptions Subscriptions // optional
	// OrgName is an organisation's name for readers.
	OrgName func(ctx context.Context, org string) string
	// ImportPage and ImportFile find fact-checks where others published them.
	ImportPage func(ctx context.Context, address string) ([]Imported, error)
	ImportFile func(name string, data []byte) ([]Imported, error)
	// Answer looks for what answers a message that fact-checkers may read, by its code.
	Answer func(ctx context.Context, code, client string) (ronda.Wish, ronda.FactCheck, error)
}

// publishRoutes lists the public pages of what is published, and the desks where it is written.
func (s *Site) publishRoutes() []frame.Route {
	if s.opt.Publications == nil {
		return nil
	}
	routes := []frame.Route{
		{Pattern: "GET /periksa/{ref}/gambar.png", Action: s.drawCheck},
		{Pattern: "GET /periksa/{ref}/lampiran", Action: s.showCheckPicture},
		{Pattern: "GET /periksa/umpan.json", Action: s.showCheckFeed},
		{Pattern: "GET /periksa/umpan.atom", Action: s.showCheckFeed},
		{Pattern: "POST /peringatan/wilayah", Action: s.keepRegion},
		{Pattern: "GET /peringatan/{id}", Action: s.showAlert},
		{Pattern: "GET /peringatan/{id}/{berkas}", Action: s.sendAlertFile},
		{Pattern: "GET /bahan", Action: s.listKits},
		{Pattern: "GET /bahan/{id}", Action: s.showKit},
		{Pattern: "GET /bahan/{id}/lembar.pdf", Action: s.printKit},
		{Pattern: "GET /bahan/{id}/{kartu}", Action: s.drawKit},
		{Pattern: "GET /pernyataan-resmi", Action: s.listBulletins},
		{Pattern: "GET /pernyataan-resmi/{id}", Action: s.showBulletin},
		{Pattern: "GET /pernyataan-resmi/umpan.atom", Action: s.showBulletinFeed},
	}
	if s.opt.Answer != nil {
		routes = append(routes, frame.Route{Pattern: "GET /jawaban", Action: s.askAnswer}, frame.Route{Pattern: "POST /jawaban", Action: s.findAnswer})
	}
	if s.opt.Subscriptions != nil {
		routes = append(routes, []frame.Route{
			{Pattern: "GET /peringatan/langganan", Action: s.askSubscription},
			{Pattern: "POST /peringatan/langganan", Action: s.subscribe},
			{Pattern: "GET /peringatan/langganan/ya/{rahasia}", Action: s.askConfirm},
			{Pattern: "POST /peringatan/langganan/ya/{rahasia}", Action: s.confirmSubscription},
			{Pattern: "GET /peringatan/langganan/berhenti/{rahasia}", Action: s.askLeave},
			{Pattern: "POST /peringatan/langganan/berhenti/{rahasia}", Action: s.leaveAlerts},
			{Pattern: "GET /mitra/web-hook", Action: s.work(s.showHooks)},
			{Pattern: "POST /mitra/web-hook", Action: s.work(s.addHook)},
			{Pattern: "POST /mitra/web-hook/{id}/hapus", Action: s.work(s.dropHook)},
		}...)
	}
	if s.opt.Publish == nil {
		return routes
	}
	return append(routes, []frame.Route{
		{Pattern: "GET /mitra/periksa-fakta", Action: s.work(s.listDesk)},
		{Pattern: "GET /mitra/periksa-fakta/baru", Action: s.work(s.newCheck)},
		{Pattern: "POST /mitra/periksa-fakta/baru", Action: s.work(s.saveCheck), MaxBody: maxUpload},
		{Pattern: "GET /mitra/periksa-fakta/draf/{id}", Action: s.work(s.editCheck)},
		{Pattern: "POST /mitra/periksa-fakta/draf/{id}", Action: s.work(s.saveCheck), MaxBody: maxUpload},
		{Pattern: "GET /mitra/periksa-fakta/draf/{id}/pratinjau", Action: s.work(s.previewCheck)},
		{Pattern: "POST /mitra/periksa-fakta/draf/{id}/{act}", Action: s.work(s.finishCheck)},
		{Pattern: "GET /mitra/periksa-fakta/impor", Action: s.work(s.showImport)},
		{Pattern: "POST /mitra/periksa-fakta/impor", Action: s.work(s.importChecks), MaxBody: maxUpload},
		{Pattern: "POST /mitra/periksa-fakta/terbit/{id}/ubah", Action: s.work(s.correctCheck)},
		{Pattern: "POST /mitra/periksa-fakta/terbit/{id}/cabut", Action: s.work(s.retractCheck)},

		{Pattern: "GET /kerja/periksa-fakta", Action: s.work(s.showWithdrawCheck)},
		{Pattern: "POST /kerja/periksa-fakta", Action: s.work(s.withdrawCheck)},

		{Pattern: "GET /mitra/peringatan", Action: s.work(s.listDeskAlerts)},
		{Pattern: "GET /mitra/peringatan/baru", Action: s.work(s.newAlert)},
		{Pattern: "POST /mitra/peringatan/baru", Action: s.work(s.saveAlert)},
		{Pattern: "GET /mitra/peringatan/{id}", Action: s.work(s.deskAlert)},
		{Pattern: "GET /mitra/peringatan/{id}/ubah", Action: s.work(s.editAlert)},
		{Pattern: "POST /mitra/peringatan/{id}/ubah", Action: s.work(s.saveAlert)},
		{Pattern: "POST /mitra/peringatan/{id}/{act}", Action: s.work(s.changeAlert)},

		{Pattern: "GET /mitra/bahan", Action: s.work(s.listDeskKits)},
		{Pattern: "GET /mitra/bahan/baru", Action: s.work(s.newKit)},
		{Pattern: "POST /mitra/bahan/baru", Action: s.work(s.saveKit)},
		{Pattern: "GET /mitra/bahan/{id}", Action: s.work(s.deskKit)},
		{Pattern: "POST /mitra/bahan/{id}/{act}", Action: s.work(s.changeKit)},

		{Pattern: "GET /kerja/pernyataan", Action: s.work(s.listDeskBulletins)},
		{Pattern: "GET /kerja/pernyataan/baru", Action: s.work(s.newBulletin)},
		{Pattern: "POST /kerja/pernyataan/baru", Action: s.work(s.saveBulletin)},
		{Pattern: "GET /kerja/pernyataan/{id}", Action: s.work(s.editBulletin)},
		{Pattern: "POST /kerja/pernyataan/{id}", Action: s.work(s.saveBulletin)},
		{Pattern: "POST /kerja/pernyataan/{id}/cabut", Action: s.work(s.withdrawBulletin)},
	}...)
}

// orgName is whose word a publication is: an office of an authority by its name of that day, a partner by the name that it gave.
func (s *Site) orgName(ctx context.Context, lang, org, office string, at time.Time) string {
	if office != "" {
		return s.pack.OfficeName(office, lang, at)
	}
	if s.opt.OrgName != nil {
		if name := s.opt.OrgName(ctx, org); name != "" {
			return name
		}
	}
	return org
}

// publishes tells which desks a person has: a partner's, or that of an office of the election commission.
func (s *Site) publishes(a ronda.Actor) (partner, commission bool) {
	if s.opt.Publish == nil {
		return false, false
	}
	body, ok := s.pack.Authority(a.Org)
	return a.Has(ronda.RolePartner), ok && body.Role == "commission" && a.Office != ""
}

// deskRail adds the desks to a person's menu.
func (s *Site) deskRail(a ronda.Actor, rail []frame.NavItem) []frame.NavItem {
	partner, commission := s.publishes(a)
	if partner {
		rail = append(rail, frame.NavItem{Key: "periksa-fakta", Text: "work.rail.checks", Path: "/mitra/periksa-fakta"})
	}
	if partner || commission {
		rail = append(rail, frame.NavItem{Key: "peringatan", Text: "work.rail.alerts", Path: "/mitra/peringatan"}, frame.NavItem{Key: "bahan", Text: "work.rail.kits", Path: "/mitra/bahan"})
	}
	if !partner && s.opt.Publish != nil && ronda.WithdrawsChecks(a, s.pack) {
		rail = append(rail, frame.NavItem{Key: "periksa-fakta", Text: "work.rail.checks", Path: withdrawPath})
	}
	if commission {
		rail = append(rail, frame.NavItem{Key: "pernyataan", Text: "work.rail.bulletins", Path: "/kerja/pernyataan"})
	}
	if partner && s.opt.Subscriptions != nil {
		rail = append(rail, frame.NavItem{Key: "hook", Text: "work.rail.alert_hook", Path: "/mitra/web-hook"})
	}
	return rail
}
