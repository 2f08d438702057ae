package socketio

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sioscope/internal/vectortest"
	"sioscope/protocol/engineio"
)

// packetsOf reads the Engine.IO packets of a vector; engineio's own tests hold them against the vector.
func packetsOf(v vectortest.Vector, emit func(engineio.Packet)) {
	d := engineio.Decoder{Rev: v.EIO, DoubleUTF8: v.DoubleUTF8}
	for _, m := range v.Messages() {
		switch m.Transport {
		case "polling":
			_ = d.Polling(m.Bytes, emit)
		case "polling-binary":
			_ = d.PollingBinary(m.Bytes, emit)
		default:
			if p, err := d.Message(m.Transport == "websocket-binary", m.Bytes); err == nil {
				emit(p)
			}
		}
	}
}

// A shown is a packet in the vectors' terms, payload decoded, so that two of them compare.
type shown struct {
	Type, WireType, NSP string
	ID                  int64
	Data                any
	Attachments         []string
}

func show(p Packet, rev int) shown {
	s := shown{Type: p.Type.Name(rev), NSP: p.Namespace, ID: p.ID}
	if rev == 5 && p.Type.Plain() != p.Type {
		s.Type, s.WireType = p.Type.Plain().Name(rev), p.Type.Name(rev)
	}
	if p.Data != nil {
		s.Data = decodeJSON(string(p.Data))
	}
	for _, a := range p.Attachments {
		s.Attachments = append(s.Attachments, hex.EncodeToString(a))
	}
	return s
}

func showWant(p vectortest.SIOPacket) shown {
	s := shown{Type: p.Type, WireType: p.WireType, ID: -1}
	if p.NSP != nil {
		s.NSP = *p.NSP
	}
	if p.ID != nil {
		s.ID = *p.ID
	}
	if p.Data != nil {
		s.Data = decodeJSON(*p.Data)
	}
	for _, a := range p.Attachments {
		s.Attachments = append(s.Attachments, hex.EncodeToString(a))
	}
	return s
}

// decodeJSON keeps null apart from no payload.
func decodeJSON(text string) any {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return err
	}
	return []any{v}
}

// lenient says what becomes of each vector that a strict decoder may refuse: flagged, or where it is empty refused.
var lenient = map[string]Odd{
	"sio5-ack-noid":              OddNoID,
	"sio5-event-no-payload":      OddNoPayload,
	"sio5-nsp-missing-comma":     OddNamespace | OddNoPayload,
	"sio5-id-bigger-than-2^53":   OddID,
	"sio5-id-whitespace":         OddID,
	"sio5-id-leading-zeros":      OddID,
	"sio5-num-fraction":          0,
	"sio5-attachments-hex":       OddCount | OddUnused,
	"sio4-connect-null":          0, // accepted as it stands: nothing in it is irregular in revision 4
	"sio4-binary-zero":           OddCount,
	"sio4-binary-zero-then-text": OddCount,
}

// problems are the parsers' words for which there are better ones.
var problems = map[string]Problem{
	"Cannot read properties of undefined (reading 'base64')": ErrNoData,
	"Illegal attachments": "illegal attachments",
}

func TestVectors(t *testing.T) {
	t.Parallel()
	ran, canonical := 0, 0
	for _, v := range vectortest.Load(t) {
		if v.Layer != "sio" {
			continue
		}
		ran++
		if v.Canonical {
			canonical++
		}
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			checkVector(t, v)
		})
	}
	t.Logf("%d vectors ran, %d of them also encoded", ran, canonical)
}

func checkVector(t *testing.T, v vectortest.Vector) {
	d := Decoder{Rev: v.SIO}
	var got []shown
	var packets []Packet
	var odd Odd
	var failed error
	packetsOf(v, func(p engineio.Packet) {
		err := d.Add(p, func(p Packet) {
			got, packets, odd = append(got, show(p, v.SIO)), append(packets, p), odd|p.Odd
		})
		if failed == nil {
			failed = err
		}
	})
	flag, known := lenient[v.ID]
	if known != v.Lenient && v.Lenient {
		t.Error("lenient, and not in the list")
	}
	if v.ID == "sio5-num-fraction" {
		if failed == nil || got != nil {
			t.Errorf("%v, %v: not refused", got, failed)
		}
		return
	}
	var want []shown
	for _, p := range v.ExpectSIO {
		want = append(want, showWant(p))
	}
	if v.ID == "sio5-id-bigger-than-2^53" { // the id stays exact
		want[0].ID++
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("packets\n got %+v\nwant %+v", got, want)
	}
	wantErr := v.SIOError
	if p, ok := problems[wantErr]; ok {
		wantErr = string(p)
	}
	if (failed != nil) != (wantErr != "") || failed != nil && !strings.HasPrefix(failed.Error(), wantErr) {
		t.Errorf("error %v, want %q", failed, wantErr)
	}
	if known && odd != flag {
		t.Errorf("odd %q, want %q", odd, flag)
	}
	if !known && odd&^OddMade != 0 {
		t.Errorf("odd %q", odd)
	}
	if v.Canonical && failed == nil {
		checkEncoding(t, v, packets)
	}
}

func checkEncoding(t *testing.T, v vectortest.Vector, packets []Packet) {
	t.Helper()
	var messages []engineio.Packet
	for _, p := range packets {
		messages = AppendMessages(messages, v.SIO, p)
	}
	var got, want []string
	for i, m := range messages {
		e := engineio.Encoder{Rev: v.EIO, Base64: strings.HasPrefix(string(v.Messages()[i].Bytes), "b")}
		b, _ := e.AppendMessage(nil, m)
		got = append(got, fmt.Sprintf("%q", b))
	}
	for _, m := range v.Messages() {
		want = append(want, fmt.Sprintf("%q", m.Bytes))
	}
	if !slices.Equal(got, want) {
		t.Errorf("encoded\n got %s\nwant %s", got, want)
	}
}

// TestScannerAgrees holds the scanner against the decoder: the same packets, and no error where that finds none.
func TestScannerAgrees(t *testing.T) {
	t.Parallel()
	for _, v := range vectortest.Load(t) {
		if v.Layer != "sio" {
			continue
		}
		s, d := Scanner{Rev: v.SIO}, Decoder{Rev: v.SIO}
		var headers []Header
		var packets []Packet
		var scanErr, decodeErr error
		packetsOf(v, func(p engineio.Packet) {
			h, kind, err := s.Scan(p)
			if kind == KindPacket || kind == KindMsgPack {
				headers = append(headers, h)
			}
			if scanErr == nil {
				scanErr = err
			}
			if err := d.Add(p, func(p Packet) { packets = append(packets, p) }); decodeErr == nil {
				decodeErr = err
			}
		})
		switch {
		case len(packets) > 0 && packets[0].Odd&OddMade != 0:
			if scanErr != ErrType {
				t.Errorf("%s: scanner says %v", v.ID, scanErr)
			}
		case decodeErr == nil && scanErr != nil:
			t.Errorf("%s: scanner says %v, decoder nothing", v.ID, scanErr)
		case decodeErr == nil && len(headers) != len(packets):
			t.Errorf("%s: %d headers, %d packets", v.ID, len(headers), len(packets))
		case decodeErr == nil:
			for i, h := range headers {
				p := packets[i]
				if h.Type != p.Type || string(h.Namespace) != p.Namespace || h.ID != p.ID || len(p.Data) > 0 != (len(h.Data) > 0) {
					t.Errorf("%s: header %+v of %+v", v.ID, h, p)
				}
			}
		}
	}
}
