package stream

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

const hello = "> S 0; < SA 0:1; > 1:1; " // three segments, so that the next is at 4 ms

var scripts = []struct{ name, in, want string }{
	{"in order", hello + "> 1:1 GET; < 1:4 OK; > 4:3; > F 4:3; < F 3:5; > 5:4",
		"open; A GET; B OK; close A@7"},
	{"server closes", hello + "< F 1:1; > F 1:2; < 2:2", "open; close B@4"},
	{"flags beside ACK", hello + "> P 1:1 GET; > PU 4:1 x", "open; A GET; A x"},
	{"still open", hello + "> 1:1 GET", "open; A GET"},

	// Retransmission and overlap.
	{"retransmission", hello + "> 1:1 abc; > 1:1 abc; > 4:1 d", "open; A abc; A d"},
	{"retransmission with other bytes", hello + "> 1:1 abc; > 1:1 xyz; > 4:1 d", "open; A abc; A d"},
	{"overlap behind", hello + "> 1:1 abc; > 2:1 XXde", "open; A abc; A de"},
	{"overlap ahead: the first bytes win", hello + "> 3:1 cd; > 1:1 abXXef", "open; A ab; A cd@4; A ef"},
	{"overlap of several", hello + "> 3:1 c; > 5:1 e; > 2:1 bXdXf; > 1:1 aXX", "open; A a; A b@6; A c@4; A d@6; A e@5; A f@6"},
	{"inside what is held", hello + "> 2:1 bcd; > 3:1 X; > 1:1 a", "open; A a; A bcd@4"},
	{"each packet twice", "> S 0; > S 0; < SA 0:1; < SA 0:1; > 1:1; > 1:1; > 1:1 abc; > 1:1 abc; < 1:4 OK; < 1:4 OK; " +
		"> F 4:3; > F 4:3; < F 3:5; < F 3:5; > 5:4; > 5:4", "open; A abc; B OK; close A@11"},

	// Reordering.
	{"swapped", hello + "> 4:1 def; > 1:1 abc", "open; A abc; A def@4"},
	{"reversed", hello + "> 3:1 c; > 2:1 b; > 1:1 a", "open; A a; A b@5; A c@4"},
	{"FIN before the bytes", hello + "> F 4:1; > 1:1 abc; < F 1:5", "open; A abc; close A@4"},
	{"FIN with bytes, early", hello + "> F 2:1 b; > 1:1 a; < F 1:4", "open; A a; A b@4; close A@4"},

	// Causality.
	{"answer before question", hello + "< 1:4 OK; > 1:1 GET", "open; A GET; B OK@4"},
	{"answer before question, twice", hello + "< 1:4 OK; > 4:3 GE2; < 3:7 O2; > 1:1 GET",
		"open; A GET; B OK@4; A GE2@5; B O2@6"},
	{"answer in two before question", hello + "< 1:4 OK; < 3:4 OK; > 1:1 GET", "open; A GET; B OK@4; B OK@5"},
	{"both go on: in order of arrival", hello + "< 1:4 OK; > 4:1 more; > 1:1 GET", "open; A GET; B OK@4; A more@5"},
	{"acknowledgement before bytes", hello + "< 1:4; > 1:1 GET; < 1:4 OK", "open; A GET; B OK"},
	{"no wait where nothing was acknowledged", hello + "> 4:1 def; < 1:1 hi; > 1:3 abc", "open; B hi; A abc; A def@4"},
	{"FIN waits for what it acknowledges", hello + "< F 1:4; > 1:1 GET; > F 4:2", "open; A GET; close B@4"},
	{"a circle is broken", hello + "> 1:3 ab; < 1:3 cd; 200ms; far; far", "open; B cd@5; A ab@4"},

	// Loss.
	{"lost segment, acknowledged, by time", hello + "> 4:1 def; < 1:7; 101ms; far", "open; A gap 3@4; A def@4"},
	{"lost segment, acknowledged, by segments", hello + "> 4:1 def; < 1:7 a; < 2:7 b; < 3:7 c; < 4:7 d; < 5:7 e; < 6:7 f",
		"open; A gap 3@4; A def@4; B a@5; B b@6; B c@7; B d@8; B e@9; B f"},
	{"lost segment, in time", hello + "> 4:1 def; < 1:7; < 1:7; > 1:1 abc", "open; A abc; A def@4"},
	{"lost segment, too late", hello + "> 4:1 def; < 1:7; 101ms; far; > 1:1 abc; > 7:1 g", "open; A gap 3@4; A def@4; A g"},
	{"lost question", hello + "< 1:4 OK; 101ms; far", "open; A gap 3@4; B OK@4"},
	{"lost question, no further packet", hello + "< 1:4 OK", "open; flush; A gap 3; B OK"},
	{"lost, not acknowledged", hello + "> 4:1 def; 1s; < 1:1 a; < 2:1 b; < 3:1 c; < 4:1 d; < 5:1 e",
		"open; B a; B b; B c; B d; B e; flush; A gap 3@4; A def@4"},
	{"two holes, one acknowledged", hello + "> 2:1 b; > 4:1 d; < 1:3; 101ms; far; > 3:1 c",
		"open; A gap 1@4; A b@4; A c; A d@5"},
	{"two holes, each in its time", hello + "> 4:1 d; < 1:5; 90ms; > 6:1 f; < 1:7; 12ms; far; > 5:1 e",
		"open; A gap 3@4; A d@4; A e; A f@96"},
	{"partly acknowledged hole", hello + "> 9:1 i; < 1:5; 101ms; far; > 5:1 efgh", "open; A gap 4@5; A efgh; A i@4"},
	{"hole in both directions", hello + "> 4:1 def; < 4:7 DEF; 101ms; > 7:7 g",
		"open; A gap 3@4; A def@4; flush; B gap 3@5; B DEF@5; A g"},
	{"hole in both directions, each in its time", hello + "> 4:1 def; < 4:1 DEF; < 7:7 g; 50ms; > 7:8 h; 52ms; far; 51ms; far",
		"open; A gap 3@4; A def@4; B gap 3@5; B DEF@5; B g@6; A h@57"},
	{"hole in both directions, time", hello + "> 4:1 def; < 4:7 DEF; > 7:7 g; 101ms; far",
		"open; A gap 3@4; A def@4; B gap 3@5; B DEF@5; A g@6"},
	{"lost FIN", hello + "> F 1:1; < F 1:2; > 2:2", "open; close A@4"},
	{"lost second FIN", hello + "> F 1:1; > 2:2; 101ms; far", "open; close A@4"},
	{"lost first FIN", hello + "< F 1:2; > 2:2; 101ms; far", "open; close A@4"},
	{"RST within the hole's tolerance", hello + "> R 4; > 1:1 abc", "open; A abc; close A reset@4"},
	{"RST behind a hole", hello + "> R 4; 101ms; far", "open; A gap 3@4; close A reset@4"},

	// Snap length.
	{"cut", hello + "> 1:1 abc cut=7; > 11:1 d", "open; A abc; A cut 7; A d"},
	{"cut to nothing", hello + "> 1:1 cut=7; > 8:1 d", "open; A cut 7; A d"},
	{"cut, early", hello + "> 4:1 d cut=5; > 1:1 abc; > 10:1 e", "open; A abc; A d@4; A cut 5@4; A e"},
	{"cut, overlapped", hello + "> 4:1 d cut=5; > 1:1 abcXefghijk", "open; A abc; A d@4; A cut 5@4; A jk"},
	{"cut with FIN", hello + "> F 1:1 abc cut=7; < F 1:12", "open; A abc; A cut 7; close A@4"},
	{"retransmission of a cut", hello + "> 1:1 abc cut=2; > 1:1 abcdef", "open; A abc; A cut 2; A f"},

	// Probes.
	{"keep-alive", hello + "> 1:1 abc; > 3:1; < 1:4; > 3:1 X; < 1:4; > 4:1 d", "open; A abc; A d"},
	{"zero-window probe", hello + "> 1:1 abc; > 4:1 d; < 1:4; > 4:1 d; < 1:4; > 4:1 def", "open; A abc; A d; A ef"},

	// Joining.
	{"joined", "> 100:500 GET; < 500:103 OK; > F 103:502; < F 502:104", "open joined; A GET; B OK; close A@3"},
	{"joined by the server's segment", "< 500:103 OK; > 103:502 GET", "open joined; B OK; A GET"},
	{"nothing to join for", "> 100:500; < 500:100; > F 100:500; < R 500", ""},
	{"keep-alives alone", "> 99:500 X; < 500:100; > 99:500 X; < 500:100", ""},
	{"joined by a keep-alive", "> 99:500 X; < 500:100; > 100:500 GET", "open joined; A GET"},
	{"keep-alive of the side that joins", "> 100:500 GET; < 499:103 X; < 500:103 OK", "open joined; A GET; B OK"},
	{"joined, one byte with PSH", "> P 100:500 G; > 101:500 ET", "open joined; A G; A ET"},
	{"joined, reset by the other", "> 100:500 GET; < R 500", "open joined; A GET; close B reset"},
	{"SYN/ACK without SYN", "< SA 0:1; > 1:1 GET; < 1:4 OK", "open; A GET; B OK"},
	{"SYN/ACK before SYN", "< SA 0:1; > S 0; > 1:1 GET; < 1:4 OK", "open; A GET; B OK"},
	{"SYN without SYN/ACK", "> S 0; > 1:1; > 1:1 GET; < 1:4 OK", "open; A GET; B OK"},
	{"SYN without SYN/ACK, lost answer", "> S 0; > 1:1 GET; > 4:3 x; 200ms; < 3:5 y; far", "open; A GET; B gap 2; A x; B y"},
	{"SYN/ACK behind the acknowledgement", "> S 0; > 1:1; < SA 0:1; > 1:1 GET; < 1:4 OK", "open; A GET; B OK"},
	{"bytes before SYN", "> 1:1 GET; > S 0; < SA 0:1; < 1:4 OK", "open joined; A GET; B OK"},
	{"one direction only", "> S 0; > 1:1; > 1:1 GET; > 4:100 GET; > F 7:200", "open; A GET; B gap 99; A GET; B gap 100; flush; close A"},
	{"one direction only, joined", "> 1:1 GET; > 4:100 GET; > F 7:200", "open joined; A GET; A GET; flush; close A"},

	// Opening.
	{"SYN with data", "> S 0 GET; < SA 0:4; > 4:1; < 1:4 OK", "open; A GET; B OK"},
	{"SYN with data, refused and sent again", "> S 0 GET; < SA 0:1; > 1:1 GET; < 1:4 OK", "open; A GET; B OK"},
	{"SYN with data behind its answer", "< SA 0:4; > S 0 GET; > 4:1 ET", "open; A GET; A ET"},
	{"SYN again", "> S 0; 1s; > S 0; < SA 0:1; > S 0; > 1:1 GET", "open; A GET"},
	{"SYN/ACK again", hello + "< SA 0:1; > 1:1 GET; < SA 0:1; < 1:4 OK", "open; A GET; B OK"},
	{"refused", "> S 0; < RA 0:1", "open; close B reset"},
	{"refused, and not again", "> S 0; < RA 0:1; < RA 0:1; > 1:1", "open; close B reset"},
	{"refused, and tried again", "> S 0; < RA 0:1; > S 0; < SA 0:1; > 1:1 GET", "open; close B reset; 2 open; 2 A GET"},
	{"refused, and tried again in vain", "> S 0; < RA 0:1; > S 0", "open; close B reset; 2 open"},
	{"an answer to something else", "> S 0; < SA 500:9; < SA 0:1; > 1:1 GET; < 1:4 OK", "open; A GET; B OK"},
	{"an answer too many", hello + "< 1:1 OK; < SA 1000:1; < 3:1 x", "open; B OK; B x"},
	{"refusal of something else", "> S 0; < RA 0:9; < R 0; < SA 0:1; > 1:1 GET", "open; A GET"},
	{"simultaneous open", "> S 0; < S 0; > SA 0:1; < SA 0:1; > 1:1 GET; < 1:4 OK", "open; A GET; B OK"},
	{"SYN/ACK with another number", "> S 0; < SA 0:1; < SA 1000:1; > 1:1001 GET; < 1001:4 OK", "open; A GET; B OK"},
	{"SYN with RST", "> SR 0", ""},

	// The 4-tuple used again.
	{"again, after the end", hello + "> F 1:1; < F 1:2; > 2:2; > S 5000; < SA 7000:5001; > 5001:7001 GET",
		"open; close A@4; 2 open; 2 A GET"},
	{"again, without an end", hello + "> 1:1 GET; > S 5000; < SA 7000:5001; > 5001:7001 GET", "open; A GET; close ?@4; 2 open; 2 A GET"},
	{"again, without an end, something held", hello + "> 4:1 def; > S 5000", "open; A gap 3@4; A def@4; close ?@4; 2 open"},
	{"again, half-closed", hello + "> F 1:1; > S 5000", "open; close A@4; 2 open"},
	{"again, late segments", hello + "> 1:1 GET; < 1:4 OK; > S 5000; < SA 7000:5001; > 4:3 X; < 3:4 Y; < 1:4 OK; > F 4:3; > R 4; > 5001:7001 GET",
		"open; A GET; B OK; close ?@5; 2 open; 2 A GET"},
	{"again, the late segments ahead", hello + "> 1:1 GET; < 1:4 OK; > S -200; < SA -300:-199; > -199:-299 GET; > 4:3 X; < 3:4 Y; < F 3:4; < -299:-196 OK",
		"open; A GET; B OK; close ?@5; 2 open; 2 A GET; 2 B OK"},
	{"again, the other way round", hello + "> 1:1 GET; < 1:4 OK; < S -300; > SA -200:-299; < -299:-199 hi; > 4:3 X; < 3:4 Y; > -199:-297 yo",
		"open; A GET; B OK; close ?@5; 2 open by server; 2 A hi; 2 B yo"},
	{"a SYN/ACK where something is held", "> 1:1 xy; < 1:6 GET; < SA 9:3; < 10:3 OK",
		"open joined; A xy; A gap 3@2; B GET@2; close ?@2; 2 open; 2 B OK"},
	{"again, a late SYN", hello + "> F 1:1; < F 1:2; > S 5000; > S 0; < SA 0:1; < SA 7000:5001; > 5001:7001 GET",
		"open; close A@4; 2 open; 2 A GET"},
	{"again, only the SYN/ACK seen", hello + "> F 1:1; < F 1:2; > 2:2; < SA 7000:5001; > 5001:7001 GET",
		"open; close A@4; 2 open; 2 A GET"},
	{"again, nothing of the opening seen", hello + "> F 1:1; < F 1:2; > 900000000:900000000 GET", "open; close A@4; 2 open joined; 2 A GET"},
	{"again, unanswered before", "> S 0; > S 5000; < SA 0:5001; > 5001:1 GET", "open; close ?@1; 2 open; 2 A GET"},

	// Closing.
	{"simultaneous close", hello + "> F 1:1; < F 1:1; > 2:2; < 2:2", "open; close A@4"},
	{"simultaneous close, first behind a hole", hello + "> F 2:1; < F 1:1; > 1:1 a; < 2:3", "open; A a; close A@4"},
	{"half-closed", hello + "> F 1:1 GET; < 1:5 O; < 2:5 K; > 5:3; < F 3:5; > 5:4", "open; A GET; B O; B K; close A@4"},
	{"bytes behind the own FIN", hello + "> F 1:1; > 1:1 x; > 2:1 y; < F 1:2", "open; close A@4"},
	{"bytes behind the own FIN, early", hello + "> F 2:1; > 2:1 y; > 3:1 z; > 1:1 a; < F 1:3", "open; A a; close A@4"},
	{"FIN before bytes held", hello + "> 3:1 cd; > F 2:1; > 1:1 a; < F 1:3", "open; A a; close A@5"},
	{"FIN within a segment held", hello + "> 2:1 bcd; > F 3:1; > 1:1 a; < F 1:4", "open; A a; A b@4; close A@5"},
	{"FIN again", hello + "> F 1:1; > F 1:1; < F 1:2; < F 1:2; > F 1:2; > 2:2", "open; close A@4"},
	{"FIN in a segment cut short by overlap", hello + "> 1:1 abc; > F 2:1 bc; < F 1:5", "open; A abc; close A@5"},
	{"reset", hello + "> 1:1 GET; < R 1:4; > 4:1 more", "open; A GET; close B reset"},
	{"reset with data", hello + "> 1:1 GET; < R 1:4 sorry", "open; A GET; close B reset"},
	{"reset with something held", hello + "> 4:1 def; < R 1:1", "open; A gap 3@4; A def@4; close B reset"},
	{"reset before what it acknowledges", hello + "< R 1:4; > 1:1 GET", "open; A GET; close B reset@4"},
	{"reset before the window", hello + "> 1:1 abc; < 1:4 OK; > R 2", "open; A abc; B OK"},
	{"reset behind the window", hello + "> 1:1 abc; > R 100000; > 4:1 d", "open; A abc; A d"},
	{"reset far behind the window", hello + "> 1:1 abc; > R 1000000000; > 4:1 d", "open; A abc; A d"},
	{"a reset that was none", hello + "> R 9; > 1:1 abcdefghij; > 11:1 k", "open; A abcdefghij; A k"},
	{"reset after FIN", hello + "> F 1:1; < R 1:2", "open; close A@4"},
	{"reset by the own side after FIN", hello + "> F 1:1; > R 2", "open; close A@4"},
	{"reset twice", hello + "< R 1; < R 1; > R 1", "open; close B reset"},
	{"late segments do not open it again", hello + "> 1:1 GET; > F 4:1; < F 1:5; > 5:2; > 1:1 GET; < 1:5 OK; > F 4:1; < F 1:5",
		"open; A GET; close A@5"},

	// Numbers far off.
	{"one stray segment", hello + "> 1:1 abc; > 1500000000:1 X; > 4:1 d", "open; A abc; A d"},
	{"a long loss", hello + "> 1:1 abc; > 500000004:1 X; > 500000005:1 yz; < 1:500000007 OK",
		"open; A abc; A gap 500000001; A yz; B OK"},
	{"a loss of more than can be counted", hello + "> 1:1 abc; > 3000000004:1 X; > 3000000005:1 yz", "open; A abc; A gap ?; A yz"},
	{"a stray acknowledgement", hello + "> 1:1 abc; < 1:900000000 OK; 1s; > 4:3 d", "open; A abc; B OK; A d"},
	{"from here to here", hello + "> 1:1 abc; > -900000000:1 X; > 4:1 d; > -900000000:1 X; > 5:1 e", "open; A abc; A d; A e"},

	// Silence.
	{"half-closed for long", hello + "> F 1:1; 121s; far; far", "open; close A@4"},
	{"unanswered for long", "> S 0; 121s; far; far", "open; close ?@1"},
	{"idle", hello + "> 1:1 GET; 3601s; far; far", "open; A GET; close ?@4"},
	{"idle, and kept alive", hello + "> 1:1 GET; 3000s; > 3:1; < 1:4; 3000s; far; far", "open; A GET"},
	{"idle, by its own segment", hello + "> 1:1 GET; 121s; > 3:1; > 3:1; 3700s; > 3:1; > 3:1", "open; A GET; close ?@121006"},
	{"idle, and back", hello + "> 1:1 GET; 3601s; far; far; > 4:1 x; > 4:1 GET", "open; A GET; close ?@4; 4 open joined; 4 A GET"},
	{"time goes back, and on", hello + "> 1:1 GET; -4000s; far; far; 3601s; far; far", "open; A GET; close ?@-3999996"},
	{"time goes back while something waits", hello + "> 4:1 def; < 1:7; -4000s; far; far", "open; A gap 3@4; A def@4"},
	{"one wrong time", hello + "> 1:1 GET; 90000h; > 4:1 x; -90000h; > 5:1 y; < 1:6 OK", "open; A GET; A x; A y; B OK"},
}

