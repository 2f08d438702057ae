package wsframe

import "math"

// begin takes note of a frame's header.
func (d *Decoder) begin(h *header, emit func(*Message)) {
	d.key, d.left, d.fin = h.key, h.length, h.fin()
	d.inControl, d.flaw = h.control(), d.judge(h)
	switch op := h.opcode(); {
	case d.inControl:
		d.ctlOp, d.ctlSize, d.ctl, d.ctlHole = op, uint8(h.length), 0, false
		return
	case op != Continuation:
		if d.open {
			d.msg.note(FlawInterrupted)
			d.incomplete(emit)
		}
		d.msg = Message{Start: d.at, Opcode: op, Compressed: h.rsv1()}
	case !d.open:
		d.msg = Message{Start: d.at, Incomplete: true}
		if !d.loose {
			d.msg.Flaw = FlawOrphan
		}
	}
	d.open = true
	d.msg.End = d.end
	d.msg.note(d.flaw)
	if d.msg.Size += h.length; d.msg.Size < 0 {
		d.msg.Size = math.MaxInt64
	}
}

// judge finds what breaks the rules in a header that can be read nevertheless.
func (d *Decoder) judge(h *header) Flaw {
	switch {
	case d.FromClient && !h.masked:
		return FlawUnmasked
	case !d.FromClient && h.masked:
		return FlawMasked
	case !h.minimal:
		return FlawLength
	case h.rsv1() && h.opcode() == Continuation:
		return FlawRSV1Later
	case h.rsv1() && !d.Deflate.Enabled && !d.Joined:
		return FlawRSV1
	}
	return 0
}

// alone reports whether the frame that begins now is a message by itself: its payload need not be kept if it is there.
func (d *Decoder) alone() bool {
	return d.inControl || d.fin && len(d.buf) == 0 && !d.dataHole
}

// whole emits a message whose payload, still masked, is all in p.
func (d *Decoder) whole(p []byte, emit func(*Message)) {
	if limit := d.limit(); len(p) > limit && !d.inControl {
		p, d.msg.Truncated = p[:limit], true
	}
	if d.key != 0 {
		plain := d.scratch().plainFor(len(p))
		unmask(plain, p, d.key)
		p = plain
	}
	d.left = 0
	if d.inControl {
		d.control(p, emit)
	} else {
		d.data(p, emit)
	}
}

// payload consumes what p has of the frame's payload, and returns what follows it.
func (d *Decoder) payload(at int64, p []byte, emit func(*Message)) []byte {
	n := min(d.left, int64(len(p)))
	d.keep(p[:n])
	d.key = advance(d.key, n)
	d.left -= n
	if d.end = at; !d.inControl {
		d.msg.End = at
	}
	if d.left == 0 {
		d.finish(emit)
	}
	return p[n:]
}

// keep appends p, unmasked, to the payload, as far as it is to be kept.
func (d *Decoder) keep(p []byte) {
	switch {
	case d.inControl && d.ctlHole, !d.inControl && (d.dataHole || d.msg.Truncated):
		return
	case d.inControl:
		d.ctl += uint8(len(p))
	default:
		if room := d.limit() - len(d.buf); len(p) > room {
			p, d.msg.Truncated = p[:room], true
		}
	}
	if d.buf == nil {
		d.buf = d.scratch().take()
	}
	n := len(d.buf)
	d.buf = append(d.buf, p...)
	if d.key != 0 {
		unmask(d.buf[n:], p, d.key)
	}
}

// finish ends a frame whose payload arrived in pieces.
func (d *Decoder) finish(emit func(*Message)) {
	d.state = between
	if d.inControl {
		n := len(d.buf) - int(d.ctl)
		d.control(d.buf[n:], emit)
		d.buf = d.buf[:n]
		d.release()
	} else if d.fin {
		d.data(d.buf, emit)
	}
}

// control emits a control frame. The data message that it may interrupt is put aside meanwhile.
func (d *Decoder) control(payload []byte, emit func(*Message)) {
	aside := d.msg
	d.msg = Message{Start: d.at, End: d.end, Opcode: d.ctlOp, Payload: payload, Flaw: d.flaw}
	d.msg.Size = int64(d.ctlSize) - d.left
	d.msg.Incomplete = d.ctlHole
	emit(&d.msg)
	d.msg = aside
}

// data emits the data message and forgets it.
func (d *Decoder) data(payload []byte, emit func(*Message)) {
	d.open = false
	m := &d.msg
	m.Payload = payload
	if m.Compressed {
		d.inflate(m)
	} else if m.Opcode == Continuation {
		d.forget() // it may have been compressed
	}
	emit(m)
	m.Payload = nil
	d.dataHole, d.buf = false, d.buf[:0]
	d.release()
}

// incomplete emits the data message as far as it was seen.
func (d *Decoder) incomplete(emit func(*Message)) {
	d.msg.Incomplete, d.dataHole = true, true
	d.data(d.buf, emit)
}

// abandon emits what has begun and will not be finished.
func (d *Decoder) abandon(emit func(*Message)) {
	if d.state == inPayload && d.inControl {
		d.ctlHole = true
		d.finish(emit)
	} else if d.state == inPayload {
		d.msg.Size -= d.left
	}
	if d.open {
		d.incomplete(emit)
	}
	d.held, d.left = 0, 0
}

// hole passes over n bytes of payload, at most those that are left.
func (d *Decoder) hole(n int64, emit func(*Message)) {
	if d.inControl {
		d.ctlHole = true
	} else {
		d.dataHole, d.msg.Incomplete = true, true
	}
	d.key = advance(d.key, n)
	if d.left -= n; d.left == 0 {
		d.finish(emit)
	}
}

func (d *Decoder) limit() int {
	if d.MaxPayload > 0 {
		return d.MaxPayload
	}
	return DefaultMaxPayload
}

func (d *Decoder) scratch() *Scratch {
	if d.Scratch == nil {
		d.Scratch = new(Scratch)
	}
	return d.Scratch
}

// release gives buffers back that nothing stands in.
func (d *Decoder) release() {
	if d.Scratch == nil {
		return
	}
	d.Scratch.trim()
	if len(d.buf) == 0 && d.buf != nil {
		d.Scratch.give(d.buf)
		d.buf = nil
	}
}
