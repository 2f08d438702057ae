//go:build unix

package recordings

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"sioscope/internal/apart"
)

// TestAllGrow: captures that are all read as they come, by clocks that are not the same.
func TestAllGrow(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, 5 * time.Millisecond, -5 * time.Millisecond, 700 * time.Millisecond, -time.Hour} {
		inputs, _ := take(t, both, apart.Part{Label: "lb", Ports: []uint16{7410}}, apart.Part{Label: "node-a", Ports: []uint16{7411}, Skew: skew},
			apart.Part{Label: "node-b", Ports: []uint16{7412}, Skew: -skew})
		for i := range inputs {
			pipe := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Skip(err)
			}
			from, err := os.ReadFile(inputs[i].Path)
			if err != nil {
				t.Fatal(err)
			}
			go os.WriteFile(pipe, from, 0o600)
			inputs[i].Path = pipe
		}
		tr := track(t, inputs...)
		checkSame(t, tr)
		if t.Failed() {
			t.Fatalf("skew %v", skew)
		}
	}
}
