// Package journal keeps the facts of a source that happens now in a temporary file, so that they can be had once more: for a
// HAR of what no capture file has. The file is bounded. What is oldest makes room for what comes, but for the requests of
// WebSockets that are still open, without which their messages are none's; how much is gone is known.
//
// It decodes nothing and masks nothing: the file is the user's own, and goes when the journal is closed.
package journal

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"

	"sioscope/capture/temp"
	"sioscope/protocol/fact"
)

// A Journal keeps facts. It is safe for concurrent use; the zero value with Most set is ready.
type Journal struct {
	Most int64 // bytes of the file, at most; 0 means 64 MB

	order  sync.Mutex // one fact at a time, in the order in which they are emitted
	mu     sync.Mutex
	parts  []*part // the oldest first
	open   map[int]*opened
	gone   int64 // requests and messages that made room
	failed error // why no more is kept
	closed bool
	runs   int     // how many read it
	late   []*part // those that go once nobody does
}

// parts is into how many files a journal is divided: the oldest of them goes as a whole.
const parts = 8

// A part is a file of records. Its preamble is what must be known of connections that were open before it, which is left
// out where the part before is there.
type part struct {
	file     *os.File
	size     int64
	preamble [][]byte
	counted  int64 // requests and messages in it
}

// An opened is a connection that has not ended: what must be known of it, as records.
type opened struct {
	head    [][]byte         // how it was opened, and its TLS
	waiting map[int][]byte   // requests without an answer
	socket  map[int][][]byte // requests and answers that became WebSockets
}

// Keep has the facts that go to emit kept too, in their order, once emit has numbered their connections.
func (j *Journal) Keep(emit fact.Emit) fact.Emit {
	return func(f fact.Fact) {
		j.order.Lock()
		defer j.order.Unlock()
		emit(f)
		j.mu.Lock()
		defer j.mu.Unlock()
		j.add(f)
	}
}

// Err says why facts are not kept any more, nil where they are.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.failed
}

// Gone is how many requests and messages made room for later ones; a nil Journal has none.
func (j *Journal) Gone() int64 {
	if j == nil {
		return 0
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.gone
}

// Close removes the file; nothing is kept any more. A nil Journal has none.
func (j *Journal) Close() {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	for _, p := range j.parts {
		j.drop(p)
	}
	j.parts, j.open = nil, nil
}

// drop removes a part, once nobody reads it.
func (j *Journal) drop(p *part) {
	if j.runs > 0 {
		j.late = append(j.late, p)
		return
	}
	p.remove()
}

func (p *part) remove() {
	p.file.Close()
	os.Remove(p.file.Name())
}

// add keeps a fact.
func (j *Journal) add(f fact.Fact) {
	if j.failed != nil || j.closed {
		return
	}
	record, counts := encode(f)
	if record == nil {
		return
	}
	if err := j.write(record, counts); err != nil {
		j.failed = fmt.Errorf("keeping what is seen: %w", err)
		return
	}
	j.note(f, record)
}

func (j *Journal) write(record []byte, counts bool) error {
	most := j.Most
	if most == 0 {
		most = 64e6
	}
	if n := len(j.parts); n == 0 || j.parts[n-1].size+int64(len(record)) > most/parts {
		if err := j.begin(); err != nil {
			return err
		}
	}
	p := j.parts[len(j.parts)-1]
	if _, err := p.file.Write(record); err != nil {
		return err // what there is of the record is not read
	}
	p.size += int64(len(record))
	if counts {
		p.counted++
	}
	return nil
}

// begin begins a part, and lets the oldest go where there would be too many.
func (j *Journal) begin() error {
	f, err := temp.Create("facts")
	if err != nil {
		return err
	}
	p := &part{file: f}
	for _, id := range slices.Sorted(maps.Keys(j.open)) {
		p.preamble = append(p.preamble, j.open[id].records()...)
	}
	j.parts = append(j.parts, p)
	if len(j.parts) > parts {
		j.gone += j.parts[0].counted
		j.drop(j.parts[0])
		j.parts = j.parts[1:]
	}
	return nil
}

// note takes what must be known of a connection once its beginning is gone.
func (j *Journal) note(f fact.Fact, record []byte) {
	if j.open == nil {
		j.open = map[int]*opened{}
	}
	switch f := f.(type) {
	case *fact.Opened:
		j.open[f.Conn.ID] = &opened{head: [][]byte{record}}
	case *fact.TLS:
		if o := j.open[f.Conn.ID]; o != nil && len(o.head) < maxHead {
			o.head = append(o.head, record)
		}
	case *fact.Request:
		if o := j.open[f.Conn.ID]; o != nil {
			o.asks(f.Exchange, record)
		}
	case *fact.Response:
		if o := j.open[f.Conn.ID]; o != nil {
			o.answered(f, record)
		}
	case *fact.Reset:
		if o := j.open[f.Conn.ID]; o != nil {
			delete(o.waiting, f.Exchange)
		}
	case *fact.Closed:
		delete(j.open, f.Conn.ID)
	}
}

// Limits of what is known of a connection that is open.
const maxHead, maxWaiting = 8, 64

func (o *opened) asks(exchange int, record []byte) {
	if len(o.waiting) >= maxWaiting {
		return
	}
	if o.waiting == nil {
		o.waiting = map[int][]byte{}
	}
	o.waiting[exchange] = record
}

// answered forgets a request, or keeps it with its answer where they became a WebSocket.
func (o *opened) answered(f *fact.Response, record []byte) {
	asked := o.waiting[f.Exchange]
	switched := f.Status == 101 || f.Status/100 == 2 && bytes.Contains(asked, []byte(`"Protocol":"websocket"`))
	if switched && asked != nil && len(o.socket) < maxWaiting {
		if o.socket == nil {
			o.socket = map[int][][]byte{}
		}
		o.socket[f.Exchange] = [][]byte{asked, record}
	}
	delete(o.waiting, f.Exchange)
}

// records are what must be known, in order.
func (o *opened) records() (list [][]byte) {
	list = append(list, o.head...)
	for _, e := range slices.Sorted(maps.Keys(o.socket)) {
		list = append(list, o.socket[e]...)
	}
	for _, e := range slices.Sorted(maps.Keys(o.waiting)) {
		list = append(list, o.waiting[e])
	}
	return list
}
