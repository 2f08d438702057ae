package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// elements are those that a page may have, and attributes those that may tell a browser to do something.
var (
	elements = strings.Fields("html head meta title style body header div p svg path rect text desc defs pattern h1 h2 h3 h4 main ul ol li b i span section article figure figcaption table thead tbody tr th td small code a pre button form label input select option output dl dt dd footer script")
	allowed  = strings.Fields("lang charset http-equiv content name class id viewbox width height aria-hidden aria-labelledby aria-sort role d x y rx fill stroke-width stroke-dasharray font-size textlength lengthadjust patternunits xmlns scope tabindex type hidden data-done data-transport data-v data-text autocomplete spellcheck value href style")
)

// checkPage holds a page against what it may consist of, and gives its text.
func checkPage(t *testing.T, data []byte) string {
	t.Helper()
	if !utf8.Valid(data) {
		t.Error("no UTF-8")
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	scripts, ids := 0, map[string]bool{}
	for n := range doc.Descendants() {
		switch n.Type {
		case html.TextNode:
			if n.Parent.Data != "style" && n.Parent.Data != "script" {
				text.WriteString(n.Data)
				if i := strings.IndexFunc(n.Data, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || invisible(r) || unsafe(r)) }); i >= 0 {
					t.Errorf("control character or mark of direction in %.80q", n.Data[i:])
				}
			}
		case html.CommentNode:
			t.Errorf("comment %.80q", n.Data)
		case html.ElementNode:
			if !slices.Contains(elements, n.Data) {
				t.Errorf("element %.80q", n.Data)
			}
			if n.Data == "script" {
				scripts++
				sum := sha256.Sum256([]byte(n.FirstChild.Data))
				if want := "script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy(doc), want) {
					t.Errorf("the policy does not allow the page's script: %s", policy(doc))
				}
			}
			for _, a := range n.Attr {
				switch {
				case !slices.Contains(allowed, strings.ToLower(a.Key)):
					t.Errorf("attribute %.80q of %s", a.Key, n.Data)
				case a.Key == "href" && !regexp.MustCompile(`^#[a-z]-?[a-z0-9.-]+$`).MatchString(a.Val):
					t.Errorf("link to %.80q", a.Val)
				case a.Key == "style" && !regexp.MustCompile(`^width:\d+%$`).MatchString(a.Val):
					t.Errorf("style %.80q", a.Val)
				case a.Key == "fill" && !regexp.MustCompile(`^url\(#tl\d+-h\d+\)$`).MatchString(a.Val):
					t.Errorf("fill %.80q", a.Val)
				case a.Key == "id":
					if ids[a.Val] {
						t.Errorf("two elements have the id %q", a.Val)
					}
					ids[a.Val] = true
				}
			}
		}
	}
	if scripts != 1 {
		t.Errorf("%d scripts, want the page's own", scripts)
	}
	return text.String()
}

func policy(doc *html.Node) string {
	for n := range doc.Descendants() {
		if n.Data != "meta" {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "http-equiv" && strings.EqualFold(a.Val, "Content-Security-Policy") {
				for _, c := range n.Attr {
					if c.Key == "content" {
						return c.Val
					}
				}
			}
		}
	}
	return ""
}

