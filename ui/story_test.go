package ui

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
	"sioscope/ui/walk"
)

// A user sits before a window with the demo in it. The tests of this file are stories, and share Fyne's one app: none
// is parallel.
type user struct {
	*testing.T
	w *Window
}

func demo() store.Source {
	return &capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: bytes.NewReader(assets.Demo)}
}

func files(paths []string) store.Source {
	f := &capture.Files{}
	for _, p := range paths {
		f.Inputs = append(f.Inputs, capture.Input{Path: p})
	}
	return f
}

// read shows a source that is no capture file, and ends by itself.
func (w *Window) read(name string, src store.Source) {
	w.start(opening{name: name, source: src, failed: "This could not be read"})
}

func open(t *testing.T) user {
	t.Helper()
	w, err := New(walk.App(t), Options{Files: files, Demo: demo, Diagnose: diagnose.In, Theme: look.Dark})
	if err != nil {
		t.Fatal(err)
	}
	w.Fyne().Resize(fyne.NewSize(1280, 800))
	t.Cleanup(w.shut)
	return user{t, w}
}

// sees fails unless the text stands somewhere.
func (u user) sees(where, text, want string) {
	u.Helper()
	if !strings.Contains(text, want) {
		u.Errorf("%s says %q, without %q", where, text, want)
	}
}

// picture writes the window into the directory that SIOSCOPE_PICTURES names, for whoever changes how it looks.
func (u user) picture() {
	u.Helper()
	dir := os.Getenv("SIOSCOPE_PICTURES")
	if dir == "" {
		return
	}
	var b bytes.Buffer
	if err := png.Encode(&b, u.w.win.Canvas().Capture()); err != nil {
		u.Fatal(err)
	}
	if err := os.WriteFile(dir+"/"+strings.ReplaceAll(u.Name(), "/", "-")+".png", b.Bytes(), 0o644); err != nil {
		u.Fatal(err)
	}
}

func (u user) meaning() string { return u.w.detail.text.Plain() }

func (u user) cells() (c []rows.Cells) {
	u.w.with(func(t *session.Tracker, _ *store.State) {
		for _, i := range u.w.table.rows.Index {
			c = append(c, rows.Of(nil, t, &t.Rows[i], u.w.table.times))
		}
	})
	return c
}

// find is the first place in the timeline, in dp, where the wanted thing lies.
func (u user) find(want func(timeline.Hit) bool) fyne.Position {
	u.Helper()
	walk.Draw(u.w.win.Canvas()) // positions are known once it is painted
	size := u.w.chart.Size()
	for y := float32(0); y < size.Height; y += 2 {
		for x := float32(0); x < size.Width; x++ {
			if want(u.w.chart.At(fyne.NewPos(x, y))) {
				return fyne.NewPos(x, y)
			}
		}
	}
	u.Fatal("it is nowhere in the timeline")
	return fyne.Position{}
}

func TestDemoTellsItsStory(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.sees("the verdict", u.w.verdict.title.full, "On polling, not WebSocket")
	u.sees("the verdict's cause", u.w.verdict.says, "Session ID unknown")
	u.sees("the status", u.w.status.left.full, "69 packets")
	u.sees("the detail", u.meaning(), "The balancer sends every connection to another node")
	if n := len(u.cells()); n != 16 {
		t.Errorf("%d rows, want 16", n)
	}
	if !u.w.chart.IsOpen(0) {
		t.Error("the connections of the only session are hidden")
	}
}

