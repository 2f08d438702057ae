package socketio

import (
	"strings"
	"testing"

	"sioscope/protocol/engineio"
)

// event is a Socket.IO event of 100 bytes, as it stands in a message packet.
var event = `42["message",{"user":"jude","text":"` + strings.Repeat("x", 61) + `"}]`

const msgpackEvent = "\x83\xa4type\x02\xa4data\x92\xa7message\x81\xa4user\xa4jude\xa3nsp\xa1/"

func TestHotPathDoesNotAllocate(t *testing.T) {
	for name, p := range map[string]engineio.Packet{
		"event":   text(event[1:]),
		"binary":  text(`51-/admin,12["message",{"_placeholder":true,"num":0}]`),
		"msgpack": bin(msgpackEvent),
		"error":   text("hello"),
	} {
		var s Scanner
		if n := testing.AllocsPerRun(100, func() {
			h, _, _ := s.Scan(p)
			EventName(h.Data)
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkParseHeader(b *testing.B) {
	p := []byte(event[1:])
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseHeader(5, p); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHotPath is what a session does with each WebSocket message: packet, header, name of the event.
func BenchmarkHotPath(b *testing.B) {
	message := []byte(event)
	var s Scanner
	b.ReportAllocs()
	b.SetBytes(int64(len(message)))
	for b.Loop() {
		p, _ := engineio.DecodeMessage(4, false, message)
		h, _, err := s.Scan(p)
		if _, ok := EventName(h.Data); !ok || err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScanMsgPack(b *testing.B) {
	p := bin(msgpackEvent)
	var s Scanner
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := s.Scan(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecoder(b *testing.B) {
	header, attachment := text(`51-["message",{"user":"jude","picture":{"_placeholder":true,"num":0}}]`), bin(strings.Repeat("x", 1000))
	var d Decoder
	b.ReportAllocs()
	for b.Loop() {
		if d.Add(header, func(Packet) {}) != nil || d.Add(attachment, func(Packet) {}) != nil {
			b.Fatal("not read")
		}
	}
}
