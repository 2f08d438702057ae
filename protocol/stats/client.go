package stats

import "strings"

// agents are what tells kinds of clients apart in User-Agent, where a word begins; the more special first, for browsers
// name each other.
var agents = [...]struct{ sign, name string }{
	{"electron/", "Electron"},
	{"edg/", "Edge"}, {"edga/", "Edge"}, {"edgios/", "Edge"}, {"edge/", "Edge"},
	{"opr/", "Opera"},
	{"samsungbrowser/", "Samsung Internet"},
	{"wv)", "Android WebView"},
	{"headlesschrome/", "Chrome"}, {"crios/", "Chrome"}, {"chromium/", "Chrome"}, {"chrome/", "Chrome"},
	{"fxios/", "Firefox"}, {"firefox/", "Firefox"},
	{"unityplayer/", "Unity"}, {"unitywebrequest/", "Unity"}, {"besthttp", "Unity"},
	{"node-xmlhttprequest", "Node"}, {"undici", "Node"}, {"axios/", "Node"}, {"node-fetch", "Node"}, {"node.js", "Node"},
	{"cfnetwork/", "Swift (CFNetwork)"}, {"starscream", "Swift (CFNetwork)"},
	{"okhttp/", "Java (okhttp)"}, {"apache-httpclient/", "Java"}, {"java-http-client/", "Java"}, {"java/", "Java"}, {"dalvik/", "Java"},
	{"python-requests/", "Python"}, {"aiohttp/", "Python"}, {"python/", "Python"}, {"httpx/", "Python"}, {"python-urllib/", "Python"}, {"websocket-client", "Python"},
	{"dart/", "Dart (Flutter)"},
	{"go-http-client/", "Go"},
	{"websocket++/", "C++"},
	{"dotnet", ".NET"}, {"reqwest", "Rust"}, {"tungstenite", "Rust"},
	{"curl/", "curl"}, {"wget/", "wget"}, {"postmanruntime/", "Postman"}, {"k6/", "k6"}, {"artillery", "Artillery"},
	{"sioscope", "sioscope"},
	{"safari/", "Safari"}, {"applewebkit/", "Safari"},
}

// Client is the kind of client that a User-Agent names, "" where there is none. One that is not known goes by the first
// word of it.
func Client(userAgent string) string {
	if userAgent == "" {
		return ""
	}
	lower := strings.ToLower(userAgent)
	if lower == "node" {
		return "Node"
	}
	for _, a := range agents {
		if names(lower, a.sign) {
			return a.name
		}
	}
	name, _, _ := strings.Cut(userAgent, " ")
	name, _, _ = strings.Cut(name, "/")
	if r := []rune(name); len(r) > 30 {
		name = string(r[:29]) + "…"
	}
	return name
}

// names says whether a sign begins a word of text.
func names(text, sign string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], sign)
		if i < 0 {
			return false
		}
		if at += i; at == 0 || !letter(text[at-1]) {
			return true
		}
		at++
	}
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