// TestScripts runs every script with initial sequence numbers that wrap at different places.
func TestScripts(t *testing.T) {
	for _, test := range scripts {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, isn := range [][2]uint32{{0, 0}, {1 << 31, 1000}, {^uint32(0), ^uint32(0)}, {^uint32(2), 77}, {5, ^uint32(6)}} {
				sc := &script{t: t, isn: isn, now: start}
				a := &Assembler{ReorderPackets: 5}
				if got := sc.run(a, test.in); got != test.want {
					t.Errorf("numbers from %v:\n  in %s\n got %s\nwant %s", isn, test.in, got, test.want)
				}
				if err := sound(a); err != nil {
					t.Errorf("numbers from %v: %v", isn, err)
				}
			}
		})
	}
}

// sound checks the Assembler's own books.
func sound(a *Assembler) error {
	var held int64
	for _, c := range a.conns {
		if c.hold == nil {
			continue
		}
		held += c.hold.bytes
		bytes := int64(holdCost)
		for i, q := range c.hold.queue {
			pos := c.side[i].next
			for _, p := range q {
				if p.off < pos {
					return fmt.Errorf("connection %d, side %d: piece at %d, before %d", c.ID, i, p.off, pos)
				}
				pos = p.end()
				bytes += pieceCost + int64(len(p.data))
			}
		}
		if bytes != c.hold.bytes {
			return fmt.Errorf("connection %d holds %d bytes and counts %d", c.ID, bytes, c.hold.bytes)
		}
		if c.phase == over || c.calm {
			return fmt.Errorf("connection %d is over or calm and holds something", c.ID)
		}
	}
	if held != a.held || held > a.MaxHeld {
		return fmt.Errorf("%d bytes held, %d counted, %d allowed", held, a.held, a.MaxHeld)
	}
	if len(a.conns) > a.MaxConns {
		return fmt.Errorf("%d connections, %d allowed", len(a.conns), a.MaxConns)
	}
	return nil
}

