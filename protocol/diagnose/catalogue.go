package diagnose

import (
	"slices"

	"sioscope/protocol/lang"
)

// A Cause is an entry of the catalogue: what can keep a session from WebSocket, break its upgrade or end it, told
// without a capture. A Finding is a Cause that was found.
type Cause struct {
	ID       string // "no-affinity-per-connection"
	Severity Severity
	Title    string    // one line, without figures
	About    string    // what happens, and what users notice of it, in a few sentences
	Seen     []string  // what proves it on the wire
	Unlike   []string  // what looks alike, and how it differs
	From     []Vantage // where it can be seen from
	Best     string    // the best confidence that it can be told with: "certain", "likely", "possible"
	Within   string    // id of the cause it is told as part of, where the wire does not tell it apart; else ""
	Fixes    []Fix
}

// A Vantage is a place from which a cause can be seen.
type Vantage string

const (
	ClientSide Vantage = "client side" // a capture between client and balancer
	NodeSide   Vantage = "node side"   // a capture between balancer and nodes
	BrowserLog Vantage = "HAR"         // what a browser exported
	ByCheck    Vantage = "check"       // our own experiments against the URL
)

// A Family is a chapter of the catalogue.
type Family struct {
	Name   string
	Causes []Cause
}

// Families is the catalogue.
func Families(w lang.Words) []Family {
	return []Family{
		{w.S("Requests reach a node that does not know the session"), slices.Concat(affinityCauses(w), cookieCauses(w))},
		{w.S("The upgrade to WebSocket does not come about"), slices.Concat(upgradeCauses(w), handlerCauses(w))},
		{w.S("Sessions are killed, expired or confused"), sessionCauses(w)},
		{w.S("What lasts too long, or is too much, is ended"), timeCauses(w)},
		{w.S("What is said where no cause fits, or where it is no matter of transport"), otherCauses(w)},
	}
}

// Causes is the catalogue in one list.
func Causes(w lang.Words) []Cause {
	var all []Cause
	for _, f := range Families(w) {
		all = append(all, f.Causes...)
	}
	return all
}

// Explain is the cause of that id; false where there is none.
func Explain(w lang.Words, id string) (Cause, bool) {
	all := Causes(w)
	i := slices.IndexFunc(all, func(c Cause) bool { return c.ID == id })
	if i < 0 {
		return Cause{}, false
	}
	return all[i], true
}
