package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// A Tab is a page in a real Chromium without a window, told what to do over the DevTools protocol (two pipes of
// messages that end in NUL).
type Tab struct {
	t       testing.TB
	to      *os.File
	session string

	mu     sync.Mutex
	next   int
	answer map[int]chan tabMessage
	events []TabEvent
	came   chan struct{} // one slot: there is a new event, or the end
	ended  bool
}

// A TabEvent is something that happened in the page: "Page.loadEventFired", "Network.requestWillBeSent", …
type TabEvent struct {
	Method string
	Params json.RawMessage
}

type tabMessage struct {
	ID     int
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct{ Message string }
}

// NewTab opens an empty page until the test ends. Where there is no Chromium the test is skipped.
func NewTab(t testing.TB) *Tab {
	t.Helper()
	home := t.TempDir()
	cmd := exec.Command(chromium(t), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--no-default-browser-check", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
		"--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-debugging-pipe", "--user-data-dir="+home)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home)
	in, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{in, out} // 3 and 4, as the protocol has it
	alone(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	out.Close()
	tab := &Tab{t: t, to: to, answer: map[int]chan tabMessage{}, came: make(chan struct{}, 1)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		tab.read(from)
	}()
	t.Cleanup(func() {
		kill(cmd)
		_ = cmd.Wait()
		to.Close()
		<-read
		from.Close()
	})
	var target struct{ TargetID, SessionID string }
	tab.Call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	tab.Call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	tab.session = target.SessionID
	for _, domain := range []string{"Page", "Network", "Runtime", "Log"} {
		tab.Call(domain+".enable", nil, nil)
	}
	return tab
}

// chromium is the browser's path.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("Chromium is not here: install it to run this test") // not every system's packages have it
	return ""
}

func (tab *Tab) read(from *os.File) {
	in := bufio.NewReaderSize(from, 1<<20)
	for {
		data, err := in.ReadBytes(0)
		var m tabMessage
		if err == nil {
			err = json.Unmarshal(data[:len(data)-1], &m)
		}
		tab.mu.Lock()
		if err != nil {
			tab.ended = true
			for _, c := range tab.answer {
				close(c)
			}
			tab.answer = nil
		} else if c := tab.answer[m.ID]; m.ID != 0 && c != nil {
			delete(tab.answer, m.ID)
			c <- m
		} else if m.Method != "" {
			tab.events = append(tab.events, TabEvent{m.Method, m.Params})
		}
		tab.mu.Unlock()
		select {
		case tab.came <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// Call carries out a method and reads its result; the test fails where it cannot be.
func (tab *Tab) Call(method string, params, result any) {
	tab.t.Helper()
	tab.mu.Lock()
	tab.next++
	id, c := tab.next, make(chan tabMessage, 1)
	if tab.ended {
		tab.mu.Unlock()
		tab.t.Fatalf("%s: Chromium has ended", method)
	}
	tab.answer[id] = c
	tab.mu.Unlock()
	data, err := json.Marshal(struct {
		ID        int    `json:"id"`
		Method    string `json:"method"`
		Params    any    `json:"params,omitempty"`
		SessionID string `json:"sessionId,omitempty"`
	}{id, method, params, tab.session})
	if err == nil {
		_, err = tab.to.Write(append(data, 0))
	}
	if err != nil {
		tab.t.Fatalf("%s: %v", method, err)
	}
	m, ok := <-c
	switch {
	case !ok:
		tab.t.Fatalf("%s: Chromium has ended", method)
	case m.Error != nil:
		tab.t.Fatalf("%s: %s", method, m.Error.Message)
	case result != nil:
		if err := json.Unmarshal(m.Result, result); err != nil {
			tab.t.Fatalf("%s: %v", method, err)
		}
	}
}

// Events are all of a method that came so far.
func (tab *Tab) Events(method string) (list []TabEvent) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, e := range tab.events {
		if e.Method == method {
			list = append(list, e)
		}
	}
	return list
}

// Forget drops the events that came so far.
func (tab *Tab) Forget() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.events = nil
}

// Open goes to a URL and waits until it is loaded.
func (tab *Tab) Open(url string) {
	tab.t.Helper()
	before := len(tab.Events("Page.loadEventFired"))
	tab.Call("Page.navigate", map[string]any{"url": url}, nil)
	tab.await(func() bool { return len(tab.Events("Page.loadEventFired")) > before }, url+" is not loaded")
}

func (tab *Tab) await(done func() bool, what string) {
	tab.t.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for !done() {
		select {
		case <-tab.came:
		case <-late.C:
			tab.t.Fatal(what)
		}
	}
}

// Eval gives the value of an expression in the page, awaited where it is a promise.
func (tab *Tab) Eval(expression string, value any) {
	tab.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	tab.Call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true}, &r)
	if r.ExceptionDetails != nil {
		tab.t.Fatalf("%s: %s %s", expression, r.ExceptionDetails.Text, r.ExceptionDetails.Exception.Description)
	}
	if value != nil && len(r.Result.Value) > 0 {
		if err := json.Unmarshal(r.Result.Value, value); err != nil {
			tab.t.Fatalf("%s: %v", expression, err)
		}
	}
}

// Key presses a key in the page: "Enter", "Tab".
func (tab *Tab) Key(name string) {
	tab.t.Helper()
	text, code := "", map[string]int{"Enter": 13, "Tab": 9}[name]
	if name == "Enter" {
		text = "\r"
	}
	key := map[string]any{"type": "keyDown", "key": name, "code": name, "windowsVirtualKeyCode": code, "text": text}
	tab.Call("Input.dispatchKeyEvent", key, nil)
	key["type"] = "keyUp"
	delete(key, "text")
	tab.Call("Input.dispatchKeyEvent", key, nil)
}

// Keep writes a file beside others for people to look at, where the environment names a directory for them.
func Keep(t testing.TB, name string, data []byte) {
	t.Helper()
	dir := os.Getenv("SIOSCOPE_E2E_KEEP")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}
