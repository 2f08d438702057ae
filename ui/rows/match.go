package rows

import (
	"strconv"
	"strings"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/protocol/socketio"
)

// A matcher says which rows have what a Query searches for. What the rows of a session or a request have in common it
// looks at once.
type matcher struct {
	terms []remembered
}

// remembered is a term and what is known of where it is.
type remembered struct {
	term
	words    map[string]bool // texts of few kinds, and whether they have it
	sids     []int8          // by session: 0 not known yet, 1 has it, -1 has not
	nodes    []int8          // by node, likewise
	says     lang.Words      // the language that rows are called in, besides English
	exchange int32           // + 1: the one whose heads were looked at last
	inHeads  bool
}

func newMatcher(q Query, says lang.Words) matcher {
	var m matcher
	for _, t := range q.terms {
		m.terms = append(m.terms, remembered{term: t, says: says, words: map[string]bool{}})
	}
	return m
}

// row says whether a row has all terms.
func (m *matcher) row(t *session.Tracker, r *session.Row) bool {
	for i := range m.terms {
		if !m.terms[i].row(t, r) {
			return false
		}
	}
	return true
}

func (m *remembered) row(t *session.Tracker, r *session.Row) bool {
	switch m.in {
	case byEvent:
		return m.event(t, r)
	case bySID:
		return m.sid(t, r)
	case byStatus:
		e := carrier(t, r)
		return e != nil && statusIs(e.Status, m.text)
	case byNode:
		n := nodeOf(t, r)
		return n >= 0 && (strings.EqualFold(t.Nodes[n].Letter, m.text) || m.node(t, n))
	}
	if m.bytes(t.Payload(r.Data)) || m.sid(t, r) || m.kind(t, r) {
		return true
	}
	if n := nodeOf(t, r); n >= 0 && (m.text == "node "+strings.ToLower(t.Nodes[n].Letter) || m.node(t, n)) {
		return true
	}
	return m.heads(t, r)
}

// bytes says whether p has the text.
func (m *remembered) bytes(p []byte) bool {
	for _, raw := range m.raw {
		if containsFold(p, raw) {
			return true
		}
	}
	return false
}

// word is bytes for texts of which there are few.
func (m *remembered) word(s string) bool {
	has, known := m.words[s]
	if !known {
		has = m.bytes([]byte(s))
		m.words[s] = has
	}
	return has
}

// kind says whether the row is called what is searched for: by its packet, or what carried it.
func (m *remembered) kind(t *session.Tracker, r *session.Row) bool {
	if r.HasSIO && m.word(r.SIO.String()) || m.word(r.Over.String()) {
		return true
	}
	var e *session.Exchange
	if r.Exchange >= 0 && r.Kind != session.PacketRow { // the name of a packet needs none
		e = exchangeOf(t, r)
	}
	return m.word(packet(nil, r, e)) || m.says != nil && m.word(packet(m.says, r, e))
}

func (m *remembered) event(t *session.Tracker, r *session.Row) bool {
	name, is := eventName(t, r)
	return is && m.bytes(name)
}

func (m *remembered) sid(t *session.Tracker, r *session.Row) bool {
	if r.Session < 0 {
		return false
	}
	return remember(&m.sids, int(r.Session), func() (has, sure bool) {
		sid := t.SessionAt(r.Session).SID
		return m.bytes([]byte(sid)), sid != ""
	})
}

// node says whether a node's own name has the text; a letter is no name.
func (m *remembered) node(t *session.Tracker, n int) bool {
	return remember(&m.nodes, n, func() (has, sure bool) {
		node := &t.Nodes[n]
		own := node.Label != node.Letter && node.Label != "node "+node.Letter
		return own && m.bytes([]byte(node.Label)), false // nodes get names as more is known
	})
}

