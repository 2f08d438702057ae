package chart

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// open is a source that began a minute ago and has a WebSocket session since; it ends with its context.
type open struct{ began int64 }

func (o open) Run(ctx context.Context, emit fact.Emit) error {
	c := &fact.Conn{ID: 1}
	emit(&fact.Opened{Conn: c, Time: o.began, SYN: true})
	emit(&fact.Request{Conn: c, Exchange: 1, Start: o.began, End: o.began, Method: "GET", Target: "/socket.io/?EIO=4&transport=websocket",
		Header: fact.Header("Upgrade: websocket\r\nConnection: Upgrade\r\n")})
	emit(&fact.Response{Conn: c, Exchange: 1, Start: o.began, End: o.began, Status: 101})
	emit(&fact.Message{Conn: c, Exchange: 1, Dir: fact.In, Start: o.began, End: o.began, Opcode: fact.Text,
		Payload: []byte(`0{"sid":"abcdefghijklmnopAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)})
	<-ctx.Done()
	return ctx.Err()
}

// watching is a chart of that source, and what ends it.
func watching(t *testing.T) (*Chart, func()) {
	t.Helper()
	test.NewApp().Settings().SetTheme(look.Theme{Choice: look.Dark})
	fonts, err := look.Fonts()
	if err != nil {
		t.Fatal(err)
	}
	s := store.NewLive("x", nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		s.Fill(ctx, open{time.Now().UnixNano() - 60e9})
		close(ended)
	}()
	for n := 0; n == 0; {
		<-s.Changed()
		s.Read(func(tr *session.Tracker, _ *store.State) { n = len(tr.Sessions) })
	}
	c := New(fonts, nil)
	c.Resize(fyne.NewSize(1268, 400))
	c.SetStore(s)
	c.paint.image(1268, 400)
	return c, func() {
		cancel()
		<-ended
	}
}

// end is the time at the right edge of the view, in ns before now.
func (c *Chart) end() int64 { return c.last - c.view.Time(c.width()) }

func TestTailIsFollowed(t *testing.T) {
	c, end := watching(t)
	defer end()
	if !c.Follows() || c.end() > 0 || c.span() != tailSpan {
		t.Fatalf("it begins with %d ns of which the last %d are missing; follows: %v", c.span(), c.end(), c.Follows())
	}
	before := c.view
	c.Tick()
	if c.view.Start <= before.Start || c.end() > 0 {
		t.Error("time went on, and the view did not")
	}
	c.Zoom(0.5)
	if !c.Follows() || c.end() > 0 {
		t.Error("a key that zooms ends the following")
	}
	c.Pan(-0.5)
	if c.Follows() {
		t.Fatal("panning away does not end the following")
	}
	before = c.view
	c.Tick()
	if c.view != before {
		t.Error("the view moves though the user moved it away")
	}
	c.Follow(true)
	if !c.Follows() || c.end() > 0 || c.view.PerDp > before.PerDp*1.01 {
		t.Errorf("following again shows %+v, with another zoom than %+v", c.view, before)
	}
	c.FitAll()
	c.Tick()
	if c.Follows() || !c.fitted || c.end() > 0 {
		t.Error("F does not show all of it")
	}
}

func TestOpenWebSocketGrows(t *testing.T) {
	c, end := watching(t)
	c.FitAll()
	right := func() (x float32) {
		c.paint.image(1268, 400)
		for _, target := range c.paint.front.scene.Targets {
			if target.Hit.Kind == timeline.HitPhase {
				x = max(x, target.X1)
			}
		}
		return x
	}
	if got, now := right(), float32(c.view.X(c.last)+c.Left()); got < now-3 {
		t.Errorf("a session from which nothing was heard for a minute is drawn to %g, and now is at %g", got, now)
	}
	end()
	c.Tick()
	if c.Follows() {
		t.Error("what is over is followed")
	}
}

func TestWhatIsOverIsShownWhole(t *testing.T) {
	c, end := watching(t)
	end()
	c.Pull()
	if c.Follows() || !c.fitted || c.view.Time(0) > c.first || c.end() > 0 || len(c.order) != 1 {
		t.Errorf("after its end it shows %+v of %d to %d, with %d sessions", c.view, c.first, c.last, len(c.order))
	}
}

// TestSilenceTakesNoLine: sessions that are over go where others came after them, and not because time goes on.
func TestSilenceTakesNoLine(t *testing.T) {
	t.Parallel()
	over := func(i int, at int64) *session.Session {
		return &session.Session{Index: i, FirstSeen: at, LastSeen: at + 1e9, Closed: at + 1e9}
	}
	tr := &session.Tracker{Sessions: []*session.Session{over(0, 1e9), over(1, 40e9), over(2, 42e9)}, Last: 300e9}
	c := &Chart{order: []int32{0, 1, 2}, last: 400e9, chosen: Chosen{Session: -1}}
	if got := c.present(tr); !slices.Equal(got, []int32{1, 2}) {
		t.Errorf("after a silence %v are shown", got)
	}
	if !slices.Equal(c.order, []int32{0, 1, 2}) {
		t.Errorf("and of all, which the overview shows, %v", c.order)
	}
	tr.Sessions = append(tr.Sessions, &session.Session{Index: 3, FirstSeen: 50e9, LastSeen: 50e9, Conns: []*session.Conn{{Conn: &fact.Conn{ID: 1}}}})
	c.order = []int32{0, 1, 2, 3}
	if got := c.present(tr); !slices.Equal(got, []int32{3}) {
		t.Errorf("beside one that lives %v are shown", got)
	}
}

// crowd is a source of sessions: one more at each word on next.
type crowd struct{ next chan bool }

func (s crowd) Run(ctx context.Context, emit fact.Emit) error {
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.next:
		}
		at := time.Now().UnixNano()
		c := &fact.Conn{ID: n}
		emit(&fact.Opened{Conn: c, Time: at, SYN: true})
		emit(&fact.Request{Conn: c, Exchange: 1, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&transport=websocket",
			Header: fact.Header("Upgrade: websocket\r\nConnection: Upgrade\r\n")})
		emit(&fact.Response{Conn: c, Exchange: 1, Start: at, End: at, Status: 101})
		emit(&fact.Message{Conn: c, Exchange: 1, Dir: fact.In, Start: at, End: at, Opcode: fact.Text,
			Payload: fmt.Appendf(nil, `0{"sid":"abcdefghijklmnop%04d","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`, n)})
	}
}

func TestNewestSessionsAreKeptInSight(t *testing.T) {
	test.NewApp().Settings().SetTheme(look.Theme{Choice: look.Dark})
	fonts, err := look.Fonts()
	if err != nil {
		t.Fatal(err)
	}
	s, src := store.NewLive("x", nil), crowd{make(chan bool)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		s.Fill(ctx, src)
		close(ended)
	}()
	defer func() { cancel(); <-ended }()
	c := New(fonts, nil)
	c.Resize(fyne.NewSize(1268, 300))
	c.SetStore(s)
	sessions := 0
	more := func(n int) {
		for range n {
			src.next <- true
			sessions++
			for got := 0; got < sessions; {
				<-s.Changed()
				s.Read(func(tr *session.Tracker, _ *store.State) { got = len(tr.Sessions) })
			}
		}
		c.Pull()
	}
	more(12)
	if c.scroll != c.bottom() || c.bottom() == 0 {
		t.Fatalf("with %d sessions it is scrolled to %g of %g", sessions, c.scroll, c.bottom())
	}
	c.scrollBy(-100)
	before := c.scroll
	more(2)
	if c.scroll != before || !c.Follows() {
		t.Errorf("it moved from %g to %g under a user who scrolled up", before, c.scroll)
	}
	c.scrollBy(1000)
	more(1)
	if c.scroll != c.bottom() {
		t.Error("scrolled to the end again, it does not follow any more")
	}
	c.Choose(Chosen{Session: 3, Exchange: -1})
	before = c.scroll
	more(1)
	if c.scroll != before {
		t.Error("the chosen session was moved out of sight")
	}
	c.Follow(true)
	if c.scroll != c.bottom() {
		t.Error("to follow again does not show the newest sessions")
	}
}
