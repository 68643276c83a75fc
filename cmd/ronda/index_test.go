package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"ronda"
	"ronda/internal/match"
)

// TestAnswersSayThatTheIndexIsBuilt: while the index is built, no page, no program and no operator takes what is there for all there is.
func TestAnswersSayThatTheIndexIsBuilt(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	m := h.bring(t, "Kotak suara di gudang kelurahan disebut sudah dibuka sebelum hari pemungutan.")
	for _, built := range []bool{false, true} {
		h.indexed.Store(built)
		says := func(where, text, want string) {
			t.Helper()
			if has(text, want) == built {
				t.Errorf("built %v: %s says %q: %v", built, where, want, !built)
			}
		}
		says("check", mainText(h.visit(t, "").post("/cek", "text", "Kabar yang belum pernah ada tentang sumur di balai desa").is(t, 200).text), "Hasil ini belum lengkap")
		says("check in English", mainText(h.visit(t, "").post("/en/cek", "text", "Kabar yang belum pernah ada tentang sumur di balai desa").is(t, 200).text), "not complete yet")
		says("status", mainText(h.visit(t, "").get("/status").is(t, 200).text), "Sedang dimuat")
		says("healthz", h.visit(t, "").get("/healthz").is(t, 200).text, "checks are not complete")
		says("metrics", h.visit(t, "").get("/metrics").is(t, 200).text, "ronda_index_complete 0")
		says("case", mainText(h.visit(t, m.officer).get("/kerja/kasus/"+m.number).is(t, 200).text), "Saran di sini belum lengkap")
		res, err := http.Post(h.base+"/api/v1/checks", "application/json", strings.NewReader(`{"text":"Kabar yang belum pernah ada tentang sumur"}`))
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Complete *bool }
		err = json.NewDecoder(res.Body).Decode(&answer)
		res.Body.Close()
		if err != nil || answer.Complete == nil || *answer.Complete != built {
			t.Errorf("built %v: the API says %v, %v", built, answer.Complete, err)
		}
	}
	if err := h.findAnswers(t.Context(), ronda.Job{Args: map[string]string{"claim": "x"}}); ronda.KindOf(err) != ronda.NotFound {
		t.Errorf("answers with a whole index: %v", err)
	}
	h.indexed.Store(false)
	if err := h.findAnswers(t.Context(), ronda.Job{}); err != errIndexing {
		t.Errorf("answers are looked for in half an index: %v", err)
	}
}

// TestSnapshotThatDoesNotFit: one that is cut, garbled, of another program or of another database leaves the index empty, and it is built from the store.
func TestSnapshotThatDoesNotFit(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	until(t, h, h.follower, func() bool { return h.index.Cursor() > 0 })
	if err := h.saveSnapshot(t.Context()); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(h.snapshotFile())
	if err != nil {
		t.Fatal(err)
	}
	line, rest, _ := bytes.Cut(good, []byte("\n"))
	var docs int
	var seq int64
	var id string
	if _, err := fmt.Sscanf(string(line)+"\n", snapshotHead, &docs, &seq, &id); err != nil || seq == 0 {
		t.Fatalf("head %q: %v", line, err)
	}
	headed := func(docs int, seq int64, id string) []byte {
		return append(fmt.Appendf(nil, snapshotHead, docs, seq, id), rest...)
	}
	garbled := bytes.Clone(good)
	garbled[len(garbled)/2] ^= 0x10
	load := func(data []byte) (*match.Index, error) {
		t.Helper()
		if err := os.WriteFile(h.snapshotFile(), data, 0o600); err != nil {
			t.Fatal(err)
		}
		b := &app{cfg: h.cfg, db: h.db, log: h.log, links: h.links, pack: h.pack, index: match.New(), now: h.now}
		err := b.loadSnapshot(context.Background())
		return b.index, err
	}
	for name, data := range map[string][]byte{
		"empty": {}, "no head": rest, "cut": good[:len(good)-9], "cut in the head": good[:7], "garbled": garbled, "other documents": headed(docs+1, seq, id),
		"other database": headed(docs, seq, "01J0000000000000000000000"), "ahead of the database": headed(docs, seq+1_000_000, id), "no event": headed(docs, 0, id),
		"longer": append(bytes.Clone(good), 'x'),
	} {
		if x, err := load(data); (err == nil) != (name == "longer") || err != nil && x.Len() != 0 {
			t.Errorf("%s: error %v, %d documents", name, err, x.Len())
		}
	}
	x, err := load(good)
	if err != nil || x.Len() == 0 || x.Cursor() == 0 {
		t.Errorf("the whole one: %v, %d documents up to event %d", err, x.Len(), x.Cursor())
	}
}
