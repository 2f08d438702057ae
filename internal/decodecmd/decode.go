package decodecmd

import (
	"bytes"
	"errors"
	"fmt"

	"sioscope/protocol/engineio"
	"sioscope/protocol/socketio"
)

// A report is what the units decode to.
type report struct {
	rev     int // of Socket.IO
	packets []packet
	err     string // what stopped the decoding
	sioErr  string // what stopped that of Socket.IO
	notes   []string
}

// A packet is an Engine.IO packet with the Socket.IO packets that it completed: none or one.
type packet struct {
	engineio.Packet
	socketio []socketio.Packet
}

// A decoding is a report under way.
type decoding struct {
	report
	options
	engine engineio.Decoder
	stream engineio.WebTransportDecoder
	socket socketio.Decoder
}

func (o *options) decode(units []unit) report {
	d := decoding{
		report:  report{rev: o.sio},
		options: *o,
		engine:  engineio.Decoder{Rev: o.eio, DoubleUTF8: o.doubleUTF8},
		stream:  engineio.WebTransportDecoder{MaxPayload: o.maxPayload},
		socket:  socketio.Decoder{Rev: o.sio},
	}
	for i, u := range units {
		where := ""
		if len(units) > 1 {
			where = fmt.Sprintf("argument %d: ", i+1)
		}
		if !d.unit(u, where) {
			if rest := len(units) - i - 1; rest > 0 {
				d.note("%d more %s not read", rest, plural(rest, "argument was", "arguments were"))
			}
			break
		}
	}
	d.unfinished()
	return d.report
}

// unit reads one unit and says whether to go on; where is put in front of an error.
func (d *decoding) unit(u unit, where string) bool {
	before := len(d.packets)
	err := d.read(u)
	var at *engineio.DecodeError
	switch {
	case err == nil:
	case errors.As(err, &at) && (u.transport == "websocket-text" || u.transport == "websocket-binary"):
		d.err = where + at.What // a message is one packet
	default:
		d.err = where + err.Error()
	}
	if err != nil {
		d.hint(u)
	} else if len(d.packets) == before && len(u.data) > 0 && u.transport == "jsonp" {
		d.note("the form has no field d: no packets")
	}
	return d.err == ""
}

// read decodes the Engine.IO packets of a unit.
func (d *decoding) read(u unit) error {
	switch u.transport {
	case "polling":
		return d.engine.Polling(u.data, d.add)
	case "polling-binary":
		return d.engine.PollingBinary(u.data, d.add)
	case "jsonp":
		return d.engine.JSONP(u.data, d.toServer, d.add)
	case "webtransport":
		return d.stream.Write(u.data, d.add)
	}
	p, err := d.engine.Message(u.transport == "websocket-binary", u.data)
	if err == nil {
		d.add(p)
	}
	return err
}

// add takes an Engine.IO packet, and passes it on to Socket.IO as long as that understood all before it.
func (d *decoding) add(p engineio.Packet) {
	p.Data = bytes.Clone(p.Data)
	d.packets = append(d.packets, packet{Packet: p})
	n := len(d.packets)
	if p.Odd&engineio.OddType != 0 && d.err == "" {
		d.err = fmt.Sprintf("packet %d: unknown packet type", n)
	}
	if odd := p.Odd &^ engineio.OddType; odd != 0 {
		d.note("packet %d: %v", n, odd)
	}
	if p.Odd&engineio.OddDouble != 0 {
		plain, _ := engineio.UndoDoubleUTF8(p.Data)
		d.note("packet %d with --double-utf8: %s", n, printable(string(plain), 200))
	}
	if d.sioErr != "" {
		return
	}
	err := d.socket.Add(p, func(s socketio.Packet) {
		last := &d.packets[n-1]
		last.socketio = append(last.socketio, s)
		if s.Odd != 0 {
			d.note("packet %d, Socket.IO: %v", n, s.Odd)
		}
	})
	if err != nil {
		d.sioErr = fmt.Sprintf("packet %d: %v", n, err)
	}
}

// unfinished notes what the units began and did not end.
func (d *decoding) unfinished() {
	if n := d.stream.Pending(); n > 0 && d.err == "" {
		d.note("the stream ends inside a packet: %d %s of it arrived", n, plural(n, "byte", "bytes"))
	}
	if have, want := d.socket.Waiting(); want > 0 && d.sioErr == "" {
		d.note("Socket.IO: %d of %d attachments arrived, so the packet is not shown", have, want)
	}
}

// hint tells what a unit that could not be read may be instead.
func (d *decoding) hint(u unit) {
	if e, ok := engineio.ParseError(0, nil, u.data); ok {
		d.note("this is the error answer of a server (%v): %s", e.Dialect, printable(e.Message, 200))
	}
	if bytes.HasPrefix(bytes.TrimSpace(u.data), []byte("<")) {
		d.note("this looks like a page, from a proxy perhaps")
	}
	if u.piped && bytes.HasSuffix(u.data, []byte("\n")) {
		d.note("standard input ends with a newline, which was decoded too")
	}
}

func (d *decoding) note(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