// TestEvict has connections of one phase go in the order in which they fell silent.
func TestEvict(t *testing.T) {
	t.Parallel()
	sc := &script{t: t, now: start, quiet: true}
	a := &Assembler{MaxConns: 3}
	send := func(port uint16, seq string) {
		sc.now += int64(time.Millisecond)
		s := sc.segment("> " + seq + ":1 abc")
		s.Src.Port = port
		a.Segment(&s, sc)
	}
	send(1001, "1")
	send(1002, "1")
	send(1003, "1")
	send(1001, "4") // the second is now the silent one
	send(1004, "1")
	var known []uint16
	for _, c := range a.conns {
		known = append(known, c.A.Port)
	}
	slices.Sort(known)
	if want := []uint16{1001, 1003, 1004}; !slices.Equal(known, want) {
		t.Errorf("known: %v, want %v", known, want)
	}
}

func TestGuess(t *testing.T) {
	t.Parallel()
	sc := &script{t: t, now: start, quiet: true}
	a := &Assembler{}
	for i, test := range []struct{ src, dst, a uint16 }{{80, 5000, 5000}, {5001, 80, 5001}, {7, 7, 7}} {
		s := sc.segment("> 1:1 abc")
		s.Src.Port, s.Dst.Port = test.src, test.dst
		a.Segment(&s, sc)
		c := a.conns[flowOf(s.Src, s.Dst)]
		if c.ID != i+1 || c.A.Port != test.a || !c.Guessed || c.SYN {
			t.Errorf("%d → %d: %+v", test.src, test.dst, c)
		}
		if test.src == test.dst && c.A != s.Src {
			t.Errorf("equal ports: A is %v", c.A)
		}
	}
}

