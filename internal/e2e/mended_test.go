package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sioscope/protocol/diagnose"
)

// The lines to paste that findings give are put in front of real nodes here, as they are but for addresses: real clients
// that begin with polling must come to WebSocket.

// A remedy is a snippet of a cause for a program, and what is put around it.
type remedy struct {
	cause, platform string
	nodes           int
	start           func(t *testing.T, lines string) (addr string)
}

var remedies = []remedy{
	{"no-affinity-per-request", "nginx", 2, startNginx},
	{"no-affinity-per-request", "HAProxy", 2, startHAProxy},
	{"no-affinity-per-request", "Apache", 2, startApache},
	{"no-affinity-per-connection", "HAProxy", 2, startHAProxy},
	{"no-affinity-per-connection", "nginx", 2, startNginx},
	{"haproxy-io-cookie-gone", "HAProxy", 2, startHAProxy},
	{"ip-affinity-unstable", "HAProxy", 2, startHAProxy},
	{"upgrade-header-stripped", "nginx", 1, startNginx},
	{"upgrade-header-stripped", "HAProxy", 1, startHAProxy},
	{"upgrade-header-stripped", "Apache", 1, startApache},
	{"upgrade-stalled", "nginx", 1, startNginx},
	{"idle-timeout", "nginx", 1, startNginx},
	{"sticky-by-first-request", "nginx", 1, startNginx},
	{"path-mismatch", "nginx", 1, startNginx},
}

func TestRemediesMend(t *testing.T) {
	t.Parallel()
	for _, r := range remedies {
		t.Run(r.cause+", "+r.platform, func(t *testing.T) {
			t.Parallel()
			lines := r.lines(t)
			nodes := Cluster(t, r.nodes, Options{})
			for i, n := range nodes {
				lines = strings.ReplaceAll(lines, fmt.Sprintf("10.0.0.%d:3000", i+1), n.Addr())
			}
			lines = strings.ReplaceAll(lines, "127.0.0.1:3000", nodes[0].Addr())
			addr := r.start(t, lines)
			clients := NewClients(t, 4)
			for i := range 4 {
				name := fmt.Sprint("client ", i)
				clients.Do(t, Command{Do: "connect", Client: name, URL: "http://" + addr, Options: map[string]any{"withCredentials": true}})
				if e := clients.Heard(t, name, "upgrade", ""); e.Transport != "websocket" {
					t.Errorf("%s is on %s", name, e.Transport)
				}
			}
			opened := 0
			for _, n := range nodes {
				opened += len(n.Sessions(t))
			}
			if opened != 4 {
				t.Errorf("4 clients opened %d sessions: some were refused on the way", opened)
			}
		})
	}
}

func (r *remedy) lines(t *testing.T) string {
	t.Helper()
	c, ok := diagnose.Explain(nil, r.cause)
	if !ok {
		t.Fatalf("there is no cause %s", r.cause)
	}
	for _, f := range c.Fixes {
		if f.For == r.platform && f.Snippet != "" {
			return f.Snippet
		}
	}
	t.Fatalf("%s has no lines to paste for %s", r.cause, r.platform)
	return ""
}

var listenLine = regexp.MustCompile(`listen \d+;`)

func startNginx(t *testing.T, lines string) string {
	path := program(t, "nginx")
	listener, addr := port(t)
	lines = listenLine.ReplaceAllString(lines, "listen "+addr+";")
	head := "daemon off;\npid nginx.pid;\nerror_log stderr warn;\nworker_processes 1;\nevents {}\n"
	if name := superuser(); name != "" {
		head = "user " + name + ";\n" + head
	}
	temp := "access_log off;\n"
	for _, what := range [...]string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temp += what + "_temp_path " + what + ";\n"
	}
	switch {
	case strings.Contains(lines, "stream {"):
		if _, err := os.Stat(streamModule); err != nil {
			absent(t, "nginx's stream module is not here: install libnginx-mod-stream to run this test")
		}
		head = "load_module " + streamModule + ";\n" + head
	case strings.Contains(lines, "server {"):
		lines = "http {\n" + temp + lines + "}\n"
	default:
		lines = "http {\n" + temp + "server {\nlisten " + addr + ";\n" + lines + "}\n}\n"
	}
	dir := t.TempDir()
	file(t, filepath.Join(dir, "nginx.conf"), head+lines)
	begin(t, listener, dir, []string{"NGINX=3;"}, path, "-p", dir, "-e", "stderr", "-c", "nginx.conf")
	return addr
}

