package session

import (
	"net/url"
	"strings"
)

// params are what a request target's query says of Engine.IO, percent-decoded; of several of a name, the first.
type params struct {
	transport, sid, eio, stamp string
	hasEIO, hasJ               bool
}

func paramsOf(target string) (p params) {
	_, query, _ := strings.Cut(target, "?")
	for query != "" { // from the end, so that the first of a name stays
		i := strings.LastIndexByte(query, '&')
		name, value, _ := strings.Cut(query[i+1:], "=")
		query = query[:max(i, 0)]
		switch name {
		case "transport":
			p.transport = unescaped(value)
		case "sid":
			p.sid = unescaped(value)
		case "EIO":
			p.eio, p.hasEIO = unescaped(value), true
		case "t":
			p.stamp = value
		case "j":
			p.hasJ = true
		}
	}
	return p
}

func unescaped(value string) string {
	if strings.ContainsAny(value, "%+") {
		if dec, err := url.QueryUnescape(value); err == nil {
			return dec
		}
	}
	return value
}

func pathOf(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}

// isEngineIO says whether a request target is one of Engine.IO: by its transport and EIO parameters, of which others have
// one, or, where a proxy removed the query, by a path that ends as the default paths do.
func isEngineIO(target string, p *params) bool {
	switch p.transport {
	case "polling", "websocket", "flashsocket", "webtransport":
		if p.hasEIO && len(p.eio) <= 2 {
			return true
		}
	}
	path := strings.TrimSuffix(pathOf(target), "/")
	return strings.HasSuffix(path, "/socket.io") || strings.HasSuffix(path, "/engine.io")
}
