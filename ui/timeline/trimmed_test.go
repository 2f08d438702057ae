package timeline_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/netip"
	"testing"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// crowd is a source of many short sessions on polling, each with a WebSocket request that is refused.
type crowd struct{ sessions, polls int }

func (c crowd) Run(_ context.Context, emit fact.Emit) error {
	at, id := int64(1e18), 0
	conn := func() *fact.Conn {
		id++
		fc := &fact.Conn{ID: id, Client: netip.MustParseAddrPort(fmt.Sprintf("10.0.0.1:%d", 1024+id%60000)), Server: netip.MustParseAddrPort("10.0.0.9:80")}
		emit(&fact.Opened{Conn: fc, Time: at, SYN: true})
		return fc
	}
	exchange := func(fc *fact.Conn, n int, target string, status int, kind, body string) {
		at += 5e6
		emit(&fact.Request{Conn: fc, Exchange: n, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&" + target, Host: "a", Proto: "HTTP/1.1"})
		at += 5e6
		emit(&fact.Response{Conn: fc, Exchange: n, Start: at, End: at, Status: status, Header: fact.Header("Content-Type: " + kind + "\r\n"), Body: []byte(body), BodySize: int64(len(body))})
	}
	for i := range c.sessions {
		sid := fmt.Sprintf("%016d", i) + base64.URLEncoding.EncodeToString([]byte{byte(i >> 16), byte(i >> 8), byte(i)})
		a, b := conn(), conn()
		exchange(a, 1, "transport=polling", 200, "text/plain", `0{"sid":"`+sid+`","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}`)
		exchange(b, 1, "transport=websocket&sid="+sid, 400, "application/json", `{"code":3,"message":"Bad request"}`)
		for n := range c.polls {
			exchange(a, 2+n, "transport=polling&sid="+sid, 200, "text/plain", `42["a",{"n":1}]`)
		}
		emit(&fact.Closed{Conn: b, Time: at, Known: true})
		emit(&fact.Closed{Conn: a, Time: at, Known: true})
		at += 10e9
	}
	return nil
}

// TestTrimmedWhileShown: what is shown of a live source may be gone at any moment: it is drawn, hit and listed all the
// same, from numbers that were taken before.
func TestTrimmedWhileShown(t *testing.T) {
	t.Parallel()
	s := store.NewWatched("crowd", nil)
	s.Keep(250_000)
	filled := make(chan struct{})
	go func() {
		s.Fill(t.Context(), crowd{300, 30})
		close(filled)
	}()
	fonts, err := timeline.NewFonts(goregular.TTF, gobold.TTF, gomono.TTF)
	if err != nil {
		t.Fatal(err)
	}
	list, density := rows.NewList(rows.Filter{}), &timeline.Density{}
	var order []int32
	var lines []timeline.Line
	var hits []timeline.Hit
	look := func() {
		s.Read(func(tr *session.Tracker, st *store.State) { // numbers from the look before
			for _, h := range hits {
				timeline.Describe(nil, tr, h, false)
			}
			scene := &timeline.Scene{}
			in := timeline.Input{Tracker: tr, Lines: lines, View: timeline.Fit(tr.First, max(tr.Last, tr.First+1), 800), W: 1000, H: 600, Scale: 1, Left: 200,
				Now: tr.Last, Palette: timeline.Light(), Fonts: fonts, Faults: &timeline.Faults{}}
			timeline.Layout(in, scene)
			timeline.Overview(timeline.OverviewInput{Tracker: tr, Order: order, Density: density, View: in.View, Width: 800, W: 1000, H: 60, Scale: 1, Left: 200, Palette: in.Palette, Fonts: fonts}, &timeline.Scene{})
			for _, i := range list.Index[max(0, len(list.Index)-50):] {
				rows.Of(nil, tr, tr.RowAt(i), rows.Times{})
			}
			for x := float32(0); x < 1000; x += 40 {
				for y := float32(0); y < 600; y += 20 {
					hits = append(hits[max(0, len(hits)-500):], scene.Hit(x, y, 2))
				}
			}
		})
		s.Read(func(tr *session.Tracker, st *store.State) {
			list.Add(tr)
			density.Add(tr)
			order = timeline.Order(tr, timeline.Sorting{}, timeline.Keep{})
			open := map[int32]bool{}
			for _, i := range order[max(0, len(order)-6):] {
				open[i] = true
			}
			lines = timeline.Lines(tr, order, open)
			lines = lines[max(0, len(lines)-40):]
		})
	}
	for over := false; !over; {
		select {
		case <-filled:
			over = true
		default:
		}
		look()
	}
	s.Read(func(tr *session.Tracker, st *store.State) {
		if tr.Freed.Sessions+tr.Freed.Requests == 0 || st.Diagnosis.Census.Sessions != tr.AllSessions() {
			t.Errorf("%+v, %+v", tr.Freed, st.Diagnosis.Census)
		}
	})
}
