package session

import (
	"cmp"
	"slices"
	"strings"
)

// A header or a cookie names a node when few values of it repeat over sids, and when its value never differs between two
// requests that the same sid was honoured on. Names that are known to do so are believed on one value; any other must show
// at least two. What happens where a sid is unknown confirms it, or refutes it: another node must have another value. So
// do the sids' counters: none is believed that they contradict.

// A Signal is a header field of answers, or a cookie, and what it was found to tell in this capture.
type Signal struct {
	Name   string // as it is written: "X-Served-By", "SERVERID"
	Cookie bool
	Class  Class
	Prior  Class // by its name

	Answers  int  // that had it
	Values   int  // different ones, maxNodeValues+1 where there are more than that
	Sids     int  // that it was seen with
	Shared   int  // values that were seen with several sids
	Broken   int  // times that its value differed for one sid, which was honoured both times
	Foretold int  // unknown sids that were answered with another value than the sid's own
	Denied   int  // unknown sids that were answered with the sid's own value, while the session lived
	Decoded  bool // its values are addresses, or hashes of addresses that the capture names
	Counted  int  // values whose sids count on by themselves, beside those of another value
	Chosen   bool // nodes are told apart by it

	Confidence Confidence // that it tells nodes; "" where it does not
}

// Confidence says how far something can be relied on.
type Confidence string

const (
	Certain  Confidence = "certain"
	Likely   Confidence = "likely"
	Possible Confidence = "possible"
)

func (c Confidence) rank() int {
	return slices.Index([]Confidence{"", Possible, Likely, Certain}, c)
}

// Basis is how nodes are known that it tells apart: "header X", "cookie Y".
func (s *Signal) Basis() string {
	if s.Cookie {
		return "cookie " + s.Name
	}
	return "header " + s.Name
}

const (
	maxNodeValues = 32
	maxSignals    = 256
	maxUnknown    = 4096 // answers to unknown sids that a signal is held against
)

// A sighting is a Signal while it is counted.
type sighting struct {
	Signal
	key     string // its name in lower case, or the cookie's
	values  map[string]string
	ofSID   map[string]string
	set     bool // of a cookie: an answer set it
	unknown []unknownSID
	form    Class
}

type unknownSID struct {
	exchange *Exchange
	value    string
	own      bool // the answer said it, and not the request
}

// findSignals counts what headers and cookies there are, and judges them.
func (n *naming) findSignals() []*sighting {
	t := n.t
	byName := map[Cookie]*sighting{}
	var list []*sighting
	of := func(name string, cookie bool) *sighting {
		k := Cookie{Name: name}
		if cookie {
			k.Value = "cookie"
		}
		s := byName[k]
		if s == nil && len(list) < maxSignals {
			s = &sighting{key: name, values: map[string]string{}, ofSID: map[string]string{}}
			s.Name, s.Cookie, s.Prior = name, cookie, priorOf(name, cookie)
			if !cookie {
				s.Name = canonical(name)
			}
			byName[k] = s
			list = append(list, s)
		}
		return s
	}
	for _, e := range t.Exchanges {
		if e.Outer != nil || e.Status == 0 {
			continue
		}
		e.eachSignal(func(name, value string, cookie, set bool) {
			if s := of(name, cookie); s != nil {
				s.add(e, n.decoder.meaning(name, value, cookie).node, set)
				if s.form == UnknownClass {
					s.form = classOf(name, value, cookie)
				}
			}
		})
	}
	for _, s := range list {
		s.judge()
		if s.Class == NodeClass && (t.coarse(n.signalValue(s)) || s.Prior != NodeClass && t.fine(n.signalValue(s))) {
			s.Class = UnknownClass
			n.refute(s)
		}
		if s.Broken > 0 || s.Values > maxNodeValues {
			n.refute(s)
		}
		if class, ok := n.past.refuted[s.name()]; ok && t.Freed.Requests > 0 && s.Class == NodeClass {
			s.Class = class
		}
		if s.Class == NodeClass {
			s.Counted = t.counted(n.signalValue(s))
			s.Decoded = n.decodes(s)
			s.Confidence = s.confidence()
		}
	}
	return list
}

