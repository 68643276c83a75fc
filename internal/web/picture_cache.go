package web

import (
	"net/http"
	"strconv"
	"sync"
)

// pictureMost bounds the drawn pictures that are kept: about 8 MB.
const pictureMost = 256

// pictureCache keeps pictures that were drawn, the newest. A burst of requests for one picture draws it a few times at most.
type pictureCache struct {
	mu    sync.Mutex // guards both
	byKey map[string][]byte
	order []string
}

func (c *pictureCache) get(key string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byKey[key]
}

func (c *pictureCache) put(key string, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey == nil {
		c.byKey = map[string][]byte{}
	}
	if _, ok := c.byKey[key]; ok {
		return
	}
	c.byKey[key], c.order = data, append(c.order, key)
	if len(c.order) > pictureMost {
		delete(c.byKey, c.order[0])
		c.order = c.order[1:]
	}
}

// sendPicture answers with a drawn picture. The key names the version of what it shows. Others may embed it: messengers and newsrooms do.
func (s *Site) sendPicture(w http.ResponseWriter, key string, draw func() ([]byte, error)) error {
	data := s.drawn.get(key)
	if data == nil {
		var err error
		if data, err = draw(); err != nil {
			return err
		}
		s.drawn.put(key, data)
	}
	h := w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data) // the connection is gone; nothing is left to tell
	return nil
}
