package api

import "ronda"

// Scopes of tokens beside the actions of the permission table.
const (
	scopeReport ronda.Action = "report.submit"
)

// routes lists every path. Each action stands in the file of its noun.
func (a *api) routes() {
	if a.opt.Intake != nil {
		add(a, a.checkSpec(), a.check)
		add(a, a.reportSpec(), a.submitReport)
		add(a, a.ticketSpec(), a.ticket)
		add(a, a.additionSpec(), a.addToReport)
	}
	if a.opt.FactChecks != nil {
		add(a, a.factChecksSpec(), a.factChecks)
		add(a, a.factCheckSpec(), a.oneFactCheck)
	}
	if a.opt.Notices != nil {
		a.actRoutes()
		if a.opt.Responses != nil && a.opt.Receipts != nil {
			a.noticeRoutes()
		}
		a.performanceRoutes()
		if a.opt.Appeals != nil {
			a.objectionRoutes()
		}
	}
	if a.opt.Casework != nil {
		a.caseRoutes()
	}
	if a.opt.Partners != nil {
		add(a, a.partnersSpec(), a.partners)
	}
	if a.opt.Research != nil {
		a.researchRoutes()
	}
	a.placeRoutes()
	if a.opt.Campaign != nil {
		a.campaignRoutes()
	}
	if a.opt.Statements != nil {
		a.statementRoutes()
	}
	if a.opt.Hooks != nil {
		a.hookRoutes()
	}
	if a.opt.Practice != nil {
		a.practiceRoutes()
	}
	if a.opt.Outside != nil {
		a.outsideRoutes()
	}
}
