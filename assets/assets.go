// Package assets is what the programs carry inside them: the recording they open when asked for nothing else,
// and the icon. It reads nothing from disk and imports nothing of sioscope.
package assets

import _ "embed"

// Demo is a pcap of the fault sioscope exists for: a balancer in TCP mode, two nodes, no stickiness. The polls
// of the session ride one kept-alive connection and keep reaching the node that knows the sid; the WebSocket
// request opens a second connection, lands on the other node and is refused (400, "Session ID unknown"). The
// client, a browser, works on over polling and reports nothing.
//
//go:embed demo.pcap
var Demo []byte

// DemoName is what Demo is called where a file's name would stand.
const DemoName = "demo.pcap"

// Icon is the program's icon, a PNG of 512x512 drawn from icon.svg.
//
//go:embed icon.png
var Icon []byte
