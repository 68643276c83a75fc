package letter_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/notice/letter"
)

var pageRE = regexp.MustCompile(`/Type /Page\b[^s]`)

// withAddresses is the order with n addresses.
func withAddresses(n int) letter.Document {
	d := acts()["order"]
	d.Addresses = nil
	for _, it := range theCase(n).Items {
		d.Addresses = append(d.Addresses, letter.Address{Item: it.ID, Platform: "TikTok", Kind: it.Kind, URL: it.Address})
	}
	return d
}

// TestPDF is a PDF with embedded typefaces, the same each time, on two pages with ten addresses.
func TestPDF(t *testing.T) {
	t.Parallel()
	m := maker(t)
	for name, d := range acts() {
		for _, lang := range []string{"id", "en"} {
			a, err := m.PDF(d, lang)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			b, _ := m.PDF(d, lang)
			if !bytes.Equal(a, b) {
				t.Errorf("%s.%s is not the same twice", name, lang)
			}
			if !bytes.HasPrefix(a, []byte("%PDF-")) || !bytes.Contains(a, []byte("/FontFile2")) || !bytes.Contains(a, []byte("/Lang ("+lang+")")) {
				t.Errorf("%s.%s is no PDF with embedded typefaces and a language", name, lang)
			}
			if n := len(pageRE.FindAll(a, -1)); n > 2 {
				t.Errorf("%s.%s has %d pages", name, lang, n)
			}
		}
	}
	for n, most := range map[int]int{10: 2, 200: 8} {
		for _, lang := range []string{"id", "en"} {
			out, err := m.PDF(withAddresses(n), lang)
			if err != nil {
				t.Fatal(err)
			}
			if pages := len(pageRE.FindAll(out, -1)); pages > most {
				t.Errorf("%d addresses take %d pages in %s, want %d at most", n, pages, lang, most)
			}
		}
	}
}

// TestPDFText reads the PDF as a recipient's program does: every word of the page, the page numbers, and the header on each page of the table.
func TestPDFText(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext")
	m := maker(t)
	for name, d := range acts() {
		text := read(t, m, d, "id")
		flat := strings.Join(strings.Fields(text), " ")
		for _, want := range []string{"SALINAN, belum ditandatangani", "Halaman 1 dari ", "RND-7K3M-9Q2X-4TBC-8HWV", "Gita Pertiwi", "Hak Anda", "180 hari"} {
			if name == "withdrawal" && (want == "Hak Anda" || want == "180 hari") {
				continue
			}
			if !strings.Contains(flat, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, text)
			}
		}
		whole := strings.ReplaceAll(flat, " ", "")
		for _, a := range d.Addresses {
			if !strings.Contains(whole, a.URL) {
				t.Errorf("%s lacks the address %s", name, a.URL)
			}
		}
	}
	text := read(t, m, withAddresses(200), "id")
	pages := strings.Split(strings.TrimRight(text, "\f"), "\f")
	for i, p := range pages {
		if strings.Contains(p, "www.tiktok.com") && !strings.Contains(p, "Layanan") {
			t.Errorf("page %d of the table has no header", i+1)
		}
		if want := "Halaman " + string(rune('1'+i)) + " dari " + string(rune('0'+len(pages))); !strings.Contains(p, want) {
			t.Errorf("page %d lacks %q", i+1, want)
		}
	}
}

// TestPDFOtherLetters: what the typeface lacks is replaced and said, never dropped in silence.
func TestPDFOtherLetters(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext")
	m := maker(t)
	d := acts()["flag"]
	if text := read(t, m, d, "id"); strings.Contains(text, "▯") || strings.Contains(text, "tidak dapat dicetak") {
		t.Errorf("a plain letter has lost characters:\n%s", text)
	}
	d.Explanation = "Tulisan “ꦱꦸꦫꦠ꧀” dan “رسالة” — dengan é, ñ, ş, Ω, Ж, €, …, ½ — muncul pada menit pertama."
	text := read(t, m, d, "id")
	flat := strings.Join(strings.Fields(text), " ")
	if !strings.Contains(text, "▯") || !strings.Contains(flat, "tidak dapat dicetak") || !strings.Contains(flat, "é, ñ, ş, Ω, Ж, €, …, ½") {
		t.Errorf("lost characters are not said:\n%s", text)
	}
}

// TestPDFOfRequestNamesTheMinistryOfItsDay: before 21 October 2024 it had another name.
func TestPDFOfRequestNamesTheMinistryOfItsDay(t *testing.T) {
	t.Parallel()
	c := theCase(1)
	n := ronda.Notice{ID: "n", Act: ronda.Request, Authority: "komdigi", Org: "bawaslu", Office: "bawaslu:", Ground: "pilkada-69-b", CreatedAt: sent.AddDate(0, -2, 0), RuleDate: sent}
	d := letter.FromNotice(thePack(), c, n, letter.Facts{})
	if d.Recipient.Short != "Kominfo" {
		t.Errorf("written to %s", d.Recipient.Short)
	}
}

func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if strings.Contains(os.Getenv("RONDA_REQUIRE"), program) {
			t.Fatalf("%s is required and missing", program)
		}
		t.Skipf("%s is not installed", program)
	}
}

func read(t *testing.T, m *letter.Maker, d letter.Document, lang string) string {
	t.Helper()
	out, err := m.PDF(d, lang)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return string(text)
}

// BenchmarkPDF makes an order with ten addresses.
func BenchmarkPDF(b *testing.B) {
	m, err := letter.New()
	if err != nil {
		b.Fatal(err)
	}
	d := withAddresses(10)
	for b.Loop() {
		if _, err := m.PDF(d, "id"); err != nil {
			b.Fatal(err)
		}
	}
}
