package report

import (
	"fmt"
	"io"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// Schema names the form of what JSON prints. Fields may be added to it, never changed.
const Schema = "sioscope.report/1"

// JSON prints the report for machines, as Schema says: times as RFC 3339 with nanoseconds in UTC, durations as
// seconds. The order is that of the tracker, so that the same input gives the same bytes. Every session, request,
// node, connection and finding begins a line.
func JSON(w io.Writer, in Input) error {
	j := &jsonReport{jsonWriter: jsonWriter{w: w, buf: make([]byte, 0, jsonBuffer+4096)}, in: &in, refusedBy: in.refusedBy()}
	j.report()
	j.buf = append(j.buf, '\n')
	j.flush()
	if j.err != nil {
		return fmt.Errorf("writing the report: %w", j.err)
	}
	return nil
}

// report writes the whole of one input.
func (j *jsonReport) report() {
	in := j.in
	j.open('{')
	j.key("schema").str(Schema)
	j.verdict()
	if len(in.Expected) > 0 {
		j.list("expected", len(in.Expected), func(i int) { j.expected(&in.Expected[i]) })
	}
	j.experiments()
	j.list("sessions", len(in.Sessions), func(i int) { j.session(in.Sessions[i]) })
	j.list("refused", len(in.Refused), func(i int) { j.refused(in.Refused[i]) })
	j.list("lost", len(in.Lost), func(i int) { j.lost(in.Lost[i]) })
	j.list("path", len(in.Diagnosis.Path), func(i int) { j.hop(&in.Diagnosis.Path[i]) })
	j.list("nodes", len(in.Nodes), func(i int) { j.node(&in.Nodes[i]) })
	j.list("signals", len(in.Signals), func(i int) { j.signal(&in.Signals[i]) })
	j.list("restarts", len(in.Restarts), func(i int) { j.restart(in.Restarts[i]) })
	j.list("connections", len(in.Conns), func(i int) { j.conn(in.Conns[i]) })
	j.list("findings", len(in.Diagnosis.Findings), func(i int) { j.finding(&in.Diagnosis.Findings[i]) })
	if len(in.Moments) > 0 {
		j.list("moments", len(in.Moments), func(i int) { j.moment(&in.Moments[i]) })
	}
	j.stats()
	j.capture()
	j.secrets()
	j.close('}')
}

type jsonReport struct {
	jsonWriter
	in        *Input
	refusedBy map[*session.Exchange]string
}

// list writes the member name with n elements, each on a line of its own.
func (j *jsonReport) list(name string, n int, element func(i int)) {
	j.newline()
	j.key(name).open('[')
	for i := range n {
		j.newline()
		element(i)
	}
	j.close(']')
}

func (j *jsonReport) verdict() {
	v := j.in.Diagnosis.Verdict
	j.newline()
	j.key("verdict").open('{')
	j.key("state").str(string(v.State))
	j.key("summary").str(j.in.Redact.Text(v.Summary))
	j.key("title").str(j.in.Redact.Text(v.Title))
	j.key("cause").str(j.in.Redact.Text(v.Cause))
	j.key("healthy").bool(v.Healthy)
	j.close('}')
}

// expected is an expectation as it was written, and why it is not met.
func (j *jsonReport) expected(e *Judgement) {
	j.open('{')
	j.key("text").str(e.Text)
	j.key("met").bool(e.Met)
	j.key("why").strOrNull(j.in.Redact.Text(e.Why))
	j.close('}')
}

func (j *jsonReport) nodeID(index int) {
	if n := j.in.node(index); n != nil {
		j.str(n.ID)
	} else {
		j.null()
	}
}

func (j *jsonReport) node(n *session.Node) {
	j.open('{')
	j.key("id").str(n.ID)
	j.key("label").str(j.in.Redact.Text(n.Label))
	j.key("letter").str(n.Letter)
	j.key("basis").str(n.Basis)
	j.key("sessions").int(int64(n.Sessions))
	j.key("restarts").int(int64(n.Restarts))
	j.key("confidence").str(string(n.Confidence))
	j.key("decoded").strOrNull(n.Decoded)
	j.close('}')
}

func (j *jsonReport) refused(e *session.Exchange) {
	code, message := refusal(e)
	j.open('{')
	j.key("time").time(started(e))
	j.key("client").str(client(e))
	j.key("status").int(int64(e.Status))
	j.key("code")
	if code < 0 {
		j.null()
	} else {
		j.int(int64(code))
	}
	j.key("message").str(j.in.Redact.Text(message))
	j.key("finding").str(j.refusedBy[e])
	j.key("conn").int(int64(connID(e.Conn)))
	j.key("node")
	j.nodeID(e.Node)
	j.key("method").str(e.Method)
	j.key("target").str(j.in.Redact.Target(e.Target))
	if j.in.Trial.Is(e) {
		j.key("trial").bool(true)
	}
	j.close('}')
}

// lost is a request for a sid that nobody in the capture honoured.
func (j *jsonReport) lost(e *session.Exchange) {
	j.open('{')
	j.key("time").time(started(e))
	j.key("client").str(client(e))
	j.key("sid").str(e.SID)
	j.key("method").str(e.Method)
	j.key("kind").str(e.Kind.String())
	j.key("status").int(int64(e.Status))
	j.key("conn").int(int64(connID(e.Conn)))
	j.key("node")
	j.nodeID(e.Node)
	j.close('}')
}

func (j *jsonReport) restart(r session.Restart) {
	j.open('{')
	j.key("time").time(r.At)
	j.key("node")
	if r.After != nil {
		j.nodeID(r.After.Node)
	} else {
		j.null()
	}
	j.close('}')
}

func (j *jsonReport) conn(c *session.Conn) {
	j.open('{')
	j.key("id").int(int64(connID(c)))
	j.key("client").str(address(c.Client))
	j.key("server").str(address(c.Server))
	j.key("opened").time(c.Opened)
	j.key("closed").time(c.Closed)
	j.key("closedBy").str(c.ClosedBy)
	j.key("protocol").str(c.Protocol)
	j.tls(c.TLS)
	j.key("requests").int(int64(len(c.Exchanges)))
	j.key("reset").bool(c.Reset)
	j.key("complete").bool(c.SYN)
	j.key("behindBalancer").bool(c.Inner)
	j.key("gaps").int(int64(c.Gaps))
	j.key("lostBytes").int(c.LostBytes)
	j.key("file").str(c.File)
	if c.Source > 0 {
		j.key("source").int(int64(c.Source))
	}
	if c.Over != nil {
		j.key("over").int(int64(c.Over.ID))
		j.key("stream").int(int64(c.Stream))
	}
	if c.Via.IsValid() {
		j.key("via").str(address(c.Via))
	}
	if len(c.Malformed) > 0 {
		j.key("malformed").strings(j.texts(c.Malformed))
	}
	j.close('}')
}

func (j *jsonReport) tls(t *fact.TLS) {
	if t == nil {
		j.key("tls").null()
		return
	}
	version := t.Version
	if version == "" {
		version = "unknown"
	}
	j.key("tls").str(version)
	j.key("sni").str(t.SNI)
	j.key("alpn").strings(t.ALPN)
	j.key("undecoded").strOrNull(t.Reason)
}

func (j *jsonReport) finding(f *diagnose.Finding) {
	j.open('{')
	j.key("id").str(f.ID)
	j.key("severity").str(f.Severity.String())
	j.key("confidence").str(f.Confidence)
	j.key("title").str(j.in.Redact.Text(f.Title))
	j.key("explanation").str(j.in.Redact.Text(f.Explanation))
	j.key("sessions").open('[')
	for _, s := range f.Sessions {
		j.str(s.SID)
	}
	j.close(']')
	j.key("refused").int(int64(f.RefusedInAll()))
	if f.Earlier > 0 {
		j.key("earlierSessions").int(int64(f.Earlier))
	}
	j.key("evidence").open('[')
	for _, e := range f.Evidence {
		j.newline()
		j.evidence(e)
	}
	j.close(']')
	j.key("ruledOut").strings(j.texts(f.RuledOut))
	j.key("fixes").open('[')
	for _, fix := range f.Fixes {
		j.newline()
		j.open('{')
		j.key("for").str(fix.For)
		j.key("text").str(fix.Text)
		if fix.Snippet != "" {
			j.key("snippet").str(fix.Snippet)
		}
		j.close('}')
	}
	j.close(']')
	if len(f.Tried) > 0 {
		j.key("tried").open('[')
		for _, t := range f.Tried {
			j.newline()
			j.open('{')
			j.key("for").str(t.For)
			j.key("works").str(t.Works)
			j.key("text").str(j.in.Redact.Text(t.Text))
			j.close('}')
		}
		j.close(']')
	}
	j.key("wouldTell").str(j.in.Redact.Text(f.WouldTell))
	j.close('}')
}

func (j *jsonReport) evidence(e diagnose.Evidence) {
	j.open('{')
	j.key("time").time(e.Time)
	j.key("conn")
	if id := connID(e.Conn); id > 0 {
		j.int(int64(id))
	} else {
		j.null()
	}
	j.key("text").str(j.in.Redact.Text(j.in.evidence(e)))
	j.close('}')
}

func (j *jsonReport) texts(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = j.in.Redact.Text(s)
	}
	return out
}

