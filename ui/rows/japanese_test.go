package rows_test

import (
	"context"
	"path/filepath"
	"testing"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/protocol/lang"
	"sioscope/protocol/lang/langtest"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
)

// TestCellsInJapanese: of every recording, cells that are no names of packets and no traffic are in Japanese.
func TestCellsInJapanese(t *testing.T) {
	t.Parallel()
	ja, err := lang.Parse(assets.Sentences("ja"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../internal/recordings/testdata/*/capture.pcap*")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d recordings: %v", len(files), err)
	}
	said := map[string]bool{}
	kinds := map[session.RowKind]int{}
	for _, file := range files {
		tr := &session.Tracker{Options: session.Options{KeepRows: true, KeepPayloads: true}}
		f := capture.Files{Inputs: []capture.Input{{Path: file}}}
		if err := f.Run(context.Background(), tr.Add); err != nil {
			t.Fatal(err)
		}
		tr.Finish()
		for i := range tr.Rows {
			r := &tr.Rows[i]
			kinds[r.Kind]++
			c := rows.Of(ja, tr, r, rows.Times{})
			said[c.Dir] = true
			switch r.Kind {
			case session.PacketRow, session.ControlRow, session.CloseRow:
			case session.ConnCloseRow, session.GapRow:
				said[c.Packet], said[c.What] = true, true
			default:
				said[c.Packet] = true
			}
			if c.WrongNode {
				said[c.Node] = true
			}
			if r.Attachment {
				said[c.SocketIO] = true
			}
		}
	}
	for text := range said {
		for _, left := range langtest.LeftOf([]string{text}) {
			t.Error(left)
		}
	}
	for _, k := range [...]session.RowKind{session.RequestRow, session.RefusalRow, session.SwitchRow, session.ConnCloseRow, session.GapRow} {
		if kinds[k] == 0 {
			t.Errorf("no recording has a row of kind %d", k)
		}
	}
}
