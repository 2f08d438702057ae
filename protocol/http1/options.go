package http1

import (
	"sync"
	"sync/atomic"
)

// Defaults of Options, in bytes.
const (
	DefaultMaxHead    = 64 << 10
	DefaultMaxBody    = 8 << 20
	DefaultMaxDecoded = 16 << 20
	DefaultMaxBodies  = 256 << 20
)

// freeBody is how long a body may be whatever others hold: handshakes and errors are shorter.
const freeBody = 4 << 10

// maxHeld bounds what is kept back in a direction until it is known whether the connection is still HTTP.
const maxHeld = 64 << 10

// Options are the limits of connections, and the buffers and decompressors that they lend each other: a connection
// between two messages holds neither. The zero value is ready; it may be shared by connections of many goroutines and
// must not be copied once it is in use.
type Options struct {
	MaxHead    int // longest header block, start line included; 0 means 64 KiB. What follows a longer one is skipped
	MaxBody    int // bytes of a body kept as it was sent; 0 means 8 MiB. The rest is counted
	MaxDecoded int // bytes of a body kept once its content coding is removed; 0 means 16 MiB
	MaxBodies  int // bytes kept of the bodies that are being read, all connections together; 0 means 256 MiB

	bodies   atomic.Int64 // bytes kept of those bodies now
	messages sync.Pool    // of *message
	gzips    sync.Pool    // of *gzip.Reader
	zlibs    sync.Pool    // of io.ReadCloser from compress/zlib
	flates   sync.Pool    // of io.ReadCloser from compress/flate
	brotlis  sync.Pool    // of *brotli.Reader
	zstds    sync.Pool    // of *zstd.Decoder
}

func (o *Options) maxHead() int    { return or(o.MaxHead, DefaultMaxHead) }
func (o *Options) maxBody() int    { return or(o.MaxBody, DefaultMaxBody) }
func (o *Options) maxDecoded() int { return or(o.MaxDecoded, DefaultMaxDecoded) }

func (o *Options) maxBodies() int { return or(o.MaxBodies, DefaultMaxBodies) }

func or(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

func (o *Options) message() *message {
	if m, ok := o.messages.Get().(*message); ok {
		return m
	}
	return new(message)
}

// release takes m back, without the buffers that are too large to be worth keeping.
func (o *Options) release(m *message) {
	m.body.Release(o)
	*m = message{head: small(m.head), marks: m.marks[:0], body: m.body}
	o.messages.Put(m)
}
