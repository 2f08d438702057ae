package check

import (
	"slices"

	"sioscope/protocol/diagnose"
)

// anyBroke says whether a poll or post of a default client was not honoured.
func (x *examiner) anyBroke() bool {
	return slices.ContainsFunc(x.visits, func(v *visit) bool { return v.broke != nil })
}

// apart is what default clients met whose WebSocket requests alone reached another node, where polls keep theirs on
// connections of their own, too: nothing is dealt out by connection or request, but WebSocket goes another way.
func (x *examiner) apart(f *diagnose.Finding) {
	better := diagnose.Finding{
		ID: "upgrade-routed-apart", Title: x.S("WebSocket requests are sent to another node than polls"),
		Explanation: x.S("A Socket.IO session lives on the node that issued its sid. Polls keep their node here, whatever connection they come on, and WebSocket requests reach another one, which answers \"Session ID unknown\": the balancer has a rule of its own for them, or does not apply its affinity to them. Polling goes on, unnoticed."),
		Sessions:    f.Sessions, Evidence: f.Evidence,
		RuledOut: []string{
			x.S("balancing per connection: %d of %d requests on connections of their own were honoured", x.loose.honoured, x.loose.asked),
			x.S("balancing per request: %d of %d requests on one kept connection were honoured", x.kept.honoured, x.kept.asked),
		},
		Fixes: []diagnose.Fix{
			{For: "balancer", Text: x.S("the same nodes, chosen in the same way, for all requests below %s: in HAProxy no use_backend by the Upgrade header, in nginx one upstream", x.c.place.URL.Path)},
			{For: "client", Text: x.S(`io(url, { transports: ["websocket"] }): one request, one node. Clients that cannot do WebSocket are lost, and CORS no longer guards the connection.`)},
		},
		Tried:     []diagnose.Trial{x.webSocketTrial()},
		WouldTell: x.S("The balancer's configuration for requests with Upgrade: websocket, or its log: which server it chose for them."),
	}
	if len(x.set) > 0 && x.loose.jar {
		better.Confidence = "likely"
	}
	x.d.Replace(f.ID, better)
}
