package diagnose

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Users paste the snippets, so the programs that they are for read them here, each wrapped into as little as makes a
// whole configuration of it. A program that is not installed is not asked.

// everySnippet gives those for a platform by their names.
func everySnippet(t *testing.T, suffix string) map[string]string {
	t.Helper()
	entries, err := snippets.ReadDir("snippets")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) {
			found[e.Name()] = snippet(e.Name())
		}
	}
	if len(found) == 0 {
		t.Fatalf("there is no snippet for %s", suffix)
	}
	return found
}

// accepts has a program read a file of the text, and fails where it does not take it.
func accepts(t *testing.T, file, text string, command ...string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range command {
		command[i] = strings.ReplaceAll(command[i], "FILE", path)
	}
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		t.Errorf("%s does not take it: %v\n%s\n%s", command[0], err, out, text)
	}
}

// program is where a program is installed; the test is skipped where it is not.
func program(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip(names[0] + " is not installed")
	return ""
}

var (
	certificate = regexp.MustCompile(`(?m)^.*ssl_certificate.*\n`)
	listens     = regexp.MustCompile(`listen [^;]*;`)
)

func TestSnippetsNginx(t *testing.T) {
	t.Parallel()
	nginx := program(t, "nginx")
	dir := t.TempDir()
	head := "pid " + dir + "/pid; error_log stderr;\nevents {}\n"
	for _, f := range [...]string{"/usr/lib/nginx/modules/ngx_stream_module.so"} {
		if _, err := os.Stat(f); err == nil {
			head = "load_module " + f + ";\n" + head
		}
	}
	temp := ""
	for _, what := range [...]string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temp += what + "_temp_path " + dir + "/" + what + ";\n"
	}
	for name, text := range everySnippet(t, ".nginx.conf") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text = certificate.ReplaceAllString(text, "")                                      // keys are the user's
			text = listens.ReplaceAllString(text, "listen unix:"+filepath.Join(dir, name)+";") // nginx -t binds
			switch {
			case strings.Contains(text, "stream {"):
				if !strings.Contains(head, "stream") {
					t.Skip("this nginx has no stream module")
				}
			case strings.HasPrefix(text, "location"):
				text = "http {\n" + temp + "server {\n" + text + "}\n}\n"
			default:
				text = "http {\n" + temp + text + "}\n"
			}
			accepts(t, "nginx.conf", head+text, nginx, "-t", "-q", "-c", "FILE")
		})
	}
}

func TestSnippetsHAProxy(t *testing.T) {
	t.Parallel()
	haproxy := program(t, "haproxy")
	for name, text := range everySnippet(t, ".haproxy.cfg") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := "defaults\n    mode http\n    timeout connect 5s\n    timeout client 1m\n    timeout server 1m\n\n" + text
			if strings.Contains(text, "mode tcp") {
				whole = strings.Replace(whole, "mode http", "mode tcp", 1)
			}
			if strings.Contains(text, "backend socketio") {
				whole += "\nfrontend web\n    bind 127.0.0.1:8080\n    default_backend socketio\n"
			} else {
				whole += "\nlisten web\n    bind 127.0.0.1:8080\n    server s1 127.0.0.1:3000\n"
			}
			accepts(t, "haproxy.cfg", whole, haproxy, "-c", "-dW", "-f", "FILE") // -dW: warnings are errors
		})
	}
}

func TestSnippetsApache(t *testing.T) {
	t.Parallel()
	apache := program(t, "apache2", "httpd")
	modules := ""
	for _, dir := range [...]string{"/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules"} {
		if _, err := os.Stat(dir); err == nil {
			modules = dir
		}
	}
	if modules == "" {
		t.Skip("Apache's modules are not where this test looks for them")
	}
	dir := t.TempDir()
	head := "ServerRoot " + dir + "\nServerName localhost\nListen 127.0.0.1:8\nPidFile " + dir + "/pid\nErrorLog " + dir + "/log\n"
	for _, m := range [...]string{"mpm_event", "authz_core", "headers", "rewrite", "proxy", "proxy_http", "proxy_wstunnel", "proxy_balancer", "slotmem_shm", "lbmethod_byrequests", "cache"} {
		if _, err := os.Stat(modules + "/mod_" + m + ".so"); err == nil {
			head += "LoadModule " + m + "_module " + modules + "/mod_" + m + ".so\n"
		}
	}
	for name, text := range everySnippet(t, ".apache.conf") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			accepts(t, "apache.conf", head+text, apache, "-t", "-f", "FILE")
		})
	}
}

func TestSnippetsJavaScript(t *testing.T) {
	t.Parallel()
	node := program(t, "node")
	for name, text := range everySnippet(t, ".js") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := "snippet.cjs"
			if strings.Contains(text, "import ") || strings.Contains(text, "export default") {
				file = "snippet.mjs"
			}
			accepts(t, file, text, node, "--check", "FILE")
		})
	}
}

func TestSnippetsShell(t *testing.T) {
	t.Parallel()
	sh := program(t, "sh")
	for name, text := range everySnippet(t, ".sh") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			accepts(t, "snippet.sh", text, sh, "-n", "FILE")
		})
	}
}

func TestSnippetsYAML(t *testing.T) {
	t.Parallel()
	python := program(t, "python3")
	if exec.Command(python, "-c", "import yaml").Run() != nil {
		t.Skip("Python's yaml is not installed")
	}
	for name, text := range everySnippet(t, ".yaml") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			accepts(t, "snippet.yaml", text, python, "-c", "import sys, yaml; assert all(yaml.safe_load_all(open(sys.argv[1])))", "FILE")
		})
	}
}

// TestSnippetsOfOtherPaths: what a snippet says of the path is of the path that was seen.
func TestSnippetsOfOtherPaths(t *testing.T) {
	t.Parallel()
	text := forPath(snippet("upgrade.nginx.conf"), "/chat/")
	if !strings.Contains(text, "location /chat/ {") || strings.Contains(text, defaultPath) {
		t.Errorf("the path is not there:\n%s", text)
	}
	for _, hostile := range [...]string{"/a b/", "/a;}/", "/a\n/", "/`x`/", "/$x/"} {
		if forPath(text, hostile) != text {
			t.Errorf("the path %q came into a snippet", hostile)
		}
	}
}

// TestSnippetsAreUsed: every one is some fix's, and every topic has one that does not only talk.
func TestSnippetsAreUsed(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	note := func(fixes []Fix) {
		for _, f := range fixes {
			if f.For == "" || f.Text == "" {
				t.Errorf("a fix without a place or a text: %+v", f)
			}
			used[f.Snippet] = true
		}
	}
	for topic := affinity; topic <= oneHandler; topic++ {
		list := fixesOf(nil, topic)
		note(list)
		if len(list) == 0 {
			t.Errorf("topic %d has no fixes", topic)
		}
	}
	for _, c := range Causes(nil) {
		note(c.Fixes)
	}
	for name, text := range everySnippet(t, "") {
		if !used[text] {
			t.Errorf("snippet %s is in no fix", name)
		}
	}
}
