package publish

import (
	"strings"
	"time"

	"ronda"
	"ronda/internal/i18n"
)

// Marked is what goes around, as plain text may say it: behind the verdict's word, and struck through the way that messengers show it. Nothing else
// writes a claim into a mail, a feed or a chat.
func Marked(p i18n.Printer, claim string, v ronda.Verdict) string {
	if claim = strings.Join(strings.Fields(strings.ReplaceAll(claim, "~", " ")), " "); claim == "" {
		return ""
	}
	return p.T("publish.marked", "verdict", strings.ToUpper(p.T("verdict."+string(v))), "claim", claim)
}

// Place is where an alert is for, in words.
func Place(p i18n.Printer, pack *ronda.Pack, region string) string {
	if region == "" {
		return p.T("report.region.all")
	}
	return pack.RegionName(region)
}

// AlertText is an alert as a message for a chat or a mail. source is whose warning it is, link its page.
func AlertText(p i18n.Printer, pack *ronda.Pack, a ronda.Alert, source, link string) string {
	lines := []string{p.T("publish.alert.head", "place", Place(p, pack, a.Region), "n", a.Urgency, "urgency", p.T("urgency."+string(rune('0'+a.Urgency)))),
		"*" + strings.ReplaceAll(a.Title.In(p.Lang), "*", "") + "*", a.Text.In(p.Lang)}
	if m := Marked(p, a.Claim.In(p.Lang), a.Verdict); m != "" {
		lines = append(lines, m)
	}
	lines = append(lines, p.T("publish.alert.foot", "source", source, "until", p.TimeIn(a.ExpiresAt, zone(pack, a.Region))), link)
	return strings.Join(lines, "\n")
}

// WithdrawnText is the message that an alert was taken back.
func WithdrawnText(p i18n.Printer, pack *ronda.Pack, a ronda.Alert, source, link string) string {
	return strings.Join([]string{p.T("publish.alert.withdrawn", "place", Place(p, pack, a.Region), "title", a.Title.In(p.Lang)),
		p.T("publish.alert.because", "source", source, "reason", a.Because), link}, "\n")
}

// CheckText is a fact-check as a message for a chat: the verdict, the truth and the page, and nothing of what goes around.
func CheckText(p i18n.Printer, f ronda.FactCheck, link string) string {
	return p.T("check.share.text", "verdict", strings.ToUpper(p.T("verdict."+string(f.Verdict))), "truth", f.Truth.In(p.Lang), "link", link)
}

func zone(p *ronda.Pack, region string) *time.Location { return p.Zone(region) }
