package ui

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"sioscope/assets"
	"sioscope/protocol/lang/langtest"
	"sioscope/protocol/session"
	"sioscope/ui/pair"
	"sioscope/ui/report"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
	"sioscope/ui/walk"
)

// recorded is the path of a capture of real servers.
func recorded(t *testing.T, name string) string {
	t.Helper()
	files, err := filepath.Glob("../internal/recordings/testdata/" + name + "/capture.pcap*")
	if err != nil || len(files) != 1 {
		t.Fatalf("recording %s: %v %v", name, files, err)
	}
	return files[0]
}

// compares opens a window on two recordings held against each other.
func compares(t *testing.T, a, b string) (user, *comparison) {
	t.Helper()
	u := open(t)
	u.w.CompareFiles([2]string{"Development=" + recorded(t, a), "Production=" + recorded(t, b)})
	for range 2 { // bars have places once they are painted
		walk.Draw(u.w.win.Canvas())
		u.w.compared.mark()
	}
	return u, u.w.compared
}

func TestTwoRecordingsAreCompared(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	u.sees("the summary", c.says, "Development is on WebSocket, Production is not")
	u.sees("the upper verdict", c.sides[0].verdict.full, "On WebSocket")
	u.sees("the lower verdict", c.sides[1].verdict.full, "On polling, not WebSocket")
	e := c.entry()
	if e == nil || !e.Fault || e.ID != "upgrade-header-stripped" || e.Number != 1 {
		t.Fatalf("first is %+v", e)
	}
	u.sees("the detail", c.detail.current(), "a proxy drops the Upgrade header")
	u.sees("the detail", c.detail.current(), "Fix")
	for i, s := range c.sides {
		if !s.chart.Marked() {
			t.Errorf("in timeline %d no request is marked", i)
		}
		if len(c.pair.Pins(i)) == 0 {
			t.Errorf("timeline %d has no numbers", i)
		}
	}
	u.picture()
}

// TestTimelinesShareOneScale: what is zoomed and moved in one is in the other, and the handshakes stay one above the other.
func TestTimelinesShareOneScale(t *testing.T) {
	_, c := compares(t, "direct-v4", "nginx-noupgrade")
	aligned := func(when string) {
		t.Helper()
		a, b := c.sides[0], c.sides[1]
		va, vb := a.chart.View(), b.chart.View()
		if va.PerDp != vb.PerDp || va.Start-a.zero != vb.Start-b.zero {
			t.Errorf("%s the upper shows %+v from %d, the lower %+v from %d", when, va, a.zero, vb, b.zero)
		}
	}
	aligned("at first")
	c.sides[0].chart.Zoom(0.3)
	aligned("zoomed above")
	c.sides[1].chart.Pan(0.2)
	aligned("moved below")
	c.sides[1].chart.FitAll()
	aligned("fitted below")
	c.w.Fyne().Resize(fyne.NewSize(900, 600))
	aligned("in a smaller window")
	c.stepSession(1, 1)
	aligned("with another session")
	c.pair.Read(func(seen [2]pair.Seen) {
		for i, s := range c.sides {
			if want := pair.Zero(seen[i].Tracker, c.pair.Chosen[i]); s.zero != want {
				t.Errorf("side %d counts from %d, its handshake is at %d", i, s.zero, want)
			}
		}
	})
}

// TestDifferenceLeadsToItsPlaces: arrows go through the differences, and both timelines show where each is seen.
func TestDifferenceLeadsToItsPlaces(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	c.sides[0].chart.Zoom(0.0001) // far from what differs
	seen := 0
	for i := range c.pair.Differing() {
		if i > 0 {
			u.w.key(&fyne.KeyEvent{Name: fyne.KeyDown})
		}
		if c.about.entry != i {
			t.Fatalf("entry %d is selected, want %d", c.about.entry, i)
		}
		for k, at := range c.entry().Places {
			if !at.Seen() {
				continue
			}
			seen++
			if x := c.sides[k].chart.View().X(at.Time); i > 0 && (x < 0 || x > float64(c.sides[k].chart.Size().Width)) {
				t.Errorf("%s is at %g of timeline %d", c.entry().Title, x, k)
			}
		}
	}
	if seen < 6 {
		t.Errorf("%d places were seen", seen)
	}
}

