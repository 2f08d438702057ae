package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/plain"
)

// A diary writes a line for each thing that happens to a session, as it happens: opened, moved to WebSocket, refused,
// over. It is for many sessions and few words; packets have no line.
type diary struct {
	w     io.Writer
	now   func() time.Time
	began int64

	mu        sync.Mutex
	tracker   *session.Tracker
	past      *diagnose.Past
	sessions  int                         // numbers of the tracker's from which on none has an entry or had one
	exchanges int                         // likewise
	live      map[*session.Session]*entry // sessions that are not over
	order     []*session.Session          // the same, by number
	waiting   []*session.Exchange         // requests without an answer
}

// An entry is what was written of a session.
type entry struct {
	moved  bool
	failed int // probes
	lost   bool
}

// add takes a fact.
func (d *diary) add(f fact.Fact) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tracker.Add(f)
	d.past.Relieve(d.tracker)
	switch f.(type) {
	case *fact.Response, *fact.Message, *fact.Closed:
		d.look()
	}
}

// look writes what is new.
func (d *diary) look() {
	t := d.tracker
	for _, s := range t.SessionsFrom(d.sessions) {
		d.sessions = s.Index + 1
		d.order = append(d.order, s)
		d.live[s] = &entry{moved: s.Upgrade == session.UpgradeDirect}
		d.line(s.Opened, s.Client.Addr().String(), s.SID, "opened on "+s.Transport().String())
	}
	for _, e := range t.ExchangesFrom(d.exchanges) {
		d.exchanges = e.Index + 1
		d.waiting = append(d.waiting, e)
	}
	waiting := d.waiting
	d.waiting = d.waiting[:0]
	for _, e := range waiting {
		if at, _ := e.Cut(); e.Status == 0 && at == 0 {
			d.waiting = append(d.waiting, e)
			continue
		}
		d.answered(e)
	}
	for _, s := range d.order {
		d.changed(s, d.live[s])
	}
	d.order = slices.DeleteFunc(d.order, func(s *session.Session) bool { return d.live[s] == nil || !t.HasSession(int32(s.Index)) })
}

// answered writes of a request that was refused, or was answered with another client's session.
func (d *diary) answered(e *session.Exchange) {
	s, what := e.Session, ""
	switch n := d.live[s]; {
	case e.SID == "" && e.Status >= 400:
		what = "refused: " + said(e)
	case e.GotSID != "" && s != nil && e != s.Exchanges[0] && e.Kind == session.Handshake:
		what = "given the session of another client"
	case n == nil || n.lost:
	case e.Kind == session.UpgradeRequest && !e.Switched() && e.Status != 0:
		what = "WebSocket refused: " + said(e) + "; it stays on polling"
	case (e.Kind == session.Poll || e.Kind == session.Post) && e.Status >= 400:
		n.lost = true
		what = strings.ToLower(e.Kind.String()) + " refused: " + said(e) + "; the session is lost"
	}
	if what == "" {
		return
	}
	sid := e.SID
	if sid == "" {
		sid = e.GotSID
	}
	d.line(max(e.End, e.Answered), e.Conn.Client.Addr().String(), sid, what)
}

// changed writes of a session that moved, failed to, or is over.
func (d *diary) changed(s *session.Session, n *entry) {
	client := s.Client.Addr().String()
	if s.UpgradedAt != 0 && !n.moved {
		n.moved = true
		d.line(s.UpgradedAt, client, s.SID, "moved to WebSocket after "+brief(s.UpgradedAt-s.Opened))
	}
	for ; n.failed < len(s.Probes) && s.Probes[n.failed].Failed != 0; n.failed++ {
		if p := s.Probes[n.failed]; p.Exchange != nil && p.Exchange.Switched() && p.Pong == 0 && p.Failed-p.Answered > 500e6 {
			d.line(p.Failed, client, s.SID, "WebSocket accepted, and nothing came through it for "+brief(p.Failed-p.Answered))
		}
	}
	if s.Closed == 0 {
		return
	}
	delete(d.live, s)
	if !n.lost {
		d.line(s.Closed, client, s.SID, "over after "+brief(s.Lasted())+", by the "+s.Close.By+": "+s.Close.Reason)
	}
}

// said is what an answer said: status, and the error where it names one.
func said(e *session.Exchange) string {
	text := fmt.Sprint(e.Status)
	if e.HasError && e.Error.Message != "" {
		text += fmt.Sprintf(" %q", plain.Text(e.Error.Message))
	} else if e.Reason != "" {
		text += " " + plain.Text(e.Reason)
	}
	return text
}

func brief(ns int64) string {
	if ns < 1e9 {
		return fmt.Sprintf("%.0f ms", float64(max(ns, 0))/1e6)
	}
	return fmt.Sprintf("%.1f s", float64(ns)/1e9)
}

// say writes a line of the program's own.
func (d *diary) say(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fmt.Fprintf(d.w, "%9.3f s  %s\n", float64(d.now().UnixNano()-d.began)/1e9, plain.Text(text))
}

func (d *diary) line(at int64, client, sid, what string) {
	fmt.Fprintf(d.w, "%9.3f s  %-10s %-20s  %s\n", float64(max(at-d.began, 0))/1e9, client, plain.Text(sid), plain.Text(what))
}
