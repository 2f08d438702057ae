package balancer

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// A cache keeps one answer to a handshake, as a CDN does whose key leaves the query out.
type cache struct {
	mu     sync.Mutex
	path   string
	head   http.Header
	body   []byte
	stored time.Time
	until  time.Time
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.body = nil
}

// get is the whole answer from the cache, nil where there is none.
func (c *cache) get(u *url.URL, now time.Time) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.body == nil || c.path != u.Path || now.After(c.until) {
		return nil
	}
	h := c.head.Clone()
	h.Set("Age", fmt.Sprint(int(now.Sub(c.stored).Seconds())))
	h.Set("X-Cache", "HIT")
	return whole(h, c.body)
}

func whole(h http.Header, body []byte) []byte {
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 200 OK\r\n")
	h.Set("Content-Length", fmt.Sprint(len(body)))
	h.Write(&b)
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// store keeps an answer, whatever its Cache-Control says, and sends it.
func (x *exchange) store(rules *Rules, r *http.Request, answer *http.Response, u *upstream) bool {
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxBody))
	if err != nil {
		return false
	}
	if answer.Close {
		x.forget(u)
	}
	c, now := &x.b.cache, time.Now()
	c.mu.Lock()
	c.path, c.body, c.head, c.stored, c.until = r.URL.Path, body, answer.Header.Clone(), now, now.Add(rules.CacheFor)
	c.mu.Unlock()
	h := answer.Header.Clone()
	h.Set("X-Cache", "MISS")
	_, err = x.client.Write(whole(h, body))
	return err == nil
}