// TestHeadersThatDifferAreMarked: of the requests for a WebSocket, the lines that production lacks or has otherwise.
func TestHeadersThatDifferAreMarked(t *testing.T) {
	u, c := compares(t, "nginx-iphash-v4", "nginx-noupgrade")
	for i, e := range c.pair.Entries {
		if e.ID == "accepted" {
			c.selectEntry(i)
		}
	}
	u.w.rune('2')
	if c.detail.tabs.SelectedIndex() != 1 {
		t.Fatal("2 does not open the headers")
	}
	marks := map[string]pair.Mark{}
	for _, f := range c.detail.heads.fields {
		marks[f.Name] = f.Mark
	}
	for name, want := range map[string]pair.Mark{"": pair.Differs, "Upgrade": pair.Lacking, "Sec-WebSocket-Accept": pair.Lacking, "Sec-WebSocket-Key": pair.Varies, "Sec-WebSocket-Version": pair.Alike} {
		if got, is := marks[name]; got != want || !is {
			t.Errorf("%s is marked %d (there: %v), want %d", name, got, is, want)
		}
	}
	u.sees("the copy", c.detail.current(), "≠ ")
	u.picture()
}

func TestSwap(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	before := c.pair.Comparison.Summary
	u.w.rune('v')
	c = u.w.compared
	if c.ends[0].name != "Production" || c.sides[0].verdict.full == "" || c.pair.Comparison.Summary != before {
		t.Errorf("above is %s: %s; %s", c.ends[0].name, c.sides[0].verdict.full, c.pair.Comparison.Summary)
	}
	if e := c.entry(); e == nil || e.Of != 0 {
		t.Errorf("the fault is of side %+v", e)
	}
}

func TestComparisonIsExported(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	for _, tt := range []struct {
		write func(io.Writer, report.Pair) error
		want  []string
	}{
		{pairText, []string{"Development is on WebSocket", "What differs", "nginx-noupgrade"}},
		{report.MarkdownPair, []string{"## Development is on WebSocket", "`upgrade-header-stripped`"}},
		{report.JSONPair, []string{`"schema":"sioscope.compare/1"`, `"b":"Production"`}},
	} {
		var b bytes.Buffer
		if err := c.writing(tt.write, true)(&b); err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			u.sees("the export", b.String(), want)
		}
	}
	u.w.types(ctrl(fyne.KeyR))
	u.sees("the clipboard", u.w.app.Clipboard().Content(), "Development is on WebSocket")
}

// TestComparisonIsExportedMasked: its form has the switch of every other, says what it does, and what is written says the same.
func TestComparisonIsExportedMasked(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	dir := t.TempDir()
	for i := range c.ends {
		c.ends[i].label = filepath.Join("/home/bob", filepath.Base(c.ends[i].label))
	}
	u.w.types(ctrl(fyne.KeyE))
	e := c.exporting
	if e == nil || !e.masked.Checked || e.masked.Hidden {
		t.Fatal("Ctrl+E asks for no export with secrets masked")
	}
	beside, _ := filepath.Abs(filepath.Dir(c.ends[0].paths[0]))
	if want := filepath.Join(beside, "Development-Production.md"); e.entry.Text != want {
		t.Errorf("%s is proposed, want %s", e.entry.Text, want)
	}
	for i, f := range e.list {
		for _, masked := range []bool{true, false} {
			e.as.SetSelectedIndex(i)
			e.masked.SetChecked(masked)
			path := filepath.Join(dir, "out"+f.end)
			if filepath.Ext(e.entry.Text) != f.end {
				t.Errorf("%s: %s is proposed", f.name, e.entry.Text)
			}
			if _, err := e.begin(path)(t.Context(), &progress{}); err != nil {
				t.Fatal(err)
			}
			b, _ := os.ReadFile(path)
			if f.write == nil {
				u.sees(f.name, e.preview.says, "with secrets masked")
				continue
			}
			if warned := strings.Contains(e.warned.says, "are not masked"); warned == masked {
				t.Errorf("%s, masked %v: the form says %q", f.name, masked, e.warned.says)
			}
			told := bytes.Contains(bytes.ReplaceAll(b, []byte("\n"), []byte(" ")), []byte("not masked"))
			if told == masked || bytes.Contains(b, []byte("bob")) && masked {
				t.Errorf("%s, masked %v: it says that secrets are in it: %v; or it has a directory: %s", f.name, masked, told, b)
			}
		}
	}
	e.entry.SetText(c.ends[1].paths[0])
	e.save()
	u.sees("over a side's file", e.in.wrong.says, "is one of the files that are open")
	e.copy(pairText)
	u.sees("the form", e.preview.says, "Copied")
	u.picture()
}

