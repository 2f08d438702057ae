package wsframe

import (
	"bytes"
	"compress/flate"
	"fmt"
	"math/rand/v2"
	"testing"
)

// What compress/flate writes is read back: many messages, every window, with and without context takeover, split into
// fragments, with uncompressed messages and pings between them.
func TestInflateWhatFlateWrites(t *testing.T) {
	t.Parallel()
	for bits := 9; bits <= 15; bits++ {
		for _, takeover := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d bits, takeover %v", bits, takeover), func(t *testing.T) {
				t.Parallel()
				rnd := rand.New(rand.NewPCG(uint64(bits), 1))
				d := Decoder{Deflate: Deflate{Enabled: true, ServerMaxWindowBits: bits, ServerNoContextTakeover: !takeover}}
				window := 1 << bits
				if !takeover {
					window = 0
				}
				var history []byte
				for i := range 80 {
					text := randomText(rnd)
					wire, compressed := text, rnd.IntN(5) > 0
					if compressed {
						wire = deflateWith(t, text, history[max(0, len(history)-window):], rnd.IntN(9)+1)
						history = append(history, text...)
					}
					checkMessage(t, &d, fragmented(rnd, wire, compressed), text, i)
				}
			})
		}
	}
}

// checkMessage expects one message that says text, and pings.
func checkMessage(t *testing.T, d *Decoder, wire, text []byte, i int) {
	t.Helper()
	n := 0
	err := d.Write(int64(i), wire, func(m *Message) {
		if m.Opcode == Ping {
			return
		}
		if n++; !bytes.Equal(m.Payload, text) || m.Incomplete || m.Truncated || m.Flaw != 0 {
			t.Fatalf("message %d: %s, want %.50q of %d", i, describe(m), text, len(text))
		}
	})
	if err != nil || n != 1 {
		t.Fatalf("message %d: %d messages, %v", i, n, err)
	}
}

// randomText repeats words it has used before, so that references reach far back.
func randomText(rnd *rand.Rand) []byte {
	var b []byte
	for range rnd.IntN(1 << rnd.IntN(11)) {
		b = fmt.Appendf(b, "%x ", rnd.IntN(3000)*7919)
	}
	return b
}

// deflateWith compresses one message that may refer to dict, with a flush here and there.
func deflateWith(t *testing.T, text, dict []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	zw, err := flate.NewWriterDict(&out, level, dict)
	if err != nil {
		t.Fatal(err)
	}
	zw.Write(text[:len(text)/3])
	if len(text)%2 == 0 {
		zw.Flush()
	}
	zw.Write(text[len(text)/3:])
	zw.Flush()
	return bytes.TrimSuffix(out.Bytes(), []byte("\x00\x00\xff\xff"))
}

// fragmented cuts a message into frames of a server, with pings between them.
func fragmented(rnd *rand.Rand, p []byte, compressed bool) []byte {
	var out []byte
	op := Binary
	for {
		n := len(p)
		if rnd.IntN(2) == 0 {
			n = rnd.IntN(len(p) + 1)
		}
		out = AppendFrame(out, n == len(p), op, nil, compressed && op != Continuation, p[:n])
		if n == len(p) {
			return out
		}
		p, op = p[n:], Continuation
		if rnd.IntN(3) == 0 {
			out = AppendFrame(out, true, Ping, nil, false, []byte("ping"))
		}
	}
}

// A message of 16 MiB in 16 KiB costs no more than its limit, and what follows is marked until it is exact again.
func TestBomb(t *testing.T) {
	t.Parallel()
	z := newDeflater(t, true)
	bomb, after := z.message(make([]byte, 16<<20)), z.message(make([]byte, 300))
	d := Decoder{Deflate: agreed, MaxPayload: 1 << 20}
	var got []string
	emit := func(m *Message) { got = append(got, describe(m)) }
	for _, p := range [][]byte{bomb, after, unhex(t, "f248cdc9c90700")} {
		if err := d.Write(1, AppendFrame(nil, true, Text, nil, true, p), emit); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		fmt.Sprintf(`1 "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"… of 1048576, %d compressed truncated`, len(bomb)),
		fmt.Sprintf(`1 "" %d compressed incomplete`, len(after)),
		`1 "Hello" 7 compressed`,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if held := cap(d.Scratch.text) + cap(d.Scratch.plain) + cap(d.buf) + cap(d.rare.history); held > 256<<10 {
		t.Errorf("%d bytes are held afterwards", held)
	}
}

// Messages that end their stream over and over cannot make the decoder work without end.
func TestManyFinalBlocks(t *testing.T) {
	t.Parallel()
	d := Decoder{Deflate: agreed}
	p := AppendFrame(nil, true, Text, nil, true, bytes.Repeat([]byte{3, 0}, 100_000))
	var r tape
	if d.Write(1, p, r.emit); r.take() != `1 "" 200000 compressed incomplete (compressed bytes are damaged)` {
		t.Error("a message with 100,000 final blocks was read to its end")
	}
}

// Decoders that share a Scratch keep their histories apart.
func TestSharedScratch(t *testing.T) {
	t.Parallel()
	var scratch Scratch
	rnd := rand.New(rand.NewPCG(1, 2))
	type peer struct {
		d Decoder
		z *deflater
	}
	var peers [3]peer
	for i := range peers {
		peers[i] = peer{Decoder{Deflate: agreed, Scratch: &scratch}, newDeflater(t, true)}
	}
	for i := range 100 {
		p, text := &peers[rnd.IntN(3)], randomText(rnd)
		checkMessage(t, &p.d, fragmented(rnd, p.z.message(text), true), text, i)
	}
}
