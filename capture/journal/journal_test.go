package journal

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"sioscope/protocol/fact"
)

// conn is a connection of our own.
func conn(id int) *fact.Conn {
	return &fact.Conn{ID: id, Client: netip.MustParseAddrPort("192.0.2.1:40001"), Server: netip.MustParseAddrPort("203.0.113.7:443"), File: "lb"}
}

// conversation is facts of every kind that is kept.
func conversation() []fact.Fact {
	c, s := conn(1), conn(2)
	s.Over = c
	return []fact.Fact{
		&fact.Opened{Conn: c, Time: 1, SYN: true}, &fact.TLS{Conn: c, Time: 2, Version: "1.3", ALPN: []string{"h2"}},
		&fact.Request{Conn: c, Exchange: 1, Start: 3, End: 4, Method: "POST", Target: "/socket.io/?a=\xff", Header: fact.Header("A: b\r\n"), Body: []byte{0, 255, '\n'}, BodySize: 3},
		&fact.Response{Conn: c, Exchange: 1, Start: 5, End: 6, Status: 200, Body: []byte("ok")},
		&fact.Opened{Conn: s, Time: 7}, &fact.Reset{Conn: c, Exchange: 2, Time: 8, By: fact.In, Code: 8},
		&fact.Message{Conn: s, Exchange: 1, Dir: fact.In, Start: 9, End: 10, Opcode: fact.Binary, Payload: []byte{1, 2}, Size: 2},
		&fact.Malformed{Conn: s, Dir: fact.Out, Time: 11, What: "x", Sample: []byte("y")}, &fact.Closed{Conn: c, Time: 12, By: fact.In, Known: true},
	}
}

// run keeps facts, and gives what they are when they are had again.
func run(t *testing.T, j *Journal, list []fact.Fact) (again []fact.Fact) {
	t.Helper()
	emit := j.Keep(func(fact.Fact) {})
	for _, f := range list {
		emit(f)
	}
	if err := j.Run(t.Context(), func(f fact.Fact) { again = append(again, f) }); err != nil {
		t.Fatal(err)
	}
	return again
}

// TestSameAgain: every fact comes again as it was.
func TestSameAgain(t *testing.T) {
	t.Parallel()
	j := &Journal{}
	defer j.Close()
	list := conversation()
	again := run(t, j, append(list, &fact.Stats{Packets: 1}, &fact.Note{Text: "not kept"}))
	list[2].(*fact.Request).Target = "/socket.io/?a=\uFFFD" // a HAR has no other bytes either
	i := 0
	for _, f := range again {
		if _, stats := f.(*fact.Stats); stats {
			continue
		}
		if i == len(list) || !reflect.DeepEqual(f, list[i]) {
			t.Fatalf("fact %d is %T %+v", i, f, f)
		}
		i++
	}
	if i != len(list) {
		t.Errorf("%d of %d facts came again", i, len(list))
	}
}

// TestBounded: the file stays as small as it may be, what is oldest goes and is counted, and of a WebSocket that is still
// open its request stays.
func TestBounded(t *testing.T) {
	t.Parallel()
	j := &Journal{Most: 64 << 10}
	defer j.Close()
	c := conn(1)
	list := []fact.Fact{
		&fact.Opened{Conn: c, Time: 1}, &fact.Request{Conn: c, Exchange: 1, Start: 2, Method: "GET", Target: "/upgrade"},
		&fact.Response{Conn: c, Exchange: 1, Start: 3, Status: 101},
	}
	const n = 3000
	for i := range n {
		list = append(list, &fact.Message{Conn: c, Exchange: 1, Start: int64(i + 4), Opcode: fact.Text, Payload: []byte(strings.Repeat("x", 50))})
	}
	again := run(t, j, list)
	var size int64
	for _, p := range j.parts {
		info, err := os.Stat(p.file.Name())
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > j.Most+1000 {
		t.Errorf("it takes %d bytes", size)
	}
	kinds := ""
	messages := int64(0)
	for _, f := range again {
		if _, is := f.(*fact.Message); is {
			messages++
			continue
		}
		if len(kinds) < 200 {
			kinds += fmt.Sprintf("%T ", f)
		}
	}
	if !strings.HasPrefix(kinds, "*fact.Note *fact.Opened *fact.Request *fact.Response ") {
		t.Errorf("it begins with %s", kinds)
	}
	if gone := j.Gone(); gone == 0 || gone+messages != n+1 {
		t.Errorf("%d are gone and %d are there", gone, messages)
	}
	last := again[len(again)-2].(*fact.Message)
	if last.Start != n+3 {
		t.Errorf("the last is of %d", last.Start)
	}
}

// TestGoesWithItsEnd: nothing is left of it, also where it is closed while it is read, and nothing is kept after that.
func TestGoesWithItsEnd(t *testing.T) {
	t.Parallel()
	j := &Journal{}
	emit := j.Keep(func(fact.Fact) {})
	for _, f := range conversation() {
		emit(f)
	}
	name := j.parts[0].file.Name()
	n := 0
	if err := j.Run(t.Context(), func(fact.Fact) {
		if n++; n == 1 {
			j.Close()
		}
	}); err != nil || n < 9 {
		t.Errorf("%d facts, %v", n, err)
	}
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", name, err)
	}
	emit(&fact.Opened{Conn: conn(9)})
	if len(j.parts) != 0 || j.Err() != nil {
		t.Error("something was kept after the end")
	}
	var none *Journal
	none.Close()
}

// TestCancel: whoever reads it may give up.
func TestCancel(t *testing.T) {
	t.Parallel()
	j := &Journal{}
	defer j.Close()
	emit := j.Keep(func(fact.Fact) {})
	for range 2000 {
		emit(&fact.Opened{Conn: conn(1)})
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err := j.Run(ctx, func(fact.Fact) {
		if n++; n == 10 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || n > 2*replayEvery {
		t.Errorf("after %d facts: %v", n, err)
	}
}

// TestHalfARecordIsNoRecord: what a disk had no room for any more is not read, and what was written before is.
func TestHalfARecordIsNoRecord(t *testing.T) {
	t.Parallel()
	j := &Journal{Most: 8 << 20}
	defer j.Close()
	emit := j.Keep(func(fact.Fact) {})
	emit(&fact.Opened{Conn: conn(1)})
	from, to, err := os.Pipe() // which has room for less
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
	whole := j.parts[0].file
	j.parts[0].file = to
	before := j.parts[0].size
	emit(&fact.Message{Conn: conn(1), Payload: make([]byte, 500_000)})
	to.Close()
	j.parts[0].file = whole
	if j.Err() == nil || j.parts[0].size != before {
		t.Errorf("%d of %d bytes are to be read, %v", j.parts[0].size, before, j.Err())
	}
	n := 0
	if err := j.Run(t.Context(), func(fact.Fact) { n++ }); err != nil || n != 2 {
		t.Errorf("%d facts: %v", n, err)
	}
}