func startHAProxy(t *testing.T, lines string) string {
	path := program(t, "haproxy")
	listener, addr := port(t)
	mode := "http"
	if strings.Contains(lines, "mode tcp") {
		mode = "tcp"
	}
	lines = "defaults\n  mode " + mode + "\n  timeout connect 5s\n  timeout client 90s\n  timeout server 90s\nfrontend f\n  bind fd@3\n  default_backend socketio\n" + lines
	dir := t.TempDir()
	file(t, filepath.Join(dir, "haproxy.cfg"), lines)
	begin(t, listener, dir, nil, path, "-db", "-f", "haproxy.cfg")
	return addr
}

func startApache(t *testing.T, lines string) string {
	path := program(t, "apache2")
	const modules = "/usr/lib/apache2/modules"
	if _, err := os.Stat(modules); err != nil {
		absent(t, "Apache's modules are not in %s: install apache2-bin to run this test", modules)
	}
	listener, addr := port(t)
	dir := t.TempDir()
	head := fmt.Sprintf("ServerRoot %s\nDefaultRuntimeDir %s\nServerName localhost\nListen %s\nPidFile %s/pid\nErrorLog /dev/stderr\nLogLevel error\nStartServers 1\nServerLimit 1\nThreadsPerChild 64\nMaxRequestWorkers 64\n", dir, dir, addr, dir)
	if os.Getuid() == 0 {
		head += "User nobody\nGroup nogroup\n"
	}
	for _, m := range [...]string{"mpm_event", "authz_core", "headers", "rewrite", "proxy", "proxy_http", "proxy_wstunnel", "proxy_balancer", "slotmem_shm", "lbmethod_byrequests"} {
		head += "LoadModule " + m + "_module " + modules + "/mod_" + m + ".so\n"
	}
	_, number, _ := net.SplitHostPort(addr)
	file(t, filepath.Join(dir, "apache.conf"), head+strings.ReplaceAll(lines, "*:80", "*:"+number))
	_ = listener.Close() // Apache inherits none
	begin(t, nil, dir, nil, path, "-D", "FOREGROUND", "-f", filepath.Join(dir, "apache.conf"))
	for late := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) { // nobody says when it listens
		if c, err := net.Dial("tcp", addr); err == nil {
			_ = c.Close()
			return addr
		}
		if time.Now().After(late) {
			t.Fatal("Apache does not listen")
		}
	}
}

// port opens a port of the loopback interface for a program that inherits it.
func port(t *testing.T) (*net.TCPListener, string) {
	t.Helper()
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	return l, l.Addr().String()
}

func file(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// begin starts a program that inherits a listener as its descriptor 3, until the end of the test.
func begin(t *testing.T, listener *net.TCPListener, dir string, env []string, path string, args ...string) {
	t.Helper()
	cmd := exec.Command("/bin/sh", append([]string{"-c", watch, "sh", path}, args...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	said := new(strings.Builder)
	cmd.Stderr = said
	if listener != nil {
		socket, err := listener.File()
		if err != nil {
			t.Fatal(err)
		}
		defer socket.Close()
		defer listener.Close()
		cmd.ExtraFiles = []*os.File{socket}
	}
	if _, err := cmd.StdinPipe(); err != nil { // the program ends with it
		t.Fatal(err)
	}
	alone(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		kill(cmd)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s: %s", filepath.Base(path), said)
		}
	})
}