// TestSettled has the opening seen after the bytes: it is no guess any more.
func TestSettled(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"> 1:1 GET; > S 0", "> 1:1 GET; < SA 0:1"} {
		sc := &script{t: t, now: start}
		a := &Assembler{}
		sc.run(a, text)
		if c := a.conns[flowOf(client, server)]; c.Guessed || !c.SYN {
			t.Errorf("%s: %+v", text, c)
		}
	}
}

func TestOwnEndpoint(t *testing.T) {
	t.Parallel()
	sc := &script{t: t, now: start}
	a := &Assembler{}
	s := sc.segment("> S 0")
	s.Dst = s.Src
	a.Segment(&s, sc)
	if len(sc.out) != 0 {
		t.Errorf("a segment to its own sender: %v", sc.out)
	}
}

func TestUserAndEnded(t *testing.T) {
	t.Parallel()
	sc := &script{t: t, now: start}
	a := &Assembler{}
	sc.run(a, hello+"> F 1:1")
	c := a.conns[flowOf(client, server)]
	if !c.EndedA || c.EndedB {
		t.Errorf("ended %v %v after A's FIN", c.EndedA, c.EndedB)
	}
	sc = &script{t: t, now: start}
	a = &Assembler{}
	sc.run(a, hello+"> 1:1 GET")
	c = a.conns[flowOf(client, server)]
	c.User = sc
	sc.run(a, "< F 1:4; > F 4:2")
	if !c.EndedA || !c.EndedB || c.User != nil {
		t.Errorf("closed: %+v", c)
	}
}

