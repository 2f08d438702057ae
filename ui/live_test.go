package ui

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/walk"
)

// A gate is a source that emits a note whenever it is let to, and ends with its context.
type gate struct{ open chan struct{} }

func (g gate) Run(ctx context.Context, emit fact.Emit) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-g.open:
			emit(&fact.Note{Text: "one more"})
		}
	}
}

// loop runs what is posted to the main goroutine, as the real driver does, until done.
func loop(t *testing.T, posted chan func(), done func() bool) {
	t.Helper()
	late := time.NewTimer(3 * time.Minute)
	defer late.Stop()
	for !done() {
		select {
		case <-late.C:
			t.Fatal("the window never got there")
		default:
		}
		select {
		case f := <-posted:
			f()
		case <-late.C:
			t.Fatal("the window never got there")
		}
	}
}

func liveWindow(t *testing.T) (*Window, chan func()) {
	t.Helper()
	posted := make(chan func(), 1024)
	app := walk.App(t)
	w, err := New(app, Options{Files: files, Demo: demo, Diagnose: diagnose.In, Theme: look.Dark, Do: func(f func()) { posted <- f }})
	if err != nil {
		t.Fatal(err)
	}
	w.Fyne().Resize(fyne.NewSize(1280, 800))
	t.Cleanup(w.shut)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the window says %q, %q", w.verdict.title.full, w.verdict.says)
		}
	})
	return w, posted
}

func TestDemoIsReadAside(t *testing.T) {
	w, posted := liveWindow(t)
	w.OpenDemo()
	loop(t, posted, func() bool { return w.verdict.buttons.Visible() && len(w.table.rows.Index) == 16 })
	if got := w.verdict.title.full; got != "On polling, not WebSocket: the one session never upgraded" {
		t.Errorf("the verdict says %q", got)
	}
}

func TestCancelEndsTheReader(t *testing.T) {
	w, posted := liveWindow(t)
	g := gate{make(chan struct{})}
	w.read("endless", g)
	g.open <- struct{}{}
	loop(t, posted, func() bool { return w.verdict.noted.says == "One more." })
	if !w.verdict.busy.Visible() || w.verdict.buttons.Visible() {
		t.Error("while it is read there is no Cancel")
	}
	w.verdict.cancel.OnTapped()
	loop(t, posted, func() bool { return w.verdict.buttons.Visible() })
	w.with(func(_ *session.Tracker, st *store.State) {
		if !st.Cancelled || st.Err != nil {
			t.Errorf("the store says %+v", st)
		}
	})
}

func TestOpeningAnotherEndsTheOneBefore(t *testing.T) {
	w, posted := liveWindow(t)
	g := gate{make(chan struct{})}
	w.read("endless", g)
	first := w.store
	w.OpenDemo()
	ended := func() (done bool) {
		first.Read(func(_ *session.Tracker, st *store.State) { done = st.Done })
		return done
	}
	loop(t, posted, func() bool { return ended() && len(w.table.rows.Index) == 16 })
}

// A talk is a live source: a session on WebSocket, and then a packet whenever it is let to.
type talk struct{ say chan struct{} }

func (s talk) Run(ctx context.Context, emit fact.Emit) error {
	c := &fact.Conn{ID: 1}
	at := time.Now().UnixNano()
	emit(&fact.Opened{Conn: c, Time: at, SYN: true})
	emit(&fact.Request{Conn: c, Exchange: 1, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&transport=websocket",
		Header: fact.Header("Upgrade: websocket\r\nConnection: Upgrade\r\n")})
	emit(&fact.Response{Conn: c, Exchange: 1, Start: at, End: at, Status: 101})
	text := `0{"sid":"abcdefghijklmnopAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`
	for {
		at = time.Now().UnixNano()
		emit(&fact.Message{Conn: c, Exchange: 1, Dir: fact.In, Start: at, End: at, Opcode: fact.Text, Payload: []byte(text)})
		text = `42["hello"]`
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.say:
		}
	}
}

