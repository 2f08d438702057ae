package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A caller is a client as far as the requests of its sessions tell one from another.
type caller struct{ address, agent, host, path string }

func callerOf(s *session.Session) caller {
	c := caller{address: s.RealClient, host: s.Host, path: s.Path}
	if c.address == "" {
		c.address = s.Client.Addr().String()
	}
	if e := opener(s); e != nil {
		c.agent = e.Request.UserAgent
	}
	return c
}

// browser says whether a browser sent the requests.
func (c caller) browser() bool { return strings.HasPrefix(c.agent, "Mozilla/") }

// backgroundTab finds pages of Socket.IO 2 whose heartbeats the browser held back: there the client pings, a browser
// lets the timers of a hidden page run once a minute, and the server gives the session up. A page that is hidden goes
// through that again and again, and is back at once; a laptop that sleeps is not.
func backgroundTab(p *picture) {
	byCaller := map[caller][]*session.Session{}
	var order []caller
	for _, s := range p.t.Sessions {
		if s.EIO != 3 || s.Opened == 0 || gaps(s) {
			continue
		}
		c := callerOf(s)
		if !c.browser() {
			continue
		}
		if byCaller[c] == nil {
			order = append(order, c)
		}
		byCaller[c] = append(byCaller[c], s)
	}
	var list []*session.Session
	for _, c := range order {
		if gone := expiredAndBack(p, byCaller[c]); len(gone) >= 2 {
			list = append(list, gone...)
		}
	}
	if len(list) == 0 {
		return
	}
	p.add(Finding{
		ID: "background-tab", Severity: Warning, Confidence: "likely", Title: p.S("The browser holds back the heartbeats of a page in the background"),
		Explanation: p.S("In Socket.IO 2 the client pings. Browsers let the timers of a page in the background run once a minute, so its pings come too late: the server ended the session for it, the page came back with a new one at once, and it went on so."),
		Sessions:    list, Evidence: silences(p, list, fact.Out),
		RuledOut: []string{
			p.S("a sleeping laptop or a lost network: the page was back at once"),
			p.S("idle time-out in the path: the server closed after its own time-out"),
		},
		Fixes: []Fix{
			{For: "client and server", Text: p.S("Socket.IO 4, where the server pings")},
			{For: "server", Text: p.S("in Socket.IO 2: pingTimeout 60000 or more")},
		},
		WouldTell: p.S("The same page in the foreground: whether its sessions last."),
	})
}

const backSoon = 90e9 // ns: a page whose timers run once a minute is back by then

// expiredAndBack are the sessions of a client that the server gave up for its silence, each followed by another session.
func expiredAndBack(p *picture, list []*session.Session) []*session.Session {
	slices.SortStableFunc(list, func(a, b *session.Session) int { return cmp.Compare(a.Opened, b.Opened) })
	var out []*session.Session
	for i, s := range list[:max(len(list)-1, 0)] {
		next := list[i+1].Opened
		if s.Closed != 0 && s.Close.By == "server" && s.Open.PingTimeout > 0 && !p.ended[s] && overdue(s, fact.Out) && s.Closed <= next && next-s.Closed <= backSoon {
			out = append(out, s)
		}
	}
	return out
}

const (
	inOneGo    = 300e6 // ns between handshakes that one page makes when it is loaded, or rendered
	sideBySide = 2e9   // ns that both sessions must live at once
)

// duplicateConnections finds pages that opened several sessions for the same namespaces in one go and kept them.
// Several tabs look alike where they are opened at once, so a single time proves nothing.
func duplicateConnections(p *picture) {
	last := map[caller]*session.Session{}
	seen := map[*session.Session]bool{}
	var list []*session.Session
	moments, all, paired := map[caller]int{}, map[caller]int{}, map[caller]int{}
	for _, s := range byOpened(p.t.Sessions) {
		c := callerOf(s)
		if s.Opened == 0 || !c.browser() {
			continue
		}
		old := last[c]
		last[c] = s
		all[c]++
		if old == nil || s.Opened-old.Opened > inOneGo || !sameNamespaces(old, s) || !livedTogether(p, old, s) || !sameBrowser(old, s) {
			continue
		}
		moments[c]++
		for _, x := range [...]*session.Session{old, s} {
			if !seen[x] {
				seen[x] = true
				paired[c]++
				list = append(list, x)
			}
		}
	}
	if len(list) == 0 {
		return
	}
	again := false
	for c, n := range moments {
		again = again || n > 1 && 5*paired[c] >= 4*all[c] // else it is many users behind one address
	}
	f := Finding{
		ID: "duplicate-connections", Severity: Info, Confidence: "possible", Title: p.S("A browser opens several sessions in one go"),
		Explanation: p.S("Handshakes of one browser for the same page and the same namespaces came within %s of each other, and the sessions lived on side by side. Events then arrive twice. Pages do so that call io() at every rendering, in React's StrictMode without a cleanup, or with forceNew; two tabs that are opened at once look alike.", p.span(inOneGo)),
		Sessions:    list, RuledOut: []string{p.S("a client that starts over: the earlier session lived on")},
		Fixes:     []Fix{{For: "client", Text: p.S("create the socket once, outside of components; socket.disconnect() in the cleanup; one connection for all namespaces of a server (no forceNew)")}},
		WouldTell: p.S("The same page alone, in a single tab: whether it opens more than one session."),
	}
	if again {
		f.Severity, f.Confidence = Warning, "likely"
	}
	for _, s := range list[:min(len(list), maxEvidence)] {
		f.Evidence = append(f.Evidence, Evidence{Time: s.Opened, Conn: lastConn(s), Text: p.S("session %s opened, of the same browser as the one beside it", s.SID)})
	}
	p.add(f)
}

// byOpened are sessions in the order of their handshakes.
func byOpened(list []*session.Session) []*session.Session {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b *session.Session) int { return cmp.Compare(a.Opened, b.Opened) })
	return sorted
}

func sameNamespaces(a, b *session.Session) bool {
	return len(a.Entered) > 0 && slices.Equal(a.Entered, b.Entered)
}

func livedTogether(p *picture, a, b *session.Session) bool {
	return min(p.lastAlive(a), p.lastAlive(b))-max(a.Opened, b.Opened) >= sideBySide
}

// sameBrowser says whether two sessions are of one page's browser for sure: they share a connection that no proxy
// between holds, or a cookie that is the browser's own.
func sameBrowser(a, b *session.Session) bool {
	x, y := opener(a), opener(b)
	if x == nil || y == nil || x.Request.Referer != y.Request.Referer || x.Request.Origin != y.Request.Origin {
		return false
	}
	if a.RealClient == "" && x.Request.ForwardedFor == "" && !hides(x, fact.HidesConnection) && x.Conn.TCP() == y.Conn.TCP() {
		return true
	}
	for _, c := range x.Request.Cookies {
		if len(c.Value) >= 16 && proxyOfCookie(c.Name) == "" && slices.ContainsFunc(y.Request.Cookies, func(o session.Cookie) bool { return o.Name == c.Name && o.Value == c.Value }) {
			return true
		}
	}
	return false
}
