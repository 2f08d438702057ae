package compare

import (
	"fmt"
	"slices"
	"strings"

	"sioscope/protocol/engineio"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/protocol/stats"
)

// Properties of server, client and connections.

func spokenOf(f *facts) value {
	var t tally
	for _, s := range f.Tracker.Sessions {
		if s.EIO != 0 {
			t.add(digit(s.EIO), digit(s.EIO))
		}
	}
	return f.tell(t)
}

// dialectOf is the server's implementation, as its open packets and errors tell.
func dialectOf(f *facts) value {
	var t tally
	for _, s := range f.Tracker.Sessions {
		if d := s.Open.Dialect(); d != engineio.UnknownDialect {
			t.add(d.String(), d.String())
		}
	}
	for _, e := range f.outer {
		if e.HasError && e.Error.Dialect != engineio.UnknownDialect {
			t.add(e.Error.Dialect.String(), e.Error.Dialect.String())
		}
	}
	return f.listed(t)
}

// opens tallies what open packets say.
func opens(f *facts, say func(*engineio.Handshake) string) value {
	var t tally
	for _, s := range f.Tracker.Sessions {
		if s.Open.SID != "" {
			if text := say(&s.Open); text != "" {
				t.add(text, text)
			}
		}
	}
	return f.tell(t)
}

func offeredOf(f *facts) value {
	// an open packet over WebSocket offers nothing more
	var t tally
	for _, s := range f.Tracker.Sessions {
		if s.Open.SID == "" || s.Upgrade == session.UpgradeDirect {
			continue
		}
		text := strings.Join(s.Open.Upgrades, ", ")
		if text == "" {
			text = f.S("none")
		}
		t.add(text, text)
	}
	return f.tell(t)
}

func pingIntervalOf(f *facts) value {
	return opens(f, func(h *engineio.Handshake) string { return milliseconds(h.PingInterval) })
}

func pingTimeoutOf(f *facts) value {
	return opens(f, func(h *engineio.Handshake) string { return milliseconds(h.PingTimeout) })
}

func milliseconds(n int64) string {
	switch {
	case n <= 0:
		return ""
	case n%1000 == 0:
		return fmt.Sprintf("%d s", n/1000)
	}
	return fmt.Sprintf("%d ms", n)
}

func maxPayloadOf(f *facts) value {
	return opens(f, func(h *engineio.Handshake) string {
		if h.MaxPayload == 0 {
			return ""
		}
		return f.S("%d bytes", lang.Amount(h.MaxPayload))
	})
}

// clientOf is what clients call themselves, in a word.
func clientOf(f *facts) value {
	var t tally
	for _, e := range f.outer {
		if e.Method == "" {
			continue
		}
		name, _, _ := strings.Cut(e.Request.UserAgent, "/")
		switch {
		case e.Request.UserAgent == "":
			name = f.S("no User-Agent")
		case strings.HasPrefix(e.Request.UserAgent, "Mozilla/"):
			name = f.S("browser")
		}
		t.add(name, name)
	}
	return f.listed(t)
}

func encryptionOf(f *facts) value {
	var t tally
	for _, c := range f.Tracker.Conns {
		switch {
		case c.Inner:
		case c.TLS != nil && c.TLS.Version != "":
			t.add(c.TLS.Version, "TLS "+c.TLS.Version)
		case c.TLS != nil:
			t.add("TLS", "TLS")
		case len(c.Exchanges) > 0:
			t.add("none", f.S("none"))
		}
	}
	return f.listed(t)
}

func httpOf(f *facts) value {
	var t tally
	for _, e := range f.outer {
		if p := e.Request.Proto; p != "" {
			t.add(p, strings.TrimPrefix(p, "HTTP/"))
		}
	}
	return f.listed(t)
}

func deflateOf(f *facts) value {
	var t tally
	for _, e := range f.asks {
		if !e.Switched() || e.SecondAnswer != 0 {
			continue
		}
		name, _, _ := strings.Cut(e.Response.Extensions, ";")
		if name = strings.TrimSpace(name); name == "" {
			name = f.S("none")
		}
		t.add(name, name)
	}
	return f.listed(t)
}

// codingOf is the content coding of polls' answers; short ones are sent as they are by any server.
func codingOf(f *facts) value {
	var t tally
	polls := false
	for _, e := range f.outer {
		if e.Kind != session.Poll || e.Status != 200 {
			continue
		}
		polls = true
		if c := e.Response.Coding; c != "" && c != "identity" {
			t.add(c, c)
		}
	}
	if polls && len(t) == 0 {
		return said(f.S("none"))
	}
	return f.listed(t)
}

// reuseOf tells whether connections carry more than one request.
func reuseOf(f *facts) value {
	var per []int64
	seen := map[*session.Conn]bool{}
	for _, e := range f.outer {
		if c := e.Conn; c.WebSocket == nil && c.Over == nil && !seen[c] {
			seen[c] = true
			per = append(per, int64(max(c.Requests, 1)))
		}
	}
	if len(per) == 0 {
		return value{}
	}
	slices.Sort(per)
	n := per[len(per)/2] // a number that was seen
	if n == 1 {
		return value{text: f.S("%d (on %s)", 1, f.Count(len(per), "connection")), key: "new"}
	}
	return value{text: f.S("%d (on %s)", n, f.Count(len(per), "connection")), key: "kept"}
}

func upgradeTimeOf(f *facts) value {
	var list []int64
	for _, s := range f.Tracker.Sessions {
		if took, ok := s.UpgradeTime(); ok && took > 0 {
			list = append(list, took)
		}
	}
	return measured(list)
}

// answerTimeOf leaves polls out, which wait for something to say.
func answerTimeOf(f *facts) value {
	var list []int64
	for _, e := range f.outer {
		if (e.Kind == session.Handshake || e.Kind == session.Post) && e.TransportParam == "polling" && e.Start != 0 && e.Answered > e.Start {
			list = append(list, e.Answered-e.Start)
		}
	}
	return measured(list)
}

func measured(list []int64) value {
	if len(list) == 0 {
		return value{}
	}
	slices.Sort(list)
	ns := stats.Median(list)
	return value{text: span(ns), ns: ns}
}

func closesOf(f *facts) value {
	var t tally
	for _, s := range f.Tracker.Sessions {
		if s.Closed == 0 {
			t.add("open", f.S("still open"))
			continue
		}
		text := session.Side(f.Words, s.Close.By)
		if s.Close.By == "unknown" || s.Close.By == "" {
			text = f.S("not known")
		}
		if s.Close.Reason != "" {
			text = f.S("%s: %s", text, s.Close.Why(f.Words))
		}
		t.add(text, text)
	}
	return f.tell(t)
}
