package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"sioscope/internal/stories"
)

func TestPath(t *testing.T) {
	t.Parallel()
	const node, python = "aaaaaaaaaaaaaaaaAAAA", "bbbbbbbbbbbbbbbbAAAA"
	opened := func(fields string) []string {
		return []string{"1 > GET /socket.io/?EIO=4&transport=polling&t=1", "1 < 200 OPEN(" + node + ")" + fields}
	}
	form := "; engine.io/server/likely/the form of its sids and open packets"
	tests := []struct {
		name  string
		lines []string
		want  string
	}{
		{"a server alone", opened(""), form},
		{"nothing", nil, ""},
		{"nginx says its name", opened(" | Server: nginx/1.22.1"), "; nginx/proxy/likely/Server: nginx/1.22.1" + form},
		{"two signs of different kinds", opened(" | Server: cloudflare | CF-Ray: 8a-FRA"), "; Cloudflare/cdn/certain/Server: cloudflare; CF-Ray" + form},
		{"layers, from the client on", opened(" | Server: nginx | X-Amz-Cf-Id: x | Set-Cookie: AWSALB=x"),
			"; Amazon CloudFront/cdn/likely/X-Amz-Cf-Id; AWS ALB/balancer/likely/Set-Cookie: AWSALB; nginx/proxy/likely/Server: nginx" + form},
		{"a cookie that anyone may call so", opened(" | Set-Cookie: SERVERID=s1"), "; HAProxy/proxy/possible/Set-Cookie: SERVERID" + form},
		{"Apache's, as Socket.IO's documentation has it", opened(" | Set-Cookie: SERVERID=sticky.app01"), "; Apache/proxy/possible/Set-Cookie: SERVERID" + form},
		{"HAProxy's prefix", opened(" | Set-Cookie: io=s1~" + node), "; HAProxy/proxy/likely/Set-Cookie: io" + form},
		{"near miss: Socket.IO 2's own cookie", opened(" | Set-Cookie: io=" + node), form},
		{"near miss: a cookie of the application's with a tilde", opened(" | Set-Cookie: io=a~b"), form},
		{"someone who does not say who", opened(" | Via: 1.1 edge"), "; /proxy/likely/Via: 1.1 edge" + form},
		{"who says nothing beside one who is known", opened(" | Via: 1.1 edge | Server: nginx"), "; nginx/proxy/likely/Server: nginx" + form},
		{"near miss: Tomcat, which is Apache's and no proxy", opened(" | Server: Apache-Coyote/1.1"), "; Tomcat/server/likely/Server: Apache-Coyote/1.1" + form},
		{"Cowboy alone", opened(" | Server: Cowboy"), "; Heroku/platform/possible/Server: Cowboy" + form},
		{"Heroku", opened(" | Server: Cowboy | Via: 1.1 vegur"), "; Heroku/platform/certain/Server: Cowboy; Via: 1.1 vegur" + form},
		{"Google's balancer", opened(" | Via: 1.1 google"), "; Google load balancer/balancer/likely/Via: 1.1 google" + form},
		{"Cloud Run behind it", opened(" | Via: 1.1 google | Server: Google Frontend"),
			"; Google load balancer/balancer/likely/Via: 1.1 google; Google Frontend/platform/likely/Server: Google Frontend" + form},
		{"Istio", opened(" | server: istio-envoy | x-envoy-upstream-service-time: 3"),
			"; Istio/proxy/likely/Server: istio-envoy; Envoy/proxy/likely/X-Envoy-Upstream-Service-Time" + form},
		{"Azure, behind IIS", opened(" | Server: Microsoft-IIS/10.0 | X-Powered-By: ASP.NET | Set-Cookie: ARRAffinity=0a"),
			"; Azure/platform/likely/Set-Cookie: ARRAffinity; IIS/proxy/certain/Server: Microsoft-IIS/10.0; X-Powered-By: ASP.NET" + form},
		{"an error page", append(opened(""), "2 > GET /socket.io/?EIO=4&transport=polling&t=2", "2 < 503 <html><body><h1>503 Service Unavailable</h1> No server is available to handle this request. </body></html>"),
			"; HAProxy/proxy/likely/the words of its error page" + form},
		{"Python", []string{"1 > GET /socket.io/?EIO=4&transport=polling&t=1",
			`1 < 200 0{"sid":"` + python + `","upgrades":["websocket"],"pingTimeout":20000,"pingInterval":25000} | Server: gunicorn`,
			"1 > GET /socket.io/?EIO=4&transport=polling&sid=x&t=2", `1 < 400 "Invalid session x" | Server: gunicorn`},
			"; gunicorn/server/likely/Server: gunicorn; python-engineio/server/certain/the words of its errors; the form of its sids and open packets"},
		{"netty-socketio, or a server that makes its sids so", []string{"1 > GET /socket.io/?EIO=4&transport=polling&t=1", "1 < 200 OPEN(0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f)"},
			"; netty-socketio/server/possible/the form of its sids and open packets"},
		{"zishang520/socket.io", []string{"1 > GET /socket.io/?EIO=4&transport=polling&t=1", "1 < 200 OPEN(abcdefghijklmgAAAAAAAAAB)"},
			"; zishang520/socket.io/server/likely/the form of its sids and open packets"},
		{"socketioxide", []string{"1 > GET /socket.io/?EIO=4&transport=polling&t=1", "1 < 200 OPEN(abcdefghijklmnop)",
			"1 > GET /socket.io/?EIO=4&transport=polling&sid=x&t=2", `1 < 400 {"code":"1","message":"Session ID unknown"}`},
			"; socketioxide/server/certain/the words of its errors; the form of its sids and open packets"},
		{"googollee/go-socket.io", []string{"1 > GET /socket.io/?EIO=3&transport=polling&t=1", "1 < 200 OPEN3(7)",
			"1 > GET /socket.io/?EIO=3&transport=polling&sid=9&t=2", `1 < 400 invalid sid value: 9`},
			"; googollee/go-socket.io/server/certain/the words of its errors; the form of its sids and open packets"},
		{"names in lower case", opened(" | date: x"), "; /proxy/likely/header names in lower case, which an HTTP proxy rewrote" + form},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := stories.New()
			for _, line := range test.lines {
				if err := s.Play(line); err != nil {
					t.Fatal(err)
				}
			}
			s.Finish()
			var got strings.Builder
			for _, h := range Diagnose(&s.Tracker).Path {
				fmt.Fprintf(&got, "; %s/%s/%s/%s", h.Name, h.Kind, h.Confidence, h.Sign)
				if h.From == nil {
					t.Errorf("%s is known from nothing", h.Name)
				}
			}
			if got.String() != test.want {
				t.Errorf("got  %q\nwant %q", got.String(), test.want)
			}
		})
	}
}

