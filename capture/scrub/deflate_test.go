package scrub

import (
	"bytes"
	"compress/flate"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact/packets"
	"sioscope/protocol/wsframe"
)

// compressor is a peer that compresses what it says, with what it said before or without.
type compressor struct {
	b     bytes.Buffer
	z     *flate.Writer
	fresh bool
}

func (c *compressor) message(text string) string {
	if c.z == nil || c.fresh {
		c.z, _ = flate.NewWriter(&c.b, flate.DefaultCompression)
	}
	c.b.Reset()
	_, _ = c.z.Write([]byte(text))
	_ = c.z.Flush()
	return strings.TrimSuffix(c.b.String(), flushed)
}

// TestDeflated: secrets within compressed messages are masked, also where later messages refer to them, and everything
// stays as long as it was.
func TestDeflated(t *testing.T) {
	t.Parallel()
	for _, fresh := range []bool{false, true} {
		extension := "permessage-deflate"
		if fresh {
			extension += "; server_no_context_takeover; client_no_context_takeover"
		}
		peer := [2]compressor{{fresh: fresh}, {fresh: fresh}}
		random := rand.New(rand.NewPCG(1, 2))
		turns := []convo.Turn{
			{At: 1, Data: []byte(upgrade)},
			{Dir: fact.In, At: 2, Data: []byte(strings.Replace(switched, "\r\n\r\n", "\r\nSec-WebSocket-Extensions: "+extension+"\r\n\r\n", 1))},
		}
		var said []string
		secrets := []string{"geheim-Xk29fLq8", "geheim-0AbCdEfGh1", "geheim"}
		for i := range 200 {
			text := fmt.Sprintf(`42["news",{"n":%d,"user":"ann%d","text":"%s"}]`, i, random.IntN(9), strings.Repeat("lorem ipsum ", random.IntN(9)))
			switch {
			case i%7 == 3:
				text = fmt.Sprintf(`42["login",{"token":"%s","user":"ann","n":%d}]`, secrets[random.IntN(3)], i)
			case i == 0:
				text = `40{"token":"geheim-Xk29fLq8"}`
			}
			dir := fact.Dir(i % 2)
			said = append(said, text)
			packed := peer[dir].message(text)
			half := len(packed) / 2
			data := aFrame(dir == fact.Out, false, true, 1, packed[:half]) + aFrame(dir == fact.Out, true, false, 0, packed[half:])
			turns = append(turns, convo.Turn{Dir: dir, At: int64(i + 3), Data: []byte(data)})
		}
		r := masking()
		whole, c := scrubbed(turns, &Choice{SIDs: map[string]bool{"mine": true}}, r, 0)
		var got []string
		var failed int
		for dir := range c.half {
			d := wsframe.Decoder{Deflate: wsframe.ParseExtensions([]byte(extension)), FromClient: dir == 0}
			for _, turn := range whole[2:] {
				if int(turn.Dir) != dir {
					continue
				}
				if err := d.Write(1, turn.Data, func(m *wsframe.Message) {
					if m.Incomplete || m.Flaw != 0 {
						failed++
					}
					got = append(got, string(m.Payload))
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		leaks := 0
		for i, dir := 0, 0; dir < 2; dir++ {
			for n := dir; n < len(said); n += 2 {
				want, _ := packets.Message(r, fact.Text, []byte(said[n]), fact.Dir(dir))
				if got[i] != string(want) && got[i] != said[n] {
					t.Errorf("fresh=%v: %q became %q, want %q", fresh, said[n], got[i], want)
				}
				if strings.Contains(got[i], "geheim") {
					leaks++
				}
				i++
			}
		}
		t.Logf("fresh=%v: %d of %d messages with secrets could not be masked", fresh, leaks, 30)
		if failed > 0 || leaks != c.Left.Compressed || leaks > 0 {
			t.Errorf("fresh=%v: %d messages are broken, %d leak, said is %+v", fresh, failed, leaks, c.Left)
		}
	}
}

// TestPad: what is added says nothing.
func TestPad(t *testing.T) {
	t.Parallel()
	c := compressor{}
	p := c.message("hello")
	for n := range 60 {
		padded := pad([]byte(p), n)
		if padded == nil {
			if n > 9 {
				t.Errorf("%d bytes cannot be added", n)
			}
			continue
		}
		if plain, ok := inflated(padded, nil); !ok || string(plain) != "hello" || len(padded) != len(p)+n {
			t.Errorf("with %d bytes more: %q, %v", len(padded)-len(p), plain, ok)
		}
	}
}

// TestZlib: the same with messages of zlib, which servers and browsers have.
func TestZlib(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/zlib.txt")
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(string(file), "\n= ") {
		parameters, messages, found := strings.Cut(part, "\n")
		if strings.HasPrefix(part, "#") || !found {
			continue
		}
		deflate := wsframe.ParseExtensions([]byte(parameters))
		d, r := newDeflated(deflate, false), masking()
		decoder := wsframe.Decoder{Deflate: deflate}
		secrets, leaks := 0, 0
		for line := range strings.Lines(messages) {
			digits, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			packed, err := hex.DecodeString(digits)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := packets.Message(r, fact.Text, []byte(text), fact.In)
			out, how := d.message(packed, func(p []byte) ([]byte, bool) {
				if string(p) != text {
					t.Errorf("%s: %q was read as %q", parameters, text, p)
				}
				return packets.Message(r, fact.Text, p, fact.In)
			})
			if how == unread || len(out) != len(packed) {
				t.Fatalf("%s: %q: %d, %d bytes of %d", parameters, text, how, len(out), len(packed))
			}
			if string(want) != text {
				secrets++
			}
			if how == unmasked {
				leaks++
			}
			if err := decoder.Write(1, []byte(aFrame(false, true, true, 1, string(out))), func(m *wsframe.Message) {
				for i := range want {
					if secret := want[i] != text[i]; m.Payload[i] == text[i] == secret && how == kept {
						t.Fatalf("%s: %q became %q", parameters, text, m.Payload)
					}
				}
			}); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("%s: %d of %d secrets could not be masked", parameters, leaks, secrets)
		if secrets == 0 || leaks*10 > secrets {
			t.Errorf("%s: %d of %d secrets could not be masked", parameters, leaks, secrets)
		}
	}
}
