package session

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// TestMeaning: values as balancers write them. The hashes were made by md5sum, sha1sum and sha256sum.
func TestMeaning(t *testing.T) {
	t.Parallel()
	d := &decoder{addresses: []netip.AddrPort{netip.MustParseAddrPort("10.0.0.4:3000"), netip.MustParseAddrPort("10.0.0.5:3000")},
		found: map[Cookie]meaning{}, forms: map[string]string{}}
	for _, tt := range []struct {
		name, value string
		cookie      bool
		node, how   string
	}{
		{"BIGipServerpool", "1677787402.20480.0000", true, "10.1.1.100:80", "F5 BIG-IP cookie"},
		{"BIGipServer~x~pool", "vi20010112000000000000000000000030.20480", true, "[2001:112::30]:80", "F5 BIG-IP cookie"},
		{"BIGipServerpool", "rd5o00000000000000000000ffffc0000201o80", true, "192.0.2.1:80", "F5 BIG-IP cookie"},
		{"BIGipServerpool", "rd3o20010112000000000000000000000030o80", true, "[2001:112::30]:80", "F5 BIG-IP cookie"},
		{"BIGipServerpool", "1677787402.20480.0001", true, "1677787402.20480.0001", ""},
		{"BIGipServerpool", "99999999999.20480.0000", true, "99999999999.20480.0000", ""},
		{"sticky", "MS4yLjMuNDo4MA==", true, "1.2.3.4:80", "Envoy session"},
		{"sticky", `"MS4yLjMuNDo4MA=="`, true, "1.2.3.4:80", "Envoy session"},
		{"sticky", "CgoxLjIuMy40OjgwEIAB", true, "1.2.3.4:80", "Envoy session"},
		{"x-sticky", "MS4yLjMuNDo4MA==", false, "1.2.3.4:80", "Envoy session"},
		{"sticky", "bm8gYWRkcmVzcyBhdCBhbGw=", true, "bm8gYWRkcmVzcyBhdCBhbGw=", ""},
		{"route", "02f11c7077b75ef66090b60a9db09327", true, "10.0.0.5:3000", "nginx sticky cookie"},
		{"route", "df54c48cecb28d1d0c1b629921680623", true, "10.0.0.5:3000", "nginx sticky cookie"},
		{"route", "c032da2ba2988ab8d534a2b88e3a12c194cefba6", true, "10.0.0.5:3000", "nginx sticky cookie"},
		{"route", "02f11c7077b75ef66090b60a9db09328", true, "02f11c7077b75ef66090b60a9db09328", ""},
		{"_3f2a1", "d1f5a1c4bf7e45f7", true, "10.0.0.5:3000", "Traefik sticky cookie"},
		{"_3f2a1", "b55bce76f653a94e", true, "10.0.0.5:3000", "Traefik sticky cookie"},
		{"SERVERID", "sticky.app01", true, "app01", ""},
		{"ROUTEID", ".app02", true, "app02", ""},
		{"JSESSIONID", "8F2E.jvm1", true, "jvm1", ""},
		{"io", "n1~KrMnDhLqhkvL3ev-AAAB", true, "n1", ""},
		{"SERVERID", "s1|Zx1yZ|Zx1yA", true, "s1", ""},
		{"x-upstream-addr", "10.0.0.4:3000, 10.0.0.5:3000", false, "10.0.0.5:3000", ""},
		{"x-pod", "web-0", false, "web-0", ""},
	} {
		m := d.meaning(tt.name, tt.value, tt.cookie)
		if m.node != tt.node || m.how != tt.how {
			t.Errorf("%s=%s: %q by %q, want %q by %q", tt.name, tt.value, m.node, m.how, tt.node, tt.how)
		}
	}
}

// A visit is a session: the value that its handshake's answer says, its counter, and what else happens.
type visit struct {
	line    string
	counter byte
	wrong   string // a poll gets 400 code 1 with this line, and another is honoured after that
	again   string // a poll is honoured with this line
}

