package http1_test

import (
	"flag"
	"fmt"
	"testing"

	"sioscope/internal/convo"
	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

var update = flag.Bool("update", false, "rewrite what the conversations want")

func TestConversations(t *testing.T) {
	t.Parallel()
	convo.Suite{Folder: "testdata/conversations", Update: *update, Play: play(new(http1.Options), false)}.Run(t)
}

func TestJoined(t *testing.T) {
	t.Parallel()
	convo.Suite{Folder: "testdata/joined", Update: *update, Play: play(new(http1.Options), true)}.Run(t)
}

// play reads a connection, and what it turns into as malformed bytes, so that they are seen in the facts.
func play(opt *http1.Options, join bool) convo.Play {
	return func(turns []convo.Turn, emit fact.Emit) {
		c := http1.New(new(fact.Conn), opt)
		if join {
			c.Join(true)
		}
		var after [2][]byte
		switched := false
		check := func() {
			if s := c.Switched(); s != nil && !switched {
				switched = true
				emit(&fact.Malformed{What: fmt.Sprintf("switched: %+v flipped=%v", *s, c.Flipped())})
				for d := range after {
					for _, h := range c.Held(fact.Dir(d)) {
						after[d] = append(after[d], h.Data...)
					}
				}
			}
		}
		for _, turn := range turns {
			switch {
			case c.Switched() != nil:
				after[turn.Dir] = append(after[turn.Dir], turn.Data...)
			case turn.Gap:
				c.Gap(turn.Dir, turn.At, turn.Lost, emit)
				check()
			default:
				p := append([]byte(nil), turn.Data...)
				rest := c.Write(turn.Dir, turn.At, p, emit)
				check()
				after[turn.Dir] = append(after[turn.Dir], rest...)
				for i := range p {
					p[i] = '!'
				}
			}
		}
		c.Close(1e12, emit)
		check()
		for d := range after {
			if len(after[d]) > 0 {
				emit(&fact.Malformed{Dir: fact.Dir(d), What: "rest", Sample: after[d]})
			}
		}
	}
}

func FuzzConn(f *testing.F) {
	convo.Seeds(f, "testdata/conversations")
	opt := &http1.Options{MaxHead: 300, MaxBody: 50, MaxDecoded: 100}
	f.Fuzz(func(t *testing.T, script []byte) {
		turns := convo.Decode(script)
		for _, join := range []bool{false, true} {
			play := play(opt, join)
			convo.CheckSplits(t, turns, convo.Facts(turns, play), play)
		}
	})
}