func TestLivePacketsAppearAsTheyCome(t *testing.T) {
	w, posted := liveWindow(t)
	s := talk{make(chan struct{})}
	w.start(opening{name: "talk", source: s, live: true})
	loop(t, posted, func() bool { return w.verdict.title.full == "On WebSocket: the one session" })
	if !w.tools.stop.Visible() || w.verdict.busy.Visible() {
		t.Error("a live source cannot be stopped, or is said to be read")
	}
	rows := len(w.table.rows.Index)
	for range 3 {
		s.say <- struct{}{}
		rows++
		loop(t, posted, func() bool { return len(w.table.rows.Index) == rows })
	}
	if !strings.HasPrefix(w.tools.rate.full, "● live · 0:0") {
		t.Errorf("beside the name stands %q", w.tools.rate.full)
	}
	w.tools.stop.OnTapped()
	loop(t, posted, func() bool { return !w.tools.stop.Visible() })
	if w.verdict.title.full != "On WebSocket: the one session" || len(w.table.rows.Index) != rows {
		t.Errorf("stopped, it says %q and shows %d rows of %d", w.verdict.title.full, len(w.table.rows.Index), rows)
	}
	if got := w.tools.rate.full; !strings.HasPrefix(got, "over after ") {
		t.Errorf("beside the name stands %q", got)
	}
}

// arrivals is a live source: a session on WebSocket, and another whenever it is let to.
type arrivals struct{ more chan struct{} }

func (s arrivals) Run(ctx context.Context, emit fact.Emit) error {
	for n := 1; ; n++ {
		c := &fact.Conn{ID: n}
		at := time.Now().UnixNano()
		emit(&fact.Opened{Conn: c, Time: at, SYN: true})
		emit(&fact.Request{Conn: c, Exchange: n, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&transport=websocket",
			Header: fact.Header("Upgrade: websocket\r\nConnection: Upgrade\r\n")})
		emit(&fact.Response{Conn: c, Exchange: n, Start: at, End: at, Status: 101})
		emit(&fact.Message{Conn: c, Exchange: n, Dir: fact.In, Start: at, End: at, Opcode: fact.Text,
			Payload: fmt.Appendf(nil, `0{"sid":"abcdefghijklmnopAAA%c","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`, 'A'+n)})
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.more:
		}
	}
}

// TestSessionsAreCountedAlikeWhileTheyCome: the status line and the question what would be lost have those that the verdict
// is about, whenever that is found.
func TestSessionsAreCountedAlikeWhileTheyCome(t *testing.T) {
	w, posted := liveWindow(t)
	s := arrivals{make(chan struct{})}
	w.start(opening{name: "lo", source: s, live: true, kept: &keeping{most: 1 << 20}})
	titles := map[string]string{"1 session": "the one session", "2 sessions": "both sessions", "3 sessions": "all 3 sessions"}
	for _, count := range []string{"1 session", "2 sessions", "3 sessions"} {
		loop(t, posted, func() bool {
			title := w.verdict.title.full
			for counted, of := range titles {
				if strings.HasSuffix(title, of) && !strings.HasSuffix(w.status.counts, " "+counted) {
					t.Fatalf("the verdict says %q, and the status %q", title, w.status.counts)
				}
			}
			if w.asksToKeep() && !strings.HasSuffix(w.loses.whole[0], strings.TrimSpace(w.status.counts[strings.LastIndex(w.status.counts, "·")+2:])+".") {
				t.Fatalf("the status says %q, and the question %q", w.status.counts, w.loses.whole[0])
			}
			return strings.HasSuffix(title, titles[count])
		})
		if count == "1 session" {
			w.letGo(func() {})
		}
		if count != "3 sessions" {
			s.more <- struct{}{}
		}
	}
}

func TestSpaceFollowsAgain(t *testing.T) {
	w, posted := liveWindow(t)
	w.start(opening{name: "talk", source: talk{make(chan struct{})}, live: true})
	loop(t, posted, func() bool { return len(w.table.rows.Index) > 0 })
	w.rune('f')
	if w.chart.Follows() || !w.following.Visible() {
		t.Error("the button that follows again is not there")
	}
	w.rune(' ')
	if !w.chart.Follows() || w.following.Visible() {
		t.Error("Space does not follow again")
	}
	w.rune(' ')
	if w.chart.Follows() {
		t.Error("a second Space does not end it")
	}
	w.cancel()
	loop(t, posted, func() bool { return !w.following.Visible() })
}

