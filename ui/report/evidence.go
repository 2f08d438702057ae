package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/engineio"
	"sioscope/protocol/session"
	"sioscope/ui/proof"
)

// EvidenceSchema names the form of what Evidence prints. Fields may be added to it, never changed.
const EvidenceSchema = "sioscope.evidence/1"

// An EvidenceFile is a capture that evidence is of.
type EvidenceFile struct {
	Path   string
	Bytes  int64
	SHA256 string // in hexadecimal
}

// An Exhibit is a proof to be kept: what it is of, and when it was saved.
type Exhibit struct {
	Proof   proof.Proof
	Saved   time.Time // in the zone of who saved it
	Live    bool      // what it is of happened then
	Files   []EvidenceFile
	Picture string // the name of the picture that goes with it, or ""
}

// Evidence prints what proves on which transport a session is, for machines, as EvidenceSchema says. The session is as in
// Schema; packets have no contents, so that nothing of the application goes along.
func Evidence(w io.Writer, in Input, x Exhibit) error {
	j := &jsonReport{jsonWriter: jsonWriter{w: w}, in: &in, refusedBy: in.refusedBy()}
	j.open('{')
	j.key("schema").str(EvidenceSchema)
	j.saved(&x)
	j.proof(&x.Proof)
	j.verdict()
	j.newline()
	j.key("session")
	var s *session.Session
	if i := x.Proof.Session; i >= 0 && in.HasSession(i) {
		s = in.SessionAt(i)
		j.session(s)
	} else {
		j.null()
	}
	j.newline()
	j.key("node")
	if n := nodeOf(&in, s); n != nil {
		j.node(n)
	} else {
		j.null()
	}
	j.proving(s)
	j.touching(s)
	j.secrets()
	j.close('}')
	j.buf = append(j.buf, '\n')
	j.flush()
	if j.err != nil {
		return fmt.Errorf("writing the evidence: %w", j.err)
	}
	return nil
}

func nodeOf(in *Input, s *session.Session) *session.Node {
	if s == nil {
		return nil
	}
	return in.node(s.Node)
}

// saved tells when, by what, and of what.
func (j *jsonReport) saved(x *Exhibit) {
	zone, _ := x.Saved.Zone()
	j.newline()
	j.key("saved").time(x.Saved.UnixNano())
	j.key("savedLocal").str(x.Saved.Format(time.RFC3339Nano))
	j.key("zone").str(zone)
	j.key("by").str(j.in.By)
	j.key("picture").strOrNull(x.Picture)
	j.newline()
	j.key("source").open('{')
	j.key("name").str(j.in.Redact.Text(j.in.Source))
	j.key("live").bool(x.Live)
	j.key("first").time(j.in.First)
	j.key("last").time(j.in.Last)
	j.key("files").open('[')
	for _, f := range x.Files {
		j.open('{')
		j.key("path").str(j.in.Redact.File(f.Path))
		j.key("bytes").int(f.Bytes)
		j.key("sha256").strOrNull(f.SHA256)
		j.close('}')
	}
	j.close(']')
	j.close('}')
	j.newline()
	j.key("target").strOrNull(x.Proof.Target)
}

// proof is what the view says.
func (j *jsonReport) proof(p *proof.Proof) {
	j.newline()
	j.key("proof").open('{')
	j.key("state").str(string(p.State))
	j.key("word").str(p.Word)
	j.key("transport").strOrNull(p.Transport)
	j.key("since").time(p.From)
	j.key("until").time(p.To)
	j.key("text").str(p.Since)
	j.key("why").strOrNull(p.Why)
	j.key("caution").strOrNull(p.Caution)
	j.key("finding").strOrNull(p.Finding)
	j.key("sessionsOnWebSocket").int(int64(p.Count.WebSocket))
	j.key("sessions").int(int64(p.Count.All))
	j.key("sessionsUntold").int(int64(p.Count.Untold))
	j.key("facts").open('[')
	for _, f := range p.Facts {
		j.newline()
		j.open('{')
		j.key("name").str(f.Name)
		j.key("text").str(f.Text)
		j.close('}')
	}
	j.close(']')
	j.close('}')
}

// Limits of what is listed as proof.
const (
	maxProving  = 40 // requests
	maxWitness  = 60 // packets
	endsWitness = 5  // packets of each end of the stretch on the last transport
)