// canonical is a field name as it is mostly written.
func canonical(lower string) string {
	parts := strings.Split(lower, "-")
	for i, p := range parts {
		if p != "" {
			parts[i] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "-")
}

// eachSignal gives the headers and cookies of an answer, and the cookies that its request brought. Of a name that comes
// twice the answer's counts, and of hops the nearest to the client.
func (e *Exchange) eachSignal(f func(name, value string, cookie, set bool)) {
	for _, c := range e.Response.SetCookies {
		f(c.Name, c.Value, true, true)
	}
	for _, c := range e.Request.Cookies {
		if !slices.ContainsFunc(e.Response.SetCookies, func(s Cookie) bool { return s.Name == c.Name }) {
			f(c.Name, c.Value, true, false)
		}
	}
	for in := e; in != nil; in = in.Inner {
		for _, h := range in.Response.NodeHeaders {
			if in == e || !e.says(h.Name, in) {
				f(h.Name, h.Value, false, true)
			}
		}
	}
}

// says says whether a hop before another one has a header.
func (e *Exchange) says(name string, before *Exchange) bool {
	for in := e; in != before; in = in.Inner {
		if slices.ContainsFunc(in.Response.NodeHeaders, func(h NamedValue) bool { return h.Name == name }) {
			return true
		}
	}
	return false
}

// signalValue is what a signal says of the node of an exchange, "" where it says nothing.
func (n *naming) signalValue(s *sighting) func(*Exchange) string {
	if s.Cookie {
		return func(e *Exchange) string {
			lists := [][]Cookie{e.Response.SetCookies, e.Request.Cookies}
			if e.UnknownSID() {
				lists = lists[:1] // the request's says where it was to go, and it may not have gone there
			}
			for _, list := range lists {
				for _, c := range list {
					if c.Name == s.key {
						return n.decoder.meaning(c.Name, c.Value, true).node
					}
				}
			}
			return ""
		}
	}
	value := headerValue(s.key)
	return func(e *Exchange) string {
		if v := value(e); v != "" {
			return n.decoder.meaning(s.key, v, false).node
		}
		return ""
	}
}

func headerValue(name string) func(*Exchange) string {
	return func(e *Exchange) string {
		for ; e != nil; e = e.Inner {
			for _, h := range e.Response.NodeHeaders {
				if h.Name == name {
					return h.Value
				}
			}
		}
		return ""
	}
}

// add counts an answer.
func (s *sighting) add(e *Exchange, value string, set bool) {
	if value == "" {
		return
	}
	s.Answers++
	s.set = s.set || set
	holder, known := s.values[value]
	if !known && len(s.values) > maxNodeValues {
		return
	}
	sid := cmp.Or(e.GotSID, e.SID)
	switch {
	case e.UnknownSID() && len(s.unknown) < maxUnknown:
		s.unknown = append(s.unknown, unknownSID{e, value, set || !s.Cookie})
	case sid != "" && e.honouredSID():
		if old, ok := s.ofSID[sid]; ok && old != value {
			s.Broken++
		}
		s.ofSID[sid] = value
		switch holder {
		case "":
			holder = sid
		case "*", sid:
		default:
			holder = "*"
		}
	}
	s.values[value] = holder
}

// judge decides what the signal tells.
func (s *sighting) judge() {
	s.Values, s.Sids = len(s.values), len(s.ofSID)
	for _, holder := range s.values {
		if holder == "*" {
			s.Shared++
		}
	}
	for _, u := range s.unknown {
		own, ok := s.ofSID[u.exchange.SID]
		switch session := u.exchange.Session; {
		case !ok:
		case own != u.value:
			s.Foretold++
		case u.own && session != nil && session.honoured > u.exchange.Start:
			s.Denied++
		}
	}
	prior := s.Prior
	if s.form != UnknownClass {
		prior = s.form
	}
	alone := s.Shared == 0 && s.Sids >= 4 && s.Values >= s.Sids
	switch {
	case prior != NodeClass && prior != UnknownClass:
		s.Class = prior
	case s.Broken > 0:
		s.Class = RequestClass
	case s.Values > maxNodeValues || alone:
		s.Class = ClientClass
	case s.Denied > s.Foretold, s.Values == 0:
	case prior == NodeClass:
		s.Class = NodeClass
	case s.Cookie && !s.set: // an application's own, from another page
	case s.Values >= 2 && s.Shared > 0:
		s.Class = NodeClass
	}
}

// confidence says how sure it is that the signal tells nodes.
func (s *Signal) confidence() Confidence {
	switch {
	case s.Denied == 0 && (s.Foretold >= 3 || s.Counted >= 2 || s.Decoded && s.Prior != ClientClass):
		return Certain
	case s.Prior == NodeClass, s.Denied == 0 && (s.Foretold > 0 || s.Shared >= 2 && s.Sids >= 4):
		return Likely
	}
	return Possible
}

// best is the signal to tell nodes by, nil where there is none: the surest, of these a header before a cookie.
func best(list []*sighting) (found *sighting) {
	for _, s := range list {
		if s.Class != NodeClass {
			continue
		}
		if found == nil || s.rank() > found.rank() {
			found = s
		}
	}
	return found
}

func (s *sighting) rank() int {
	rank := 4 * s.Confidence.rank()
	if s.Prior == NodeClass {
		rank += 2
	}
	if !s.Cookie {
		rank++
	}
	return rank
}

// decodes says whether what a signal says was decoded.
func (n *naming) decodes(s *sighting) bool {
	for k, m := range n.decoder.found {
		if k.Name == s.key && m.how != "" {
			return true
		}
	}
	return false
}

// nodeOfCookie is the part of an affinity cookie that names the node: before "~" (HAProxy's prefix mode), before "|"
// (its maxidle and maxlife dates), after the last dot (a route behind a session id, Apache and Tomcat).
func nodeOfCookie(name, value string) string {
	if node, _, ok := strings.Cut(value, "~"); ok {
		return node
	}
	if node, _, ok := strings.Cut(value, "|"); ok {
		return node
	}
	switch strings.ToUpper(name) {
	case "ROUTEID", "JSESSIONID", "SERVERID":
		if i := strings.LastIndexByte(value, '.'); i >= 0 {
			return value[i+1:]
		}
	}
	return value
}
