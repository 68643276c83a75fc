package main

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ronda"
	"ronda/internal/demo"
	"ronda/internal/intake"
)

// floodSize is how many reports a campaign team's machines send. RONDA_FLOOD=20000 is the number that docs/operations.md measures.
func floodSize(t *testing.T) int {
	if s := os.Getenv("RONDA_FLOOD"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return 4_000
}

// TestFlood plays a campaign team that pours thousands of reports over one city from forty networks: half of them one text under ever new addresses, half all
// different. The officers' queue shows the reports of everybody else where they were, those that came meanwhile among them; the one text is one line; and the
// page takes as long as before.
func TestFlood(t *testing.T) {
	t.Parallel()
	h := startHub(t, "")
	size := floodSize(t)
	var officer ronda.Actor
	for _, p := range demo.Accounts(h.pack) {
		if p.Login == "petugas.bandung" {
			officer = p.Actor
		}
	}
	if officer.Account == "" {
		t.Fatal("no officer in Bandung")
	}
	var n atomic.Int64
	send := func(sender, text string) (intake.Receipt, error) {
		i := n.Add(1)
		return h.intake.Submit(t.Context(), intake.ReportInput{Links: []string{fmt.Sprintf("https://www.tiktok.com/@akun/video/74%017d", i)}, Text: text, Category: "violence",
			Region: "32.73", Sender: sender, Channel: "web", Lang: "id"})
	}
	honest := map[string]bool{}
	tell := func(from, to int) {
		for i := from; i < to; i++ {
			r, err := send(fmt.Sprintf("198.18.%d.7", i), fmt.Sprintf("Warga nomor %d melihat ajakan kekerasan di lingkungan %d dekat pos ronda %d malam tadi.", i, i*7, i*13))
			if err != nil {
				t.Fatal(err)
			}
			code, _ := ronda.ParseCode(r.Code, ronda.CodeLength)
			rep, err := h.db.ReportByCode(t.Context(), code)
			if err != nil {
				t.Fatal(err)
			}
			honest[rep.Case] = true
		}
	}
	queue := func() (order []string, counts ronda.QueueCounts) {
		for page := 1; ; page++ {
			v, err := h.cases.Queue(t.Context(), officer, ronda.QueueFilter{Open: true, Page: page, Size: 200})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range v.Page.Rows {
				order = append(order, row.ID)
			}
			if page >= v.Page.Pages {
				return order, v.Counts
			}
		}
	}
	visitor := h.visit(t, "petugas.bandung")
	page := func() time.Duration {
		took := make([]time.Duration, 9)
		for i := range took {
			began := time.Now()
			visitor.get("/kerja/antrean").is(t, http.StatusOK)
			took[i] = time.Since(began)
		}
		slices.Sort(took)
		return took[len(took)/2]
	}

	tell(0, 20)
	before, _ := queue()
	quick := page()

	var all sync.WaitGroup
	var sent, refused atomic.Int64
	const patience = 20 * time.Second
	for w := range 40 {
		all.Go(func() {
			for i := range size / 40 {
				text := "Akun lawan kami ini jahat sekali, tolong segera diblokir supaya warga tidak melihatnya lagi sama sekali."
				if i%2 == 1 {
					text = fmt.Sprintf("Kiriman %d-%d berisi %s yang katanya %s menurut %s.", w, i, word(w*7919+i), word(i*104729+w), word(w+i*31))
				}
				if _, err := send(fmt.Sprintf("203.0.%d.%d", w, i%200+1), text); ronda.KindOf(err) == ronda.Limited {
					refused.Add(1)
					h.putForward(patience) // they wait and go on
				} else if err != nil {
					t.Error(err)
					return
				} else {
					sent.Add(1)
				}
			}
		})
	}
	tell(20, 40) // meanwhile
	all.Wait()
	after, counts := queue()
	slow := page()
	t.Logf("%d reports taken, %d refused; %d cases in the surge; the queue has %d lines instead of %d; its page takes %v instead of %v", sent.Load(), refused.Load(),
		counts.Surge, len(after), len(before), slow, quick)

	if sent.Load() < int64(size)/2 {
		t.Fatalf("only %d reports of the flood were taken: nothing is shown", sent.Load())
	}
	place := func(order []string) (out []string) {
		for _, id := range order {
			if slices.Contains(before, id) {
				out = append(out, id)
			}
		}
		return out
	}
	if !slices.Equal(place(after), before) {
		t.Error("what was in the queue before the flood is there no more, or in another order")
	}
	found := 0
	for _, id := range after {
		if honest[id] {
			found++
		}
	}
	if found != len(honest) {
		t.Errorf("the queue shows %d of %d cases of honest reports", found, len(honest))
	}
	// Each network may open twenty cases, and one more every three minutes, before it counts as a surge: that is all that gets through.
	waited := time.Duration(refused.Load()) * patience
	if extra, most := len(after)-len(before)-20, 40*(21+int(waited/(3*time.Minute)))+1; extra > most {
		t.Errorf("%d lines of the flood are in the queue, and %d may be", extra, most)
	}
	if counts.Surge == 0 {
		t.Error("no case is marked as of a surge")
	}
	texts := map[string]int{}
	reports, err := h.db.Reports(t.Context(), "", 100_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		if strings.HasPrefix(r.Text, "Akun lawan kami") {
			texts[r.Case]++
		}
	}
	if len(texts) != 1 {
		t.Errorf("one text is in %d cases", len(texts))
	}
	if slow > 8*quick+200*time.Millisecond {
		t.Errorf("the queue's page takes %v, before the flood %v", slow, quick)
	}
}

// word makes a word that no other number makes.
func word(n int) string {
	var b strings.Builder
	for range 7 {
		b.WriteByte("bcdfghjklmnprst"[n%15])
		b.WriteByte("aiueo"[n/15%5])
		n = n/3 + 17
	}
	return b.String()
}
