package recordings

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sioscope/capture"
	"sioscope/capture/extract"
	"sioscope/capture/har"
	"sioscope/internal/apart"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
)

// diagnosed is what files were diagnosed to be.
func diagnosed(t *testing.T, files *capture.Files) (*session.Tracker, diagnose.Diagnosis) {
	t.Helper()
	tr := new(session.Tracker)
	if err := files.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	return tr, diagnose.Diagnose(tr)
}

// saved saves what is named and reads it again.
func saved(t *testing.T, files *capture.Files, tr *session.Tracker, d *diagnose.Diagnosis, w extract.What, r redact.Redactor) (*session.Tracker, diagnose.Diagnosis, capture.Saved, []byte) {
	t.Helper()
	c, err := extract.Choose(tr, d, w)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "out.pcapng")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	did, err := files.Save(context.Background(), out, &capture.Part{Conns: c.Packets(), Redact: r, Keep: c.Sid, Keys: c.Keys, App: "sioscope"})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again, e := diagnosed(t, &capture.Files{Inputs: []capture.Input{{Path: path}}})
	return again, e, did, b
}

// looks is what must be the same of a session.
func looks(s *session.Session) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s eio=%d %s->%s opened=%d closed=%d %v upgrade=%s packets=%v events=%v acks=%v namespaces=%v", s.SID, s.EIO, s.Client, s.Server, s.Opened, s.Closed, s.Close, s.Upgrade, s.Packets, s.Events, s.Acks, s.Namespaces)
	for _, h := range s.History {
		fmt.Fprintf(&b, " %s %d-%d", h.Transport, h.From, h.To)
	}
	for _, e := range s.Exchanges {
		fmt.Fprintf(&b, "\n  %s %d %d", e.Kind, e.Start, e.Status)
	}
	return b.String()
}

func findings(d *diagnose.Diagnosis) []string {
	var ids []string
	for _, f := range d.Findings {
		ids = append(ids, f.ID)
	}
	slices.Sort(ids)
	return ids
}

// eachCapture reads every recording, with its keys, for a test of its own.
func eachCapture(t *testing.T, check func(t *testing.T, in *capture.Files, tr *session.Tracker, d diagnose.Diagnosis)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*/capture.pcap*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			in := &capture.Files{Inputs: []capture.Input{{Path: file}}, Keys: keys(dir)}
			tr, d := diagnosed(t, in)
			check(t, in, tr, d)
		})
	}
}

// TestSaveAll: what is saved of all sessions opens again as the same sessions with the same findings, with secrets masked
// and without.
func TestSaveAll(t *testing.T) {
	t.Parallel()
	eachCapture(t, func(t *testing.T, in *capture.Files, tr *session.Tracker, d diagnose.Diagnosis) {
		for _, r := range []redact.Redactor{{Off: true}, {}} {
			if len(tr.Sessions)+len(tr.Refused) == 0 {
				continue
			}
			again, e, did, _ := saved(t, in, tr, &d, extract.What{}, r)
			t.Logf("off=%v %+v of %d packets", r.Off, did, tr.Stats.Packets)
			if len(again.Sessions) != len(tr.Sessions) {
				t.Errorf("%d sessions, want %d", len(again.Sessions), len(tr.Sessions))
				continue
			}
			for i, s := range tr.Sessions {
				if got, want := looks(again.Sessions[i]), looks(s); got != want {
					t.Errorf("off=%v got %s\nwant %s", r.Off, got, want)
				}
			}
			if got, want := findings(&e), findings(&d); !slices.Equal(got, want) {
				t.Errorf("off=%v findings %v, want %v", r.Off, got, want)
			}
		}
	})
}

// TestSaveOne: of one session nothing of others goes along, not even their sids.
func TestSaveOne(t *testing.T) {
	t.Parallel()
	eachCapture(t, func(t *testing.T, in *capture.Files, tr *session.Tracker, d diagnose.Diagnosis) {
		for _, s := range tr.Sessions[:min(6, len(tr.Sessions))] {
			if s.SID == "" {
				continue
			}
			again, e, did, b := saved(t, in, tr, &d, extract.What{Sessions: []string{s.SID}}, redact.Redactor{})
			got := again.Session(s.SID)
			if got == nil || looks(got) != looks(s) {
				t.Errorf("got %v\nwant %s", got, looks(s))
				continue
			}
			if lacks := missing(e.BySession[got], d.BySession[s]); len(lacks) > 0 {
				t.Logf("%s: without the others there is no proof of %v; %+v", s.SID, lacks, did.Left)
			}
			if did.TLS > 0 || did.HTTP2 > 0 {
				continue
			}
			if len(again.Sessions) != 1 {
				t.Errorf("%d sessions came along", len(again.Sessions)-1)
			}
			for _, o := range tr.Sessions {
				if o != s && o.SID != "" && bytes.Contains(b, []byte(o.SID)) {
					t.Errorf("the sid %s of another session is in it", o.SID)
				}
			}
		}
	})
}

