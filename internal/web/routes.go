package web

import "ronda/internal/web/frame"

// citizenRoutes lists the pages for everyone. Paths are Indonesian; frame serves the same under /en.
func (s *Site) citizenRoutes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /{$}", Action: s.showHome},
	}
}
