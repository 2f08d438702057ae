package pcapfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"sioscope/capture/link"
	"sioscope/protocol/lang"
)

const second = 1_700_000_000

func TestPcapFlavours(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		order binary.AppendByteOrder
		magic uint32
		frac  uint32
		extra string
		time  int64
	}{
		{name: "little-endian microseconds", order: little, magic: magicMicro, frac: 250_001, time: second*1e9 + 250_001_000},
		{name: "big-endian microseconds", order: big, magic: magicMicro, frac: 250_001, time: second*1e9 + 250_001_000},
		{name: "little-endian nanoseconds", order: little, magic: magicNano, frac: 250_000_001, time: second*1e9 + 250_000_001},
		{name: "big-endian nanoseconds", order: big, magic: magicNano, frac: 250_000_001, time: second*1e9 + 250_000_001},
		{name: "little-endian modified", order: little, magic: magicModified, frac: 1, extra: "12345678", time: second*1e9 + 1000},
		{name: "big-endian modified", order: big, magic: magicModified, frac: 1, extra: "12345678", time: second*1e9 + 1000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := pcapFile(tt.order, tt.magic, 113|0x5400_0000, // a frame check sequence of 5*16 bits: not the type's
				record(tt.order, second, tt.frac, 5, tt.extra, "first"),
				record(tt.order, second, tt.frac, 1500, tt.extra, "cut"),
				record(tt.order, second, tt.frac, 0, tt.extra, "longer than it says"))
			n := int64(pcapRecordHeader + len(tt.extra))
			want := []Packet{
				{Time: tt.time, Data: []byte("first"), OrigLen: 5, Link: link.SLL, Offset: 24},
				{Time: tt.time, Data: []byte("cut"), OrigLen: 1500, Link: link.SLL, Offset: 24 + n + 5},
				{Time: tt.time, Data: []byte("longer than it says"), OrigLen: 19, Link: link.SLL, Offset: 24 + n + 5 + n + 3},
			}
			for form, b := range map[string][]byte{"plain": file, "gzip": gz(t, file)} {
				f, got, err := readAll(iotest.HalfReader(bytes.NewReader(b)))
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Fatalf("%s: got %+v, %v, want %+v", form, got, err, want)
				}
				if f.Offset() != int64(len(b)) {
					t.Errorf("%s: offset %d at the end of %d bytes", form, f.Offset(), len(b))
				}
				if _, err := f.Next(); err != io.EOF {
					t.Errorf("%s: behind the end: %v", form, err)
				}
			}
		})
	}
}

func TestPcapTime(t *testing.T) {
	t.Parallel()
	// Behind 2038 the seconds do not fit 31 bits.
	_, got, err := readAll(bytes.NewReader(pcapFile(little, magicMicro, 1, record(little, 4_000_000_000, 7, 1, "", "x"))))
	if err != nil || got[0].Time != 4_000_000_000_000_007_000 {
		t.Fatalf("got %+v, %v", got, err)
	}
}

func TestPcapDamage(t *testing.T) {
	t.Parallel()
	good := record(little, second, 0, 4, "", "good")
	huge := record(little, second, 0, 4, "", "huge")
	binary.LittleEndian.PutUint32(huge[8:], 1<<31)
	tests := []struct {
		name string
		in   []byte
		n    int // packets before it
		want error
		text string
	}{
		{
			name: "cut in the data", in: pcapFile(little, magicMicro, 1, good, good[:18]), n: 1,
			want: &TruncatedError{Name: "x.pcap", Offset: 44, Packet: 2, Missing: 2},
			text: "x.pcap is cut short: it ends within packet 2, which begins at byte 44 and lacks 2 of its bytes",
		},
		{
			name: "cut in the header of a record", in: pcapFile(little, magicMicro, 1, good, good[:15]), n: 1,
			want: &TruncatedError{Name: "x.pcap", Offset: 44, Packet: 2},
			text: "x.pcap is cut short: it ends within packet 2, which begins at byte 44",
		},
		{
			name: "two gigabytes", in: pcapFile(little, magicMicro, 1, good, good, huge, good), n: 2,
			want: &CorruptError{Name: "x.pcap", Offset: 64, Packet: 3, What: lang.Say("it claims 2147483648 captured bytes, and no packet has more than 16777216")},
			text: "x.pcap is damaged at byte 64, before packet 3 could be read: it claims 2147483648 captured bytes, and no packet has more than 16777216",
		},
		{
			name: "zeros", in: pcapFile(little, magicMicro, 1, good, make([]byte, 4096)), n: 1,
			want: &CorruptError{Name: "x.pcap", Offset: 44, Packet: 2, What: lang.Say("there are zeros where a packet should be")},
			text: "x.pcap is damaged at byte 44, before packet 2 could be read: there are zeros where a packet should be",
		},
		{
			name: "gzip that ends early", in: gzCut(t, pcapFile(little, magicMicro, 1, good, good)), n: 2,
			want: &TruncatedError{Name: "x.pcap", Offset: 64, Packet: 3},
			text: "x.pcap is cut short: it ends within packet 3, which begins at byte 64",
		},
		{
			name: "gzip with a wrong checksum", in: gzSpoilt(t, pcapFile(little, magicMicro, 1, good, good)), n: 2,
			want: &CorruptError{Name: "x.pcap", Offset: 64, Packet: 3, What: lang.Say("its compression cannot be undone (gzip: invalid checksum)")},
			text: "x.pcap is damaged at byte 64, before packet 3 could be read: its compression cannot be undone (gzip: invalid checksum)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, got, err := readAll(bytes.NewReader(tt.in))
			if len(got) != tt.n || !alike(err, tt.want) {
				t.Fatalf("got %d packets and %#v, want %d and %#v", len(got), err, tt.n, tt.want)
			}
			if err.Error() != tt.text {
				t.Errorf("got %q, want %q", err, tt.text)
			}
			if _, again := f.Next(); again != err {
				t.Errorf("the error did not stay: %v", again)
			}
		})
	}
}

