package ui

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/walk"
)

// many is a source of sessions on polling: each has its connections, on which its polls go round in turn.
type many struct {
	sessions, conns, polls int
	apart, every           int64 // ns between sessions, and between polls
	path, packet           string
}

func (m many) Run(_ context.Context, emit fact.Emit) error {
	const t0 = int64(1_700_000_000_000_000_000)
	for i := range m.sessions {
		at := t0 + int64(i)*m.apart
		var conns []*fact.Conn
		for k := range m.conns {
			client := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), uint16(40000+k))
			c := &fact.Conn{ID: i*m.conns + k + 1, Client: client, Server: netip.MustParseAddrPort("10.0.0.1:80")}
			conns = append(conns, c)
			emit(&fact.Opened{Conn: c, Time: at, SYN: true})
		}
		sid := fmt.Sprintf("%016dAA%02X", i, i%256)
		m.exchange(emit, conns[0], 1, at, "", `0{"sid":"`+sid+`","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}`)
		for k := range m.polls {
			m.exchange(emit, conns[k%m.conns], k/m.conns+2, at+int64(k+1)*m.every, "&sid="+sid, m.packet)
		}
	}
	return nil
}

func (m many) exchange(emit fact.Emit, c *fact.Conn, n int, at int64, sid, body string) {
	emit(&fact.Request{Conn: c, Exchange: n, Start: at, End: at, Method: "GET", Target: m.path + "?EIO=4&transport=polling" + sid})
	emit(&fact.Response{Conn: c, Exchange: n, Start: at + m.every/2, End: at + m.every/2, Status: 200, Body: []byte(body),
		Header: fact.Header("Content-Type: text/plain; charset=UTF-8\r\n")})
}

func TestExtremes(t *testing.T) {
	hostile := "42[\"\u202eevil\\u0000\x1b[31m" + strings.Repeat("日本", 40) + "\u200b\u0300" + strings.Repeat("x", 5000) + "\",1]"
	for _, tt := range []struct {
		name string
		many many
	}{
		{"10,000 sessions", many{10_000, 1, 2, 1e6, 1e6, "/socket.io/", "6"}},
		{"50 connections", many{2, 50, 200, 1e9, 1e7, "/socket.io/", "6"}},
		{"one long session", many{1, 1, 100_000, 0, 1e5, "/socket.io/", "6"}},
		{"a day with bursts", many{3, 1, 500, 12 * 3600e9, 10_000, "/socket.io/", "6"}},
		{"hostile text", many{3, 1, 5, 1e9, 1e8, "/" + strings.Repeat("very-long-", 60) + "/", hostile}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u := open(t)
			u.w.Fyne().Resize(fyne.NewSize(1440, 900))
			u.w.read(tt.name, tt.many)
			u.w.Present()
			u.picture()
			u.w.with(func(tr *session.Tracker, _ *store.State) {
				if len(tr.Sessions) != tt.many.sessions || len(tr.Sessions[0].Conns) != tt.many.conns {
					t.Fatalf("%d sessions, the first with %d connections", len(tr.Sessions), len(tr.Sessions[0].Conns))
				}
			})
			u.w.SelectSession(int32(tt.many.sessions - 1))
			u.w.key(&fyne.KeyEvent{Name: fyne.KeyReturn})
			u.w.firstRow()
			u.w.key(&fyne.KeyEvent{Name: fyne.KeyEnd})
			for range 60 {
				u.w.rune('+')
			}
			walk.Draw(u.w.win.Canvas())
			if chosen := u.w.table.step(0); chosen < 0 || u.w.about.row != chosen {
				t.Errorf("row %d is selected, the table says %d", u.w.about.row, chosen)
			}
			u.clean()
			for range 10 {
				u.w.rune('-')
			}
			u.w.detail.tabs.SelectIndex(1)
			walk.Draw(u.w.win.Canvas())
		})
	}
}

// clean fails where a control character, or one that turns the direction of writing, is shown.
func (u user) clean() {
	u.Helper()
	texts := []string{u.w.detail.title.full, u.w.tools.name.full}
	for _, s := range u.w.detail.meaning.segments() {
		texts = append(texts, s.Textual())
	}
	for _, c := range u.cells() {
		texts = append(texts, c.What, c.Packet, c.SocketIO)
		if len(texts) > 100 {
			break
		}
	}
	for _, l := range u.w.detail.tree.lines {
		texts = append(texts, l.Text)
	}
	for _, s := range texts {
		if i := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x202e }); i >= 0 {
			u.Errorf("shown is %q", s[max(i-10, 0):min(i+20, len(s))])
		}
	}
}
