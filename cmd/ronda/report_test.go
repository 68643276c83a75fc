package main

import (
	"strings"
	"testing"
)

// report sends a report through the pages, without script, and returns the code of its ticket.
func (h *hub) report(t testing.TB, text string, links ...string) string {
	t.Helper()
	if len(links) == 0 {
		links = []string{linkOf(text)}
	}
	v := h.visit(t, "")
	v.get("/lapor").is(t, 200)
	v.post("/lapor/tautan", "link", strings.Join(links, "\n"), "text", text).is(t, 200)
	v.post("/lapor/masalah", "category", "violence").is(t, 200)
	v.post("/lapor/wilayah", "region", "32.73").is(t, 200)
	v.post("/lapor/bukti", "note", "", "contact", "").is(t, 200)
	v.get("/lapor/periksa-jawaban").is(t, 200)
	sent := v.postFiles("/lapor/periksa-jawaban", nil).is(t, 200)
	code := codeRE.FindString(mainText(sent.text))
	if code == "" {
		t.Fatalf("no code after sending:\n%s", mainText(sent.text))
	}
	return code
}