// remember asks once whether the thing with a number has something, if the answer is sure.
func remember(known *[]int8, number int, ask func() (has, sure bool)) bool {
	if number < len(*known) && (*known)[number] != 0 {
		return (*known)[number] > 0
	}
	has, sure := ask()
	if !sure {
		return has
	}
	for number >= len(*known) {
		*known = append(*known, make([]int8, max(64, len(*known)))...)
	}
	(*known)[number] = -1
	if has {
		(*known)[number] = 1
	}
	return has
}

// heads says whether the text is in target, status or fields of the request that carried the row, or of its answer.
func (m *remembered) heads(t *session.Tracker, r *session.Row) bool {
	e := carrier(t, r)
	if e == nil {
		return false
	}
	if m.exchange != r.Exchange+1 || e.Status == 0 {
		m.inHeads = m.bytes([]byte(e.Target)) || m.bytes(t.Payload(e.RequestHead)) || m.bytes(t.Payload(e.ResponseHead)) ||
			strconv.Itoa(e.Status) == m.text || e.Status >= 400 && m.bytes([]byte(e.Reason))
		m.exchange = r.Exchange + 1
	}
	return m.inHeads
}

// carrier is the request whose head and answer belong to a row: none of what came later over its WebSocket, or all of a
// session would be found by the head of one request.
func carrier(t *session.Tracker, r *session.Row) *session.Exchange {
	if r.Exchange < 0 {
		return nil
	}
	switch r.Kind {
	case session.PacketRow, session.ControlRow, session.CloseRow, session.ConnCloseRow, session.GapRow, session.MalformedRow:
		if r.Over != session.OverGET && r.Over != session.OverPOST {
			return nil
		}
	}
	return exchangeOf(t, r)
}

// statusIs compares a status with its first digits, as they are typed.
func statusIs(status int, digits string) bool {
	return status > 0 && strings.HasPrefix(strconv.Itoa(status), strings.TrimRight(digits, "x"))
}

// nodeOf is the index of the node that answered, -1 where it is not known.
func nodeOf(t *session.Tracker, r *session.Row) int {
	n := -1
	if e := exchangeOrNil(t, r); e != nil {
		n = e.Node
	} else if r.Session >= 0 {
		n = t.SessionAt(r.Session).Node
	}
	if n >= len(t.Nodes) {
		return -1
	}
	return n
}

func exchangeOrNil(t *session.Tracker, r *session.Row) *session.Exchange {
	if r.Exchange < 0 {
		return nil
	}
	return exchangeOf(t, r)
}

// eventName is how a Socket.IO event is called, as its JSON writes it.
func eventName(t *session.Tracker, r *session.Row) (name []byte, is bool) {
	if !r.HasSIO || r.SIO != socketio.Event && r.SIO != socketio.BinaryEvent {
		return nil, false
	}
	data := t.Payload(r.Data)
	if r.MsgPack {
		if len(data) > maxMsgPack {
			return nil, false
		}
		d := msgpack(t, r)
		if d == nil {
			return nil, false
		}
		data = d.Packet.Data
	} else {
		_, data = divide(r, data)
	}
	return firstString(data)
}

// firstString is what stands between the quotes of an array's first element.
func firstString(data []byte) (text []byte, is bool) {
	i := 0
	for i < len(data) && (data[i] == '[' || data[i] == ' ') {
		i++
	}
	if i == 0 || i >= len(data) || data[i] != '"' {
		return nil, false
	}
	rest := data[i+1:]
	for k := 0; k < len(rest); k++ {
		switch rest[k] {
		case '\\':
			k++
		case '"':
			return rest[:k], true
		}
	}
	return rest, true
}

// Event is the name of a row's Socket.IO event, "" where it is none.
func Event(t *session.Tracker, r *session.Row) string {
	name, _ := eventName(t, r)
	return Clean(name, maxWhat)
}

// ForEvent is what is typed to search for events of a name.
func ForEvent(name string) string {
	if strings.ContainsRune(name, ' ') {
		return fields[byEvent] + `"` + name + `"`
	}
	return fields[byEvent] + name
}
