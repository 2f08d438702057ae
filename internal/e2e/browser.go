package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Page are lines for HAProxy's frontend that make it serve a page at /page: one that loads Socket.IO's client from the
// nodes and runs a script.
func Page(t testing.TB, script string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(HTML(script)), 0o644); err != nil {
		t.Fatal(err)
	}
	return []string{`http-request return status 200 content-type text/html file ` + file + ` if { path /page }`}
}

// HTML is a page that loads Socket.IO's client from where it is itself and runs a script.
func HTML(script string) string {
	return `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script src="/socket.io/socket.io.js"></script><script>` + script + `</script>`
}

// Browse opens a page in Chromium until the test ends. Certificates are whatever they are; keys, where it is not "", is
// the file that the secrets of its TLS connections go to.
func Browse(t testing.TB, url, keys string) {
	t.Helper()
	path := chromium(t)
	home := t.TempDir()
	args := []string{
		"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-default-browser-check",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--no-proxy-server",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--ignore-certificate-errors", "--user-data-dir=" + home,
	}
	if keys != "" {
		args = append(args, "--ssl-key-log-file="+keys)
	}
	cmd := exec.Command(path, append(args, url)...)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home)
	said := new(strings.Builder)
	cmd.Stdout, cmd.Stderr = said, said
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
