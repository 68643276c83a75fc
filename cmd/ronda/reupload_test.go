package main

import (
	"strings"
	"testing"
	"time"

	"ronda"
)

// TestReuploads: what a platform took down and somebody reports again under another address is found by its words and shown on both cases, with
// the reason; a person's "no" takes the suggestion off both for good, a "yes" stays as that person's word. No address is changed by it.
func TestReuploads(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	old, again := h.comesBack(t, "Rekaman rapat warga disunting sehingga penabuh kendang dari seberang sungai disebut perusuh dan harus diusir dari Kampung Muara Teratai.",
		"https://www.tiktok.com/@akun.lain/video/7300000000000009871")
	older, other := h.comesBack(t, "Poster palsu koperasi nelayan menyuruh pedagang pasar malam menolak pembeli berbahasa asing serta membakar lapak mereka sebelum subuh.",
		"https://www.facebook.com/reel/730000000009872")
	shows := func(page ronda.Case, of ronda.Case) (ronda.Reupload, bool) {
		t.Helper()
		found, err := h.reuploads(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range found {
			if u.Other.ID == of.ID {
				return u, true
			}
		}
		return ronda.Reupload{}, false
	}
	until(t, h, h.down.follower, func() bool { _, ok := shows(again.now(), old); return ok })
	if u, _ := shows(again.now(), old); u.Later || len(u.Why) == 0 || !u.DownAt.Equal(tookDownAt(old)) {
		t.Errorf("on the new case: %+v", u)
	}
	until(t, h, h.follower, func() bool { _, ok := shows(old, again.now()); return ok })
	if u, _ := shows(old, again.now()); !u.Later {
		t.Errorf("on the old case: %+v", u)
	}

	page := "/kerja/kasus/" + again.number
	officer := h.visit(t, "petugas.bandung")
	officer.get(page).is(t, 200, "Diunggah ulang?", old.Number)
	officer.get("/kerja/kasus/"+old.Number).is(t, 200, "Diunggah ulang?", again.number)
	before := again.now()
	again.act("petugas.bandung", "unggah-ulang", "id", old.ID, "same", "tidak")
	if c := again.now(); c.Stage != before.Stage || len(c.Items) != len(before.Items) || len(c.Notices) != 0 {
		t.Errorf("a word on a suggestion changed the case: %+v", c)
	}
	for _, x := range []struct{ on, of ronda.Case }{{again.now(), old}, {old, again.now()}} {
		if u, ok := shows(x.on, x.of); ok {
			t.Errorf("what a person rejected is shown again on %s: %+v", x.on.Number, u)
		}
	}
	if a := officer.get(page); strings.Contains(panelOf(a.text), old.Number) {
		t.Error("the page shows what was rejected")
	}

	// Another case is not touched by it, and a yes stays.
	until(t, h, h.down.follower, func() bool { _, ok := shows(other.now(), older); return ok })
	other.act("petugas.bandung", "unggah-ulang", "id", older.ID, "same", "ya")
	if _, ok := shows(other.now(), older); !ok {
		t.Error("what a person confirmed is not shown")
	}
	officer.get("/kerja/kasus/"+other.number).is(t, 200, "Dinilai unggahan ulang")
}

// comesBack brings a story through to its removal, and reports it again under another address. The story is its own: a report of one that an open
// case tells would join that case.
func (h *hub) comesBack(t *testing.T, story, link string) (ronda.Case, *matter) {
	t.Helper()
	m := h.bring(t, story)
	m.triage()
	m.decide(ronda.Flag)
	m.notice(m.officer, ronda.Flag, "good_faith", "ya")
	flag := m.sent()
	h.visit(t, "penghubung.tiktok").post("/penghubung/pemberitahuan/"+flag.ID+"/jawab", answers(flag, 0)...).is(t, 200, "Dihapus")
	h.putForward(time.Hour)
	return m.now(), h.bring(t, story+" Diunggah lagi.", link)
}

// panelOf is the part of a case page with the suggestions.
func panelOf(page string) string {
	_, rest, ok := strings.Cut(page, `id="unggah-ulang"`)
	if !ok {
		return ""
	}
	panel, _, _ := strings.Cut(rest, "<h3")
	return panel
}

// TestDemoShowsAReupload: the demonstration has content that came back, for whoever wants to see the panel.
func TestDemoShowsAReupload(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	n := 0
	until(t, h, h.down.follower, func() bool {
		n = 0
		for _, c := range h.find(t, ronda.StageNew, nil) {
			found, err := h.reuploads(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			n += len(found)
		}
		return n > 0
	})
}
