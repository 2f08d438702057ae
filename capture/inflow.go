package capture

import (
	"bytes"
	"context"
	"io"
	"time"
)

// Of an input that grows while it is read.
const (
	inflowChunk  = 64 << 10
	inflowChunks = 64 // that are read ahead of the decoder, at most
	inflowLook   = 100 * time.Millisecond
)

// inflow is an input that is no file: a pipe, standard input. It is read ahead by a goroutine, so that a read which
// waits for packets ends with the context, and so that what was counted is reported also while nothing comes.
type inflow struct {
	ctx    context.Context
	chunks <-chan []byte // closed at the end
	err    *error        // why; to be read after that
	rest   []byte
	look   func() // called while nothing comes, from within Read
}

// grow begins to read src. The goroutine ends with src, or with the read that follows the end of ctx.
func grow(ctx context.Context, src io.Reader, look func()) *inflow {
	chunks, failed := make(chan []byte, inflowChunks), new(error)
	go func() {
		defer close(chunks)
		room := make([]byte, inflowChunk)
		for {
			n, err := src.Read(room)
			if n > 0 {
				b := room[:n]
				if n < inflowChunk/2 { // many small ones shall not cost 64 KiB each
					b = bytes.Clone(b)
				} else {
					room = make([]byte, inflowChunk)
				}
				select {
				case chunks <- b:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				*failed = err
				return
			}
		}
	}()
	return &inflow{ctx: ctx, chunks: chunks, err: failed, look: look}
}

// Read gives what came. The end of the context is the end of the input.
func (g *inflow) Read(p []byte) (int, error) {
	if len(g.rest) == 0 {
		if err := g.wait(); err != nil {
			return 0, err
		}
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

func (g *inflow) wait() error {
	tick := time.NewTimer(inflowLook)
	defer tick.Stop()
	for {
		select {
		case b, more := <-g.chunks:
			if !more {
				if g.ctx.Err() == nil && *g.err != nil {
					return *g.err
				}
				return io.EOF
			}
			g.rest = b
			return nil
		case <-g.ctx.Done():
			return io.EOF
		case <-tick.C:
			g.look()
			tick.Reset(inflowLook)
		}
	}
}
