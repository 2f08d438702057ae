package rows

import (
	"bytes"
	"cmp"
	"fmt"

	"sioscope/protocol/session"
)

// arguments is a Socket.IO packet without what other columns tell, its type, count of attachments and ack id:
// "2/chat,12["message","hi"]" is "/chat,["message","hi"]".
func arguments(r *session.Row, data []byte) string {
	space, rest := divide(r, data)
	if len(rest) > 0 && space != "" {
		space += ","
	}
	if space == "" && len(rest) == 0 {
		return "/"
	}
	return Clean(append([]byte(space), rest...), maxWhat)
}

// divide takes a Socket.IO packet that is text apart: its namespace, "" where none is written, and its arguments.
func divide(r *session.Row, data []byte) (space string, rest []byte) {
	if len(data) > 0 && data[0] >= '0' && data[0] <= '6' {
		data = data[1:]
	}
	if r.Attachments > 0 {
		if _, after, found := bytes.Cut(data, []byte("-")); found {
			data = after
		}
	}
	if len(data) > 0 && data[0] == '/' {
		before, after, _ := bytes.Cut(data, []byte(","))
		space, data = string(before), after
	}
	if r.ID >= 0 {
		data = bytes.TrimLeft(data, "0123456789")
	}
	return space, data
}

// Lead names type, namespace and ack id of a Socket.IO packet in a line, and gives what follows: its arguments. It is ""
// for a row that is no such packet, or none of text.
func Lead(t *session.Tracker, r *session.Row) (lead string, arguments []byte) {
	data := t.Payload(r.Data)
	if !r.HasSIO || r.MsgPack || r.Binary {
		return "", data
	}
	space, rest := divide(r, data)
	return leading(r.SIO.String(), cmp.Or(space, "/"), r.ID), rest
}

func leading(kind, space string, id int64) string {
	text := kind + " " + Clean([]byte(space), maxWhat)
	if id >= 0 {
		text += fmt.Sprintf(", ack %d", id)
	}
	return text
}