func (w *wire) visit(i int, v visit) {
	id := sid(fmt.Sprint("s", i), v.counter)
	conn := fmt.Sprint(i)
	w.handshake(conn, id, v.line)
	ok := []string{"Content-Type: text/plain"}
	if v.wrong != "" {
		w.ask(conn+"w", get+"&t=w&sid="+id)
		w.say(conn+"w", 400, `{"code":1,"message":"Session ID unknown"}`, "Content-Type: application/json", v.wrong)
		w.ask(conn, get+"&t=x&sid="+id)
		w.say(conn, 200, "2", append(ok, v.line)...)
	}
	if v.again != "" {
		w.ask(conn, get+"&t=y&sid="+id)
		w.say(conn, 200, "2", append(ok, v.again)...)
	}
}

func TestSignals(t *testing.T) {
	t.Parallel()
	const cookie = "Set-Cookie: "
	for _, tt := range []struct {
		name       string
		visits     []visit
		signal     string
		class      Class
		confidence Confidence
		chosen     bool
	}{
		{"a custom header of which one value was seen", []visit{{line: "X-Pod: a", counter: 0}, {line: "X-Pod: a", counter: 1}},
			"X-Pod", NodeClass, Likely, true},
		{"its values are the same for the sids, whose counters agree", []visit{{line: "X-Q: a", counter: 0}, {line: "X-Q: b", counter: 0}, {line: "X-Q: a", counter: 1}, {line: "X-Q: b", counter: 1}},
			"X-Q", NodeClass, Certain, true},
		{"it foretells unknown sids", []visit{{line: "X-Q: a", counter: 3, wrong: "X-Q: b"}, {line: "X-Q: b", counter: 7, wrong: "X-Q: a"}, {line: "X-Q: a", counter: 5, wrong: "X-Q: b"}},
			"X-Q", NodeClass, Certain, true},
		{"it has the same value where the sid is unknown", []visit{{line: "X-Q: a", counter: 3, wrong: "X-Q: a"}, {line: "X-Q: b", counter: 7, wrong: "X-Q: b"}, {line: "X-Q: a", counter: 5}},
			"X-Q", UnknownClass, "", false},
		{"it changes within a session", []visit{{line: "X-Q: a", counter: 0, again: "X-Q: b"}, {line: "X-Q: b", counter: 1, again: "X-Q: a"}},
			"X-Q", RequestClass, "", false},
		{"a custom name that changes within a session", []visit{{line: "X-Pod: a", counter: 0, again: "X-Pod: b"}, {line: "X-Pod: b", counter: 1}},
			"X-Pod", RequestClass, "", false},
		{"every session has its own", []visit{{line: "X-Q: a", counter: 0}, {line: "X-Q: b", counter: 1}, {line: "X-Q: c", counter: 2}, {line: "X-Q: d", counter: 3}},
			"X-Q", ClientClass, "", false},
		{"a custom name of which every session has its own", []visit{{line: "X-Pod: a", counter: 0}, {line: "X-Pod: b", counter: 1}, {line: "X-Pod: c", counter: 2}, {line: "X-Pod: d", counter: 3}},
			"X-Pod", ClientClass, "", false},
		{"tenants of one process", []visit{{line: "X-Tenant: a", counter: 0}, {line: "X-Tenant: b", counter: 1}, {line: "X-Tenant: a", counter: 2}, {line: "X-Tenant: b", counter: 3}},
			"X-Tenant", UnknownClass, "", false},
		{"one value, and counters that begin anew", []visit{{line: cookie + "SERVERID=x", counter: 4}, {line: cookie + "SERVERID=x", counter: 0}, {line: cookie + "SERVERID=x", counter: 5}, {line: cookie + "SERVERID=x", counter: 1}},
			"SERVERID", NodeClass, Likely, true},
		{"a cache", []visit{{line: "X-Served-By: cache-fra1", counter: 0}, {line: "X-Served-By: cache-fra2", counter: 0}, {line: "X-Served-By: cache-fra1", counter: 1}},
			"X-Served-By", EdgeClass, "", false},
		{"a balancer's pin of a client", []visit{{line: cookie + "AWSALB=p", counter: 0}, {line: cookie + "AWSALB=q", counter: 0}, {line: cookie + "AWSALB=p", counter: 1}},
			"AWSALB", ClientClass, "", false},
		{"ingress-nginx, whatever its cookie is called", []visit{
			{line: cookie + "route=1660810424.123.45.678901|d41d8cd98f00b204e9800998ecf8427e", counter: 0},
			{line: cookie + "route=1660810425.124.45.678901|d41d8cd98f00b204e9800998ecf8427e", counter: 0}},
			"route", ClientClass, "", false},
		{"F5, encrypted", []visit{{line: cookie + "BIGipServerp=!abc", counter: 0}, {line: cookie + "BIGipServerp=!abd", counter: 0}},
			"BIGipServerp", ClientClass, "", false},
		{"F5", []visit{{line: cookie + "BIGipServerp=1677787402.20480.0000", counter: 0}, {line: cookie + "BIGipServerp=1694564618.20480.0000", counter: 0}},
			"BIGipServerp", NodeClass, Certain, true},
		{"Envoy", []visit{{line: cookie + "anything=MTAuMC4wLjU6MzAwMA==", counter: 0}, {line: cookie + "anything=MTAuMC4wLjY6MzAwMA==", counter: 0}, {line: cookie + "anything=MTAuMC4wLjU6MzAwMA==", counter: 1}},
			"anything", NodeClass, Certain, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire(Options{})
			for i, v := range tt.visits {
				w.visit(i, v)
			}
			w.t.Finish()
			for _, s := range w.t.Signals {
				if s.Name != tt.signal {
					continue
				}
				if s.Class != tt.class || s.Confidence != tt.confidence || s.Chosen != tt.chosen {
					t.Errorf("%s %q, chosen %v; want %s %q, %v: %s\n%+v", s.Class, s.Confidence, s.Chosen, tt.class, tt.confidence, tt.chosen, s.Why(nil), s)
				}
				for _, n := range w.t.Nodes {
					if s.Chosen && n.Confidence != s.Confidence {
						t.Errorf("node %+v of a signal that is %s", n, s.Confidence)
					}
				}
				return
			}
			t.Errorf("no signal %s: %+v", tt.signal, w.t.Signals)
		})
	}
}

