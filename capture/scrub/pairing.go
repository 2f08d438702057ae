package scrub

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
)

// asked are the requests that wait for an answer.
type asked struct {
	queue     []request
	uncertain bool // some may be missing
	lost      bool // they were once
}

type request struct {
	asked, chosen, head, connect, upgrade bool
}

func (a *asked) lose() { a.uncertain, a.lost = true, true }

// maxAsked is how many requests may wait for an answer.
const maxAsked = 1 << 12

func (c *Conn) request(h *half, line []byte, f *fields) {
	parts := strings.SplitN(string(bytes.TrimSpace(line)), " ", 2)
	target, _, _ := strings.Cut(strings.TrimSpace(parts[1]), " ")
	q := request{asked: true, head: parts[0] == "HEAD", connect: parts[0] == "CONNECT", upgrade: f.upgrade != ""}
	q.chosen = q.connect || c.Choice.takes(target, h.at)
	if !q.chosen {
		c.Left.Others++
	}
	h.msg.chosen = q.chosen
	if len(c.asked.queue) == maxAsked {
		c.asked.queue, c.asked.uncertain = c.asked.queue[1:], true
	}
	c.asked.queue = append(c.asked.queue, q)
	c.mark(h)
	switch {
	case f.chunked:
		h.body(chunkSize, -1)
	case f.length > 0:
		h.body(sized, f.length)
	default:
		h.state = between
	}
}

// takes says whether a request is chosen: as one of a session, or by its time.
func (c *Choice) takes(target string, at int64) bool {
	if sid := sidOf(target); sid != "" {
		return c.SIDs[sid]
	}
	return c.Requests[at]
}

func sidOf(target string) string {
	_, query, _ := strings.Cut(target, "?")
	for pair := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
		if sid, found := strings.CutPrefix(pair, "sid="); found {
			if plain, err := url.QueryUnescape(sid); err == nil {
				return plain
			}
			return sid
		}
	}
	return ""
}

func (c *Conn) answer(h *half, line []byte, f *fields) {
	status, _ := strconv.Atoi(string(line[9:min(12, len(line))]))
	a := &c.asked
	q := request{chosen: c.Choice.Answers[h.at]}
	if len(a.queue) > 0 && (!a.uncertain || len(a.queue) == 1) {
		q = a.queue[0]
		if a.uncertain { // it may answer a request that was missed
			q.chosen = c.Choice.Answers[h.at]
		}
		if status >= 200 || status == 101 {
			a.queue = a.queue[1:]
		}
	}
	a.lost = a.lost || len(a.queue) == 0 && !q.asked
	if a.uncertain && len(a.queue) == 0 {
		a.uncertain = false
	}
	h.msg.chosen = q.chosen
	c.mark(h)
	switch {
	case status == 101:
		c.upgraded(q.chosen || c.Choice.Socket, f)
	case status < 200, q.head, status == 204, status == 304, q.connect && status/100 == 2:
		h.state = between
		if q.connect && status/100 == 2 {
			c.mode = unknown
			for i := range c.half {
				c.half[i].buf = nil
			}
		}
	case f.chunked:
		h.body(chunkSize, -1)
	case f.length > 0 && !f.coded:
		h.body(sized, f.length)
	case f.length == 0 && !f.coded:
		h.state = between
	default:
		h.body(untilClose, 0)
	}
}

// upgraded follows a 101.
func (c *Conn) upgraded(chosen bool, f *fields) {
	switch f.upgrade {
	case "websocket":
		if c.mode == inSocket { // which was clear already: the client's frames came first
			h := &c.half[1-c.client]
			h.frame, h.left, c.choose = frame{}, 0, chosen
			return
		}
		c.turn(chosen, f.ext)
	case "h2c":
		c.Left.HTTP2++
		c.mode = opaque
	default:
		c.mode = opaque
	}
}