// TestLimits fills one connection, and many.
func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		a        Assembler
		in, want string
	}{
		{"oldest hole first", Assembler{MaxHeldPerConn: holdCost + 2*pieceCost + 10},
			hello + "> 5:1 efg; > 9:1 ijk; > 13:1 mno", "open; A gap 4@4; A efg@4; flush; A gap 1@5; A ijk@5; A gap 1; A mno"},
		{"the other direction's hole", Assembler{MaxHeldPerConn: holdCost + 2*pieceCost + 10},
			hello + "< 1:9 efg; < 4:9 ijk; < 7:9 mno", "open; A gap 8@4; B efg@4; B ijk@5; B mno"},
		{"over all connections", Assembler{MaxHeld: holdCost + 2*pieceCost + 10},
			hello + "> 5:1 efg; > 9:1 ijk; > 13:1 mno", "open; A gap 4@4; A efg@4; A gap 1@5; A ijk@5; A gap 1; A mno"},
		{"nothing fits", Assembler{MaxHeld: 1, MaxHeldPerConn: 1}, hello + "> 5:1 efg; < 1:9 x", "open; A gap 4; A efg; A gap 1; B x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sc := &script{t: t, now: start}
			if got := sc.run(&test.a, test.in); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
			if err := sound(&test.a); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFlood opens many more connections than are allowed, beside one that is in use.
func TestFlood(t *testing.T) {
	t.Parallel()
	sc := &script{t: t, now: start}
	a := &Assembler{MaxConns: 100}
	sc.run(a, hello+"> 1:1 GET")
	flood := &script{t: t, now: start, quiet: true}
	for i := range 10_000 {
		s := sc.segment("> S 0")
		s.Time = sc.now + int64(i)*int64(time.Microsecond)
		s.Src.Addr[13], s.Src.Port = byte(i>>12), uint16(i)
		a.Segment(&s, flood)
		if err := sound(a); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(flood.out); got != 0 {
		t.Errorf("the one in use was reported: %v", flood.out)
	}
	sc.out = nil
	if got := sc.run(a, "< 1:4 OK"); got != "B OK" {
		t.Errorf("after the flood: %q", got)
	}
}
