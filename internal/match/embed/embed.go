// Package embed asks an OpenAI-compatible endpoint that the operator runs for
// the meaning of texts as vectors, so that matching can compare what words do
// not show. It is off by default, must only be given texts whose owner agreed,
// and is never waited for longer than its limit: every failure means that the
// answer is given without it.
package embed

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config says which endpoint is asked. The zero Config is off.
type Config struct {
	URL     string        // base, such as "http://127.0.0.1:8081/v1"; empty: off
	Model   string        // the model's name at the endpoint
	Key     string        // bearer token; may be empty
	Timeout time.Duration // for one request; 0: 800 ms
	Cache   int           // vectors kept; 0: 10,000
}

// ErrOff says that no endpoint is configured.
var ErrOff = errors.New("meaning-based matching is off")

// ErrNoConsent says that a text may not be sent.
var ErrNoConsent = errors.New("the text may not be sent without consent")

// ErrResting says that the endpoint failed a moment ago and is left alone.
var ErrResting = errors.New("the endpoint failed and is left alone for a while")

const (
	defaultTimeout = 800 * time.Millisecond
	defaultCache   = 10_000
	maxText        = 8 << 10  // bytes of a text that are sent
	maxAnswer      = 16 << 20 // bytes of an answer that are read
	maxBatch       = 64
	maxDimensions  = 8192
	failuresToRest = 3
	restFor        = 30 * time.Second
)

// Text is a text to be compared.
type Text struct {
	Text    string
	Consent bool // its owner agreed, or it is public: a published fact-check
}

// Client asks the endpoint. It is safe for use by many goroutines.
type Client struct {
	config Config
	http   *http.Client
	now    func() time.Time

	mu       sync.Mutex // guards what follows
	vectors  map[[32]byte]*list.Element
	recent   *list.List // of entry, most recent first
	failures int
	restTill time.Time
}

type entry struct {
	key    [32]byte
	vector []float32
}

// New returns a client. httpClient makes the requests; now tells the time.
func New(c Config, httpClient *http.Client, now func() time.Time) *Client {
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	if c.Cache <= 0 {
		c.Cache = defaultCache
	}
	return &Client{config: c, http: httpClient, now: now, vectors: map[[32]byte]*list.Element{}, recent: list.New()}
}

// On says whether an endpoint is configured.
func (c *Client) On() bool { return c != nil && c.config.URL != "" }

// Vectors returns a vector of length one for each text, from the cache where
// it has it. It fails as a whole: ErrOff, ErrNoConsent before anything is
// sent, ErrResting, or what went wrong on the way.
func (c *Client) Vectors(ctx context.Context, texts []Text) ([][]float32, error) {
	if !c.On() {
		return nil, ErrOff
	}
	out := make([][]float32, len(texts))
	var missing []int
	for i, t := range texts {
		if !t.Consent {
			return nil, ErrNoConsent
		}
		if out[i] = c.cached(keyOf(t.Text)); out[i] == nil {
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	if c.resting() {
		return nil, ErrResting
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	for len(missing) > 0 {
		n := min(maxBatch, len(missing))
		part := make([]string, n)
		for k, i := range missing[:n] {
			part[k] = cut(texts[i].Text)
		}
		vectors, err := c.ask(ctx, part)
		c.note(err)
		if err != nil {
			return nil, fmt.Errorf("ask for vectors: %w", err)
		}
		for k, i := range missing[:n] {
			out[i] = vectors[k]
			c.keep(keyOf(texts[i].Text), vectors[k])
		}
		missing = missing[n:]
	}
	return out, nil
}

// Similarities compares one text with others: for each its cosine, -1 to 1.
func (c *Client) Similarities(ctx context.Context, text Text, others []Text) ([]float64, error) {
	vectors, err := c.Vectors(ctx, append([]Text{text}, others...))
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(others))
	for i := range others {
		out[i] = Similarity(vectors[0], vectors[i+1])
	}
	return out, nil
}

// Similarity is the cosine of two vectors of length one, -1 to 1; 0 if they
// are of different models.
func Similarity(a, b []float32) float64 {
	if len(a) != len(b) {
		return 0
	}
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func keyOf(s string) [32]byte { return sha256.Sum256([]byte(cut(s))) }

func cut(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(s, "")
}

type request struct {
	Model string   `json:"model"`
	Input []string `json:"input"`
}

type answer struct {
	Data []struct {
		Index     int       `json:"index"`
		Embedding []float32 `json:"embedding"`
	} `json:"data"`
}

func (c *Client) ask(ctx context.Context, texts []string) ([][]float32, error) {
	body, err := json.Marshal(request{c.config.Model, texts})
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(c.config.URL, "/")+"/embeddings", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if c.config.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.config.Key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the endpoint answered %s", res.Status)
	}
	var a answer
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(&a); err != nil {
		return nil, fmt.Errorf("decode answer: %w", err)
	}
	out := make([][]float32, len(texts))
	for _, d := range a.Data {
		if d.Index < 0 || d.Index >= len(out) || len(d.Embedding) == 0 || len(d.Embedding) > maxDimensions || !unit(d.Embedding) {
			return nil, errors.New("the answer holds a vector that cannot be used")
		}
		out[d.Index] = d.Embedding
	}
	for _, v := range out {
		if v == nil {
			return nil, errors.New("the answer holds fewer vectors than texts")
		}
	}
	return out, nil
}

// unit brings a vector to length one; false if it has none.
func unit(v []float32) bool {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 || math.IsInf(sum, 0) || math.IsNaN(sum) {
		return false
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= scale
	}
	return true
}

func (c *Client) cached(key [32]byte) []float32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.vectors[key]
	if !ok {
		return nil
	}
	c.recent.MoveToFront(e)
	return e.Value.(entry).vector
}

func (c *Client) keep(key [32]byte, v []float32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.vectors[key]; ok {
		return
	}
	c.vectors[key] = c.recent.PushFront(entry{key, v})
	for c.recent.Len() > c.config.Cache {
		last := c.recent.Back()
		delete(c.vectors, last.Value.(entry).key)
		c.recent.Remove(last)
	}
}

// resting says whether the endpoint is left alone after failures.
func (c *Client) resting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now().Before(c.restTill)
}

func (c *Client) note(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.failures = 0
		return
	}
	if c.failures++; c.failures >= failuresToRest {
		c.failures, c.restTill = 0, c.now().Add(restFor)
	}
}
