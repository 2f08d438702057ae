package session

import (
	"strings"

	"sioscope/protocol/fact"
)

// A request that a balancer passes on is seen twice where the capture has both of its sides: once on the connection
// from the client, and, while that one is still unanswered, once more on a connection to a node. The pair is found
// when the second is seen: same method, same WebSocket key (or, without one, same target and User-Agent), another
// server or another file, and the first less than hopWindow old. One that names no sid is only believed once both
// answers gave the same sid.

const hopWindow = 10e9 // ns: a balancer may try dead nodes first

// pair links e to the same request seen nearer to the client.
func (t *Tracker) pair(e *Exchange, f *fact.Request) {
	if t.waiting == nil {
		t.waiting = map[string][]*Exchange{}
	}
	e.key = pairKey(e, f)
	list := t.waiting[e.key]
	for i := len(list) - 1; i >= 0; i-- {
		o := list[i]
		if o.Inner != nil || o.Conn == e.Conn || e.Start-o.Start > hopWindow || e.Start < o.Start {
			continue
		}
		if o.Conn.Server == e.Conn.Server && o.Conn.File == e.Conn.File {
			continue
		}
		o.Inner, e.Outer = e, o
		break
	}
	t.waiting[e.key] = append(list, e)
}

func pairKey(e *Exchange, f *fact.Request) string {
	if key, ok := f.Header.Get("Sec-WebSocket-Key"); ok {
		return "ws " + string(key)
	}
	var b strings.Builder
	for _, s := range [...]string{e.Method, e.Target, e.Request.UserAgent} {
		b.WriteString(s)
		b.WriteByte(' ')
	}
	return b.String()
}

// forget drops e from the requests that may still be seen on another hop.
func (t *Tracker) forget(e *Exchange) {
	list := t.waiting[e.key]
	for i, o := range list {
		if o == e {
			list = append(list[:i], list[i+1:]...)
			break
		}
	}
	if len(list) == 0 {
		delete(t.waiting, e.key)
		return
	}
	t.waiting[e.key] = list
}

// hop files an exchange that is the repetition of an outer one.
func (t *Tracker) hop(e *Exchange) {
	e.Conn.Inner = true
	if s := e.Session; s != nil {
		s.Hops = append(s.Hops, e)
	}
}
