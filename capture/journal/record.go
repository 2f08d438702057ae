package journal

import (
	"encoding/json"

	"sioscope/protocol/fact"
)

// A record is a fact in the file: a line of JSON. Its connection is told by its number, and whole where it is opened.
type record struct {
	Kind   byte            `json:"k"`
	Conn   int             `json:"c,omitempty"`
	Over   int             `json:"o,omitempty"` // see fact.Conn, of an Opened
	Opened *fact.Conn      `json:"n,omitempty"`
	Fact   json.RawMessage `json:"f"`
}

// encode gives the record of a fact, nil where it is none that is kept, and whether it is one of those that are counted.
func encode(f fact.Fact) (line []byte, counts bool) {
	r := record{}
	var what any
	switch f := f.(type) {
	case *fact.Opened:
		c, of := *f.Conn, *f
		r.Kind, r.Opened, of.Conn = 'o', &c, nil
		if c.Over != nil {
			r.Over, c.Over = c.Over.ID, nil
		}
		what = of
	case *fact.Request:
		of := *f
		r.Kind, r.Conn, of.Conn, counts = 'q', f.Conn.ID, nil, true
		what = of
	case *fact.Response:
		of := *f
		r.Kind, r.Conn, of.Conn = 'a', f.Conn.ID, nil
		what = of
	case *fact.Reset:
		of := *f
		r.Kind, r.Conn, of.Conn = 'r', f.Conn.ID, nil
		what = of
	case *fact.Message:
		of := *f
		r.Kind, r.Conn, of.Conn, counts = 'm', f.Conn.ID, nil, true
		what = of
	case *fact.Malformed:
		of := *f
		r.Kind, r.Conn, of.Conn = 'x', f.Conn.ID, nil
		what = of
	case *fact.TLS:
		of := *f
		r.Kind, r.Conn, of.Conn = 't', f.Conn.ID, nil
		what = of
	case *fact.Closed:
		of := *f
		r.Kind, r.Conn, of.Conn = 'c', f.Conn.ID, nil
		what = of
	default:
		return nil, false
	}
	r.Fact, _ = json.Marshal(what) // of structs of texts and numbers
	line, err := json.Marshal(r)
	if err != nil {
		return nil, false
	}
	return append(line, '\n'), counts
}

// A reader makes facts of records again.
type reader struct {
	conns map[int]*fact.Conn
	emit  fact.Emit
}

// read emits the fact of a record. What a record repeats of a connection that is known is left out.
func (r *reader) read(line []byte) error {
	var rec record
	if err := json.Unmarshal(line, &rec); err != nil {
		return err
	}
	if rec.Kind == 'o' {
		return r.opened(&rec)
	}
	c := r.conns[rec.Conn]
	if c == nil {
		return nil
	}
	var f fact.Fact
	switch rec.Kind {
	case 'q':
		f = &fact.Request{}
	case 'a':
		f = &fact.Response{}
	case 'r':
		f = &fact.Reset{}
	case 'm':
		f = &fact.Message{}
	case 'x':
		f = &fact.Malformed{}
	case 't':
		f = &fact.TLS{}
	case 'c':
		f = &fact.Closed{}
	default:
		return nil
	}
	if err := json.Unmarshal(rec.Fact, f); err != nil {
		return err
	}
	on(f, c)
	r.emit(f)
	return nil
}

func (r *reader) opened(rec *record) error {
	var f fact.Opened
	if err := json.Unmarshal(rec.Fact, &f); err != nil || rec.Opened == nil {
		return err
	}
	f.Conn = rec.Opened
	f.Conn.Over = r.conns[rec.Over]
	r.conns[f.Conn.ID] = f.Conn
	r.emit(&f)
	return nil
}

// on says which connection a fact is of.
func on(f fact.Fact, c *fact.Conn) {
	switch f := f.(type) {
	case *fact.Request:
		f.Conn = c
	case *fact.Response:
		f.Conn = c
	case *fact.Reset:
		f.Conn = c
	case *fact.Message:
		f.Conn = c
	case *fact.Malformed:
		f.Conn = c
	case *fact.TLS:
		f.Conn = c
	case *fact.Closed:
		f.Conn = c
	}
}