// missing is what is in want and not in got.
func missing(got, want []string) (lacks []string) {
	for _, id := range want {
		if !slices.Contains(got, id) {
			lacks = append(lacks, id)
		}
	}
	return lacks
}

// TestSaveFinding: what a finding touches shows the finding again, or it is said that it does not.
func TestSaveFinding(t *testing.T) {
	t.Parallel()
	// These are told by what happened to sessions that they do not touch, such as a node's earlier life.
	elsewhere := []string{"node-restarted", "session-expired"}
	for _, name := range []string{"nginx-rr-v4", "elb-http-strip", "seed-elb-tcp", "lb-and-nodes", "forbidden", "mixed-fleet", "node-restart", "idle-timeout", "ws-blocked-403", "two-layers-cookie", "cors-blocked"} {
		files, _ := filepath.Glob("testdata/" + name + "/capture.pcap*")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := &capture.Files{Inputs: []capture.Input{{Path: files[0]}}}
			tr, d := diagnosed(t, in)
			if len(d.Findings) == 0 {
				t.Fatal("no finding")
			}
			for _, f := range d.Findings {
				again, e, _, _ := saved(t, in, tr, &d, extract.What{Findings: []string{f.ID}}, redact.Redactor{})
				if got := findings(&e); !slices.Contains(got, f.ID) && !slices.Contains(elsewhere, f.ID) {
					t.Errorf("%s became %v", f.ID, got)
				}
				if len(again.Sessions) < len(f.Sessions) || len(again.Refused) < len(f.Refused) {
					t.Errorf("%s: %d sessions and %d refused of %d and %d", f.ID, len(again.Sessions), len(again.Refused), len(f.Sessions), len(f.Refused))
				}
			}
		})
	}
}

// TestSaveForOthers: tshark reads what is written, and finds every checksum as it was.
func TestSaveForOthers(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("no tshark here: apt-get install tshark")
	}
	sums := func(path string) string {
		out, err := exec.Command("tshark", "-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-T", "fields", "-e", "frame.time_epoch",
			"-e", "tcp.seq_raw", "-e", "tcp.len", "-e", "tcp.checksum.status", "-e", "ip.checksum.status", "-e", "_ws.malformed", "-e", "http.request.method", "-e", "http.response.code", "-e", "websocket.opcode").Output()
		if err != nil {
			t.Fatalf("tshark: %v", err)
		}
		return string(out)
	}
	for _, name := range []string{"nginx-rr-v4", "elb-http-strip", "haproxy-cookie-browser", "msgpack-v4", "any-sll2", "direct-v2"} {
		files, _ := filepath.Glob("testdata/" + name + "/capture.pcap*")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := &capture.Files{Inputs: []capture.Input{{Path: files[0]}}}
			tr, d := diagnosed(t, in)
			_, _, did, b := saved(t, in, tr, &d, extract.What{}, redact.Redactor{})
			path := filepath.Join(t.TempDir(), "out.pcapng")
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			got := strings.Split(strings.TrimSpace(sums(path)), "\n")
			if len(got) != did.Packets {
				t.Errorf("%d packets, wrote %d", len(got), did.Packets)
			}
			was := sums(files[0])
			for _, line := range got {
				if !strings.Contains(was, line) {
					t.Errorf("not so in the original: %s", line)
				}
			}
		})
	}
}

