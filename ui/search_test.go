package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"sioscope/internal/bench"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/walk"
)

// shop is a session that polls, with a secret in the heads of its requests, and is refused once.
func shop() script {
	c := &fact.Conn{ID: 1}
	s := script{facts: []fact.Fact{&fact.Opened{Conn: c, Time: 1e9, SYN: true}}}
	sid := ""
	for i, body := range []string{`0{"sid":"shopAAAAAAAAAAAAAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`,
		`42["add to cart",{"thing":"lamp"}]`, `42["paid",{"thing":"lamp"}]`, `42["paid",{"thing":"` + strings.Repeat("table ", 60) + `needle"}]`} {
		at := int64(i+2) * 1e9
		s.facts = append(s.facts, &fact.Request{Conn: c, Exchange: i + 1, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&transport=polling" + sid,
			Header: fact.Header("Host: shop\r\nCookie: io=hunter2hunter2\r\n")},
			&fact.Response{Conn: c, Exchange: i + 1, Start: at + 1e6, End: at + 1e6, Status: 200, Body: []byte(body), BodySize: int64(len(body)),
				Header: fact.Header("Server: wonderful/1.2\r\n")})
		sid = "&sid=shopAAAAAAAAAAAAAAAA"
	}
	return s
}

// searches types into the search.
func (u user) searches(text string) { u.w.tools.search.SetText(text) }

// hits is what is said about them.
func (u user) hits() string { return u.w.table.bar.hits.text.full }

func TestHitsAreCountedAndSteppedThrough(t *testing.T) {
	u := open(t)
	u.w.read("shop", shop())
	u.w.rune('/')
	test.Type(u.w.tools.search, "lamp")
	u.sees("the bar", u.hits(), "2 hits in 1 session")
	u.w.tools.search.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	u.sees("the bar", u.hits(), "Hit 1 of 2")
	for _, want := range []string{"Hit 2 of 2", "Hit 1 of 2"} {
		u.w.key(&fyne.KeyEvent{Name: fyne.KeyF3})
		u.sees("the bar after F3", u.hits(), want)
	}
	u.w.opt.Modifiers = func() fyne.KeyModifier { return fyne.KeyModifierShift }
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyF3})
	u.sees("the bar after Shift and F3", u.hits(), "Hit 2 of 2")
	for i, want := range []string{"Data (1)", "Headers", "Bytes (1)"} {
		u.sees("the tab", u.w.detail.tabs.Items[i+1].Text, want)
	}
	u.picture()
	row := u.w.about.row
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if u.w.searching() || u.w.about.row != row || len(u.cells()) < 4 {
		t.Errorf("Escape does not show the hit among its neighbours: row %d of %d", u.w.about.row, len(u.cells()))
	}
	if u.w.detail.tabs.Items[1].Text != "Data" {
		t.Errorf("the tab is still called %q", u.w.detail.tabs.Items[1].Text)
	}
}

// shown are the texts that the table's rows show, those of a hit that no column shows last.
func (u user) showing() (list [][]string) {
	walk.Draw(u.w.win.Canvas())
	for i := range u.w.table.rows.Index {
		r := newTableRow(u.w.table)
		r.Resize(fyne.NewSize(u.w.table.list.Size().Width, rowHeight))
		u.w.table.update(i, r)
		var texts []string
		for _, text := range append(slices.Clone(r.texts), r.hit) {
			texts = append(texts, text.Text)
		}
		list = append(list, append(texts, strings.Repeat("*", r.marks.used)))
	}
	return list
}

func TestHitsAreMarkedAndToldWhereNoColumnShowsThem(t *testing.T) {
	u := open(t)
	u.w.read("shop", shop())
	u.w.Fyne().Resize(fyne.NewSize(1600, 900))
	for _, tt := range []struct{ text, where string }{
		{"lamp", ""}, {"wonderful", "answer header: Server: wonderful/1.2"}, {"needle", "payload: "}, {"Host: shop", "request header: Host: shop"},
	} {
		u.searches(tt.text)
		rows := u.showing()
		if len(rows) == 0 {
			t.Errorf("%q: nothing is found", tt.text)
		}
		for _, r := range rows {
			where, marks := r[len(r)-2], r[len(r)-1]
			if !strings.HasPrefix(where, tt.where) || (where == "") != (tt.where == "") {
				t.Errorf("%q: it is told to be in %q, want %q", tt.text, where, tt.where)
			}
			if marks == "" {
				t.Errorf("%q: nothing is marked in %q", tt.text, r)
			}
		}
		u.picture()
	}
	u.w.Fyne().Resize(fyne.NewSize(900, 600))
	u.searches("wonderful")
	for _, r := range u.showing() {
		u.sees("the row of a small window", r[len(r)-2], "wonderful")
	}
}

