package har

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
)

// conversation is facts of every kind: a poll, a WebSocket with binary messages, a POST without an answer.
func conversation() []fact.Fact {
	c := &fact.Conn{ID: 1, Client: netip.MustParseAddrPort("192.0.2.1:40001"), Server: netip.MustParseAddrPort("203.0.113.7:443"), File: "lb"}
	w := &fact.Conn{ID: 2, Client: netip.MustParseAddrPort("192.0.2.1:40002"), Server: netip.MustParseAddrPort("203.0.113.7:443")}
	const at = int64(1795424400_000000123)
	return []fact.Fact{
		&fact.Opened{Conn: c, Time: at}, &fact.TLS{Conn: c, Time: at, Version: "1.3", SNI: "example.com"},
		&fact.Request{Conn: c, Exchange: 1, Start: at, End: at + 1, Method: "GET", Target: "/socket.io/?EIO=3&transport=polling&token=geheim", Host: "example.com", Proto: "HTTP/1.1",
			Header: fact.Header("Cookie: SERVERID=geheim; b=2\r\nAuthorization: Bearer geheim\r\n")},
		&fact.Response{Conn: c, Exchange: 1, Start: at + 5e6, End: at + 6e6, Status: 200, Reason: "OK", Header: fact.Header("Content-Type: text/plain\r\nSet-Cookie: x=geheim; Path=/\r\n"),
			Body: []byte(`31:42["a",{"password":"geheim","n":1}]2:40`)[3:], BodySize: 38},
		&fact.Request{Conn: c, Exchange: 2, Start: at + 7e6, End: at + 8e6, Method: "POST", Target: "/socket.io/?EIO=4&transport=polling&sid=s", Host: "example.com", Proto: "HTTP/1.1",
			Header: fact.Header("Content-Type: text/plain\r\n"), Body: []byte("40{\"token\":\"geheim\"}\x1e42[\"x\"]"), BodySize: 26},
		&fact.Request{Conn: w, Exchange: 1, Start: at + 9e6, End: at + 9e6, Method: "GET", Target: "/socket.io/?EIO=4&transport=websocket&sid=s", Host: "example.com", Proto: "HTTP/1.1", Header: fact.Header("Upgrade: websocket\r\n")},
		&fact.Response{Conn: w, Exchange: 1, Start: at + 10e6, End: at + 10e6, Status: 101, Reason: "Switching Protocols"},
		&fact.Message{Conn: w, Exchange: 1, Dir: fact.Out, Start: at + 11e6, End: at + 11e6, Opcode: fact.Text, Payload: []byte(`40/n,{"token":"geheim"}`), Size: 22},
		&fact.Message{Conn: w, Exchange: 1, Dir: fact.In, Start: at + 12e6, End: at + 12e6, Opcode: fact.Binary, Payload: []byte{0, 255, 1}, Size: 3},
		&fact.Message{Conn: w, Exchange: 1, Dir: fact.In, Start: at + 13e6, End: at + 13e6, Opcode: fact.Close, Payload: []byte{3, 233}, Size: 2},
		&fact.Closed{Conn: w, Time: at + 14e6, By: fact.In, Known: true},
		&fact.Note{Text: "a note with token=geheim"},
	}
}

func wrote(t testing.TB, o WriteOptions) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out, o)
	for _, f := range conversation() {
		w.Add(f)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestImportable holds what is written against what HAR 1.2 requires and Chrome's importer reads.
func TestImportable(t *testing.T) {
	t.Parallel()
	var doc struct {
		Log struct {
			Version *string
			Creator *struct{ Name, Version string }
			Pages   *[]any
			Entries []map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(wrote(t, WriteOptions{}), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Log.Version == nil || *doc.Log.Version != "1.2" || doc.Log.Creator == nil || doc.Log.Pages == nil || len(doc.Log.Entries) != 3 {
		t.Fatalf("log %+v", doc.Log)
	}
	required := map[string][]string{
		"":         {"startedDateTime", "time", "request", "response", "cache", "timings"},
		"request":  {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"},
		"response": {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize"},
		"timings":  {"send", "wait", "receive"},
	}
	for i, e := range doc.Log.Entries {
		for in, names := range required {
			members := e
			if in != "" {
				members = nil
				if err := json.Unmarshal(e[in], &members); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range names {
				if _, ok := members[name]; !ok {
					t.Errorf("entry %d: %s has no %s", i, in, name)
				}
			}
		}
	}
	var messages []struct {
		Type   string
		Time   float64
		Opcode int
		Data   *string
	}
	if err := json.Unmarshal(doc.Log.Entries[1]["_webSocketMessages"], &messages); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, m := range messages {
		got += fmt.Sprintf("%s %d %s %.3f; ", m.Type, m.Opcode, *m.Data, m.Time)
	}
	if want := `send 1 40/n,{"token":"***"} 1795424400.011; receive 2 AP8B 1795424400.012; receive 8 A+k= 1795424400.013; `; got != want {
		t.Errorf("messages %s\nwant %s", got, want)
	}
}

// TestMasked: no secret leaves, and who asks for them gets them.
func TestMasked(t *testing.T) {
	t.Parallel()
	if out := wrote(t, WriteOptions{}); bytes.Contains(out, []byte("geheim")) {
		t.Errorf("a secret is in\n%s", out)
	}
	if n := bytes.Count(wrote(t, WriteOptions{Redact: redact.Redactor{Off: true}}), []byte("geheim")); n < 8 {
		t.Errorf("%d secrets, want all", n)
	}
}

// TestSpill: what is over the limit in memory comes out the same.
func TestSpill(t *testing.T) {
	t.Parallel()
	want := wrote(t, WriteOptions{})
	if got := wrote(t, WriteOptions{MaxHeld: 1}); !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestFramed: masked packets are framed as they were.
func TestFramed(t *testing.T) {
	t.Parallel()
	w := NewWriter(&strings.Builder{}, WriteOptions{})
	for _, tt := range []struct{ name, kind, in, want string }{
		{"revision 4", "text/plain", "42[\"a\",{\"password\":\"geheim\"}]\x1e2", "42[\"a\",{\"password\":\"***\"}]\x1e2"},
		{"revision 3", "text/plain", `28:42["a",{"password":"gehei"}]2:40`, `26:42["a",{"password":"***"}]2:40`},
		{"binary", "application/octet-stream", "\x00\x02\x08\xff42[\"a\",{\"password\":\"gehei\"}]", "\x00\x02\x06\xff42[\"a\",{\"password\":\"***\"}]"},
		{"nothing to hide", "text/plain", "ok", "ok"},
		{"long and foreign", "text/html", strings.Repeat("<p>", 10_000), leftOut},
	} {
		if got := string(w.body([]byte(tt.in), []byte(tt.kind), fact.In)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestNotesWithoutDirectories: what a HAR says of the files it was made of does not tell where they lay.
func TestNotesWithoutDirectories(t *testing.T) {
	t.Parallel()
	for _, off := range []bool{false, true} {
		var b bytes.Buffer
		w := NewWriter(&b, WriteOptions{Redact: redact.Redactor{Off: off}})
		w.Add(fact.NewNote("/home/bob/a.pcap", lang.Say("reading /home/bob/a.pcap: it ends early")))
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "/home/bob") != off || !strings.Contains(b.String(), "a.pcap: it ends early") {
			t.Errorf("secrets shown %v: %s", off, b.String())
		}
	}
}
