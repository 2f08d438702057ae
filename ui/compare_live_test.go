package ui

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/capture/check"
	"sioscope/internal/lab"
	"sioscope/protocol/session"
	"sioscope/ui/pair"
	"sioscope/ui/store"
	"sioscope/ui/words"
)

// TestLabBeforeAndAfter: the fault of the lab is kept, mended and compared with what comes then.
func TestLabBeforeAndAfter(t *testing.T) {
	w, posted := liveWindow(t)
	w.OpenLab(lab.Options{})
	defer w.ends(t, posted)
	title := func(want string) {
		t.Helper()
		loop(t, posted, func() bool { return strings.HasPrefix(w.verdict.title.full, want) })
	}
	title("On polling, not WebSocket: 3 of 3")
	before := w.store
	w.keepAsBefore()
	if w.kept == nil || w.kept.store != before || w.store == before || !w.Live() {
		t.Fatal("what was seen is not kept, or the lab is not watched anew")
	}
	w.labPanel.press(lab.CookieAffinity)
	title("On WebSocket: all ") // a client that was just beginning may have had a session more
	w.askCompare()
	w.asking.compare()
	c := w.compared
	loop(t, posted, func() bool { return c.pair != nil })
	if !strings.HasPrefix(c.says, "After is on WebSocket, Before is not") {
		t.Errorf("it says %q", c.says)
	}
	c.pair.Read(func(seen [2]pair.Seen) {
		called := map[string]string{}
		for _, s := range seen {
			for _, n := range s.All.Nodes {
				name := n.Letter + fmt.Sprint(n.Color)
				if was, again := called[n.Label]; again && was != name {
					t.Errorf("%s is %s on one side and %s on the other", n.Label, was, name)
				}
				called[n.Label] = name
			}
		}
	})
	if !c.again.Visible() {
		t.Error("what goes on cannot be compared again")
	}
	w.labPanel.press(lab.UpgradeStripped)
	loop(t, posted, func() bool {
		if !c.again.Disabled() {
			c.compareAgain()
		}
		return strings.Contains(c.says, "Neither is on WebSocket")
	})
	w.leaveComparison()
	if !w.Live() {
		t.Error("the lab is not watched any more")
	}
}

// TestTwoServicesAreChecked, one after the other, and compared.
func TestTwoServicesAreChecked(t *testing.T) {
	w, posted := liveWindow(t)
	o := check.Options{Only: []string{check.WebSocket}}
	if err := w.CompareChecks([2]string{"dev", "prod"}, [2]string{service(t, lab.SingleNode), service(t, lab.UpgradeStripped)}, o); err != nil {
		t.Fatal(err)
	}
	c := w.compared
	if w.compared.sides[0].verdict.full != "Being checked" {
		t.Errorf("above it says %q", w.compared.sides[0].verdict.full)
	}
	loop(t, posted, func() bool { return c.pair != nil })
	if !strings.HasPrefix(c.says, "dev is on WebSocket, prod is not") {
		t.Errorf("it says %q", c.says)
	}
	told := false
	for _, e := range c.pair.Entries {
		told = told || e.ID == "experiment "+check.WebSocket
	}
	if !told {
		t.Error("what the experiments told is not compared")
	}
	if err := w.CompareChecks([2]string{}, [2]string{"http://localhost", "ftp://x"}, o); err == nil || w.compared != c {
		t.Error("a URL that cannot be checked is no error")
	}
}

// TestTrialsOfComparedChecksAreNoFaults, as in the panel of one check: neither in the timelines nor where a request is told,
// nor in what is exported.
func TestTrialsOfComparedChecksAreNoFaults(t *testing.T) {
	w, posted := liveWindow(t)
	o := check.Options{Only: []string{check.Default, check.UpgradeHeader, check.Versions}}
	if err := w.CompareChecks([2]string{"dev", "prod"}, [2]string{service(t, lab.SingleNode), service(t, lab.SingleNode)}, o); err != nil {
		t.Fatal(err)
	}
	c := w.compared
	loop(t, posted, func() bool { return c.pair != nil })
	for i, s := range c.sides {
		var refused []*session.Exchange
		s.store.Read(func(tr *session.Tracker, _ *store.State) { refused = tr.Refused })
		if len(refused) == 0 || !s.chart.Trial.All(refused) {
			t.Fatalf("of %s, %d trials are drawn as faults", c.ends[i].name, len(refused))
		}
		c.showRequest(i, int32(refused[0].Index))
		c.pair.Read(func(seen [2]pair.Seen) {
			if head := c.detail.request(i, seen[i]).Parts[1]; head.Style == words.Bad {
				t.Errorf("it is told as a fault: %q", head.Text)
			}
		})
	}
	var b bytes.Buffer
	if err := c.writing(pairText, true)(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "Refused before a session") {
		t.Errorf("what is exported tells of trials as of refusals:\n%s", b.String())
	}
}

// TestReadingBothSidesIsCancelled: what was read stays, and that nothing is compared is said.
func TestReadingBothSidesIsCancelled(t *testing.T) {
	w, posted := liveWindow(t)
	g := gate{make(chan struct{})}
	path, err := filepath.Abs(recorded(t, "direct-v4"))
	if err != nil {
		t.Fatal(err)
	}
	w.compare([2]comparand{fromFile("a", path), {name: "b", label: "endless", only: -1, source: g}})
	c := w.compared
	g.open <- struct{}{}
	loop(t, posted, func() bool { return c.sides[0].verdict.full == "On WebSocket: all 3 sessions" })
	if !c.stop.Visible() || !c.swap.Disabled() {
		t.Error("there is no Cancel while it is read, or the sides can be swapped")
	}
	c.stop.OnTapped()
	loop(t, posted, func() bool { return !c.stop.Visible() })
	if c.pair != nil || !strings.Contains(c.says, "cancelled before both sides were read") {
		t.Errorf("it says %q", c.says)
	}
	w.compare([2]comparand{fromFile("a", path), {name: "b", label: "endless", only: -1, source: g}})
	w.leaveComparison() // which ends the reading, too
	if w.compared != nil {
		t.Error("it is not left")
	}
}

// TestServiceIsComparedWithACapture: a URL is one side of the form, a file the other.
func TestServiceIsComparedWithACapture(t *testing.T) {
	w, posted := liveWindow(t)
	w.askCompare()
	f := w.asking
	f.sides[0].what.SetSelectedIndex(aURL)
	f.sides[0].url.SetText("ftp://x")
	f.sides[1].path.SetText(recorded(t, "nginx-noupgrade"))
	f.compare()
	if f.sides[0].urlIn.wrong.says == "" || w.compared != nil {
		t.Fatal("a URL that cannot be checked is not said")
	}
	f.sides[0].url.SetText(service(t, lab.SingleNode))
	f.compare()
	c := w.compared
	loop(t, posted, func() bool { return c.pair != nil })
	if !strings.Contains(c.says, "is on WebSocket, nginx-noupgrade is not") {
		t.Errorf("it says %q", c.says)
	}
	if len(w.prefs.urls()) != 1 || len(w.prefs.compared()) != 0 {
		t.Error("the URL is not remembered, or the pair is as if both were files")
	}
}
