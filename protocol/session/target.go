package session

import (
	"net/url"
	"strings"
)

// query returns the value of a key in a request target's query, percent-decoded, and whether the key is there.
func query(target, key string) (string, bool) {
	_, rest, ok := strings.Cut(target, "?")
	for ok && rest != "" {
		var pair string
		pair, rest, _ = strings.Cut(rest, "&")
		name, value, _ := strings.Cut(pair, "=")
		if name != key {
			continue
		}
		if strings.ContainsAny(value, "%+") {
			if dec, err := url.QueryUnescape(value); err == nil {
				value = dec
			}
		}
		return value, true
	}
	return "", false
}

func pathOf(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}

// isEngineIO says whether a request target is one of Engine.IO: by its transport or EIO parameter, or, where a proxy
// removed the query, by a path that ends as the default paths do.
func isEngineIO(target string) bool {
	if tr, ok := query(target, "transport"); ok && (tr == "polling" || tr == "websocket" || tr == "flashsocket" || tr == "webtransport") {
		return true
	}
	if eio, ok := query(target, "EIO"); ok && len(eio) <= 2 {
		return true
	}
	path := strings.TrimSuffix(pathOf(target), "/")
	return strings.HasSuffix(path, "/socket.io") || strings.HasSuffix(path, "/engine.io")
}
