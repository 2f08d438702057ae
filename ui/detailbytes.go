package ui

import (
	"strings"

	"sioscope/protocol/redact"
	"sioscope/ui/payload"
)

// hexLines is the payload as bytes, as many as were sent and where they stood. Those that are masked are not told, and
// of binary data that a client proves itself with none is. before is how many lines stand before the bytes.
func (d *detail) hexLines(width int) (lines []payload.Line, before int) {
	h := d.page.hears
	if d.binary && d.auth && !d.secrets {
		return payload.Text(h.S("These bytes are what the client proves itself with: tick Show secrets to see them."), width), 0
	}
	shown := d.maskedBytes()
	hidden, n := hiding(d.data, shown)
	if n > 0 {
		lines = payload.Text(h.N(n, "%s is masked, written as **: tick Show secrets to see it.", "%s are masked, written as **: tick Show secrets to see them.", h.Count(n, "byte")), width)
		lines = append(lines, payload.Line{})
	}
	before = len(lines)
	return payload.Join(lines, payload.HexHiding(shown, hidden, perLine(width))), before
}

// maskedBytes is masked with as many bytes as were sent.
func (d *detail) maskedBytes() []byte {
	return d.maskedBy(redact.Redactor{Off: d.secrets, Fill: func(secret string) string { return strings.Repeat("*", len(secret)) }})
}

// hiding says which bytes were masked, and how many. What looks as before beside such a one was masked as well: of a
// secret it is not told where it has an asterisk.
func hiding(sent, shown []byte) (hidden []bool, n int) {
	hidden = make([]bool, len(shown))
	for i := 0; i < len(shown); {
		end, differs := i, false
		for ; end < len(shown) && shown[end] == shown[i]; end++ {
			differs = differs || end >= len(sent) || sent[end] != shown[end]
		}
		for ; i < end; i++ {
			if hidden[i] = differs; differs {
				n++
			}
		}
	}
	return hidden, n
}
