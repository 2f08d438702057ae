package packets

import (
	"bytes"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/socketio"
)

// msgPack masks the secrets of a packet in MessagePack: what a client sends to be let in, and what else looks like one.
// Its values stay as long as they are. ok is false where data is no such packet.
func msgPack(r redact.Redactor, data []byte, dir fact.Dir) (masked []byte, ok bool) {
	if r.Fill == nil {
		r.Fill = asterisks
	}
	out := bytes.Clone(data)
	connect := false
	var head packedHead
	if !socketio.EachMsgPackLeaf(out, func(v socketio.MsgPackLeaf) {
		connect = connect || v.Top == "type" && v.Number && v.Body[len(v.Body)-1] == byte(socketio.Connect)
		head.take(v)
	}) {
		return data, false
	}
	event := head.answers(r, dir)
	secretEvent := event != ""
	named := secretEvent
	socketio.EachMsgPackLeaf(out, func(v socketio.MsgPackLeaf) {
		argument := v.Top == "data" && v.Key == "data" && !v.IsKey
		member := secretEvent && v.Text && v.Top == "data" && redact.SecretMember(event, v.Key, string(v.Body))
		if argument && !named { // the event's name
			named, event = true, head.event
			secretEvent = v.Text && redact.SecretEvent(event)
			argument = connect
		}
		secret := connect && dir == fact.Out && v.Top == "data" || v.Key != "" && secretLeaf(r, v) || secretEvent && argument && !v.Number || member
		switch {
		case v.IsKey || len(v.Body) == 0 || v.Top != "data" && v.Top != "nsp":
		case secret && v.Number:
			clear(v.Body)
			v.Body[len(v.Body)-1] = 1
		case secret:
			copy(v.Body, r.Fill(string(v.Body)))
		case v.Text:
			copy(v.Body, r.Text(string(v.Body)))
		}
	})
	return out, true
}

// A packedHead is what a packet in MessagePack says of itself.
type packedHead struct {
	kind           byte
	id, nsp, event string
	any            bool // the event's name was seen
}

func (h *packedHead) take(v socketio.MsgPackLeaf) {
	switch {
	case v.IsKey || len(v.Body) == 0:
	case v.Top == "type" && v.Number:
		h.kind = v.Body[len(v.Body)-1]
	case v.Top == "id" && v.Number:
		h.id = string(v.Body)
	case v.Top == "nsp" && v.Text:
		h.nsp = string(v.Body)
	case v.Top == "data" && v.Key == "data" && !h.any:
		h.any = true
		if v.Text {
			h.event = string(v.Body)
		}
	}
}

// answers is the event whose secrets the packet has as its acknowledgement, "" where it is none. An event that wants one is
// noted.
func (h *packedHead) answers(r redact.Redactor, dir fact.Dir) string {
	called := h.nsp + " " + h.id
	switch {
	case h.id == "":
	case h.kind == byte(socketio.Event), h.kind == byte(socketio.BinaryEvent):
		r.Asks.Note(ackName(dir == fact.Out, called), h.event)
	case h.kind == byte(socketio.Ack), h.kind == byte(socketio.BinaryAck):
		return r.Asks.Event(ackName(dir != fact.Out, called))
	}
	return ""
}

// secretLeaf says whether a value is a secret by its key.
func secretLeaf(r redact.Redactor, v socketio.MsgPackLeaf) bool {
	switch {
	case v.Number:
		return r.SecretNumber(v.Key)
	case v.Text:
		return r.SecretText(v.Key, string(v.Body))
	}
	return r.SecretName(v.Key)
}
