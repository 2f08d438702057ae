package compare

import (
	"cmp"
	"slices"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
)

// A cookie is what a side's requests did with one that answers set.
type cookie struct {
	name     string
	affinity bool // it is there to keep a client on a node: by its name where a balancer alone has it or an answer set it, or nodes are told apart by it
	due      int  // requests that should have brought it: an earlier answer of their session set it, or they did
	brought  int  // those that did
}

// cookiesOf lists the cookies that were set or brought, those for affinity first.
func cookiesOf(f *facts) []cookie {
	byName := map[string]*cookie{}
	set := map[*session.Session]map[string]int64{} // session → cookie → when an answer first set it
	answered := map[string]bool{}                  // cookies that any answer set
	for _, e := range f.outer {
		for _, c := range e.Response.SetCookies {
			note(byName, c.Name)
			answered[c.Name] = true
			if e.Session != nil && e.End != 0 {
				of := set[e.Session]
				if of == nil {
					of = map[string]int64{}
					set[e.Session] = of
				}
				if at, ok := of[c.Name]; !ok || e.End < at {
					of[c.Name] = e.End
				}
			}
		}
		for _, c := range e.Request.Cookies {
			note(byName, c.Name)
		}
	}
	for _, e := range f.outer {
		for name, c := range byName {
			brought := slices.ContainsFunc(e.Request.Cookies, func(c session.Cookie) bool { return c.Name == name })
			at, ok := set[e.Session][name]
			if e.Method == "" || e.Kind == session.Preflight || !brought && (!ok || at > e.Start || mayHide(e)) {
				continue
			}
			c.due++
			if brought {
				c.brought++
			}
		}
	}
	list := make([]cookie, 0, len(byName))
	for name, c := range byName {
		c.affinity = diagnose.AffinityCookie(f.Tracker, name) && (answered[name] || diagnose.BalancersCookie(name) || f.toldApartBy(name))
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b cookie) int {
		if a.affinity != b.affinity {
			return cmp.Compare(rank(!a.affinity), rank(!b.affinity))
		}
		return cmp.Compare(a.name, b.name)
	})
	return list
}

// toldApartBy says whether several nodes are told apart by a cookie. One that a client brings under a name that anything
// may have, such as JSESSIONID, keeps nobody on a node by its name alone.
func (f *facts) toldApartBy(name string) bool {
	return len(f.Tracker.Nodes) > 1 && slices.ContainsFunc(f.Tracker.Nodes, func(n session.Node) bool { return n.Basis == "cookie "+name })
}

const maxCookies = 32 // of one side; a service sets a few

func note(byName map[string]*cookie, name string) {
	if byName[name] == nil && len(byName) < maxCookies {
		byName[name] = &cookie{name: name}
	}
}

func rank(late bool) int {
	if late {
		return 1
	}
	return 0
}

// mayHide says whether a request may have brought cookies that its source does not show.
func mayHide(e *session.Exchange) bool {
	return e.Conn != nil && e.Conn.Conn != nil && e.Conn.Hidden&fact.HidesCookies != 0
}

// affinityCookie is the first cookie that is there to keep a client on a node, nil where there is none.
func (f *facts) affinityCookie() *cookie {
	if len(f.cookies) > 0 && f.cookies[0].affinity {
		return &f.cookies[0]
	}
	return nil
}
