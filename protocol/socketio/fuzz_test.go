package socketio

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"unicode/utf8"

	"sioscope/internal/vectortest"
	"sioscope/protocol/engineio"
)

func checkPacket(t *testing.T, p Packet) {
	t.Helper()
	switch {
	case p.Data != nil && !json.Valid(p.Data):
		t.Errorf("payload %q", p.Data)
	case p.ID < -1:
		t.Errorf("id %d", p.ID)
	case p.Namespace == "" && !p.MsgPack && p.Odd&OddMade == 0:
		t.Error("no namespace")
	case bytes.Count(p.Data, []byte(`{"_placeholder":true,"num":`)) < len(p.Attachments):
		t.Errorf("%d attachments in %s", len(p.Attachments), p.Data)
	}
}

// FuzzDecoder reads a text and a binary message of it, and holds the scanner against the decoder.
func FuzzDecoder(f *testing.F) {
	for _, v := range vectortest.Load(f) {
		if v.Layer == "sio" && v.Transport == "websocket-text" {
			f.Add([]byte(v.Bytes[1:]), []byte("x"))
		}
		if v.Layer == "sio" && v.Transport == "websocket-binary" {
			f.Add([]byte(`2["a"]`), []byte(v.Bytes))
		}
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		for rev := range 6 {
			d, s := Decoder{Rev: rev, MaxBytes: 1 << 16}, Scanner{Rev: rev}
			for _, p := range []engineio.Packet{
				{Type: engineio.Message, HasData: len(first) > 0, Data: first},
				{Type: engineio.Message, Binary: true, HasData: true, Data: second},
				{Type: engineio.Message, HasData: true, Data: []byte(`2["a"]`)},
			} {
				n := 0
				err := d.Add(p, func(p Packet) { checkPacket(t, p); n++ })
				_, kind, scanErr := s.Scan(p)
				if err == nil && scanErr != nil && n == 0 {
					t.Errorf("revision %d: scanner says %v, decoder nothing", rev, scanErr)
				}
				if n > 0 && err != nil || n > 1 || n == 1 && kind == KindNone {
					t.Errorf("revision %d: %d packets, %v, kind %d", rev, n, err, kind)
				}
				var problem Problem
				if err != nil && !errors.As(err, &problem) {
					t.Errorf("%v is no Problem", err)
				}
			}
		}
	})
}

// FuzzRoundTrip writes again what was read, and reads it again.
func FuzzRoundTrip(f *testing.F) {
	for _, v := range vectortest.Load(f) {
		if v.Layer == "sio" && v.Transport == "websocket-text" {
			f.Add([]byte(v.Bytes[1:]), []byte("x"), []byte("yz"))
		}
	}
	f.Fuzz(func(t *testing.T, text, a, b []byte) {
		read := func(messages []engineio.Packet) (got *Packet) {
			d := Decoder{Rev: 5}
			for _, m := range messages {
				_ = d.Add(m, func(p Packet) { got = &p })
				if got != nil {
					return got
				}
			}
			return nil
		}
		messages := []engineio.Packet{{Type: engineio.Message, Data: text}}
		for _, p := range [][]byte{a, b} {
			messages = append(messages, engineio.Packet{Type: engineio.Message, Binary: true, Data: p})
		}
		first := read(messages)
		if first == nil || first.MsgPack || first.Odd != 0 {
			return
		}
		again := read(AppendMessages(nil, 5, *first))
		if again == nil {
			t.Fatalf("%+v cannot be read again", first)
		}
		if !reflect.DeepEqual(again, first) {
			t.Errorf("%+v became %+v", first, again)
		}
	})
}

func FuzzEventName(f *testing.F) {
	f.Add([]byte(`["a\u00e9",1]`))
	f.Add([]byte("\x92\xa1a\x01"))
	f.Fuzz(func(t *testing.T, p []byte) {
		name, ok := EventName(p)
		var v []any
		if !utf8.Valid(p) || bytes.IndexByte(p, '[') != 0 || json.Unmarshal(p, &v) != nil || len(v) == 0 {
			return
		}
		if s, isString := v[0].(string); isString && (!ok || string(name) != s) {
			t.Errorf("%q: %q, %v; want %q", p, name, ok, s)
		}
	})
}
