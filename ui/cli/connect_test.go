package cli

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sioscope/internal/lab"
	"sioscope/protocol/wsframe"
)

// labURL is a lab without clients of its own.
func labURL(t *testing.T, faults ...string) string {
	t.Helper()
	l, err := lab.Start(lab.Options{Clients: -1, Faults: faults, EchoAuth: true, Namespaces: []string{"/", "/chat"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l.URL()
}

// ran runs sio with arguments and gives what came of it.
func ran(ctx context.Context, stdin io.Reader, args ...string) (code int, stdout, stderr string) {
	var out, errs buffer
	p := &Program{
		Stdin: stdin, Stdout: &out, Stderr: &errs, Columns: func(io.Writer) int { return 0 },
		Getenv: func(name string) string { return map[string]string{"LANG": "en_US.UTF-8"}[name] },
	}
	code = p.Run(ctx, args)
	return code, out.String(), errs.String()
}

// A buffer is written by several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestConnect: what is printed, and the exit code, on the lab's services.
func TestConnect(t *testing.T) {
	t.Parallel()
	well, deaf, forbidden := labURL(t, lab.SingleNode), labURL(t, lab.Upgrade403), labURL(t, lab.Forbidden)
	tests := []struct {
		name    string
		args    string
		code    int
		stdout  []string
		stderr  []string // the whole of it, but for HOST; nil: nothing
		missing []string // from both
	}{
		{name: "well", args: "--expect websocket " + well, stdout: []string{
			"-- connection 1: 127.0.0.1:", "out conn 1 new GET handshake EIO=4 transport=polling", "in conn 1 GET open sid ",
			"out conn 1 kept POST CONNECT /", "out conn 2 new WebSocket upgrade request sid ", "in conn 2 WebSocket 101 switched",
			"out conn 2 WebSocket ping probe", "in conn 2 WebSocket pong probe", "-- in the namespace /", "out conn 2 WebSocket upgrade",
			"-- the session is on WebSocket now", "out conn 2 WebSocket DISCONNECT /", "websocket: the one session is on WebSocket"}},
		{name: "for a while", args: "--for 1s --transports websocket " + well, stdout: []string{
			"out conn 1 new WebSocket handshake EIO=4 transport=websocket", "out conn 1 WebSocket CONNECT /", "websocket: the one session is on WebSocket"}},
		{name: "refused upgrade, whole", args: "--expect websocket " + deaf, code: unmet,
			stdout: []string{"in conn 2 WebSocket refused 403", "| 403 Forbidden", "| Server: lab-balancer", "| <html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1><p>The rules of this proxy forbid the request.</p></body></html>",
				"-- the session stays on polling: the WebSocket request was answered with 403 text/html", "polling: the one session never upgraded"},
			stderr: []string{"sio: expected websocket: 1 of 1 session is not on websocket: ", " (polling: upgrade-refused-by-proxy)"}},
		{name: "an event that nobody acknowledges", args: `--expect websocket --timeout 2s --ack --emit nothing "x" ` + well,
			stdout: []string{`EVENT · ack 0 ["nothing","x"]`, `-- "nothing" was not acknowledged`, "websocket: the one session is on WebSocket"}},
		{name: "two URLs", args: well + " " + well, code: failed,
			stderr: []string{`sio: connect: want one URL, got 2; name the service, as in sio connect http://localhost:3000`}},
		{name: "forbidden", args: forbidden, code: failed, stdout: []string{"failing: 1 of 1 handshake refused"},
			stderr: []string{`sio: connect: the server turned the client away with 403 "Forbidden"; it may want a header, a cookie, a query parameter or another --origin`}},
		{name: "forbidden, and expected", args: "--expect websocket " + forbidden, code: failed, stdout: []string{"failing: 1 of 1 handshake refused"},
			stderr: []string{`sio: connect: the server turned the client away with 403 "Forbidden"; it may want a header, a cookie, a query parameter or another --origin`}},
		{name: "no such namespace", args: "--namespace nowhere " + well, code: failed,
			stderr: []string{`sio: connect: the namespace /nowhere refused the client: "Invalid namespace"; check --namespace`}},
		{name: "secrets", args: `--for 1s --auth {"token":"s3cret-9"} --query key=s3cret-9 --header Authorization:s3cret-9 ` + well,
			stdout: []string{`POST CONNECT {"token":"***"}`}, missing: []string{"s3cret-9"}},
		{name: "no masking", args: `--for 1s --no-redact --auth {"token":"s3cret-9"} ` + well, stdout: []string{`POST CONNECT {"token":"s3cret-9"}`}},
		{name: "no URL", args: "--for 1s", code: failed, stderr: []string{"sio: connect: want one URL, got 0; name the service, as in sio connect http://localhost:3000"}},
		{name: "no scheme", args: "localhost:3000", code: failed, stderr: []string{"sio: connect: the URL has no scheme; write http://localhost:3000"}},
		{name: "transports", args: "--transports polling,carrier " + well, code: failed, stderr: []string{`sio: connect: "carrier" is no transport; want polling, websocket, or both with a comma between`}},
		{name: "time", args: "--for 30 " + well, code: failed, stderr: []string{`sio: connect: invalid value "30" for --for: want a time such as 30s or 500ms`}},
		{name: "revision", args: "--eio 5 " + well, code: failed, stderr: []string{`sio: connect: invalid value "5" for --eio: want auto or 3 or 4`}},
		{name: "event", args: "--emit disconnect " + well, code: failed, stderr: []string{`sio: connect: --emit: "disconnect" is a name that Socket.IO keeps for itself; servers close the connection over it`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := ran(t.Context(), strings.NewReader(""), append([]string{"connect"}, strings.Fields(test.args)...)...)
			if code != test.code {
				t.Errorf("exit %d, want %d", code, test.code)
			}
			flat := strings.Join(strings.Fields(stdout), " ")
			for _, want := range test.stdout {
				if !strings.Contains(flat, want) {
					t.Errorf("no %q in\n%s", want, stdout)
				}
			}
			for _, want := range test.stderr {
				if !strings.Contains(stderr, want) {
					t.Errorf("no %q in\n%s", want, stderr)
				}
			}
			if lines := strings.Count(stderr, "\n"); lines != min(len(test.stderr), 1) {
				t.Errorf("standard error has %d lines:\n%s", lines, stderr)
			}
			for _, secret := range test.missing {
				if strings.Contains(stdout+stderr, secret) {
					t.Errorf("%q in\n%s%s", secret, stdout, stderr)
				}
			}
		})
	}
}

// TestConnectJSON: the report alone is on standard output, what happens on standard error.
func TestConnectJSON(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := ran(t.Context(), nil, "connect", "--format", "json", "--expect", "websocket", labURL(t, lab.SingleNode))
	var report struct {
		Schema   string
		Verdict  struct{ State string }
		Sessions []struct{ Transport, Upgrade string }
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("%v in %s", err, stdout)
	}
	if code != ok || report.Schema != "sioscope.report/1" || report.Verdict.State != "websocket" || len(report.Sessions) != 1 || report.Sessions[0].Upgrade != "done" {
		t.Errorf("exit %d, %+v", code, report)
	}
	if !strings.Contains(stderr, "101 switched") {
		t.Errorf("nothing of what happened in %s", stderr)
	}
}

// TestConnectInterrupted: Ctrl-C leaves in the proper way, and the report is printed.
func TestConnectInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	url := labURL(t, lab.SingleNode)
	var out, errs buffer
	p := &Program{Stdout: writerFunc(func(b []byte) (int, error) {
		if bytes.Contains(b, []byte("the session is on WebSocket now")) {
			cancel()
		}
		return out.Write(b)
	}), Stderr: &errs, Columns: func(io.Writer) int { return 0 }}
	if code := p.Run(ctx, []string{"connect", url}); code != interrupted {
		t.Errorf("exit %d", code)
	}
	if !strings.Contains(out.String(), "DISCONNECT") || !strings.Contains(out.String(), "\nwebsocket: the one session is on WebSocket") {
		t.Errorf("got\n%s", out.String())
	}
	if got := errs.String(); got != "sio: connect: interrupted; the report tells what happened until then\n" {
		t.Errorf("standard error: %s", got)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestConnectStdin: lines of standard input are sent as events, and those that are none are told.
func TestConnectStdin(t *testing.T) {
	t.Parallel()
	read, write := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var out, errs buffer
	p := &Program{Stdin: read, Stderr: &errs, Columns: func(io.Writer) int { return 0 }}
	p.Stdout = writerFunc(func(b []byte) (int, error) {
		n, err := out.Write(b)
		if strings.Contains(out.String(), "in the namespace") && strings.Contains(string(b), "in the namespace") {
			go func() {
				fmt.Fprint(write, "\nbad hello\ngreet \"hi\" 2\n\"two words\" 3\n")
				write.Close()
			}()
		}
		if strings.Contains(string(b), `["two words",3]`) {
			cancel()
		}
		return n, err
	})
	p.Run(ctx, []string{"connect", "--emit", "-", labURL(t, lab.SingleNode)})
	if got := out.String(); !strings.Contains(got, `EVENT  ["greet","hi",2]`) || !strings.Contains(got, `EVENT  ["two words",3]`) {
		t.Errorf("got\n%s", got)
	}
	if got := errs.String(); !strings.Contains(got, `sio: connect: not sent: the arguments of "bad" are no JSON; text needs its quotes, as in '"hello"'`) {
		t.Errorf("standard error: %s", got)
	}
}

// TestConnectLive: the line of a packet is printed before the server sends the next packet.
func TestConnectLive(t *testing.T) {
	t.Parallel()
	printed := make(chan string, 100)
	polls := 0 // of one client, one after the other
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answers := []string{`40{"sid":"x"}`, `42["one"]`, `42["two"]`, `42["three"]`, "41"}
		switch {
		case r.Method == http.MethodPost:
			io.WriteString(w, "ok")
		case r.URL.Query().Get("sid") == "":
			io.WriteString(w, `0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
		default:
			if polls > 1 {
				for before := answers[polls-1][2:]; !strings.Contains(<-printed, before); {
				}
			}
			io.WriteString(w, answers[polls])
			polls++
		}
	}))
	defer s.Close()
	var errs buffer
	p := &Program{Stderr: &errs, Columns: func(io.Writer) int { return 0 }, Stdout: writerFunc(func(b []byte) (int, error) {
		if strings.Contains(string(b), "EVENT") {
			printed <- string(b)
		}
		return len(b), nil
	})}
	if code := p.Run(t.Context(), []string{"connect", "--transports", "polling", s.URL}); code != ok || polls != 5 {
		t.Errorf("exit %d after %d polls: %s", code, polls, errs.String())
	}
}

// TestConnectSilent: a server that never answers costs the stated time, and one sentence.
func TestConnectSilent(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	began := time.Now()
	code, stdout, stderr := ran(t.Context(), nil, "connect", "--timeout", "200ms", "http://"+l.Addr().String())
	if code != failed || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "did not answer within 200 ms") {
		t.Errorf("exit %d after %s: %s%s", code, time.Since(began), stdout, stderr)
	}
}

// TestJoinEmits: --emit takes a name and, where it follows, JSON.
func TestJoinEmits(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want []string }{
		{[]string{"--emit", "a", `"x"`, "http://h"}, []string{"--emit", `a "x"`, "http://h"}},
		{[]string{"--emit", "a", "http://h"}, []string{"--emit", "a", "http://h"}},
		{[]string{"--emit", "a", "--ack"}, []string{"--emit", "a", "--ack"}},
		{[]string{"--emit", "a", "[1] 2", "-emit", "b"}, []string{"--emit", "a [1] 2", "-emit", "b"}},
		{[]string{"--emit", `a {"k":1}`, "http://h"}, []string{"--emit", `a {"k":1}`, "http://h"}},
		{[]string{"--emit", "-", "1"}, []string{"--emit", "-", "1"}},
		{[]string{"--emit"}, []string{"--emit"}},
		{[]string{"--", "--emit", "a", "1"}, []string{"--", "--emit", "a", "1"}},
	}
	for _, test := range tests {
		if got := joinEmits(test.in); !slices.Equal(got, test.want) {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

// TestConnectWords: what is no JSON is named, and a line of JSON is no event.
func TestConnectWords(t *testing.T) {
	t.Parallel()
	code, _, stderr := ran(t.Context(), nil, "connect", "--emit", "greet", "hi", "http://localhost:3000")
	if want := "sio: connect: \"hi\" is no JSON; text needs its quotes, as in --emit greet '\"hi\"'\n"; code != failed || stderr != want {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if e, err := emission(`{"n":1}`); err == nil {
		t.Errorf("an event %q", e.Event)
	}
	code, _, stderr = ran(t.Context(), nil, "check", "--only", "foo", "http://localhost:3000")
	if code != failed || !strings.Contains(stderr, `there is no experiment "foo"; there are default, websocket, keep-alive`) {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// TestConnectCut: a session that the server's end cut short, and one that the server closed, are said to be over and why.
func TestConnectCut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		frame []byte // that the server sends at last
		args  []string
		code  int
		want  string
	}{
		{nil, nil, failed, "sio: connect: the session is over: the WebSocket's connection was closed without a Close frame\n"},
		{nil, []string{"--expect", "websocket", "--for", "1m"}, ok, "sio: connect: the session is over: the WebSocket's connection was closed without a Close frame\n"},
		{[]byte{0x88, 2, 3, 0xe9}, nil, ok, "sio: connect: the session is over: the server closed the WebSocket with code 1001\n"},
		{[]byte{0x81, 2, '4', '1'}, nil, ok, "sio: connect: the session is over: the server "},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
			c, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
			c.Write(wsframe.AppendFrame(nil, true, wsframe.Text, nil, false, []byte(`0{"sid":"aaaaaaaaaaaaaaaaAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`)))
			c.Write(wsframe.AppendFrame(nil, true, wsframe.Text, nil, false, []byte(`40{"sid":"bbbb"}`)))
			c.Write(wsframe.AppendFrame(nil, true, wsframe.Text, nil, false, []byte(`42["last"]`)))
			c.Write(test.frame)
			if test.frame != nil {
				io.Copy(io.Discard, c)
				return
			}
			io.ReadFull(c, make([]byte, 6+2)) // its CONNECT: what is not read would make a reset of the end
		}))
		code, _, stderr := ran(t.Context(), nil, append(append([]string{"connect", "--eio", "4", "--transports", "websocket"}, test.args...), s.URL)...)
		if code != test.code || !strings.HasPrefix(stderr, test.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit %d: %s", test.args, code, stderr)
		}
		s.Close()
	}
}
