// Package recheck judges what a later look at an address shows that a platform says is gone. It stands after the answer, behind the sixth stage.
//
// It promises to be slow to conclude: services show login walls, consent pages and their front page to programs, with any status. Only a plain sign
// counts as gone or still there; the rest is unclear and goes to a person. It makes no request itself.
package recheck

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"ronda"
	"ronda/internal/safefetch"
)

// Judge says what a fetch of an item's address shows. A fetch that failed shows nothing.
func Judge(it ronda.Item, page *safefetch.Page, err error) ronda.RecheckResult {
	if err != nil || page == nil {
		return ronda.RecheckUnclear
	}
	asked, err1 := url.Parse(page.Asked)
	ended, err2 := url.Parse(page.URL)
	if err1 != nil || err2 != nil || !sameService(asked, ended) || wall(ended) {
		return ronda.RecheckUnclear
	}
	switch page.Status {
	case http.StatusNotFound, http.StatusGone, http.StatusUnavailableForLegalReasons:
		return ronda.RecheckGone
	case http.StatusOK:
		return found(it, asked, ended, page.Body)
	}
	return ronda.RecheckUnclear
}

// found judges a page that was delivered.
func found(it ronda.Item, asked, ended *url.URL, body []byte) ronda.RecheckResult {
	if wallText.Match(body[:min(len(body), 64<<10)]) {
		return ronda.RecheckUnclear
	}
	if it.Platform == "" || it.Kind == "page" {
		if asked.Path != "/" && strings.Trim(ended.Path, "/") == "" {
			return ronda.RecheckUnclear // sent to the front page
		}
		if len(bytes.TrimSpace(body)) == 0 {
			return ronda.RecheckUnclear
		}
		return ronda.RecheckThere
	}
	// The services deliver the shell of their app for anything. It is the item's page only if it says of itself that it is.
	id := it.Key[strings.LastIndexByte(it.Key, ':')+1:]
	for _, m := range ownAddress.FindAllSubmatch(body, 20) {
		if len(id) >= 4 && bytes.Contains(m[0], []byte(id)) {
			return ronda.RecheckThere
		}
	}
	return ronda.RecheckUnclear
}

// ownAddress finds where a page names itself: its canonical link and its Open Graph address.
var ownAddress = regexp.MustCompile(`(?i)<(?:link\b[^>]{0,300}\bcanonical\b|meta\b[^>]{0,300}\bog:url\b)[^>]{0,1000}>|<link\b[^>]{0,1000}\brel=["']?canonical[^>]{0,100}>`)

// wallText finds a page that asks for a password instead of showing the item.
var wallText = regexp.MustCompile(`(?i)<input[^>]{0,200}type=["']?password|id=["']?captcha|g-recaptcha|cf-challenge`)

// wall tells whether the way ended at a sign-in, consent or check page.
func wall(u *url.URL) bool {
	p := strings.ToLower(u.Path)
	for _, part := range []string{"login", "signin", "sign-in", "checkpoint", "consent", "captcha", "challenge"} {
		if strings.Contains(p, part) {
			return true
		}
	}
	return strings.HasPrefix(u.Hostname(), "consent.") || strings.HasPrefix(u.Hostname(), "accounts.") || strings.HasPrefix(u.Hostname(), "login.")
}

// sameService tells whether a redirect stayed at the host, apart from "www.", "m." and "mobile.".
func sameService(a, b *url.URL) bool { return bare(a.Hostname()) == bare(b.Hostname()) }

func bare(host string) string {
	for _, p := range []string{"www.", "m.", "mobile."} {
		host = strings.TrimPrefix(host, p)
	}
	return host
}
