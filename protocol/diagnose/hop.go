package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// HopKind is what someone in the path is. The constants are in the order of the path, from the client on.
type HopKind uint8

const (
	CDN HopKind = iota
	Balancer
	Platform
	Proxy
	Server
)

// String is the word used in reports for machines.
func (k HopKind) String() string {
	return [...]string{"cdn", "balancer", "platform", "proxy", "server"}[k]
}

// A Hop is someone in the path between client and node who was recognised, or the node's own server.
//
// A field that anyone may write is no proof: one sign makes a hop likely, two of different kinds make it certain. A
// name that only by custom is someone's makes it possible.
type Hop struct {
	Name       string // "nginx", "AWS ALB"; "" where something reads HTTP there and does not say what it is
	Kind       HopKind
	Sign       string // what gave it away, "Server: nginx/1.22.1"; of several the first few
	Confidence string
	From       *session.Exchange // the first that has such a sign
}

// A sign is one thing that gives someone in the path away.
type sign struct {
	name  string
	kind  HopKind
	basis basis
	text  string // "Server: nginx/1.22.1", or what lang.Mark was told
	weak  bool   // a custom, and no definition
}

// basis is where a sign was found. Two of one basis are one.
type basis uint8

const (
	byServer basis = iota
	byVia
	byCookie
	byMark
	byPoweredBy
	byBody
	byForm // of what the server itself writes
)

// maxSigns is how many signs of a hop are told.
const maxSigns = 3

// A route is who was recognised, with all that gave them away.
type route struct {
	hops   []Hop
	signs  [][]string // of each hop
	bases  []uint32   // of each hop, a bit for each
	weak   []bool     // of each hop: no sign of it is more than a custom
	seen   map[sign]bool
	fields map[*session.ResponseFields]bool
}

// trace finds who is in the path of a capture.
func trace(w lang.Words, t *session.Tracker) []Hop {
	r := route{seen: map[sign]bool{}, fields: map[*session.ResponseFields]bool{}}
	for _, e := range t.Exchanges {
		if e.Status == 0 {
			continue
		}
		if !r.fields[e.Response.ResponseFields] {
			r.fields[e.Response.ResponseFields] = true
			fieldSigns(&e.Response, func(s sign) { r.add(s, e) })
		}
		if len(e.Response.SetCookies)+len(e.Request.Cookies) > 0 {
			cookieSigns(e, func(s sign) { r.add(s, e) })
		}
		if e.BodyText != "" {
			bodySigns(e.BodyText, func(s sign) { r.add(s, e) })
		}
		if s, ok := errorSign(e); ok {
			r.add(s, e)
		}
		if s, ok := lowerSign(e); ok {
			r.add(s, e)
		}
	}
	for _, s := range t.Sessions {
		if sg, e, ok := formSign(s); ok {
			r.add(sg, e)
		}
	}
	return r.told(w)
}

func (r *route) add(s sign, e *session.Exchange) {
	if r.seen[s] {
		return
	}
	if len(r.seen) < 1024 { // values of a field that differs each time
		r.seen[s] = true
	}
	i := slices.IndexFunc(r.hops, func(h Hop) bool { return h.Name == s.name && (s.name != "" || h.Kind == s.kind) })
	if i < 0 {
		if len(r.hops) >= 32 {
			return
		}
		i = len(r.hops)
		r.hops = append(r.hops, Hop{Name: s.name, Kind: s.kind, From: e})
		r.signs, r.bases, r.weak = append(r.signs, nil), append(r.bases, 0), append(r.weak, true)
	}
	if r.bases[i]&(1<<s.basis) == 0 && len(r.signs[i]) < maxSigns {
		r.signs[i] = append(r.signs[i], s.text)
	}
	r.bases[i] |= 1 << s.basis
	r.weak[i] = r.weak[i] && s.weak
}

// told are the hops in the order of the path, with how sure they are. That something reads HTTP says nothing where it is
// known what does.
func (r *route) told(w lang.Words) []Hop {
	proxies := 0
	for i := range r.hops {
		h := &r.hops[i]
		var texts []string
		for _, s := range r.signs[i] {
			texts = append(texts, w.Said(s))
		}
		h.Sign = w.Clauses(texts)
		switch b := r.bases[i]; {
		case r.weak[i]:
			h.Confidence = "possible"
		case b&(b-1) != 0:
			h.Confidence = "certain"
		default:
			h.Confidence = "likely"
		}
		if h.Name != "" && h.Kind != Server {
			proxies++
		}
	}
	if proxies > 0 {
		r.hops = slices.DeleteFunc(r.hops, func(h Hop) bool { return h.Name == "" })
	}
	slices.SortStableFunc(r.hops, func(a, b Hop) int { return cmp.Compare(a.Kind, b.Kind) })
	return r.hops
}

// also are the platforms that a hop's name stands for in the table of fixes, beside its own.
func also(name string) []string {
	switch name {
	case "AWS load balancer":
		return []string{"AWS ALB", "AWS Classic ELB"}
	case "Google Frontend":
		return []string{"Google Cloud Run"}
	case "Istio":
		return []string{"Envoy"}
	case "openresty", "Tengine":
		return []string{"nginx"}
	case "IIS":
		return []string{"Azure"}
	case "gunicorn", "uvicorn", "Hypercorn", "Daphne", "Werkzeug", "python-engineio":
		return []string{"Python"}
	case "Amazon CloudFront":
		return []string{"AWS CloudFront"}
	}
	return nil
}

// recognised says how far inside someone is whom a fix is for: the place in the path, from 1 on; 0 where nobody is.
func (p *picture) recognised(where string) int {
	places := strings.Split(where, ", ")
	for i, h := range slices.Backward(p.hops) {
		if h.Name != "" && (slices.Contains(places, h.Name) || slices.ContainsFunc(also(h.Name), func(n string) bool { return slices.Contains(places, n) })) {
			return i + 1
		}
	}
	return 0
}
