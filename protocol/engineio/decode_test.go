package engineio

import (
	"slices"
	"strings"
	"testing"
)

func TestPollingErrors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		rev  int
		body string
		want string
	}{
		{"v3 empty", 3, "", "packet 1 (byte 0): empty body"},
		{"v3 read as v4", 4, "96:0{}", `packet 1 (byte 0): unknown packet type '9' (this looks like Engine.IO 3)`},
		{"v4 read as v3", 3, "4hello\x1e2", "packet 1 (byte 0): no length before the packet (this looks like Engine.IO 4)"},
		{"v3 bytes for units", 3, "3:4hi4:4€", "packet 2 (byte 5): length 4 counts bytes, not the 2 UTF-16 code units there are"},
		{"v3 truncated", 3, "9:4hi", "packet 1 (byte 0): length 9, and the body ends after 3"},
		{"v3 half a pair", 3, "2:4😀", "packet 1 (byte 0): length 2 ends inside a surrogate pair"},
		{"v3 no colon", 3, "3:4hix", "packet 2 (byte 5): no length before the packet"},
		{"v3 no length", 3, ":4hi", "packet 1 (byte 0): empty length before the packet"},
		{"v3 fraction", 3, "4.5:4abc", `packet 1 (byte 0): bad length "4.5" before the packet`},
		{"v3 huge length", 3, "99999999999999999999:4", `packet 1 (byte 0): bad length "99999999999999999999" before the packet`},
		{"v3 bad type", 3, "2:7x", "packet 1 (byte 0): unknown packet type '7'"},
		{"v4 empty", 4, "", "packet 1 (byte 0): empty packet"},
		{"v4 byte order mark", 4, "\ufeff4", `packet 1 (byte 0): unknown packet type '\ufeff' (a byte order mark)`},
		{"v4 invalid byte", 4, "2\x1e\xff", "packet 2 (byte 2): unknown packet type 0xff"},
		{"v2 is v3", 2, "1:7", "packet 1 (byte 0): unknown packet type '7'"},
	} {
		err := DecodePolling(tc.rev, []byte(tc.body), func(Packet) {})
		if err == nil || err.Error() != tc.want {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
		}
	}
}

func TestPollingBinary(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body string
		want       string // packets, separated by blanks
		err        string
	}{
		{"no separator", "\x00\x01\xff6\x00\x01", "noop", "packet 2 (byte 4): no 0xFF after the length"},
		{"not a digit", "\x00\x0a\xff4", "", "packet 1 (byte 0): byte 0x0a in the length is not a digit"},
		{"no length", "\x00\xff4", "", "packet 1 (byte 0): empty length before the packet"},
		{"length without end", "\x01" + strings.Repeat("\x00", 400), "", "packet 1 (byte 0): length without end"},
		{"bad UTF-8 in the middle", "\x00\x01\xff2\x00\x02\xff4\xff\x00\x01\xff3", "ping pong", "packet 2 (byte 4): invalid UTF-8"},
		{"huge length", "\x01" + strings.Repeat("\x09", 300) + "\xff\x04a", "message#61", ""},
		{"zero length", "\x01\x00\xff\x01\x01\xff\x04", "unknown# message#", ""},
		{"overlong", "\x00\x03\xff4\xc0\x80", "", "packet 1 (byte 0): invalid UTF-8"},
		{"surrogates", "\x00\x07\xff4\xed\xa0\xbd\xed\xb8\x80", `message:"��"`, ""},
	} {
		var got []string
		err := DecodePollingBinary([]byte(tc.body), func(p Packet) { got = append(got, show(p)) })
		text := ""
		if err != nil {
			text = err.Error()
		}
		if s := strings.Join(got, " "); s != tc.want || text != tc.err {
			t.Errorf("%s: %s, %q; want %s, %q", tc.name, s, text, tc.want, tc.err)
		}
	}
}

