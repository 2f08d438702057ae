// Package apart takes a capture apart, for tests: into files as machines along the way would have made them, each with a
// clock of its own.
package apart

import (
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
	// From and To are when the file begins and ends, since the beginning of the whole; To 0: with that.
	From, To time.Duration
}

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
				files[i] = record(files[i], parts[i].At(p.Time, from), p)
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

func record(b []byte, at int64, p pcapfile.Packet) []byte {
	for _, v := range [...]int64{at / 1e9, at % 1e9, int64(len(p.Data)), int64(p.OrigLen)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return append(b, p.Data...)
}
