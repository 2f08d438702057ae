package engine

import (
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"sioscope/protocol/engineio"
)

// polling is the transport of GETs that wait and POSTs that bring. The session's lock guards it.
type polling struct {
	text    bool   // b64: the client takes no binary
	jsonp   bool   // answers are scripts
	index   string // of JSONP, from the handshake
	waiting chan []engineio.Packet
	posting *http.ResponseController // of the POST that is being received
}

// answer gives packets to the poll that is waiting.
func (p *polling) answer(packets ...engineio.Packet) {
	p.waiting <- slices.Clone(packets) // has room for one
	p.waiting = nil
}

// leave ends the transport.
func (p *polling) leave(how parting) {
	if p.posting != nil {
		p.posting.SetReadDeadline(time.Unix(1, 0)) // its handler cuts the connection
		p.posting = nil
	}
	if p.waiting == nil {
		return
	}
	switch how {
	case politely:
		p.answer(engineio.Packet{Type: engineio.Close})
	case released:
		p.answer(engineio.Packet{Type: engineio.Noop})
	default:
		close(p.waiting)
		p.waiting = nil
	}
}

// cut closes the connection of a request that gets no answer.
func cut(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		conn.Close()
	}
}

// poll answers a GET as soon as there is something to say. The client's going away ends the session.
func (s *Session) poll(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p := s.polling
	switch {
	case s.state == ended || p == nil:
		s.mu.Unlock()
		refuse(engineio.SessionUnknown).write(w)
		return
	case p.waiting != nil:
		s.over("transport error", politely)
		s.mu.Unlock()
		empty(w, http.StatusBadRequest)
		return
	}
	wait := make(chan []engineio.Packet, 1)
	p.waiting = wait
	if s.state == closing && len(s.queue) == 0 {
		p.answer(engineio.Packet{Type: engineio.Noop}, engineio.Packet{Type: engineio.Close})
		s.over("forced close", vanish)
	} else {
		s.flush()
	}
	s.mu.Unlock()
	select {
	case packets, ok := <-wait:
		if !ok {
			cut(w)
			return
		}
		s.write(w, r, p, packets)
	case <-r.Context().Done():
		s.mu.Lock()
		if p.waiting == wait {
			s.over("transport error", vanish)
		}
		s.mu.Unlock()
		cut(w) // else net/http would answer for us
	}
}

// write is the answer to a poll.
func (s *Session) write(w http.ResponseWriter, r *http.Request, p *polling, packets []engineio.Packet) {
	var body []byte
	kind := "text/plain; charset=UTF-8"
	isBinary := func(p engineio.Packet) bool { return p.Binary }
	switch {
	case p.jsonp:
		body = s.codec.AppendJSONP(nil, p.index, packets...)
	case s.Rev == 3 && !p.text && slices.ContainsFunc(packets, isBinary):
		body, kind = s.codec.AppendPollingBinary(nil, packets...), "application/octet-stream"
	default:
		body = s.codec.AppendPolling(nil, packets...)
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-store")
	if len(body) < compressFrom || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Write(body)
		return
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush() // in chunks
	z := gzip.NewWriter(w)
	z.Write(body)
	z.Close()
}

const postTimeout = 30 * time.Second // for the body of a POST

const compressFrom = 1024 // bytes, engine.io's httpCompression.threshold

// post takes the packets of a POST.
func (s *Session) post(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p := s.polling
	switch {
	case s.state == ended || p == nil:
		s.mu.Unlock()
		refuse(engineio.SessionUnknown).write(w)
		return
	case p.posting != nil:
		s.over("transport error", politely)
		s.mu.Unlock()
		empty(w, http.StatusBadRequest)
		return
	}
	binary := r.Header.Get("Content-Type") == "application/octet-stream"
	if binary && s.Rev == 4 {
		s.over("transport error", politely)
		s.mu.Unlock()
		empty(w, http.StatusBadRequest)
		return
	}
	mine := http.NewResponseController(w)
	p.posting = mine
	mine.SetReadDeadline(time.Now().Add(postTimeout))
	s.mu.Unlock()

	limit := s.server.options.MaxPayload
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(limit)+1))
	s.mu.Lock()
	cutOff := p.posting != mine
	if !cutOff {
		p.posting = nil
		mine.SetReadDeadline(time.Time{})
	}
	s.mu.Unlock()
	switch {
	case cutOff:
		cut(w)
	case len(body) > limit:
		empty(w, http.StatusRequestEntityTooLarge)
	case err != nil:
		s.end("transport error", vanish)
	default:
		s.take(body, binary, p)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Length", "2")
		io.WriteString(w, "ok")
	}
}

// take reads the body of a POST. What cannot be read ends the session; the POST is answered "ok" all the same.
func (s *Session) take(body []byte, binary bool, p *polling) {
	on := true
	emit := func(packet engineio.Packet) {
		switch {
		case !on:
		case packet.Type == engineio.Close:
			on = false
			s.end("transport close", released)
		default:
			on = s.receive(packet)
		}
	}
	d := engineio.Decoder{Rev: s.Rev}
	var err error
	switch {
	case p.jsonp:
		err = d.JSONP(body, true, emit)
	case binary:
		err = d.PollingBinary(body, emit)
	default:
		err = d.Polling(body, emit)
	}
	if err != nil && on {
		s.end("parse error", politely)
	}
}