// TestFixesForThePath: who was recognised comes first, the nearest to the node before the others, and then the usual.
func TestFixesForThePath(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, fields, want string }{
		{"nobody", "", "nginx, HAProxy, AWS ALB, ingress-nginx, Traefik, Apache, client, server"},
		{"HAProxy", " | Set-Cookie: SERVERID=a", "HAProxy, nginx, AWS ALB, client, server"},
		{"two layers", " | Server: cloudflare | Set-Cookie: SERVERID=a", "HAProxy, Cloudflare, nginx, AWS ALB, client, server"},
		{"Cloud Run", " | Server: Google Frontend", "Google Cloud Run, nginx, HAProxy, client, server"},
		{"an AWS load balancer of either kind", " | Server: awselb/2.0", "AWS ALB, nginx, HAProxy, client, server"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := stories.New()
			for _, line := range []string{"1 > GET /chat/?EIO=4&transport=polling&t=1", "1 < 200 OPEN(aaaaaaaaaaaaaaaaAAAA)" + test.fields} {
				if err := s.Play(line); err != nil {
					t.Fatal(err)
				}
			}
			s.Finish()
			var names []string
			for _, f := range newPicture(nil, &s.Tracker).fixesFor(affinity, "/chat/") {
				names = append(names, f.For)
				if strings.Contains(f.Snippet, defaultPath) {
					t.Errorf("%s: the snippet is for another path:\n%s", f.For, f.Snippet)
				}
			}
			if got := strings.Join(names, ", "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
