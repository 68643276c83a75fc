package recheck_test

import (
	"errors"
	"testing"

	"ronda"
	"ronda/internal/notice/recheck"
	"ronda/internal/safefetch"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	const video = "https://www.tiktok.com/@contoh/video/7300000000000000001"
	tiktok := ronda.Item{Platform: "tiktok", Kind: "video", Address: video, Key: "tiktok:video:7300000000000000001"}
	site := ronda.Item{Kind: "page", Address: "https://berita.example/a", Key: "page:berita.example/a", Domain: "berita.example"}
	page := func(asked, ended string, status int, body string) *safefetch.Page {
		return &safefetch.Page{Asked: asked, URL: ended, Status: status, Body: []byte(body)}
	}
	tests := []struct {
		name string
		item ronda.Item
		page *safefetch.Page
		err  error
		want ronda.RecheckResult
	}{
		{"not found", tiktok, page(video, video, 404, ""), nil, ronda.RecheckGone},
		{"gone", tiktok, page(video, video, 410, ""), nil, ronda.RecheckGone},
		{"blocked by law", tiktok, page(video, video, 451, ""), nil, ronda.RecheckGone},
		{"not found behind a login", tiktok, page(video, "https://www.tiktok.com/login?next=x", 404, ""), nil, ronda.RecheckUnclear},
		{"shell of the app", tiktok, page(video, video, 200, "<html><div id=app></div>"), nil, ronda.RecheckUnclear},
		{"names itself", tiktok, page(video, video, 200, `<link rel="canonical" href="`+video+`">`), nil, ronda.RecheckThere},
		{"names itself for sharing", tiktok, page(video, video, 200, `<meta property="og:url" content="`+video+`"/>`), nil, ronda.RecheckThere},
		{"names another item", tiktok, page(video, video, 200, `<link rel="canonical" href="https://www.tiktok.com/@x/video/7300000000000000002">`), nil, ronda.RecheckUnclear},
		{"only mentions the item", tiktok, page(video, video, 200, `<a href="`+video+`">`), nil, ronda.RecheckUnclear},
		{"sign-in form", tiktok, page(video, video, 200, `<link rel="canonical" href="`+video+`"><input type="password">`), nil, ronda.RecheckUnclear},
		{"forbidden", tiktok, page(video, video, 403, ""), nil, ronda.RecheckUnclear},
		{"too many", tiktok, page(video, video, 429, ""), nil, ronda.RecheckUnclear},
		{"broken", tiktok, page(video, video, 500, ""), nil, ronda.RecheckUnclear},
		{"no answer", tiktok, nil, errors.New("timeout"), ronda.RecheckUnclear},
		{"another host", site, page("https://berita.example/a", "https://parkir.example/", 200, "dijual"), nil, ronda.RecheckUnclear},
		{"site still there", site, page("https://berita.example/a", "https://www.berita.example/a", 200, "<p>kabar</p>"), nil, ronda.RecheckThere},
		{"site sends home", site, page("https://berita.example/a", "https://berita.example/", 200, "<p>beranda</p>"), nil, ronda.RecheckUnclear},
		{"empty page", site, page("https://berita.example/a", "https://berita.example/a", 200, " "), nil, ronda.RecheckUnclear},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := recheck.Judge(tt.item, tt.page, tt.err); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}
