package report

import (
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

func (j *jsonReport) session(s *session.Session) {
	j.open('{')
	j.key("sid").str(s.SID)
	j.key("eio").int(int64(s.EIO))
	j.key("path").str(j.in.Redact.Target(s.Path))
	j.key("client").str(address(s.Client))
	j.key("server").str(server(s))
	j.key("host").str(s.Host)
	j.key("realClient").strOrNull(s.RealClient)
	j.key("opened").time(s.Opened)
	j.key("closed").time(s.Closed)
	j.closed(s)
	j.key("transport").str(s.Transport().String())
	j.history(s)
	if s.Open.SID != "" {
		j.key("offers").strings(s.Open.Upgrades)
	}
	j.key("upgrade").str(s.Upgrade.String())
	j.key("upgradeSeconds")
	if took, ok := s.UpgradeTime(); ok {
		j.seconds(took)
	} else {
		j.null()
	}
	j.key("node")
	j.nodeID(s.Node)
	j.key("nodeBasis").str(s.NodeBasis)
	j.counts("packets", s.Packets)
	j.counts("events", s.Events)
	j.counts("acks", s.Acks)
	j.counts("unacknowledged", [2]int64{int64(s.Unacknowledged(fact.Out)), int64(s.Unacknowledged(fact.In))})
	j.counts("bytes", s.Bytes)
	j.key("namespaces").strings(j.targets(s.Namespaces))
	j.key("undecodable").int(s.Undecodable)
	j.key("oddities").strings(j.texts(s.Oddities))
	j.key("findings").strings(j.in.Diagnosis.BySession[s])
	if s.Thinned > 0 {
		j.key("releasedRequests").int(int64(s.Thinned))
	}
	j.exchanges("requests", s.Exchanges)
	j.exchanges("hops", s.Hops)
	j.close('}')
}

func (j *jsonReport) closed(s *session.Session) {
	if s.Closed == 0 && s.Close.By == "" {
		j.key("close").null()
		return
	}
	by := s.Close.By
	if by == "" {
		by = "unknown"
	}
	j.key("close").open('{')
	j.key("by").str(by)
	j.key("reason").str(j.in.Redact.Text(s.Close.Reason))
	j.close('}')
}

// history gives the phases; the last one of a session that is still open ends where it was last seen.
func (j *jsonReport) history(s *session.Session) {
	j.key("history").open('[')
	for _, p := range s.History {
		j.open('{')
		j.key("transport").str(p.Transport.String())
		j.key("from").time(p.From)
		j.key("to").time(phaseEnd(s, p))
		j.close('}')
	}
	j.close(']')
}

func phaseEnd(s *session.Session, p session.Phase) int64 {
	if p.To != 0 {
		return p.To
	}
	return max(s.LastSeen, p.From)
}

func (j *jsonReport) counts(name string, n [2]int64) {
	j.key(name).open('{')
	j.key("in").int(n[fact.In])
	j.key("out").int(n[fact.Out])
	j.close('}')
}

// targets masks names that came from the client: a namespace of Socket.IO 2 may carry a query.
func (j *jsonReport) targets(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = j.in.Redact.Target(s)
	}
	return out
}

func (j *jsonReport) exchanges(name string, list []*session.Exchange) {
	j.key(name).open('[')
	for _, e := range list {
		j.newline()
		j.exchange(e)
	}
	j.close(']')
}

func (j *jsonReport) exchange(e *session.Exchange) {
	j.open('{')
	j.key("time").time(started(e))
	j.key("seconds").seconds(lasted(e))
	j.key("method").str(e.Method)
	j.key("kind").str(e.Kind.String())
	j.key("status").int(int64(e.Status))
	j.key("conn").int(int64(connID(e.Conn)))
	j.key("node")
	j.nodeID(e.Node)
	j.key("wrongNode").bool(e.WrongNode)
	j.close('}')
}
