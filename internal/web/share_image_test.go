package web_test

import (
	"bytes"
	"context"
	"flag"
	"html/template"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"testing"
	"time"

	"ronda"
	"ronda/internal/i18n"
)

var drawShare = flag.Bool("draw", false, "draw the pictures that messengers show for a fact-check (needs chromium)")

// verdictIcons are the icons that component/content.html draws.
var verdictIcons = map[ronda.Verdict]string{"benar": "check", "salah": "x", "menyesatkan": "alert-triangle", "sebagian": "alert-triangle",
	"satire": "masks-theater", "belum_terbukti": "question-mark", "belum_diperiksa": "question-mark"}

// TestDrawShareImages makes static/og-*.png anew from testdata/og.html when run with -draw: after a change of words or colours.
func TestDrawShareImages(t *testing.T) {
	if !*drawShare {
		t.Skip("draws only with -draw")
	}
	page := template.Must(template.ParseFiles("testdata/og.html"))
	texts, err := i18n.Load("id", "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range texts.Languages() {
		p := texts.Printer(lang, nil)
		for _, v := range ronda.Verdicts() {
			icon, err := os.ReadFile("icons/" + verdictIcons[v] + ".svg")
			if err != nil {
				t.Fatal(err)
			}
			var html bytes.Buffer
			err = page.Execute(&html, map[string]any{"Verdict": string(v), "Word": p.T("verdict." + string(v)), "Line": p.T("factcheck.share.line"),
				"Icon": template.HTML(icon)})
			if err != nil {
				t.Fatal(err)
			}
			shot := photograph(t, html.Bytes())
			if err := os.WriteFile("static/og-"+string(v)+"-"+lang+".png", fewColours(t, shot), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// photograph renders a page of 1200×630 pixels.
func photograph(t *testing.T, html []byte) image.Image {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "p.html"), filepath.Join(dir, "p.png")
	if err := os.WriteFile(in, html, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=1",
		"--window-size=1200,630", "--screenshot="+out, "file://"+in)
	if log, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("chromium: %v\n%s", err, log)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// fewColours encodes the picture with its 32 commonest colours, which a flat drawing does not miss.
func fewColours(t *testing.T, img image.Image) []byte {
	t.Helper()
	counts := map[color.RGBA]int{}
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			counts[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
		}
	}
	all := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		all = append(all, c)
	}
	sort.Slice(all, func(i, j int) bool { return counts[all[i]] > counts[all[j]] })
	var palette color.Palette
	for _, c := range all[:min(32, len(all))] {
		palette = append(palette, c)
	}
	flat := image.NewPaletted(image.Rect(0, 0, 1200, 630), palette)
	draw.Draw(flat, flat.Bounds(), img, b.Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, flat); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
