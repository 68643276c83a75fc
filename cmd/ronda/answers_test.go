package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/match"
	"ronda/internal/publish"
)

// TestImportedCheckFindsItsCase: a table of an archive is imported while a case is open. The one check that answers it stands on the officer's day
// and on the case; the others tell nobody, and the same table again looks for nothing.
func TestImportedCheckFindsItsCase(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	m := h.bring(t, "Sumur balai desa Karangwetan disebut diracun menjelang pemungutan suara, warga diminta jangan datang memilih")
	until(t, h, h.follower, func() bool {
		res := h.index.Search(t.Context(), match.Query{Text: "sumur balai desa Karangwetan diracun pemungutan suara", Kinds: []match.DocKind{match.Case}, Limit: 5})
		return slices.ContainsFunc(res.Hits, func(x match.Hit) bool { return x.ID == m.now().ID })
	})
	var table strings.Builder
	table.WriteString("klaim,putusan,tautan,tanggal\n")
	for i := range 2*askBatch + 10 {
		fmt.Fprintf(&table, "Arsip %d memuat resep kue lapis dari dapur nenek,salah,https://arsip.example/%d,2019-03-02\n", i, i)
	}
	table.WriteString("Sumur balai desa Karangwetan diracun menjelang pemungutan suara,salah,https://arsip.example/sumur,2024-11-20\n")
	name := filepath.Join(t.TempDir(), "arsip.csv")
	if err := os.WriteFile(name, []byte(table.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	load := func() {
		t.Helper()
		if bad, err := (&importCmd{Outlet: "Meja Arsip"}).file(t.Context(), h.db, h.pack, name); bad != 0 || err != nil {
			t.Fatal(bad, err)
		}
	}
	search := func() (runs int) {
		t.Helper()
		for {
			left, err := h.db.UnaskedClaims(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(left) == 0 {
				return runs
			}
			if err := h.handlers()[publish.JobAnswersMany](t.Context(), searchOwed(h.now())); err != nil {
				t.Fatal(err)
			}
			runs++
		}
	}
	load()
	search()
	check, err := h.db.FactCheckAt(t.Context(), "https://arsip.example/sumur")
	if err != nil {
		t.Fatal(err)
	}
	told := func() (mine, archive int) {
		t.Helper()
		list, err := h.db.Suggestions(t.Context(), m.now().Office, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			f, err := h.db.FactCheck(t.Context(), s.Claim)
			switch {
			case err != nil:
				t.Fatal(err)
			case f.ID == check.ID && s.Case == m.now().ID:
				mine++
			case f.Outlet == "Meja Arsip" && f.ID != check.ID:
				archive++
			}
		}
		return mine, archive
	}
	if mine, archive := told(); mine != 1 || archive != 0 {
		t.Errorf("%d suggestions for the case, %d of old checks that answer nothing", mine, archive)
	}
	o := h.visit(t, m.officer)
	o.get("/kerja").is(t, 200, "Periksa fakta baru yang mungkin menjawab kasus", m.number, "Sumur balai desa Karangwetan diracun")
	o.get("/kerja/kasus/"+m.number).is(t, 200, "Sumur balai desa Karangwetan diracun")
	load()
	if runs := search(); runs != 0 {
		t.Errorf("the same table again: %d searches", runs)
	}
	h.indexed.Store(false)
	if err := h.findAnswersMany(t.Context(), ronda.Job{}); err != errIndexing {
		t.Errorf("answers are looked for in half an index: %v", err)
	}
}
