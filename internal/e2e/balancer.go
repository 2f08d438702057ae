package e2e

import (
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"text/template"
)

// A Balancer is a running HAProxy or nginx.
type Balancer struct {
	Addr   string // host:port
	Config string // what it was told
}

// URL is what a client connects to.
func (b *Balancer) URL() string { return "http://" + b.Addr }

// HAProxy is HAProxy in front of nodes. The zero value is in HTTP mode and gives each request to the next node.
type HAProxy struct {
	TCP      bool     // forwards connections instead of requests
	Bind     string   // further words on its port: proto h2
	Frontend []string // further lines of the frontend
	Backend  []string // further lines of the backend; none: balance roundrobin
	More     []string // further sections
}

var haproxyConfig = template.Must(template.New("haproxy").Parse(`global
  maxconn 1000
defaults
  mode {{if .TCP}}tcp{{else}}http{{end}}
  timeout connect 10s
  timeout client 90s
  timeout server 90s
frontend f
  bind fd@3 {{.Bind}}
{{- range .Frontend}}
  {{.}}
{{- end}}
  default_backend b
backend b
{{- range .Backend}}
  {{.}}
{{- else}}
  balance roundrobin
{{- end}}
{{- range .Nodes}}
  server {{.Name}} {{.Addr}}{{if not $.TCP}} cookie {{.Name}}{{end}}
{{- end}}
{{- range .More}}
{{.}}
{{- end}}
`))

// Start starts it.
func (h HAProxy) Start(t testing.TB, nodes ...*Node) *Balancer {
	t.Helper()
	path := program(t, "haproxy")
	listener := listen(t)
	dir := t.TempDir()
	config := write(t, filepath.Join(dir, "haproxy.cfg"), haproxyConfig, struct {
		HAProxy
		Nodes []*Node
	}{h, nodes})
	run(t, listener, dir, nil, path, "-db", "-f", "haproxy.cfg")
	return &Balancer{Addr: listener.Addr().String(), Config: config}
}

// Nginx is nginx in front of nodes. The zero value gives each request to the next node and passes Upgrade on.
type Nginx struct {
	TCP       bool     // forwards connections instead of requests
	NoUpgrade bool     // leaves Upgrade and Connection to nginx's defaults, which drop them
	Upstream  []string // further lines of the upstream
	Location  []string // further lines of the location
}

// The inherited socket is recognised by its address.
var nginxConfig = template.Must(template.New("nginx").Parse(`daemon off;
pid nginx.pid;
error_log stderr warn;
worker_processes 1;
{{- with .User}}
user {{.}};
{{- end}}
{{- with .Module}}
load_module {{.}};
{{- end}}
events { worker_connections 512; }
{{- define "upstream"}}
  upstream nodes {
{{- range .Upstream}}
    {{.}}
{{- end}}
{{- range .Nodes}}
    server {{.Addr}};
{{- end}}
  }
{{- end}}
{{- if .TCP}}
stream {
{{- template "upstream" .}}
  server {
    listen {{.Listen}};
    proxy_pass nodes;
  }
}
{{- else}}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
{{- template "upstream" .}}
  server {
    listen {{.Listen}};
    location / {
      proxy_pass http://nodes;
      proxy_set_header Host $http_host;
{{- if not .NoUpgrade}}
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
{{- end}}
{{- range .Location}}
      {{.}}
{{- end}}
    }
  }
}
{{- end}}
`))

// streamModule is where Debian and others put the module of TCP mode, which is a package of its own.
const streamModule = "/usr/lib/nginx/modules/ngx_stream_module.so"

// Start starts it.
func (n Nginx) Start(t testing.TB, nodes ...*Node) *Balancer {
	t.Helper()
	path := program(t, "nginx")
	module := ""
	if n.TCP {
		if _, err := os.Stat(streamModule); err != nil {
			absent(t, "nginx's stream module is not here: install libnginx-mod-stream to run this test")
		}
		module = streamModule
	}
	listener := listen(t)
	dir := t.TempDir()
	config := write(t, filepath.Join(dir, "nginx.conf"), nginxConfig, struct {
		Nginx
		Listen, User, Module string
		Nodes                []*Node
	}{n, listener.Addr().String(), superuser(), module, nodes})
	run(t, listener, dir, []string{"NGINX=3;"}, path, "-p", dir, "-e", "stderr", "-c", "nginx.conf")
	return &Balancer{Addr: listener.Addr().String(), Config: config}
}

// superuser is who nginx is to be where it is started by root: it would change to a user who may not write into the
// test's directory.
func superuser() string {
	if os.Getuid() != 0 {
		return ""
	}
	group, err := user.LookupGroupId("0")
	if err != nil {
		return "root"
	}
	return "root " + group.Name
}

// listen opens the port that the balancer inherits: nobody else can take it, and whoever connects before the balancer
// is ready waits in the queue.
func listen(t testing.TB) *net.TCPListener {
	t.Helper()
	if runtime.GOOS == "windows" {
		absent(t, "a balancer that inherits its port needs Unix")
	}
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// write fills in a configuration.
func write(t testing.TB, path string, config *template.Template, data any) string {
	t.Helper()
	text := new(strings.Builder)
	if err := config.Execute(text, data); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// watch runs a program until its standard input ends, which it does with the test process however that ends.
const watch = `("$@"; echo "it ended with $?" >&2; kill -KILL 0) & cat >/dev/null; kill -KILL 0`

// run starts a program that inherits the listener as its descriptor 3; the test fails where it ends before the test.
func run(t testing.TB, listener *net.TCPListener, dir string, env []string, path string, args ...string) {
	t.Helper()
	socket, err := listener.File()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", append([]string{"-c", watch, "sh", path}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	cmd.ExtraFiles = []*os.File{socket}
	stderr := new(strings.Builder)
	cmd.Stderr = stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	alone(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = socket.Close()
	_ = listener.Close()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		select {
		case <-ended:
			t.Errorf("%s ended before the test did: %s", filepath.Base(path), stderr)
			return
		default:
		}
		kill(cmd)
		<-ended
		if t.Failed() {
			t.Logf("%s: %s", filepath.Base(path), stderr)
		}
	})
}
