package embed_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"ronda/internal/match/embed"
)

// endpoint answers with a vector that tells the texts' lengths.
func endpoint(t *testing.T, asked *atomic.Int32, fail *atomic.Bool) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if fail.Load() {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		var in struct {
			Model string
			Input []string
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Model != "m" || r.URL.Path != "/v1/embeddings" || r.Header.Get("Authorization") != "Bearer k" {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		type item struct {
			Index     int       `json:"index"`
			Embedding []float64 `json:"embedding"`
		}
		var data []item
		for i := len(in.Input) - 1; i >= 0; i-- { // in another order than asked
			data = append(data, item{i, []float64{float64(len(in.Input[i])), 1}})
		}
		json.NewEncoder(w).Encode(map[string]any{"data": data})
	}))
	t.Cleanup(s.Close)
	return s
}

func yes(texts ...string) []embed.Text {
	var out []embed.Text
	for _, s := range texts {
		out = append(out, embed.Text{Text: s, Consent: true})
	}
	return out
}

func TestVectorsComeOnceAndInOrder(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	var fail atomic.Bool
	s := endpoint(t, &asked, &fail)
	c := embed.New(embed.Config{URL: s.URL + "/v1/", Model: "m", Key: "k", Timeout: 5 * time.Second}, s.Client(), time.Now)
	for range 2 {
		v, err := c.Vectors(t.Context(), yes("satu", "dua lagi"))
		if err != nil {
			t.Fatal(err)
		}
		if got := embed.Similarity(v[0], v[0]); got < 0.999 || got > 1.001 {
			t.Errorf("a vector's length is %v, want 1", got)
		}
		if v[0][0] >= v[1][0] {
			t.Errorf("the vectors are in the wrong order: %v", v)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times, want once", asked.Load())
	}
	fail.Store(true)
	if _, err := c.Vectors(t.Context(), yes("satu")); err != nil {
		t.Errorf("what is kept needs no endpoint: %v", err)
	}
	sims, err := c.Similarities(t.Context(), yes("satu")[0], yes("dua lagi", "satu"))
	if err != nil || len(sims) != 2 || sims[1] < sims[0] {
		t.Errorf("similarities %v, %v", sims, err)
	}
}

func TestNothingIsSentWithoutConsentOrWhenOff(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	var fail atomic.Bool
	s := endpoint(t, &asked, &fail)
	off := embed.New(embed.Config{}, s.Client(), time.Now)
	if _, err := off.Vectors(t.Context(), yes("x")); !errors.Is(err, embed.ErrOff) || off.On() {
		t.Errorf("off answers %v", err)
	}
	c := embed.New(embed.Config{URL: s.URL + "/v1", Model: "m", Key: "k"}, s.Client(), time.Now)
	if _, err := c.Vectors(t.Context(), append(yes("x"), embed.Text{Text: "pribadi"})); !errors.Is(err, embed.ErrNoConsent) {
		t.Errorf("without consent: %v", err)
	}
	if asked.Load() != 0 {
		t.Errorf("asked %d times, want never", asked.Load())
	}
}

func TestAFailingEndpointIsLeftAlone(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	var fail atomic.Bool
	fail.Store(true)
	s := endpoint(t, &asked, &fail)
	now := time.Date(2024, 11, 27, 7, 0, 0, 0, time.UTC)
	c := embed.New(embed.Config{URL: s.URL + "/v1", Model: "m", Key: "k", Timeout: 5 * time.Second}, s.Client(), func() time.Time { return now })
	for range 3 {
		if _, err := c.Vectors(t.Context(), yes("x")); err == nil || errors.Is(err, embed.ErrResting) {
			t.Fatalf("a failure is told, got %v", err)
		}
	}
	if _, err := c.Vectors(t.Context(), yes("x")); !errors.Is(err, embed.ErrResting) || asked.Load() != 3 {
		t.Errorf("after three failures: %v, asked %d times", err, asked.Load())
	}
	now = now.Add(time.Minute)
	fail.Store(false)
	if _, err := c.Vectors(t.Context(), yes("x")); err != nil {
		t.Errorf("after the rest: %v", err)
	}
}

func TestASlowEndpointIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer s.Close()
	defer close(release)
	c := embed.New(embed.Config{URL: s.URL, Timeout: 30 * time.Millisecond}, s.Client(), time.Now)
	start := time.Now()
	if _, err := c.Vectors(t.Context(), yes("x")); err == nil || time.Since(start) > 10*time.Second {
		t.Errorf("waited %v, %v", time.Since(start), err)
	}
}

func TestVectorsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"data":[]}`, `{"data":[{"index":7,"embedding":[1]}]}`, `{"data":[{"index":0,"embedding":[]}]}`, `{"data":[{"index":0,"embedding":[0,0]}]}`, `{`, `[]`} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(body)) }))
		c := embed.New(embed.Config{URL: s.URL, Timeout: 5 * time.Second}, s.Client(), time.Now)
		if _, err := c.Vectors(t.Context(), yes("x")); err == nil {
			t.Errorf("%s was taken", body)
		}
		s.Close()
	}
}
