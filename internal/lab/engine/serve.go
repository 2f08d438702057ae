package engine

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sioscope/protocol/engineio"
)

// ServeHTTP answers every request below the path, in the order of engine.io's checks: CORS, transport, session or
// method, allowRequest, revision.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	maps.Copy(w.Header(), s.options.Header)
	below := strings.HasPrefix(r.URL.Path, s.options.Path)
	q, _ := url.ParseQuery(r.URL.RawQuery) // what cannot be read is left out, as Node leaves it out
	switch {
	case asksUpgrade(r) && s.serves("websocket") && below: // Node's server passes over the header where nobody wants it
		s.upgrade(w, r, q)
	case asksUpgrade(r) && s.serves("websocket"):
		s.nobodys(w, r)
	case !below:
		empty(w, http.StatusNotFound)
	case s.cors(w.Header(), r):
		w.WriteHeader(http.StatusNoContent)
	default:
		s.plain(w, r, q)
	}
}

// asksUpgrade says whether Node's server would take a request for an upgrade: both headers must have arrived.
func asksUpgrade(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" && slices.ContainsFunc(r.Header.Values("Connection"), func(v string) bool {
		return strings.Contains(strings.ToLower(v), "upgrade")
	})
}

// verify makes the checks that a plain request and one with Upgrade have in common.
func (s *Server) verify(r *http.Request, q url.Values, upgrade bool) (*Session, *refusal) {
	transport := q.Get("transport")
	if !s.serves(transport) {
		return nil, refuse(engineio.TransportUnknown)
	}
	if strings.ContainsFunc(r.Header.Get("Origin"), func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7F || c > 0xFF }) {
		return nil, refuse(engineio.BadRequest)
	}
	if sid := q.Get("sid"); sid != "" {
		session := s.session(sid)
		switch {
		case session == nil:
			return nil, refuse(engineio.SessionUnknown)
		case !upgrade && session.Transport() != transport, revision(q) != session.Rev:
			return nil, refuse(engineio.BadRequest)
		}
		return session, nil
	}
	switch {
	case r.Method != http.MethodGet:
		return nil, refuse(engineio.BadHandshakeMethod)
	case transport == "websocket" && !upgrade:
		return nil, refuse(engineio.BadRequest)
	case s.options.AllowRequest == nil:
		return nil, nil
	}
	if message, ok := s.options.AllowRequest(r); !ok {
		e := refuse(engineio.Forbidden)
		if message != "" {
			e.message = message
		}
		return nil, e
	}
	return nil, nil
}

// revision is what a request speaks: everything but EIO=4 is 3.
func revision(q url.Values) int {
	if q.Get("EIO") == "4" {
		return 4
	}
	return 3
}

// plain answers a request that is no upgrade.
func (s *Server) plain(w http.ResponseWriter, r *http.Request, q url.Values) {
	session, refused := s.verify(r, q, false)
	if refused == nil && session == nil && revision(q) == 3 && !s.options.AllowEIO3 {
		refused = refuse(engineio.UnsupportedVersion)
	}
	switch {
	case refused != nil:
		refused.write(w)
	case session == nil:
		s.handshake(w, r, q)
	case r.Method == http.MethodGet:
		session.poll(w, r)
	case r.Method == http.MethodPost:
		session.post(w, r)
	default:
		empty(w, http.StatusInternalServerError)
	}
}

// handshake opens a session on polling; its first answer is the open packet.
func (s *Server) handshake(w http.ResponseWriter, r *http.Request, q url.Values) {
	session := s.open(r, q, revision(q))
	if session == nil {
		empty(w, http.StatusServiceUnavailable)
		return
	}
	session.polling = &polling{text: q.Get("b64") != "", jsonp: q.Has("j"), index: digits(q.Get("j"))}
	if s.options.Cookie != "" {
		http.SetCookie(w, &http.Cookie{Name: s.options.Cookie, Value: session.ID, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	session.begin(s.upgrades())
	session.poll(w, r)
}

// digits are those of a JSONP index, which are all that is echoed.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// cors sets what the option asks for, and says whether that is all of the answer: to a preflight.
func (s *Server) cors(h http.Header, r *http.Request) bool {
	o := s.options.CORS
	if len(o.Origins) == 0 {
		return false
	}
	origin := r.Header.Get("Origin")
	switch {
	case o.Origins[0] == "*":
		h.Set("Access-Control-Allow-Origin", "*")
	case slices.Contains(o.Origins, origin):
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
	default:
		h.Add("Vary", "Origin")
	}
	if o.Credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if r.Method != http.MethodOptions {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE")
	h.Add("Vary", "Access-Control-Request-Headers")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		h.Set("Access-Control-Allow-Headers", asked)
	}
	return true
}
