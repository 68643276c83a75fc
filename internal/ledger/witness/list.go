package witness

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"time"
)

// maxList bounds a list of witnesses, in bytes.
const maxList = 1 << 20

// ReadList reads the witnesses in a file of the form {"witnesses": [{"name", "vkey", "url", "party"}, …]}, the form in which a log
// publishes them too. A file that is not there is an empty list.
func ReadList(file string) ([]Info, error) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read list of witnesses: %w", err)
	}
	if info.Size() > maxList {
		return nil, fmt.Errorf("read list of witnesses: %s is longer than %d bytes", file, maxList)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read list of witnesses: %w", err)
	}
	return ParseList(data)
}

// ParseList reads such a list and checks each witness in it.
func ParseList(data []byte) ([]Info, error) {
	var list struct {
		Witnesses []Info `json:"witnesses"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("read list of witnesses: %w", err)
	}
	for _, w := range list.Witnesses {
		if _, err := w.Check(); err != nil {
			return nil, err
		}
	}
	return list.Witnesses, nil
}

// NewClients returns a client for each witness of a list.
func NewClients(list []Info) ([]*Client, error) {
	web := &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	clients := make([]*Client, len(list))
	for i, info := range list {
		c, err := NewClient(info, web)
		if err != nil {
			return nil, err
		}
		clients[i] = c
	}
	return clients, nil
}
