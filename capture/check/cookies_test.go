package check

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
)

// TestSecureCookie: a cookie with Secure does not come back over plain HTTP, and that is said.
func TestSecureCookie(t *testing.T) {
	t.Parallel()
	to, err := url.Parse(start(t, lab.Options{Faults: []string{lab.SingleNode}}))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Header.Add("Set-Cookie", "node=1; Path=/; Secure")
		return nil
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(s.Close)
	for host, want := range map[string]string{"127.0.0.1": "over http.", "localhost": "over http, localhost aside."} {
		c, _, _ := carryOut(t, strings.Replace(s.URL, "127.0.0.1", host, 1), Options{Client: dial.Options{Cookies: true}, Only: []string{Cookies}})
		if e := c.Experiments()[4]; !strings.HasSuffix(e.Tells, "node has the attribute Secure: browsers do not send it back "+want) {
			t.Errorf("%s: %s %s %s", host, e.State, e.Tells, e.Reason)
		}
	}
}