// TestUnreadableSideIsSaid: a sentence stands in its place, and the other side stays.
func TestUnreadableSideIsSaid(t *testing.T) {
	u := open(t)
	broken := filepath.Join(t.TempDir(), "prod.pcap")
	if err := os.WriteFile(broken, []byte("no capture at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	u.w.CompareFiles([2]string{recorded(t, "direct-v4"), broken})
	c := u.w.compared
	u.sees("the summary", c.says, "Production could not be read")
	u.sees("its side", c.sides[1].verdict.full, "could not be read")
	if c.sides[1].cause.full == "" {
		t.Error("why is not said")
	}
	size := u.w.win.Canvas().Size()
	u.w.win.Resize(fyne.NewSize(900, 600))
	if !c.low || !c.sides[1].cause.Visible() || c.sides[1].cause.Size().Height < c.sides[1].cause.MinSize().Height || c.sides[0].cause.Visible() {
		t.Error("in a low window it is not said why, of that side alone")
	}
	u.w.win.Resize(size)
	u.sees("the other", c.sides[0].verdict.full, "On WebSocket")
	if c.sides[0].chart.Content() == 0 {
		t.Error("the other timeline is empty")
	}
	if !c.export.Disabled() {
		t.Error("nothing can be exported, and the button is not disabled")
	}
	u.picture()
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyReturn, fyne.KeyEnd, fyne.KeyLeft} {
		u.w.key(&fyne.KeyEvent{Name: k}) // leads nowhere
	}
	for _, r := range "nbNBfs+-x12vra" {
		u.w.rune(r)
	}
}

// TestEscapeLeadsBack: to what was open, with its verdict; where that was nothing, the comparison stays until it is closed.
func TestEscapeLeadsBack(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	pair := [2]string{recorded(t, "direct-v4"), recorded(t, "nginx-noupgrade")}
	u.w.CompareFiles(pair)
	if u.w.verdict.object.Visible() || !u.w.tools.search.Disabled() {
		t.Error("what is of the capture stays")
	}
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if u.w.compared != nil || !u.w.verdict.object.Visible() || u.w.body.Objects[0] != u.w.shown || u.w.tools.search.Disabled() {
		t.Error("the capture is not back")
	}
	u.sees("the verdict", u.w.verdict.title.full, "On polling")
	u.w.CompareFiles(pair)
	u.w.types(ctrl(fyne.KeyW))
	if u.w.compared != nil || u.w.store == nil {
		t.Error("Ctrl+W closes the capture, too")
	}
	u.w.closeCapture()
	u.w.CompareFiles(pair)
	u.w.lookForRecent() // it ends when it ends
	if u.w.body.Objects[0] != u.w.compared.object {
		t.Error("the empty window lies over the comparison")
	}
	u.w.types(bare(fyne.KeyEscape))
	if u.w.compared == nil {
		t.Error("with nothing behind it, Escape leaves an empty window")
	}
	u.w.types(ctrl(fyne.KeyW))
	if u.w.compared != nil || u.w.store != nil {
		t.Error("the empty window is not back")
	}
	u.w.CompareFiles(pair)
	u.w.OpenDemo()
	if u.w.compared != nil || !u.w.verdict.object.Visible() {
		t.Error("a capture that is opened does not end the comparison")
	}
}

// TestSessionsOfOneCaptureAreCompared: a broken one with a healthy one, each alone in its timeline.
func TestSessionsOfOneCaptureAreCompared(t *testing.T) {
	u := open(t)
	u.w.Open([]string{recorded(t, "lb-and-nodes")})
	u.w.compareSession(0)
	f := u.w.asking
	if f == nil || f.sides[0].what.SelectedIndex() < firstOffer {
		t.Fatal("the session is not one of the sides")
	}
	if !f.sides[1].filled() {
		f.sides[1].what.SetSelectedIndex(f.sides[0].what.SelectedIndex() + 1)
	}
	u.picture()
	f.compare()
	c := u.w.compared
	if c == nil || c.pair == nil {
		t.Fatal("nothing is compared")
	}
	for i, s := range c.sides {
		if c.pair.Chosen[i] != c.ends[i].only || s.chart.Keep() != (timeline.Keep{Session: c.ends[i].only + 1}) {
			t.Errorf("side %d shows %d, want %d", i, c.pair.Chosen[i], c.ends[i].only)
		}
		if s.steps.Visible() {
			t.Error("other sessions are firstOffer")
		}
	}
	u.picture()
}

// TestWhatIsOpenIsCompared with a file, and nothing of it is read again.
func TestWhatIsOpenIsCompared(t *testing.T) {
	u := open(t)
	u.w.Open([]string{recorded(t, "nginx-noupgrade")})
	u.w.types(ctrl(fyne.KeyJ))
	f := u.w.asking
	if f == nil || f.sides[0].what.SelectedIndex() != firstOffer {
		t.Fatal("what is open is not the first side")
	}
	f.swap()
	if f.sides[1].what.SelectedIndex() != firstOffer || f.sides[0].what.SelectedIndex() != aFile {
		t.Fatal("the sides were not swapped")
	}
	f.compare()
	u.sees("the field", f.sides[0].pathIn.wrong.says, "Name a file")
	f.sides[0].path.SetText("/nowhere/x.pcap")
	f.compare()
	u.sees("the field", f.sides[0].pathIn.wrong.says, "There is no file")
	f.take([]dropped{{path: recorded(t, "direct-v4")}})
	u.sees("the name", f.sides[0].name.Text, "direct-v4")
	f.compare()
	c := u.w.compared
	if c == nil || c.ends[1].store != u.w.store {
		t.Fatal("what is open is not a side")
	}
	u.sees("the summary", c.says, "direct-v4 is on WebSocket, nginx-noupgrade is not")
	if u.w.asking != nil {
		t.Error("the form is still asked")
	}
}

// TestBeforeAndAfter: what was kept is compared with what is open then.
func TestBeforeAndAfter(t *testing.T) {
	u := open(t)
	u.w.Open([]string{recorded(t, "nginx-noupgrade")})
	u.w.types(ctrl(fyne.KeyB))
	u.sees("the status", u.w.status.left.full, "Kept as it was")
	u.w.Open([]string{recorded(t, "nginx-iphash-v4")})
	u.w.types(ctrl(fyne.KeyJ))
	u.w.asking.compare()
	u.sees("the summary", u.w.compared.says, "After is on WebSocket, Before is not")
}

// TestTwoFilesCanBeCompared: dropped together they are one picture, and a button beside that compares them.
func TestTwoFilesCanBeCompared(t *testing.T) {
	u := open(t)
	var uris []fyne.URI
	for _, name := range []string{"direct-v4", "nginx-noupgrade"} {
		uris = append(uris, storage.NewFileURI(recorded(t, name)))
	}
	u.w.drop(fyne.Position{}, uris)
	u.sees("the remark", u.w.remark.notice.says, "Are they two sides")
	u.picture()
	u.w.remark.act.OnTapped()
	if u.w.compared == nil {
		t.Fatal("they are not compared")
	}
	u.sees("the summary", u.w.compared.says, "direct-v4 is on WebSocket, nginx-noupgrade is not")
}

func TestPairsAreRemembered(t *testing.T) {
	u, _ := compares(t, "direct-v4", "nginx-noupgrade")
	u.w.leaveComparison()
	m := u.w.comparedBefore()
	if m.Disabled || len(m.ChildMenu.Items) != 1 || !strings.Contains(m.ChildMenu.Items[0].Label, "Development and Production") {
		t.Fatalf("firstOffer are %+v", m.ChildMenu.Items)
	}
	m.ChildMenu.Items[0].Action()
	if u.w.compared == nil || u.w.compared.ends[1].name != "Production" {
		t.Error("it is not compared again")
	}
	if n := len(u.w.prefs.compared()); n != 1 {
		t.Errorf("%d pairs are remembered", n)
	}
}

// TestKeysOfAComparison: every action of its menus has keys, they are heard, and none means two things.
func TestKeysOfAComparison(t *testing.T) {
	u, _ := compares(t, "direct-v4", "nginx-noupgrade")
	u.w.menu()
	taken := map[string]string{}
	for i := range u.w.strokes {
		s := u.w.strokes[i]
		name := s.keys.ShortcutName()
		if taken[name] != "" {
			t.Errorf("%s is for %s and for %s", keyName(s.keys), s.does, taken[name])
		}
		taken[name] = s.does
		if s.keys.Modifier == fyne.KeyModifierShift { // a capital letter
			continue
		}
		heard := 0
		u.w.strokes[i].do = func() { heard++ }
		u.w.types(s.keys)
		if heard != 1 {
			t.Errorf("%s is heard %d times, for %s", keyName(s.keys), heard, s.does)
		}
	}
}

func TestRequestIsShownBesideTheOther(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	var handshake int32 = -1
	c.sides[1].store.Read(func(tr *session.Tracker, _ *store.State) {
		for _, e := range tr.Exchanges {
			if e.Kind == session.Handshake && handshake < 0 {
				handshake = int32(e.Index)
			}
		}
	})
	c.sides[1].hit(timeline.Hit{Kind: timeline.HitExchange, Session: c.pair.Chosen[1], Conn: -1, Exchange: handshake, Row: -1})
	if c.about.entry != -1 || c.about.places[0].Exchange < 0 || c.about.places[1].Exchange != handshake {
		t.Fatalf("selected is %+v", c.about)
	}
	u.sees("the detail", c.detail.current(), "handshake")
	u.w.rune('2')
	if len(c.detail.heads.fields) == 0 {
		t.Error("no headers")
	}
}

func TestNamesFromFiles(t *testing.T) {
	for path, want := range map[string]string{
		"dev.pcap": "Development", "/srv/prod/capture.pcap": "Production", "x/capture.pcapng.gz": "x", "shop-prod-2.har": "Production",
		"before.pcap": "Before", "reproduced.pcap": "reproduced", "customer.har.zip": "customer", "": "",
	} {
		if got := nameFromFile(nil, path); got != want && !(want == "" && got == ".") {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
	for in, want := range map[[2]string][2]string{
		{"", ""}: {"A", "B"}, {"x", "x"}: {"x (1)", "x (2)"}, {"x", ""}: {"x", "B"}, {" dev ", "prod"}: {"dev", "prod"},
	} {
		if got := apart(nil, in); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
}

// TestComparisonInAnotherLanguage: it stays, and is told in that one.
func TestComparisonInAnotherLanguage(t *testing.T) {
	u, _ := compares(t, "direct-v4", "nginx-noupgrade")
	u.chooses("日本語")
	c := u.w.compared
	if c == nil || u.w.body.Objects[0] != c.object || u.w.verdict.object.Visible() {
		t.Fatal("it is not shown any more")
	}
	for what, text := range map[string]string{"summary": c.says, "verdict": c.sides[1].verdict.full, "entry": c.entry().Title, "button": c.swap.Text} {
		if !langtest.Japanese(text) {
			t.Errorf("the %s says %q", what, text)
		}
	}
	u.picture()
	u.w.Fyne().Resize(fyne.NewSize(900, 600))
	u.picture()
}

// TestKeyboardGoesThroughAComparison: F6 through its parts, Alt and the arrows move its borders.
func TestKeyboardGoesThroughAComparison(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	seen := map[string]bool{}
	for range 5 {
		u.w.key(&fyne.KeyEvent{Name: fyne.KeyF6})
		f, is := u.w.win.Canvas().Focused().(fyne.CanvasObject)
		for name, area := range map[string]fyne.CanvasObject{"toolbar": u.w.tools.object, "head": c.banner, "list": c.list.object, "detail": c.detail.object} {
			if is && inside(f, area) {
				seen[name] = true
			}
		}
		if !is {
			seen["timelines"] = true
		}
	}
	if len(seen) != 5 {
		t.Errorf("F6 goes to %v", seen)
	}
	upper, lower, behind := c.upper.Offset, c.lower.Offset, u.w.upper.Offset
	u.w.types(alt(fyne.KeyUp))
	u.w.types(alt(fyne.KeyRight))
	if c.upper.Offset >= upper || c.lower.Offset <= lower || u.w.upper.Offset != behind {
		t.Error("the borders of the comparison do not move, or those behind it do")
	}
	u.w.types(ctrlShift(fyne.KeyR))
	if c.upper.Offset != upper || c.lower.Offset != lower {
		t.Errorf("the layout is not reset: %g and %g, were %g and %g", c.upper.Offset, c.lower.Offset, upper, lower)
	}
}

// TestComparisonGoesWithItsRemark: what is drawn once more as a comparison goes is still that comparison.
func TestComparisonGoesWithItsRemark(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	u.w.remark.wrong("Something cannot be done.")
	if !c.entry().Fault {
		t.Fatal("no fault is listed")
	}
	u.w.OpenDemo()
	if u.w.compared != nil {
		t.Error("it is still compared")
	}
}

// TestTypedNamesOfSidesStay: neither a word in the name of a file nor another choice takes the place of what was typed.
func TestTypedNamesOfSidesStay(t *testing.T) {
	u, dir := open(t), t.TempDir()
	var args []string
	for _, name := range []string{"dev", "prod"} {
		path := filepath.Join(dir, name+".pcap")
		if err := os.WriteFile(path, assets.Demo, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name+"="+path)
	}
	names := func() string { return u.w.asking.sides[0].name.Text + " " + u.w.asking.sides[1].name.Text }
	u.w.Open(args)
	u.w.askCompare()
	if names() != "dev prod" {
		t.Errorf("two that are open are called %s", names())
	}
	u.w.asking.form.Hide()
	u.w.CompareFiles([2]string(args))
	u.w.askCompare()
	side := u.w.asking.sides[0]
	side.what.SetSelectedIndex(aURL)
	side.what.SetSelectedIndex(aFile)
	side.path.SetText(filepath.Join(dir, "prod.pcap"))
	if names() != "dev prod" {
		t.Errorf("the sides of a comparison are called %s", names())
	}
}

// TestANodeHasOneLetterOnBothSides: nodes that are told by a name are called alike, though others answer first below.
func TestANodeHasOneLetterOnBothSides(t *testing.T) {
	_, c := compares(t, "haproxy-cookie-nojar", "apache-sticky")
	c.ends[0].store.NodesAfter([]session.Node{{Letter: "C", Color: 2, Label: "node-a", Basis: "named"}})
	c.pair = c.held()
	called := func() (list [2]map[string]string) {
		c.pair.Read(func(seen [2]pair.Seen) {
			for i := range list {
				list[i] = map[string]string{}
				for _, n := range seen[i].All.Nodes {
					list[i][n.Label] = fmt.Sprint(n.Letter, n.Color)
				}
			}
		})
		return list
	}
	list := called()
	if list[0]["node-a"] != "C2" || len(list[1]) < 2 {
		t.Fatalf("nodes are %v", list)
	}
	for label, name := range list[1] {
		if was, both := list[0][label]; both && was != name {
			t.Errorf("%s is %s above and %s below", label, was, name)
		}
	}
}