func TestRefusedRequestIsExplained(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	at := u.find(func(h timeline.Hit) bool {
		bad := false
		u.w.with(func(tr *session.Tracker, _ *store.State) {
			bad = h.Kind == timeline.HitExchange && tr.Exchanges[h.Exchange].Status == 400
		})
		return bad
	})
	u.w.hit(u.w.chart.At(at))
	u.picture()
	u.sees("the detail's title", u.w.detail.title.full, "400 on the upgrade request")
	u.sees("the detail", u.meaning(), "does not know this session")
	u.sees("the detail", u.meaning(), "Fix")
	if got := u.cells()[u.selected()]; got.Packet != "refused 400" {
		t.Errorf("the table selects %+v", got)
	}
	u.w.detail.tabs.SelectIndex(2)
	u.sees("the headers", u.w.detail.headText(), "Upgrade: websocket")
	u.sees("the headers", u.w.detail.headText(), "400 Bad Request")
	u.sees("the filter", u.w.detail.filter, "tcp.port == 48650")
}

// selected is the place of the selected row in the table.
func (u user) selected() (at int) {
	u.w.with(func(t *session.Tracker, _ *store.State) { at, _ = u.w.table.rows.Find(t, u.w.about.row) })
	return at
}

func TestArrowsMoveOneSelection(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.SelectSession(0)
	u.w.rune('r')
	first := u.selected()
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyDown})
	if got := u.selected(); got != first+1 {
		t.Errorf("down leads from row %d to %d", first, got)
	}
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyEnd})
	if got := u.selected(); got != len(u.w.table.rows.Index)-1 {
		t.Errorf("end leads to row %d", got)
	}
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	u.sees("the detail after Escape", u.w.detail.title.full, "Session 32ZQ")
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	u.sees("the detail after Escape", u.w.detail.title.full, "All sessions")
	u.sees("what is copied of it", u.w.detail.current(), "On polling")
}

func TestSearchAndFilters(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.tools.search.SetText("unknown")
	if c := u.cells(); len(c) != 1 || c[0].Packet != "refused 400" {
		t.Errorf("searching finds %+v", c)
	}
	u.w.tools.search.SetText("")
	u.w.rune('h')
	for _, c := range u.cells() {
		if c.Packet == "ping" || c.Packet == "pong" {
			t.Errorf("heartbeats are hidden, and here is %+v", c)
		}
	}
	u.w.rune('p')
	for _, c := range u.cells() {
		if !c.Bad {
			t.Errorf("problems only, and here is %+v", c)
		}
	}
	u.w.tools.search.SetText("no such thing")
	u.sees("the empty table", u.w.table.empty.full, "Nothing matches")
	u.picture()
}

func TestEnterFoldsTheSession(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.SelectSession(0)
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if u.w.chart.IsOpen(0) {
		t.Error("the session is still open")
	}
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !u.w.chart.IsOpen(0) {
		t.Error("the session is still closed")
	}
}

func TestTimeOfDay(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.rune('t')
	u.picture()
	if c := u.cells()[0]; strings.Count(c.Time, ":") != 2 {
		t.Errorf("the time of day is written %q", c.Time)
	}
}

func TestEmptyWindowOffersTheVerbs(t *testing.T) {
	u := open(t)
	u.picture()
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeyReturn, fyne.KeyEscape, fyne.KeyLeft} {
		u.w.key(&fyne.KeyEvent{Name: key})
	}
	for _, r := range "fst+-hpnbrw/" {
		u.w.rune(r)
	}
	if u.w.store != nil {
		t.Error("something is open")
	}
}

func TestMissingFileIsSaid(t *testing.T) {
	u := open(t)
	u.w.Open([]string{"/no/such.pcap"})
	u.sees("the detail", u.meaning(), "HAR files")
	u.sees("the verdict", u.w.verdict.title.full, "could not be read")
	u.sees("the verdict", u.w.verdict.says, "/no/such.pcap: no such file")
	u.picture()
}

// A source that is written down.
type script struct {
	facts []fact.Fact
	err   error
}

func (s script) Run(_ context.Context, emit fact.Emit) error {
	for _, f := range s.facts {
		emit(f)
	}
	return s.err
}

