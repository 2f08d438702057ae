package session

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"testing"
)

// BenchmarkRandomSIDs: many sessions whose sids have the form of Node's and end at random below what a process counts, so
// that as many processes seem to have counted them as can be.
func BenchmarkRandomSIDs(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	var t Tracker
	for i := range 20_000 {
		var sid [16]byte
		binary.BigEndian.PutUint64(sid[:], random.Uint64())
		binary.BigEndian.PutUint64(sid[8:], random.Uint64())
		sid[12] &= PlausibleCounter>>16 - 1
		t.Sessions = append(t.Sessions, &Session{
			SID: base64.URLEncoding.EncodeToString(sid[:15]), Opened: int64(i+1) * 1e6, Node: -1, Server: netip.MustParseAddrPort("192.0.2.1:80"),
		})
	}
	for b.Loop() {
		t.Resolve()
	}
}

// BenchmarkSignals: many requests whose answers have headers and cookies, of which two tell nodes.
func BenchmarkSignals(b *testing.B) {
	w := newWire(Options{})
	for i := range 2_000 {
		id := sid(strconv.Itoa(i)+"-", byte(i%20))
		conn, node := strconv.Itoa(i), strconv.Itoa(i%4)
		signs := []string{"Content-Type: text/plain", "X-Q: " + node, "X-Request: " + id, "Set-Cookie: SERVERID=" + node, "X-Version: 3"}
		w.handshake(conn, id, signs[1:]...)
		for range 20 {
			w.ask(conn, get+"&sid="+id, "Cookie: SERVERID="+node+"; theme=dark; session="+id)
			w.say(conn, 200, "2", signs...)
		}
	}
	w.t.Finish()
	for b.Loop() {
		w.t.Resolve()
	}
}
