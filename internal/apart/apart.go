// Package apart takes a capture apart, for tests: into files as machines along the way would have made them, each with a
// clock of its own.
package apart

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"sioscope/capture"
	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
)

// A Part is the packets of some connections, and the clock of the machine that captured them.
type Part struct {
	Label string
	Ports []uint16      // of which a connection has one, at either end; none: all connections
	Skew  time.Duration // how far the clock is ahead
	PPM   float64       // how much faster it runs, in millionths
	// Delay is how much later packets to the server come by, and packets from it earlier: it is nearer to the server. The
	// server is who has the smaller port.
	Delay time.Duration
	NAT   NAT
	// From and To are when the file begins and ends, since the beginning of the whole; To 0: with that.
	From, To time.Duration
}

// NAT is what addresses stand in a part's packets, as behind a router that translates them.
type NAT uint8

const (
	NoNAT      NAT = iota
	OfClients      // those of clients are others
	OfBothEnds     // and those of servers
)

func (p *Part) takes(since int64, s *link.Segment) bool {
	if since < int64(p.From) || p.To != 0 && since >= int64(p.To) {
		return false
	}
	return len(p.Ports) == 0 || slices.Contains(p.Ports, s.Src.Port) || slices.Contains(p.Ports, s.Dst.Port)
}

// At is what the clock shows at a time; from is when the capture begins.
func (p *Part) At(t, from int64) int64 {
	return t + int64(p.Skew) + int64(float64(t-from)*p.PPM*1e-6)
}

// Take writes a file into dir for each part of a capture. It returns them as inputs, and when the capture begins.
func Take(dir, path string, parts []Part) (inputs []capture.Input, from int64, err error) {
	src, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer src.Close()
	r, err := pcapfile.NewReader(src, path)
	if err != nil {
		return nil, 0, err
	}
	files := make([][]byte, len(parts))
	var d link.Decoder
	for {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		if from == 0 {
			from = p.Time
			for i := range files {
				files[i] = head(p.Link)
			}
		}
		var s link.Segment
		if d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &s) != link.TCP {
			continue
		}
		for i := range parts {
			if parts[i].takes(p.Time-from, &s) {
				files[i] = parts[i].record(files[i], p, &s, from)
			}
		}
	}
	for i, p := range parts {
		in := capture.Input{Path: filepath.Join(dir, fmt.Sprintf("part%d.pcap", i)), Label: p.Label}
		if err := os.WriteFile(in.Path, files[i], 0o600); err != nil {
			return nil, 0, err
		}
		inputs = append(inputs, in)
	}
	return inputs, from, nil
}

// head begins a pcap file with times in nanoseconds.
func head(t link.Type) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xa1b23c4d)
	b = append(b, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0)
	return binary.LittleEndian.AppendUint32(b, uint32(t))
}

func (p *Part) record(b []byte, packet pcapfile.Packet, s *link.Segment, from int64) []byte {
	at, data := packet.Time, packet.Data
	here := []byte{127, 0, 0, 1}
	client, server := []byte{10, 1, 2, 3}, []byte{10, 1, 2, 4}
	switch p.NAT {
	case NoNAT:
		client, server = here, here
	case OfClients:
		server = here
	}
	inside := slices.Concat(client, server)
	if s.Dst.Port < s.Src.Port {
		at += int64(p.Delay)
	} else {
		at -= int64(p.Delay)
		inside = slices.Concat(server, client)
	}
	data = bytes.Replace(data, slices.Concat(here, here), inside, 1)
	at = p.At(at, from)
	for _, v := range [...]int64{at / 1e9, at % 1e9, int64(len(data)), int64(packet.OrigLen)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return append(b, data...)
}
