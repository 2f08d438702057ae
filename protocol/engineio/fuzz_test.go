package engineio

import (
	"bytes"
	"slices"
	"testing"
	"unicode/utf8"

	"sioscope/internal/vectortest"
)

func addVectors(f *testing.F, transports ...string) {
	for _, v := range vectortest.Load(f) {
		if slices.Contains(transports, v.Transport) {
			f.Add([]byte(v.Bytes))
		}
	}
}

// checkPacket holds what every packet must keep, whatever the bytes were.
func checkPacket(t *testing.T, p Packet) {
	t.Helper()
	switch {
	case p.Type > Unknown, (p.Type == Unknown) != (p.Odd&OddType != 0):
		t.Errorf("type %d, odd %v", p.Type, p.Odd)
	case !p.HasData && (p.Binary || len(p.Data) > 0):
		t.Errorf("%+v has no data and has some", p)
	case p.HasData && !p.Binary && (len(p.Data) == 0 || !utf8.Valid(p.Data)):
		t.Errorf("text %q", p.Data)
	}
}

// FuzzPolling also checks that what was read is read again from what the encoder makes of it.
func FuzzPolling(f *testing.F) {
	addVectors(f, "polling")
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		for _, d := range []Decoder{{Rev: 4}, {Rev: 3}, {Rev: 3, DoubleUTF8: true}} {
			var r result
			r.fail(d.Polling(body, func(p Packet) { checkPacket(t, p); r.add(p) }), 0)
			if r.err != nil && r.index != len(r.packets) {
				t.Errorf("error at %d of %d", r.index, len(r.packets))
			}
			if r.odd&OddType != 0 || len(r.packets) == 0 || d.Rev == 4 && bytes.IndexByte(body, separator) >= 0 {
				continue
			}
			again := result{}
			wire := Encoder{Rev: d.Rev, DoubleUTF8: d.DoubleUTF8}.AppendPolling(nil, r.packets...)
			if err := d.Polling(wire, again.add); err != nil || !slices.Equal(again.shown, r.shown) {
				t.Errorf("%q again is %s (%v), was %s", wire, again.shown, err, r.shown)
			}
		}
		if !bytes.Equal(body, before) {
			t.Error("the body was written to")
		}
	})
}

func FuzzPollingBinary(f *testing.F) {
	addVectors(f, "polling-binary")
	f.Fuzz(func(t *testing.T, body []byte) {
		n := 0
		err := DecodePollingBinary(body, func(p Packet) { checkPacket(t, p); n++ })
		if e, ok := err.(*DecodeError); ok && (e.Packet > n || e.Offset >= len(body)) {
			t.Errorf("%v, of %d packets and %d bytes", err, n, len(body))
		}
	})
}

func FuzzJSONP(f *testing.F) {
	addVectors(f, "jsonp")
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		for _, rev := range []int{3, 4} {
			for _, post := range []bool{false, true} {
				_ = DecodeJSONP(rev, body, post, func(p Packet) { checkPacket(t, p) })
			}
		}
		if !bytes.Equal(body, before) {
			t.Error("the body was written to")
		}
	})
}

func FuzzMessage(f *testing.F) {
	addVectors(f, "websocket-text", "websocket-binary")
	f.Fuzz(func(t *testing.T, p []byte) {
		for _, d := range []Decoder{{}, {Rev: 3}, {Rev: 3, DoubleUTF8: true}} {
			for _, binary := range []bool{false, true} {
				if packet, err := d.Message(binary, p); err == nil {
					checkPacket(t, packet)
				}
			}
		}
	})
}

// FuzzWebTransport cuts the stream in two places: the packets and the error stay the same.
func FuzzWebTransport(f *testing.F) {
	for _, v := range vectortest.Load(f) {
		if v.Transport == "webtransport" {
			f.Add([]byte(v.Bytes), uint16(1), uint16(2))
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, a, b uint16) {
		run := func(parts ...[]byte) (r result) {
			d := WebTransportDecoder{MaxPayload: 1 << 12}
			for _, part := range parts {
				err := d.Write(part, func(p Packet) { checkPacket(t, p); r.add(p) })
				if r.err == nil {
					r.err = err
				} else if err != r.err {
					t.Errorf("error %v became %v", r.err, err)
				}
				if d.Pending() > 1<<12+9 {
					t.Errorf("%d bytes held", d.Pending())
				}
			}
			return r
		}
		whole := run(stream)
		i := int(a) % (len(stream) + 1)
		j := i + int(b)%(len(stream)-i+1)
		for _, cut := range []result{run(stream[:i], stream[i:j], stream[j:]), run(slices.Collect(slices.Chunk(stream, 1))...)} {
			same := (cut.err == nil) == (whole.err == nil) && (cut.err == nil || cut.err.Error() == whole.err.Error())
			if !same || !slices.Equal(cut.shown, whole.shown) || cut.odd != whole.odd {
				t.Errorf("cut at %d and %d: %s (%v), whole: %s (%v)", i, j, cut.shown, cut.err, whole.shown, whole.err)
			}
		}
	})
}

func FuzzServer(f *testing.F) {
	f.Add([]byte(`{"code":1,"message":"Session ID unknown"}`))
	f.Add([]byte(`{"sid":"npC_q4KvM0bpKTJFAAAA","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}`))
	f.Add([]byte(`"Invalid session x"`))
	f.Add([]byte("4d4f185e96a7b:15:25:websocket,xhr-polling"))
	f.Add([]byte("AQIDBAUGBwgJCgAAAAAAAAAF"))
	f.Fuzz(func(t *testing.T, p []byte) {
		if e, ok := ParseError(400, nil, p); ok && (e.Code < NoCode || e.Code > UnsupportedVersion) {
			t.Errorf("code %d", e.Code)
		}
		if h, err := ParseOpen(p); err == nil && h.SID == "" {
			t.Error("no sid and no error")
		}
		Recognise09("/socket.io/1/?t=1", p)
		Recognise09(string(p), nil)
		if _, ok := Counter(string(p)); ok && KindOf(string(p)) > Counter64 {
			t.Error("a counter where there is none")
		}
	})
}
