package http2_test

import (
	"regexp"
	"testing"

	"golang.org/x/net/http2"

	"sioscope/internal/convo"
	"sioscope/protocol/fact"
)

// scenes are connections to begin a search for others from.
func scenes() [][]convo.Turn {
	var all [][]convo.Turn
	for _, build := range []func(*wire){
		func(w *wire) {
			w.get(1, "/socket.io/?EIO=4")
			w.ok(1, "0{}")
			w.post(3, "/socket.io/?EIO=4&sid=a", "40")
			w.ok(3, "ok")
		},
		func(w *wire) {
			var in deflater
			w.connect(1)
			w.headers(fact.In, 1, false, ":status 200", "sec-websocket-extensions permessage-deflate")
			w.data(fact.In, 1, false, in.message(nil, `42["news"]`))
			w.data(fact.Out, 1, true, frame(false, mask, "3"))
		},
		func(w *wire) {
			w.get(1, "/a")
			w.gap(fact.Out, 30)
			w.noise(fact.Out)
			w.get(3, "/b")
			w.ok(3, "B")
			w.frame(fact.In, func(f *http2.Framer) { f.WriteRSTStream(1, http2.ErrCodeCancel) })
		},
		func(w *wire) {
			block := w.fields(fact.In, ":method GET", ":path /pushed")
			w.get(1, "/a")
			w.frame(fact.In, func(f *http2.Framer) {
				f.WritePushPromise(http2.PushPromiseParam{StreamID: 1, PromiseID: 2, BlockFragment: block, EndHeaders: true, PadLength: 3})
			})
			w.frame(fact.In, func(f *http2.Framer) { f.WriteGoAway(1, http2.ErrCodeNo, nil) })
			w.frame(fact.In, func(f *http2.Framer) { f.WriteDataPadded(1, true, []byte("ab"), make([]byte, 9)) })
		},
	} {
		w := begin()
		build(w)
		all = append(all, w.turns)
	}
	return all
}

// holeInside is in the facts where bytes of a WebSocket are missing. It is found again by how its pieces begin.
var holeInside = regexp.MustCompile(`(?m)^\[\d+\] \S+ missing`)

// FuzzConn: no input is too much, and any split of it gives the same facts, holes included: they are looked past byte by
// byte.
func FuzzConn(f *testing.F) {
	for _, turns := range scenes() {
		f.Add(convo.Encode(turns))
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		turns := append(begin().turns, convo.Decode(script)...)
		p := play(true, usual)
		facts := convo.Facts(turns, p)
		if holeInside.MatchString(facts) {
			return
		}
		convo.CheckSplits(t, turns, facts, p)
	})
}

// FuzzJoined: a connection that is joined anywhere gives the same facts each time. How it was split means something there.
func FuzzJoined(f *testing.F) {
	for _, turns := range scenes() {
		f.Add(convo.Encode(turns[3:]))
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		turns := convo.Decode(script)
		p := play(false, usual)
		once := convo.Facts(turns, p)
		if again := convo.Facts(turns, p); again != once {
			t.Fatalf("the same bytes again:\n%s\nfirst:\n%s", again, once)
		}
	})
}