func htmlOf(t *testing.T, in Input) []byte {
	t.Helper()
	list, err := Expectations("websocket,upgrade<=500ms,nodes>=1")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := HTML(&b, in, Judge(in, list)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHTML(t *testing.T) {
	t.Parallel()
	in := picture()
	in.Source, in.By = "customer.pcap", "sio v1"
	in.Notes[0] = fact.Note{File: "/home/ann/cases/cut.pcap", Text: "/home/ann/cases/cut.pcap is cut short"}
	in.Diagnosis.Findings[0].Fixes[0].Snippet = "target_group {\n\tstickiness = \"source_ip\"\n}"
	text := checkPage(t, htmlOf(t, in))
	for _, want := range []string{"1 of 3 sessions is not on WebSocket", "The WebSocket request reached another node.", "customer.pcap", "5.7 s long",
		"32ZQ1nFjLnuHUbr3AAAA", "no-affinity-per-connection", "GET /socket.io/?EIO=3&transport=websocket&sid=32ZQ1nFjLnuHUbr3AAAA&token=*** → 400 Session ID unknown",
		"Upgrade stripped: that is 400 with code 3", "stickiness = \"source_ip\"", "1 gap in the connections, 1.2 kB missing", "62 packets · 18 kB",
		"1 connection was encrypted (app.example.com TLS 1.3)", "Tokens, cookies and credentials are masked.", "told apart by the counter in the sids"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if strings.Contains(text, "/home/ann") || !strings.Contains(text, "cut.pcap is cut short") {
		t.Error("the page tells where its author keeps files")
	}
	if strings.Contains(text, "s3cr3t") {
		t.Error("the page gives a secret away")
	}
}

// TestHostileHTML: whatever is in the traffic is text on the page, and no more of it than a page can bear.
func TestHostileHTML(t *testing.T) {
	t.Parallel()
	for _, text := range evil {
		data := htmlOf(t, hostile(text))
		checkPage(t, data)
		if len(data) > 400_000 {
			t.Errorf("%.40q: %d bytes", text, len(data))
		}
		var b bytes.Buffer
		if err := SVG(&b, hostile(text)); err != nil {
			t.Fatal(err)
		}
		checkSVG(t, b.Bytes())
	}
}

// checkSVG: it is XML, and nothing in it refers outside or runs.
func checkSVG(t *testing.T, data []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("no XML: %v", err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			if !slices.Contains(elements, e.Name.Local) || e.Name.Local == "script" {
				t.Errorf("element %q", e.Name.Local)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
					t.Errorf("attribute %q", a.Name.Local)
				}
			}
		}
		if _, ok := tok.(xml.Comment); ok {
			t.Error("a comment")
		}
	}
}

func TestSVG(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := SVG(&b, picture()); err != nil {
		t.Fatal(err)
	}
	checkSVG(t, b.Bytes())
	golden(t, "picture.svg", b.Bytes())
	for _, in := range []Input{{Tracker: &session.Tracker{}}} {
		b.Reset()
		if err := SVG(&b, in); err != nil {
			t.Fatal(err)
		}
		checkSVG(t, b.Bytes())
		checkPage(t, htmlOf(t, in))
	}
}

// fleet has n sessions, one in a hundred of which never upgraded, with a request a second each.
func fleet(n int) Input {
	t := &session.Tracker{First: t0, Last: t0 + 3600e3*ms, Nodes: []session.Node{{ID: "n1", Letter: "A", Sessions: n}}}
	for i := range n {
		c := &session.Conn{Conn: &fact.Conn{ID: i + 1, Client: netip.MustParseAddrPort("192.0.2.7:1234"), Server: netip.MustParseAddrPort("192.0.2.8:80")}, Opened: t0}
		s := &session.Session{Index: i, SID: fmt.Sprintf("%016dAAAA", i), EIO: 4, Path: "/socket.io/", Client: c.Client, Server: c.Server, Opened: t0 + int64(i)*ms, FirstSeen: t0 + int64(i)*ms,
			LastSeen: t.Last, Upgrade: session.UpgradeDone, UpgradedAt: t0 + int64(i+40+i%100)*ms, Conns: []*session.Conn{c},
			History: []session.Phase{{Transport: session.Polling, From: t0 + int64(i)*ms, To: t0 + int64(i+40)*ms}, {Transport: session.WebSocket, From: t0 + int64(i+40)*ms, To: t.Last}}}
		if i%100 == 0 {
			s.Upgrade, s.UpgradedAt, s.History = session.UpgradeNotTried, 0, s.History[:1]
		}
		for k := range int64(10) {
			e := &session.Exchange{Index: len(t.Exchanges), Conn: c, Session: s, Kind: session.Poll, Method: "GET", Start: t0 + k*300e3*ms, End: t0 + k*300e3*ms + 250e3*ms, Status: 200, Serial: int(k) + 1}
			t.Exchanges, s.Exchanges, c.Exchanges = append(t.Exchanges, e), append(s.Exchanges, e), append(c.Exchanges, e)
		}
		t.Conns, t.Sessions = append(t.Conns, c), append(t.Sessions, s)
	}
	return Input{Tracker: t}
}

// TestLargeHTML: a page of ten thousand sessions is bounded, and says what it leaves out.
func TestLargeHTML(t *testing.T) {
	t.Parallel()
	data := htmlOf(t, fleet(10_000))
	if len(data) > 3<<20 {
		t.Errorf("%d bytes", len(data))
	}
	text := checkPage(t, data)
	for _, want := range []string{"1\u00a0000 of 10\u00a0000 sessions are listed", "40 of 10\u00a0000 sessions are drawn"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said", want)
		}
	}
	var b bytes.Buffer
	if err := SVG(&b, fleet(10_000)); err != nil || b.Len() > 1<<20 {
		t.Errorf("%v, %d bytes", err, b.Len())
	}
}

func BenchmarkHTML(b *testing.B) {
	in := fleet(10_000)
	for b.Loop() {
		var n counter
		if err := HTML(&n, in, nil); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n), "bytes/page")
	}
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }
