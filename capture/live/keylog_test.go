package live

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/capture/link"
	"sioscope/capture/pcapfile"
)

// TestKeyLog: lines are written once they are complete, each once, whatever becomes of the file.
func TestKeyLog(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.log")
	var out bytes.Buffer
	w, err := pcapfile.NewWriter(&out, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Interface(pcapfile.Iface{Link: link.Ethernet}); err != nil {
		t.Fatal(err)
	}
	k := keyLog{path: path}
	long := strings.Repeat("CLIENT_RANDOM 0123456789abcdef 0123456789abcdef\n", keysAtOnce/20) // more than one look takes
	var want strings.Builder
	for _, step := range []struct {
		write, want string
		anew        bool
	}{
		{"", "", false},
		{"one\ntw", "one\n", false},
		{"", "", false},
		{"o\n", "two\n", false},
		{long, long, false},
		{"three\n", "three\n", false},
		{"four\n", "four\n", true},
	} {
		flag := os.O_CREATE | os.O_WRONLY | os.O_APPEND
		if step.anew {
			flag = os.O_CREATE | os.O_WRONLY | os.O_TRUNC
		}
		if step.write != "" {
			f, err := os.OpenFile(path, flag, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			f.WriteString(step.write)
			f.Close()
		}
		if err := k.write(w); err != nil {
			t.Fatal(err)
		}
		want.WriteString(step.want)
	}
	r, err := pcapfile.NewReader(&out, "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err != io.EOF {
		t.Fatal(err)
	}
	var got []byte
	for _, s := range r.Secrets() {
		got = append(got, s.Data...)
	}
	if string(got) != want.String() {
		t.Errorf("%d bytes of keys, want %d; they end with %q", len(got), want.Len(), got[max(0, len(got)-20):])
	}
}