// TestWhatGoesOnIsFollowedAgain: once another source goes on in the picture, its end is kept on screen, though the one
// before had ended. Nothing says that a source which cannot wait is held.
func TestWhatGoesOnIsFollowedAgain(t *testing.T) {
	w, posted := liveWindow(t)
	w.start(opening{name: "talk", source: talk{make(chan struct{})}, live: true})
	loop(t, posted, func() bool { return len(w.table.rows.Index) > 0 })
	w.cancel()
	loop(t, posted, func() bool { return !w.Live() && !w.chart.Follows() })
	w.again(talk{make(chan struct{})})
	loop(t, posted, func() bool { return w.Live() && w.chart.Follows() && w.table.follow && w.tools.stop.Visible() })
	w.rune('f')
	w.showRate()
	if w.tools.pause.Visible() || !w.following.Visible() {
		t.Error("a picture that stands still looks like a source that is held")
	}
	w.cancel()
	loop(t, posted, func() bool { return !w.Live() })
}

func TestFollowingLetsThePacketGo(t *testing.T) {
	w, posted := liveWindow(t)
	s := talk{make(chan struct{})}
	w.start(opening{name: "talk", source: s, live: true})
	more := func(n int) {
		for range n {
			rows := len(w.table.rows.Index)
			s.say <- struct{}{}
			loop(t, posted, func() bool { return len(w.table.rows.Index) > rows })
		}
	}
	loop(t, posted, func() bool { return len(w.table.rows.Index) > 0 })
	more(40)
	last := func() float32 {
		return float32(len(w.table.rows.Index))*(w.table.list.CreateItem().MinSize().Height+theme.Padding()) - w.table.list.Size().Height
	}
	w.selectRow(0)
	w.chart.Pan(-0.5)
	more(2)
	if got := w.table.list.GetScrollOffset(); got > 0 {
		t.Fatalf("the table left the selected packet: it is at %g", got)
	}
	w.following.OnTapped()
	if got := w.table.list.GetScrollOffset(); w.about.row >= 0 || got < last()-8 {
		t.Errorf("row %d is selected, and the table at %g of %g", w.about.row, got, last())
	}
	more(1)
	before := w.upper.Offset
	w.tools.stop.OnTapped()
	loop(t, posted, func() bool { return !w.tools.stop.Visible() })
	if got := w.table.list.GetScrollOffset(); got < last()-8 {
		t.Errorf("at the end the table jumped to %g of %g", got, last())
	}
	if w.upper.Offset != before {
		t.Errorf("at the end the border moved from %g to %g", before, w.upper.Offset)
	}
}

// TestWhatComesThroughAPipeHasNoPercent: nobody knows how much there will be.
func TestWhatComesThroughAPipeHasNoPercent(t *testing.T) {
	w, posted := liveWindow(t)
	in, out := io.Pipe()
	defer out.Close()
	w.opt.Files = func(paths []string) store.Source {
		return &capture.Files{Inputs: []capture.Input{capture.ParseInput(paths[0])}, Stdin: in}
	}
	w.Open([]string{"-"})
	go out.Write(assets.Demo)
	says := func() string {
		if w.verdict.progress.TextFormatter == nil {
			return ""
		}
		return w.verdict.progress.TextFormatter()
	}
	loop(t, posted, func() bool { return strings.HasSuffix(says(), " kB read") })
	if got := w.verdict.title.full; got != "Reading standard input" {
		t.Errorf("the verdict says %q", got)
	}
	out.Close()
	loop(t, posted, func() bool { return w.verdict.buttons.Visible() })
	if got := nameOf(nil, []string{"lb=-", "x/a-"}); got != "lb=standard input, a-" {
		t.Errorf("two inputs are called %q", got)
	}
}
