package decodecmd

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"sioscope/internal/vectortest"
)

// An answer is the JSON as a program would read it.
type answer struct {
	Packets []struct {
		Type *string
		Text *string
		Hex  *vectortest.Hex
	}
	Error    *string
	SocketIO []struct {
		Type        string
		NSP         *string
		ID          *int64
		Data        any
		Attachments []vectortest.Hex
	}
	SocketIOError *string
	Notes         []string
}

func args(v vectortest.Vector) []string {
	a := []string{"--format", "json", "--hex", "--eio", strconv.Itoa(v.EIO), "--transport", v.Transport}
	if v.SIO != 0 {
		a = append(a, "--sio", strconv.Itoa(v.SIO))
	}
	if v.Direction != "" {
		a = append(a, "--direction", v.Direction)
	}
	if v.DoubleUTF8 {
		a = append(a, "--double-utf8")
	}
	if v.Opts.MaxPayload > 0 {
		a = append(a, "--max-payload", strconv.Itoa(v.Opts.MaxPayload))
	}
	for _, m := range v.Messages() {
		a = append(a, m.Transport+":"+hex.EncodeToString(m.Bytes))
	}
	return a
}

// refused are the lenient vectors that end in an error here: the parsers would go on with the type undefined, or with
// undefined for an attachment.
var refused = map[string]bool{
	"eio3-poll-b64-bad-type": true, "eio3-bin-unknown-type": true, "eio3-wsbin-ascii-4": true,
	"eio3-wsbin-empty-frame": true, "eio3-wsbin-unknown-type": true, "sio5-num-fraction": true,
}

func TestVectors(t *testing.T) {
	t.Parallel()
	ran := 0
	for _, v := range vectortest.Load(t) {
		ran++
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			status := Run(args(v), strings.NewReader(""), &out, io.Discard)
			var got answer
			if err := json.Unmarshal(out.Bytes(), &got); err != nil {
				t.Fatalf("%v in %s", err, &out)
			}
			checkPackets(t, v, got)
			if v.Layer == "sio" && v.ID != "sio5-num-fraction" {
				checkSocketIO(t, v, got)
			}
			wrong := v.Error != "" || v.SIOError != "" || refused[v.ID]
			if wrong != (got.Error != nil || v.SIO != 0 && got.SocketIOError != nil) || wrong != (status == 1) {
				t.Errorf("status %d, error %v, Socket.IO error %v", status, str(got.Error), str(got.SocketIOError))
			}
		})
	}
	t.Logf("%d vectors ran", ran)
}

func checkPackets(t *testing.T, v vectortest.Vector, got answer) {
	t.Helper()
	if len(got.Packets) != len(v.Expect) {
		t.Fatalf("%d packets, want %d", len(got.Packets), len(v.Expect))
	}
	for i, p := range got.Packets {
		if w := v.Expect[i]; !reflect.DeepEqual(p.Type, w.Type) || !reflect.DeepEqual(p.Text, w.Text) || !reflect.DeepEqual(p.Hex, w.Hex) {
			t.Errorf("packet %d: %s %s %x, want %s %s %x", i, str(p.Type), str(p.Text), p.Hex, str(w.Type), str(w.Text), w.Hex)
		}
	}
}

func checkSocketIO(t *testing.T, v vectortest.Vector, got answer) {
	t.Helper()
	if len(got.SocketIO) != len(v.ExpectSIO) {
		t.Fatalf("%d Socket.IO packets, want %d", len(got.SocketIO), len(v.ExpectSIO))
	}
	for i, p := range got.SocketIO {
		w := v.ExpectSIO[i]
		var data any
		if w.Data != nil {
			if err := json.Unmarshal([]byte(*w.Data), &data); err != nil {
				t.Fatal(err)
			}
		}
		if w.WireType != "" {
			w.Type = w.WireType
		}
		if v.ID == "sio5-id-bigger-than-2^53" { // the id stays exact
			*w.ID++
		}
		if p.Type != w.Type || !reflect.DeepEqual(p.NSP, w.NSP) || !reflect.DeepEqual(p.ID, w.ID) || !reflect.DeepEqual(p.Data, data) {
			t.Errorf("packet %d: %+v, want %+v", i, p, w)
		}
		if len(p.Attachments) != len(w.Attachments) || len(w.Attachments) > 0 && !reflect.DeepEqual(p.Attachments, w.Attachments) {
			t.Errorf("packet %d: attachments %x, want %x", i, p.Attachments, w.Attachments)
		}
	}
}

func str(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}
