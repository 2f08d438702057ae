package http1

import "bytes"

// A Body is what is kept of a message's content while it is read, within the limits of an Options, which is the same
// one in all calls. The zero value is empty. HTTP/2 has the same content in other frames.
type Body struct {
	Size      int64 // bytes of the content as it was sent, kept or not
	Truncated bool  // what is kept is a prefix: a limit was reached

	kept    []byte
	decoded []byte
}

// Keep adds p, and counts it.
func (b *Body) Keep(p []byte, o *Options) {
	b.Size += int64(len(p))
	if b.Truncated {
		return
	}
	room := min(o.maxBody(), max(freeBody, len(b.kept)+o.maxBodies()-int(o.bodies.Load()))) - len(b.kept)
	if len(p) > room {
		p, b.Truncated = p[:max(room, 0)], true
	}
	b.kept = append(b.kept, p...)
	o.bodies.Add(int64(len(p)))
}

// Content is what was kept, without its content codings, which are listed as in Content-Encoding (RFC 9110 §8.4). wrong
// says why they could not be removed; content is then what could be read. That what was kept is a prefix, as it is
// where cut or Truncated is set, is no failure. It is valid until Release.
func (b *Body) Content(codings []byte, cut bool, o *Options) (content []byte, wrong string) {
	if len(codings) == 0 || len(b.kept) == 0 {
		return b.kept, ""
	}
	chain := chain{opt: o, limit: int64(o.maxDecoded())}
	defer chain.close()
	if wrong = chain.open(bytes.NewReader(b.kept), bytes.Split(codings, []byte(","))); wrong != "" {
		return nil, wrong
	}
	if len(chain.layers) == 0 {
		return b.kept, ""
	}
	out := bytes.NewBuffer(b.decoded[:0])
	_, err := out.ReadFrom(chain.top)
	b.decoded = out.Bytes()
	if chain.full() {
		b.Truncated = true
		return b.decoded, ""
	}
	if err == nil || (b.Truncated || cut) && isEnd(err) {
		return b.decoded, ""
	}
	return b.decoded, err.Error()
}

// Release empties b, keeping buffers that are small enough to be worth it.
func (b *Body) Release(o *Options) {
	o.bodies.Add(-int64(len(b.kept)))
	*b = Body{kept: small(b.kept), decoded: small(b.decoded)}
}

func small(b []byte) []byte {
	if cap(b) > 1<<20 {
		return nil
	}
	return b[:0]
}
