package frame

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

var iconPath = regexp.MustCompile(`<(?:path|circle|rect|line|polyline)\s[^>]*/>`)

// loadIcons reads *.svg and keeps the drawing alone: size, colour and stroke come from the style sheet, so an icon costs
// a page some 200 bytes.
func loadIcons(fsys fs.FS) (map[string]template.HTML, error) {
	files, err := fs.Glob(fsys, "*.svg")
	if err != nil {
		return nil, fmt.Errorf("list icons: %w", err)
	}
	icons := map[string]template.HTML{}
	for _, name := range files {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read icon: %w", err)
		}
		var shapes strings.Builder
		for _, shape := range iconPath.FindAllString(string(b), -1) {
			if !strings.Contains(shape, `stroke="none"`) { // the invisible box around each Tabler icon
				shapes.WriteString(strings.Replace(shape, " />", "/>", 1))
			}
		}
		icons[strings.TrimSuffix(path.Base(name), ".svg")] = template.HTML(
			`<svg class="i" viewBox="0 0 24 24" aria-hidden="true">` + shapes.String() + `</svg>`)
	}
	return icons, nil
}

// icon writes an icon inline. It is hidden from screen readers, because text always stands beside it.
func (f *Frame) icon(name string) (template.HTML, error) {
	svg, ok := f.icons[name]
	if !ok {
		return "", fmt.Errorf("no icon %q", name)
	}
	return svg, nil
}
