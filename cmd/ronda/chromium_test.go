package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pageTime bounds one step in the browser; the machine may be busy.
const pageTime = 45 * time.Second

// chromium is a real browser that all tests share: each window in it has cookies and a cache of its own. Without the program the test is skipped, or
// fails if RONDA_REQUIRE names chromium.
func chromium(t testing.TB) context.Context {
	t.Helper()
	ctx, err := browser()
	switch {
	case errors.Is(err, exec.ErrNotFound) && !slices.Contains(strings.FieldsFunc(os.Getenv("RONDA_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), "chromium"):
		t.Skip("no chromium is installed: the pages are not tested in a browser")
	case err != nil:
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// browser starts Chromium. The headless shell is the same engine without the frame of a desktop's window, which nobody sees here and which costs more
// than the pages in it.
var browser = sync.OnceValues(func() (context.Context, error) {
	path, err := "", exec.ErrNotFound
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path))
	for _, name := range []string{"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		opts = append(opts, chromedp.Flag(name, true))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	shared.add(stop)
	ctx, stop = chromedp.NewContext(ctx)
	shared.add(stop)
	return ctx, chromedp.Do(ctx)
})

// tab is one person's window: own cookies, own cache, and a record of what was loaded.
type tab struct {
	t    testing.TB
	h    *hub
	ctx  context.Context
	seen *traffic
}

// traffic is what a window loaded.
type traffic struct {
	mu       sync.Mutex // guards what follows
	requests []string
	bytes    float64
}

func (x *traffic) reset() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.requests, x.bytes = nil, 0
}

func (x *traffic) read() ([]string, int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.requests), int(x.bytes)
}

// open opens a window of its own. With a login it is signed in.
func (h *hub) open(t testing.TB, browser context.Context, login string, width, height int64) *tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	b := &tab{t: t, h: h, ctx: ctx, seen: &traffic{}}
	if err := chromedp.Do(ctx); err != nil { // opens the window; it lives as long as this context, so no time limit here
		t.Fatal(err)
	}
	b.run(chromedp.EmulateViewport(width, height))
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	err := chromedp.Listen(ctx, func(ev any) {
		b.seen.mu.Lock()
		defer b.seen.mu.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			b.seen.requests = append(b.seen.requests, ev.Request.URL)
		case *network.EventLoadingFinished:
			b.seen.bytes += ev.EncodedDataLength
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if login != "" {
		if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "ronda_sesi", Value: h.session(t, login), URL: h.base + "/", HTTPOnly: new(true)}); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// withoutScript turns script off, as some of the old phones and all of the careful readers do.
func (b *tab) withoutScript() *tab {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		b.t.Fatal(err)
	}
	return b
}

// media lets the page believe in a colour scheme and a medium ("" or "print").
func (b *tab) media(medium, scheme string) {
	b.t.Helper()
	p := emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, p); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) run(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, pageTime)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v (at %s)", err, b.where())
	}
}

// load runs steps that lead to another page, waits for it, and returns its status.
func (b *tab) load(steps ...chromedp.Action[chromedp.Void]) int {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, pageTime)
	defer stop()
	res, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.t.Fatalf("%v (at %s)", err, b.where())
	}
	if res == nil {
		return 0
	}
	return int(res.Status)
}

func (b *tab) goTo(path string) int {
	b.t.Helper()
	return b.load(chromedp.Navigate(b.h.base + path))
}

// press clicks what the selector finds and waits for the page that comes.
func (b *tab) press(selector string) int {
	b.t.Helper()
	return b.load(chromedp.Click(chromedp.CSS(selector)))
}

// fill puts text into a field.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.run(chromedp.SetValue(chromedp.CSS(selector), text))
}

// tick clicks without waiting for a page.
func (b *tab) tick(selector string) {
	b.t.Helper()
	b.run(chromedp.Click(chromedp.CSS(selector)))
}

// key presses keys on the keyboard.
func (b *tab) key(keys string, opts ...chromedp.KeyOption) {
	b.t.Helper()
	b.run(chromedp.KeyEvent(keys, opts...))
}

// tabTo moves with the Tab key until the focus is on what the selector finds, checks on the way that the focus can be seen and is not
// covered, and fails when it never gets there.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 120 {
		b.key(kb.Tab)
		if why := ask[string](b, focusFault); why != "" {
			b.t.Errorf("%s: %s", b.where(), why)
		}
		if ask[bool](b, "document.activeElement.matches("+quote(selector)+")") {
			return
		}
	}
	b.t.Fatalf("%s: the Tab key never gets to %s", b.where(), selector)
}

// focusFault says what is wrong with the focus: nothing to be seen, or something lies over it.
const focusFault = `(() => {
	const el = document.activeElement;
	if (!el || el === document.body) return "";
	const shown = el.type === "radio" || el.type === "checkbox" ? [el, el.nextElementSibling].filter(Boolean) : [el];
	const seen = shown.some(x => { const s = getComputedStyle(x); return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none"; });
	if (!seen) return "focus cannot be seen on " + el.outerHTML.slice(0, 120);
	// The browser scrolls to the focus when it draws the next frame, which a window in the background may never do.
	let r = el.getBoundingClientRect();
	if (r.top < 0 || r.bottom > innerHeight) { el.scrollIntoView({block: "nearest", behavior: "instant"}); r = el.getBoundingClientRect(); }
	if (r.width < 2 || r.height < 2) return "";
	const points = [[r.left + 3, r.top + 3], [r.right - 3, r.bottom - 3], [r.left + r.width / 2, r.top + r.height / 2]].filter(p => p[0] >= 0 && p[1] >= 0 && p[0] < innerWidth && p[1] < innerHeight);
	if (!points.length) return "focus is outside the window on " + el.outerHTML.slice(0, 120);
	const free = points.some(p => { const top = document.elementFromPoint(p[0], p[1]); return top && (el.contains(top) || top.contains(el) || shown.includes(top) || shown.some(x => x.contains(top))); });
	return free ? "" : "focus is covered on " + el.outerHTML.slice(0, 120);
})()`

func (b *tab) where() string {
	ctx, stop := context.WithTimeout(b.ctx, pageTime)
	defer stop()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "?"
	}
	return strings.TrimPrefix(at, b.h.base)
}

// text is what can be read on the page.
func (b *tab) text() string {
	b.t.Helper()
	return ask[string](b, "document.querySelector('main').innerText")
}

// says fails the test unless the page says all of it.
func (b *tab) says(words ...string) {
	b.t.Helper()
	text := strings.ToLower(b.text())
	for _, w := range words {
		if !strings.Contains(text, strings.ToLower(w)) {
			b.t.Errorf("%s does not say %q:\n%s", b.where(), w, text)
		}
	}
}

// ask asks the page.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, pageTime)
	defer stop()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%v (at %s)", err, b.where())
	}
	return v
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }
