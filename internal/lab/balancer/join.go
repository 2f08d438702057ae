package balancer

import (
	"io"
	"net"
	"sync"
	"time"
)

// join passes bytes both ways, from fromClient to up and from fromUp to client, until both ends have closed, one of
// them fails, or neither has said anything for idle (0: no limit). fromClient and fromUp may have read ahead.
func join(client, up net.Conn, fromClient, fromUp io.Reader, idle time.Duration) {
	both := []net.Conn{client, up}
	stop := func() { // cuts without a word
		for _, c := range both {
			c.SetDeadline(time.Unix(1, 0))
		}
	}
	heard := func() {}
	if idle > 0 {
		t := time.AfterFunc(idle, stop)
		defer t.Stop()
		heard = func() { t.Reset(idle) }
	}
	var halves sync.WaitGroup
	half := func(to net.Conn, from io.Reader) {
		if !pass(to, from, heard) {
			stop()
		}
	}
	halves.Go(func() { half(up, fromClient) })
	half(client, fromUp)
	halves.Wait()
}

// pass copies until the end, and passes that on. It says no where something failed.
func pass(to net.Conn, from io.Reader, heard func()) bool {
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			heard()
			if _, err := to.Write(buffer[:n]); err != nil {
				return false
			}
		}
		switch {
		case err == io.EOF:
			return closeWrite(to)
		case err != nil:
			return false
		}
	}
}

// closeWrite closes one direction where the connection can, and says no where it cannot.
func closeWrite(c net.Conn) bool {
	half, ok := c.(interface{ CloseWrite() error })
	return ok && half.CloseWrite() == nil
}