func TestNotesAreVisible(t *testing.T) {
	u := open(t)
	u.w.read("cut", script{facts: []fact.Fact{&fact.Note{File: "cut.pcap", Text: "ends in the middle of a packet"}, &fact.Stats{Encrypted: 3}}})
	u.sees("the strip", u.w.verdict.noted.says, "3 connections are encrypted and no key was given; what they carry is not shown.   (and 1 more)")
	if u.w.verdict.keys.Visible() {
		t.Error("keys are asked for, and what is open is no file")
	}
	if !u.w.verdict.strip.Visible() {
		t.Error("the strip is hidden")
	}
	u.picture()
	u.w.read("fine", demo())
	if u.w.verdict.strip.Visible() {
		t.Error("the strip of the capture before is still there")
	}
}

func TestCancelledReadingKeepsWhatWasRead(t *testing.T) {
	u := open(t)
	u.w.read("x", script{facts: []fact.Fact{&fact.Note{Text: "kept"}}, err: context.Canceled})
	u.sees("the verdict", u.w.verdict.says, "Reading was cancelled")
	u.w.read("x", script{err: errors.New("broken")})
	u.sees("the verdict", u.w.verdict.says, "broken")
}

func TestThemes(t *testing.T) {
	for _, c := range []look.Choice{look.Dark, look.Light, look.System} {
		t.Run(string(c), func(t *testing.T) {
			u := open(t)
			u.w.OpenDemo()
			u.w.setTheme(c)
			u.picture()
			if got := u.w.prefs.theme(); got != c {
				t.Errorf("remembered is %q", got)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 640, Height: 480}, {Width: 900, Height: 600}, {Width: 3840, Height: 2160}} {
		u := open(t)
		u.w.OpenDemo()
		u.w.Present()
		u.w.Fyne().Resize(size)
		if got := u.w.main.MinSize(); got.Width > 900 || got.Height > 600 {
			t.Errorf("the window cannot be smaller than %v", got)
		}
		u.picture()
	}
}

func TestWhyAndNotesAndKeysOpen(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	for _, show := range []func(){u.w.why, u.w.showNotes, u.w.showKeys, u.w.showAbout, u.w.exportMenu} {
		show()
		u.picture()
		overlays := u.w.win.Canvas().Overlays()
		if overlays.Top() == nil {
			t.Fatal("nothing opened")
		}
		overlays.Remove(overlays.Top())
	}
}

func TestReturnAndEscapeClose(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	for _, show := range []func(){u.w.why, u.w.showNotes, u.w.showKeys, u.w.showAbout} {
		for _, name := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEscape} {
			show()
			c := u.w.win.Canvas()
			if c.Focused() == nil {
				t.Fatal("nothing in it has the keyboard")
			}
			c.Focused().TypedKey(&fyne.KeyEvent{Name: name})
			if c.Overlays().Top() != nil {
				t.Errorf("%s does not close it", name)
			}
		}
	}
}

func TestExports(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	for i, want := range []string{"Content-Security-Policy", "\x89PNG", "upgrade refused: 400 Session ID unknown", "`no-affinity-per-connection`", "Session ID unknown", `"schema":"sioscope.report/1"`} {
		u.sees(u.w.forms()[i].name, u.exported(i), want)
	}
	u.w.copyTicket()
	u.sees("the clipboard", u.w.app.Clipboard().Content(), "`no-affinity-per-connection`")
	u.sees("the status", u.w.status.left.full, "Copied")
}

func TestRecentFiles(t *testing.T) {
	u := open(t)
	for _, p := range []string{"/a", "/b", "/a"} {
		u.w.prefs.opened(p)
	}
	if got := strings.Join(u.w.prefs.recent(), " "); got != "/a /b" {
		t.Errorf("recent are %q", got)
	}
}

func TestEveryActionIsInAMenu(t *testing.T) {
	u := open(t)
	var names []string
	for _, m := range u.w.menu().Items {
		for _, i := range m.Items {
			names = append(names, i.Label)
		}
	}
	all := strings.Join(names, "|")
	for _, want := range []string{"Open…", "Open recent", "Demo recording", "Export…", "TLS keys…", "Close capture", "Stop",
		"About this capture…", "Copy what is explained", "Copy report", "Copy Wireshark filter", "Copy sid", "Show secrets", "Show all of the time",
		"Show all of the session", "Zoom in", "Zoom out", "Show sessions", "Sort sessions", "Time of day", "Heartbeats", "Problems only", "Theme",
		"Search", "Why and fix", "Next", "Previous", "Keys and mouse…", "About sioscope…"} {
		if !strings.Contains(all, want) {
			t.Errorf("no menu has %q: %s", want, all)
		}
	}
}

func TestClickOnAPollSelectsItsPacket(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	poll := func(h timeline.Hit) (yes bool) {
		u.w.with(func(tr *session.Tracker, _ *store.State) {
			yes = h.Kind == timeline.HitExchange && tr.Exchanges[h.Exchange].Kind == session.Poll
		})
		return yes
	}
	at := u.find(poll)
	hit := u.w.chart.At(at)
	u.w.hit(hit)
	u.sees("the detail", u.w.detail.title.full, "poll")
	if u.w.about.row < 0 || u.w.table.chosen != u.w.about.row {
		t.Fatalf("the table selects row %d, and %+v is selected", u.w.table.chosen, u.w.about)
	}
	u.w.with(func(tr *session.Tracker, _ *store.State) {
		if got := tr.Rows[u.w.about.row].Exchange; got != hit.Exchange {
			t.Errorf("the row belongs to request %d, not %d", got, hit.Exchange)
		}
	})
	u.picture()
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyDown})
	if u.w.about.request {
		t.Error("after an arrow the request is still explained, not the packet")
	}
}

