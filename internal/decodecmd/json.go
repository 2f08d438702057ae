package decodecmd

import (
	"encoding/hex"
	"encoding/json"
	"io"

	"sioscope/protocol/engineio"
	"sioscope/protocol/socketio"
)

// jsonReport is the answer with --format json. Fields may be added, not changed.
type jsonReport struct {
	Packets       []jsonPacket   `json:"packets"`
	Error         *string        `json:"error"`
	SocketIO      []jsonSocketIO `json:"socketio"`
	SocketIOError *string        `json:"socketioError"`
	Notes         []string       `json:"notes,omitempty"` // what is odd, for people
}

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

func (r report) writeJSON(w io.Writer) error {
	out := jsonReport{
		Packets:       []jsonPacket{},
		Error:         orNull(r.err),
		SocketIO:      []jsonSocketIO{},
		SocketIOError: orNull(r.sioErr),
		Notes:         r.notes,
	}
	for _, p := range r.packets {
		out.Packets = append(out.Packets, toJSON(p.Packet))
		for _, s := range p.socketio {
			out.SocketIO = append(out.SocketIO, r.socketIO(s))
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
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
