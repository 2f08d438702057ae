package check

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestForbiddenToAll: a service that forbids everything, in its own words, says nothing about the Upgrade header.
func TestForbiddenToAll(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `{"code":4,"message":"the trial has ended"}`)
	}))
	t.Cleanup(s.Close)
	c, found, _ := carryOut(t, s.URL, Options{})
	if f := found.Lead(); f == nil || f.ID != "connection-forbidden" || len(found.Findings) != 1 {
		t.Errorf("found %v", ids(found))
	}
	for _, e := range c.Experiments() {
		if e.ID == UpgradeHeader && e.Result != Unknown {
			t.Errorf("the Upgrade header: %s: %s", e.Result, e.Tells)
		}
	}
}
