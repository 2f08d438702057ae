package redact

import (
	"encoding/json"
	"strings"
	"testing"
)

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

func TestTarget(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"Engine.IO alone", "/socket.io/?EIO=4&transport=polling&t=P5xqM2n&sid=32ZQ1nFjLnuHUbr3AAAA", "/socket.io/?EIO=4&transport=polling&t=P5xqM2n&sid=32ZQ1nFjLnuHUbr3AAAA"},
		{"JSONP and base64", "/socket.io/?EIO=3&transport=polling&j=0&b64=1", "/socket.io/?EIO=3&transport=polling&j=0&b64=1"},
		{"token", "/socket.io/?token=s3cr3t&EIO=4&transport=websocket", "/socket.io/?token=***&EIO=4&transport=websocket"},
		{"unknown parameter", "/socket.io/?EIO=4&room=blue&user=ann", "/socket.io/?EIO=4&room=***&user=***"},
		{"empty value", "/socket.io/?EIO=4&token=&x", "/socket.io/?EIO=4&token=&x"},
		{"a token by the name of t", "/socket.io/?t=" + jwt, "/socket.io/?t=***"},
		{"a token by the name of sid", "/socket.io/?sid=" + jwt, "/socket.io/?sid=***"},
		{"a token by the name of EIO", "/socket.io/?EIO=hunter2", "/socket.io/?EIO=***"},
		{"semicolons", "/x?EIO=4;token=abc;sid=q", "/x?EIO=4;token=***;sid=q"},
		{"value with equals signs", "/x?k=a=b=c&EIO=4", "/x?k=***&EIO=4"},
		{"user information", "https://ann:pw@example.com:3000/socket.io/?EIO=4", "https://***@example.com:3000/socket.io/?EIO=4"},
		{"user information with at sign", "wss://ann:p@w@example.com", "wss://***@example.com"},
		{"at sign in the path", "https://example.com/@ann", "https://example.com/@ann"},
		{"token in the path", "/hub/" + jwt + "/socket.io/", "/hub/***/socket.io/"},
		{"fragment", "/cb#access_token=abc&state=1", "/cb#access_token=***&state=***"},
		{"bare token as query", "/x?" + strings.Repeat("a1", 20), "/x?***"},
		{"two question marks", "/x?a=b?EIO=4", "/x?a=***"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Redactor{}.Target(tt.in)
			if got != tt.want {
				t.Errorf("Target(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if twice := (Redactor{}).Target(got); twice != got {
				t.Errorf("masked twice: %q, then %q", got, twice)
			}
			if off := (Redactor{Off: true}).Target(tt.in); off != tt.in {
				t.Errorf("Off changed %q to %q", tt.in, off)
			}
		})
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"Authorization", "Bearer abc.def", "Bearer ***"},
		{"authorization", "abcdef", "***"},
		{"Proxy-Authorization", "Basic YW5uOnB3", "Basic ***"},
		{"Cookie", "io=abc; SERVERID=a; lone", "io=***; SERVERID=***; ***"},
		{"Set-Cookie", "AWSALB=xyz; Path=/; HttpOnly; SameSite=None", "AWSALB=***; Path=/; HttpOnly; SameSite=None"},
		{"Set-Cookie", "gone=; Max-Age=0", "gone=; Max-Age=0"},
		{"X-Api-Key", "k", "***"},
		{"X-CSRF-Token", "k", "***"},
		{"X-Session-Id", "k", "***"},
		{"X-Password", "k", "***"},
		{"X-Client-Secret", "k", "***"},
		{"X-Auth", "k", "***"},
		{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="},
		{"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
		{"Sec-WebSocket-Protocol", "v1, " + jwt, "v1, ***"},
		{":authority", "example.com", "example.com"},
		{"Host", "example.com", "example.com"},
		{"Referer", "https://example.com/app?code=1", "https://example.com/app?code=***"},
		{"Location", "/login?next=%2F", "/login?next=***"},
		{"X-Amzn-Oidc-Data", jwt, "***"},
		{"Upgrade", "websocket", "websocket"},
		{"Keep-Alive", "timeout=5", "timeout=5"},
		{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},
		{"Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits"},
		{"Content-Type", "text/plain; charset=UTF-8", "text/plain; charset=UTF-8"},
		{"WWW-Authenticate", `Basic realm="staging"`, `Basic realm="staging"`},
		{"Cookie", "", ""},
	} {
		t.Run(tt.name+" "+tt.in, func(t *testing.T) {
			t.Parallel()
			got := Redactor{}.Header(tt.name, tt.in)
			if got != tt.want {
				t.Errorf("Header(%q, %q) = %q, want %q", tt.name, tt.in, got, tt.want)
			}
			if twice := (Redactor{}).Header(tt.name, got); twice != got {
				t.Errorf("masked twice: %q, then %q", got, twice)
			}
			if off := (Redactor{Off: true}).Header(tt.name, tt.in); off != tt.in {
				t.Errorf("Off changed %q to %q", tt.in, off)
			}
		})
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"Node's error", `{"code":1,"message":"Session ID unknown"}`, `{"code":1,"message":"Session ID unknown"}`},
		{"Python's error", `"Invalid session 32ZQ1nFjLnuHUbr3AAAA"`, `"Invalid session 32ZQ1nFjLnuHUbr3AAAA"`},
		{"Java's sid", "unknown session 0f8fad5b-d9cb-469f-a165-70867728950e", "unknown session 0f8fad5b-d9cb-469f-a165-70867728950e"},
		{"request line", "GET /socket.io/?EIO=3&transport=websocket&sid=32ZQ1nFjLnuHUbr3AAAA&token=abc → 400", "GET /socket.io/?EIO=3&transport=websocket&sid=32ZQ1nFjLnuHUbr3AAAA&token=*** → 400"},
		{"quoted request line", `"GET /x?auth=abc" failed`, `"GET /x?auth=***" failed`},
		{"question in prose", "did it? x=1", "did it? x=1"},
		{"a word and its value", "bad token S3cr3t048xyz", "bad token ***"},
		{"a word and a number", "token 42 of 80", "token 42 of 80"},
		{"what resumes a session", `{"sid":"nsp1","pid":"S3cr3t028xyz"}`, `{"sid":"nsp1","pid":"***"}`},
		{"URL", "wss://a:b@example.com/?k=v.", "wss://***@example.com/?k=***"},
		{"web token", "jwt malformed: " + jwt, "jwt malformed: ***"},
		{"web token in JSON", `{"message":"` + jwt + `"}`, `{"message":"***"}`},
		{"bearer", "sent Bearer abc-def.1 and more", "sent Bearer *** and more"},
		{"bearer in prose", "Bearer authentication failed", "Bearer authentication failed"},
		{"basic", "sent Basic YW5uOnB3cHc= too", "sent Basic *** too"},
		{"basic in prose", "Basic authentication required", "Basic authentication required"},
		{"authorization", "Authorization: Bearer q", "Authorization: Bearer ***"},
		{"authorization in JSON", `{"authorization":"Token q1"}`, `{"authorization":"Token ***"}`},
		{"cookie", "Cookie: io=1; SERVERID=b", "Cookie: io=***; SERVERID=***"},
		{"set-cookie", "Set-Cookie: SERVERID=b; Path=/; Secure", "Set-Cookie: SERVERID=***; Path=/; Secure"},
		{"cookie in prose", "cookie: none was sent back", "cookie: none was sent back"},
		{"pair", "bad password=hunter2, sorry", "bad password=***, sorry"},
		{"pair in JSON", `{"user":"ann","password":"p \" w","n":1}`, `{"user":"ann","password":"***","n":1}`},
		{"empty in JSON", `{"token":""}`, `{"token":""}`},
		{"escaped JSON", `"{\"access_token\":\"abc\"}"`, `"{\"access_token\":\"***\"}"`},
		{"colon", "api_key: abc123", "api_key: ***"},
		{"session pair", "session=abc; path=/", "session=***; path=/"},
		{"hexadecimal", "key 00112233445566778899aabbccddeeff ok", "key *** ok"},
		{"short hexadecimal", "commit 0011223344556677", "commit 0011223344556677"},
		{"base64", "got q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASM= end", "got *** end"},
		{"path", "/usr/local/lib/python3/site-packages/engineio/AsyncServer", "/usr/local/lib/python3/site-packages/engineio/AsyncServer"},
		{"identifier", "ERR_INSUFFICIENT_RESOURCES_IN_THE_LOAD_BALANCER_4", "ERR_INSUFFICIENT_RESOURCES_IN_THE_LOAD_BALANCER_4"},
		{"finding's id", "no-affinity-per-connection", "no-affinity-per-connection"},
		{"option", `io(url, { transports: ["websocket"], withCredentials: true })`, `io(url, { transports: ["websocket"], withCredentials: true })`},
		{"words of CJK", "トークンが無効です", "トークンが無効です"},
		{"invalid UTF-8", "\xff\xfe token=abc", "\xff\xfe token=***"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Redactor{}.Text(tt.in)
			if got != tt.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if twice := (Redactor{}).Text(got); twice != got {
				t.Errorf("masked twice: %q, then %q", got, twice)
			}
			if off := (Redactor{Off: true}).Text(tt.in); off != tt.in {
				t.Errorf("Off changed %q to %q", tt.in, off)
			}
		})
	}
}

