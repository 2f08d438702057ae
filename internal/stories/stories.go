// Package stories lets tests tell what went over which connections in a few lines, and what must be said of it. It is
// for tests alone.
//
// A file of stories is a txtar archive, a story a section:
//
//	1 > GET TARGET [BODY] | Field: value | …    a request on connection 1 (1@10.0.0.9:80: to that server)
//	1 < 400 GONE, 1 < 400 GONE(41)              its body is not in the source; it was JSON of 41 bytes
//	h1 …, h1/3 …                                over HTTP/2, over a stream of it that a CONNECT makes a connection of its own
//	h1 gaveup client 2                          its second request is ended by RST_STREAM
//	1 > POST TARGET LONG                        one with a body of a good thousand bytes
//	1 > GET TARGET FAILED(WHY)                  one of which a log says why it was never answered
//	1 < STATUS BODY | Field: value | …          its answer; HTML, EMPTY, OPEN(sid), NOUPGRADES(sid), UNKNOWN for bodies
//	1 out TEXT, 1 in TEXT                       a WebSocket message; CLOSE or CLOSE1009 for a Close frame
//	1 end client, 1 end server, 1 reset server  the connection ends; 1 refused server: at once
//	1 over                                      it ends, as a log tells of it
//	+30s                                        time passes; every line takes 10 ms anyway
//	1 missing 12                                bytes of it are not in the capture
//	1 malformed in WHAT                         bytes of it could not be read
//	1 from 10.9.9.8                             its client's address, before anything else of it
//	gaps 3, encrypted 2, quic 5                 what the capture lacks
//	# truth: ID, ID; # truth: none              what was done, where it is not what must be said and is no info
//	= STATE: id/severity, …                     the verdict and all findings, worst first
//	~ WORDS                                     the verdict's summary, title or cause or a finding's title has these words, or it is "healthy: true"
//	! WORDS                                     none of them has
//	? CONFIDENCE                                that of the first finding
package stories

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"
)

// A Story is a section of a file: the lines to be played, and what they must come to.
type Story struct {
	File, Name string
	Lines      []string
	Want       string   // behind "= "
	Words, Not []string // behind "~ " and "! "
	Confidence string   // behind "? "
	Truth      []string // ids of what was done, nil where nothing is wrong
}

// Read reads the stories of all files that match a pattern.
func Read(pattern string) ([]Story, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var all []Story
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for _, f := range txtar.Parse(b).Files {
			s := parse(string(f.Data))
			s.File, s.Name = filepath.Base(name), f.Name
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no stories in %s", pattern)
	}
	return all, nil
}

func parse(text string) Story {
	var s Story
	truth := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		sign, rest, _ := strings.Cut(line, " ")
		switch sign {
		case "":
		case "=":
			s.Want = rest
		case "~":
			s.Words = append(s.Words, rest)
		case "!":
			s.Not = append(s.Not, rest)
		case "?":
			s.Confidence = rest
		case "#":
			if id, ok := strings.CutPrefix(rest, "truth: "); ok {
				truth = id
			}
		default:
			s.Lines = append(s.Lines, line)
		}
	}
	switch truth {
	case "none":
	case "":
		s.Truth = wanted(s.Want)
	default:
		s.Truth = strings.Split(truth, ", ")
	}
	return s
}

// wanted are the ids that must be said and are no info: nil where there are none.
func wanted(want string) []string {
	_, list, _ := strings.Cut(want, ": ")
	var ids []string
	for _, w := range strings.Split(list, ", ") {
		if id, severity, _ := strings.Cut(w, "/"); id != "" && severity != "info" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Play plays all lines of a story, and finishes the tracker.
func (s Story) Play() (*Stage, error) {
	st := New()
	for _, line := range s.Lines {
		if err := st.Play(line); err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
	}
	st.Finish()
	return st, nil
}
