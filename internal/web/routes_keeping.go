package web

import "ronda/internal/web/frame"

// KeepingOptions joins the pages about erasing to their service.
type KeepingOptions struct{ Keeping Keeping }

// keepingRoutes lists the pages about erasing; none without the service.
func (s *Site) keepingRoutes() []frame.Route {
	if s.opt.Keeping == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /tiket/{kode}/hapus", Action: s.askWithdraw},
		{Pattern: "POST /tiket/{kode}/hapus", Action: s.withdraw},
		{Pattern: "GET /kerja/penghapusan", Action: s.work(s.showErasures)},
		{Pattern: "POST /kerja/penghapusan", Action: s.work(s.askErasure)},
		{Pattern: "POST /kerja/penghapusan/{id}", Action: s.work(s.decideErasure)},
	}
}
