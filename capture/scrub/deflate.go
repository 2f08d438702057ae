package scrub

import (
	"bytes"
	"compress/flate"
	"io"

	"sioscope/protocol/wsframe"
)

// A deflated is one direction of a WebSocket with permessage-deflate (RFC 7692). A message refers to what was said before,
// so where that was masked, messages that follow may have to be written anew too. Each stays as long as it was.
type deflated struct {
	window int    // bytes that a message may refer back to; 0: none of earlier messages
	was    []byte // the latest text, as it was sent
	is     []byte // and as it stands now
	lost   bool   // earlier messages are not known
}

func newDeflated(d wsframe.Deflate, fromClient bool) *deflated {
	bits, fresh := d.ServerMaxWindowBits, d.ServerNoContextTakeover
	if fromClient {
		bits, fresh = d.ClientMaxWindowBits, d.ClientNoContextTakeover
	}
	window := 1 << 15
	if bits >= 8 && bits < 15 {
		window = 1 << bits
	}
	if fresh {
		window = 0
	}
	return &deflated{window: window}
}

// An outcome says what became of a compressed message.
type outcome uint8

const (
	kept     outcome = iota // it had nothing to mask, or that was masked
	unread                  // it could not be searched
	unmasked                // it has a secret, and no room for what would stand for it
)

// message masks a message: packed is how it was sent, and what comes back is as long.
func (d *deflated) message(packed []byte, mask func([]byte) ([]byte, bool)) ([]byte, outcome) {
	plain, ok := inflated(packed, d.was)
	if d.lost || !ok {
		d.lost = true
		return packed, unread
	}
	want, known := mask(plain)
	result, how := packed, kept
	if got, ok := inflated(packed, d.is); !ok || !bytes.Equal(got, want) {
		if result = d.packed(want, len(packed)); result == nil {
			want, result = d.nearly(packed, plain, want)
		}
		if result == nil {
			result, how = packed, unmasked
			if want, ok = inflated(packed, d.is); !ok {
				d.lost = true
			}
		}
	}
	d.was, d.is = d.remember(d.was, plain), d.remember(d.is, want)
	if how == kept && !known {
		how = unread
	}
	return result, how
}

// nearly writes a message in the way in which it was written: of its secret, what refers to earlier messages is masked
// with them, and the rest becomes asterisks. It gives nil where that spoils what is no secret, or does not fit.
func (d *deflated) nearly(packed, plain, want []byte) (text, result []byte) {
	text, ok := inflated(packed, d.is)
	if !ok || len(text) != len(plain) || len(want) != len(plain) {
		return want, nil
	}
	changed := false
	for i := range text {
		switch secret := want[i] != plain[i]; {
		case !secret && text[i] != plain[i]:
			return want, nil
		case secret && text[i] == plain[i]:
			text[i], changed = '*', true
		}
	}
	if !changed {
		return text, packed
	}
	return text, d.packed(text, len(packed))
}

// remember keeps what the next message may refer to.
func (d *deflated) remember(history, text []byte) []byte {
	history = append(history, text...)
	return append(history[:0], history[max(0, len(history)-d.window):]...)
}

// The end of a message that its sender leaves out, RFC 7692 §7.2.1, and that of a stream.
const (
	flushed = "\x00\x00\xff\xff"
	over    = "\x01\x00\x00\xff\xff"
)

func inflated(packed, history []byte) (plain []byte, ok bool) {
	z := flate.NewReaderDict(io.MultiReader(bytes.NewReader(packed), bytes.NewReader([]byte(flushed+over))), history)
	plain, err := io.ReadAll(io.LimitReader(z, maxBody+1))
	return plain, err == nil && len(plain) <= maxBody
}

// packed compresses to exactly size bytes, or gives nil.
func (d *deflated) packed(text []byte, size int) []byte {
	ways := [...]func() []byte{
		func() []byte { return squeezed(text, d.is, d.window) },
		func() []byte { return d.deflate(text, flate.BestCompression) },
		func() []byte { return d.deflate(text, flate.BestSpeed) },
		func() []byte { return d.deflate(text, flate.HuffmanOnly) },
	}
	for _, way := range ways {
		p := way()
		for blocks := 0; p != nil && blocks < 8 && len(p) <= size; blocks++ {
			if fits := fit(shifted(p, blocks), size, text, d.is); fits != nil {
				return fits
			}
		}
	}
	return nil
}

// deflate compresses with the library, whose window is the largest there is: what would be behind the window that was
// agreed on is left out.
func (d *deflated) deflate(text []byte, level int) []byte {
	history := d.is
	if d.window < 1<<15 {
		if len(text) > d.window && d.window > 0 {
			return nil
		}
		history = history[max(0, len(history)-max(0, d.window-len(text))):]
	}
	var b bytes.Buffer
	z, err := flate.NewWriterDict(&b, level, history)
	if err != nil {
		return nil
	}
	_, _ = z.Write(text)
	_ = z.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte(flushed))
}

// fit pads a message to size, where it then says what it should.
func fit(p []byte, size int, text, history []byte) []byte {
	for _, p := range [...][]byte{p, p[:max(0, len(p)-1)]} { // shifting may have added a byte of nothing
		padded := pad(bytes.Clone(p), size-len(p))
		if padded == nil {
			continue
		}
		if got, ok := inflated(padded, history); ok && bytes.Equal(got, text) {
			return padded
		}
	}
	return nil
}

// shifted puts empty blocks with fixed codes, of ten bits each, before a message.
func shifted(p []byte, blocks int) []byte {
	var w bitWriter
	for range blocks {
		w.put(2, 10)
	}
	for _, b := range p {
		w.put(uint64(b), 8)
	}
	return w.bytes()
}

// pad adds n bytes that mean nothing to a message that ends as a flushed one does. It gives nil where that does not do.
func pad(p []byte, n int) []byte {
	for _, odd := range [...][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}, {0, 2}} { // what 6 and 7 bytes make up of a remainder
		fives := n - 6*odd[0] - 7*odd[1]
		if fives < 0 || fives%5 != 0 {
			continue
		}
		for range odd[0] {
			p = emptyBlocks(p, 1)
		}
		for range odd[1] {
			p = emptyBlocks(p, 2)
		}
		for range fives / 5 {
			p = emptyBlocks(p, 0)
		}
		return p
	}
	return nil
}

// emptyBlocks adds, to what lacks the end of an empty stored block, that end, empty blocks with fixed codes (3 bits of
// header and 7 of the end, RFC 1951 §3.2.6), and an empty stored block without its end.
func emptyBlocks(p []byte, fixed int) []byte {
	p = append(p, flushed...)
	switch fixed {
	case 1: // 0 01 then 0000000, from the lowest bit, and the header of a stored block
		return append(p, 0x02, 0x00)
	case 2:
		return append(p, 0x02, 0x08, 0x00)
	}
	return append(p, 0)
}
