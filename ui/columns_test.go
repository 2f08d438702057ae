package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/protocol/lang"
	"sioscope/ui/locale"
	"sioscope/ui/look"
	"sioscope/ui/rows"
	"sioscope/ui/timeline"
)

func TestWhatTellsThePacketWhereItsColumnHasNoRoom(t *testing.T) {
	fonts, err := look.Fonts()
	if err != nil {
		t.Fatal(err)
	}
	cols := columns(lang.Words(nil), fonts, 8)
	c := rows.Cells{Packet: "message", SocketIO: "DISCONNECT", What: "/"}
	for _, tt := range []struct {
		width float32
		want  string
	}{
		{1400, "/"},
		{560, "DISCONNECT /"},
	} {
		_, widths := places(cols, nil, tt.width)
		if got := says(cols, whatColumn, &c, widths); got != tt.want {
			t.Errorf("%v wide, What says %q, want %q", tt.width, got, tt.want)
		}
	}
	_, widths := places(cols, nil, 560)
	if got := says(cols, whatColumn, &rows.Cells{Packet: "ping", What: "probe"}, widths); got != "probe" {
		t.Errorf("of what is no Socket.IO, What says %q", got)
	}
}

// TestNodeStaysAsLongAsItCan: with the columns of a small window beside a panel, it is there, with room for what it says.
func TestNodeStaysAsLongAsItCan(t *testing.T) {
	fonts, err := look.Fonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []lang.Words{nil, locale.Words("ja")} {
		cols := columns(w, fonts, 6)
		for _, width := range []float32{345, 420, 560, 1400} {
			x, widths := places(cols, nil, width)
			node, last := int(rows.ByNode), len(cols)-1
			if need := fonts.Width(w.S("not %s", "A"), timeline.Regular, inWhole(cellSize)) + 8; widths[node] < need {
				t.Errorf("%v wide, Node has %v, and needs %v", width, widths[node], need)
			}
			if end := x[last] + widths[last]; end > width-edge+1 || widths[whatColumn] < 64 {
				t.Errorf("%v wide, they end at %v, and What has %v", width, end, widths[whatColumn])
			}
			if width == 1400 && slices.Contains(widths, 0) {
				t.Errorf("%v wide, not all is there: %v", width, widths)
			}
		}
	}
}

func TestWhatHasNoColumnIsToldUnderTheMouse(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	r := newTableRow(u.w.table)
	r.Resize(fyne.NewSize(345, rowHeight))
	u.w.table.update(0, r)
	u.sees("the status", r.full(20), "Conn 1 · Over GET")
}

// TestASidIsWholeWhereThereIsRoom: and where there is none, what follows it is told rather than its end.
func TestASidIsWholeWhereThereIsRoom(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	for width, want := range map[float32]string{1400: "sid 32ZQ1nFjLnuHUbr3AAAA upgrades [websocket]", 830: "sid 32ZQ1n… upgrades [websocket]"} {
		r := newTableRow(u.w.table)
		r.Resize(fyne.NewSize(width, rowHeight))
		u.w.table.update(1, r)
		if got := r.texts[whatColumn].Text; got != want {
			t.Errorf("in %v dp: %q, want %q", width, got, want)
		}
	}
}

// TestThePacketHasRoomForItsName in both languages.
func TestThePacketHasRoomForItsName(t *testing.T) {
	fonts, err := look.Fonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []lang.Words{nil, locale.Words("ja")} {
		_, widths := places(columns(w, fonts, 8), nil, 1000)
		for _, k := range []string{"handshake", "upgrade request", "preflight", "no answer", "conn closed", "unreadable"} {
			if need := fonts.Width(w.S(k), timeline.Bold, inWhole(cellSize)) + 8; widths[packetColumn] < need {
				t.Errorf("%q needs %v of %v", w.S(k), need, widths[packetColumn])
			}
		}
	}
}
