package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxAnswer bounds what is read of a witness's answer, in bytes.
const maxAnswer = 1 << 14

// AheadError says that a witness has already signed a larger tree of this log than the one shown to it: whoever shows it has
// lost entries, or somebody else signs with the log's key.
type AheadError struct {
	Witness string
	Size    int64 // what the witness has seen
	Ours    int64
}

func (e *AheadError) Error() string {
	return fmt.Sprintf("witness %s has signed a tree of %d entries, ours has %d", e.Witness, e.Size, e.Ours)
}

// ErrForked says that a witness has signed another tree of the same size.
var ErrForked = errors.New("witness has signed another tree of this size")

// Prove gives the proof that the tree shown to a witness continues the one of size old.
type Prove func(ctx context.Context, old int64) (tlog.TreeProof, error)

// Client asks one witness for its cosignatures. It is safe for several goroutines, which take turns.
type Client struct {
	Info
	verifier *torchwood.CosignatureVerifier
	http     *http.Client

	mu    sync.Mutex
	known int64 // size that the witness signed last, as far as we know
}

// NewClient returns a client of the witness. Give client a timeout; redirects should be off.
func NewClient(info Info, client *http.Client) (*Client, error) {
	v, err := info.Check()
	if err != nil {
		return nil, err
	}
	if info.URL == "" {
		return nil, fmt.Errorf("witness %q has no address", info.Name)
	}
	return &Client{Info: info, verifier: v, http: client}, nil
}

// Cosign shows the witness a signed checkpoint of tree and returns its valid signature lines. When the witness remembers another
// size than we thought, it is asked a second time. Errors: [AheadError], [ErrForked], and whatever the network does.
func (c *Client) Cosign(ctx context.Context, signed []byte, tree tlog.Tree, prove Prove) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range 3 {
		if c.known > tree.N {
			c.known = tree.N // ask again, rather than trust what we remember
		}
		lines, size, err := c.ask(ctx, c.known, signed, tree, prove)
		if err != nil {
			return nil, fmt.Errorf("ask witness %s: %w", c.Name, err)
		}
		switch {
		case lines != nil:
			c.known = tree.N
			return lines, nil
		case size > tree.N:
			return nil, &AheadError{Witness: c.Name, Size: size, Ours: tree.N}
		case size == c.known:
			return nil, fmt.Errorf("ask witness %s at size %d: %w", c.Name, size, ErrForked)
		}
		c.known = size
	}
	return nil, fmt.Errorf("ask witness %s: its size changes with each question", c.Name)
}

// ask sends one add-checkpoint request. It returns either signature lines or, after a conflict, the size the witness knows.
func (c *Client) ask(ctx context.Context, old int64, signed []byte, tree tlog.Tree, prove Prove) ([]byte, int64, error) {
	var proof tlog.TreeProof
	if old > 0 && old < tree.N {
		var err error
		if proof, err = prove(ctx, old); err != nil {
			return nil, 0, fmt.Errorf("prove consistency with size %d: %w", old, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(c.URL, "/")+"/add-checkpoint",
		bytes.NewReader(formatRequest(old, proof, signed)))
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, 0, fmt.Errorf("read answer: %w", err)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		lines, err := c.signatures(signed, body)
		return lines, 0, err
	case http.StatusConflict:
		size, err := conflictSize(resp.Header.Get("Content-Type"), body)
		return nil, size, err
	}
	return nil, 0, fmt.Errorf("witness answers %s: %.200q", resp.Status, body)
}

// signatures returns the lines of the answer that are valid cosignatures of this witness; others are ignored, as the protocol asks.
func (c *Client) signatures(signed, answer []byte) ([]byte, error) {
	n, err := note.Open(append(bytes.Clone(signed), answer...), note.VerifierList(c.verifier))
	if err != nil {
		return nil, fmt.Errorf("check cosignature: %w", err)
	}
	var lines []byte
	for _, s := range n.Sigs {
		lines = fmt.Appendf(lines, "— %s %s\n", s.Name, s.Base64)
	}
	return lines, nil
}

func conflictSize(contentType string, body []byte) (int64, error) {
	kind, _, _ := mime.ParseMediaType(contentType)
	text, ok := strings.CutSuffix(string(body), "\n")
	size, err := strconv.ParseInt(text, 10, 64)
	if kind != "text/x.tlog.size" || !ok || err != nil || size < 0 {
		return 0, fmt.Errorf("witness answers 409 without its size: %.200q", body)
	}
	return size, nil
}

// formatRequest writes the body of add-checkpoint.
func formatRequest(old int64, proof tlog.TreeProof, signed []byte) []byte {
	body := fmt.Appendf(nil, "old %d\n", old)
	for _, h := range proof {
		body = fmt.Appendf(body, "%s\n", h)
	}
	body = append(body, '\n')
	return append(body, signed...)
}