// TestSavePlaces: of captures that were made at several places, by clocks that differ, one file is written, which opens
// as several again: sessions are seen on the same hops, and nodes are called what they were called.
func TestSavePlaces(t *testing.T) {
	t.Parallel()
	inputs, _ := take(t, "testdata/lb-and-nodes/capture.pcap", apart.Part{Label: "lb", Ports: []uint16{7410}},
		apart.Part{Label: "node-a", Ports: []uint16{7411}, Skew: -2 * time.Hour}, apart.Part{Label: "node-b", Ports: []uint16{7412}, Skew: 3 * time.Second})
	in := &capture.Files{Inputs: inputs}
	tr, d := diagnosed(t, in)
	again, e, _, b := saved(t, in, tr, &d, extract.What{}, redact.Redactor{})
	for i, s := range tr.Sessions {
		if got, want := looks(again.Sessions[i]), looks(s); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	if got, want := text(t, outcomeOf(t, again)), text(t, outcomeOf(t, tr)); got != want {
		t.Errorf("it is not what it was (-):\n%s", difference(want, got))
	}
	if got, want := findings(&e), findings(&d); !slices.Equal(got, want) {
		t.Errorf("findings %v, want %v", got, want)
	}
	var names []string
	for _, n := range again.Nodes {
		names = append(names, n.Label+" "+n.Basis)
	}
	var want []string
	for _, n := range tr.Nodes {
		want = append(want, n.Label+" "+n.Basis)
	}
	if !slices.Equal(names, want) {
		t.Errorf("nodes %q, want %q", names, want)
	}
	for _, name := range []string{"place: lb", "place: node-a", "place: node-b"} {
		if !bytes.Contains(b, []byte(name)) {
			t.Errorf("no interface is %q", name)
		}
	}
}

// TestSaveStrays: of a capture on one node, what is saved has the requests for sids that another node issued, too: a finding
// is about them alone.
func TestSaveStrays(t *testing.T) {
	t.Parallel()
	inputs, _ := take(t, "testdata/lb-and-nodes/capture.pcap", apart.Part{Ports: []uint16{7412}})
	in := &capture.Files{Inputs: inputs}
	tr, d := diagnosed(t, in)
	if f := d.Find("session-lost"); f == nil || len(f.Sessions) > 0 {
		t.Fatalf("no sid from before is said to be lost: %v", findings(&d))
	}
	for _, w := range []extract.What{{}, {Findings: []string{"session-lost"}}} {
		for _, r := range []redact.Redactor{{Off: true}, {}} {
			_, e, _, _ := saved(t, in, tr, &d, w, r)
			if got, want := findings(&e), findings(&d); w.Empty() && !slices.Equal(got, want) || !slices.Contains(got, "session-lost") {
				t.Errorf("of %+v, off=%v: findings %v, want %v", w, r.Off, got, want)
			}
		}
	}
}

// FuzzSave: whatever a capture is, what is saved of it can be read.
func FuzzSave(f *testing.F) {
	for _, name := range []string{"direct-v4", "deflate", "jsonp-v4", "lossy", "mid-capture", "msgpack-v4"} {
		files, _ := filepath.Glob("testdata/" + name + "/capture.pcap*")
		b, err := os.ReadFile(files[0])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[:min(len(b), 24<<10)])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := &capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: bytes.NewReader(data)}
		in.Rewind = func() error {
			in.Stdin = bytes.NewReader(data)
			return nil
		}
		tr := new(session.Tracker)
		if in.Run(context.Background(), tr.Add) != nil {
			return
		}
		tr.Finish()
		d := diagnose.Diagnose(tr)
		c, err := extract.Choose(tr, &d, extract.What{})
		if err != nil || len(c.Packets()) == 0 {
			return
		}
		var out bytes.Buffer
		if _, err := in.Save(context.Background(), &out, &capture.Part{Conns: c.Packets(), App: "sioscope"}); err != nil {
			t.Fatal(err)
		}
		again := &capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: &out}
		if err := again.Run(context.Background(), new(session.Tracker).Add); err != nil {
			t.Fatal(err)
		}
	})
}

// TestSaveHAR: of one session a HAR has what the capture has of it, and nothing of others, encrypted connections and
// HTTP/2 among them.
func TestSaveHAR(t *testing.T) {
	t.Parallel()
	eachCapture(t, func(t *testing.T, in *capture.Files, tr *session.Tracker, d diagnose.Diagnosis) {
		for _, s := range tr.Sessions[:min(3, len(tr.Sessions))] {
			if s.SID == "" || slices.ContainsFunc(s.Exchanges, func(e *session.Exchange) bool { return e.SecondAnswer != 0 }) {
				continue // a HAR has no place for a second answer
			}
			c, err := extract.Choose(tr, &d, extract.What{Sessions: []string{s.SID}})
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			h := har.NewWriter(&out, har.WriteOptions{})
			if err := in.Run(context.Background(), c.Facts(h.Add)); err != nil {
				t.Fatal(err)
			}
			if err := h.Close(); err != nil {
				t.Fatal(err)
			}
			for _, o := range tr.Sessions {
				if o != s && o.SID != "" && bytes.Contains(out.Bytes(), []byte(o.SID)) {
					t.Errorf("the sid %s of another session is in it", o.SID)
				}
			}
			again, _ := diagnosed(t, &capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: &out})
			got := again.Session(s.SID)
			if len(again.Sessions) != 1 || got == nil {
				t.Errorf("%s: %d sessions", s.SID, len(again.Sessions))
				continue
			}
			if got.Transport() != s.Transport() || got.Upgrade != s.Upgrade || got.Packets != s.Packets || got.Events != s.Events || got.Acks != s.Acks || len(got.Exchanges) != len(s.Exchanges) {
				t.Errorf("%s: %v %v %v %v %v %d, want %v %v %v %v %v %d", s.SID, got.Transport(), got.Upgrade, got.Packets, got.Events, got.Acks, len(got.Exchanges),
					s.Transport(), s.Upgrade, s.Packets, s.Events, s.Acks, len(s.Exchanges))
			}
		}
	})
}
