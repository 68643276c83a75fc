package web

import "ronda/internal/web/frame"

// openRoutes lists the public pages about acts and figures.
func (s *Site) openRoutes() []frame.Route {
	if s.opt.Notices == nil {
		return nil
	}
	routes := []frame.Route{
		{Pattern: "GET /data/tindakan", Action: s.listActs},
		{Pattern: "GET /data/tindakan/{id}", Action: s.showAct},
		{Pattern: "GET /data/metodologi", Action: s.showMethod},
		{Pattern: "GET /data/koreksi", Action: s.showCorrections},
		{Pattern: "GET /data/umpan/{jenis}/{nama}", Action: s.showFeed},
	}
	routes = append(routes, s.campaignRoutes()...)
	if s.opt.Corrections != nil {
		routes = append(routes, frame.Route{Pattern: "GET /kerja/koreksi", Action: s.work(s.showCorrect)}, frame.Route{Pattern: "POST /kerja/koreksi", Action: s.work(s.publishCorrection)})
	}
	if s.opt.LogStatus != nil {
		routes = append(routes, frame.Route{Pattern: "GET /data/log", Action: s.showLog}, frame.Route{Pattern: "GET /data/log/verifikasi", Action: s.showLog})
	}
	if s.opt.Downloads != nil {
		routes = append(routes, frame.Route{Pattern: "GET /data/unduh", Action: s.showDownloads}, frame.Route{Pattern: "GET /data/unduh/{nama}", Action: s.sendDownload})
	}
	if s.opt.Portal == nil {
		return routes
	}
	return append(routes,
		frame.Route{Pattern: "GET /data", Action: s.showData},
		frame.Route{Pattern: "GET /data/bagan/{nama}", Action: s.showChart},
		frame.Route{Pattern: "GET /data/platform/{slug}", Action: s.showPlatform},
		frame.Route{Pattern: "GET /data/lembaga/{id}", Action: s.showAuthority},
		frame.Route{Pattern: "GET /wilayah", Action: s.listRegions},
		frame.Route{Pattern: "GET /wilayah/{kode}", Action: s.showRegion},
		frame.Route{Pattern: "GET /kontes/{id}", Action: s.showContest},
	)
}
