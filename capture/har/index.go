package har

import (
	"bytes"
	"cmp"
	"slices"

	"sioscope/protocol/fact"
)

// A ref is an entry of the file: where it begins, and when it started.
type ref struct{ offset, at int64 }

// index is the first pass.
func (h *Reader) index() error {
	s := h.scan
	if c, err := s.peek(); err == nil && c == '\xef' { // a byte order mark
		s.pos += min(3, s.end-s.pos)
	}
	return s.object(func(key []byte) error {
		if string(key) != "log" {
			return s.skip()
		}
		return s.object(func(key []byte) error {
			switch string(key) {
			case "creator":
				return h.readCreator()
			case "entries":
				return s.array(h.note)
			case "_connections":
				return h.readEnds()
			}
			return s.skip()
		})
	})
}

// A closing is what this package writes of a connection.
type closing struct {
	at     int64 // 0: it was open still
	fact   fact.Closed
	hidden fact.Hidden
}

const maxEnds = 1 << 18

// readEnds reads what this package writes of connections.
func (h *Reader) readEnds() error {
	s := h.scan
	if h.ends == nil {
		h.ends = map[string]closing{}
	}
	return s.array(func() error {
		id, c := "", closing{}
		err := s.object(func(key []byte) error {
			name := string(key)
			v, err := s.scalar(64)
			switch name {
			case "id":
				id = string(v.text)
			case "hidden":
				n, _ := scaled(v.text, 1)
				c.hidden = fact.Hidden(n)
			case "closed":
				c.at, _ = moment(v.text)
			case "by":
				c.fact.Known = true
				if string(v.text) == side(fact.In) {
					c.fact.By = fact.In
				}
			case "reset":
				c.fact.Reset = string(v.text) == "true"
			}
			return err
		})
		if len(h.ends) < maxEnds {
			h.ends[id] = c
		}
		return err
	})
}

func (h *Reader) readCreator() error {
	s := h.scan
	return s.object(func(key []byte) error {
		if string(key) != "name" {
			return s.skip()
		}
		v, err := s.scalar(64)
		h.creator = string(v.text)
		return err
	})
}

// note notes the entry that comes next.
func (h *Reader) note() error {
	s := h.scan
	if _, err := s.peek(); err != nil {
		return err
	}
	r := ref{offset: s.offset(), at: -1}
	if n := len(h.refs); n > 0 {
		r.at = h.refs[n-1].at
	}
	timed, request, worker := false, false, false
	err := s.object(func(key []byte) error {
		switch string(key) {
		case "startedDateTime":
			v, err := s.scalar(64)
			if at, ok := moment(v.text); ok && err == nil {
				r.at, timed = at, true
			}
			return err
		case "request":
			request = true
			return h.lookForCookies()
		case "response":
			return h.lookForCookies()
		case "_serviceWorkerRef":
			v, err := s.scalar(8)
			worker = len(v.text) > 0
			return err
		}
		return s.skip()
	})
	if err != nil {
		return err
	}
	switch {
	case !request:
		h.lost(len(h.refs) + h.unread + 1)
		return nil
	case len(h.refs) >= cmp.Or(h.o.MaxEntries, 5_000_000):
		h.past++
		return nil
	case !timed:
		h.untimed++
	}
	if worker {
		if h.workers == nil {
			h.workers = map[int64]bool{}
		}
		h.workers[r.offset] = true
	}
	h.refs = append(h.refs, r)
	return nil
}

// lost counts an entry that cannot be read.
func (h *Reader) lost(number int) {
	if h.unread++; h.unread == 1 {
		h.first = number
	}
}

// lookForCookies consumes a request or response and notes whether it has cookies at all.
func (h *Reader) lookForCookies() error {
	s := h.scan
	if h.cookies {
		return s.skip()
	}
	return s.object(func(key []byte) error {
		if string(key) != "headers" {
			return s.skip()
		}
		return s.array(func() error {
			return s.object(func(key []byte) error {
				if string(key) != "name" {
					return s.skip()
				}
				v, err := s.scalar(16)
				if bytes.EqualFold(v.text, []byte("cookie")) || bytes.EqualFold(v.text, []byte("set-cookie")) {
					h.cookies = true
				}
				return err
			})
		})
	})
}

// sort puts the entries in the order of their time. Those before the first that has one get that one's.
func (h *Reader) sort() {
	for i := range h.refs {
		if h.refs[i].at > 0 {
			for j := range i {
				h.refs[j].at = h.refs[i].at
			}
			break
		}
	}
	if len(h.refs) > 0 && h.refs[0].at < 0 { // no entry has a time: the order is all there is
		for i := range h.refs {
			h.refs[i].at = int64(i+1) * 1000
		}
	}
	if !slices.IsSortedFunc(h.refs, byTime) {
		slices.SortStableFunc(h.refs, byTime)
	}
}

func byTime(a, b ref) int {
	switch {
	case a.at < b.at:
		return -1
	case a.at > b.at:
		return 1
	}
	return 0
}
