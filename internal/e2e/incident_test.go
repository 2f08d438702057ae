package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/session"
)

// An incident is one cause that is brought about with real software, or the same with the fault mended: what is there,
// what clients do with it, and what must be said of the packets.
type incident struct {
	name   string // of its recording
	about  string // what happens, and why
	stage  func(t *testing.T) stage
	client int // the major version of its clients: 2 or 4; 0: 4; -1: there are none
	act    func(t *testing.T, on *set)
	cause  string // ids, with blanks between: one of them must be found; "": healthy
	beside string // ids of what is true besides
	yet    string // ids of what is said instead where the cause is not told, from one side or from both
	states string // the verdicts that are right, with blanks between
	both   bool   // what the balancer and the nodes say to each other is a second recording
}

// A set is an incident while it happens.
type set struct {
	stage
	clients *Clients // nil: none
	begun   int      // how many clients there were
	wire    *wire
	keys    string // a file with keys of TLS connections; "": none
}

// TestIncidents: each incident is captured while it happens, and its cause is named, from the clients' side and from
// both. With SIOSCOPE_RECORD=DIRECTORY the captures are kept there, with the truth beside them, as internal/recordings
// has them.
func TestIncidents(t *testing.T) {
	t.Parallel()
	crowd := make(chan bool, 4) // more at a time disturb each other, on few cores
	for _, i := range slices.Concat(apacheIncidents, balancerIncidents, browserIncidents, limitIncidents, moreIncidents, nodeIncidents, pythonIncidents, sessionIncidents) {
		t.Run(i.name, func(t *testing.T) {
			t.Parallel()
			crowd <- true
			defer func() { <-crowd }()
			i.run(t)
		})
	}
}

func (i *incident) run(t *testing.T) {
	on := &set{stage: i.stage(t)}
	if i.client >= 0 {
		on.clients = NewClients(t, cmp.Or(i.client, 4))
	}
	_, address, _ := strings.Cut(on.url, "://")
	front := portOf(t, address)
	ports := append([]uint16{front}, on.inner...)
	for _, n := range on.nodes {
		ports = append(ports, uint16(n.Port))
	}
	on.wire = tapped(t, ports...)
	i.act(t, on)
	on.wire.end(t)
	for _, n := range on.nodes {
		n.Kill() // it has said everything then
	}

	dir := t.TempDir()
	if to := os.Getenv("SIOSCOPE_RECORD"); to != "" {
		dir = filepath.Join(to, i.name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		i.truth(t, on, dir)
	}
	i.save(t, on, filepath.Join(dir, "capture.pcapng.gz"), front)
	if i.both {
		i.save(t, on, filepath.Join(dir, "both.pcapng.gz"), ports...)
	}
}

// maxRecording is how large a recording may become that is kept with the source.
const maxRecording = 60_000

// save writes a recording, and holds what is said of it against the truth.
func (i *incident) save(t *testing.T, on *set, path string, ports ...uint16) {
	t.Helper()
	if n := on.wire.save(t, path, on.keys, ports...); n > maxRecording && os.Getenv("SIOSCOPE_RECORD") != "" {
		t.Errorf("%s has %d bytes, more than %d", filepath.Base(path), n, maxRecording)
	}
	tr := &session.Tracker{}
	files := capture.Files{Inputs: []capture.Input{{Path: path}}}
	if err := files.Run(context.Background(), tr.Add); err != nil {
		t.Fatal(err)
	}
	tr.Finish()
	d := diagnose.Diagnose(tr)
	t.Logf("%s/%s: %s\n%s", i.name, filepath.Base(path), d.Verdict.Summary, listed(&d))
	if wrong := i.judge(&d); len(wrong) > 0 {
		t.Errorf("%s/%s: %s", i.name, filepath.Base(path), strings.Join(wrong, "\n"))
	}
	if st := tr.Stats; st.Gaps+st.Dropped != 0 {
		t.Errorf("%s is not whole: %+v", filepath.Base(path), st)
	}
}

func listed(d *diagnose.Diagnosis) string {
	var lines []string
	for _, f := range d.Findings {
		lines = append(lines, fmt.Sprintf("  %s %s %s: %s", f.Severity, f.Confidence, f.ID, f.Title))
	}
	return strings.Join(lines, "\n")
}

// judge says what was said wrongly.
func (i *incident) judge(d *diagnose.Diagnosis) (wrong []string) {
	if !slices.Contains(strings.Fields(i.states), string(d.Verdict.State)) {
		wrong = append(wrong, fmt.Sprintf("the verdict is %s, want %s", d.Verdict.State, i.states))
	}
	found := i.cause == ""
	for _, f := range d.Findings {
		named := slices.Contains(strings.Fields(i.cause+" "+i.yet), f.ID)
		found = found || named
		if f.Severity == diagnose.Info {
			continue
		}
		if !named && !slices.Contains(strings.Fields(i.beside), f.ID) {
			wrong = append(wrong, fmt.Sprintf("%s is said, %s: %s", f.ID, f.Confidence, f.Title))
		}
	}
	if !found {
		wrong = append(wrong, "the cause is not named: "+i.cause)
	}
	return wrong
}

// truth writes what servers and clients logged.
func (i *incident) truth(t *testing.T, on *set, dir string) {
	t.Helper()
	type object = map[string]any
	var sessions, clients []object
	for _, n := range on.nodes {
		for _, e := range n.Seen() {
			switch e.Event {
			case "open":
				if n.version == 1 || n.version == 2 {
					e.EIO = 3 // they know no other, whatever is asked for
				}
				sessions = append(sessions, object{"sid": e.SID, "node": e.Node, "eio": e.EIO, "transports": []string{e.Transport}})
			case "upgrade":
				for _, s := range sessions {
					if s["sid"] == e.SID {
						s["transports"] = append(s["transports"].([]string), e.Transport)
					}
				}
			}
		}
	}
	if on.clients != nil {
		for _, name := range on.clients.names() {
			clients = append(clients, on.clients.account(name))
		}
	}
	text, err := json.MarshalIndent(object{
		"name": i.name, "about": i.about,
		"done":     append([]string{}, strings.Fields(i.cause+" "+i.beside)...),
		"causes":   append([]string{}, strings.Fields(i.cause+" "+i.yet)...),
		"expect":   object{"state": strings.Fields(i.states), "only": append([]string{}, strings.Fields(i.cause+" "+i.yet+" "+i.beside)...)},
		"sessions": sessions, "clients": clients,
	}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "truth.json"), append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// names are the clients', in the order of their first event.
func (c *Clients) names() (names []string) {
	for _, e := range c.Seen() {
		if e.Client != "" && !slices.Contains(names, e.Client) {
			names = append(names, e.Client)
		}
	}
	return names
}

// account is what a client counted.
func (c *Clients) account(name string) map[string]any {
	var sid, disconnect any
	var received, acks int64
	connected, errors := false, []string{}
	for _, e := range c.Seen() {
		if e.Client != name {
			continue
		}
		switch e.Event {
		case "connect":
			sid, connected = e.SID, true
		case "received":
			received++
		case "ack":
			acks++
		case "disconnect":
			if e.Reason != "io client disconnect" {
				disconnect = e.Reason
			}
		case "connect_error", "upgrade_error":
			errors = append(errors, e.Event+": "+e.Message)
		}
	}
	return map[string]any{"sid": sid, "sent": c.sent[name], "recv": received, "acks": acks, "errors": errors, "connected": connected, "disconnect": disconnect}
}
