package ui

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sioscope/capture/check"
	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/internal/nowhere"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/walk"
	"sioscope/ui/words"
)

// service is a lab without simulated clients, with faults switched on, until the test is over.
func service(t *testing.T, faults ...string) string {
	t.Helper()
	l, err := lab.Start(lab.Options{Clients: -1, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l.URL()
}

// ends stops what is open and waits for it.
func (w *Window) ends(t *testing.T, posted chan func()) {
	t.Helper()
	w.cancel()
	loop(t, posted, func() bool { return !w.Live() })
	<-w.filled
	w.labPanel.close()
}

func (w *Window) sessions() (n int) {
	w.with(func(t *session.Tracker, _ *store.State) { n = len(t.Sessions) })
	return n
}

// press switches a fault as the user does.
func (p *labPanel) press(id string) {
	for _, s := range p.switches {
		if s.fault.ID == id {
			s.OnTapped()
		}
	}
}

func TestLabTellsTheStory(t *testing.T) {
	w, posted := liveWindow(t)
	w.OpenLab(lab.Options{})
	defer w.ends(t, posted)
	title := func(want string) {
		t.Helper()
		loop(t, posted, func() bool { return w.verdict.title.full == want })
	}
	title("On polling, not WebSocket: 3 of 3 sessions never upgraded")
	w.labPanel.press(lab.CookieAffinity)
	title("On WebSocket: all 3 sessions")
	if got := w.verdict.says; !strings.HasPrefix(got, "Since “Affinity by cookie”: Nothing is wrong so far. 3 sessions moved") {
		t.Errorf("the cause does not say since when, or of which sessions: %q", got)
	}
	w.labPanel.press(lab.UpgradeStripped)
	title("On polling, not WebSocket: 3 of 3 sessions never upgraded")
	if got := w.verdict.says; !strings.Contains(got, "Upgrade") {
		t.Errorf("the cause is %q", got)
	}
	if n := w.sessions(); n != 9 || len(w.labPanel.deeds) != 2 {
		t.Errorf("%d sessions in the picture and %d flags, want 9 and 2", n, len(w.labPanel.deeds))
	}
	on := 0
	for _, s := range w.labPanel.switches {
		if s.on {
			on++
		}
	}
	if on != 2 {
		t.Errorf("%d switches are shown as on, want two", on)
	}
}

func TestLabGoesOnWhileItIsCheckedFromTheWindow(t *testing.T) {
	w, posted := liveWindow(t)
	w.OpenLab(lab.Options{Clients: 1})
	defer w.ends(t, posted)
	loop(t, posted, func() bool { return w.sessions() > 0 })
	w.Check(w.labPanel.lab.URL(), check.Options{Only: []string{check.WebSocket}})
	loop(t, posted, func() bool { return w.checker.next.Visible() && w.checker.matrix.rows[1].word.full == "sessions open" })
	w.askLab()
	if w.side.now != w.labPanel.panel || w.store != w.labPanel.store {
		t.Error("the lab is not shown again")
	}
	loop(t, posted, func() bool { return w.sessions() > 0 })
}

func TestConnectEmitDisconnect(t *testing.T) {
	w, posted := liveWindow(t)
	w.Connect(service(t, lab.SingleNode), dial.Options{})
	defer w.ends(t, posted)
	talk := w.connector.talk
	state := func(want string) {
		t.Helper()
		loop(t, posted, func() bool { return talk.state.full == want })
	}
	state("Connected, on WebSocket")
	talk.event.SetText("say")
	talk.args.SetText(`"lobby", {"n": 1}`)
	talk.ack.SetChecked(true)
	talk.send.OnTapped()
	loop(t, posted, func() bool { return len(talk.sent) == 1 && talk.sent[0].acked })
	loop(t, posted, func() bool { return w.says(`["say","lobby",{"n":1}]`) })
	talk.ways.SetSelectedIndex(wayOf([]string{dial.WebSocket}))
	if got := talk.apply.says; !strings.HasPrefix(got, "Reconnect applies this; ") {
		t.Errorf("of other transports is said %q", got)
	}
	talk.ways.SetSelectedIndex(0)
	if got := talk.apply.says; got != "" {
		t.Errorf("of the same transports is said %q", got)
	}
	talk.leave.OnTapped()
	state("Disconnected")
	if !talk.leave.Disabled() || !talk.send.Disabled() {
		t.Error("what is over can still be left, or sent to")
	}
	talk.ways.SetSelectedIndex(wayOf([]string{dial.Polling}))
	talk.again.OnTapped()
	state("Connected, on polling")
	if got := talk.apply.says; got != "" {
		t.Errorf("once applied, of the transports is said %q", got)
	}
	if got := chosenWay(w.connector.ways); strings.Join(got, ",") != dial.Polling {
		t.Errorf("the form says %v", got)
	}
	if n := w.sessions(); n != 2 {
		t.Errorf("%d sessions in the picture, want both", n)
	}
}

// says says whether a row of the table tells that.
func (w *Window) says(what string) (found bool) {
	w.with(func(t *session.Tracker, _ *store.State) {
		for _, i := range w.table.rows.Index {
			found = found || strings.Contains(rows.Of(nil, t, &t.Rows[i], w.table.times).What, what)
		}
	})
	return found
}

func TestTooEarlyForAVerdict(t *testing.T) {
	w, posted := liveWindow(t)
	w.Connect(service(t, lab.SingleNode, lab.FramesSwallowed), dial.Options{})
	defer w.ends(t, posted)
	loop(t, posted, func() bool { return w.verdict.title.full == "On polling, and moving to WebSocket" })
	if got := w.verdict.says; got != "An upgrade is under way." {
		t.Errorf("the cause is %q", got)
	}
	loop(t, posted, func() bool {
		return w.verdict.title.full == "On polling, not WebSocket: the one session never upgraded"
	})
}

func TestWhatIsWrongIsSaidInItsPlace(t *testing.T) {
	w, posted := liveWindow(t)
	w.Connect("localhost:3000", dial.Options{})
	c := w.connector
	if got := c.urlIn.wrong.says; got != "The URL has no scheme; write http://localhost:3000." {
		t.Errorf("below the URL stands %q", got)
	}
	if w.store != nil {
		t.Error("something is open")
	}
	c.url.SetText(service(t, lab.SingleNode))
	c.more.auth.SetText("secret")
	c.more.header.SetText("no colon")
	c.connect()
	if !strings.Contains(c.more.authIn.wrong.says, "JSON object") || !strings.Contains(c.more.headerIn.wrong.says, "a colon") || !c.more.object.Visible() {
		t.Errorf("of auth is said %q, of headers %q", c.more.authIn.wrong.says, c.more.headerIn.wrong.says)
	}
	c.more.auth.SetText("")
	c.more.header.SetText("")
	if c.more.authIn.wrong.says+c.more.headerIn.wrong.says+c.urlIn.wrong.says != "" {
		t.Error("what was corrected is still said to be wrong")
	}
	c.connect()
	defer w.ends(t, posted)
	loop(t, posted, func() bool { return c.talk.state.full == "Connected, on WebSocket" })
	c.talk.event.SetText("say")
	c.talk.args.SetText("hello")
	c.talk.send.OnTapped()
	if got := c.talk.argsIn.wrong.says; !strings.Contains(got, "JSON") || len(c.talk.sent) != 0 {
		t.Errorf("of the arguments is said %q", got)
	}
	c.reconnect()
	if got := c.talk.argsIn.wrong.says; got != "" {
		t.Errorf("of the connection after is said %q", got)
	}
}

func TestRefusedPortIsASentence(t *testing.T) {
	address := nowhere.Address(t)
	for name, open := range map[string]func(*Window){
		"connect": func(w *Window) { w.Connect("http://"+address, dial.Options{}) },
		"check":   func(w *Window) { w.Check("http://"+address, check.Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			w, posted := liveWindow(t)
			open(w)
			loop(t, posted, func() bool {
				return strings.Contains(w.verdict.title.full, address) && strings.Contains(w.verdict.says, address)
			})
			panel := w.connector.talk.said
			if name == "check" {
				panel = w.checker.failed
			}
			if panel.says != w.verdict.says || !strings.HasSuffix(panel.says, ".") {
				t.Errorf("the panel says %q, the verdict %q", panel.says, w.verdict.says)
			}
			if w.win.Canvas().Overlays().Top() != nil {
				t.Error("a dialog is open")
			}
		})
	}
}

// What a server says may hold a secret that it was sent, and a window is what pictures are taken of.
func TestWhatAServerQuotesIsMasked(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `{"code":4,"message":"token=hunter2hunter2 is expired"}`)
	}))
	defer s.Close()
	for name, open := range map[string]func(*Window){
		"connect": func(w *Window) { w.Connect(s.URL, dial.Options{}) },
		"check":   func(w *Window) { w.Check(s.URL, check.Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			w, posted := liveWindow(t)
			open(w)
			loop(t, posted, func() bool {
				return strings.Contains(w.verdict.says+w.verdict.title.full, "is expired") && !w.Live() && w.settled
			})
			w.updateSide()
			said := w.verdict.title.full + w.verdict.says + w.connector.talk.said.says
			for _, r := range w.checker.matrix.rows {
				said += r.tells.String()
			}
			if !strings.Contains(said, "is expired") || strings.Contains(said, "hunter2") {
				t.Errorf("it says %s", said)
			}
		})
	}
}

