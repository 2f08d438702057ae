package scrub

import (
	"bytes"
	"strings"

	"sioscope/protocol/fact"
)

// mark masks the secrets of a head, or fills it where it is not chosen. What frames the message stays.
func (c *Conn) mark(h *half) {
	if !h.msg.chosen {
		c.filled = true
	} else if c.Redact.Off {
		return
	}
	pos := h.from
	secret := false // the line before was: a folded line goes on with it
	for i, rest := 0, h.buf; len(rest) > 0; i++ {
		line := rest
		if n := bytes.IndexByte(rest, '\n') + 1; n > 0 {
			line, rest = rest[:n], rest[n:]
		} else {
			rest = nil
		}
		text := string(trimEnd(line))
		var is string
		switch {
		case i == 0:
			is = c.startLine(text, h.msg.chosen)
		case h.msg.chosen:
			is = c.field(text, &secret)
		default:
			is = filledField(text)
		}
		c.replace(h, []span{{pos: pos, end: pos + int64(len(text))}}, []byte(text), []byte(is))
		pos += int64(len(line))
	}
}

// startLine is a request line or status line with its secrets masked.
func (c *Conn) startLine(line string, chosen bool) string {
	if strings.HasPrefix(line, "HTTP/1.") {
		if chosen {
			return line[:min(12, len(line))] + c.Redact.Text(line[min(12, len(line)):])
		}
		return line
	}
	i, j := strings.IndexByte(line, ' '), strings.LastIndexByte(line, ' ')
	target := line[i+1 : j]
	switch {
	case chosen:
		target = c.Redact.Target(target)
	case len(target) >= 4 && strings.EqualFold(target[:4], "http"): // absolute-form
		scheme := strings.Index(target, "://") + 3
		target = target[:max(scheme, 4)] + blanked(target[max(scheme, 4):])
	case target[0] == '/' || target[0] == '*':
		target = target[:1] + blanked(target[1:])
	default:
		target = blanked(target)
	}
	return line[:i+1] + target + line[j:]
}

// field is a field line with its secrets masked.
func (c *Conn) field(line string, secret *bool) string {
	if line == "" || line[0] == ' ' || line[0] == '\t' {
		if *secret {
			return blanked(line)
		}
		return c.Redact.Text(line)
	}
	name, value, found := strings.Cut(line, ":")
	if !found {
		return c.Redact.Text(line)
	}
	trimmed := strings.TrimSpace(value)
	at := strings.Index(value, trimmed)
	masked := c.Redact.Header(name, trimmed)
	*secret = masked != trimmed
	return name + ":" + value[:at] + masked + value[at+len(trimmed):]
}

// filledField keeps a field line only where it frames the message or the connection.
func filledField(line string) string {
	name, _, found := strings.Cut(line, ":")
	switch strings.ToLower(name) {
	case "content-length", "transfer-encoding", "connection", "upgrade", "keep-alive", "proxy-connection":
		return line
	}
	if !found || name == "" {
		return blanked(line)
	}
	return strings.Repeat(string(fill), len(name)) + ":" + blanked(line[len(name)+1:])
}

// blanked fills all but blanks and controls.
func blanked(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] > ' ' && b[i] != 0x7f {
			b[i] = fill
		}
	}
	return string(b)
}

// direction is as facts have it.
func (c *Conn) direction(dir int) fact.Dir {
	if dir == c.client {
		return fact.Out
	}
	return fact.In
}
