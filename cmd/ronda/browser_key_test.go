package main

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"ronda/internal/demo"
)

// TestPasskeys registers a passkey in a real browser with an authenticator of its own, signs in with it alone and as the second step, and lets it go.
func TestPasskeys(t *testing.T) {
	t.Parallel()
	browser := chromium(t)
	h := startHub(t, "")
	base, err := url.Parse(h.base)
	if err != nil {
		t.Fatal(err)
	}
	base.Host = "localhost:" + base.Port() // an address has no passkeys; on this machine localhost stands in for it
	h.base = base.String()
	b := h.open(t, browser, "", 1024, 900)
	ctx, stop := context.WithTimeout(b.ctx, pageTime)
	defer stop()
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true,
		IsUserVerified: true, AutomaticPresenceSimulation: true}}); err != nil {
		t.Fatal(err)
	}
	signIn := func() {
		b.goTo("/masuk")
		b.fill("#login", "petugas.bandung")
		b.fill("#password", demo.Password)
		b.press("form[action='/masuk'] button")
	}
	signIn()
	b.goTo("/kerja/akun/kunci")
	b.fill("#name", "Kunci uji")
	b.press("[data-key=add] button")
	b.says("Kunci uji", "Kunci sandi (passkey)", "Belum ada kode pemulihan")
	out := func() { b.press(".who form button") }

	out()
	b.press("[data-key=use] button")
	if at := b.where(); at != "/kerja" {
		t.Fatalf("a passkey alone leads to %s\n%s", at, b.text())
	}
	b.goTo("/kerja/akun")
	b.says("Sesi ini", "Kunci sandi")
	out()
	signIn()
	b.says("Satu langkah lagi")
	if status := b.goTo("/kerja/antrean"); status != 200 || !strings.HasPrefix(b.where(), "/masuk/kedua") {
		t.Errorf("half a sign-in opens %s (%d)", b.where(), status)
	}
	b.press("[data-key=use] button")
	if at := b.where(); at != "/kerja/antrean" {
		t.Errorf("the second step leads to %s", at)
	}
	b.goTo("/kerja/akun")
	b.press("form[action$='/hapus'] button")
	if strings.Contains(b.text(), "Kunci uji") {
		t.Error("the passkey is still there")
	}
	out()
	b.tick("[data-key=use] button")
	b.until(`!document.querySelector("[data-key=use] .fault").hidden`)
	b.says("tidak dikenal")
}
