package check

import (
	"cmp"
	"net/http"
	"strings"

	"sioscope/protocol/lang"
)

const (
	keptCost  = 7 // requests of a session on one connection: handshake, post, poll, three posts, the close
	looseCost = 6 // and of one whose requests open a connection each: handshake, three posts, the close, and one more
)

// A tally counts what became of requests that named a session.
type tally struct {
	run                                 bool // anything was asked
	jar                                 bool // the clients kept cookies
	sessions, asked                     int
	honoured, unknown, refused, unheard int
	lost                                int  // sessions with a request that was not honoured
	gone                                bool // the session at hand was unknown once
	returned                            bool // a session was honoured after it was unknown
	first                               *answer
	reopened                            int    // connections that the server closed though they were to be kept
	noSession                           string // why there was none
}

func (t *tally) count(a answer) bool {
	t.asked++
	switch a.fate() {
	case honoured:
		t.honoured++
		t.returned = t.returned || t.gone
		return true
	case unknownSID:
		t.unknown++
		t.gone = true
	case refused:
		t.refused++
	default:
		t.unheard++
	}
	if t.first == nil {
		t.first = &a
	}
	return false
}

// add counts what another tally counted.
func (t *tally) add(o tally) {
	t.sessions += o.sessions
	t.asked += o.asked
	t.honoured += o.honoured
	t.unknown += o.unknown
	t.refused += o.refused
	t.unheard += o.unheard
	t.lost += o.lost
	t.reopened += o.reopened
	t.returned = t.returned || o.returned
	t.first = cmp.Or(t.first, o.first)
	t.noSession = cmp.Or(o.noSession, t.noSession)
}

// tallied lets a few sessions be tallied, one after another, or side by side where nothing deals out in turn. Where
// cookies make a difference the first is by itself, for what it is to show.
func (r *run) tallied(jar bool, n int, session func(t *tally)) tally {
	all := make([]tally, n)
	first := n
	switch {
	case r.c.steady() && jar == r.c.o.Client.Cookies:
		first = 0
	case r.c.steady():
		first = 1
	}
	r.several(n, first, func(i int) {
		if i == 0 || !r.enough() {
			session(&all[i])
		}
	})
	sum := tally{run: true, jar: jar}
	for _, t := range all {
		sum.add(t)
	}
	return sum
}

// keptAlive asks everything of a session on one connection.
func keptAlive(r *run) {
	jar := r.c.o.Client.Cookies
	t := r.tallied(jar, r.c.scaled(2), func(t *tally) {
		cl, l := r.client(jar), r.line()
		a, h, rev := cl.handshake(l)
		if !cl.keeps(l, h, rev) {
			t.noSession = a.outcome(r.Words)
			return
		}
		t.sessions++
		whole := true
		if p, ok := cl.join(); ok {
			whole = t.count(cl.post(l, h.SID, p))
			if whole {
				whole = t.count(cl.poll(l, h.SID, r.c.pollPatience()))
			}
		}
		for range 3 {
			whole = t.count(cl.post(l, h.SID, cl.beat())) && whole
		}
		cl.leave(l, h.SID)
		t.reopened += l.dials - 1
		if !whole {
			t.lost++
		}
		l.close()
	})
	r.c.mu.Lock()
	r.c.found.kept = t
	r.c.mu.Unlock()
	r.judge(&t, true)
	if t.reopened > 0 && r.result != Unknown {
		r.tells = r.S("%s; the server closes connections after an answer, so none can be kept.", r.clause())
	}
}

