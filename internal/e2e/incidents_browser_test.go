package e2e

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"strings"
	"testing"
)

// paged is a stage with a page of another origin, which knows the stage's URL as URL and loads the client of a version.
func paged(st func(t *testing.T) stage, version int, script string) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		s := st(t)
		page := Serve(t, Options{Version: version, Page: HTML(`const URL = "` + s.url + `";` + script)})
		s.page = page.URL() + "/page"
		return s
	}
}

// looked opens the page, until the nodes have said something often enough.
func looked(times int, said func(e Event) bool) func(t *testing.T, on *set) {
	return func(t *testing.T, on *set) {
		chromium(t) // a subtest alone would be skipped
		if strings.HasPrefix(on.page, "https:") {
			on.keys = filepath.Join(t.TempDir(), "keys.log")
		}
		t.Run("browser", func(t *testing.T) {
			Browse(t, on.page, on.keys)
			on.wire.until(t, func([]packet) bool { return on.count(said) >= times })
		})
	}
}

// count says how often the nodes said something.
func (on *set) count(what func(e Event) bool) (n int) {
	for _, node := range on.nodes {
		for _, e := range node.Seen() {
			if what(e) {
				n++
			}
		}
	}
	return n
}

func said(kind string) func(Event) bool {
	return func(e Event) bool { return e.Event == kind }
}

// once is a page whose clients come one after the other, are upgraded or not, and leave.
func once(options string) string {
	return `
let left = 3;
const visit = () => {
  const socket = io(URL, { forceNew: true, ` + options + ` });
  socket.on('connect', () => socket.emit('echo', 'hello', () => {}));
  let gone = false;
  const leave = () => { if (gone) return; gone = true; setTimeout(() => { socket.disconnect(); if (--left) visit(); }, 50); };
  socket.io.engine.on('upgrade', leave);
  socket.io.engine.on('upgradeError', leave);
};
visit();`
}

// stubborn is a page whose client tries again and again.
const stubborn = `io(URL, { reconnectionDelay: 100, reconnectionDelayMax: 100 });`

// binary is a page whose client of Socket.IO 2 sends bytes by polling: those need a preflight, which brings no cookie.
const binary = `
const socket = io(URL, { transports: ['polling'], reconnectionDelay: 50 });
socket.on('connect', () => socket.emit('echo', 'hello'));
socket.on('echo', () => socket.emit('echo', new Uint8Array([1, 2, 3]).buffer));`

// doubled is a page that connects twice, as one does whose component is mounted twice, hears everything twice, and is
// loaded three times.
const doubled = `
document.cookie = 'visitor=5f1c9a7de2b84c06';
const loads = Number(sessionStorage.loads || 0) + 1;
sessionStorage.loads = loads;
let open = 2;
for (let i = 0; i < 2; i++) {
  const socket = io(URL, { forceNew: true, withCredentials: true });
  socket.io.engine.once('upgrade', () => socket.emit('join', 'room', () => socket.emit('say', 'room', 'hello')));
  setTimeout(() => { socket.disconnect(); if (--open === 0 && loads < 3) location.reload(); }, 2300);
}`

func reflected() Options {
	return engine("cors", map[string]any{"origin": true, "credentials": true})
}

// overTLS is a node that speaks TLS and HTTP/2 and serves the page itself.
func overTLS(noConnect bool) func(t *testing.T) stage {
	return func(t *testing.T) stage {
		c := certificate(t)
		key, err := x509.MarshalECPrivateKey(c.PrivateKey.(*ecdsa.PrivateKey))
		if err != nil {
			t.Fatal(err)
		}
		n := Serve(t, Options{Page: strings.Replace(HTML(`const URL = location.origin;`+once("")), "socket.io.js", "socket.io.min.js", 1), TLS: &TLS{NoConnect: noConnect,
			Cert: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]})),
			Key:  string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key}))}})
		url := "https://" + n.Addr()
		return stage{url: url, nodes: []*Node{n}, page: url + "/page"}
	}
}

var browserIncidents = []incident{
	{name: "browser-cors", about: "A page of another origin, which the server does not allow: the browser throws its answers away.",
		stage: paged(lone(Options{}), 4, stubborn), client: -1, act: looked(3, said("open")), cause: "cors-refused", states: "failing polling"},
	{name: "browser-cors-allowed", about: "The same, allowed.",
		stage: paged(lone(engine("cors", map[string]any{"origin": "*"})), 4, once("")), client: -1, act: looked(3, said("close")), states: "websocket"},
	{name: "browser-cookie-lost", about: "HAProxy is sticky by a cookie, which a page of another origin does not send back without withCredentials.",
		stage: paged(behind(cookieAffinity, 2, reflected()), 4, stubborn), client: -1,
		act: looked(4, func(e Event) bool { return e.Event == "refused" && e.Code == 1 }), cause: "sticky-cookie-not-returned", states: "failing mixed polling", both: true},
	{name: "browser-cookie-kept", about: "The same with withCredentials.",
		stage: paged(behind(cookieAffinity, 2, reflected()), 4, once("withCredentials: true")), client: -1, act: looked(3, said("close")), states: "websocket", both: true},
	{name: "browser-preflight", about: "HAProxy is sticky by a cookie, which preflights do not bring: those for a client of Socket.IO 2 that posts bytes reach nodes that do not know the session.",
		stage: paged(behind(cookieAffinity, 2, Options{Version: 2}), 2, binary), client: -1,
		act: looked(2, func(e Event) bool { return e.Event == "request" && e.Method == "OPTIONS" && e.Status == 400 }), cause: "preflight-not-sticky", beside: "client-never-upgrades", states: "failing mixed polling", both: true},
	{name: "browser-doubled", about: "A page connects twice, each time that it is loaded.",
		stage: paged(lone(reflected()), 4, doubled), client: -1, act: looked(6, said("close")), cause: "duplicate-connections", states: "websocket"},
	{name: "browser-http2", about: "A server of HTTP/2 on Node.js offers WebSocket over HTTP/2, which Socket.IO knows nothing of: 405.",
		stage: overTLS(false), client: -1, act: looked(3, said("close")), cause: "websocket-over-h2-unsupported", states: "polling"},
	{name: "browser-http2-mended", about: "The same without the offer: the browser opens a connection of HTTP/1.1 for WebSocket.",
		stage: overTLS(true), client: -1, act: looked(3, said("close")), states: "websocket"},
}
