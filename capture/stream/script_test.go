package stream

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"sioscope/capture/link"
)

// A script is a conversation as text, its steps separated by semicolons:
//
//	> S 0            A's SYN; numbers count from the side's initial sequence number
//	< SA 0:1         B's SYN/ACK, acknowledging 1
//	> 1:1 GET        payload; flags are ACK where none are named
//	> F 4:1          FIN|ACK
//	< R 1            RST alone; RA is RST|ACK
//	> P1:1 x         PSH
//	< 1:4 abc cut=9  nine more bytes were on the wire
//	200ms            packet time passes (1 ms passes with every segment anyway)
//	far              a segment of another connection, which is not reported
//	flush            Flush, which also comes at the end
//
// What happens is reported as: open, open by server, open joined, A GET, B gap 5, A gap ?, B cut 9, close A, close B reset, close ?;
// connections but the first with their number before them, times with @ and milliseconds where they are not those
// of the present segment, and flush where one of Flush's calls follows.
type script struct {
	t     *testing.T
	isn   [2]uint32
	now   int64
	quiet bool
	out   []string
}

var (
	client = endpoint(1, 40000)
	server = endpoint(2, 80)
)

func endpoint(host byte, port uint16) link.Endpoint {
	return link.Endpoint{Addr: [16]byte{10: 0xff, 11: 0xff, 12: 192, 14: 2, 15: host}, Port: port}
}

func (sc *script) run(a *Assembler, text string) string {
	for step := range strings.SplitSeq(text, ";") {
		sc.step(a, strings.TrimSpace(step))
	}
	sc.step(a, "flush")
	return strings.Join(sc.out, "; ")
}

func (sc *script) step(a *Assembler, step string) {
	if d, err := time.ParseDuration(step); err == nil {
		sc.now += int64(d)
		return
	}
	switch step {
	case "":
	case "flush":
		n := len(sc.out)
		if a.Flush(sc); len(sc.out) > n {
			sc.out = append(sc.out[:n], append([]string{"flush"}, sc.out[n:]...)...)
		}
	case "far":
		sc.quiet = true
		a.Segment(&link.Segment{Time: sc.now, Src: endpoint(9, 9), Dst: endpoint(8, 8), Flags: link.ACK, Payload: []byte("far")}, sc)
		sc.quiet = false
	default:
		sc.now += int64(time.Millisecond)
		s := sc.segment(step)
		a.Segment(&s, sc)
	}
}

func (sc *script) segment(step string) link.Segment {
	f := strings.Fields(step)
	from := strings.Index("><", f[0])
	s := link.Segment{Time: sc.now, Src: client, Dst: server, Window: 65535}
	if from == 1 {
		s.Src, s.Dst = server, client
	}
	f = f[1:]
	if flags := strings.Trim(f[0], "0123456789:-"); flags != "" {
		f[0] = strings.TrimPrefix(f[0], flags)
		if f[0] == "" {
			f = f[1:]
		}
		for _, r := range flags {
			s.Flags |= 1 << strings.IndexRune("FSRPAU", r)
		}
	}
	seq, ack, acks := strings.Cut(f[0], ":")
	if acks {
		s.Flags |= link.ACK
		s.Ack = sc.isn[1-from] + sc.number(ack)
	}
	s.Seq = sc.isn[from] + sc.number(seq)
	for _, w := range f[1:] {
		if n, ok := strings.CutPrefix(w, "cut="); ok {
			s.Missing = int(sc.number(n))
			continue
		}
		s.Payload = []byte(w)
	}
	return s
}

func (sc *script) number(s string) uint32 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		sc.t.Fatal(err)
	}
	return uint32(n)
}

func (sc *script) say(c *Conn, at int64, format string, args ...any) {
	if sc.quiet && c.A != client && c.A != server {
		return
	}
	text := fmt.Sprintf(format, args...)
	if c.ID > 1 {
		text = fmt.Sprint(c.ID, " ", text)
	}
	if at != sc.now {
		text += fmt.Sprint("@", (at-start)/int64(time.Millisecond))
	}
	sc.out = append(sc.out, text)
}

const start = int64(1_700_000_000_000_000_000)

func (sc *script) Opened(c *Conn, at int64) {
	switch {
	case !c.SYN:
		sc.say(c, at, "open joined")
	case c.A == server:
		sc.say(c, at, "open by server")
	default:
		sc.say(c, at, "open")
	}
	if c.SYN == c.Guessed {
		sc.t.Errorf("SYN %v, Guessed %v", c.SYN, c.Guessed)
	}
}

func (sc *script) Data(c *Conn, fromA bool, at int64, p []byte) {
	sc.say(c, at, "%s %s", name(fromA), p)
}

func (sc *script) Gap(c *Conn, fromA bool, at int64, n int64, cut bool) {
	kind, length := "gap", strconv.FormatInt(n, 10)
	if cut {
		kind = "cut"
	}
	if n == 0 {
		length = "?"
	}
	sc.say(c, at, "%s %s %s", name(fromA), kind, length)
}

func (sc *script) Closed(c *Conn, at int64, byA, known, reset bool) {
	switch {
	case !known:
		sc.say(c, at, "close ?")
	case reset:
		sc.say(c, at, "close %s reset", name(byA))
	default:
		sc.say(c, at, "close %s", name(byA))
	}
}

func name(fromA bool) string {
	if fromA {
		return "A"
	}
	return "B"
}
