package lab

import (
	"slices"
	"strings"

	"sioscope/protocol/lang"
)

// A Fault is something about the service that can be switched. Not all are faults: the ways to choose a node include
// those that work.
type Fault struct {
	ID    string
	Name  string // a few words, marked for the catalogue
	About string // a sentence, likewise: what it does, and what comes of it
	Group string // of a group only one is on; "": switched by itself
}

// Groups.
const (
	Balancing = "balancing" // exactly one is on
	Upgrades  = "upgrades"  // at most one is on
	Servers   = "servers"   // at most one is on
)

// IDs of faults.
const (
	PerConnection   = "per-connection"
	PerRequest      = "per-request"
	CookieAffinity  = "cookie"
	SourceAffinity  = "source"
	SingleNode      = "single-node"
	CookieDropped   = "cookie-dropped"
	UpgradeStripped = "upgrade-stripped"
	Upgrade403      = "upgrade-403"
	Upgrade503      = "upgrade-503"
	FramesSwallowed = "frames-swallowed"
	IdleTimeout     = "idle-timeout"
	NodeRestarts    = "node-restarts"
	HandshakeCached = "handshake-cached"
	PollingOnly     = "polling-only"
	Forbidden       = "forbidden"
	OldClients      = "old-clients"
	SharedMessages  = "shared-messages"
)

var faults = []Fault{
	{PerConnection, lang.Mark("Round robin per connection"), lang.Mark("The balancer forwards TCP and gives each new connection to the next node: a session's WebSocket reaches another node than its polls, and it stays on polling unnoticed. A client that spreads its polls over several connections is refused there too."), Balancing},
	{PerRequest, lang.Mark("Round robin per request"), lang.Mark("The balancer reads HTTP and gives each request to the next node: sessions end as soon as they have begun."), Balancing},
	{CookieAffinity, lang.Mark("Affinity by cookie"), lang.Mark("The balancer reads HTTP and keeps a client on its node by the cookie SERVERID: sessions move to WebSocket."), Balancing},
	{SourceAffinity, lang.Mark("Affinity by source address"), lang.Mark("The balancer forwards TCP and keeps an address on its node: sessions move to WebSocket."), Balancing},
	{SingleNode, lang.Mark("One node"), lang.Mark("All connections go to the first node, as in development: sessions move to WebSocket."), Balancing},
	{CookieDropped, lang.Mark("Clients drop cookies"), lang.Mark("The simulated clients send no cookie back, as clients without a cookie jar: it spoils affinity by cookie, and nothing else."), ""},
	{UpgradeStripped, lang.Mark("Upgrade header stripped"), lang.Mark("A proxy does not pass Upgrade on: the node takes the WebSocket request for a poll and refuses it."), Upgrades},
	{Upgrade403, lang.Mark("WebSocket refused with 403"), lang.Mark("A proxy or firewall answers every WebSocket request with 403 Forbidden."), Upgrades},
	{Upgrade503, lang.Mark("WebSocket refused with 503"), lang.Mark("A proxy answers every WebSocket request with 503 Service Unavailable."), Upgrades},
	{FramesSwallowed, lang.Mark("Frames swallowed"), lang.Mark("The WebSocket is accepted (101), and then something in the path holds every frame."), Upgrades},
	{IdleTimeout, lang.Mark("Short idle time-out"), lang.Mark("Connections that are silent for longer than the time-out are cut, before the heartbeat is due."), ""},
	{NodeRestarts, lang.Mark("A node restarts"), lang.Mark("The process of the last node in use is replaced again and again, as in a deployment: its sessions are lost."), ""},
	{HandshakeCached, lang.Mark("Handshakes cached"), lang.Mark("A CDN answers handshakes from its cache: several clients get the same session."), ""},
	{PollingOnly, lang.Mark("Server without WebSocket"), lang.Mark("The nodes offer no upgrade, as with transports: [\"polling\"]."), Servers},
	{Forbidden, lang.Mark("Server forbids connections"), lang.Mark("The nodes' allowRequest refuses every handshake."), Servers},
	{OldClients, lang.Mark("Clients of Socket.IO 2"), lang.Mark("The simulated clients speak Engine.IO 3, which the nodes refuse unless allowEIO3 is set."), ""},
	{SharedMessages, lang.Mark("Messages shared between nodes"), lang.Mark("What is said on one node reaches rooms on all, as with a Redis adapter. It does nothing for handshakes."), ""},
}

// Faults are all that can be switched, in the order they are shown.
func Faults() []Fault { return slices.Clone(faults) }

func find(id string) (Fault, error) {
	i := slices.IndexFunc(faults, func(f Fault) bool { return f.ID == id })
	if i >= 0 {
		return faults[i], nil
	}
	ids := make([]string, len(faults))
	for i, f := range faults {
		ids[i] = f.ID
	}
	return Fault{}, lang.Say("the lab has no fault %q; it has %s", id, strings.Join(ids, ", "))
}
