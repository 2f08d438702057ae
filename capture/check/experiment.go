package check

import (
	"slices"
	"time"

	"sioscope/protocol/lang"
)

// State says how far an experiment is.
type State string

const (
	Waiting State = "waiting"
	Running State = "running"
	Done    State = "done"
	Skipped State = "skipped" // Reason says why
	Failed  State = "failed"  // it could not be carried out: Reason says why
)

// Result is the answer to an experiment's question in a word. A no is no fault by itself: the findings say what is.
type Result string

const (
	Yes     Result = "yes"
	No      Result = "no"
	Some    Result = "some"
	Unknown Result = "unknown"
)

// An Experiment is one of the things that are tried, and what it tells so far.
type Experiment struct {
	ID          string // "default", "websocket", …: the same in every check
	Number      int    // its place in the list, from 1
	Title       string
	Question    string // that Result answers
	State       State
	Reason      string // of Skipped and Failed
	Result      Result // of Done
	Tells       string // one sentence; "" before it is done
	Figures     []Figure
	Requests    int // sent
	MaxRequests int // planned at most
	Took        time.Duration
	Sessions    []string // the sids that were opened, in order
}

// Either says whether the answers yes and no are as good as each other: some questions only tell how a service is made.
func (e *Experiment) Either() bool {
	switch e.ID {
	case Cookies, Nodes, CORS, HTTP2:
		return true
	}
	return false
}

// A Figure is something counted or read, for people and for comparison. Its name is English in every language.
type Figure struct{ Name, Value string }

// IDs of the experiments, in their order.
const (
	Default        = "default"
	WebSocket      = "websocket"
	KeepAlive      = "keep-alive"
	NewConnections = "new-connections"
	Cookies        = "cookies"
	Nodes          = "nodes"
	UpgradeHeader  = "upgrade-header"
	CORS           = "cors"
	Versions       = "versions"
	Messages       = "messages"
	HTTP2          = "http2"
	Idle           = "idle"
)

// A trial is an experiment as it is carried out.
type trial struct {
	id, title, question string
	cost                func(c *Check) int // requests at most; nothing changes the list meanwhile
	run                 func(r *run)
}

// trials are all experiments in their order.
func trials(w lang.Words) []trial {
	return []trial{
		{Default, w.S("Default client"), w.S("Do default clients reach WebSocket?"), (*Check).costOfVisits, defaultClients},
		{WebSocket, w.S("WebSocket only"), w.S("Does transports: [\"websocket\"] work here?"), func(c *Check) int { return c.scaled(directs) }, webSocketOnly},
		{KeepAlive, w.S("Polling, one connection"), w.S("Is a session kept while its polling stays on one connection?"), func(c *Check) int { return c.scaled(2) * keptCost }, keptAlive},
		{NewConnections, w.S("Polling, new connections"), w.S("Is a session kept when every request opens a connection?"), func(c *Check) int { return c.scaled(3) * looseCost }, newConnections},
		{Cookies, w.S("Cookies"), w.S("Is a session kept on its node by a cookie?"), (*Check).costOfCookies, cookies},
		{Nodes, w.S("Node census"), w.S("Does more than one node answer?"), func(c *Check) int { return c.scaled(censusLines)*2 + censusSame*2 + censusCross }, census},
		{UpgradeHeader, w.S("Upgrade header"), w.S("Does the Upgrade header reach the server?"), func(*Check) int { return 3 }, upgradeHeader},
		{CORS, w.S("CORS"), w.S("May pages of other origins use it?"), func(*Check) int { return 4 }, cors},
		{Versions, w.S("Protocol versions"), w.S("Are Engine.IO 3 and 4 both accepted?"), func(*Check) int { return 4 }, versions},
		{Messages, w.S("Large messages"), w.S("Do messages near maxPayload pass?"), func(*Check) int { return 5 }, messages},
		{HTTP2, w.S("HTTP/2 and addresses"), w.S("Is HTTP/2 offered?"), func(*Check) int { return 2*maxAddresses + 2 }, http2},
		{Idle, w.S("Silence"), w.S("Do quiet sessions stay open?"), (*Check).costOfIdle, idle},
	}
}

// Experiments are the experiments as they stand: a copy. It may be called at any time, from any goroutine.
func (c *Check) Experiments() []Experiment {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := slices.Clone(c.list)
	for i := range out {
		out[i] = out[i].clone()
	}
	return out
}

func (e Experiment) clone() Experiment {
	e.Figures, e.Sessions = slices.Clone(e.Figures), slices.Clone(e.Sessions)
	return e
}

// change changes an experiment, and tells it on.
func (c *Check) change(i int, f func(e *Experiment)) {
	c.mu.Lock()
	f(&c.list[i])
	e := c.list[i].clone()
	c.mu.Unlock()
	if c.o.Changed != nil {
		c.told.Lock()
		defer c.told.Unlock()
		c.o.Changed(e)
	}
}
