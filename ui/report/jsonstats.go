package report

import (
	"sioscope/protocol/fact"
	"sioscope/protocol/stats"
)

// stats writes the numbers of protocol/stats:
//
//	"stats": { "upgradeSeconds": SPREAD, "all": GROUP, "clients": [GROUP…], "nodes": [GROUP…], "lifetimeSeconds": SPREAD,
//	  "closedBy": {"client": 3, "server": 1},                       // who closed first; those that closed none are left out
//	  "peaks": [ {"seconds": 60.01, "width": 0.02, "since": "open|last message", "sessions": 5, "closedBy": "server",
//	              "usualSeconds": 60} ],                             // usualSeconds: where a usual time-out is next to it
//	  "handshakes": {"all": 9, "refused": 1, "retried": 2},
//	  "largestMessage": {"in": {"bytes": 120, "session": "sid", "maxPayload": 1000000}|null, "out": …} }
//	SPREAD: null, or {"n", "min", "median", "p90", "p99", "max", "histogram": [{"from", "to", "n"}…]}, in seconds
//	GROUP:  {"name", "sessions", "websocket", "polling", "webtransport", "pingGapSeconds": SPREAD}
func (j *jsonReport) stats() {
	n := stats.Of(j.in.Tracker, j.in.Trial)
	j.newline()
	j.key("stats").open('{')
	j.spread("upgradeSeconds", n.Upgrade)
	j.group("all", &n.All)
	for _, by := range [...]struct {
		name string
		list []stats.Group
	}{{"clients", n.Clients}, {"nodes", n.Nodes}} {
		j.key(by.name).open('[')
		for i := range by.list {
			j.newline()
			j.group("", &by.list[i])
		}
		j.close(']')
	}
	j.spread("lifetimeSeconds", n.Lifetimes)
	j.key("closedBy").open('{')
	for _, s := range n.Ended {
		j.key(s.Name).int(int64(s.Sessions))
	}
	j.close('}')
	j.peaks(n.Peaks)
	j.key("handshakes").open('{')
	j.key("all").int(int64(n.Handshakes.All))
	j.key("refused").int(int64(n.Handshakes.Refused))
	j.key("retried").int(int64(n.Handshakes.Retried))
	j.close('}')
	j.key("largestMessage").open('{')
	j.largest("in", n.Largest[fact.In])
	j.largest("out", n.Largest[fact.Out])
	j.close('}')
	j.close('}')
}

func (j *jsonReport) group(key string, g *stats.Group) {
	if key != "" {
		j.key(key)
	}
	j.open('{')
	j.key("name").str(j.in.Redact.Text(g.Name))
	j.key("sessions").int(int64(g.Sessions))
	j.key("websocket").int(int64(g.WebSocket))
	j.key("polling").int(int64(g.Polling))
	j.key("webtransport").int(int64(g.WebTransport))
	j.spread("pingGapSeconds", g.PingGap)
	j.close('}')
}

// spread writes null where nothing was measured.
func (j *jsonReport) spread(key string, s stats.Spread) {
	j.key(key)
	if s.N == 0 {
		j.null()
		return
	}
	j.open('{')
	j.key("n").int(int64(s.N))
	j.key("min").seconds(s.Min)
	j.key("median").seconds(s.Median)
	j.key("p90").seconds(s.P90)
	j.key("p99").seconds(s.P99)
	j.key("max").seconds(s.Max)
	j.key("histogram").open('[')
	for _, b := range s.Bins {
		j.open('{')
		j.key("from").seconds(b.From)
		j.key("to").seconds(b.To)
		j.key("n").int(int64(b.N))
		j.close('}')
	}
	j.close(']')
	j.close('}')
}

func (j *jsonReport) peaks(list []stats.Peak) {
	j.key("peaks").open('[')
	for _, k := range list {
		j.newline()
		j.open('{')
		j.key("seconds").seconds(k.Length)
		j.key("width").seconds(k.Width)
		j.key("since").str(string(k.Since))
		j.key("sessions").int(int64(k.Sessions))
		j.key("closedBy").str(k.By)
		if k.Usual > 0 {
			j.key("usualSeconds").int(int64(k.Usual))
		}
		j.close('}')
	}
	j.close(']')
}

func (j *jsonReport) largest(key string, l stats.Largest) {
	j.key(key)
	if l.Session == nil {
		j.null()
		return
	}
	j.open('{')
	j.key("bytes").int(l.Bytes)
	j.key("session").str(l.Session.SID)
	j.key("maxPayload").int(l.Limit)
	j.close('}')
}