// loose opens a connection for every request of a few sessions. Once for each it sends a second one on its connection:
// a balancer that deals out in turn, and counts connections and requests alike, would always be met in step. Connections
// stay open until the session ends, for a balancer that chooses the node with the fewest.
func (r *run) loose(jar bool) tally {
	return r.tallied(jar, r.c.scaled(3), func(t *tally) {
		cl := r.client(jar)
		lines := []*line{r.line()}
		next := func() *line {
			lines = append(lines, r.line())
			return lines[len(lines)-1]
		}
		a, h, rev := cl.handshake(lines[0])
		if !cl.keeps(lines[0], h, rev) {
			t.noSession = a.outcome(r.Words)
			return
		}
		t.sessions++
		whole := true
		for i := range 3 {
			p, ok := cl.join()
			if i > 0 || !ok {
				p = cl.beat()
			}
			l := next()
			whole = t.count(cl.post(l, h.SID, p)) && whole
			if i == 1 {
				whole = t.count(cl.post(l, h.SID, cl.beat())) && whole
			}
		}
		cl.returning(a).leave(next(), h.SID)
		for _, l := range lines {
			l.close()
		}
		if !whole {
			t.lost++
		}
	})
}

func newConnections(r *run) {
	t := r.loose(r.c.o.Client.Cookies)
	r.c.mu.Lock()
	r.c.found.loose = t
	kept := r.c.found.kept
	r.c.mu.Unlock()
	r.judge(&t, false)
	if r.result != Yes && t.unknown > 0 && kept.run && kept.asked > 0 && kept.honoured == kept.asked {
		r.tells = r.S("%s: polling lives by kept connections alone.", r.clause())
	}
}

// clause is what was told, for more to be told with it.
func (r *run) clause() string { return strings.TrimSuffix(r.tells, r.S(".")) }

// judge tells how many requests were honoured, on one kept connection or on connections of their own.
func (r *run) judge(t *tally, kept bool) {
	if t.sessions > 0 {
		r.figure("requests", "%d", t.asked)
		r.figure("honoured", "%d", t.honoured)
		r.figure("session unknown", "%d", t.unknown)
	}
	switch {
	case t.sessions == 0:
		r.tell(Unknown, r.S("No session comes about by polling: the handshake is answered %s.", t.noSession))
	case t.honoured == t.asked:
		r.tell(Yes, r.S("%d of %d requests on connections of their own are honoured.", t.honoured, t.asked))
		if kept {
			r.tell(Yes, r.S("%d of %d requests on one kept connection are honoured.", t.honoured, t.asked))
		}
	default:
		res := Some
		if t.lost == t.sessions {
			res = No
		}
		lost, why := t.asked-t.honoured, t.first.outcome(r.Words)
		r.tell(res, r.S("%d of %d requests on connections of their own are not honoured: %s.", lost, t.asked, why))
		if kept {
			r.tell(res, r.S("%d of %d requests on one kept connection are not honoured: %s.", lost, t.asked, why))
		}
	}
}

// costOfCookies is twice as much where no other experiment has tried the one half.
func (c *Check) costOfCookies() int {
	n := c.scaled(3) * looseCost
	for _, e := range c.list {
		if e.ID == NewConnections && e.State == Skipped {
			n *= 2
		}
	}
	return n
}

// cookies tries the same with cookies where the clients keep none, and without where they do.
func cookies(r *run) {
	c := r.c
	c.mu.Lock()
	set, loose := c.found.set, c.found.loose
	c.mu.Unlock()
	if len(set) == 0 {
		r.tell(No, r.S("No answer sets a cookie: nothing is kept by one."))
		return
	}
	for _, k := range set {
		r.figure("cookie "+k.name, "%s", k.attributes(r.Words))
	}
	if !loose.run {
		loose = r.loose(c.o.Client.Cookies)
	}
	other := r.loose(!loose.jar)
	c.mu.Lock()
	c.found.loose, c.found.other = loose, other
	c.mu.Unlock()
	with, without := c.byJar()
	r.figure("with cookies", "%s", r.S("%d of %d requests honoured", with.honoured, with.asked))
	r.figure("without", "%s", r.S("%d of %d requests honoured", without.honoured, without.asked))
	defer r.withheld(set)
	names := strings.Join(cookieNames(set), ", ")
	switch {
	case with.sessions == 0 || without.sessions == 0:
		r.tell(Unknown, r.S("No session comes about by polling."))
	case with.honoured == with.asked && without.honoured < without.asked:
		r.tell(Yes, r.S("With the cookie %s every request is honoured, without it %d of %d are not: it keeps a session on its node.", names, without.asked-without.honoured, without.asked))
	case with.honoured == with.asked:
		r.tell(No, r.S("Requests are honoured with and without the cookie %s: it keeps nothing.", names))
	case without.honoured == without.asked:
		r.tell(No, r.S("Requests without the cookie %s are honoured, and %d of %d with it are not.", names, with.asked-with.honoured, with.asked))
	default:
		r.tell(No, r.S("Requests are lost with the cookie %s too: %d of %d.", names, with.asked-with.honoured, with.asked))
	}
}

