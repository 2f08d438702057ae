package main

import (
	"context"
	"errors"
	"io"
	"os"

	"sioscope/capture"
	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/capture/stream"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A stage is the way of a capture up to some point: each includes the ones before.
type stage struct {
	name string
	run  func(path string) (packets int64, err error)
}

var stages = []stage{
	{"records of the file", func(path string) (int64, error) {
		return packets(path, func(*pcapfile.Packet) {})
	}},
	{"TCP segments", func(path string) (int64, error) {
		var d link.Decoder
		var seg link.Segment
		return packets(path, func(p *pcapfile.Packet) { d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg) })
	}},
	{"TCP streams", func(path string) (int64, error) {
		var d link.Decoder
		var seg link.Segment
		var a stream.Assembler
		defer a.Flush(nowhere{})
		return packets(path, func(p *pcapfile.Packet) {
			if d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg) == link.TCP {
				a.Segment(&seg, nowhere{})
			}
		})
	}},
	{"HTTP and WebSocket", func(path string) (int64, error) {
		return facts(path, func(fact.Fact) {})
	}},
	{"Socket.IO, for reports", func(path string) (int64, error) {
		return facts(path, new(session.Tracker).Add)
	}},
	{"Socket.IO, for the window", func(path string) (int64, error) {
		return facts(path, (&session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true}}).Add)
	}},
}

// packets calls f for every packet of a capture.
func packets(path string, f func(*pcapfile.Packet)) (n int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	r, err := pcapfile.NewReader(file, path)
	if err != nil {
		return 0, err
	}
	var p pcapfile.Packet // one for all: f makes it escape
	for {
		p, err = r.Next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		f(&p)
		n++
	}
}

// facts emits everything that package capture finds.
func facts(path string, emit fact.Emit) (n int64, err error) {
	files := capture.Files{Inputs: []capture.Input{{Path: path}}}
	err = files.Run(context.Background(), func(f fact.Fact) {
		if s, ok := f.(*fact.Stats); ok {
			n = s.Packets
		}
		emit(f)
	})
	return n, err
}

// nowhere is a stream.Sink.
type nowhere struct{}

func (nowhere) Opened(*stream.Conn, int64)                   {}
func (nowhere) Data(*stream.Conn, bool, int64, []byte)       {}
func (nowhere) Gap(*stream.Conn, bool, int64, int64, bool)   {}
func (nowhere) Closed(*stream.Conn, int64, bool, bool, bool) {}
