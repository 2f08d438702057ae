package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"sioscope/internal/bench"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/ui"
	"sioscope/ui/look"
	"sioscope/ui/store"
)

// longSession is how many packets the one session has whose table is opened.
const longSession = 100_000

// A talker is one session of many packets, and then a crowd.
type talker struct {
	packets int
	crowd   bench.Crowd
	over    chan struct{} // closed at the end
}

// Run emits the facts.
func (s talker) Run(ctx context.Context, emit fact.Emit) error {
	defer close(s.over)
	c := &fact.Conn{ID: 1}
	at := int64(1_759_999_000_000_000_000)
	emit(&fact.Opened{Conn: c, Time: at, SYN: true})
	emit(&fact.Request{Conn: c, Exchange: 1, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&transport=websocket",
		Header: fact.Header("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n")})
	emit(&fact.Response{Conn: c, Exchange: 1, Start: at, End: at, Status: 101})
	say := func(dir fact.Dir, text string) {
		at += 1e6
		emit(&fact.Message{Conn: c, Exchange: 1, Dir: dir, Start: at, End: at, Opcode: fact.Text, Payload: []byte(text), Size: int64(len(text))})
	}
	say(fact.In, `0{"sid":"longSessionAAAAAAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
	for i := range s.packets {
		say(fact.Dir(i%2), fmt.Sprintf(`42["message",{"text":"hello","number":%d}]`, i))
	}
	return s.crowd.Run(ctx, func(f fact.Fact) {
		if o, is := f.(*fact.Opened); is {
			o.Conn.ID++
		}
		emit(f)
	})
}

// A desk is a window whose main goroutine is the one that measures. The toolkit draws nothing.
type desk struct {
	win    *ui.Window
	posted chan func()
}

// A wait is how long something took from a click or a letter on.
type wait struct{ first, longest, whole time.Duration }

// searching measures the packets of a window with a million of them.
func (r *reporter) searching(w io.Writer) error {
	d := desk{posted: make(chan func(), 16)}
	s := talker{longSession, r.crowd, make(chan struct{})}
	s.packets = min(s.packets, r.crowd.Packets/10)
	s.crowd.Packets -= s.packets
	win, err := ui.New(test.NewApp(), ui.Options{Theme: look.Dark, Diagnose: diagnose.In, Do: func(f func()) { d.posted <- f },
		Files: func([]string) store.Source { return s }})
	if err != nil {
		return err
	}
	d.win = win
	defer win.Fyne().Close()
	win.Fyne().Resize(fyne.NewSize(1600, 900))
	win.Open([]string{"crowd"})
	for open := true; open; {
		select {
		case f := <-d.posted:
			f()
		case <-s.over:
			open = false
		}
	}
	d.rest()
	all, _ := win.Found()
	fmt.Fprintf(w, "\nThe table of %d packets, what draws it left out.\n", all)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tfirst shown, ms\tlongest on the main goroutine, ms\tall, ms\tpackets\t")
	d.row(t, r.runs, fmt.Sprintf("opening a session of %d", s.packets), func() { win.SelectSession(0) })
	for _, text := range [...]string{"m", "number\":77", "status:400", "nothing has this"} {
		d.row(t, r.runs, "searching for "+text, func() { win.Search(text) })
	}
	return t.Flush()
}

// row measures something several times, each from all packets on, and prints the medians and the longest of all.
func (d *desk) row(w io.Writer, runs int, name string, do func()) {
	var waits []wait
	found, longest := 0, time.Duration(0)
	for range runs {
		n := d.measure(do)
		waits = append(waits, n)
		longest = max(longest, n.longest)
		found, _ = d.win.Found()
		d.measure(func() { d.win.Search("") })
		d.measure(d.win.SelectAll)
	}
	ms := func(d time.Duration) float64 { return float64(d) / 1e6 }
	fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%d\t\n", name, ms(middle(waits, func(n wait) time.Duration { return n.first })), ms(longest),
		ms(middle(waits, func(n wait) time.Duration { return n.whole })), found)
}

// measure does something and waits until all of it is shown.
func (d *desk) measure(do func()) (n wait) {
	began := time.Now()
	step := func(f func()) {
		since := time.Now()
		f()
		n.longest = max(n.longest, time.Since(since))
		if shown, _ := d.win.Found(); shown > 0 && n.first == 0 {
			n.first = time.Since(began)
		}
	}
	step(do)
	for {
		if _, all := d.win.Found(); all {
			n.whole = time.Since(began)
			return n
		}
		step(<-d.posted)
	}
}

// rest does what is left to do, until nothing comes any more.
func (d *desk) rest() {
	for {
		select {
		case f := <-d.posted:
			f()
		case <-time.After(time.Second):
			return
		}
	}
}