// withheld says of cookies that they are not sent back over plain HTTP (RFC 6265 §5.4); browsers make an exception of
// localhost, and these clients none.
func (r *run) withheld(set []cookie) {
	if r.c.url.Scheme != "http" {
		return
	}
	for _, k := range set {
		if k.secure {
			if r.c.local() {
				r.tells = r.S("%s %s has the attribute Secure: browsers do not send it back over http, localhost aside.", r.tells, k.name)
				return
			}
			r.tells = r.S("%s %s has the attribute Secure: browsers do not send it back over http.", r.tells, k.name)
			return
		}
	}
}

// byJar gives what became of sessions on connections of their own, with cookies and without.
func (c *Check) byJar() (with, without tally) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.found.byJar()
}

func (f *findings) byJar() (with, without tally) {
	for _, t := range [...]tally{f.loose, f.other} {
		switch {
		case t.run && t.jar:
			with = t
		case t.run:
			without = t
		}
	}
	return with, without
}

// A cookie is one that an answer set, without its value.
type cookie struct {
	name, path, domain string
	sameSite           http.SameSite
	secure, httpOnly   bool
	where              answer // that first set it
}

func (f *findings) sawCookies(a answer, set []*http.Cookie) {
	for _, k := range set {
		if !containsCookie(f.set, k.Name) && k.Value != "" {
			f.set = append(f.set, cookie{k.Name, k.Path, k.Domain, k.SameSite, k.Secure, k.HttpOnly, a})
		}
	}
}

func containsCookie(set []cookie, name string) bool {
	for _, k := range set {
		if k.name == name {
			return true
		}
	}
	return false
}

func cookieNames(set []cookie) []string {
	var out []string
	for _, k := range set {
		out = append(out, k.name)
	}
	return out
}

// attributes are a cookie's attributes as Set-Cookie writes them.
func (k cookie) attributes(w lang.Words) string {
	var out []string
	if k.path != "" {
		out = append(out, "Path="+k.path)
	}
	if k.domain != "" {
		out = append(out, "Domain="+k.domain)
	}
	switch k.sameSite {
	case http.SameSiteLaxMode:
		out = append(out, "SameSite=Lax")
	case http.SameSiteStrictMode:
		out = append(out, "SameSite=Strict")
	case http.SameSiteNoneMode:
		out = append(out, "SameSite=None")
	}
	if k.secure {
		out = append(out, "Secure")
	}
	if len(out) == 0 {
		return w.S("no attributes")
	}
	return w.Clauses(out)
}

// crossSite says why pages of other sites never send the cookie, "" where they do.
func (k cookie) crossSite(w lang.Words) string {
	switch {
	case k.sameSite != http.SameSiteNoneMode:
		return w.S("it lacks SameSite=None")
	case !k.secure:
		return w.S("SameSite=None needs Secure")
	}
	return ""
}

// astray says why a browser does not send the cookie to the path of the service, "" where it does.
func (k cookie) astray(w lang.Words, path string) string {
	if k.path != "" && k.path != "/" && !strings.HasPrefix(path, strings.TrimSuffix(k.path, "/")) {
		return w.S("its Path=%s is not one of %s", k.path, path)
	}
	return ""
}
