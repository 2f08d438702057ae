package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"sioscope/capture/dial"
	"sioscope/protocol/fact"
)

// room is where the simulated clients meet.
const room = "lobby"

// A visitor is a simulated client: one of socket.io-client's kind that joins a room, says something now and then, and
// comes back when it has lost its session. Its polls and posts take turns on one connection, as they do over HTTP/2 and
// from clients that are sparing with connections; its WebSocket has another, as every one has.
type visitor struct {
	lab   *Lab
	index int
	local netip.Addr    // its own loopback address, where the system has more than one
	gate  chan struct{} // held while a session begins
	said  int
}

// visitAll runs the simulated clients until ctx is done.
func (l *Lab) visitAll(ctx context.Context) {
	gate := make(chan struct{}, 1)
	done := make(chan struct{})
	n := max(l.options.Clients, 0)
	for i := range n {
		v := &visitor{lab: l, index: i, local: l.loopback(i), gate: gate}
		go func() {
			v.run(ctx)
			done <- struct{}{}
		}()
	}
	for range n {
		<-done
	}
}

// loopback is 127.0.0.2, 127.0.0.3, … for the first, the second, …; none where the system knows 127.0.0.1 alone, or the
// lab is not there.
func (l *Lab) loopback(i int) netip.Addr {
	if !strings.HasPrefix(l.url, "http://127.") {
		return netip.Addr{}
	}
	a := netip.AddrFrom4([4]byte{127, 0, 0, byte(2 + i)})
	try, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(a, 0)))
	if err != nil {
		return netip.Addr{}
	}
	try.Close()
	return a
}

// run has one session after the other. One that a switched fault ends is followed by the next at once, a lost one after
// a while.
func (v *visitor) run(ctx context.Context) {
	for lost := 0; ctx.Err() == nil; {
		renewed := v.lab.renewal()
		began := time.Now()
		if v.session(ctx, renewed) {
			lost = 0
			continue
		}
		if time.Since(began) > 5*time.Second {
			lost = 0
		}
		select {
		case <-time.After(backOff(lost)):
			lost++
		case <-renewed:
			lost = 0
		case <-ctx.Done():
		}
	}
}

// backOff is socket.io-client's, with reconnectionDelay 500 and reconnectionDelayMax 3000.
func backOff(lost int) time.Duration {
	d := min(500*time.Millisecond<<min(lost, 3), 3*time.Second)
	return time.Duration(float64(d) * (0.5 + rand.Float64()))
}

// settleWithin is how long others wait for a session to have begun.
const settleWithin = time.Second

// load loads the page at "/", as a browser does before its script connects.
func (v *visitor) load(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	d := net.Dialer{}
	if v.local.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(v.local, 0))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.lab.url+"/", nil)
	if err != nil {
		return
	}
	r.Close = true
	answer, err := (&http.Transport{DialContext: d.DialContext, DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return // its node is down
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
}

// session is one session. It says whether a switched fault ended it.
//
// Sessions begin one after the other: a session's first connection and that of its WebSocket then follow each other at
// the balancer, which is what makes a round robin over connections tear apart every one of them.
func (v *visitor) session(ctx context.Context, renewed <-chan struct{}) bool {
	select {
	case v.gate <- struct{}{}:
	case <-renewed:
		return true
	case <-ctx.Done():
		return false
	}
	if v.index%2 == 1 && v.lab.On(PerConnection) { // without it a round robin over two nodes gives all sessions to one
		v.load(ctx)
	}
	settled := make(chan struct{}, 1)
	client, err := v.client(settled)
	if err != nil { // cannot be: the URL is our own
		panic(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = client.Run(ctx, func(fact.Fact) {}) // the balancer's side is watched; why it ended is seen there
	}()
	select {
	case <-settled:
	case <-ended:
	case <-time.After(settleWithin):
	case <-ctx.Done():
	}
	<-v.gate
	return v.stay(client, ended, renewed)
}

// stay says something now and then until the session ends, or is left because a fault was switched.
func (v *visitor) stay(client *dial.Client, ended, renewed <-chan struct{}) bool {
	every := v.lab.options.ChatEvery
	for {
		var next <-chan time.Time
		if every > 0 {
			next = time.After(every/2 + rand.N(every))
		}
		select {
		case <-next:
			_ = client.Emit(v.words()) // in vain where it is just over
		case <-renewed:
			client.Disconnect()
			<-ended
			return true
		case <-ended:
			return false
		}
	}
}

// client is a new client; settled hears when its WebSocket is in use, or will not be.
func (v *visitor) client(settled chan<- struct{}) (*dial.Client, error) {
	o := dial.Options{
		Path: v.lab.options.Path, Local: v.local, TakeTurns: true, NoDeflate: true,
		Cookies: !v.lab.On(CookieDropped),
		Emit:    []dial.Emission{{Event: "join", Args: arguments(room), Acknowledge: true}},
		Trace: func(e dial.Event) {
			if e.Kind == dial.Upgraded || e.Kind == dial.Stuck || e.Kind == dial.Left {
				select {
				case settled <- struct{}{}:
				default:
				}
			}
		},
	}
	o.EIO = 4
	if v.lab.On(OldClients) {
		o.EIO = 3
	}
	return dial.New(v.lab.url, o)
}

// words are what it says next: text, and every fourth time a picture.
func (v *visitor) words() dial.Emission {
	v.said++
	name := string(rune('A' + v.index%26))
	if v.said%4 == 0 {
		picture := map[string][]byte{"$binary": {0x89, 'P', 'N', 'G', byte(v.index), byte(v.said)}}
		return dial.Emission{Event: "say", Args: arguments(room, "a picture from "+name, picture), Acknowledge: true}
	}
	return dial.Emission{Event: "say", Args: arguments(room, fmt.Sprintf("message %d from %s", v.said, name)), Acknowledge: true}
}

func arguments(values ...any) []json.RawMessage {
	var out []json.RawMessage
	for _, v := range values {
		data, _ := json.Marshal(v) // strings, and bytes as base64
		out = append(out, data)
	}
	return out
}
