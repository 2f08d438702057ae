package extract

import (
	"sioscope/capture/scrub"
	"sioscope/protocol/fact"
)

// Packets is what is chosen of a TCP connection of the captures, nil where nothing is.
func (c *Choice) Packets() map[int]*scrub.Choice {
	places := map[int]*scrub.Choice{}
	for _, p := range c.conns {
		place := p.conn.TCP().Place
		if place == 0 {
			continue
		}
		if had := places[place]; had != nil { // streams of one connection
			had.Socket = had.Socket || p.packets.Socket
			continue
		}
		places[place] = p.packets
	}
	return places
}

// Unpacked says whether some of it comes from HAR files, which have no packets.
func (c *Choice) Unpacked() bool {
	for _, p := range c.conns {
		if p.conn.TCP().Place == 0 {
			return true
		}
	}
	return false
}

// Facts passes on the facts that are chosen.
func (c *Choice) Facts(emit fact.Emit) fact.Emit {
	whole := map[*fact.Conn]bool{} // of which a stream is chosen
	for _, p := range c.conns {
		if p.conn.Over != nil {
			whole[p.conn.Over] = true
		}
	}
	about := func(conn *fact.Conn) bool { return c.conns[conn.ID] != nil || whole[conn] }
	has := func(conn *fact.Conn, exchange int) bool {
		p := c.conns[conn.ID]
		return p != nil && (p.exchanges[exchange] || exchange == 0 && p.packets.Socket)
	}
	return func(f fact.Fact) {
		keep := true
		switch f := f.(type) {
		case *fact.Request:
			keep = has(f.Conn, f.Exchange) || c.conns[f.Conn.ID] != nil && f.Method == "CONNECT" && f.Protocol == ""
		case *fact.Response:
			keep = has(f.Conn, f.Exchange)
		case *fact.Reset:
			keep = has(f.Conn, f.Exchange)
		case *fact.Message:
			keep = has(f.Conn, f.Exchange)
		case *fact.Opened:
			keep = about(f.Conn)
		case *fact.Missing:
			keep = about(f.Conn)
		case *fact.Malformed:
			keep = about(f.Conn)
		case *fact.TLS:
			keep = about(f.Conn)
		case *fact.Closed:
			keep = about(f.Conn)
		}
		if keep {
			emit(f)
		}
	}
}