func TestCheckFillsItsMatrix(t *testing.T) {
	w, posted := liveWindow(t)
	url := service(t)
	c := w.checker
	c.url.SetText(url)
	if !strings.HasPrefix(c.plan.full, "Sends up to ") {
		t.Errorf("beforehand it says %q", c.plan.full)
	}
	w.Check(url, check.Options{})
	if f := w.win.Canvas().Focused(); f != nil {
		t.Errorf("%T, which is hidden, has the keyboard", f)
	}
	if len(c.matrix.rows) != 12 || c.matrix.rows[11].word.full != "not run" {
		t.Errorf("the matrix begins with %d rows", len(c.matrix.rows))
	}
	loop(t, posted, func() bool { return c.next.Visible() && !w.Live() && strings.HasPrefix(w.verdict.title.full, "On ") })
	if got := c.matrix.rows[0].word.full + " " + c.matrix.rows[1].word.full; got != "not on WebSocket sessions open" {
		t.Errorf("default clients and WebSocket alone: %q", got)
	}
	if got := w.verdict.title.full; !strings.HasPrefix(got, "On polling, not WebSocket") {
		t.Errorf("the verdict says %q", got)
	}
	var text words.Text
	w.with(func(t *session.Tracker, st *store.State) {
		wr := words.Writer{Tracker: t, Diagnosis: &st.Diagnosis, Live: true}
		text = wr.Findings()
	})
	if plain := text.Plain(); !strings.Contains(plain, "Tried here") || !strings.Contains(plain, "Works: ") {
		t.Errorf("what was tried of the fixes is not told: %s", plain)
	}
	c.matrix.open(c.matrix.rows[1].session)
	if w.about.session < 0 {
		t.Error("an experiment's sessions cannot be shown")
	}
}

