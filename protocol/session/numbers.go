package session

import (
	"slices"

	"sioscope/protocol/fact"
)

// Sessions, exchanges, connections and rows have numbers that stay theirs. While nothing was let go of they are indices;
// later their places are searched for. What is gone is given as one of which nothing is known, so that who holds a number
// need not ask.

// SessionAt is the session with a number (Session.Index, Row.Session).
func (t *Tracker) SessionAt(i int32) *Session {
	if at, ok := place(t.Sessions, int(i), func(s *Session) int { return s.Index }); ok {
		return t.Sessions[at]
	}
	return &Session{Index: -1, Node: -1}
}

// HasSession says whether the session with a number is still there.
func (t *Tracker) HasSession(i int32) bool {
	_, ok := place(t.Sessions, int(i), func(s *Session) int { return s.Index })
	return ok
}

// ExchangeAt is the exchange with a number (Exchange.Index, Row.Exchange).
func (t *Tracker) ExchangeAt(i int32) *Exchange {
	if at, ok := place(t.Exchanges, int(i), func(e *Exchange) int { return e.Index }); ok {
		return t.Exchanges[at]
	}
	e := &Exchange{Index: -1, Conn: t.ConnAt(-1), Node: -1}
	e.Request.RequestFields, e.Response.ResponseFields = &t.noRequest, &t.noResponse
	return e
}

// ConnAt is the connection with a number (its ID - 1, Row.Conn).
func (t *Tracker) ConnAt(i int32) *Conn {
	if at, ok := t.connPlace(int(i) + 1); ok {
		return t.Conns[at]
	}
	return goneConn(int(i) + 1)
}

// connPlace is where in Conns the connection with an ID is, or would be.
func (t *Tracker) connPlace(id int) (int, bool) {
	n := len(t.Conns)
	if n > 0 && t.Conns[n-1].ID == n { // all are there
		return max(id-1, 0), 0 < id && id <= n
	}
	return slices.BinarySearchFunc(t.Conns, id, func(c *Conn, id int) int { return c.ID - id })
}

// LastConn is the highest ID of a connection.
func (t *Tracker) LastConn() int { return max(t.conns, len(t.Conns)) }

// RowAt is the row with a number (Session.Rows).
func (t *Tracker) RowAt(i int32) *Row {
	if at := int(i) - int(t.FirstRow); 0 <= at && at < len(t.Rows) {
		return &t.Rows[at]
	}
	return &Row{Session: -1, Conn: -1, Exchange: -1, ID: -1}
}

// place is where the one with a number is in a list in their order, in which none or some are missing.
func place[T any](list []T, number int, of func(T) int) (int, bool) {
	if 0 <= number && number < len(list) && of(list[number]) == number {
		return number, true
	}
	if len(list) == 0 || number < 0 {
		return 0, false
	}
	last := number - of(list[0]) // no further back: numbers are missing, and none is twice
	list = list[:min(max(last+1, 0), len(list))]
	return slices.BinarySearchFunc(list, number, func(v T, number int) int { return of(v) - number })
}

// goneConn stands for a connection that is gone.
func goneConn(id int) *Conn { return &Conn{Conn: &fact.Conn{ID: id}, ClosedBy: "unknown"} }

// SessionsFrom are the sessions whose numbers are n or higher.
func (t *Tracker) SessionsFrom(n int) []*Session {
	return from(t.Sessions, n, func(s *Session) int { return s.Index })
}

// ExchangesFrom are the exchanges whose numbers are n or higher.
func (t *Tracker) ExchangesFrom(n int) []*Exchange {
	return from(t.Exchanges, n, func(e *Exchange) int { return e.Index })
}

func from[T any](list []T, n int, number func(T) int) []T {
	i, _ := slices.BinarySearchFunc(list, n, func(v T, n int) int { return number(v) - n })
	return list[i:]
}
