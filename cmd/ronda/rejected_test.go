package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ronda"
)

// TestNoFlagAfterRejection: what the ministry refused to order cannot be asked of the platform by a flag instead, whatever becomes of the address: the same
// case, a new report under another spelling, a case that it was merged into, a case that was split off. New facts do not help a flag.
func TestNoFlagAfterRejection(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	t.Run("same case", func(t *testing.T) {
		t.Parallel()
		m := h.rejected(t, "Rekaman ceramah di lapangan yang menyuruh orang mengusir pendatang malam ini juga.")
		m.refusesFlag(t, "narahubung", m.now().Items[0].ID)
	})
	t.Run("another spelling, split off", func(t *testing.T) {
		t.Parallel()
		old := h.rejected(t, "Gambar selebaran berisi hinaan terhadap satu keyakinan, ditempel di tembok sekolah.")
		m := h.bring(t, "Akun ini memuat dua potongan siaran langsung tentang perkelahian dekat pasar ikan.", linkOf("tautan yang belum pernah dilaporkan"), spelled(old.now().Items[0].Address))
		m.triage()
		again := m.itemLike(t, old)
		part := *m
		m.act(m.officer, "pisah", "item", again, "title", "Bagian yang dipisah")
		part.number = h.newCase(t, func(c ronda.Case) bool { return c.SplitFrom == m.now().ID })
		part.triage()
		part.decide(ronda.Flag)
		part.refusesFlag(t, part.officer, part.itemLike(t, old))
	})
	t.Run("another spelling, merged", func(t *testing.T) {
		t.Parallel()
		old := h.rejected(t, "Nyanyian yel-yel pendukung yang merendahkan asal-usul calon lawan di alun-alun.")
		h.report(t, "Teman saya mengirim ini tadi pagi, katanya menyinggung warga seberang sungai.", spelled(old.now().Items[0].Address))
		other := h.newCase(t, func(c ronda.Case) bool { return len(c.Items) == 1 && c.Items[0].Key == old.now().Items[0].Key })
		m := h.bring(t, "Spanduk digital palsu memakai lambang kecamatan untuk menakuti pemilih lansia.")
		m.triage()
		m.act(m.officer, "gabung", "other", other)
		m.act(m.officer, "pilah", "title", "Nyanyian dan spanduk", "category", "hate_sara", "region", "32.73", "urgency", "4", // a merged case has no date of its own
			"content_date", m.app.now().Add(-48*time.Hour).Format(time.DateOnly))
		m.decide(ronda.Flag)
		again := m.itemLike(t, old)
		m.refusesFlag(t, m.officer, again)
		for _, it := range m.now().Items { // the address that was never refused may be flagged: the rule is about the item, not the case
			if it.ID != again {
				m.flag(t, m.officer, it.ID).is(t, 200)
			}
		}
		if n := m.now().Notices; len(n) != 1 || len(n[0].Items) != 1 || n[0].Items[0].Item == again {
			t.Errorf("sent was %+v", n)
		}
	})
}

// rejected takes a matter to a request that the ministry refused.
func (h *hub) rejected(t *testing.T, text string) *matter {
	t.Helper()
	m := h.bring(t, text)
	m.triage()
	m.decide(ronda.Request)
	m.upward()
	m.notice("narahubung", ronda.Request, "number", "77/HM.00/K1/11/2024", "legal_analysis", because)
	n := m.sent()
	m.act("kementerian.satu", "pemberitahuan/"+n.ID+"/jawab", "accept", "tidak", "reason", because)
	if got := m.last().State; got != ronda.NoticeRejected {
		t.Fatalf("the request is %s", got)
	}
	return m
}

// newCase is the number of the new case that fits.
func (h *hub) newCase(t *testing.T, fits func(ronda.Case) bool) string {
	t.Helper()
	all := h.find(t, ronda.StageNew, nil)
	i := slices.IndexFunc(all, fits)
	if i < 0 {
		t.Fatal("no such case was opened")
	}
	return all[i].Number
}

// spelled is another address of the same TikTok video.
func spelled(address string) string {
	return "https://m.tiktok.com/v/" + address[strings.LastIndex(address, "/")+1:] + ".html?u_code=d1&share_item_id=1"
}

// itemLike is the case's item that is the other matter's first one.
func (m *matter) itemLike(t *testing.T, old *matter) string {
	t.Helper()
	key := old.now().Items[0].Key
	for _, it := range m.now().Items {
		if it.Key == key {
			return it.ID
		}
	}
	t.Fatalf("no item of %s has the identity %s: %+v", m.number, key, m.now().Items)
	return ""
}

func (m *matter) flag(t *testing.T, who, item string) answer {
	t.Helper()
	return m.visit(t, who).post("/kerja/kasus/"+m.number+"/pemberitahuan/baru", "laku", "kirim", "jenis", "flag", "explanation", summary, "necessity", needed, "platform", "tiktok",
		"good_faith", "ya", "new_facts", "Ada keterangan baru dari warga yang melihat sendiri kejadian itu.", "items", item)
}

// refusesFlag fails unless the flag is refused as one on what was rejected, in words, and nothing is sent.
func (m *matter) refusesFlag(t *testing.T, who, item string) {
	t.Helper()
	before := len(m.now().Notices)
	m.flag(t, who, item).is(t, http.StatusConflict, "sudah ditolak")
	if n := len(m.now().Notices); n != before {
		t.Errorf("%d acts, were %d", n, before)
	}
}