func TestRowSelectsItsBar(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	walk.Draw(u.w.win.Canvas()) // bars have places once they are painted
	for i := range u.w.table.rows.Index {
		u.w.table.list.Select(i)
		var want int32
		u.w.with(func(tr *session.Tracker, _ *store.State) { want = tr.Rows[u.w.table.rows.Index[i]].Exchange })
		if got := u.w.about.exchange; got != want || !u.w.chart.Marked() {
			t.Errorf("row %d belongs to request %d; %d is selected, and marked: %v", i, want, got, u.w.chart.Marked())
		}
	}
}

func TestCauseIsReadInFullInASmallWindow(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.Fyne().Resize(fyne.NewSize(900, 600))
	v := u.w.verdict
	for _, l := range []*line{v.cause.first, v.cause.rest} {
		if l.text.Text != l.full || l.full == "" {
			t.Errorf("%q is shown as %q", l.full, l.text.Text)
		}
	}
	if got := v.cause.first.full + " " + v.cause.rest.full; got != v.says {
		t.Errorf("it says %q instead of %q", got, v.says)
	}
	u.picture()
	u.w.Fyne().Resize(fyne.NewSize(1440, 900))
	if v.cause.rest.Visible() {
		t.Error("in a large window it still has two lines")
	}
}

// TestReadingIsNoVerdict: while a capture is read, nothing says that there is no session in it, and a HAR has no packets.
func TestReadingIsNoVerdict(t *testing.T) {
	st := store.State{Name: "big.har", Diagnosis: diagnose.Diagnose(&session.Tracker{})}
	u := open(t)
	tr := &session.Tracker{Stats: fact.Stats{Entries: 3149}, Sessions: []*session.Session{{}}}
	u.w.detail.read(tr, &st)
	u.sees("the detail", u.w.detail.text.Title, "Reading big.har")
	st.Diagnosis = diagnose.Diagnosis{}
	u.w.detail.read(tr, &st)
	u.sees("the detail before a diagnosis", u.w.detail.text.Title, "Reading big.har")
	u.sees("the progress", soFar(nil, tr), "3\u00a0149 HAR entries, 1 session so far")
}
