package ui

import (
	"runtime/metrics"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/timeline"
)

// A statusBar counts what was read.
type statusBar struct {
	left, right *line
	counts      string
	h           *hears
	hinted      string
	wrote       string // the file that was saved last
	done        string // what was done last, where it wrote no file
	row         *fyne.Container
	object      fyne.CanvasObject
}

func newStatusBar(fonts *timeline.Fonts, h *hears) *statusBar {
	s := &statusBar{h: h, left: newLine(fonts, 11.5, look.Dim, fyne.TextStyle{}), right: newLine(nil, 11.5, look.Dim, fyne.TextStyle{})}
	s.row = container.NewBorder(nil, nil, nil, s.right, s.left)
	s.object = container.New(stacked{}, rule(), container.New(padded(4, 4, 14, 14), s.row))
	return s
}

// saved says where something was written, beside the counts; "" takes it back.
func (s *statusBar) saved(path string) {
	s.wrote, s.done = path, ""
	s.fill()
}

// told says what was done, beside the counts.
func (s *statusBar) told(text string) {
	s.wrote, s.done = "", text
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
	if s.done != "" {
		s.left.Set(s.done + " · " + s.counts)
		return
	}
	if s.wrote != "" {
		s.left.Set(s.h.S("Saved: %s", plain.Text(s.wrote)) + " · " + s.counts)
		return
	}
	s.left.Set(s.counts)
}

// show counts what was read; sessions are as many.
func (s *statusBar) show(t *session.Tracker, live bool, sessions int) {
	st, h := &t.Stats, s.h
	parts := []string{
		h.Count(int(st.Packets), "packet"), size(st.Bytes), h.Count(int(connections(t)), "connection"),
		h.Count(sessions, "session"), h.Count(int(st.Gaps), "gap"), h.S("%d encrypted", lang.Amount(st.Encrypted)),
	}
	if t.OfLogs() {
		parts[0] = h.Plural(int(st.Entries), "HAR entry", "HAR entries")
	}
	if live {
		parts = []string{h.Plural(int(packets(t)), "packet of Engine.IO", "packets of Engine.IO"), size(st.Bytes),
			h.Count(int(connections(t)), "connection"), h.Count(sessions, "session")}
	}
	if st.Malformed > 0 {
		parts = append(parts, h.S("%d unreadable", lang.Amount(st.Malformed)))
	}
	if st.QUIC > 0 {
		parts = append(parts, h.S("%d QUIC packets not decoded", lang.Amount(st.QUIC)))
	}
	if st.Dropped > 0 {
		parts = append(parts, h.S("%d packets not captured in time", lang.Amount(st.Dropped)))
	}
	if t.Freed.Rows+t.Freed.Payloads > 0 {
		parts = append(parts, h.S("the oldest let go of"))
	}
	if t.DroppedRows > 0 {
		parts = append(parts, h.S("%d rows counted and not kept", lang.Amount(t.DroppedRows)))
	}
	s.counts = strings.Join(parts, " · ")
	s.fill()
	s.right.Set(h.S("sioscope uses %s", size(memory())))
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
