package webhook

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// PrivatePoster posts to targets in the operator's own network. Nothing but a setting made on the server's command line leads here.
type PrivatePoster struct {
	Agent  string
	client http.Client
}

// NewPrivatePoster makes one that gives up after 20 seconds, follows no redirect and uses no proxy of the environment.
func NewPrivatePoster(agent string) *PrivatePoster {
	return &PrivatePoster{Agent: agent, client: http.Client{
		Timeout:       20 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Post makes one request and returns at most 64 KiB of the answer.
func (p *PrivatePoster) Post(ctx context.Context, url string, h http.Header, body []byte) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("make request: %w", err)
	}
	req.Header = h.Clone()
	req.Header.Set("User-Agent", p.Agent)
	resp, err := p.client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("ask web hook: %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return resp.StatusCode, nil, fmt.Errorf("read answer: %w", err)
	}
	return resp.StatusCode, answer, nil
}
