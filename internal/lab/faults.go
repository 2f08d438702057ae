package lab

import (
	"fmt"
	"slices"
	"strings"
)

// A Fault is something about the service that can be switched. Not all are faults: the ways to choose a node include
// those that work.
type Fault struct {
	ID    string
	Name  string // a few words
	About string // a sentence: what it does, and what comes of it
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
	{PerConnection, "Round robin per connection", "The balancer forwards TCP and gives each new connection to the next node: a session's WebSocket reaches another node than its polls, and it stays on polling unnoticed. A client that spreads its polls over several connections is refused there too.", Balancing},
	{PerRequest, "Round robin per request", "The balancer reads HTTP and gives each request to the next node: sessions end as soon as they have begun.", Balancing},
	{CookieAffinity, "Affinity by cookie", "The balancer reads HTTP and keeps a client on its node by the cookie SERVERID: sessions move to WebSocket.", Balancing},
	{SourceAffinity, "Affinity by source address", "The balancer forwards TCP and keeps an address on its node: sessions move to WebSocket.", Balancing},
	{SingleNode, "One node", "All connections go to the first node, as in development: sessions move to WebSocket.", Balancing},
	{CookieDropped, "Clients drop cookies", "The simulated clients send no cookie back, as clients without a cookie jar: it spoils affinity by cookie, and nothing else.", ""},
	{UpgradeStripped, "Upgrade header stripped", "A proxy does not pass Upgrade on: the node takes the WebSocket request for a poll and refuses it.", Upgrades},
	{Upgrade403, "WebSocket refused with 403", "A proxy or firewall answers every WebSocket request with 403 Forbidden.", Upgrades},
	{Upgrade503, "WebSocket refused with 503", "A proxy answers every WebSocket request with 503 Service Unavailable.", Upgrades},
	{FramesSwallowed, "Frames swallowed", "The WebSocket is accepted (101), and then something in the path holds every frame.", Upgrades},
	{IdleTimeout, "Short idle time-out", "Connections that are silent for longer than the time-out are cut, before the heartbeat is due.", ""},
	{NodeRestarts, "A node restarts", "The last node's process is replaced again and again, as in a deployment: its sessions are lost.", ""},
	{HandshakeCached, "Handshakes cached", "A CDN answers handshakes from its cache: several clients get the same session.", ""},
	{PollingOnly, "Server without WebSocket", "The nodes offer no upgrade, as with transports: [\"polling\"].", Servers},
	{Forbidden, "Server forbids connections", "The nodes' allowRequest refuses every handshake.", Servers},
	{OldClients, "Clients of Socket.IO 2", "The simulated clients speak Engine.IO 3, which the nodes refuse unless allowEIO3 is set.", ""},
	{SharedMessages, "Messages shared between nodes", "What is said on one node reaches rooms on all, as with a Redis adapter. It does nothing for handshakes.", ""},
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
	return Fault{}, fmt.Errorf("the lab has no fault %q; it has %s", id, strings.Join(ids, ", "))
}
