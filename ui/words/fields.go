package words

import (
	"strings"

	"sioscope/protocol/lang"
)

// Fields says of a sentence that names flags of the command line where that is in the window: the field of a form. What
// the window has no field for is left out.
func Fields(w lang.Words, s string) string { return fields.Replace(s) }

// fields begins with what is a phrase: at the same place, the first that fits counts.
var fields = strings.NewReplacer(
	", or give it more time with --timeout", "",
	", or give them more time with --timeout", "",
	"; --timeout gives it more time", "",
	"; trust its authority with --ca FILE, or accept any certificate with --insecure", "; tick “Accept any certificate” to go on all the same",
	"or accept it with --insecure", "or tick “Accept any certificate”",
	"--idle 70s watches for as long", "tick “Watch silence for 70 s, too” for it",
	"with fewer requests, as with --max-requests 20", "with 20 for “Requests at most”",
	"--max-requests allows more", "the field “Requests at most” allows more",
	"--auth, --header, --query or --origin", "the fields Auth, Headers and Query",
	"the namespace they use, --namespace or in the URL's path", "the namespace they use, in the field Namespace or in the URL's path",
	"with --header", "in the field Headers",
	"another --origin", "another Origin",
	"--transports polling does without it", "“Polling only” does without it",
	"--transports polling", "“Polling only”",
	"--transports websocket", "“WebSocket only”",
	"--transports ", "the transports ",
	"--eio ", "Engine.IO version ",
	" that --for gives", "",
	"as in --proxy ", "as in ",
	"--proxy", "the proxy",
	" (--keylog)", "",
	", --keylog)", ")",
	"--path", "the field Path",
	"--namespace", "the field Namespace",
	"--auth", "the field Auth",
	"--header", "the field Headers",
	"--query", "the field Query",
	"--insecure", "“Accept any certificate”",
)
