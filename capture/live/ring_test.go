package live

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
)

// TestRing: the files that are kept hold the last packets, each once, and every file can be read by itself.
func TestRing(t *testing.T) {
	t.Parallel()
	const packets = 1000
	for _, tt := range []struct {
		name         string
		size         int64
		files        int
		first, count int // of the packets that are left; -1: whatever
		names        int // files that are left; -1: whatever
	}{
		{"one file", 0, 0, 0, packets, 1},
		{"all files", 4096, 0, 0, packets, -1},
		{"the last three", 4096, 3, -1, -1, 3},
		{"smaller than a packet", 10, 5, packets - 5, 5, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			r := &Ring{Path: filepath.Join(dir, "out.pcapng"), Size: tt.size, Files: tt.files}
			if err := r.Open(); err != nil {
				t.Fatal(err)
			}
			w, err := pcapfile.NewWriter(r, "test")
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Interface(pcapfile.Iface{Link: link.Ethernet}); err != nil {
				t.Fatal(err)
			}
			for i := range packets {
				if err := w.Packet(0, int64(i+1), bytes.Repeat([]byte{1}, 20), 20); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			there, _ := filepath.Glob(filepath.Join(dir, "*"))
			if len(there) != len(r.Names()) || tt.names >= 0 && len(there) != tt.names {
				t.Errorf("files %v, named %v", there, r.Names())
			}
			if tt.size > 0 && tt.files > 0 && !bytes.Contains([]byte(there[0]), []byte("out-0")) {
				t.Errorf("a file is named %s", there[0])
			}
			times := readAll(t, r.Names(), tt.size)
			if n := len(times); n == 0 || times[n-1] != packets || tt.count >= 0 && n != tt.count || tt.first >= 0 && times[0] != int64(tt.first+1) {
				t.Errorf("%d packets, from %d to %d", n, times[0], times[n-1])
			}
			for i := range times[1:] {
				if times[i+1] != times[i]+1 {
					t.Fatalf("packet %d follows %d", times[i+1], times[i])
				}
			}
		})
	}
}

func readAll(t *testing.T, names []string, size int64) (times []int64) {
	t.Helper()
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if size > 1000 && int64(len(data)) > size {
			t.Errorf("%s has %d bytes, more than %d", name, len(data), size)
		}
		f, err := pcapfile.NewReader(bytes.NewReader(data), name)
		if err != nil {
			t.Fatal(err)
		}
		for {
			p, err := f.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			times = append(times, p.Time)
		}
	}
	return times
}