func TestSecretIsFoundAndNotShown(t *testing.T) {
	u := open(t)
	u.w.read("shop", shop())
	u.searches("hunter2h")
	list := u.showing()
	if len(list) == 0 {
		t.Fatal("it is not found")
	}
	for _, r := range list {
		u.sees("the row", r[len(r)-2], "within what is masked")
		if strings.Contains(strings.Join(r, " "), "hunter2") {
			t.Errorf("it is shown: %q", r)
		}
	}
	u.w.stepHit(1)
	if got := u.w.prefs.searches(); len(got) != 0 {
		t.Errorf("it is remembered: %q", got)
	}
}

func TestSearchesAreRemembered(t *testing.T) {
	u := open(t)
	u.w.read("shop", shop())
	e := u.w.tools.search
	for _, text := range []string{"lamp", "nothing of this", "event:paid"} {
		u.searches(text)
		u.w.stepHit(1)
	}
	if got := u.w.prefs.searches(); !slices.Equal(got, []string{"event:paid", "lamp"}) {
		t.Fatalf("remembered are %q", got)
	}
	u.searches("")
	u.w.rune('/')
	test.Type(e, "pa")
	for _, step := range []struct {
		key  fyne.KeyName
		want string
	}{{fyne.KeyUp, "event:paid"}, {fyne.KeyUp, "lamp"}, {fyne.KeyUp, "lamp"}, {fyne.KeyDown, "event:paid"}, {fyne.KeyDown, "pa"}} {
		if e.TypedKey(&fyne.KeyEvent{Name: step.key}); e.Text != step.want {
			t.Errorf("%s: got %q, want %q", step.key, e.Text, step.want)
		}
	}
	e.showRecent()
	if u.w.win.Canvas().Overlays().Top() == nil {
		t.Error("there is no list of them")
	}
	u.picture()
	u.w.win.Canvas().Overlays().Remove(u.w.win.Canvas().Overlays().Top())
	u.w.forgetSearches()
	if got := u.w.prefs.searches(); len(got) != 0 {
		t.Errorf("forgotten are not %q", got)
	}
}

func TestTimelineShowsSessionsWithHits(t *testing.T) {
	u := open(t)
	u.w.read("crowd", bench.Crowd{Sessions: 30, Packets: 900})
	var sid string
	u.w.with(func(tr *session.Tracker, _ *store.State) { sid = tr.Sessions[7].SID })
	u.searches("sid:" + sid)
	all := u.w.chart.Content()
	u.w.hitsOnly(true)
	if got := u.w.chart.Content(); got >= all/4 {
		t.Errorf("the timeline is %.0f high, before %.0f", got, all)
	}
	u.picture()
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if got := u.w.chart.Content(); got != all {
		t.Errorf("after the search the timeline is %.0f high, before %.0f", got, all)
	}
}

func TestFiltersSayWhatTheyHide(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	total := len(u.cells())
	u.w.rune('h')
	u.sees("the bar", u.w.table.bar.hidden.full, "Heartbeats hidden: 8")
	u.w.rune('e')
	u.sees("the bar", u.w.table.bar.hidden.full, "Other than events, hidden: ")
	u.w.rune('e')
	u.w.rune('d')
	u.picture()
	u.sees("the bar", u.w.table.bar.hidden.full, "Other than requests, hidden: ")
	u.sees("the bar", u.w.table.bar.hidden.full, "Going in, hidden: 1")
	u.w.rune('0')
	if n := len(u.cells()); n != total || u.w.table.bar.hidden.full != "" {
		t.Errorf("%d of %d rows, hidden: %q", n, total, u.w.table.bar.hidden.full)
	}
	u.w.selectRow(2)
	u.w.rune('c')
	for _, c := range u.cells() {
		if c.Conn != u.cells()[0].Conn {
			t.Errorf("of another connection: %+v", c)
		}
	}
	u.sees("the chip", u.w.table.bar.conn.Text, "Connection ")
	u.w.table.bar.conn.OnTapped()
	if n := len(u.cells()); n != total {
		t.Errorf("%d of %d rows", n, total)
	}
}

