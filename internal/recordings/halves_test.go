package recordings

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// half keeps the packets of one direction, of the n-th of so many stretches of the recording.
func half(toServer bool, n, of int) func([]pcapfile.Packet) []pcapfile.Packet {
	return func(all []pcapfile.Packet) (kept []pcapfile.Packet) {
		var d link.Decoder
		var s link.Segment
		for _, p := range all[n*len(all)/of : (n+1)*len(all)/of] {
			if d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &s) == link.TCP && (s.Src.Port > s.Dst.Port) == toServer {
				kept = append(kept, p)
			}
		}
		return kept
	}
}

// halves writes what a tap's two ports saw, each in so many files.
func halves(t *testing.T, of int) (inputs []capture.Input) {
	t.Helper()
	for n := range of {
		for _, toServer := range []bool{true, false} {
			path := filepath.Join(t.TempDir(), "half.pcapng")
			if err := os.WriteFile(path, shuffled(t, outOfOrderRecording, half(toServer, n, of)), 0o600); err != nil {
				t.Fatal(err)
			}
			inputs = append(inputs, capture.Input{Path: path})
		}
	}
	return inputs
}

// TestHalves: two files that each have one direction of the same connections are put together, whichever comes first, and
// however many files one after the other they are.
func TestHalves(t *testing.T) {
	t.Parallel()
	alone := opened(t, shuffled(t, outOfOrderRecording, inOrder))
	two, rotated := halves(t, 1), halves(t, 2)
	for name, inputs := range map[string][]capture.Input{"two": two, "swapped": {two[1], two[0]}, "rotated": rotated} {
		tr := picture(t, inputs...)
		if got, want := totals(tr), totals(alone); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s\nin one file:\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if tr.Stats.Connections != alone.Stats.Connections || tr.Stats.Gaps != alone.Stats.Gaps {
			t.Errorf("%s: %d connections, %d gaps; want %d, %d", name, tr.Stats.Connections, tr.Stats.Gaps, alone.Stats.Connections, alone.Stats.Gaps)
		}
	}
}

// TestHalvesSaved: what is saved of two halves has both.
func TestHalvesSaved(t *testing.T) {
	t.Parallel()
	files := &capture.Files{Inputs: halves(t, 1)}
	tr, d := diagnosed(t, files)
	again, _, _, _ := saved(t, files, tr, &d, extract.What{}, redact.Redactor{})
	if got, want := sidsAndPackets(again), sidsAndPackets(tr); !slices.Equal(got, want) {
		t.Errorf("saved and opened again: %v, want %v", got, want)
	}
}

func sidsAndPackets(tr *session.Tracker) (list []string) {
	for _, s := range tr.Sessions {
		list = append(list, s.SID, jsonOf(s.Packets))
	}
	return list
}
