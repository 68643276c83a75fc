package web

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed templates static icons
var embedded embed.FS

// dir opens one embedded folder.
func dir(name string) (fs.FS, error) {
	sub, err := fs.Sub(embedded, name)
	if err != nil {
		return nil, fmt.Errorf("open embedded %s: %w", name, err)
	}
	return sub, nil
}