// proving lists the requests and the packets by which it is known how the session began, moved, and where it was last.
func (j *jsonReport) proving(s *session.Session) {
	var requests []*session.Exchange
	var rows []*session.Row
	if s != nil {
		requests, rows = telling(s), j.witnesses(s)
	} else {
		requests = j.in.Refused[:min(len(j.in.Refused), maxProving)]
	}
	j.list("requests", len(requests), func(i int) { j.proved(requests[i]) })
	j.list("packets", len(rows), func(i int) { j.witness(rows[i]) })
}

// telling are the requests that open a session or ask for a WebSocket, those that were refused, and the last one.
func telling(s *session.Session) (list []*session.Exchange) {
	for i, e := range s.Exchanges {
		switch {
		case len(list) >= maxProving && i < len(s.Exchanges)-1:
		case e.Kind == session.Handshake || e.Kind == session.UpgradeRequest || e.Status >= 400 || e.Switched() || i == len(s.Exchanges)-1:
			list = append(list, e)
		}
	}
	return list
}

func (j *jsonReport) proved(e *session.Exchange) {
	code, message := refusal(e)
	j.open('{')
	j.key("time").time(started(e))
	j.key("seconds").seconds(lasted(e))
	j.key("method").str(e.Method)
	j.key("target").str(j.in.Redact.Target(e.Target))
	j.key("host").str(e.Request.Host)
	j.key("kind").str(e.Kind.String())
	j.key("asksForWebSocket").bool(e.AsksWebSocket())
	j.key("status").int(int64(e.Status))
	j.key("switched").bool(e.Switched())
	if code >= 0 || message != "" {
		j.key("code").int(int64(code))
		j.key("message").str(j.in.Redact.Text(message))
	}
	j.key("conn").int(int64(connID(e.Conn)))
	j.key("client").str(client(e))
	j.key("node")
	j.nodeID(e.Node)
	j.key("wrongNode").bool(e.WrongNode)
	j.close('}')
}

// witnesses are the packets of the handshake and the upgrade, what ended the session, and the first and last few on the
// transport that it was on last.
func (j *jsonReport) witnesses(s *session.Session) (list []*session.Row) {
	var last []*session.Row
	first, from := 0, int64(0)
	if n := len(s.History); n > 0 {
		from = s.History[n-1].From
	}
	for _, i := range s.Rows {
		if i < j.in.FirstRow {
			continue
		}
		r := j.in.RowAt(i)
		late := r.Time >= from
		switch {
		case len(list) >= maxWitness:
		case tells(r):
			list = append(list, r)
		case late && r.Kind == session.PacketRow && first < endsWitness:
			list = append(list, r)
			first++
		}
		if late && r.Kind == session.PacketRow {
			last = append(last[max(0, len(last)-endsWitness+1):], r)
		}
	}
	for _, r := range last {
		if !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b *session.Row) int { return cmp.Compare(a.Time, b.Time) })
	return list
}

// tells says whether a row tells of the transport and not of what is carried.
func tells(r *session.Row) bool {
	switch r.Kind {
	case session.SwitchRow, session.RefusalRow, session.CloseRow, session.ConnCloseRow, session.GapRow:
		return true
	case session.PacketRow:
		return r.Type == engineio.Open || r.Type == engineio.Close || r.Type == engineio.Upgrade || r.Type == engineio.Noop
	}
	return false
}

func (j *jsonReport) witness(r *session.Row) {
	kind := [...]string{session.PacketRow: "packet", session.SwitchRow: "switch", session.RefusalRow: "refusal", session.CloseRow: "websocketClose", session.ConnCloseRow: "connectionEnd", session.GapRow: "gap", session.RequestRow: "request", session.MalformedRow: "malformed", session.ControlRow: "control"}
	j.open('{')
	j.key("time").time(r.Time)
	j.key("dir").str(r.Dir.String())
	j.key("conn").int(int64(r.Conn) + 1)
	j.key("over").strOrNull(r.Over.String())
	j.key("kind").str(kind[r.Kind])
	if r.Kind == session.PacketRow {
		j.key("engineio").str(r.Type.String())
		if r.HasSIO {
			j.key("socketio").str(r.SIO.String())
		}
		if data := string(j.in.Payload(r.Data)); data == "probe" {
			j.key("data").str(data)
		}
	}
	j.key("bytes").int(int64(r.Size))
	j.close('}')
}

// touching lists the findings of the session, or all where there is none.
func (j *jsonReport) touching(s *session.Session) {
	var list []*diagnose.Finding
	for i := range j.in.Diagnosis.Findings {
		if f := &j.in.Diagnosis.Findings[i]; s == nil || slices.Contains(j.in.Diagnosis.BySession[s], f.ID) {
			list = append(list, f)
		}
	}
	j.list("findings", len(list), func(i int) { j.finding(list[i]) })
}
