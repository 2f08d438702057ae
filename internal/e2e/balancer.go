package e2e

import (
	"cmp"
	"io"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"text/template"
)

// A Balancer is a running HAProxy, nginx or Apache.
type Balancer struct {
	process
	Addr   string // host:port
	Config string // what it was told
	admin  string // HAProxy's socket for commands
}

// Tell gives HAProxy a command of its management guide, and waits for its answer.
func (b *Balancer) Tell(t testing.TB, command string) {
	t.Helper()
	c, err := net.Dial("unix", b.admin)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(command + "\n")); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(c); err != nil || strings.TrimSpace(string(answer)) != "" {
		t.Fatalf("%s: %s %v", command, answer, err)
	}
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
	Global   []string // further lines of the global section
	Addr     string   // where it listens; "": at a free port
}

var haproxyConfig = template.Must(template.New("haproxy").Parse(`global
  maxconn 1000
  stats socket unix@admin.sock level admin
{{- range .Global}}
  {{.}}
{{- end}}
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
	listener := listenAt(t, h.Addr)
	dir := t.TempDir()
	config := write(t, filepath.Join(dir, "haproxy.cfg"), haproxyConfig, struct {
		HAProxy
		Nodes []*Node
	}{h, nodes})
	p := foreign{listener: listener, dir: dir}.run(t, path, "-db", "-f", "haproxy.cfg")
	return &Balancer{process: p, Addr: listener.Addr().String(), Config: config, admin: filepath.Join(dir, "admin.sock")}
}

// Nginx is nginx in front of nodes. The zero value gives each request to the next node and passes Upgrade on.
type Nginx struct {
	TCP       bool     // forwards connections instead of requests
	NoUpgrade bool     // leaves Upgrade and Connection to nginx's defaults, which drop them
	Upstream  []string // further lines of the upstream
	Pass      string   // where requests go; "": http://nodes
	Location  []string // further lines of the location
	Server    []string // further lines of the server
	HTTP      []string // further lines of the http section
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
{{- range .HTTP}}
  {{.}}
{{- end}}
{{- template "upstream" .}}
  server {
    listen {{.Listen}};
{{- range .Server}}
    {{.}}
{{- end}}
    location / {
      proxy_pass {{or .Pass "http://nodes"}};
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
	p := foreign{listener: listener, dir: dir, env: []string{"NGINX=3;"}}.run(t, path, "-p", dir, "-e", "stderr", "-c", "nginx.conf")
	return &Balancer{process: p, Addr: listener.Addr().String(), Config: config}
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
	return listenAt(t, "")
}

func listenAt(t testing.TB, addr string) *net.TCPListener {
	t.Helper()
	if runtime.GOOS == "windows" {
		absent(t, "a balancer that inherits its port needs Unix")
	}
	l, err := net.Listen("tcp4", cmp.Or(addr, "127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	return l.(*net.TCPListener)
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
