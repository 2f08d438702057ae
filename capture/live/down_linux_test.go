package live

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestInterfaceLost: a capture ends with its interface, and says whether that went down or is not there any more.
func TestInterfaceLost(t *testing.T) {
	for name, lose := range map[string][]string{
		"the interface sioa is down; bring it up with: sudo ip link set sioa up": {"link", "set", "sioa", "down"},
		"the interface sioa is gone: it was removed, or has another name now":    {"link", "del", "sioa"},
	} {
		if os.Geteuid() != 0 || ip("link", "add", "sioa", "type", "veth", "peer", "name", "siob") != nil {
			t.Skip("no interface can be made here")
		}
		t.Cleanup(func() { _ = ip("link", "del", "sioa") })
		if err := errors.Join(ip("link", "set", "sioa", "up"), ip("link", "set", "siob", "up")); err != nil {
			t.Fatal(err)
		}
		s, err := Open(Options{Interface: "sioa"})
		if err != nil {
			t.Skipf("nothing can be captured here: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx, discarded{io.Discard}) }()
		if err := ip(lose...); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err == nil || err.Error() != name {
			t.Errorf("%v: it ended with %v, want %q", lose, err, name)
		}
		cancel()
		s.Close()
		_ = ip("link", "del", "sioa")
	}
}

func ip(args ...string) error { return exec.Command("ip", args...).Run() }

// discarded is an Output that nobody reads.
type discarded struct{ io.Writer }

func (discarded) Flush() error { return nil }
