package http1

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// maxWindow bounds the window of zstd; RFC 9659 §3 demands no more of anybody.
const maxWindow = 8 << 20

func known(coding string) bool {
	switch coding {
	case "gzip", "x-gzip", "deflate", "br", "zstd":
		return true
	}
	return false
}

// A decompressor removes one content coding. It begins with its first Read, as most formats have a header.
type decompressor struct {
	name  string
	from  io.Reader
	opt   *Options
	r     io.Reader
	close func()
	err   error
}

func (d *decompressor) Read(p []byte) (n int, err error) {
	if d.r == nil && d.err == nil {
		if err := d.open(); err != nil {
			d.err = d.named(err)
		}
	}
	if d.err != nil {
		return 0, d.err
	}
	n, err = d.r.Read(p)
	if err != nil && err != io.EOF {
		err = d.named(err)
		d.err = err
	}
	return n, err
}

func (d *decompressor) done() {
	if d.close != nil {
		d.close()
		d.close = nil
	}
}

// named puts the coding's name before errors that lack it.
func (d *decompressor) named(err error) error {
	for _, known := range []string{"gzip: ", "zlib: ", "flate: ", "brotli: "} {
		if strings.HasPrefix(err.Error(), known) {
			return err
		}
	}
	return &codingError{d.name, err}
}

type codingError struct {
	name string
	err  error
}

func (e *codingError) Error() string { return e.name + ": " + e.err.Error() }
func (e *codingError) Unwrap() error { return e.err }

func (d *decompressor) open() error {
	switch d.name {
	case "gzip", "x-gzip":
		return d.gunzip()
	case "br":
		return d.unbrotli()
	case "zstd":
		return d.unzstd()
	}
	return d.deflate()
}

func (d *decompressor) gunzip() (err error) {
	z, ok := d.opt.gzips.Get().(*gzip.Reader)
	if ok {
		err = z.Reset(d.from)
	} else if z, err = gzip.NewReader(d.from); err != nil {
		return err
	}
	d.r, d.close = z, func() { d.opt.gzips.Put(z) }
	return err
}

// deflate reads what RFC 9110 §8.4.1.2 means, zlib, and what some servers send, bare deflate.
func (d *decompressor) deflate() error {
	from := bufio.NewReader(d.from)
	head, err := from.Peek(2)
	if len(head) == 0 {
		return err
	}
	if len(head) == 2 && head[0]&15 == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return d.unzlib(from)
	}
	z, ok := d.opt.flates.Get().(io.ReadCloser)
	if !ok {
		z = flate.NewReader(from)
	} else if err := z.(flate.Resetter).Reset(from, nil); err != nil {
		return err
	}
	d.r, d.close = z, func() { d.opt.flates.Put(z) }
	return nil
}

func (d *decompressor) unzlib(from io.Reader) (err error) {
	z, ok := d.opt.zlibs.Get().(io.ReadCloser)
	if ok {
		err = z.(zlib.Resetter).Reset(from, nil)
	} else if z, err = zlib.NewReader(from); err != nil {
		return err
	}
	d.r, d.close = z, func() { d.opt.zlibs.Put(z) }
	return err
}

func (d *decompressor) unbrotli() (err error) {
	z, ok := d.opt.brotlis.Get().(*brotli.Reader)
	if ok {
		err = z.Reset(d.from)
	} else {
		z = brotli.NewReader(d.from)
	}
	d.r, d.close = z, func() { d.opt.brotlis.Put(z) }
	return err
}

func (d *decompressor) unzstd() (err error) {
	z, ok := d.opt.zstds.Get().(*zstd.Decoder)
	if ok {
		err = z.Reset(d.from)
	} else {
		z, err = zstd.NewReader(d.from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(maxWindow))
		if err != nil {
			return err
		}
	}
	d.r, d.close = z, func() {
		_ = z.Reset(nil)
		d.opt.zstds.Put(z)
	}
	return err
}
