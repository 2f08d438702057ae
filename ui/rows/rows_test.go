package rows_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
)

// demo reads the embedded recording: one session that was refused WebSocket.
func demo(t *testing.T) *store.Store {
	t.Helper()
	s := store.New("demo", diagnose.Diagnose)
	s.Fill(context.Background(), &capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: bytes.NewReader(assets.Demo)})
	s.Read(func(_ *session.Tracker, st *store.State) {
		if st.Err != nil {
			t.Fatal(st.Err)
		}
	})
	return s
}

func TestFilters(t *testing.T) {
	t.Parallel()
	demo(t).Read(func(tr *session.Tracker, _ *store.State) {
		for _, tt := range []struct {
			name string
			in   rows.Filter
			has  []string // packets that are among the rows
			not  []string // and that are not
		}{
			{"all", rows.Filter{}, []string{"handshake", "open", "ping", "pong", "upgrade request", "refused 400"}, nil},
			{"no heartbeats", rows.Filter{HidePings: true}, []string{"open", "refused 400"}, []string{"ping", "pong"}},
			{"problems", rows.Filter{Problems: true}, []string{"refused 400"}, []string{"open", "ping"}},
			{"connection 2", rows.Filter{Conn: 2}, []string{"upgrade request", "refused 400"}, []string{"open", "ping"}},
			{"text of an answer", rows.Filter{Text: "session id UNKNOWN"}, []string{"refused 400"}, []string{"open"}},
			{"kind of packet", rows.Filter{Text: "Pong"}, []string{"pong"}, []string{"open", "ping"}},
			{"sid", rows.Filter{Text: "32zq1n"}, []string{"open", "refused 400"}, nil},
			{"nothing", rows.Filter{Text: "no such text"}, nil, []string{"open", "handshake"}},
			{"no session", rows.Filter{Refused: true}, nil, []string{"open", "ping"}},
		} {
			l := rows.NewList(tt.in)
			l.Add(tr)
			var packets []string
			for _, i := range l.Index {
				packets = append(packets, rows.Of(nil, tr, &tr.Rows[i], rows.Times{}).Packet)
			}
			for _, want := range tt.has {
				if !slices.Contains(packets, want) {
					t.Errorf("%s: no %q among %q", tt.name, want, packets)
				}
			}
			for _, not := range tt.not {
				if slices.Contains(packets, not) {
					t.Errorf("%s: %q is among %q", tt.name, not, packets)
				}
			}
		}
	})
}

func TestRowsAreInTheOrderOfTime(t *testing.T) {
	t.Parallel()
	for _, times := range [][]int64{{1, 2, 3}, {3, 2, 1}, {2, 2, 1, 1, 3, 0}, descending(500)} {
		tr := &session.Tracker{}
		l := rows.NewList(rows.Filter{})
		for _, at := range times {
			tr.Rows = append(tr.Rows, session.Row{Time: at, Session: -1, Exchange: -1})
			l.Add(tr)
		}
		if len(l.Index) != len(times) {
			t.Errorf("%d rows of %d", len(l.Index), len(times))
		}
		for k := 1; k < len(l.Index); k++ {
			a, b := l.Index[k-1], l.Index[k]
			if tr.Rows[a].Time > tr.Rows[b].Time || tr.Rows[a].Time == tr.Rows[b].Time && a > b {
				t.Errorf("%v: rows %d and %d are in the wrong order", times, a, b)
			}
		}
		for i := range tr.Rows {
			if at, exact := l.Find(tr, int32(i)); !exact || l.Index[at] != int32(i) {
				t.Errorf("%v: row %d is not found", times, i)
			}
		}
	}
}

// TestRowsThatAreGone: rows that made room leave the list, and those that came since are in it.
func TestRowsThatAreGone(t *testing.T) {
	t.Parallel()
	tr := &session.Tracker{Sessions: []*session.Session{{}}}
	all, one := rows.NewList(rows.Filter{}), rows.NewList(rows.Filter{Session: 1})
	const kept = 10
	for n := range int32(100) {
		s := tr.Sessions[0]
		tr.Rows = append(tr.Rows, session.Row{Time: int64(n), Exchange: -1})
		s.Rows = append(s.Rows, n)
		if len(tr.Rows) > kept {
			tr.Rows, s.Rows, tr.FirstRow = tr.Rows[5:], s.Rows[5:], tr.FirstRow+5
		}
		if n%3 != 0 {
			continue
		}
		for name, l := range map[string]*rows.List{"all": all, "of the session": one} {
			l.Add(tr)
			if len(l.Index) != len(tr.Rows) || l.Index[0] != tr.FirstRow || l.Index[len(l.Index)-1] != n {
				t.Fatalf("%s: after row %d: %v, want %d from %d on", name, n, l.Index, len(tr.Rows), tr.FirstRow)
			}
			if at, exact := l.Find(tr, n); !exact || tr.RowAt(l.Index[at]).Time != int64(n) {
				t.Fatalf("%s: row %d is not found", name, n)
			}
		}
	}
}

func descending(n int64) (times []int64) {
	for i := range n {
		times = append(times, n-i)
	}
	return times
}

func TestCellsOfTheRefusal(t *testing.T) {
	t.Parallel()
	demo(t).Read(func(tr *session.Tracker, _ *store.State) {
		l := rows.NewList(rows.Filter{Problems: true})
		l.Add(tr)
		c := rows.Of(nil, tr, &tr.Rows[l.Index[0]], rows.Times{Origin: tr.First})
		want := rows.Cells{Time: "0.095", Dir: "in", Conn: "2", Node: "not A", Over: "WebSocket", Packet: "refused 400",
			What: "Session ID unknown", Bytes: "18", Bad: true, WrongNode: true}
		if c != want {
			t.Errorf("got  %+v\nwant %+v", c, want)
		}
	})
}

func TestClean(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in string
		limit    int
		want     string
	}{
		{"plain", "hello", 10, "hello"},
		{"cut", "hello", 3, "hel…"},
		{"control characters", "a\x00\n\x7f", 10, "a···"},
		{"not UTF-8", "a\xffb", 10, "a·b"},
		{"cut inside a character", strings.Repeat("日", 3), 4, "日…"},
	} {
		if got := rows.Clean([]byte(tt.in), tt.limit); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func BenchmarkFilterMillionRows(b *testing.B) {
	tr := &session.Tracker{}
	for i := range 1_000_000 {
		tr.Rows = append(tr.Rows, session.Row{Time: int64(i), Session: -1, Exchange: -1, Kind: session.PacketRow, Type: 4})
	}
	b.ResetTimer()
	for b.Loop() {
		rows.NewList(rows.Filter{HidePings: true}).Add(tr)
	}
}
