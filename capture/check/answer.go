package check

import "sioscope/protocol/lang"

// Word is what was found out, as it reads behind the experiment's title: "Upgrade header: arrives". A yes or a no would
// answer a question that does not stand there.
func (e *Experiment) Word(w lang.Words) string {
	pick := func(yes, no, some string) string {
		switch e.Result {
		case Yes:
			return yes
		case No:
			return no
		case Some:
			return some
		}
		return w.S("not known")
	}
	switch e.ID {
	case Default:
		return pick(w.S("on WebSocket"), w.S("not on WebSocket"), w.S("some on WebSocket"))
	case WebSocket:
		return pick(w.S("sessions open"), w.S("no session opens"), w.S("some sessions open"))
	case KeepAlive, NewConnections:
		return pick(w.S("sessions kept"), w.S("sessions lost"), w.S("some sessions lost"))
	case Cookies:
		return pick(w.S("keep the node"), w.S("keep nothing"), w.S("in part"))
	case Nodes:
		return pick(w.S("several nodes"), w.S("one node"), w.S("in part"))
	case UpgradeHeader:
		return pick(w.S("arrives"), w.S("does not arrive"), w.S("in part"))
	case CORS:
		return pick(w.S("other origins allowed"), w.S("other origins refused"), w.S("in part"))
	case Versions:
		return pick(w.S("both accepted"), w.S("none accepted"), w.S("one accepted"))
	case Messages:
		return pick(w.S("pass"), w.S("do not pass"), w.S("pass in part"))
	case HTTP2:
		return pick(w.S("HTTP/2 offered"), w.S("no HTTP/2"), w.S("in part"))
	}
	return pick(w.S("sessions stay open"), w.S("sessions are cut"), w.S("some sessions are cut"))
}
