package diagnose

import (
	"strings"

	"sioscope/protocol/session"
)

// blockedInBrowser finds requests of which a log says that the browser itself kept them from the network.
func blockedInBrowser(p *picture) {
	var list []*session.Exchange
	sockets := true
	for e := range p.outer {
		if e.Status == 0 && blocked(e.Failure) && e.Kind != session.Preflight {
			list = append(list, e)
			sockets = sockets && asksWebSocket(e)
		}
	}
	if len(list) == 0 {
		return
	}
	p.claim(list)
	sessions, refused := sessionsOf(list)
	e := list[0]
	title := p.S("The browser itself blocks requests")
	if sockets {
		title = p.S("The browser itself blocks the WebSocket request")
	}
	p.add(Finding{
		ID: "blocked-in-browser", Confidence: "likely", Title: title,
		Explanation: p.S("The browser says %s of the request: %s It never reached the network, so nothing on the way or on the server is to blame.", e.Failure, p.blocker(e.Failure)),
		Sessions:    sessions, Refused: refused, Evidence: p.shown(list),
		RuledOut:  []string{p.S("balancer, proxy or server: they never saw the request")},
		Fixes:     append(only(fixesOf(p.Words, bothTransports), "page"), extension(p.Words)),
		WouldTell: p.S("The browser's console names what blocked it; a private window without extensions tells whether it is one of them."),
	})
}

// blocked says whether a browser's reason is that it blocked the request itself.
func blocked(failure string) bool {
	f := strings.ToUpper(failure)
	return strings.Contains(f, "ERR_BLOCKED_BY_") || strings.Contains(f, "ERR_CLEARTEXT_NOT_PERMITTED") ||
		strings.Contains(f, "CONTENT_BLOCKED") || strings.HasPrefix(f, "BLOCKED:") || strings.Contains(f, "MIXED-CONTENT")
}

// blocker says in a sentence what a browser's reason means.
func (p *picture) blocker(failure string) string {
	switch f := strings.ToUpper(failure); {
	case strings.Contains(f, "BY_CSP") || strings.Contains(f, ":CSP"):
		return p.S("the page's Content-Security-Policy (connect-src) does not allow it.")
	case strings.Contains(f, "BY_CLIENT"):
		return p.S("an extension, or a setting of the browser, stopped it.")
	case strings.Contains(f, "BY_ADMINISTRATOR"):
		return p.S("a policy of the administrator stopped it.")
	case strings.Contains(f, "MIXED") || strings.Contains(f, "CLEARTEXT"):
		return p.S("a page over https may not use ws: and http: addresses.")
	case strings.Contains(f, "PRIVATE_NETWORK") || strings.Contains(f, "LOCAL_NETWORK"):
		return p.S("a public page may not reach an address of the local network.")
	}
	return p.S("the browser stopped it by a rule of its own.")
}
