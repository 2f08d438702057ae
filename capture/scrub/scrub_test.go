package scrub

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/wsframe"
)

// scrubbed gives turns as they are passed on, cut into pieces of size bytes while they are looked at (0: not at all).
func scrubbed(turns []convo.Turn, choice *Choice, r redact.Redactor, size int) ([]convo.Turn, *Conn) {
	c := &Conn{Choice: choice, Redact: r}
	var pos [2]int64
	for _, t := range turns {
		if t.Gap {
			pos[t.Dir] += t.Lost
			c.Gap(int(t.Dir), pos[t.Dir], t.Lost)
			continue
		}
		for p := t.Data; len(p) > 0; {
			n := len(p)
			if size > 0 {
				n = min(n, size)
			}
			c.Write(int(t.Dir), pos[t.Dir], t.At, p[:n])
			pos[t.Dir] += int64(n)
			p = p[n:]
		}
	}
	c.Close()
	pos = [2]int64{}
	out := make([]convo.Turn, len(turns))
	for i, t := range turns {
		out[i] = t
		out[i].Data = bytes.Clone(t.Data)
		if t.Gap {
			pos[t.Dir] += t.Lost
			continue
		}
		c.Apply(int(t.Dir), pos[t.Dir], out[i].Data)
		pos[t.Dir] += int64(len(t.Data))
	}
	return out, c
}

func masking() redact.Redactor { return redact.Redactor{Fill: new(redact.Filler).Fill} }

func joined(turns []convo.Turn) string {
	var b strings.Builder
	for _, t := range turns {
		b.Write(t.Data)
	}
	return b.String()
}

// skeleton is what a conversation is when nobody cares for what it says.
func skeleton(turns []convo.Turn) (lines string, clean bool) {
	var b strings.Builder
	clean = true
	c := conn.New(&fact.Conn{ID: 1}, nil)
	c.Open(1, true)
	emit := func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Request:
			fmt.Fprintf(&b, "%d %s %d %v\n", f.Exchange, f.Method, f.BodySize, f.Incomplete)
		case *fact.Response:
			fmt.Fprintf(&b, "%d %d %d %v\n", f.Exchange, f.Status, f.BodySize, f.Incomplete)
		case *fact.Message:
			fmt.Fprintf(&b, "%d %s %d %d %v\n", f.Exchange, f.Dir, f.Opcode, f.Size, f.Incomplete)
		case *fact.Malformed:
			clean = false
		}
	}
	for _, t := range turns {
		if t.Gap {
			c.Gap(t.Dir, t.At, t.Lost, emit)
		} else {
			c.Write(t.Dir, t.At, t.Data, emit)
		}
	}
	c.Close(1e12, emit)
	return b.String(), clean
}

func post(sid, more, body string) string {
	return "POST /socket.io/?EIO=4&transport=polling&token=geheim0&sid=" + sid + " HTTP/1.1\r\nHost: example.org\r\nCookie: io=geheim1; b=geheim2\r\n" + more + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body
}

