package rows_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"sioscope/protocol/engineio"
	"sioscope/protocol/fact"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

func TestWordsOfASearch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"  Session ID  unknown ", []string{"session id  unknown"}},
		{"event:join", []string{"join"}},
		{"EVENT:join lobby 7", []string{"join", "lobby 7"}},
		{`event:"new message" hi`, []string{"new message", "hi"}},
		{"event: ", nil},
		{"status:400 node:A sid:32zq", []string{"32zq"}},
		{"Upgrade: websocket", []string{"upgrade: websocket"}},
		{"日本", []string{"日本", `\u65e5\u672c`}},
		{"😀", []string{"😀", `\ud83d\ude00`}},
		{`she said "hi"`, []string{`she said "hi"`, `she said \"hi\"`}},
		{`c:\temp`, []string{`c:\temp`, `c:\\temp`}},
		{`"é"`, []string{`"é"`, `"\u00e9"`, `\"é\"`, `\"\u00e9\"`}},
	} {
		q := rows.NewQuery(tt.in)
		if got := q.Words(); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	got := rows.Spans("Join the JOIN, rejoin", []string{"join", "the"}, 3)
	if want := []rows.Span{{0, 4}, {5, 8}, {9, 13}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := rows.Spans("", []string{"a"}, 3); got != nil {
		t.Errorf("got %v of nothing", got)
	}
}

// shopping is a session that polls, with secrets in its heads, and one on WebSocket that says what the first does.
func shopping(t *testing.T) *session.Tracker {
	t.Helper()
	tr := &session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true}}
	a := &fact.Conn{ID: 1}
	tr.Add(&fact.Opened{Conn: a, Time: 1, SYN: true})
	get := func(n int, at int64, target, fields, body, answer string, status int) {
		tr.Add(&fact.Request{Conn: a, Exchange: n, Start: at, End: at, Method: "GET", Target: target, Header: fact.Header(fields)})
		tr.Add(&fact.Response{Conn: a, Exchange: n, Start: at + 1, End: at + 1, Status: status, Reason: map[int]string{502: "Bad Gateway"}[status],
			Header: fact.Header(answer), Body: []byte(body), BodySize: int64(len(body))})
	}
	const cookie = "Host: shop\r\nCookie: io=hunter2hunter2; theme=dark\r\n"
	get(1, 10, "/socket.io/?EIO=4&transport=polling", cookie, `0{"sid":"shopAAAAAAAAAAAAAAAA","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}`,
		"Server: wonderful/1.2\r\nSet-Cookie: node=node-seven; Path=/\r\n", 200)
	get(2, 20, "/socket.io/?EIO=4&transport=polling&sid=shopAAAAAAAAAAAAAAAA", cookie, `42["add to cart",{"thing":"lamp","token":"sesame-sesame"}]`, "Server: wonderful/1.2\r\n", 200)
	get(3, 30, "/socket.io/?EIO=4&transport=polling&sid=shopAAAAAAAAAAAAAAAA", cookie, "<html>broken</html>", "Server: proxy\r\n", 502)
	tr.Finish()
	return tr
}

// packets names the rows that a text finds.
func packets(tr *session.Tracker, text string) (names []string) {
	l := rows.NewList(rows.Filter{Text: text})
	l.Add(tr)
	for _, i := range l.Index {
		names = append(names, rows.Of(nil, tr, tr.RowAt(i), rows.Times{}).Packet)
	}
	return names
}

