package tap

import (
	"errors"
	"io"
	"net"
	"syscall"

	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// A Conn is a connection whose bytes are seen on their way.
type Conn struct {
	net.Conn
	tap     *Tap
	of      *fact.Conn
	decoder *conn.Conn
	emit    fact.Emit
	write   fact.Dir // what Write sends
	end     *fact.Closed
	over    bool
}

// Fact is the connection as its facts name it.
func (c *Conn) Fact() *fact.Conn { return c.of }

// Read reads, and shows what came.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.saw(c.write.Other(), p[:n])
	}
	switch {
	case errors.Is(err, io.EOF):
		c.ends(c.write.Other(), false)
	case errors.Is(err, syscall.ECONNRESET):
		c.ends(c.write.Other(), true)
	}
	return n, err
}

// Write shows what is sent, and sends it: so that no answer is seen before its request.
func (c *Conn) Write(p []byte) (int, error) {
	c.saw(c.write, p)
	n, err := c.Conn.Write(p)
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		c.ends(c.write.Other(), true)
	}
	return n, err
}

// Close closes, and tells who was first to.
func (c *Conn) Close() error {
	c.ends(c.write, false)
	c.tap.close(c)
	return c.Conn.Close()
}

func (c *Conn) saw(dir fact.Dir, p []byte) {
	t := c.tap
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended || c.over {
		return
	}
	t.stats.Bytes += int64(len(p))
	c.decoder.Write(dir, t.now(), p, c.emit)
	if t.last-t.told > statsEvery {
		t.report()
	}
}

// ends notes the first end that is seen.
func (c *Conn) ends(by fact.Dir, reset bool) {
	c.tap.mu.Lock()
	defer c.tap.mu.Unlock()
	if c.end == nil {
		c.end = &fact.Closed{Conn: c.of, Time: c.tap.now(), By: by, Known: true, Reset: reset}
	}
}

func (t *Tap) close(c *Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended || c.over {
		return
	}
	c.over = true
	delete(t.open, c)
	c.decoder.Close(t.now(), c.emit)
	c.emit(c.end)
	t.report()
}

// withTLS emits what is known of the connection's TLS right behind its *fact.Opened.
func (c *Conn) withTLS(known *TLS) fact.Emit {
	return func(f fact.Fact) {
		c.tap.emit(f)
		if o, ok := f.(*fact.Opened); ok && o.Conn == c.of {
			c.tap.emit(&fact.TLS{Conn: c.of, Time: o.Time, Version: known.Version, SNI: known.SNI, ALPN: known.ALPN})
		}
	}
}
