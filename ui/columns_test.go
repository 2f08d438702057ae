package ui

import (
	"testing"

	"sioscope/protocol/lang"
	"sioscope/ui/look"
	"sioscope/ui/rows"
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
