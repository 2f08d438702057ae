package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/ui/look"
	"sioscope/ui/rows"
	"sioscope/ui/walk"
)

// A poll of a long session, over and over: four rows each.
func conversation(n int) script {
	c := &fact.Conn{ID: 1}
	s := script{facts: []fact.Fact{&fact.Opened{Conn: c, Time: 1, SYN: true}}}
	req := &fact.Request{Conn: c, Exchange: 1, Start: 2, End: 2, Method: "GET", Target: "/socket.io/?EIO=4&transport=websocket",
		Header: fact.Header("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n")}
	s.facts = append(s.facts, req, &fact.Response{Conn: c, Exchange: 1, Start: 3, End: 3, Status: 101})
	open := []byte(`0{"sid":"abcdefghijklmnopAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
	s.facts = append(s.facts, &fact.Message{Conn: c, Exchange: 1, Dir: fact.In, Start: 4, End: 4, Opcode: fact.Text, Payload: open, Size: int64(len(open))})
	for i := range n {
		p := []byte(`42["message",{"text":"hello"}]`)
		at := int64(i+5) * 1e6
		s.facts = append(s.facts, &fact.Message{Conn: c, Exchange: 1, Dir: fact.Dir(i & 1), Start: at, End: at, Opcode: fact.Text, Payload: p, Size: int64(len(p))})
	}
	return s
}

func bigWindow(b *testing.B, rows int) *Window {
	w, err := New(walk.App(b), Options{Diagnose: diagnose.In, Theme: look.Dark})
	if err != nil {
		b.Fatal(err)
	}
	w.Fyne().Resize(fyne.NewSize(1600, 900))
	b.Cleanup(w.Fyne().Close)
	w.read("big", conversation(rows))
	if n := len(w.table.rows.Index); n < rows {
		b.Fatalf("%d rows", n)
	}
	b.ResetTimer()
	return w
}

func BenchmarkTableScroll100kRows(b *testing.B) {
	w := bigWindow(b, 100_000)
	for i := 0; b.Loop(); i++ {
		w.table.list.ScrollTo(i * 37 % 100_000)
	}
}

func BenchmarkPull1MRows(b *testing.B) {
	w := bigWindow(b, 1_000_000)
	for b.Loop() {
		w.pull()
	}
}

func BenchmarkSelect1MRows(b *testing.B) {
	w := bigWindow(b, 1_000_000)
	for i := int32(0); b.Loop(); i++ {
		w.selectRow(i * 377 % 1_000_000)
	}
}

// BenchmarkOpenSession100kRows is a click on a session, and one that takes it back.
func BenchmarkOpenSession100kRows(b *testing.B) {
	w := bigWindow(b, 100_000)
	for b.Loop() {
		w.SelectSession(0)
		w.SelectAll()
	}
}

func BenchmarkSearch100kRows(b *testing.B) {
	w := bigWindow(b, 100_000)
	for i := 0; b.Loop(); i++ {
		w.Search([]string{"nothing has this", "hello"}[i%2])
	}
}

func BenchmarkSort100kRows(b *testing.B) {
	w := bigWindow(b, 100_000)
	for b.Loop() {
		w.table.sortBy(rows.ByWhat)
	}
}
