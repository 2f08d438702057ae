package tlskeys_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

// many are words that make many records of all sizes.
func many() (all []string) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 30 {
		all = append(all, fmt.Sprintf("<%d>", i)+strings.Repeat("abcdefgh", 1+r.IntN(1<<r.IntN(12))))
	}
	return all
}

// drop takes n bytes from a direction, from some position on, as lost segments do.
func drop(pieces []conn.Piece, dir fact.Dir, from, n int) (out []conn.Piece) {
	pos, told := 0, false
	for _, p := range pieces {
		if p.Dir != dir {
			out = append(out, p)
			continue
		}
		start, end := pos, pos+len(p.Data)
		pos = end
		if end <= from || start >= from+n {
			out = append(out, p)
			continue
		}
		before, after := p, p
		before.Data = p.Data[:max(0, from-start)]
		after.Data = p.Data[min(len(p.Data), from+n-start):]
		if len(before.Data) > 0 {
			out = append(out, before)
		}
		if !told {
			told = true
			out = append(out, conn.Piece{Dir: dir, Time: p.Time, Gap: true, Lost: int64(n)})
		}
		if len(after.Data) > 0 {
			out = append(out, after)
		}
	}
	return out
}

func length(pieces []conn.Piece, dir fact.Dir) (n int) {
	for _, p := range pieces {
		if p.Dir == dir {
			n += len(p.Data)
		}
	}
	return n
}

// where is the length of what a direction sent before its first byte of content.
func where(p *goPair, dir fact.Dir) int {
	pieces := p.tape.conns[0]
	keys := keysOf(p.log.String())
	r := newReader(keys)
	n := 0
	for _, q := range split(pieces, func(int) int { return 1 }) {
		if r.take(q); len(r.text.said[dir]) > 0 {
			return n
		}
		if q.Dir == dir {
			n++
		}
	}
	panic("no content")
}

var missing = regexp.MustCompile(`<(\d+) missing>`)

// fits reports whether got is want, but for the stretches that got says are missing. exact: their lengths are known.
func fits(got, want string, exact bool) bool {
	rest := want
	pos := 0
	for _, m := range missing.FindAllStringSubmatchIndex(got, -1) {
		part := got[pos:m[0]]
		if !strings.HasPrefix(rest, part) {
			return false
		}
		rest, pos = rest[len(part):], m[1]
		n, _ := strconv.Atoi(got[m[2]:m[3]])
		if pos == len(got) && n == 0 {
			return true // to the end
		}
		if n > len(rest) || exact && n == 0 {
			return false
		}
		if n == 0 { // what follows is found where it stands
			next := got[pos:]
			if i := strings.IndexByte(next, '<'); i >= 0 && missing.MatchString(next) {
				next = next[:missing.FindStringIndex(next)[0]]
			}
			n = strings.LastIndex(rest, next)
		}
		if n < 0 {
			return false
		}
		rest = rest[n:]
	}
	return rest == got[pos:]
}

// TestGaps: behind any hole the content goes on where it should, and where the cipher allows it is known how much is
// missing.
func TestGaps(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		suite uint16
		exact bool
	}{
		"1.2 GCM":    {tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, true},
		"1.2 ChaCha": {tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, true},
		"1.2 CBC":    {tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, false},
		"1.3":        {0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newGoPair()
			if tt.suite != 0 {
				p.client.MaxVersion, p.client.CipherSuites = tls.VersionTLS12, []uint16{tt.suite}
			}
			words := many()
			p.talk(t, words...)
			said := strings.Join(words, "")
			pieces, log := p.tape.conns[0], p.log.String()
			r := rand.New(rand.NewPCG(3, 4))
			starts := [2]int{where(p, fact.Out), where(p, fact.In)}
			for i := range 30 {
				dir := fact.Dir(i % 2)
				start, all := starts[dir], length(pieces, dir)
				if i%10 < 2 {
					start += 100 // a record under way at least was seen to begin
				}
				from := start + r.IntN(all-start-40)
				n := 1 + r.IntN(1<<(1+r.IntN(14)))
				n = min(n, all-from-40)
				cut := drop(pieces, dir, from, n)
				got := read(keysOf(log), cut)
				want := [2]string{said, strings.ToUpper(said)}
				if got.state.Reason != "" || got.said[dir.Other()] != want[dir.Other()] {
					t.Fatalf("%s, %d bytes from %d on: the other direction suffers: %q", dir, n, from, got.state.Reason)
				}
				if s := got.said[dir]; !fits(s, want[dir], tt.exact) || strings.Count(s, "missing>") > 1 && tt.exact || !tailSeen(s, want[dir]) {
					t.Errorf("%s, %d bytes from %d of %d on: got …%.300q", dir, n, from, all, s[max(0, strings.Index(s, "missing>")-100):])
				}
				if i < 3 {
					checkSplits(t, log, cut)
				}
			}
		})
	}
}

// tailSeen: whatever was lost, the last 100 bytes were not.
func tailSeen(got, want string) bool {
	return !strings.Contains(got, "missing>") || strings.HasSuffix(got, want[len(want)-2:]) || strings.HasSuffix(got, "missing>")
}

// size is the length of the record that p begins with.
func size(p []byte) int { return 5 + int(p[3])<<8 + int(p[4]) }

// TestGapInHandshake: what is lost before the first content costs nothing but itself.
func TestGapInHandshake(t *testing.T) {
	t.Parallel()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			t.Parallel()
			p := newGoPair()
			p.client.MaxVersion = version
			p.talk(t, words...)
			pieces, log, all := p.tape.conns[0], p.log.String(), strings.Join(words, "")
			end := where(p, fact.In)
			hello := size(pieces[1].Data)
			for from := hello; from < end-100; from += 7 {
				got := read(keysOf(log), drop(pieces, fact.In, from, 60))
				if got.state.Reason != "" || got.said[fact.Out] != all || !strings.HasSuffix(got.said[fact.In], strings.ToUpper(all)) {
					t.Errorf("60 bytes from %d of %d on: %q, out %d bytes, in %d: %.200q", from, end, got.state.Reason, len(got.said[0]), len(got.said[1]), got.said[1])
				}
			}
		})
	}
}

// TestDamage: a record that was changed on its way is missing, and nothing else.
func TestDamage(t *testing.T) {
	t.Parallel()
	p := newGoPair()
	p.talk(t, many()...)
	said := strings.Join(many(), "")
	pieces, log := p.tape.conns[0], p.log.String()
	for i := 10; i < len(pieces)-4; i++ {
		spoilt := slices.Clone(pieces)
		spoilt[i].Data = bytes.Clone(pieces[i].Data)
		spoilt[i].Data[len(spoilt[i].Data)-1] ^= 1
		got := read(keysOf(log), spoilt)
		want := [2]string{said, strings.ToUpper(said)}
		for d := range want {
			if !fits(got.said[d], want[d], true) {
				t.Errorf("piece %d, %s: %.100q", i, fact.Dir(d), got.said[d])
			}
		}
	}
}
