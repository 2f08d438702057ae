package redact

// Asks are the events with secrets that wait for an acknowledgement, by which the acknowledgement is known to have secrets:
// it names no event. Ids are counted by each client, so that what one client asked for is taken to be asked for by all: too
// much is masked rather than too little. The zero value is ready.
type Asks struct{ of map[string]string }

// maxAsks is how many are kept.
const maxAsks = 1 << 16

// Note takes an event that wants an acknowledgement; what an acknowledgement is called tells its direction, namespace and id.
func (a *Asks) Note(acknowledgement, event string) {
	if a == nil || !SecretEvent(event) || len(acknowledgement) > maxName || len(a.of) >= maxAsks {
		return
	}
	if a.of == nil {
		a.of = map[string]string{}
	}
	switch doubtOfEvent(event) {
	case aSession, someToken: // what else such a name means, its answer may be of too
	default:
		event = "login"
	}
	if a.of[acknowledgement] != "login" {
		a.of[acknowledgement] = event
	}
}

// Event is the name of an event whose secrets an acknowledgement has, "" where it has none.
func (a *Asks) Event(acknowledgement string) string {
	if a == nil {
		return ""
	}
	return a.of[acknowledgement]
}
