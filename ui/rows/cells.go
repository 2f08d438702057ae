package rows

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/protocol/socketio"
	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// Times says how times are written.
type Times struct {
	Origin int64 // ns; time zero of relative times
	Wall   bool  // the time of day instead, in the local zone
	Fine   bool  // microseconds, for captures of a second or two
}

// String writes a time with milliseconds, or finer.
func (o Times) String(t int64) string {
	switch {
	case t == 0:
		return ""
	case o.Wall:
		if o.Fine {
			return time.Unix(0, t).Format("15:04:05.000000")
		}
		return time.Unix(0, t).Format("15:04:05.000")
	}
	if o.Fine {
		return strconv.FormatFloat(float64(t-o.Origin)/1e9, 'f', 6, 64)
	}
	return strconv.FormatFloat(float64(t-o.Origin)/1e9, 'f', 3, 64)
}

// Long writes a time for a sentence: with its unit, or with date and zone.
func (o Times) Long(t int64) string {
	switch {
	case t == 0:
		return ""
	case o.Wall:
		return time.Unix(0, t).Format("2006-01-02 15:04:05.000 ") + timeline.Zone(t)
	}
	return o.String(t) + " s"
}

// Cells are the texts of a row, left to right, in the reader's language but for the names of packets.
type Cells struct {
	Time, Dir, Conn, Node, Over, Packet, SocketIO, What, Bytes string
	Bad                                                        bool // to be drawn as a problem
	WrongNode                                                  bool
	SID                                                        string // that What names in full, or ""
}

// Briefly is What with the beginning of the sid alone, for where there is no room for all.
func (c *Cells) Briefly() string {
	if c.SID == "" {
		return c.What
	}
	return strings.Replace(c.What, c.SID, Short(c.SID), 1)
}

// maxWhat is how much of a payload the table shows, in bytes.
const maxWhat = 160

// maxMsgPack is the longest msgpack packet that is decoded for a cell, in bytes; the detail decodes longer ones too.
const maxMsgPack = 64 << 10

// Of writes the cells of a row, secrets masked.
func Of(w lang.Words, t *session.Tracker, r *session.Row, times Times) Cells {
	return Masked(w, t, r, times, redact.Redactor{})
}

// Masked is Of with what masks secrets.
func Masked(w lang.Words, t *session.Tracker, r *session.Row, times Times, mask redact.Redactor) Cells {
	c := Cells{Time: times.String(r.Time), Dir: r.Dir.Word(w), Conn: strconv.Itoa(int(r.Conn) + 1), Over: r.Over.String(), Bad: r.Problem}
	if r.Size > 0 {
		c.Bytes = strconv.Itoa(int(r.Size))
	}
	var e *session.Exchange
	if r.Exchange >= 0 {
		e = exchangeOf(t, r)
	}
	c.Node, c.WrongNode = node(w, t, r, e)
	c.Packet = packet(w, r, e)
	c.SocketIO = socketIO(w, r)
	var sid string
	c.What, sid = what(w, t, r, e)
	c.What = masked(r, c.What, mask)
	if sid != "" && strings.Contains(c.What, sid) {
		c.SID = sid
	}
	return c
}

// exchangeOf is the exchange of a row that has one, nil where it made room for what came later.
func exchangeOf(t *session.Tracker, r *session.Row) *session.Exchange {
	if e := t.ExchangeAt(r.Exchange); e.Index >= 0 {
		return e
	}
	return nil
}

// masked takes secrets out of a cell: the table is seen by whoever looks over a shoulder, and lands in pictures.
func masked(r *session.Row, text string, mask redact.Redactor) string {
	if r.HasSIO && r.SIO == socketio.Connect && r.Dir == fact.Out {
		if i := strings.IndexByte(text, '{'); i >= 0 {
			return text[:i] + mask.AuthPayload(text[i:])
		}
	}
	return mask.Text(text)
}

// node is the letter of who answered, "not A" for a request that went elsewhere.
func node(w lang.Words, t *session.Tracker, r *session.Row, e *session.Exchange) (text string, wrong bool) {
	n := -1
	switch {
	case e != nil && e.WrongNode && e.Session != nil && e.Session.Node >= 0 && e.Session.Node < len(t.Nodes):
		return w.S("not %s", t.Nodes[e.Session.Node].Letter), true
	case e != nil:
		n = e.Node
	case r.Session >= 0:
		n = t.SessionAt(r.Session).Node
	}
	if n < 0 || n >= len(t.Nodes) {
		return "?", false
	}
	return t.Nodes[n].Letter, false
}

