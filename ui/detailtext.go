package ui

import (
	"bytes"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/payload"
	"sioscope/ui/plain"
	"sioscope/ui/words"
)

// A page is what shows a text, as far as the text has to know.
type page struct {
	hears    *hears
	copyText func(string)
	scroll   *container.Scroll // that it stands in; nil: none
	jump     func(words.Place) // shows a place in the capture
}

// scrolled scrolls it.
func (p *page) scrolled(ev *fyne.ScrollEvent) {
	if p.scroll != nil {
		p.scroll.Scrolled(ev)
	}
}

// gained shows a part of it that got the keyboard.
func (p *page) gained(o fyne.CanvasObject) {
	if p.scroll != nil {
		intoSight(p.scroll, o)
	}
}

// segments is a text for Fyne, or a piece of one, before which something may stand already.
func segments(parts []words.Part, first bool, on *page) []widget.RichTextSegment {
	var out []widget.RichTextSegment
	for i, p := range parts {
		if p.Style == words.Code {
			out = append(out, &snippetSegment{text: p.Text, page: on})
			continue
		}
		style, text := widget.RichTextStyleParagraph, plain.Text(p.Text)
		switch p.Style {
		case words.Head:
			style.TextStyle = fyne.TextStyle{Bold: true}
		case words.Item:
			text = "•  " + text
		case words.Dim:
			style.ColorName = look.Dim
		case words.Bad:
			style.ColorName = look.Bad
		}
		style.SizeName = theme.SizeNameText
		if color, is := section(p.Style); is {
			if i > 0 || !first {
				out = append(out, &widget.SeparatorSegment{})
			}
			style.SizeName, style.ColorName, style.TextStyle = look.SectionText, color, fyne.TextStyle{Bold: true}
		}
		if p.Place.Label != "" {
			inline := style
			inline.Inline = true
			rest := strings.TrimPrefix(p.Text, p.Place.Label)
			text = strings.TrimLeft(rest, ":：")
			colon := rest[:len(rest)-len(text)]
			out = append(out, &widget.TextSegment{Text: "•  ", Style: inline}, &placeSegment{p.Place, colon, on})
			text = plain.Text(text)
		}
		out = append(out, &widget.TextSegment{Text: text, Style: style})
	}
	return out
}

// section is the colour of a section's heading; its words tell the same.
func section(s words.Style) (color fyne.ThemeColorName, is bool) {
	switch s {
	case words.Section:
		return theme.ColorNameForeground, true
	case words.Problem:
		return look.Bad, true
	case words.Caution:
		return look.Warn, true
	}
	return "", false
}

// dataLines is the payload as a tree, msgpack decoded, with the attachments that belong to it; what cannot be decoded
// is hex.
func (d *detail) dataLines(width int) []payload.Line {
	switch {
	case d.packet != nil:
		return d.packetLines(width)
	case d.binary:
		lines, _ := d.hexLines(width)
		return lines
	}
	if d.lead == "" {
		return payload.Pretty(d.masked(), width)
	}
	return payload.Join(payload.Text(d.lead, width), payload.Pretty(d.maskedJSON(d.args), width))
}

func (d *detail) packetLines(width int) []payload.Line {
	lines := payload.Text(d.packet.Head(), width)
	lines = payload.Join(lines, payload.Pretty(d.maskedJSON(d.packet.Packet.Data), width))
	for i, a := range d.packet.Packet.Attachments {
		head := d.page.hears.S("attachment %d, %s", i, d.page.hears.Count(len(a), "byte"))
		lines = payload.Join(lines, []payload.Line{{}, {Text: head}})
		lines = payload.Join(lines, payload.Hex(a, perLine(width)))
	}
	return lines
}

// masked is the data as it is shown: secrets taken out until they are asked for.
func (d *detail) masked() []byte { return d.maskedBy(d.redactor()) }

func (d *detail) maskedBy(r redact.Redactor) []byte {
	if d.secrets || d.binary {
		return d.data
	}
	if !d.auth {
		return []byte(r.Text(string(d.data)))
	}
	head, body := payload.Find(d.data)
	if len(body) == 0 { // it was cut, or is not JSON: all that follows may be a secret
		i := bytes.IndexByte(d.data, '{')
		if i < 0 {
			return d.data
		}
		head, body = d.data[:i], d.data[i:]
	}
	return append(append([]byte{}, head...), r.AuthPayload(string(body))...)
}

func (d *detail) maskedJSON(body []byte) []byte {
	switch {
	case d.secrets:
		return body
	case d.auth && len(body) > 0:
		return []byte(d.redactor().AuthPayload(string(body)))
	}
	return []byte(d.redactor().Text(string(body)))
}

func perLine(width int) int {
	switch {
	case width < 42:
		return 4
	case width < 78:
		return 8
	}
	return 16
}

// A head is what a request or an answer begins with.
type head struct {
	method, target string // of a request
	status         string // of an answer
	fields         []byte
}

func heads(t *session.Tracker, e *session.Exchange) [2]head {
	request := head{method: e.Method, target: e.Target, fields: t.Payload(e.RequestHead)}
	answer := head{status: strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Reason)), fields: t.Payload(e.ResponseHead)}
	if e.Status == 0 {
		answer.status = e.Failure // in the browser's words
	}
	return [2]head{request, answer}
}

// headText are the heads of request and answer, one field a line, secrets masked.
func (d *detail) headText() string {
	var b strings.Builder
	r := d.redactor()
	for i, h := range d.heads {
		if len(h.fields) == 0 && (h.status == "" || i == 0) {
			continue
		}
		if i == 0 {
			b.WriteString(h.method + " " + r.Target(h.target) + "\n")
		} else {
			b.WriteString("\n" + h.status + "\n")
		}
		fact.Header(h.fields).Each(func(name, value []byte) bool {
			b.WriteString(string(name) + ": " + r.Header(string(name), string(value)) + "\n")
			return true
		})
	}
	return strings.TrimSpace(b.String())
}

// current is the text of the open tab, for the clipboard.
func (d *detail) current() string {
	switch d.tabs.SelectedIndex() {
	case 1:
		if d.packet != nil || d.binary {
			return joined(d.dataLines(100))
		}
		return string(d.masked())
	case 2:
		return d.headText()
	case 3:
		lines, _ := d.hexLines(100)
		return joined(lines)
	}
	return d.text.Plain()
}

func joined(lines []payload.Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

// wireshark is a display filter for one connection.
func wireshark(c *session.Conn) string {
	if c == nil || c.Conn == nil || !c.Client.IsValid() || !c.Server.IsValid() {
		return ""
	}
	return filterOf(c.Conn)
}

func filterOf(c *fact.Conn) string {
	ip := "ip"
	if c.Client.Addr().Is6() && !c.Client.Addr().Is4In6() {
		ip = "ipv6"
	}
	text := fmt.Sprintf("%s.addr == %s && tcp.port == %d && %s.addr == %s && tcp.port == %d", ip, c.Client.Addr().Unmap(),
		c.Client.Port(), ip, c.Server.Addr().Unmap(), c.Server.Port())
	if c.Over != nil {
		text += fmt.Sprintf(" && http2.streamid == %d", c.Stream)
	}
	return text
}

// wiresharkAll is a display filter for all connections of a session, at most twenty.
func wiresharkAll(s *session.Session) string {
	var parts []string
	for _, c := range s.Conns[:min(len(s.Conns), 20)] {
		if f := wireshark(c); f != "" {
			parts = append(parts, "("+f+")")
		}
	}
	return strings.Join(parts, " || ")
}
