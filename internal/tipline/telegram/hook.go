package telegram

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-telegram/bot/models"
)

// maxBody bounds an update. Telegram's own are far smaller.
const maxBody = 1 << 20

// ServeHTTP takes an update from Telegram. It answers 200 only when the update is on disk: anything else makes Telegram send it again.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Telegram-Bot-Api-Secret-Token")), []byte(a.cfg.Secret)) != 1 || a.cfg.Secret == "" {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	if err := a.take(r.Context(), body); err != nil {
		var syntax *broken
		if errors.As(err, &syntax) {
			http.Error(w, "unreadable", http.StatusBadRequest)
			return
		}
		a.log("keep update", "provider", Name, "error", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// broken is an update that is not JSON, or not an update.
type broken struct{ error }

// take reads an update and keeps it.
func (a *Adapter) take(ctx context.Context, body []byte) error {
	var u models.Update
	if err := json.Unmarshal(body, &u); err != nil {
		return &broken{err}
	}
	in, ok := a.read(&u)
	if !ok {
		return nil
	}
	if err := a.inbox.Receive(ctx, in); err != nil {
		return err
	}
	if in.Callback != "" {
		go a.acknowledge(context.WithoutCancel(ctx), in.Callback)
	}
	return nil
}

// pollFor is how long Telegram may hold a request for updates open.
const pollFor = 25 * time.Second

// Poll asks for updates until ctx ends, for a machine that has no public address. An update is confirmed to Telegram only by asking for the next one
// after it is on disk, so a crash loses none.
func (a *Adapter) Poll(ctx context.Context) {
	client := &http.Client{Timeout: pollFor + timeout, CheckRedirect: a.client.CheckRedirect}
	var offset int64
	wait := time.Second
	for ctx.Err() == nil {
		next, err := a.pollOnce(ctx, client, offset)
		if err == nil {
			offset, wait = next, time.Second
			continue
		}
		if ctx.Err() != nil {
			return
		}
		a.log("poll for updates", "provider", Name, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, time.Minute)
	}
}

func (a *Adapter) pollOnce(ctx context.Context, client *http.Client, offset int64) (int64, error) {
	ask, err := json.Marshal(map[string]any{"offset": offset, "timeout": int(pollFor.Seconds()), "allowed_updates": kinds})
	if err != nil {
		return offset, fmt.Errorf("write request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(a.cfg.URL, "/")+"/bot"+a.cfg.Token+"/getUpdates", bytes.NewReader(ask))
	if err != nil {
		return offset, errors.New("make request")
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return offset, errors.New("no answer") // the client's error names the address, and the address holds the token
	}
	defer res.Body.Close()
	var answer struct {
		OK     bool              `json:"ok"`
		Result []json.RawMessage `json:"result"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 16<<20)).Decode(&answer); err != nil || !answer.OK {
		return offset, fmt.Errorf("status %d", res.StatusCode)
	}
	for _, raw := range answer.Result {
		var id struct {
			ID int64 `json:"update_id"`
		}
		if err := json.Unmarshal(raw, &id); err != nil {
			return offset, errors.New("an update without a number")
		}
		var syntax *broken
		if err := a.take(ctx, raw); err != nil && !errors.As(err, &syntax) {
			return offset, err
		}
		offset = id.ID + 1
	}
	return offset, nil
}
