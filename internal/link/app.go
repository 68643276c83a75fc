package link

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"ronda"
)

// appLink turns one form of an app's own address into a web address.
type appLink struct {
	path *regexp.Regexp
	keys []string
	to   template
}

func (p *Parser) addApp(d ronda.AppLink) error {
	re, err := regexp.Compile(d.PathRE)
	if err != nil {
		return fmt.Errorf("compile path_re: %w", err)
	}
	to, err := parseTemplate(d.Target, where{path: re, host: re}, d.QueryRequired)
	if err != nil {
		return fmt.Errorf("read target: %w", err)
	}
	p.apps[d.Scheme] = append(p.apps[d.Scheme], &appLink{path: re, keys: d.QueryRequired, to: to})
	return nil
}

// openApp reads an address with an app's scheme. a.path holds everything after the scheme.
func (p *Parser) openApp(a *address, depth int) (Link, error) {
	target, code := p.appTarget(a)
	if code != "" {
		return Link{}, refuse(code)
	}
	l, err := p.parse(target, depth+1)
	if err != nil {
		return Link{}, err
	}
	l.Flags = addFlags(l.Flags, "app_link")
	l.Flags = addFlags(l.Flags, a.flags...)
	return l, nil
}

func (p *Parser) appTarget(a *address) (target, code string) {
	if a.scheme == "intent" || a.scheme == "android-app" {
		return intentTarget(a.path)
	}
	if a.scheme == "view-source" || a.scheme == "feed" || a.scheme == "blob" || a.scheme == "web+http" {
		if inner, _ := cutScheme(a.path); inner == "http" || inner == "https" {
			return a.path, ""
		}
	}
	forms, known := p.apps[a.scheme]
	if !known {
		if strings.HasPrefix(a.scheme, "fb") && len(a.scheme) > 8 {
			return "", "link.app_link"
		}
		return "", "link.not_http"
	}
	in := &address{path: a.path}
	in.plain = in.path
	if i := strings.IndexByte(in.plain, '#'); i >= 0 {
		in.plain = in.plain[:i]
	}
	if i := strings.IndexByte(in.plain, '?'); i >= 0 {
		in.plain, in.query = in.plain[:i], in.plain[i+1:]
	}
	if open, err := url.PathUnescape(in.plain); err == nil && printable(open) {
		in.plain = open
	}
	in.plain = strings.Trim(in.plain, "/")
next:
	for _, f := range forms {
		m := f.path.FindStringSubmatchIndex(in.plain)
		if m == nil {
			continue
		}
		var values []string
		for _, key := range f.keys {
			v, ok := in.value(key)
			if !ok || v == "" || !printable(v) {
				continue next
			}
			values = append(values, v)
		}
		whole := len(f.to) == 1 // the value is itself an address
		return f.to.fill(filling{a: in, text: in.plain, path: m, values: values, keys: f.keys, plain: whole}), ""
	}
	return "", "link.app_link"
}

// intentTarget reads Android's "intent://host/path#Intent;scheme=https;…;end" and "android-app://package/https/host/path".
func intentTarget(s string) (target, code string) {
	body, extras, _ := strings.Cut(s, "#Intent;")
	scheme := ""
	for part := range strings.SplitSeq(extras, ";") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "scheme":
			scheme = strings.ToLower(value)
		case "S.browser_fallback_url":
			if open, err := url.QueryUnescape(value); err == nil && target == "" {
				target = open
			}
		}
	}
	switch {
	case extras == "":
		// android-app://com.facebook.katana/https/www.facebook.com/…
		parts := strings.SplitN(body, "/", 3)
		if len(parts) == 3 && (parts[1] == "http" || parts[1] == "https") {
			return parts[1] + "://" + parts[2], ""
		}
		return "", "link.app_link"
	case scheme != "" && body != "":
		return scheme + "://" + body, ""
	case target != "":
		return target, ""
	case strings.Contains(body, "."):
		return "https://" + body, ""
	}
	return "", "link.app_link"
}