func TestCheckCanBeCancelled(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w, posted := liveWindow(t)
	w.Check("http://"+l.Addr().String(), check.Options{})
	c := w.checker
	if title, says := w.verdict.title.full, w.verdict.says; !strings.HasPrefix(title, "Check of 127.0.0.1") || strings.Contains(says, "says why") {
		t.Errorf("before anything is known the verdict says %q, %q", title, says)
	}
	loop(t, posted, func() bool { return c.matrix.rows[0].word.full == "running" && c.busy.Visible() })
	if got := w.detail.text.Plain(); !strings.Contains(got, "Experiments are run") {
		t.Errorf("while it runs Meaning says %q", got)
	}
	c.cancel.OnTapped()
	loop(t, posted, func() bool { return c.next.Visible() && strings.HasPrefix(w.verdict.title.full, "Cancelled after ") })
	if !strings.HasPrefix(c.sums.full, "Cancelled after ") || !strings.HasPrefix(w.detail.text.Title, "Cancelled after ") {
		t.Errorf("the panel says %q, Meaning %q", c.sums.full, w.detail.text.Title)
	}
	for i, r := range c.matrix.rows {
		if r.word.full != "cancelled" && r.word.full != "not run" {
			t.Errorf("of experiment %d is said %q, %q", i+1, r.word.full, r.says)
		}
	}
	if c.matrix.rows[1].word.full != "cancelled" {
		t.Errorf("an experiment that was never run is %q", c.matrix.rows[1].word.full)
	}
	if c.busy.Visible() {
		t.Error("what is over can be cancelled")
	}
}

func TestPanelsFitASmallWindow(t *testing.T) {
	w, _ := liveWindow(t)
	w.OpenDemo()
	for _, p := range []*sidePanel{w.connector.panel, w.checker.panel, w.labPanel.panel} {
		w.showSide(p)
		w.Fyne().Resize(fyne.NewSize(900, 600))
		if got := w.main.MinSize(); got.Width > 900 || got.Height > 560 {
			t.Errorf("with %s open the window cannot be smaller than %v", p.title, got)
		}
		if need, has := p.object.MinSize().Width+28, w.side.scroll.Size().Width; need > has {
			t.Errorf("%s needs %g dp of width and has %g", p.title, need, has)
		}
	}
	w.connector.fold.open(true)
	w.checker.fold.open(true)
	for _, p := range []*sidePanel{w.connector.panel, w.checker.panel} {
		w.showSide(p)
		if need, has := p.object.MinSize().Width+28, w.side.scroll.Size().Width; need > has {
			t.Errorf("%s with all options needs %g dp of width and has %g", p.title, need, has)
		}
	}
}

