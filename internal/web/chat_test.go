package web_test

import (
	"strings"
	"testing"

	"ronda/internal/web"
)

// TestChatAccountsAreNamed names the official accounts where people begin, ask for help and look whether an account is real, and nowhere without any.
func TestChatAccountsAreNamed(t *testing.T) {
	t.Parallel()
	set := browse(t, site(t, func(o *web.Options) {
		o.Chats = []web.ChatAccount{{App: "Telegram", Name: "@ronda_bot", Link: "https://t.me/ronda_bot"}, {App: "WhatsApp", Name: "+62 811 0000 0000", Link: "https://wa.me/6281100000000"}}
	}))
	none := browse(t, site(t, func(*web.Options) {}))
	for _, path := range []string{"/", "/en/", "/bantuan", "/en/bantuan", "/bantuan/situs-resmi"} {
		page := set.get(path).Body
		if !strings.Contains(page, `<a href="https://t.me/ronda_bot" rel="noopener">@ronda_bot</a>`) || !strings.Contains(page, "62 811 0000 0000") {
			t.Errorf("%s does not name the accounts", path)
		}
		if strings.Contains(none.get(path).Body, `id="chat"`) {
			t.Errorf("%s speaks of accounts that do not exist", path)
		}
	}
}
