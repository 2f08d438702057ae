package diagnose

import (
	"embed"
	"slices"
	"strings"

	"sioscope/protocol/lang"
)

// A topic is what is to be changed. For each of them fixesfor.go and its neighbours know how, for every platform.
type topic uint8

const (
	affinity           topic = iota // a balancer that reads HTTP keeps a client on its node
	connectionAffinity              // one that deals out connections does
	clientAddress                   // affinity by address sees the client's own
	upgradeForwarded                // Upgrade and Connection reach the node
	upgradeAllowed                  // nothing in the path answers WebSocket requests itself
	http1Upgrade                    // the WebSocket is asked for over HTTP/1.1
	idleTime                        // connections may be silent until the next heartbeat
	answerTime                      // a poll may wait until the next heartbeat
	unbuffered                      // answers pass as they come
	bodySize                        // messages may be as long as they are
	uncached                        // answers are never kept
	queryForwarded                  // query and header fields arrive as they were sent
	corsAllowed                     // pages of another origin are allowed
	withCookies                     // clients send the affinity cookie back
	bothTransports                  // client and server allow both
	samePath                        // client, server and proxies agree on the path
	unrepeated                      // nothing sends a request twice
	keptAlive                       // the node keeps idle connections longer than the balancer
	oneHandler                      // one listener takes the upgrades
)

// fixesOf are all that is known for a topic, the most usual platforms first.
func fixesOf(w lang.Words, t topic) []Fix {
	switch t {
	case affinity:
		return affinityFixes(w)
	case connectionAffinity:
		return connectionFixes(w)
	case clientAddress:
		return addressFixes(w)
	case upgradeForwarded:
		return upgradeFixes(w)
	case upgradeAllowed:
		return allowFixes(w)
	case http1Upgrade:
		return http1Fixes(w)
	case idleTime:
		return idleFixes(w)
	case answerTime:
		return answerFixes(w)
	case unbuffered:
		return bufferFixes(w)
	case bodySize:
		return bodyFixes(w)
	case uncached:
		return cacheFixes(w)
	case queryForwarded:
		return queryFixes(w)
	case corsAllowed:
		return corsFixes(w)
	case withCookies:
		return cookieFixes(w)
	case bothTransports:
		return transportFixes(w)
	case samePath:
		return pathFixes(w)
	case unrepeated:
		return retryFixes(w)
	case keptAlive:
		return keepAliveFixes(w)
	case oneHandler:
		return handlerFixes(w)
	}
	return nil
}

// How many fixes are given for platforms that were not seen: beside those for one that was, and where none was.
const (
	usual  = 2
	common = 6
)

// fixesFor are the fixes of a topic for this picture: first for who was recognised in the path, the nearest to the node
// before the others, then the rest as the topic has them, of platforms the most usual alone. Snippets are for the path
// that was seen.
func (p *picture) fixesFor(t topic, path string) []Fix {
	all := fixesOf(p.Words, t)
	var known, rest []Fix
	for _, f := range all {
		if f.Snippet = forPath(f.Snippet, path); p.recognised(f.For) > 0 {
			known = append(known, f)
		}
	}
	slices.SortStableFunc(known, func(a, b Fix) int { return p.recognised(b.For) - p.recognised(a.For) })
	room := common
	if len(known) > 0 {
		room = usual
	}
	for _, f := range all {
		f.Snippet = forPath(f.Snippet, path)
		switch {
		case p.recognised(f.For) > 0:
		case ownEnd(f.For):
			rest = append(rest, f)
		case room > 0:
			room--
			rest = append(rest, f)
		}
	}
	return append(known, rest...)
}

// recognisedOf are the fixes of a topic for who was recognised, and for some others.
func (p *picture) recognisedOf(t topic, path string, others ...string) []Fix {
	var out, rest []Fix
	for _, f := range p.fixesFor(t, path) {
		if p.recognised(f.For) > 0 {
			out = append(out, f)
		}
	}
	for _, f := range only(fixesOf(p.Words, t), others...) {
		if p.recognised(f.For) == 0 {
			f.Snippet = forPath(f.Snippet, path)
			rest = append(rest, f)
		}
	}
	return append(out, rest...)
}

// ownEnd says whether a fix is at an end of the path, which there is always.
func ownEnd(where string) bool {
	return where == "client" || where == "server" || where == "page" || where == "client and server"
}

const defaultPath = "/socket.io/"

// forPath is a snippet with another path in it.
func forPath(snippet, path string) string {
	if path == "" || path == defaultPath || strings.ContainsAny(path, " \t\r\n\"'`;{}\\$") {
		return snippet
	}
	return strings.ReplaceAll(snippet, defaultPath, path)
}

// snippets are configuration and code to paste, a file for each: "TOPIC.PLATFORM.EXTENSION". Names and addresses in
// them are examples; the rest is complete.
//
//go:embed snippets
var snippets embed.FS

// snippet is one of them by its name.
func snippet(name string) string {
	b, err := snippets.ReadFile("snippets/" + name)
	if err != nil {
		panic("no snippet " + name) // a test asks for all of them
	}
	return string(b)
}

// webSocketOnly is the way out that asks nothing of whoever is in the path.
func webSocketOnly(w lang.Words) Fix {
	return Fix{For: "client", Text: w.S("with transports: [\"websocket\"] a session is one connection to one node; clients that cannot do WebSocket are lost, and CORS no longer guards the connection"), Snippet: snippet("websocket.client.js")}
}