// gzCut takes away the checksum, so that all data can be had and the end is yet missing.
func gzCut(t *testing.T, b []byte) []byte {
	z := gz(t, b)
	return z[:len(z)-8]
}

func gzSpoilt(t *testing.T, b []byte) []byte {
	z := gz(t, b)
	z[len(z)-8] ^= 1
	return z
}

func TestReadError(t *testing.T) {
	t.Parallel()
	broken := errors.New("the cable was pulled")
	file := pcapFile(little, magicMicro, 1, record(little, second, 0, 4, "", "good"))
	_, got, err := readAll(io.MultiReader(bytes.NewReader(file), iotest.ErrReader(broken)))
	if len(got) != 1 || !errors.Is(err, broken) || !strings.Contains(err.Error(), "x.pcap, packet 2 at byte 44") {
		t.Errorf("got %d packets, %v", len(got), err)
	}
	if _, err := NewReader(iotest.ErrReader(broken), "-"); !errors.Is(err, broken) {
		t.Errorf("at the header: %v", err)
	}
	if _, _, err := readAll(idle{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that never reads: %v", err)
	}
}

// idle is a broken io.Reader.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

// A header's claim must not cost memory that the file's bytes do not back.
func TestMemoryIsBoundedByTheInput(t *testing.T) {
	t.Parallel()
	claim := record(little, second, 0, 4, "", "tiny")
	binary.LittleEndian.PutUint32(claim[8:], MaxPacket)
	f, _, err := readAll(bytes.NewReader(pcapFile(little, magicMicro, 1, claim)))
	var cut *TruncatedError
	if !errors.As(err, &cut) || cut.Missing != MaxPacket-4 {
		t.Fatalf("got %v", err)
	}
	if len(f.in.buf) > bufferSize {
		t.Errorf("the buffer grew to %d bytes for a file of 44", len(f.in.buf))
	}
}

func TestNextDoesNotAllocate(t *testing.T) {
	pcap := pcapFile(little, magicMicro, 1, bytes.Repeat(record(little, second, 0, 4, "", "data"), 200))
	ng := slices.Concat(sectionBlock(little), interfaceBlock(little, 1, 0), bytes.Repeat(enhancedBlock(little, 0, micro, 4, "data"), 200))
	for name, file := range map[string][]byte{"pcap": pcap, "pcapng": ng} {
		f, err := NewReader(bytes.NewReader(file), name)
		if err != nil {
			t.Fatal(err)
		}
		next := func() {
			if _, err := f.Next(); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(100, next); n != 0 {
			t.Errorf("%s: %v allocations a packet", name, n)
		}
	}
}

func TestLargestPacket(t *testing.T) {
	t.Parallel()
	data := strings.Repeat("0123456789abcdef", MaxPacket/16)
	file := pcapFile(little, magicMicro, 1, record(little, second, 0, 1, "", "x"), record(little, second, 0, len(data), "", data))
	_, got, err := readAll(bytes.NewReader(file))
	if err != nil || len(got) != 2 || string(got[1].Data) != data {
		t.Fatalf("got %d packets, %v", len(got), err)
	}
}

// What tcpdump -U writes to a pipe must be seen when it is written, not when more follows.
func TestNextDoesNotReadAhead(t *testing.T) {
	t.Parallel()
	in, out := io.Pipe()
	step := make(chan []byte)
	go func() {
		for b := range step {
			_, _ = out.Write(b)
		}
		out.Close()
	}()
	step <- pcapFile(little, magicMicro, 1)
	f, err := NewReader(in, "-")
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{"one", "two"} {
		step <- record(little, second, 0, 3, "", data)
		if p, err := f.Next(); err != nil || string(p.Data) != data { // would hang
			t.Fatalf("got %q, %v", p.Data, err)
		}
	}
	close(step)
	if _, err := f.Next(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}
