package capture

import (
	"errors"
	"os"
	"testing"
)

// TestDenied: a file that may not be read has the commands with which it may.
func TestDenied(t *testing.T) {
	t.Parallel()
	var denied *DeniedError
	err := openError("/var/a b.pcap", &os.PathError{Op: "open", Path: "/var/a b.pcap", Err: os.ErrPermission})
	if !errors.As(err, &denied) || !errors.Is(err, os.ErrPermission) {
		t.Fatalf("it is %#v", err)
	}
	allow, copied := denied.Commands()
	if allow != "sudo chmod a+r '/var/a b.pcap'" || copied != "sudo cat '/var/a b.pcap' > 'copy-a b.pcap'" {
		t.Errorf("%q and %q", allow, copied)
	}
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"/usr/bin/sio": "/usr/bin/sio", "/home/a b/sio": "'/home/a b/sio'", "/it's/$x": `'/it'\''s/$x'`} {
		if got := Quoted(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
