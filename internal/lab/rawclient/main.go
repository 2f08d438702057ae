package rawclient

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"
)

// Main runs a package's tests, and fails when goroutines are left over.
func Main(m *testing.M) {
	code := m.Run()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	for range 100 { // what was just told to end may take a moment
		if runtime.NumGoroutine() <= 2 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > 2 && code == 0 {
		all := make([]byte, 1<<20)
		fmt.Printf("%d goroutines are left:\n%s\n", n, all[:runtime.Stack(all, true)])
		code = 1
	}
	os.Exit(code)
}
