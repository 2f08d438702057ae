package conn_test

import (
	"flag"
	"net/netip"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/conn"
	"sioscope/protocol/fact"
)

var update = flag.Bool("update", false, "rewrite what the conversations want")

func TestConversations(t *testing.T) {
	t.Parallel()
	convo.Suite{Folder: "testdata/conversations", Update: *update, Play: play(true)}.Run(t)
}

// What a capture joined late is told from how TCP segments begin, so these are not split.
func TestJoined(t *testing.T) {
	t.Parallel()
	convo.Suite{Folder: "testdata/joined", Update: *update, Whole: true, Play: play(false)}.Run(t)
}

// play decodes a connection; without its SYN, who is the client is a guess.
func play(syn bool) convo.Play {
	return func(turns []convo.Turn, emit fact.Emit) {
		opt := new(conn.Options) // one goroutine's: the tests are parallel
		of := &fact.Conn{ID: 1, Guessed: !syn,
			Client: netip.MustParseAddrPort("10.0.0.1:50000"), Server: netip.MustParseAddrPort("10.0.0.2:80")}
		c := conn.New(of, opt)
		c.Open(1e5, syn)
		opened := map[*fact.Conn]bool{}
		check := func(f fact.Fact) {
			of := convo.Of(f)
			if _, ok := f.(*fact.Opened); ok == opened[of] {
				panic("opened twice, or not first")
			}
			opened[of] = true
			if of.ID < 1 || of.ID > len(opened) {
				panic("a wrong ID")
			}
			emit(f)
		}
		for _, turn := range turns {
			if turn.Gap {
				c.Gap(turn.Dir, turn.At, turn.Lost, check)
				continue
			}
			p := append([]byte(nil), turn.Data...)
			c.Write(turn.Dir, turn.At, p, check)
			for i := range p {
				p[i] = '!'
			}
		}
		c.Close(1e12, check)
	}
}