// TestDecodedNodes: nodes have the addresses that their cookies say.
func TestDecodedNodes(t *testing.T) {
	t.Parallel()
	w := newWire(Options{})
	w.visit(0, visit{line: "Set-Cookie: BIGipServerp=1677787402.20480.0000", counter: 0})
	w.visit(1, visit{line: "Set-Cookie: BIGipServerp=1694564618.20480.0000", counter: 0})
	w.t.Finish()
	var got []string
	for _, n := range w.t.Nodes {
		got = append(got, n.Label+" by "+n.Basis+", "+n.Decoded)
	}
	want := "10.1.1.100:80 by cookie BIGipServerp, F5 BIG-IP cookie; 10.1.1.101:80 by cookie BIGipServerp, F5 BIG-IP cookie"
	if strings.Join(got, "; ") != want {
		t.Errorf("nodes %q, want %q", got, want)
	}
}

// FuzzMeaning: what a cookie's value says is found without harm, and twice the same.
func FuzzMeaning(f *testing.F) {
	for _, v := range []string{"1677787402.20480.0000", "vi20010112000000000000000000000030.20480", "rd5o00000000000000000000ffffc0000201o80",
		"MS4yLjMuNDo4MA==", "CgoxLjIuMy40OjgwEIAB", "a|b~c.d", "1.2.3|d41d8cd98f00b204e9800998ecf8427e", "10.0.0.4:3000, 10.0.0.5:3000"} {
		f.Add("BIGipServerp", v, true)
		f.Add("x-upstream", v, false)
	}
	f.Fuzz(func(t *testing.T, name, value string, cookie bool) {
		d := &decoder{addresses: []netip.AddrPort{netip.MustParseAddrPort("10.0.0.5:3000")}, found: map[Cookie]meaning{}, forms: map[string]string{}}
		m := d.decode(name, value, cookie)
		if m.how != "" {
			if _, err := netip.ParseAddrPort(m.node); err != nil {
				t.Errorf("%q is decoded to %q", value, m.node)
			}
		}
		if n := d.decode(name, value, cookie); n != m {
			t.Errorf("%q is %+v, and then %+v", value, m, n)
		}
		classOf(name, value, cookie)
	})
}