func TestColumnsSort(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.Fyne().Resize(fyne.NewSize(1600, 900))
	walk.Draw(u.w.win.Canvas())
	head := u.w.table.header
	x, w := u.w.table.places(head.Size().Width)
	click := func(c rows.Column) { head.Tapped(&fyne.PointEvent{Position: fyne.NewPos(x[c]+w[c]/2, 10)}) }
	u.w.selectRow(5)
	click(rows.ByBytes)
	u.picture()
	sizes := func() (n []int) {
		u.w.with(func(t *session.Tracker, _ *store.State) {
			for _, i := range u.w.table.rows.Index {
				n = append(n, int(t.RowAt(i).Size))
			}
		})
		return n
	}
	if n := sizes(); !slices.IsSortedFunc(n, func(a, b int) int { return b - a }) {
		t.Errorf("the most bytes are not first: %v", n)
	}
	if row := u.w.table.rows.Index[u.w.table.at]; row != 5 {
		t.Errorf("row %d is chosen instead of 5", row)
	}
	click(rows.ByBytes)
	if n := sizes(); !slices.IsSorted(n) {
		t.Errorf("the least bytes are not first: %v", n)
	}
	u.w.key(&fyne.KeyEvent{Name: fyne.KeyDown})
	if at := u.w.table.at; at < 1 || u.w.table.rows.Index[at-1] != 5 {
		t.Errorf("the arrow down leads to place %d, not to the row below", at)
	}
	u.w.rune('y')
	if by := u.w.table.order.By; by != rows.ByTime {
		t.Errorf("the column after the last is %d", by)
	}
	u.w.rune('u')
	if i := u.w.table.rows.Index; i[0] < i[len(i)-1] {
		t.Error("the latest packet is not first")
	}
}

func TestColumnsCanBeDraggedAndAreRemembered(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.Fyne().Resize(fyne.NewSize(1600, 900))
	walk.Draw(u.w.win.Canvas())
	head := u.w.table.header
	drag := func(c rows.Column, by float32) (before, after float32) {
		x, w := u.w.table.places(head.Size().Width)
		at := x[c] + w[c]
		if c > rows.ByWhat {
			at = x[c]
		}
		head.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(at, 5)}})
		if head.Cursor() != desktop.HResizeCursor {
			t.Errorf("column %d: there is no edge", c)
		}
		before = w[c]
		head.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(at+by, 5)}, Dragged: fyne.NewDelta(by, 0)})
		head.DragEnd()
		_, w = u.w.table.places(head.Size().Width)
		return before, w[c]
	}
	if a, b := drag(rows.ByPacket, 40); b != a+40 {
		t.Errorf("Packet is %v wide, before %v", b, a)
	}
	if a, b := drag(rows.ByBytes, -20); b != a+20 {
		t.Errorf("Bytes is %v wide, before %v", b, a)
	}
	if _, b := drag(rows.ByPacket, -500); b != leastColumn {
		t.Errorf("Packet is %v wide", b)
	}
	given := u.w.prefs.FloatList(columnWidths)
	if len(given) != len(u.w.table.cols) || given[rows.ByPacket] != leastColumn {
		t.Errorf("remembered are %v", given)
	}
	u.w.resetLayout()
	if _, w := u.w.table.places(head.Size().Width); w[rows.ByPacket] == leastColumn {
		t.Error("the layout is not reset")
	}
}

func TestRightClickOnAPacketOffersItsConnectionAndEvent(t *testing.T) {
	u := open(t)
	u.w.read("shop", shop())
	i := slices.IndexFunc(u.cells(), func(c rows.Cells) bool { return strings.Contains(c.What, "cart") })
	r := newTableRow(u.w.table)
	r.at = i
	r.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(100, 500)})
	if u.w.win.Canvas().Overlays().Top() == nil {
		t.Fatal("nothing is offered")
	}
	u.picture()
	u.w.with(func(tr *session.Tracker, _ *store.State) {
		if got := rows.ForEvent(rows.Event(tr, tr.RowAt(u.w.about.row))); got != `event:"add to cart"` {
			t.Errorf("it searches for %q", got)
		}
	})
}

func TestCellThatIsCutIsToldInFullUnderTheMouse(t *testing.T) {
	u := open(t)
	u.w.read("shop", shop())
	u.w.Fyne().Resize(fyne.NewSize(900, 600))
	i := slices.IndexFunc(u.cells(), func(c rows.Cells) bool { return strings.Contains(c.What, "table") })
	r := newTableRow(u.w.table)
	r.Resize(fyne.NewSize(u.w.table.list.Size().Width, rowHeight))
	u.w.table.update(i, r)
	x, _ := u.w.table.places(r.Size().Width)
	over := func(c rows.Column) string {
		r.MouseIn(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x[c]+4, 5)}})
		return u.w.status.left.full
	}
	u.sees("the status bar", over(rows.ByWhat), u.cells()[i].What)
	if got := over(rows.ByTime); strings.Contains(got, "table") || strings.Contains(got, u.cells()[i].Time) {
		t.Errorf("of a cell that is shown in full it says %q", got)
	}
	r.MouseOut()
	u.sees("the status bar", u.w.status.left.full, "1 session")
}
