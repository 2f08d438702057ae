package pcapfile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"sioscope/capture/link"
)

// TestWriter: what is written is read again, whatever the lengths, and every block is one Write.
func TestWriter(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	writes := 0
	w, err := NewWriter(writerFunc(func(p []byte) (int, error) {
		writes++
		if len(p)%4 != 0 {
			t.Errorf("a block of %d bytes", len(p))
		}
		return out.Write(p)
	}), "test")
	if err != nil {
		t.Fatal(err)
	}
	key := []byte("CLIENT_RANDOM 00 11\n")
	for _, err := range []error{
		w.Interface(Iface{Name: "lo", Link: link.Ethernet, SnapLen: 262144, Filter: "port 3000"}),
		w.Interface(Iface{Name: "any", Link: link.SLL2}),
		w.Secrets(Secret{Type: TLSKeyLog, Data: key}),
		w.Packet(0, 1_700_000_000_123_456_789, []byte("abcde"), 5),
		w.Statistics(0, 1, 2, 3),
		w.Packet(1, 1_700_000_000_123_456_790, nil, 9),
		w.Statistics(0, 2, 20, 7),
		w.Statistics(1, 2, 20, 1),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if writes != 9 || w.Written() != int64(out.Len()) {
		t.Errorf("%d writes, %d bytes of %d counted", writes, w.Written(), out.Len())
	}
	r, err := NewReader(&out, "x")
	if err != nil {
		t.Fatal(err)
	}
	first, err := r.Next()
	if err != nil || first.Time != 1_700_000_000_123_456_789 || string(first.Data) != "abcde" || first.Link != link.Ethernet || r.Dropped() != 0 {
		t.Errorf("first packet %+v, %v", first, err)
	}
	second, err := r.Next()
	if err != nil || second.Time != 1_700_000_000_123_456_790 || second.OrigLen != 9 || len(second.Data) != 0 || second.Link != link.SLL2 || r.Dropped() != 3 {
		t.Errorf("second packet %+v, %v, dropped %d", second, err, r.Dropped())
	}
	if _, err := r.Next(); err != io.EOF || r.Dropped() != 8 {
		t.Errorf("at the end %v, dropped %d, want 8", err, r.Dropped())
	}
	if s := r.Secrets(); len(s) != 1 || !slices.Equal(s[0].Data, key) {
		t.Errorf("secrets %+v", s)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestDroppedOverSections: a new section begins at zero, and what was dropped before it counts on.
func TestDroppedOverSections(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for _, dropped := range []int64{2, 5} {
		w, err := NewWriter(&out, "test")
		err = errors.Join(err, w.Interface(Iface{Link: link.Ethernet}), w.Statistics(0, 1, 1, dropped), w.Statistics(9, 1, 1, 100))
		if err != nil {
			t.Fatal(err)
		}
	}
	r, err := NewReader(&out, "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err != io.EOF || r.Dropped() != 7 {
		t.Errorf("%v, dropped %d, want 7", err, r.Dropped())
	}
}