func TestWhatIsFoundWhere(t *testing.T) {
	t.Parallel()
	tr := shopping(t)
	for _, tt := range []struct{ text, want string }{
		{"lamp", "message"},
		{"event:cart", "message"},
		{`event:"ADD TO"`, "message"},
		{"event:lamp", ""},
		{"status:502", "refused 502"},
		{"status:5", "refused 502"},
		{"status:5xx", "refused 502"},
		{"bad gateway", "refused 502"},
		{"server: proxy", "refused 502"},
		{"server: wonderful", "handshake open message"},
		{"theme=dark", "handshake open message refused 502"},
		{"sid:shopaa", "handshake open message refused 502"},
		{"sid:shopaa lamp", "message"},
		{"polling&sid=shop", "message refused 502"},
		{"nothing of this", ""},
		{"handshake", "handshake"},
	} {
		if got := strings.Join(packets(tr, tt.text), " "); got != tt.want {
			t.Errorf("%q: found %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestHeadOfAWebSocketIsFoundAtItsRequestAndItsAnswerAlone(t *testing.T) {
	t.Parallel()
	tr := frames(t, []string{`i42["a"]`, `o42["b"]`})
	if got := packets(tr, "Upgrade: websocket"); !slices.Equal(got, []string{"handshake", "101 switched"}) {
		t.Errorf("found %q", got)
	}
}

func TestMsgPackEventsAndEscapedTextAreFound(t *testing.T) {
	t.Parallel()
	tr := frames(t, []string{"b\x85\xa4type\x02\xa3nsp\xa2/a\xa4data\x92\xa2hi\x07\xa7options\xc0\xa2id\x05", `o42["\u65e5\u672c",1]`})
	for text, want := range map[string]int{"event:hi": 1, "日本": 1, "event:日": 1, "event:a": 0} {
		if got := packets(tr, text); len(got) != want {
			t.Errorf("%q: found %q, want %d", text, got, want)
		}
	}
}

// found tells where the n-th row has what is searched for, if nothing of it is shown.
func found(tr *session.Tracker, text string, n int) rows.Found {
	l := rows.NewList(rows.Filter{Text: text})
	l.Add(tr)
	return l.Query().Find(tr, tr.RowAt(l.Index[n]), redact.Redactor{})
}

func TestPlaceOfAHitIsTold(t *testing.T) {
	t.Parallel()
	tr := shopping(t)
	for _, tt := range []struct {
		text string
		part rows.Part
		has  string
	}{
		{"lamp", rows.InPayload, `"thing":"lamp"`},
		{"server: wonderful", rows.InAnswer, "Server: wonderful/1.2"},
		{"theme=", rows.InRequest, "theme="},
		{"transport=polling&sid", rows.InTarget, "transport=polling&sid="},
		{"bad gate", rows.InStatus, "Bad Gateway"},
		{"shopAAAAAA", rows.InSID, "shopAAAAAA"},
	} {
		f := found(tr, tt.text, 0)
		if f.Part != tt.part || !strings.Contains(f.Text, tt.has) || f.Masked {
			t.Errorf("%q: got %+v", tt.text, f)
		}
	}
}

func TestSecretsAreFoundAndNotShown(t *testing.T) {
	t.Parallel()
	tr := shopping(t)
	for text, part := range map[string]rows.Part{"hunter2hunter2": rows.InRequest, "hunter2h": rows.InRequest, "sesame-sesame": rows.InPayload, "node-seven": rows.InAnswer} {
		f := found(tr, text, 0)
		if f.Part != part || !f.Masked || strings.Contains(f.Text, text) {
			t.Errorf("%q: got %+v", text, f)
		}
		l := rows.NewList(rows.Filter{Text: text})
		l.Add(tr)
		if !l.Secret(tr) {
			t.Errorf("%q is no secret", text)
		}
	}
	for _, text := range []string{"lamp", "wonderful", "event:cart", "theme="} {
		l := rows.NewList(rows.Filter{Text: text})
		l.Add(tr)
		if l.Secret(tr) {
			t.Errorf("%q is a secret", text)
		}
	}
	if l := rows.NewList(rows.Filter{Text: "token=0123456789abcdef"}); !l.Secret(tr) {
		t.Error("what looks like a secret is none where nothing is found")
	}
}

func TestWhatIsHiddenIsCounted(t *testing.T) {
	t.Parallel()
	demo(t).Read(func(tr *session.Tracker, _ *store.State) {
		for _, tt := range []struct {
			name string
			in   rows.Filter
		}{
			{"heartbeats", rows.Filter{HidePings: true}},
			{"problems", rows.Filter{Problems: true, HidePings: true}},
			{"events", rows.Filter{Only: rows.OnlyEvents}},
			{"requests", rows.Filter{Only: rows.OnlyRequests, Way: rows.OnlyIn}},
			{"out", rows.Filter{Way: rows.OnlyOut}},
		} {
			l := rows.NewList(tt.in)
			l.Add(tr)
			h := l.Hidden
			if n := h.Pings + h.Problems + h.Kind + h.Way; n == 0 || n+len(l.Index) != len(tr.Rows) {
				t.Errorf("%s: %d rows shown, %+v hidden of %d", tt.name, len(l.Index), h, len(tr.Rows))
			}
		}
	})
}

// crowd is rows of many kinds, some of which came late.
func crowd(n int) *session.Tracker {
	tr := &session.Tracker{}
	for i := range 7 {
		tr.Sessions = append(tr.Sessions, &session.Session{Index: i, SID: fmt.Sprintf("sid%d", i), Node: -1})
	}
	for i := range n {
		r := session.Row{Time: int64(1000 + i - i%5*3), Session: int32(i % 7), Conn: int32(i % 11), Exchange: -1, Size: int32(i * 7919 % 1000),
			Kind: session.PacketRow, Type: engineio.Message, ID: -1, Over: session.Over(i % 4), Dir: fact.Dir(i % 2)}
		if i%3 == 0 {
			r.Kind = session.ControlRow
		}
		tr.Sessions[i%7].Rows = append(tr.Sessions[i%7].Rows, int32(i))
		tr.Rows = append(tr.Rows, r)
	}
	return tr
}

// TestSlicesFindTheSame: what is looked at piece by piece is found as what is looked at in one go.
func TestSlicesFindTheSame(t *testing.T) {
	t.Parallel()
	tr := crowd(5000)
	for _, f := range []rows.Filter{{}, {Session: 3}, {HidePings: true, Text: "sid4"}, {Text: "message"}, {Way: rows.OnlyIn}} {
		for _, o := range []rows.Order{{}, {By: rows.ByBytes, Down: true}, {By: rows.ByConn}, {By: rows.ByTime, Down: true}} {
			whole, sliced := rows.NewSorted(nil, f, o), rows.NewSorted(nil, f, o)
			whole.Add(tr)
			steps := 0
			for !sliced.Look(tr, func() bool { return false }) {
				if steps++; steps%3 == 0 {
					sliced.Settle()
				}
			}
			sliced.Settle()
			if !slices.Equal(whole.Index, sliced.Index) || whole.Hidden != sliced.Hidden {
				t.Errorf("%+v, %+v: %d rows instead of %d", f, o, len(sliced.Index), len(whole.Index))
			}
			if f.Session == 0 && steps < 10 {
				t.Errorf("%+v: it was looked at in %d steps", f, steps)
			}
		}
	}
}

// TestSnapshotStays: what a list takes in later, also out of order or where rows are gone, changes no snapshot of it.
func TestSnapshotStays(t *testing.T) {
	t.Parallel()
	all := crowd(3000)
	tr := &session.Tracker{Sessions: all.Sessions}
	l := rows.NewList(rows.Filter{Text: "sid"})
	for n := 100; n <= 3000; n += 100 {
		tr.Rows = all.Rows[tr.FirstRow:n]
		l.Add(tr)
		snap := l.Snapshot()
		before, of := slices.Clone(snap.Index), len(snap.Of)
		if n%500 == 0 {
			tr.FirstRow += 50
		}
		tr.Rows = append(slices.Clone(all.Rows[tr.FirstRow:n]), session.Row{Time: 1, Exchange: -1})
		l.Add(tr)
		if !slices.Equal(snap.Index, before) || len(snap.Of) != of {
			t.Fatalf("after %d rows the snapshot changed", n)
		}
		l = rows.NewList(rows.Filter{Text: "sid"})
	}
}

func TestOrders(t *testing.T) {
	t.Parallel()
	demo(t).Read(func(tr *session.Tracker, _ *store.State) {
		cell := map[rows.Column]func(rows.Cells) string{
			rows.ByDir:      func(c rows.Cells) string { return c.Dir },
			rows.ByConn:     func(c rows.Cells) string { return fmt.Sprintf("%5s", c.Conn) },
			rows.ByOver:     func(c rows.Cells) string { return strings.ToLower(c.Over) },
			rows.ByPacket:   func(c rows.Cells) string { return strings.ToLower(c.Packet) },
			rows.BySocketIO: func(c rows.Cells) string { return strings.ToLower(c.SocketIO) },
			rows.ByBytes:    func(c rows.Cells) string { return fmt.Sprintf("%9s", c.Bytes) },
		}
		for by := rows.ByTime; by <= rows.ByBytes; by++ {
			for _, down := range []bool{false, true} {
				l := rows.NewSorted(nil, rows.Filter{}, rows.Order{By: by, Down: down})
				l.Add(tr)
				if len(l.Index) != len(tr.Rows) {
					t.Fatalf("%d: %d rows of %d", by, len(l.Index), len(tr.Rows))
				}
				if at, exact := l.Find(tr, l.Index[3]); at != 3 || !exact {
					t.Errorf("%d: row 3 is found at %d", by, at)
				}
				of := cell[by]
				for k := 1; k < len(l.Index) && of != nil; k++ {
					a, b := of(rows.Of(nil, tr, tr.RowAt(l.Index[k-1]), rows.Times{})), of(rows.Of(nil, tr, tr.RowAt(l.Index[k]), rows.Times{}))
					if down {
						a, b = b, a
					}
					if by == rows.ByDir {
						a, b = strings.ReplaceAll(a, "out", "a"), strings.ReplaceAll(b, "out", "a")
					}
					if a > b {
						t.Errorf("%d, down %v: %q before %q", by, down, a, b)
					}
				}
			}
		}
	})
}

// TestRowsThatAreGoneLeaveASortedList: also where they were the highest.
func TestRowsThatAreGoneLeaveASortedList(t *testing.T) {
	t.Parallel()
	all := crowd(400)
	tr := &session.Tracker{Sessions: all.Sessions}
	l := rows.NewSorted(nil, rows.Filter{}, rows.Order{By: rows.ByBytes, Down: true})
	for n := 50; n <= 400; n += 50 {
		tr.FirstRow = int32(max(n-120, 0))
		tr.Rows = all.Rows[tr.FirstRow:n]
		l.Add(tr)
		want := rows.NewSorted(nil, rows.Filter{}, l.Order())
		want.Add(tr)
		if !slices.Equal(l.Index, want.Index) {
			t.Fatalf("after %d rows: %v, want %v", n, l.Index, want.Index)
		}
	}
}

// TestRowsThatAreGoneAreNotCounted: neither as hits of their session, nor as hidden.
func TestRowsThatAreGoneAreNotCounted(t *testing.T) {
	t.Parallel()
	all := crowd(420)
	for _, f := range []rows.Filter{{Text: "sid", HidePings: true}, {Text: "sid4"}, {Way: rows.OnlyIn}} {
		tr := &session.Tracker{Sessions: all.Sessions}
		l := rows.NewList(f)
		for n := 70; n <= 420; n += 70 {
			tr.FirstRow = int32(max(n-100, 0))
			tr.Rows = all.Rows[tr.FirstRow:n]
			l.Add(tr)
			want := rows.NewList(f)
			want.Add(tr)
			if !maps.Equal(l.Of, want.Of) || l.Hidden != want.Hidden || l.Faded != want.Faded {
				t.Fatalf("%+v, after %d rows: hits %v, hidden %+v; want %v, %+v", f, n, l.Of, l.Hidden, want.Of, want.Hidden)
			}
		}
		tr.FirstRow, tr.Rows = 420, nil
		if l.Add(tr); len(l.Of) != 0 || l.Hidden != (rows.Hidden{}) {
			t.Errorf("%+v: without any row, hits %v and hidden %+v", f, l.Of, l.Hidden)
		}
	}
}

// TestAListGrowsAsIfItHadBeenMadeSo: with the rows of more sessions it is what another list of these is, sorted or not, also
// where rows make room.
func TestAListGrowsAsIfItHadBeenMadeSo(t *testing.T) {
	t.Parallel()
	all := crowd(3500)
	for _, f := range []rows.Filter{{}, {Text: "sid", HidePings: true}, {Way: rows.OnlyIn}, {Session: 2}} {
		for _, o := range []rows.Order{{}, {By: rows.ByBytes, Down: true}} {
			tr := &session.Tracker{Sessions: all.Sessions}
			kept := []int32{2}
			f.Kept = timeline.NewKept(kept)
			l := rows.NewSorted(nil, f, o)
			for n, more := range []int32{5, 0, 6} {
				tr.FirstRow = int32(n * 300)
				tr.Rows = all.Rows[tr.FirstRow : 1000*(n+1)]
				l.Add(tr)
				kept = append(kept, more)
				f.Kept = timeline.NewKept(kept)
				if !l.Grow(tr, f.Kept) {
					t.Fatalf("%+v does not grow", f)
				}
				want := rows.NewSorted(nil, f, o)
				want.Add(tr)
				if !slices.Equal(l.Index, want.Index) || l.Hidden != want.Hidden || !maps.Equal(l.Of, want.Of) {
					t.Fatalf("%+v, %+v, with session %d: %d rows, hidden %+v, hits %v; want %d, %+v, %v", f, o, more, len(l.Index), l.Hidden, l.Of, len(want.Index), want.Hidden, want.Of)
				}
			}
			if l.Grow(tr, timeline.NewKept(kept[1:])) || l.Grow(tr, nil) {
				t.Errorf("%+v grows to fewer sessions, or to all", f)
			}
		}
	}
}
