package e2e

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A process is a program that says what it does on its standard output and ends with its standard input.
type process struct {
	cmd   *exec.Cmd
	stdin io.Writer
	end   func()
}

// Kill ends it at once, as a crash does.
func (p *process) Kill() { p.end() }

// Pause lets it do nothing until Resume, as a computer that sleeps.
func (p *process) Pause() { pause(p.cmd) }

// Resume ends a Pause.
func (p *process) Resume() { resume(p.cmd) }

// node runs one of our scripts for Node.js.
func node(t testing.TB, d *diary, name string, args ...string) process {
	t.Helper()
	modules := filepath.Join(packages(t), "node_modules")
	cmd := exec.Command("node", append([]string{script(t, name)}, args...)...)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	return start(t, d, cmd)
}

// start starts a program whose standard output goes into d.
func start(t testing.TB, d *diary, cmd *exec.Cmd) process {
	t.Helper()
	stderr := new(strings.Builder)
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	alone(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() { d.read(stdout) })
	end := sync.OnceFunc(func() {
		kill(cmd)
		reading.Wait()
		_ = cmd.Wait()
	})
	t.Cleanup(func() {
		end()
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("%s: %s", filepath.Base(cmd.Path), stderr)
		}
	})
	return process{cmd, stdin, end}
}

// watch runs a program until its standard input ends, which it does with the test process however that ends.
const watch = `("$@"; echo "it ended with $?" >&2; kill -KILL 0) & cat >/dev/null; kill -KILL 0`

// A foreign program knows nothing of us: it inherits a listener as its descriptor 3, and runs for as long as the test
// does.
type foreign struct {
	listener *net.TCPListener // may be nil
	dir      string
	env      []string
	diary    *diary // for its standard output; nil: thrown away
}

// run starts a foreign program; the test fails where it ends before the test, and nobody has killed it.
func (f foreign) run(t testing.TB, path string, args ...string) process {
	t.Helper()
	cmd := exec.Command("/bin/sh", append([]string{"-c", watch, "sh", path}, args...)...)
	cmd.Dir = f.dir
	cmd.Env = append(os.Environ(), f.env...)
	if f.listener != nil {
		socket, err := f.listener.File()
		if err != nil {
			t.Fatal(err)
		}
		defer socket.Close()
		defer f.listener.Close()
		cmd.ExtraFiles = []*os.File{socket}
	}
	if f.diary == nil {
		d := newDiary()
		f.diary = &d
	}
	p, killed := start(t, f.diary, cmd), false
	end := p.end
	p.end = func() { killed = true; end() }
	t.Cleanup(func() { // before start's
		if !killed && f.diary.over() {
			t.Errorf("%s ended before the test did", filepath.Base(path))
		}
	})
	return p
}
