package ui

import (
	"runtime/metrics"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// A statusBar counts what was read.
type statusBar struct {
	left, right *line
	counts      string
	hinted      string
	wrote       string // the file that was saved last
	row         *fyne.Container
	object      fyne.CanvasObject
}

func newStatusBar(fonts *timeline.Fonts) *statusBar {
	s := &statusBar{left: newLine(fonts, 11.5, look.Dim, fyne.TextStyle{}), right: newLine(nil, 11.5, look.Dim, fyne.TextStyle{})}
	s.row = container.NewBorder(nil, nil, nil, s.right, s.left)
	s.object = container.New(stacked{}, rule(), panel(s.row, 4, 4, 14, 14))
	return s
}

// saved says where something was written, beside the counts; "" takes it back.
func (s *statusBar) saved(path string) {
	s.wrote = path
	s.fill()
}

// hint shows what is under the mouse in the place of the counts; "" shows them again.
func (s *statusBar) hint(text string) {
	s.hinted = text
	s.fill()
}

func (s *statusBar) fill() {
	if s.hinted != "" {
		s.left.Set(s.hinted)
		return
	}
	if s.wrote != "" {
		s.left.Set("Saved: " + plain.Text(s.wrote) + " · " + s.counts)
		return
	}
	s.left.Set(s.counts)
}

func (s *statusBar) show(t *session.Tracker, live bool) {
	st := &t.Stats
	parts := []string{
		plural(st.Packets, "packet", "packets"), size(st.Bytes), plural(connections(t), "connection", "connections"),
		plural(int64(t.AllSessions()), "session", "sessions"), plural(st.Gaps, "gap", "gaps"), number(st.Encrypted) + " encrypted",
	}
	if st.Packets == 0 && st.Entries > 0 {
		parts[0] = plural(st.Entries, "HAR entry", "HAR entries")
	}
	if live {
		parts = []string{plural(packets(t), "packet of Engine.IO", "packets of Engine.IO"), size(st.Bytes),
			plural(connections(t), "connection", "connections"), plural(int64(t.AllSessions()), "session", "sessions")}
	}
	if st.Malformed > 0 {
		parts = append(parts, number(st.Malformed)+" unreadable")
	}
	if st.QUIC > 0 {
		parts = append(parts, number(st.QUIC)+" QUIC packets not decoded")
	}
	if st.Dropped > 0 {
		parts = append(parts, number(st.Dropped)+" packets not captured in time")
	}
	if t.Freed.Rows+t.Freed.Payloads > 0 {
		parts = append(parts, "the oldest let go of")
	}
	if t.DroppedRows > 0 {
		parts = append(parts, number(t.DroppedRows)+" rows counted and not kept")
	}
	s.counts = strings.Join(parts, " · ")
	s.fill()
	s.right.Set("sioscope uses " + size(memory()))
	s.row.Refresh()
}

// memory is what the Go runtime holds, in bytes.
func memory() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
}

// connections counts TCP connections: streams of HTTP/2 are none.
func connections(t *session.Tracker) int64 {
	if n := t.Stats.Connections; n > 0 {
		return n
	}
	return int64(t.LastConn())
}
