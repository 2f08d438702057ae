package session

import (
	"testing"

	"sioscope/protocol/fact"
)

// TestClients: what a check tried is told from what clients did, and the nodes have the sessions of those alone.
func TestClients(t *testing.T) {
	t.Parallel()
	var all Tracker
	at := int64(1)
	ask := func(conn int, agent, origin, answer string) {
		c := &fact.Conn{ID: conn}
		all.Add(&fact.Opened{Conn: c, Time: at, SYN: true})
		header := fact.Header("User-Agent: " + agent + "\r\n")
		if origin != "" {
			header = fact.Header(string(header) + "Origin: " + origin + "\r\n")
		}
		all.Add(&fact.Request{Conn: c, Exchange: 1, Start: at, End: at, Method: "GET", Target: "/socket.io/?EIO=4&transport=polling", Proto: "HTTP/1.1", Header: header})
		r := &fact.Response{Conn: c, Exchange: 1, Start: at, End: at, Status: 403, Body: []byte(`{"code":4,"message":"no"}`)}
		if answer != "" {
			r.Status, r.Body = 200, []byte(`0{"sid":"`+answer+`","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
		}
		all.Add(r)
		at += 1e6
	}
	ask(1, "curl/8", "", "lv_VI97HAXpY6yYWAAAC")
	ask(2, "curl/8", "", "")
	all.Finish()
	if all.Clients() != &all {
		t.Error("something is left out where no check was")
	}
	ask(3, TrialAgent("messages"), "", "lv_VI97HAXpY6yYWAAAD")
	ask(4, TrialAgent("versions"), "", "")
	ask(5, "my own", ForeignOrigin, "lv_VI97HAXpY6yYWAAAE") // of a check that was given a User-Agent
	all.Finish()
	p := all.Clients()
	if len(p.Sessions) != 1 || len(p.Refused) != 1 || len(p.Exchanges) != 2 || sessionsOn(p) != 1 || len(p.Notes) != 1 {
		t.Errorf("%d sessions, %d refused, %d exchanges, %d sessions of nodes, notes %v", len(p.Sessions), len(p.Refused), len(p.Exchanges), sessionsOn(p), p.Notes)
	}
	if p.Clients() != p || len(all.Sessions) != 3 || sessionsOn(&all) != 3 || len(all.Notes) != 0 {
		t.Error("the whole was changed, or its part is taken apart again")
	}
	all.Options.Trials = true
	if all.Clients() != &all {
		t.Error("the check's own is left out where it is asked for")
	}
}
