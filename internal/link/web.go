package link

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"ronda"
)

//go:embed web.json
var webJSON []byte

// openWeb reads the forms of the open web: shorteners, archives, wrappers. They are no platform of an election, but the
// data has the same shape.
func openWeb() (ronda.Platform, error) {
	var d ronda.Platform
	if err := json.Unmarshal(webJSON, &d); err != nil {
		return d, fmt.Errorf("read web.json: %w", err)
	}
	return d, nil
}

// webTracking gives the tracking parameters of the open web; its service is the last one added.
func (p *Parser) webTracking() map[string]bool {
	return p.platforms[len(p.platforms)-1].tracking
}
