package tlskeys_test

import (
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"sioscope/capture/tlskeys"
	"sioscope/internal/convo"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// FuzzRecords: whatever the records and the keys are, nothing panics, any split gives the same, and what waits for keys
// is bounded. Seeds are made anew with SIOSCOPE_SEEDS=1 go test -run TestSeeds.
func FuzzRecords(f *testing.F) {
	f.Fuzz(func(t *testing.T, log string, script []byte) {
		pieces := pieces(script)
		checkSplits(t, log, pieces)
		late := &tlskeys.Keys{Grows: true}
		r := newReader(late)
		for _, p := range pieces {
			r.take(p)
		}
		late.AddLog([]byte(log))
		for i := 0; r.State().Ready != 0; i++ {
			if r.take(conn.Piece{}); i > len(pieces) {
				t.Fatal("there is no end of what is ready")
			}
		}
		if r.end(); late.Waiting() {
			t.Error("something waits behind the end")
		}
	})
}

func pieces(script []byte) (all []conn.Piece) {
	for _, turn := range convo.Decode(script) {
		all = append(all, conn.Piece{Dir: turn.Dir, Time: turn.At, Data: turn.Data, Gap: turn.Gap, Lost: turn.Lost})
	}
	return all
}

// TestSeeds writes the fuzzer's seeds, where it is asked to, and holds those that are there.
func TestSeeds(t *testing.T) {
	t.Parallel()
	const folder = "testdata/fuzz/FuzzRecords"
	if os.Getenv("SIOSCOPE_SEEDS") != "" {
		writeSeeds(t, folder)
	}
	names, _ := filepath.Glob(folder + "/*-talk")
	if len(names) < 4 {
		t.Fatalf("seeds: %v", names)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(b), "\n")
		log, _ := strconv.Unquote(strings.TrimSuffix(strings.TrimPrefix(lines[1], "string("), ")"))
		script, _ := strconv.Unquote(strings.TrimSuffix(strings.TrimPrefix(lines[2], "[]byte("), ")"))
		if got := read(keysOf(log), pieces([]byte(script))); !strings.HasPrefix(got.said[1], "HELLO") {
			t.Errorf("%s: %q %q", name, got.state.Reason, got.said[1])
		}
	}
}

func writeSeeds(t *testing.T, folder string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, suite := range map[string]uint16{"gcm": tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "cbc": tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
		"chacha": tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, "13": 0} {
		p := newGoPair()
		p.client.CurvePreferences = []tls.CurveID{tls.X25519}
		if suite != 0 {
			p.client.MaxVersion, p.client.CipherSuites = tls.VersionTLS12, []uint16{suite}
		}
		p.talk(t, "hello", " and", " more", " words", " to", " lose")
		all := p.tape.conns[0]
		for kind, ps := range map[string][]conn.Piece{"talk": all, "hole": drop(all, fact.In, length(all, fact.In)-150, 50)} {
			var turns []convo.Turn
			for _, q := range ps {
				turns = append(turns, convo.Turn{Dir: q.Dir, Data: q.Data, Gap: q.Gap, Lost: q.Lost})
			}
			seed := fmt.Sprintf("go test fuzz v1\nstring(%q)\n[]byte(%q)\n", p.log.String(), convo.Encode(turns))
			if err := os.WriteFile(filepath.Join(folder, name+"-"+kind), []byte(seed), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// FuzzKeyLog: no key log panics, and one that is read while it grows gives what it gives as a whole.
func FuzzKeyLog(f *testing.F) {
	r := strings.Repeat("ab", 32)
	f.Add("CLIENT_RANDOM " + r + " " + strings.Repeat("cd", 48) + "\r\n# a comment\n\nSERVER_TRAFFIC_SECRET_0 " + r + " " + r)
	f.Add("RSA Session-ID:" + r + " Master-Key:" + strings.Repeat("cd", 48) + "\nRSA 0011223344556677 " + r + "\n")
	f.Add(strings.Repeat("x", 10_000) + "\nCLIENT_EARLY_TRAFFIC_SECRET " + r + " " + r + "\nEXPORTER_SECRET " + r + " " + r)
	path := filepath.Join(f.TempDir(), "keys.log")
	f.Fuzz(func(t *testing.T, log string) {
		whole := keysOf(log)
		for _, cut := range []int{len(log) / 2, len(log)} {
			if err := os.WriteFile(path, []byte(log[:cut]), 0o600); err != nil {
				t.Fatal(err)
			}
			var file tlskeys.Keys
			l := tlskeys.Log{Path: path}
			if err := l.Read(&file); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(log), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := l.Read(&file); err != nil {
				t.Fatal(err)
			}
			if file.Count() < whole.Count() { // a last line that lacks its end counts, too
				t.Errorf("cut at %d: %d keys, %d as a whole", cut, file.Count(), whole.Count())
			}
		}
	})
}

// TestBounds: connections that wait for keys cost no more than they may, and endless logs no more than their limit.
func TestBounds(t *testing.T) {
	p := newGoPair()
	p.talk(t, "hello")
	hellos := p.tape.conns[0][:2]
	keys := &tlskeys.Keys{Grows: true}
	segment := make([]byte, 1400)
	copy(segment, "\x17\x03\x03\x40\x00")
	before := heap()
	var open []*reader
	for range 300 {
		r := newReader(keys)
		for _, h := range hellos {
			r.take(h)
		}
		for range 1000 { // 1.4 MB each
			r.take(conn.Piece{Dir: fact.In, Time: 9, Data: segment})
		}
		open = append(open, r)
	}
	if grew := heap() - before; grew > 100<<20 {
		t.Errorf("420 MB that wait for keys cost %d MB", grew>>20)
	}
	first, last := open[0].State(), open[len(open)-1].State()
	if first.Wait || first.Reason != "no key" || !last.Wait {
		t.Errorf("the first is %+v, the last %+v", first, last)
	}
	runtime.KeepAlive(open)

	keys = new(tlskeys.Keys)
	line := []byte("CLIENT_RANDOM " + strings.Repeat("00", 32) + " " + strings.Repeat("cd", 48) + "\n")
	before = heap()
	for i := range uint64(300_000) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], i)
		copy(line[14:], fmt.Sprintf("%x", n))
		keys.AddLog(line)
	}
	if grew := heap() - before; grew > 120<<20 {
		t.Errorf("300,000 keys cost %d MB", grew>>20)
	}
	runtime.KeepAlive(keys)
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
