package web

import "ronda/internal/web/frame"

// openRoutes lists the public pages about acts and figures.
func (s *Site) openRoutes() []frame.Route {
	if s.opt.Notices == nil {
		return nil
	}
	return []frame.Route{
		{Pattern: "GET /data", Action: s.showData},
		{Pattern: "GET /data/tindakan", Action: s.listActs},
		{Pattern: "GET /data/tindakan/{id}", Action: s.showAct},
	}
}
