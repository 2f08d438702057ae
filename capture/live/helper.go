package live

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"sioscope/capture"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// A Helper is a source of facts that has another program capture: sio where it is there, else dumpcap or tcpdump. It
// needs no privilege itself, and reads what the program writes through a pipe.
type Helper struct {
	Options Options
	Path    string // of sio; "" looks beside this program, and where the system finds programs
	// Copy gets what is captured, as the program writes it: a capture file. nil: nobody does. Where it fails, so does
	// the capture.
	Copy io.Writer

	mu     sync.Mutex
	held   chan struct{} // closed when it goes on; nil while nothing holds it
	using  string
	direct []string // programs and arguments to use in place of those that are found, for tests
}

// Using is the name of the program that captures, "" before one does.
func (h *Helper) Using() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.using
}

// Hold stops to take in packets, or goes on. Meanwhile they wait in the kernel, as many as its buffer has room for.
func (h *Helper) Hold(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case on && h.held == nil:
		h.held = make(chan struct{})
	case !on && h.held != nil:
		close(h.held)
		h.held = nil
	}
}

// Run captures until ctx ends. Its error is one sentence; a *PermissionError where no program there is may capture.
func (h *Helper) Run(ctx context.Context, emit fact.Emit) error {
	commands := h.commands()
	if len(commands) == 0 {
		return lang.Say("no program is here that captures: put sio beside this one, or install Wireshark or tcpdump")
	}
	var denied error
	for _, args := range commands {
		err := h.use(ctx, args, emit)
		switch {
		case !errors.Is(err, capture.ErrPermission):
			return err
		case denied == nil: // of the first, which is sio where there is one
			denied = err
		}
	}
	return denied
}

// commands are the programs that can capture, with their arguments, in the order they are tried.
func (h *Helper) commands() [][]string {
	if h.direct != nil {
		return [][]string{h.direct}
	}
	o := &h.Options
	var all [][]string
	if sio := h.sio(); sio != "" {
		all = append(all, append([]string{sio, "sniff", "-w", "-"}, o.arguments()...))
	}
	filter := o.String()
	if path, err := exec.LookPath("dumpcap"); err == nil {
		args := []string{path, "-q", "-i", o.Interface, "-w", "-"}
		if filter != "" {
			args = append(args, "-f", filter)
		}
		if o.Quiet {
			args = append(args, "-p")
		}
		all = append(all, args)
	}
	if path, err := exec.LookPath("tcpdump"); err == nil {
		args := []string{path, "-U", "-s", fmt.Sprint(SnapLen), "-i", o.Interface, "-w", "-"}
		if o.Quiet {
			args = append(args, "-p")
		}
		if filter != "" {
			args = append(args, "--", filter)
		}
		all = append(all, args)
	}
	return all
}

// arguments are those of sio sniff that say the same.
func (o *Options) arguments() []string {
	args := []string{"-i", o.Interface}
	for _, p := range o.Ports {
		args = append(args, "--port", fmt.Sprint(p))
	}
	for _, h := range o.Hosts {
		args = append(args, "--host", h.String())
	}
	if o.Filter != "" {
		args = append(args, "-f", o.Filter)
	}
	if o.Quiet {
		args = append(args, "--no-promiscuous")
	}
	if o.KeyLog != "" {
		args = append(args, "--keylog", o.KeyLog)
	}
	return args
}

// sio finds sio.
func (h *Helper) sio() string {
	if h.Path != "" {
		return h.Path
	}
	name := "sio"
	if runtime.GOOS == "windows" {
		name = "sio.exe"
	}
	if own, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(own), name)
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside
		}
	}
	path, _ := exec.LookPath(name)
	return path
}

// use has one program capture.
func (h *Helper) use(ctx context.Context, args []string, emit fact.Emit) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Cancel = func() error { return interrupt(cmd.Process) }
	cmd.WaitDelay = 2 * time.Second
	said := &tail{}
	cmd.Stderr = said
	from, to := io.Pipe()
	cmd.Stdout = to
	if err := cmd.Start(); err != nil {
		return lang.Say("%s cannot be started: %s", args[0], err)
	}
	ended := make(chan error, 1)
	go func() {
		err := cmd.Wait()
		to.Close()
		ended <- err
	}()
	err := h.read(ctx, args, from, emit)
	from.Close() // whatever it still writes fails
	if err != nil && ctx.Err() == nil {
		_ = interrupt(cmd.Process)
	}
	died := <-ended
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case died != nil && h.denied(said.String()):
		return h.permission(args[0])
	case died != nil && lastLine(said.String()) != "":
		return lang.Say("%s ended: %s", program(args[0]), strings.TrimPrefix(lastLine(said.String()), "sio: sniff: "))
	case died != nil:
		return lang.Say("%s, which captured, ended: %s", program(args[0]), died)
	}
	return err
}

// read turns what the program writes into facts. Nothing is emitted of a program that dies at once.
func (h *Helper) read(ctx context.Context, args []string, from io.Reader, emit fact.Emit) error {
	in := bufio.NewReaderSize(from, 64<<10)
	if _, err := in.Peek(4); err != nil {
		return lang.Say("%s ended before it captured anything", program(args[0]))
	}
	h.mu.Lock()
	h.using = program(args[0])
	h.mu.Unlock()
	var packets io.Reader = in
	if h.Copy != nil {
		packets = io.TeeReader(in, h.Copy)
	}
	files := capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: &gate{packets, h, ctx}, StdinName: h.Options.Interface}
	return files.Run(ctx, emit)
}

// denied says whether a program's last words are that it may not capture.
func (h *Helper) denied(said string) bool {
	said = strings.ToLower(said)
	return strings.Contains(said, notAllowed) || strings.Contains(said, "permission") || strings.Contains(said, "not permitted")
}

// permission is the error where the program at path may not capture.
func (h *Helper) permission(path string) error {
	if sio := h.sio(); sio != "" {
		path = sio
	}
	return permissionOf(h.Options.Interface, path)
}

// program is a program's name, of its path.
func program(path string) string { return strings.TrimSuffix(filepath.Base(path), ".exe") }

// interrupt asks a process to end, or where that is not known, ends it.
func interrupt(p *os.Process) error {
	if runtime.GOOS == "windows" {
		return p.Kill()
	}
	return p.Signal(os.Interrupt)
}

// A gate is a reader that a Helper can hold.
type gate struct {
	io.Reader
	helper *Helper
	ctx    context.Context
}

// Read waits while the helper holds it, before it reads and before it gives what it read meanwhile.
func (g *gate) Read(p []byte) (int, error) {
	g.wait()
	n, err := g.Reader.Read(p)
	g.wait()
	return n, err
}

func (g *gate) wait() {
	g.helper.mu.Lock()
	held := g.helper.held
	g.helper.mu.Unlock()
	if held == nil {
		return
	}
	select {
	case <-held:
	case <-g.ctx.Done():
	}
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailBytes = 4 << 10

// Write keeps the last 4 KiB.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	t.buf = bytes.Clone(t.buf[max(0, len(t.buf)-tailBytes):])
	return len(p), nil
}

// String is what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}