// released tells what made room, and what is not listed because of that and is in the verdict.
func (j *jsonReport) released() {
	f, e := j.in.Freed, j.in.Diagnosis.Earlier
	if f == (session.Freed{}) {
		return
	}
	j.key("released").open('{')
	for _, n := range [...]struct {
		name  string
		value int64
	}{
		{"memory", j.in.Options.Memory}, {"payloads", f.Payloads}, {"rows", f.Rows}, {"requests", f.Requests}, {"connections", f.Conns},
		{"sessions", f.Sessions}, {"onWebSocket", int64(e.WebSocket)}, {"onPolling", int64(e.Polling)}, {"refused", int64(e.Refusals)},
	} {
		j.key(n.name).int(n.value)
	}
	j.close('}')
}

func (j *jsonReport) capture() {
	s := j.in.Stats
	j.newline()
	j.key("capture").open('{')
	for _, n := range [...]struct {
		name  string
		value int64
	}{
		{"packets", s.Packets}, {"bytes", s.Bytes}, {"connections", s.Connections}, {"gaps", s.Gaps},
		{"lostBytes", s.LostBytes}, {"cutPackets", s.CutPackets}, {"malformed", s.Malformed}, {"encrypted", s.Encrypted},
		{"notTcp", s.NotTCP}, {"quic", s.QUIC}, {"droppedFragments", s.DroppedFragments},
		{"harEntries", s.Entries}, {"droppedPackets", s.Dropped}, {"droppedRequests", j.in.DroppedExchanges},
	} {
		j.key(n.name).int(n.value)
	}
	j.key("first").time(j.in.First)
	j.key("last").time(j.in.Last)
	j.released()
	j.key("files").open('[')
	for i := range j.in.Files {
		j.newline()
		j.inputFile(&j.in.Files[i])
	}
	j.close(']')
	j.key("notes").open('[')
	names := j.in.fileNames()
	for _, n := range j.in.Notes {
		j.newline()
		j.open('{')
		j.key("file").str(j.in.Redact.File(n.File))
		j.key("text").str(j.in.Redact.Text(j.in.Redact.Files(n.In(j.in.Words), names...)))
		j.close('}')
	}
	j.close(']')
	j.close('}')
}
