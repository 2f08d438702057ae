package http2

import (
	"golang.org/x/net/http2/hpack"
)

// A table reads the header blocks of one direction. It is hpack.Decoder, which stops at the first reference it does not
// know, given one representation at a time (RFC 7541 §6), so that after a loss the others can be read.
type table struct {
	dec   *hpack.Decoder
	field hpack.HeaderField
	got   bool
	lost  string // why entries may be missing that the sender refers to, or ""
	told  bool   // that was said
	spare []byte
}

// lose begins anew with an empty table. References to entries that are made from now on are right: they are counted from
// the latest.
func (t *table) lose(why string) {
	*t = table{lost: why}
}

type outcome uint8

const (
	aField  outcome = iota
	noField         // a change of the table's size
	unknown         // a field that refers to what was not seen
	broken          // no representation: nothing of the block after it can be read
)

// next reads the first representation of b, and returns what follows it.
func (t *table) next(b []byte) (f hpack.HeaderField, what outcome, rest []byte) {
	r, ok := parseRepresentation(b)
	if !ok {
		return f, broken, nil
	}
	rest = b[r.size:]
	if r.resize {
		t.decoder().SetMaxDynamicTableSize(uint32(min(r.index, maxTable)))
		return f, noField, rest
	}
	err := t.read(b[:r.size])
	_, outside := err.(hpack.InvalidIndexError)
	switch {
	case err == nil && t.got && t.field.Name != "":
		return t.field, aField, rest
	case err == nil:
		return f, unknown, rest
	case r.index == 0 || t.lost == "" || !outside:
		return f, broken, nil
	}
	if r.indexing { // it is entered in the table, without its name
		t.spare = append(append(t.spare[:0], 0x40, 0), b[r.value:r.size]...)
		if t.read(t.spare) != nil {
			return f, broken, nil
		}
	}
	return f, unknown, rest
}

func (t *table) decoder() *hpack.Decoder {
	if t.dec == nil {
		size := uint32(4096) // RFC 9113 §6.5.2, SETTINGS_HEADER_TABLE_SIZE
		if t.lost != "" {
			size = maxTable // it may have been changed
		}
		t.dec = hpack.NewDecoder(size, func(f hpack.HeaderField) { t.field, t.got = f, true })
	}
	return t.dec
}

func (t *table) read(b []byte) error {
	t.got = false
	_, err := t.decoder().Write(b)
	if decoding, ok := err.(hpack.DecodingError); ok {
		return decoding.Err
	}
	return err
}

// A representation is where the parts of one lie, RFC 7541 §6.
type representation struct {
	size     int    // bytes of it
	value    int    // where the value begins
	index    uint64 // of the field, or of its name; 0: none. With resize, the table's size
	indexing bool   // a literal that is entered in the table
	resize   bool
}

func parseRepresentation(b []byte) (r representation, ok bool) {
	bits, literal := 4, true
	switch {
	case len(b) == 0:
		return r, false
	case b[0]&0x80 != 0:
		bits, literal = 7, false
	case b[0]&0xc0 == 0x40:
		bits, r.indexing = 6, true
	case b[0]&0xe0 == 0x20:
		bits, literal, r.resize = 5, false, true
	}
	if r.index, r.size, ok = integer(b, bits); !ok || !literal {
		return r, ok
	}
	if r.index == 0 {
		if r.size, ok = pastString(b, r.size); !ok {
			return r, false
		}
	}
	r.value = r.size
	r.size, ok = pastString(b, r.size)
	return r, ok
}

// integer reads RFC 7541 §5.1, as far as it fits 35 bits and a prefix.
func integer(b []byte, bits int) (v uint64, size int, ok bool) {
	most := uint64(1)<<bits - 1
	if v = uint64(b[0]) & most; v < most {
		return v, 1, true
	}
	for i := 1; i < len(b) && i <= 5; i++ {
		v += uint64(b[i]&0x7f) << (7 * (i - 1))
		if b[i]&0x80 == 0 {
			return v, i + 1, true
		}
	}
	return 0, 0, false
}

// pastString returns where the string ends that begins at from, RFC 7541 §5.2.
func pastString(b []byte, from int) (end int, ok bool) {
	if from >= len(b) {
		return 0, false
	}
	n, size, ok := integer(b[from:], 7)
	if !ok || n > uint64(len(b)-from-size) {
		return 0, false
	}
	return from + size + int(n), true
}
