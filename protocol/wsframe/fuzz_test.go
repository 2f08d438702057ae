package wsframe

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// FuzzDecoder: no input panics or exceeds the limit, and every split gives the same messages and the same error.
func FuzzDecoder(f *testing.F) {
	for _, s := range []string{
		`8105"Hello"`, "818537fa213d7f9f4d5158", `0103"Hel"8901"p"8002"lo"`, "c107f248cdc9c90700c105f200110000",
		"4103f248cd8004c9c90700", "c11332a91805a360148c825130ec00000000ffff00", `827e0080"` + string(make([]byte, 128)) + `"`,
		`"HTTP/1.1 400 Bad Request"`, "827f8000000000000000", `8002"hi"0102"He"8102"hi"8800`, "818011c4ad87898011c4ad87",
	} {
		for config := range byte(8) {
			f.Add(config, uint64(1), unhex(f, s))
		}
	}
	f.Fuzz(func(t *testing.T, config byte, seed uint64, p []byte) {
		d := Decoder{FromClient: config&1 != 0, MaxPayload: 50 + int(config>>4)<<6, Scratch: new(Scratch)}
		if config&2 != 0 {
			d.Deflate = Deflate{Enabled: true, ServerNoContextTakeover: config&4 != 0, ServerMaxWindowBits: 9}
		}
		whole := run(t, d, [][]byte{p})
		rnd := rand.New(rand.NewPCG(seed, 0))
		if split := run(t, d, cut(rnd, p)); !slices.Equal(split, whole) {
			t.Errorf("split:\n%q\nwhole:\n%q", split, whole)
		}
		if config&8 != 0 {
			hostile(t, d, rnd, p)
		}
	})
}

// run returns what the pieces say.
func run(t *testing.T, d Decoder, pieces [][]byte) []string {
	r := tape{d: d}
	emit := func(m *Message) {
		if len(m.Payload) > max(d.MaxPayload, 125) {
			t.Errorf("a payload of %d bytes, the limit is %d", len(m.Payload), d.MaxPayload)
		}
		r.emit(m)
	}
	for _, p := range pieces {
		if err := r.d.Write(1, p, emit); err != nil {
			r.d.Close(1, emit)
			return append(r.seen, err.Error())
		}
	}
	r.d.Close(1, emit)
	return r.seen
}

func cut(rnd *rand.Rand, p []byte) [][]byte {
	var pieces [][]byte
	for len(p) > 0 {
		n := min(len(p), 1+rnd.IntN(1<<rnd.IntN(8)))
		pieces, p = append(pieces, p[:n]), p[n:]
	}
	return pieces
}

// hostile joins the stream late and loses pieces of it.
func hostile(t *testing.T, d Decoder, rnd *rand.Rand, p []byte) {
	d.Joined = rnd.IntN(2) == 0
	emit := func(m *Message) {
		if len(m.Payload) > max(d.MaxPayload, 125) || m.Size < 0 {
			t.Errorf("%s", describe(m))
		}
	}
	for _, p := range cut(rnd, p) {
		if rnd.IntN(8) == 0 {
			d.Gap(1, int64(len(p)*rnd.IntN(2)), emit)
		} else if err := d.Write(1, p, emit); err != nil && d.Joined {
			t.Errorf("a joined stream failed: %v", err)
		}
	}
	d.Close(1, emit)
}
