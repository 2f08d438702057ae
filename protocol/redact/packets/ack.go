package packets

import (
	"encoding/json"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
)

// message masks the secrets of a packet of Socket.IO, "Socket.IO v5, Packet encoding": type, attachments, namespace, id,
// then the array.
func message(r redact.Redactor, text string, dir fact.Dir) string {
	kind, called, i := headOf(text)
	switch kind {
	case '2', '5':
		if id := called[strings.LastIndexByte(called, ' ')+1:]; id != "" {
			r.Asks.Note(ackName(dir == fact.Out, called), firstString(text[i+1:]))
		}
	case '3', '6':
		if event := r.Asks.Event(ackName(dir != fact.Out, called)); event != "" {
			return r.Text(text[:i]) + "[" + r.Emission(event, text[i+1:])
		}
	}
	return r.Text(text)
}

// ackName is what the acknowledgement of an event is called; out, that the event is a client's.
func ackName(out bool, called string) string {
	if out {
		return "< " + called
	}
	return "> " + called
}

// maxHead is how long what stands before a packet's array may be.
const maxHead = 512

// headOf reads what stands before the array at i: the type, and namespace and id, divided by a blank. kind is 0 where text
// is no packet.
func headOf(text string) (kind byte, called string, i int) {
	i = strings.IndexByte(text[:min(len(text), maxHead)], '[')
	if i < 1 {
		return 0, "", 0
	}
	head := text[1:i]
	if n := len(head) - len(strings.TrimLeft(head, "0123456789")); n < len(head) && head[n] == '-' && n > 0 {
		head = head[n+1:]
	}
	nsp := "/"
	if strings.HasPrefix(head, "/") {
		name, id, _ := strings.Cut(head, ",")
		nsp, _, _ = strings.Cut(name, "?")
		head = id
	}
	if strings.Trim(head, "0123456789") != "" {
		return 0, "", 0
	}
	return text[0], nsp + " " + head, i
}

// firstString is the string that the elements of an array begin with.
func firstString(elements string) (s string) {
	d := json.NewDecoder(strings.NewReader(elements))
	if t, err := d.Token(); err == nil {
		s, _ = t.(string)
	}
	return s
}
