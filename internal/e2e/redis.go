package e2e

import (
	"net"
	"strconv"
	"testing"
)

// Redis starts a Redis that keeps nothing, and gives its port, for Options.
func Redis(t testing.TB) int {
	t.Helper()
	path := program(t, "redis-server")
	// It inherits no listener: the port is free until it takes it.
	listener := listen(t)
	port := listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close()
	foreign{dir: t.TempDir()}.run(t, path, "--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--save", "", "--appendonly", "no")
	answers(t, listener.Addr().String())
	return port
}
