package decodecmd

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"sioscope/protocol/engineio"
	"sioscope/protocol/socketio"
)

// jsonPacket has text, or hex, or neither where the packet has no data. A type that does not exist is null.
type jsonPacket struct {
	Type *string `json:"type"`
	Text *string `json:"text,omitempty"`
	Hex  *string `json:"hex,omitempty"`
}

type jsonSocketIO struct {
	Type        string          `json:"type"`
	NSP         *string         `json:"nsp"` // null in the ERROR packet that receivers before revision 5 make up
	ID          *int64          `json:"id"`
	Data        json.RawMessage `json:"data"` // null where there is no payload
	Attachments []string        `json:"attachments"`
}

// writeJSON writes an object with a line for each packet: indenting payloads would cost their depth again and again.
func (r report) writeJSON(w io.Writer) error {
	var packets, socketio []any
	for _, p := range r.packets {
		packets = append(packets, toJSON(p.Packet))
		for _, s := range p.socketio {
			socketio = append(socketio, r.socketIO(s))
		}
	}
	j := jsonWriter{w: bufio.NewWriter(w)}
	j.list("{\n  \"packets\": ", packets)
	j.value(",\n  \"error\": ", orNull(r.err))
	j.list(",\n  \"socketio\": ", socketio)
	j.value(",\n  \"socketioError\": ", orNull(r.sioErr))
	if len(r.notes) > 0 {
		j.value(",\n  \"notes\": ", r.notes)
	}
	j.text("\n}\n")
	return errors.Join(j.err, j.w.Flush())
}

// A jsonWriter keeps the first error.
type jsonWriter struct {
	w   *bufio.Writer
	err error
}

func (j *jsonWriter) text(s string) { _, _ = j.w.WriteString(s) } // Flush tells

func (j *jsonWriter) value(before string, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil && j.err == nil {
		j.err = err
	}
	j.text(before)
	_, _ = j.w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

func (j *jsonWriter) list(before string, values []any) {
	j.text(before + "[")
	for i, v := range values {
		if i > 0 {
			j.text(",")
		}
		j.value("\n    ", v)
	}
	if len(values) > 0 {
		j.text("\n  ")
	}
	j.text("]")
}

func toJSON(p engineio.Packet) jsonPacket {
	var j jsonPacket
	if p.Type != engineio.Unknown {
		j.Type = orNull(p.Type.String())
	}
	switch {
	case !p.HasData:
	case p.Binary:
		s := hex.EncodeToString(p.Data)
		j.Hex = &s
	default:
		s := string(p.Data)
		j.Text = &s
	}
	return j
}

func (r report) socketIO(p socketio.Packet) jsonSocketIO {
	j := jsonSocketIO{Type: p.Type.Name(r.rev), NSP: orNull(p.Namespace), Data: p.Data, Attachments: []string{}}
	if p.MsgPack && p.Namespace == "" {
		j.NSP = &p.Namespace
	}
	if p.ID >= 0 {
		j.ID = &p.ID
	}
	for _, a := range p.Attachments {
		j.Attachments = append(j.Attachments, hex.EncodeToString(a))
	}
	return j
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
