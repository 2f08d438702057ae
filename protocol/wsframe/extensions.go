package wsframe

import (
	"bytes"
	"strconv"
)

// Deflate is what the 101's Sec-WebSocket-Extensions agreed on, RFC 7692 §7.1.
type Deflate struct {
	Enabled                 bool
	ServerNoContextTakeover bool
	ClientNoContextTakeover bool
	ServerMaxWindowBits     int // 8 to 15; 0 means 15
	ClientMaxWindowBits     int // 8 to 15; 0 means 15
}

// ParseExtensions reads the value of a response's Sec-WebSocket-Extensions. Extensions other than permessage-deflate
// and parameters that make no sense are passed over.
func ParseExtensions(header []byte) Deflate {
	var d Deflate
	for element := range bytes.SplitSeq(header, []byte(",")) {
		name, params, _ := bytes.Cut(element, []byte(";"))
		if !bytes.EqualFold(bytes.TrimSpace(name), []byte("permessage-deflate")) {
			continue
		}
		d = Deflate{Enabled: true, ServerMaxWindowBits: 15, ClientMaxWindowBits: 15}
		for param := range bytes.SplitSeq(params, []byte(";")) {
			d.param(param)
		}
		return d
	}
	return d
}

func (d *Deflate) param(p []byte) {
	name, value, _ := bytes.Cut(p, []byte("="))
	bits, err := strconv.Atoi(string(bytes.Trim(value, " \t\"")))
	ok := err == nil && 8 <= bits && bits <= 15
	switch string(bytes.ToLower(bytes.TrimSpace(name))) {
	case "server_no_context_takeover":
		d.ServerNoContextTakeover = true
	case "client_no_context_takeover":
		d.ClientNoContextTakeover = true
	case "server_max_window_bits":
		if ok {
			d.ServerMaxWindowBits = bits
		}
	case "client_max_window_bits":
		if ok {
			d.ClientMaxWindowBits = bits
		}
	}
}

// window is how many bytes the sender's references reach back beyond a message's beginning.
func (d *Deflate) window(fromClient bool) int {
	fresh, bits := d.ServerNoContextTakeover, d.ServerMaxWindowBits
	if fromClient {
		fresh, bits = d.ClientNoContextTakeover, d.ClientMaxWindowBits
	}
	switch {
	case fresh:
		return 0
	case bits < 8 || bits > 15:
		return 1 << 15
	}
	return 1 << max(bits, 9) // zlib uses 9 where 8 was agreed on
}
