package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"
)

// Apache is the Apache HTTP Server in front of nodes, with mod_proxy, mod_rewrite and mod_headers.
type Apache struct {
	// Lines are its configuration, a template of text/template: {{.Nodes}} are the nodes.
	Lines string
}

// apacheModules is where Debian and others put them.
const apacheModules = "/usr/lib/apache2/modules"

const apacheConfig = `ServerRoot "{{.Dir}}"
DefaultRuntimeDir "{{.Dir}}"
ServerName localhost
Listen {{.Listen}}
PidFile apache.pid
ErrorLog /dev/stderr
LogLevel error
{{- with .User}}
User {{.}}
Group {{$.Group}}
{{- end}}
StartServers 1
ServerLimit 1
ThreadsPerChild 25
MaxRequestWorkers 25
{{- range .Modules}}
LoadModule {{.}}_module {{$.Place}}/mod_{{.}}.so
{{- end}}
`

var apacheNeeds = []string{"mpm_event", "authz_core", "headers", "rewrite", "proxy", "proxy_http", "proxy_wstunnel", "proxy_balancer",
	"slotmem_shm", "lbmethod_byrequests"}

// Start starts it.
func (a Apache) Start(t testing.TB, nodes ...*Node) *Balancer {
	t.Helper()
	path := program(t, "apache2")
	if _, err := os.Stat(apacheModules); err != nil {
		absent(t, "Apache's modules are not in %s: install apache2-bin to run this test", apacheModules)
	}
	// It inherits no listener: the port is free until it takes it.
	listener := listen(t)
	addr := listener.Addr().String()
	_ = listener.Close()
	dir := t.TempDir()
	user, group := "", ""
	if os.Getuid() == 0 { // it does not serve as root
		user, group = "nobody", "nogroup"
	}
	config := write(t, filepath.Join(dir, "apache.conf"), template.Must(template.New("apache").Parse(apacheConfig+strings.TrimSpace(a.Lines)+"\n")), struct {
		Dir, Listen, User, Group, Place string
		Modules                         []string
		Nodes                           []*Node
	}{dir, addr, user, group, apacheModules, apacheNeeds, nodes})
	p := foreign{dir: dir}.run(t, path, "-D", "FOREGROUND", "-f", filepath.Join(dir, "apache.conf"))
	answers(t, addr)
	return &Balancer{process: p, Addr: addr, Config: config}
}

// answers waits for somebody to listen at addr.
func answers(t testing.TB, addr string) {
	t.Helper()
	for late := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			_ = c.Close()
			return
		}
		if time.Now().After(late) {
			t.Fatalf("nobody listens at %s within %v: %v", addr, patience, err)
		}
	}
}
