package words

import (
	"strings"

	"sioscope/protocol/lang"
)

// Fields says of a sentence that names flags of the command line where that is in the window: the field of a form. What
// the window has no field for is left out.
func Fields(w lang.Words, s string) string {
	if !strings.Contains(s, "--") {
		return s
	}
	return changed(w, s, fields)
}

// fields begins with what is a phrase: at the same place, the first that fits counts.
var fields = []change{
	{from: lang.Mark("--with-keys adds them"), to: lang.Mark("the tick for TLS keys adds them")},
	{from: lang.Mark("; --format har writes the chosen sessions of it"), to: lang.Mark("; a HAR of the chosen sessions can be")},
	{from: lang.Mark("a filter in words (-f)"), to: lang.Mark("a filter in tcpdump's words")},
	{from: lang.Mark("--port and --host"), to: lang.Mark("the fields Ports and Addresses")},
	{from: lang.Mark(", or give it more time with --timeout")},
	{from: lang.Mark(", or give them more time with --timeout")},
	{from: lang.Mark("; --timeout gives it more time")},
	{from: lang.Mark("; trust its authority with --ca FILE, or accept any certificate with --insecure"), to: lang.Mark("; tick “%s” to go on all the same"), label: lang.Mark("Accept any certificate")},
	{from: lang.Mark("or accept it with --insecure"), to: lang.Mark("or tick “%s”"), label: lang.Mark("Accept any certificate")},
	{from: lang.Mark("--idle 70s watches for as long"), to: lang.Mark("tick “%s” for it"), label: lang.Mark("Watch silence for 70 s, too")},
	{from: lang.Mark("with fewer requests, as with --max-requests 20"), to: lang.Mark("with 20 for “%s”"), label: lang.Mark("Requests at most")},
	{from: lang.Mark("--max-requests allows more"), to: lang.Mark("the field “%s” allows more"), label: lang.Mark("Requests at most")},
	{from: lang.Mark("--auth, --header, --query or --origin"), to: lang.Mark("the fields Auth, Headers and Query")},
	{from: lang.Mark("the namespace they use, --namespace or in the URL's path"), to: lang.Mark("the namespace they use, in the field Namespace or in the URL's path")},
	{from: lang.Mark("with --header"), to: lang.Mark("in the field Headers")},
	{from: lang.Mark("another --origin"), to: lang.Mark("another Origin")},
	{from: lang.Mark("--transports polling does without it"), to: lang.Mark("“%s” does without it"), label: lang.Mark("Polling only")},
	{from: lang.Mark("--transports polling"), to: lang.Mark("“%s”"), label: lang.Mark("Polling only")},
	{from: lang.Mark("--transports websocket"), to: lang.Mark("“%s”"), label: lang.Mark("WebSocket only")},
	{from: lang.Mark("--transports "), to: lang.Mark("the transports ")},
	{from: lang.Mark("--eio "), to: lang.Mark("Engine.IO version ")},
	{from: lang.Mark(" that --for gives")},
	{from: lang.Mark("as in --proxy "), to: lang.Mark("as in ")},
	{from: lang.Mark("--proxy"), to: lang.Mark("the proxy")},
	{from: lang.Mark(" (--keylog)")},
	{from: lang.Mark(", --keylog)"), to: lang.Mark(")")},
	{from: lang.Mark("--path"), to: lang.Mark("the field Path")},
	{from: lang.Mark("--namespace"), to: lang.Mark("the field Namespace")},
	{from: lang.Mark("--auth"), to: lang.Mark("the field Auth")},
	{from: lang.Mark("--header"), to: lang.Mark("the field Headers")},
	{from: lang.Mark("--query"), to: lang.Mark("the field Query")},
	{from: lang.Mark("--insecure"), to: lang.Mark("“%s”"), label: lang.Mark("Accept any certificate")},
}