func packet(w lang.Words, r *session.Row, e *session.Exchange) string {
	switch r.Kind {
	case session.RequestRow:
		switch {
		case e == nil:
			return w.S("request")
		case e.Kind == session.OtherRequest:
			return w.S("other")
		}
		return e.Kind.Word(w)
	case session.RefusalRow:
		if e == nil || e.Status == 0 {
			return w.S("no answer")
		}
		return w.S("refused %d", e.Status)
	case session.SwitchRow:
		if e != nil && e.Connect {
			return w.S("%d switched", e.Status)
		}
		return w.S("%d switched", 101)
	case session.CloseRow:
		return w.S("ws close")
	case session.ConnCloseRow:
		return w.S("conn closed")
	case session.GapRow:
		return w.S("gap")
	case session.MalformedRow:
		return w.S("unreadable")
	case session.ControlRow:
		if fact.Opcode(r.Type) == fact.Ping {
			return "ws ping"
		}
		return "ws pong"
	}
	return r.Type.String()
}

// what is the text of a row, and the sid that it names in full.
func what(w lang.Words, t *session.Tracker, r *session.Row, e *session.Exchange) (text, sid string) {
	data := t.Payload(r.Data)
	if t.Gone(r.Data) {
		return w.S("no longer kept"), ""
	}
	switch r.Kind {
	case session.RequestRow:
		return request(e, data)
	case session.CloseRow:
		return closing(w, data), ""
	case session.GapRow:
		if r.Size > 0 {
			return w.S("%d bytes are not in the capture", r.Size), ""
		}
		return w.S("bytes are not in the capture"), ""
	case session.ConnCloseRow:
		by := t.ConnAt(r.Conn).ClosedBy
		if by == "unknown" {
			return w.S("by whom is not known"), ""
		}
		return w.S("by %s", session.Side(w, by)), ""
	case session.MalformedRow:
		return Clean([]byte(session.Flaw(w, string(data))), maxWhat), ""
	case session.PacketRow:
		if r.Type == engineio.Open {
			return open(data)
		}
		if r.MsgPack && len(data) <= maxMsgPack {
			if d := msgpack(t, r); d != nil {
				return d.short(), ""
			}
		}
		if r.Binary {
			return w.S("%d bytes of binary data", len(data)), ""
		}
		if r.HasSIO {
			return arguments(r, data), ""
		}
	}
	return Clean(data, maxWhat), ""
}

// request is what the URL says, short.
func request(e *session.Exchange, target []byte) (text, sid string) {
	if e == nil {
		return Clean(target, maxWhat), ""
	}
	var parts []string
	if e.EIO > 0 && e.SID == "" {
		parts = append(parts, fmt.Sprintf("EIO=%d", e.EIO))
	}
	if e.TransportParam != "" && e.SID == "" {
		parts = append(parts, "transport="+e.TransportParam)
	}
	if e.SID != "" {
		sid = named(e.SID)
		parts = append(parts, "sid "+sid)
	}
	if len(parts) == 0 {
		return e.Path, ""
	}
	return strings.Join(parts, " "), sid
}

// longSID is more than the length of any sid that an Engine.IO server issues by itself, 20, and less than that of what is
// taken for a secret.
const longSID = 24

// named is a sid as a cell has it.
func named(sid string) string {
	if len(sid) > longSID {
		return Short(sid)
	}
	return plain.Text(sid)
}

// Short is the beginning of a sid.
func Short(sid string) string {
	if len(sid) > 8 {
		sid = sid[:6] + "…"
	}
	return plain.Text(sid)
}

func open(data []byte) (text, sid string) {
	h, _ := engineio.ParseOpen(data)
	if h.SID == "" {
		return Clean(data, maxWhat), ""
	}
	sid = named(h.SID)
	return fmt.Sprintf("sid %s upgrades [%s]", sid, strings.Join(h.Upgrades, " ")), sid
}

func closing(w lang.Words, data []byte) string {
	if len(data) < 2 {
		return w.S("no code")
	}
	text := strconv.Itoa(int(data[0])<<8 | int(data[1]))
	if len(data) > 2 {
		text += " " + Clean(data[2:], maxWhat)
	}
	return text
}

// Clean makes one line of text of bytes: at most limit of them, what cannot be shown replaced.
func Clean(p []byte, limit int) string {
	cut := len(p) > limit
	if cut {
		p = p[:limit]
		for len(p) > 0 && !utf8.RuneStart(p[len(p)-1]) {
			p = p[:len(p)-1]
		}
		if len(p) > 0 && p[len(p)-1] >= utf8.RuneSelf {
			p = p[:len(p)-1]
		}
	}
	s := plain.Text(string(p))
	if cut {
		s += "…"
	}
	return s
}