func TestAuthPayload(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"token", `{"token":"abc"}`, `{"token":"***"}`},
		{"nested", `{ "a" : {"b":["x","y",1,-2.5e3]}, "c":true, "d":null }`, `{ "a" : {"b":["***","***","***","***"]}, "c":true, "d":null }`},
		{"quotes and backslashes", `{"k\"":"v\\","w":"\""}`, `{"k\"":"***","w":"***"}`},
		{"empty string", `{"k":""}`, `{"k":""}`},
		{"a string alone", `"abc"`, `"***"`},
		{"array", `["a"]`, `["***"]`},
		{"no JSON", `token=abc`, `***`},
		{"cut JSON", `{"token":"ab`, `***`},
		{"nothing", ``, ``},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Redactor{}.AuthPayload(tt.in)
			if got != tt.want {
				t.Errorf("AuthPayload(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if json.Valid([]byte(tt.in)) != json.Valid([]byte(got)) {
				t.Errorf("%q is JSON, or %q is, but not both", tt.in, got)
			}
			if off := (Redactor{Off: true}).AuthPayload(tt.in); off != tt.in {
				t.Errorf("Off changed %q to %q", tt.in, off)
			}
		})
	}
}

// FuzzText: masking never fails, is done after one pass for what it recognised, and leaves no web token behind.
func FuzzText(f *testing.F) {
	f.Add("GET /x?token=abc&sid=32ZQ1nFjLnuHUbr3AAAA", 3)
	f.Add("Cookie: a=b; c\r\nAuthorization: Basic abc", 0)
	f.Add(`{"password":"\"`, 9)
	f.Fuzz(func(t *testing.T, s string, at int) {
		if at < 0 || at > len(s) {
			at = 0
		}
		got := Redactor{}.Text(s[:at] + " " + jwt + " " + s[at:])
		if strings.Contains(got, "dozjgNryP4J3jVmNHl0w5N") {
			t.Errorf("%q leaks the token", got)
		}
		Redactor{}.Target(s)
		if in := s; json.Valid([]byte(in)) && !json.Valid([]byte(Redactor{}.AuthPayload(in))) {
			t.Errorf("AuthPayload(%q) is no JSON", in)
		}
	})
}
