package compare

import (
	"cmp"
	"slices"
	"strings"

	"sioscope/protocol/diagnose"
)

// explain ties the faults that one side has and the other has not to the properties they are about.
func (c *comparison) explain() {
	for _, side := range [...]struct {
		x, o *facts
		b    bool
	}{{c.a, c.b, false}, {c.b, c.a, true}} {
		for i := range side.x.Diagnosis.Findings {
			f := &side.x.Diagnosis.Findings[i]
			if f.Severity == diagnose.Info || side.o.finding(f.ID) != nil || len(side.o.outer) == 0 {
				continue
			}
			c.Explains = append(c.Explains, c.explanation(f, side.x, side.o, side.b))
		}
	}
	slices.SortFunc(c.Explains, func(a, b Explanation) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Finding, b.Finding))
	})
	for _, e := range c.Explains {
		for _, id := range e.Rows {
			if r := c.row(id); r.Why == "" {
				r.Why = e.Text
			}
		}
	}
}

// explanation tells why x has a fault that o has not.
func (c *comparison) explanation(f *diagnose.Finding, x, o *facts, b bool) Explanation {
	e := Explanation{B: b, Finding: f.ID, Severity: f.Severity, Confidence: f.Confidence}
	tie := ties[diagnose.Base(f.ID)]
	rows := tie.rows
	if tie.say != nil {
		text, narrower := tie.say(f, x, o)
		if e.clause = text; narrower != nil {
			rows = narrower
		}
	}
	if e.clause == "" {
		e.clause = c.S("%s; nothing of the kind was seen on %s", x.lowerThe(f.Title), o.Name)
	}
	e.Text = c.S("%s.", e.clause)
	if c.Words == nil && !strings.HasPrefix(e.Text, x.Name) && !strings.HasPrefix(e.Text, o.Name) { // names stay as the user wrote them
		e.Text = upperFirst(e.Text)
	}
	for _, id := range rows {
		if c.differs(id) && (id != "proxy" || len(x.proxies) > 0) { // a proxy on the side that is well explains nothing
			e.Rows = append(e.Rows, id)
		}
	}
	for _, id := range tried[diagnose.Base(f.ID)] {
		if c.differs(experiment + id) {
			e.Rows = append(e.Rows, experiment+id)
		}
	}
	if len(e.Rows) == 0 && c.differs("finding "+f.ID) { // the finding itself explains only where nothing else does
		e.Rows = []string{"finding " + f.ID}
	}
	return e
}

// A tie binds a finding to the properties it is about. say tells in a clause how they explain that x has it and o has
// not, "" where what was seen does not say; and which of the properties, nil for those of rows.
type tie struct {
	rows []string
	say  func(f *diagnose.Finding, x, o *facts) (text string, rows []string)
}

var apart = tie{nil, otherNode}

var ties = map[string]tie{
	"no-affinity-per-connection": apart,
	"no-affinity-per-request":    apart,
	"affinity-lost":              apart,
	"inner-layer-not-sticky":     apart,
	"sid-unknown-netty":          apart,
	"preflight-not-sticky":       apart,
	"upgrade-routed-apart":       apart,
	"sticky-cookie-not-returned": {[]string{"cookies-returned", "client"}, cookieKept},
	"upgrade-header-stripped":    {[]string{"proxy", "upgrade-header", "begins", "accepted"}, headerDropped},
	"upgrade-refused-by-proxy":   {[]string{"accepted", "proxy"}, refusedOnTheWay},
	"envoy-upgrade-failed":       {[]string{"accepted", "proxy"}, refusedOnTheWay},
	"server-offers-no-upgrade":   {[]string{"upgrades", "handshake", "accepted"}, offersNone},
	"client-never-upgrades":      {[]string{"begins", "upgrade"}, neverAsks},
	"protocol-version-mismatch":  {[]string{"eio-asked", "handshake", "eio", "dialect"}, otherVersion},
	"cors-refused":               {[]string{"allow-origin", "origin"}, originRefused},
	"preflight-unanswered":       {[]string{"allow-origin", "origin"}, nothingMore},
	"connection-forbidden":       {[]string{"handshake", "accepted", "path"}, handshakeAnswers},
	"handshake-refused":          {[]string{"handshake", "path"}, handshakeAnswers},
	"path-mismatch":              {[]string{"path", "handshake", "accepted"}, handshakeAnswers},
	"server-websocket-only":      {[]string{"begins", "handshake"}, handshakeAnswers},
	"query-or-headers-removed":   {[]string{"handshake", "proxy"}, handshakeAnswers},
	"handshake-cached":           {[]string{"cache", "proxy"}, nothingMore},
	"frames-blocked":             {[]string{"proxy", "encryption"}, nothingMore},
	"upgrade-stalled":            {[]string{"proxy", "encryption"}, nothingMore},
	"sticky-cookie-refused":      {[]string{"cookies-returned", "client"}, nothingMore},
	"two-upgrade-handlers":       {[]string{"accepted"}, nothingMore},
	"upgrade-failed":             {[]string{"accepted", "upgrade"}, nothingMore},
	"idle-timeout":               {[]string{"ping-interval", "proxy", "closes"}, cutWhenSilent},
	"poll-cut-short":             {[]string{"ping-interval", "proxy"}, nothingMore},
	"payload-too-large":          {[]string{"max-payload", "proxy"}, nothingMore},
	"session-expired":            {[]string{"ping-interval", "ping-timeout"}, nothingMore},
	"node-restarted":             {[]string{"closes"}, nothingMore},
}

// tried are the experiments (capture/check) that prove a finding or rule it out.
var tried = map[string][]string{
	"no-affinity-per-connection": {"new-connections", "nodes", "cookies"},
	"upgrade-routed-apart":       {"new-connections", "websocket", "nodes"},
	"no-affinity-per-request":    {"keep-alive", "new-connections", "nodes", "cookies"},
	"sticky-cookie-not-returned": {"cookies", "nodes"},
	"upgrade-header-stripped":    {"upgrade-header", "websocket"},
	"upgrade-refused-by-proxy":   {"websocket"},
	"frames-blocked":             {"websocket"},
	"server-offers-no-upgrade":   {"websocket"},
	"cors-refused":               {"cors"},
	"preflight-unanswered":       {"cors"},
	"protocol-version-mismatch":  {"versions"},
	"idle-timeout":               {"idle"},
	"payload-too-large":          {"messages"},
}

// nothingMore is for findings of which the title says it all.
func nothingMore(*diagnose.Finding, *facts, *facts) (text string, rows []string) { return "", nil }

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// lowerFirst is s as it goes on within an English sentence; names such as WebSocket and CORS stay what they are.
func lowerFirst(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word == "" || strings.ToLower(word[1:]) != word[1:] || strings.HasPrefix(s, "Socket.IO") {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
