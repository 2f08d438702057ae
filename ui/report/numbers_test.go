package report

import (
	"strings"
	"testing"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/protocol/stats"
)

func group(name string, sessions, webSocket, gaps int, median int64) stats.Group {
	return stats.Group{Name: name, Sessions: sessions, WebSocket: webSocket, PingGap: stats.Spread{N: gaps, Min: median, Median: median, Max: median}}
}

// TestNumbersSay: each line says what was counted, and nothing is said of what was not.
func TestNumbersSay(t *testing.T) {
	t.Parallel()
	in := &Input{Tracker: &session.Tracker{}}
	full := stats.Numbers{
		All:        group("", 20, 12, 20, 25e9),
		Clients:    []stats.Group{group("Chrome", 12, 12, 12, 25e9), group("", 8, 0, 0, 0)},
		Nodes:      []stats.Group{group("A", 15, 10, 15, 25e9), group("B", 5, 2, 5, 40e9)},
		Upgrade:    stats.Spread{N: 12, Min: 10e6, Median: 20e6, P90: 50e6, P99: 80e6, Max: 80e6},
		Lifetimes:  stats.Spread{N: 3, Min: 60e9, Median: 60e9, Max: 60e9},
		Ended:      []stats.Share{{Name: "server", Sessions: 3}},
		Peaks:      []stats.Peak{{Length: 60e9, Width: 20e6, Since: stats.SinceMessage, Sessions: 3, By: "server", Usual: 60}},
		Handshakes: stats.Handshakes{All: 23, Refused: 3, Retried: 4},
	}
	full.Largest[fact.Out] = stats.Largest{Bytes: 2_000_000, Limit: 1_000_000}
	for _, want := range []string{
		"Time to upgrade: 12 sessions: from 10 ms to 80 ms, median 20 ms, nine of ten within 50 ms, 99 of 100 within 80 ms",
		"On WebSocket: 12 of 20",
		"by client: Chrome 12 of 12 · no User-Agent 0 of 8",
		"by node: A 10 of 15 · B 2 of 5",
		"Node balance: A has 75 % of the sessions, B has 25 %; even would be 50 %",
		"Peak: 3 sessions ended 1 min 0 s after their last message, within 20 ms of each other; closed first by: the server's side; 60 s is a usual time-out",
		"node B: median 40.0 s",
		"23, 3 of them refused, 4 of them within 10 s",
		"to the server 2.0 MB of 1.0 MB that it takes (maxPayload)",
	} {
		if text := said(in.numbers(&full)); !strings.Contains(text, want) {
			t.Errorf("the numbers lack %q:\n%s", want, text)
		}
	}
	in.Nodes = []session.Node{{Letter: "A", Sessions: 15, Confidence: session.Certain}, {Letter: "B", Sessions: 5, Confidence: session.Likely}}
	if text := said(in.numbers(&full)); strings.Contains(text, "balance") {
		t.Errorf("nodes that are not certain are weighed:\n%s", text)
	}
	in.Nodes = nil
	none := stats.Numbers{All: group("", 3, 3, 0, 0)}
	if text := said(in.numbers(&none)); text != "On WebSocket: 3 of 3\n" {
		t.Errorf("of nothing is said:\n%s", text)
	}
}

func said(list []number) string {
	var b strings.Builder
	for _, n := range list {
		b.WriteString(n.name + ": " + n.text + "\n")
	}
	return b.String()
}

// TestSlow: one session alone, or a group without a name, is not compared.
func TestSlow(t *testing.T) {
	t.Parallel()
	list := []stats.Group{group("A", 4, 4, 4, 20e9), group("B", 4, 4, 4, 31e9), group("C", 1, 1, 1, 90e9), group("", 4, 4, 4, 90e9), group("D", 4, 4, 4, 29e9)}
	got := slow(list)
	if len(got) != 1 || got[0].Name != "B" {
		t.Errorf("%+v", got)
	}
}

// TestNumbersAreNotBroken: the blank between the thousands of a number ends no line, and is one on a terminal without UTF-8.
func TestNumbersAreNotBroken(t *testing.T) {
	t.Parallel()
	for _, l := range wrap("aaaa bbbb 326\u00a0579 packets", 14) {
		if strings.HasSuffix(l, "326") {
			t.Errorf("a line is %q", l)
		}
	}
	if got := ascii("326\u00a0579"); got != "326 579" {
		t.Errorf("in ASCII it is %q", got)
	}
	if got := mdPlain("of 10\u00a0000 sessions, 1\u00a0234\u00a0567"); got != "of 10\u00a0000 sessions, 1\u00a0234\u00a0567" {
		t.Errorf("in Markdown it is %q", got)
	}
}
