// Package nowhere has addresses for tests where nothing listens.
package nowhere

import (
	"net"
	"testing"
)

// Address is one on loopback that refuses connections until the test ends. Its port is that of a connection which goes the
// other way: a port that was merely listened at before is soon another test's.
func Address(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.LocalAddr().String()
}