// TestPanelsAreOfOneWidth: what is beside them stays where it is from one verb to the next.
func TestPanelsAreOfOneWidth(t *testing.T) {
	w, _ := liveWindow(t)
	w.OpenDemo()
	for _, size := range []fyne.Size{{Width: 900, Height: 600}, {Width: 1440, Height: 900}} {
		w.Fyne().Resize(size)
		w.showSide(w.checker.panel)
		want := w.side.object.Size().Width
		for _, p := range w.panels() {
			w.showSide(p)
			if got := w.side.object.Size().Width; got != want || got > size.Width/3 {
				t.Errorf("%v: %s is %g wide, Check %g", size, p.title, got, want)
			}
		}
	}
}

func TestRecentURLsHoldNoSecrets(t *testing.T) {
	u := open(t)
	u.w.prefs.connected("https://user:pass@example.org/admin?token=abc123def456")
	u.w.prefs.connected("http://localhost:3000?room=blue")
	got := strings.Join(u.w.prefs.urls(), " ")
	if strings.Contains(got, "pass") || strings.Contains(got, "abc123") || !strings.Contains(got, "https://example.org/admin") {
		t.Errorf("remembered are %q", got)
	}
}

// left are the goroutines that work for a window or a source of one.
func left() int {
	buffer := make([]byte, 1<<20)
	n := 0
	for _, g := range strings.Split(string(buffer[:runtime.Stack(buffer, true)]), "\n\n")[1:] {
		if strings.Contains(g, "sioscope/ui.(*Window)") || strings.Contains(g, "sioscope/capture/") || strings.Contains(g, "sioscope/internal/lab") {
			n++
		}
	}
	return n
}

func TestNothingIsLeftRunning(t *testing.T) {
	w, posted := liveWindow(t)
	before := left() // of windows of other tests, which nobody serves any more
	w.OpenLab(lab.Options{})
	loop(t, posted, func() bool { return w.sessions() > 0 })
	w.Connect(w.labPanel.lab.URL(), dial.Options{})
	loop(t, posted, func() bool { return strings.HasPrefix(w.connector.talk.state.full, "Connected") })
	w.connector.reconnect()
	loop(t, posted, func() bool { return w.sessions() > 1 })
	w.Check(w.labPanel.lab.URL(), check.Options{})
	w.win.Canvas().FocusPrevious() // "Go on without it"
	w.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	loop(t, posted, func() bool { return w.checker.matrix.rows[0].word.full == "not on WebSocket" })
	w.closeCapture()
	w.labPanel.close()
	<-w.filled
	for left() > before {
		select {
		case f := <-posted:
			f()
		case <-time.After(10 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("something still runs")
		}
	}
}

// TestLabDoesNotJump: whatever is switched, every switch stays where it is, and what it does is told in full below.
func TestLabDoesNotJump(t *testing.T) {
	w, posted := liveWindow(t)
	w.Fyne().Resize(fyne.NewSize(900, 600))
	w.OpenLab(lab.Options{})
	defer w.ends(t, posted)
	p := w.labPanel
	walk.Draw(w.win.Canvas())
	places := func() (all []fyne.Position) {
		for _, s := range p.switches {
			all = append(all, fyne.CurrentApp().Driver().AbsolutePositionForObject(s))
		}
		return all
	}
	loop(t, posted, func() bool { return w.sessions() > 0 && w.tools.rate.full != "" })
	if got := w.main.MinSize(); got.Width > 900 || got.Height > 560 {
		t.Errorf("while it is live the window cannot be smaller than %v", got)
	}
	before := places()
	if p.foot.title.full != "The lab" {
		t.Errorf("at first %q is explained", p.foot.title.full)
	}
	for _, id := range []string{lab.PerRequest, lab.IdleTimeout, lab.UpgradeStripped, lab.PerConnection} {
		p.press(id)
		walk.Draw(w.win.Canvas())
		if got := places(); !slices.Equal(got, before) {
			t.Fatalf("after %s the switches moved from %v to %v", id, before, got)
		}
		if room, needs := p.foot.text.Size().Height, p.foot.text.MinSize().Height; needs > room {
			t.Errorf("%q needs %g dp and has %g", p.foot.title.full, needs, room)
		}
	}
	if p.foot.title.full != p.switches[0].Text {
		t.Errorf("after it was switched, %q is explained", p.foot.title.full)
	}
	w.win.Canvas().Focus(p.switches[3])
	if p.foot.title.full != p.switches[3].Text {
		t.Errorf("with the keyboard on another, %q is explained", p.foot.title.full)
	}
	p.switches[3].TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if !p.lab.On(p.switches[3].fault.ID) {
		t.Error("the keyboard switches nothing")
	}
	user{t, w}.picture()
}