func ok(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nSet-Cookie: io=geheim3; Path=/\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

func aFrame(client, fin, compressed bool, op byte, text string) string {
	var key *[4]byte
	if client {
		key = &[4]byte{7, 99, 0x80, 1}
	}
	return string(wsframe.AppendFrame(nil, fin, op, key, compressed, []byte(text)))
}

const upgrade = "GET /socket.io/?EIO=4&transport=websocket&sid=mine HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
const switched = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"

// TestScrub: a connection on which two sessions take turns. Of one all is there but its secrets, of the other nothing,
// whatever the split; and both are framed as they were.
func TestScrub(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		turns  []string // the client's begin with "> "
		has    []string // what must be left
		lacks  []string
		expect Left
	}{
		{"two sessions", []string{
			"> " + post("mine", "", `40{"token":"geheim4"}`), "< " + ok("ok"),
			"> " + post("yours", "X-Api-Key: other1\r\n", `42["other2"]`), "< " + ok("other3"),
			"> " + post("mine", "Authorization: Bearer geheim5\r\n", "3"), "< " + ok(`42["x",{"password":"geheim6","n":17}]`),
		}, []string{"sid=mine", `42["x",{"password":"*`, `"n":17`, "Host: example.org", "Content-Type: text/plain"}, []string{"geheim", "other", "yours"}, Left{Others: 1}},
		{"foreign requests", []string{
			"> GET /api/other?x=1 HTTP/1.1\r\nHost: other\r\nX-Other: 1\r\n\r\n", "< HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Other: 1\r\n\r\n7;other\r\nother12\r\n6\r\nother3\r\n0\r\nX-Other: 3\r\n\r\n",
			"> " + post("mine", "", "3"), "< " + ok("ok"),
		}, []string{"sid=mine", "\r\n7;xxxxx\r\nxxxxxxx\r\n6\r\n"}, []string{"other", "Other", "geheim"}, Left{Others: 1}},
		{"a WebSocket", []string{
			"> " + upgrade, "< " + switched, "> " + aFrame(true, true, false, 1, `40{"token":"geheim1"}`) + aFrame(true, false, false, 1, `42["a",{"password":"gehe`),
			"> " + aFrame(true, true, false, 9, "ping") + aFrame(true, true, false, 0, `im2","b":"kept"}]`), "< " + aFrame(false, true, false, 1, `42["b","token=geheim3"]`),
			"> " + aFrame(true, true, false, 8, "\x03\xe8bad token=geheim4"),
		}, []string{`42["b","token=*****`}, []string{"geheim"}, Left{}},
		{"somebody else's WebSocket, over a connection that was used before", []string{
			"> " + post("mine", "", "3"), "< " + ok("ok"),
			"> " + strings.Replace(upgrade, "mine", "yours", 1), "< HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
			"> " + aFrame(true, true, false, 1, "other1"), "< " + aFrame(false, true, true, 1, "\x00\x06\x00\xf9\xffother2\x00") + aFrame(false, true, false, 8, "\x03\xe9other3"),
		}, []string{"sid=mine", "\x88\x08\x03\xe9xxxxxx", "\x81\x0cxxxxxxxxxxxx"}, []string{"other", "yours"}, Left{Others: 1}},
		{"MessagePack", []string{
			"> " + upgrade, "< " + switched,
			"< " + aFrame(false, true, false, 2, "\x83\xa4type\x02\xa4data\x92\xa1e\x81\xa5token\xa7geheim1\xa3nsp\xa1/") + aFrame(false, true, false, 2, "\x00\x01\x02"),
		}, []string{"\xa5token\xa7*"}, []string{"geheim"}, Left{Unsearched: 1}},
		{"compressed", []string{
			"> " + upgrade, "< " + strings.Replace(switched, "\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n", 1),
			"< " + aFrame(false, true, true, 1, "\x00\x10\x00\xef\xff42[\"token=abcd\"]\x00"), "< " + aFrame(false, true, true, 1, "\x00\x05\x00\xfa\xff42[1]\x00"),
		}, nil, []string{"token=abcd"}, Left{}},
		{"TLS", []string{"> \x16\x03\x01\x00\x05hello", "< \x16\x03\x03\x00\x05geheim"}, []string{"hello", "geheim"}, nil, Left{TLS: 1}},
		{"HTTP/2", []string{"> PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}, []string{"PRI"}, nil, Left{HTTP2: 1}},
		{"behind a proxy that says who it is", []string{"> PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + post("mine", "", "3"), "< " + ok("ok")}, []string{"PROXY TCP4 192.0.2.1"}, []string{"geheim"}, Left{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var turns []convo.Turn
			for i, s := range tt.turns {
				turn := convo.Turn{At: int64(i+1) * 1e6, Data: []byte(s[2:])}
				if s[0] == '<' {
					turn.Dir = fact.In
				}
				turns = append(turns, turn)
			}
			choice := &Choice{SIDs: map[string]bool{"mine": true}}
			whole, c := scrubbed(turns, choice, masking(), 0)
			text := joined(whole)
			if c.Left != tt.expect {
				t.Errorf("left %+v, want %+v", c.Left, tt.expect)
			}
			for _, s := range tt.has {
				if !strings.Contains(text, s) {
					t.Errorf("%q is gone:\n%q", s, text)
				}
			}
			for _, s := range tt.lacks {
				if strings.Contains(text, s) {
					t.Errorf("%q is there:\n%q", s, text)
				}
			}
			for size := 1; size < 40; size++ {
				if pieces, _ := scrubbed(turns, choice, masking(), size); joined(pieces) != text {
					t.Fatalf("in pieces of %d bytes\n%q\nwhole\n%q", size, joined(pieces), text)
				}
			}
			was, _ := skeleton(turns)
			if is, _ := skeleton(whole); is != was {
				t.Errorf("it was\n%s\nand is\n%s", was, is)
			}
		})
	}
}

// TestRetransmitted: a packet that comes again, in other pieces, is changed as the first was; what was never delivered is
// filled.
func TestRetransmitted(t *testing.T) {
	t.Parallel()
	text := post("mine", "", "3")
	turns := []convo.Turn{{At: 1, Data: []byte(text)}}
	whole, c := scrubbed(turns, &Choice{SIDs: map[string]bool{"mine": true}}, masking(), 0)
	for from := 0; from < len(text); from += 7 {
		p := []byte(text[from:min(from+13, len(text))])
		c.Apply(0, int64(from), p)
		if want := whole[0].Data[from:min(from+13, len(text))]; !bytes.Equal(p, want) {
			t.Errorf("at %d %q, want %q", from, p, want)
		}
	}
	p := []byte("123456")
	if c.Apply(0, int64(len(text))-3, p); string(p[3:]) != "xxx" {
		t.Errorf("what nobody saw is passed on: %q", p)
	}
}

// FuzzScrub: whatever passes, pieces make no difference, what can be read is framed as it was, and where all is chosen and
// nothing masked nothing changes.
func FuzzScrub(f *testing.F) {
	convo.Seeds(f, "../../protocol/conn/testdata/conversations")
	convo.Seeds(f, "../../protocol/http1/testdata/conversations")
	f.Fuzz(func(t *testing.T, script []byte) {
		turns := convo.Decode(script)
		choice := &Choice{SIDs: map[string]bool{"mine": true}, Requests: map[int64]bool{2e6: true}}
		whole, c := scrubbed(turns, choice, masking(), 0)
		if len(joined(whole)) != len(joined(turns)) {
			t.Fatal("the length changed")
		}
		for _, turn := range turns {
			if turn.Gap {
				return
			}
		}
		if pieces, _ := scrubbed(turns, choice, masking(), 1); joined(pieces) != joined(whole) {
			t.Errorf("byte by byte\n%q\nwhole\n%q", joined(pieces), joined(whole))
		}
		was, clean := skeleton(turns)
		if is, _ := skeleton(whole); clean && was != "" && !c.asked.lost && is != was {
			t.Errorf("it was\n%s\nand is\n%s\n%q\n%q", was, is, joined(turns), joined(whole))
		}
	})
}

// TestCompressedBody: a secret in a gzipped body is masked by as many bytes of another one.
func TestCompressedBody(t *testing.T) {
	t.Parallel()
	const secret = "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASMzz1"
	text := `42["login",{"token":"` + secret + `","user":"ann"}]`
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	for _, chunked := range []bool{false, true} {
		head := fmt.Sprintf("Content-Length: %d\r\n\r\n%s", packed.Len(), packed.String())
		if chunked {
			b := packed.String()
			head = fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", 20, b[:20], len(b)-20, b[20:])
		}
		turns := []convo.Turn{
			{At: 1e6, Data: []byte(post("mine", "", "3"))},
			{Dir: fact.In, At: 2e6, Data: []byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n" + head)},
		}
		whole, c := scrubbed(turns, &Choice{SIDs: map[string]bool{"mine": true}}, masking(), 7)
		if c.Left != (Left{}) {
			t.Errorf("left %+v", c.Left)
		}
		var body string
		d := conn.New(&fact.Conn{ID: 1}, nil)
		d.Open(1, true)
		for _, turn := range whole {
			d.Write(turn.Dir, turn.At, turn.Data, func(f fact.Fact) {
				if r, ok := f.(*fact.Response); ok {
					if body = string(r.Body); r.BodyError != "" {
						t.Error(r.BodyError)
					}
				}
			})
		}
		if len(body) != len(text) || strings.Contains(body, secret) || !strings.Contains(body, `"user":"ann"`) {
			t.Errorf("the body became %q", body)
		}
	}
}