func TestJSONP(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body string
		post       bool
		want, err  string
	}{
		{"pair", `___eio[0]("4\ud83d\ude00");`, false, `message:"😀"`, ""},
		{"lone halves", `___eio[0]("4\ude00\ud83dx\u00e9");`, false, `message:"��xé"`, ""},
		{"escapes", `___eio[]("4\b\f\n\r\t\v\/\"\\\q\x1e");`, false, `message:"\b\f\n\r\t\v/\"\\qx1e"`, ""},
		{"bad hex", `___eio[0]("4\u12g");`, false, `message:"u12g"`, ""},
		{"not a call", `{"code":1}`, false, "", `packet 1 (byte 0): not a call of ___eio[…]("…")`},
		{"index of letters", `___eio[a]("2")`, false, "", `packet 1 (byte 0): not a call of ___eio[…]("…")`},
		{"cut", `___eio[0]("4hi`, false, "", "packet 1 (byte 0): the string of the ___eio call does not end"},
		{"cut in an escape", `___eio[0]("4hi\`, false, "", "packet 1 (byte 0): the string of the ___eio call does not end"},
		{"no bracket", `___eio[0]("4hi"`, false, "", "packet 1 (byte 0): the ___eio call does not end after its string"},
		{"form with others", "a=1&d=4a%20b%zz&e", true, `message:"a b%zz"`, ""},
		{"form with two", "d=4a&d=4b", true, "", ""},
		{"form, three backslashes", `d=4\\\n`, true, `message:"\\\\n"`, ""},
		{"empty form", "", true, "", ""},
	} {
		var got []string
		err := DecodeJSONP(4, []byte(tc.body), tc.post, func(p Packet) { got = append(got, show(p)) })
		text := ""
		if err != nil {
			text = err.Error()
		}
		if s := strings.Join(got, " "); s != tc.want || text != tc.err {
			t.Errorf("%s: %s, %q; want %s, %q", tc.name, s, text, tc.want, tc.err)
		}
	}
}

// The lengths are what Node counts after Buffer.toString.
func TestUnitsOfInvalidUTF8(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in   string
		want int
	}{
		{"\xe2\x82", 1}, {"\xe2\x82\xe2\x82\xac", 2}, {"\xed\xa0\x80", 3}, {"\xf0\x9f\x98", 1}, {"\xf0\x9f\x98a", 2},
		{"\xf4\x90\x80\x80", 4}, {"\xc0\x80", 2}, {"\xe0\x80\x80", 3}, {"\xff\xfe", 2}, {"\xf0\x80", 2}, {"\xc2", 1}, {"", 0},
		{"\xf0\x9f\xc3\xa9", 2},
	} {
		if got := unitsLen([]byte(tc.in)); got != tc.want {
			t.Errorf("%q: %d, want %d", tc.in, got, tc.want)
		}
		text, odd := toValid([]byte(tc.in))
		if got := unitsLen(text); got != tc.want || (odd == 0) != (tc.in == "") {
			t.Errorf("%q: %d after replacing, want %d; odd %q", tc.in, got, tc.want, odd)
		}
	}
}

func TestDoubleUTF8(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in    string
		looks bool
		want  string // after undoing
		ok    bool
	}{
		{"hello", false, "hello", true},
		{"â\u0082¬", true, "€", true},
		{"a ð\u009f\u0098\u0080 b", true, "a 😀 b", true},
		{"€", false, "", false},
		{"é", false, "", false},
		{"Ã©t", true, "ét", true},
		{"Ã", false, "", false},
		{"ð\u009f\u0098", false, "", false},
	} {
		if got := LooksDoubleUTF8([]byte(tc.in)); got != tc.looks {
			t.Errorf("%q looks double: %v", tc.in, got)
		}
		got, ok := UndoDoubleUTF8([]byte(tc.in))
		if ok != tc.ok || ok && string(got) != tc.want {
			t.Errorf("%q: %q, %v; want %q, %v", tc.in, got, ok, tc.want, tc.ok)
		}
	}
}

func TestBase64(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in, want string
		odd      bool
	}{
		{"", "", false}, {"YQ==", "a", false}, {"YWI=", "ab", false}, {"YWJj", "abc", false},
		{"YQ", "a", true}, {"Y", "", true}, {"YR==", "a", true}, {"YQ==YQ==", "a", true}, {"=YQ", "", true},
		{"Y Q\n=\n=", "a", true}, {"YWJj\n", "abc", true}, {"é", "", true}, {"-_8=", "\xfb\xff", true},
	} {
		got, odd := decodeBase64([]byte(tc.in))
		if string(got) != tc.want || (odd != 0) != tc.odd {
			t.Errorf("%q: %q, %v; want %q, %v", tc.in, got, odd, tc.want, tc.odd)
		}
	}
}

func TestWebTransportStops(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in string
		max      int
		want     string
		err      string
	}{
		{"second bad", "\x012\x00", 0, "ping", "packet 2 (byte 2): length 0"},
		{"too long", "\x012\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 0, "ping", "packet 2 (byte 2): length 18446744073709551615 is more than the 16777216 bytes allowed"},
		{"longer than allowed", "\x7e\x00\x0b4", 10, "", "packet 1 (byte 0): length 11 is more than the 10 bytes allowed"},
		{"bad type", "\x01x\x012", 0, "", "packet 1 (byte 0): unknown packet type 'x'"},
		{"byte order mark", "\x04\xef\xbb\xbf2", 0, "ping", ""},
		{"unfinished", "\x012\x7e\x00", 0, "ping", ""},
	} {
		for chunk := 1; chunk <= len(tc.in); chunk++ {
			d := WebTransportDecoder{MaxPayload: tc.max}
			var got []string
			var err error
			for part := range slices.Chunk([]byte(tc.in), chunk) {
				err = d.Write(part, func(p Packet) { got = append(got, show(p)) })
			}
			text := ""
			if err != nil {
				text = err.Error()
			}
			if s := strings.Join(got, " "); s != tc.want || text != tc.err {
				t.Errorf("%s by %d: %s, %q; want %s, %q", tc.name, chunk, s, text, tc.want, tc.err)
			}
		}
	}
}

func TestWebTransportLongPacket(t *testing.T) {
	t.Parallel()
	data := []byte(strings.Repeat("x", 1<<17))
	wire := Encoder{}.AppendWebTransport(nil, Packet{Type: Message, HasData: true, Data: data})
	var d WebTransportDecoder
	n := 0
	for part := range slices.Chunk(wire, 1000) {
		if err := d.Write(part, func(p Packet) { n += len(p.Data) }); err != nil {
			t.Fatal(err)
		}
	}
	if n != len(data) || d.Pending() != 0 || cap(d.pending) != 0 {
		t.Errorf("%d bytes, %d pending, %d held", n, d.Pending(), cap(d.pending))
	}
}

func TestOddString(t *testing.T) {
	t.Parallel()
	if got := (OddBase64 | OddLongHeader).String(); got != "irregular base64; length in a longer header than needed" {
		t.Error(got)
	}
	if got := Odd(0).String(); got != "" {
		t.Error(got)
	}
}
