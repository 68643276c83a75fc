package main

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/match"
)

// TestImportedCheckIsTakenBack: a check that came in by a file is taken back on a page by whoever speaks for the accrediting authority, or by the
// partner whose outlet it names, and by nobody else. Answers, the ticket and the case forget it; its page, the log and the event say who and why.
func TestImportedCheckIsTakenBack(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	const where, reason = "/kerja/periksa-fakta", "Medianya mencabut artikel ini karena sumbernya keliru."
	bring := func(id, title, outlet string) ronda.FactCheck {
		t.Helper()
		f := aClaim(id, title)
		f.Origin, f.Outlet = "import", outlet
		if _, err := h.db.ImportClaim(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		until(t, h, h.follower, func() bool { return finds(h.index, f) })
		return f
	}
	stands := func(id string) bool {
		t.Helper()
		f, err := h.db.FactCheck(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return f.Live()
	}
	well := bring("sumur 17", "Sumur balai desa Karangwetan disebut diracun menjelang pemungutan suara", "Meja Arsip") // an id that the log cannot hold
	own := bring("gajah", "Gajah sirkus menduduki kantor kelurahan Sidamulya saat rapat pleno", "cek nusantara")
	written := h.writtenHere(t)

	m := h.bring(t, "Awas! "+well.Claim["id"]+", warga diminta jangan datang memilih ke sana besok pagi")
	m.act(m.officer, "ambil")
	m.act(m.officer, "cocok", "kind", "claim", "id", well.ID, "same", "ya")
	h.visit(t, "").get("/tiket/"+m.code).is(t, 200, well.Claim["id"])

	for login, checks := range map[string][]string{
		"petugas.bandung": {well.ID, own.ID}, "ketua.jabar": {well.ID, own.ID}, "kpu.jabar": {well.ID}, "pengelola": {well.ID}, "pemeriksa": {well.ID}, "kementerian.satu": {well.ID},
		"penghubung.tiktok": {well.ID}, "mitra.media": {well.ID, own.ID, written.ID}, "mitra": {well.ID}, "narahubung": {written.ID},
	} {
		v := h.visit(t, login)
		for _, id := range checks {
			v.post(where, "id", id, "reason", reason).is(t, http.StatusForbidden)
		}
	}
	if a := h.visit(t, "").post(where, "id", well.ID, "reason", reason); a.at != "/masuk" {
		t.Errorf("a stranger comes to %s", a.at)
	}
	if !stands(well.ID) || !stands(own.ID) || !stands(written.ID) {
		t.Fatal("taken back by somebody who may not")
	}
	h.visit(t, "mitra.media").get(where+"?cari=gajah").is(t, 200, own.Claim["id"], "Ini milik lembaga lain")

	v := h.visit(t, "narahubung")
	v.get(where+"?cari=tidak-ada").is(t, 422, "Tidak ada periksa fakta dengan alamat atau nomor itu")
	v.get(where+"?cari="+"https://cek.example/gajah").is(t, 200, own.Claim["id"])
	v.get(where+"?cari=sumur+17").is(t, 200, well.Claim["id"], "Alasan")
	v.post(where, "id", well.ID, "version", "1", "reason", "salah").is(t, 422, "Tulis alasannya dalam satu kalimat utuh")
	v.post(where, "id", well.ID, "version", "7", "reason", reason).is(t, 409)
	v.post(where, "id", well.ID, "version", "1", "reason", reason).is(t, 200, "Sudah ditarik", reason)
	v.post(where, "id", well.ID, "version", "2", "reason", reason).is(t, 409, "sudah ditarik")
	until(t, h, h.follower, func() bool { return !finds(h.index, well) })
	h.visit(t, "").get("/periksa/sumur%2017").is(t, http.StatusGone, reason, "Oleh Badan Pengawas Pemilihan Umum")
	if text := mainText(h.visit(t, "").get("/tiket/"+m.code).is(t, 200).text); strings.Contains(text, well.Claim["id"]) || strings.Contains(text, well.Truth["id"]) {
		t.Error("the ticket still carries it")
	}
	h.visit(t, m.officer).get("/kerja/kasus/"+m.number).is(t, 200, "Ditarik", reason)

	p := h.visit(t, "mitra")
	p.get("/mitra/periksa-fakta").is(t, 200, "Tarik yang masuk lewat impor")
	p.get(where+"?cari=gajah").is(t, 200, own.Claim["id"], "Alasan")
	p.post(where, "id", own.ID, "version", "1", "reason", reason).is(t, 200, "Sudah ditarik")
	until(t, h, h.follower, func() bool { return !finds(h.index, own) }) // the events have their numbers by then

	events, err := h.db.EventsAfter(t.Context(), 0, 100000)
	if err != nil {
		t.Fatal(err)
	}
	who := map[string]string{}
	for _, e := range events {
		if e.Kind == ronda.EventClaimRetracted {
			who[e.Data["claim"]] = e.Actor
		}
	}
	if who[well.ID] == "" || who[own.ID] == "" || who[well.ID] == who[own.ID] {
		t.Errorf("the events name %v", who)
	}
	if _, err := h.db.ImportClaim(t.Context(), well); err != nil || stands(well.ID) {
		t.Errorf("the next import brings it back: %v", err)
	}
}

// finds tells whether the index holds a check.
func finds(x *match.Index, f ronda.FactCheck) bool {
	return slices.ContainsFunc(x.Search(context.Background(), match.Query{Text: f.Claim["id"], Limit: 20}).Hits, func(hit match.Hit) bool { return hit.ID == f.ID })
}

// writtenHere is a check of the demonstration that a partner wrote.
func (h *hub) writtenHere(t *testing.T) ronda.FactCheck {
	t.Helper()
	list, err := h.db.OrgFactChecks(t.Context(), "mitra-contoh", 20)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, ronda.FactCheck.Live)
	if i < 0 {
		t.Fatal("the demonstration has no check of the partner that stands")
	}
	return list[i]
}
