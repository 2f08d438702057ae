package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"time"

	"sioscope/internal/bench"
)

// feed writes packets of Socket.IO sessions as if they passed now, so many a second, until nobody reads them.
func feed(out io.Writer, rate int) {
	f := &feeder{out: out, every: time.Second / time.Duration(rate), start: time.Now()}
	bench.WriteSmall(f, 1<<40)
}

// A feeder passes a pcap on, record by record, each at its time.
type feeder struct {
	out     io.Writer
	every   time.Duration // from record to record
	start   time.Time
	records int
	header  bool // was passed on
	rest    []byte
}

// Write passes on the records that are whole.
func (f *feeder) Write(p []byte) (int, error) {
	f.rest = append(f.rest, p...)
	var out bytes.Buffer
	if !f.header {
		f.header = true
		out.Write(f.rest[:24])
		f.rest = f.rest[24:]
	}
	for len(f.rest) >= 16 {
		n := 16 + int(binary.LittleEndian.Uint32(f.rest[8:]))
		if len(f.rest) < n {
			break
		}
		at := f.start.Add(time.Duration(f.records) * f.every)
		if wait := time.Until(at); wait > 2*time.Millisecond {
			if _, err := f.out.Write(out.Bytes()); err != nil {
				return 0, err
			}
			out.Reset()
			time.Sleep(wait)
		}
		us := at.UnixMicro()
		binary.LittleEndian.PutUint32(f.rest[0:], uint32(us/1e6))
		binary.LittleEndian.PutUint32(f.rest[4:], uint32(us%1e6))
		out.Write(f.rest[:n])
		f.rest = f.rest[n:]
		f.records++
	}
	f.rest = append([]byte(nil), f.rest...)
	_, err := f.out.Write(out.Bytes())
	return len(p), err
}
