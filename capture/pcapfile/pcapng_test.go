package pcapfile

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"sioscope/capture/link"
	"sioscope/protocol/lang"
)

// micro is second in the ticks of an interface without if_tsresol.
const micro = second * 1_000_000

func TestPcapng(t *testing.T) {
	t.Parallel()
	unknown := func(o binary.AppendByteOrder) []byte { return block(o, 0xBAD, bytes.Repeat([]byte("?"), 400_000)) }
	tests := []struct {
		name string
		in   []byte
		want []Packet
	}{
		{
			name: "little-endian",
			in: slices.Concat(sectionBlock(little), interfaceBlock(little, 1, 0),
				enhancedBlock(little, 0, micro+1, 5, "hello"), enhancedBlock(little, 0, micro+2, 1500, "cut")),
			want: []Packet{
				{Time: second*1e9 + 1000, Data: []byte("hello"), OrigLen: 5, Link: link.Ethernet, Offset: 48},
				{Time: second*1e9 + 2000, Data: []byte("cut"), OrigLen: 1500, Link: link.Ethernet, Offset: 88},
			},
		},
		{
			name: "big-endian",
			in:   slices.Concat(sectionBlock(big), interfaceBlock(big, 276, 0), enhancedBlock(big, 0, micro+1, 5, "hello")),
			want: []Packet{{Time: second*1e9 + 1000, Data: []byte("hello"), OrigLen: 5, Link: link.SLL2, Offset: 48}},
		},
		{
			name: "interfaces of their own link types and clocks, one of them late",
			in: slices.Concat(sectionBlock(little),
				interfaceBlock(little, 1, 0, option(little, optTSResol, []byte{9}), option(little, optEnd, nil)),
				interfaceBlock(little, 113, 0, option(little, 2, []byte("eth1")), option(little, optTSResol, []byte{0x80 | 20})),
				enhancedBlock(little, 1, second<<20|1<<19, 1, "b"),
				interfaceBlock(little, 101, 0, option(little, optTSOffset, little.AppendUint64(nil, second))),
				enhancedBlock(little, 0, second*1e9+1, 1, "a"), enhancedBlock(little, 2, 3, 1, "c")),
			want: []Packet{
				{Time: second*1e9 + 5e8, Data: []byte("b"), OrigLen: 1, Link: link.SLL, Interface: 1, Offset: 96},
				{Time: second*1e9 + 1, Data: []byte("a"), OrigLen: 1, Link: link.Ethernet, Offset: 164},
				{Time: second*1e9 + 3000, Data: []byte("c"), OrigLen: 1, Link: link.Raw, Interface: 2, Offset: 200},
			},
		},
		{
			name: "sections of either byte order, with interfaces of their own",
			in: slices.Concat(sectionBlock(little), interfaceBlock(little, 1, 0), enhancedBlock(little, 0, micro, 1, "a"),
				sectionBlock(big), interfaceBlock(big, 0, 0), enhancedBlock(big, 0, micro, 1, "b"),
				sectionBlock(little), interfaceBlock(little, 108, 0), enhancedBlock(little, 0, micro, 1, "c")),
			want: []Packet{
				{Time: second * 1e9, Data: []byte("a"), OrigLen: 1, Link: link.Ethernet, Offset: 48},
				{Time: second * 1e9, Data: []byte("b"), OrigLen: 1, Link: link.Null, Offset: 132},
				{Time: second * 1e9, Data: []byte("c"), OrigLen: 1, Link: link.Loop, Offset: 216},
			},
		},
		{
			name: "simple and obsolete packet blocks",
			in: slices.Concat(sectionBlock(big), interfaceBlock(big, 1, 4), interfaceBlock(big, 101, 0),
				simpleBlock(big, 3, "abc"), simpleBlock(big, 900, "abcd"), obsoleteBlock(big, 1, micro, 60, "xyz")),
			want: []Packet{
				{Data: []byte("abc"), OrigLen: 3, Link: link.Ethernet, Offset: 68},
				{Data: []byte("abcd"), OrigLen: 900, Link: link.Ethernet, Offset: 88},
				{Time: second * 1e9, Data: []byte("xyz"), OrigLen: 60, Link: link.Raw, Interface: 1, Offset: 108},
			},
		},
		{
			name: "unknown blocks and options of packets are passed over",
			in: slices.Concat(sectionBlock(little), unknown(little), interfaceBlock(little, 1, 0), unknown(little),
				block(little, blockEnhanced, slices.Concat(enhancedBlock(little, 0, micro, 4, "abcd")[8:32], option(little, 1, []byte("a comment")))), unknown(little)),
			want: []Packet{{Time: second * 1e9, Data: []byte("abcd"), OrigLen: 4, Link: link.Ethernet, Offset: 48 + 2*400_012}},
		},
		{
			name: "a length without its padding",
			in: slices.Concat(sectionBlock(little), interfaceBlock(little, 1, 0),
				unpadded(enhancedBlock(little, 0, micro, 5, "hello"), 3), enhancedBlock(little, 0, micro, 1, "a")),
			want: []Packet{
				{Time: second * 1e9, Data: []byte("hello"), OrigLen: 5, Link: link.Ethernet, Offset: 48},
				{Time: second * 1e9, Data: []byte("a"), OrigLen: 1, Link: link.Ethernet, Offset: 88},
			},
		},
		{name: "no packets", in: sectionBlock(big)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for form, b := range map[string][]byte{"plain": tt.in, "gzip": gz(t, tt.in)} {
				_, got, err := readAll(iotest.HalfReader(bytes.NewReader(b)))
				if err != nil || !reflect.DeepEqual(got, tt.want) {
					t.Errorf("%s: got %+v, %v, want %+v", form, got, err, tt.want)
				}
			}
		})
	}
}

// unpadded makes a little-endian block's length n bytes less than the block has.
func unpadded(b []byte, n uint32) []byte {
	size := uint32(len(b)) - n
	binary.LittleEndian.PutUint32(b[4:], size)
	binary.LittleEndian.PutUint32(b[len(b)-4:], size)
	return b
}

func TestPcapngDamage(t *testing.T) {
	t.Parallel()
	head := slices.Concat(sectionBlock(little), interfaceBlock(little, 1, 0), enhancedBlock(little, 0, micro, 4, "good"))
	at := int64(len(head))
	put := func(b []byte, i int, v uint32) []byte {
		b = bytes.Clone(b)
		binary.LittleEndian.PutUint32(b[i:], v)
		return b
	}
	packet := enhancedBlock(little, 0, micro, 4, "next")
	corrupt := func(what string) error {
		return &CorruptError{Name: "x.pcap", Offset: at, Packet: 2, What: lang.Say(what)}
	}
	tests := []struct {
		name string
		in   []byte
		want error
	}{
		{"cut in a block's head", packet[:7], &TruncatedError{Name: "x.pcap", Offset: at, Packet: 2}},
		{"cut in a packet", packet[:30], &TruncatedError{Name: "x.pcap", Offset: at, Packet: 2, Missing: 6}},
		{"cut in an unknown block", block(little, 99, make([]byte, 99))[:50], &TruncatedError{Name: "x.pcap", Offset: at, Packet: 2}},
		{"cut in an unknown block's end", block(little, 99, make([]byte, 8))[:18], &TruncatedError{Name: "x.pcap", Offset: at, Packet: 2}},
		{"a block shorter than a block", put(packet, 4, 8), corrupt("a block claims a length of 8 bytes")},
		{"a packet block of 2 GB", put(packet, 4, 1<<31), corrupt("a block claims a length of 2147483648 bytes, and none that is read has more than 17825792")},
		{"an unknown block of 2 GB", put(block(little, 99, nil), 4, 1<<31), &TruncatedError{Name: "x.pcap", Offset: at, Packet: 2}},
		{"lengths that differ", put(packet, len(packet)-4, 40), corrupt("a block claims a length of 36 bytes at its start and of 40 at its end")},
		{"lengths of an unknown block that differ", put(block(little, 99, nil), 8, 40), corrupt("a block claims a length of 12 bytes at its start and of 40 at its end")},
		{"2 GB captured", put(packet, 20, 1<<31), corrupt("it claims 2147483648 captured bytes, and no packet has more than 16777216")},
		{"more captured than the block has", put(packet, 20, 5), corrupt("it claims 5 captured bytes in a block that has room for 4")},
		{"an interface that is not there", put(packet, 8, 1), corrupt("a packet is of interface 1, and the section has 1 so far")},
		{"an enhanced packet without a head", block(little, blockEnhanced, make([]byte, 16)), corrupt("a packet block of 16 bytes is too short")},
		{"an obsolete packet without a head", block(little, blockPacket, make([]byte, 16)), corrupt("a packet block of 16 bytes is too short")},
		{"a simple packet without a head", block(little, blockSimple, nil), corrupt("a packet block of 0 bytes is too short")},
		{"a simple packet longer than its block", simpleBlock(little, 5, "abcd"), corrupt("it claims 5 captured bytes in a block that has room for 4")},
		{"a packet before any interface", slices.Concat(sectionBlock(little), simpleBlock(little, 1, "a")),
			&CorruptError{Name: "x.pcap", Offset: at + 28, Packet: 2, What: lang.Say("a packet comes before any interface")}},
		{"an interface without a head", block(little, blockInterface, make([]byte, 4)), corrupt("an interface block of 4 bytes is too short")},
		{"secrets without a head", block(little, blockSecrets, make([]byte, 4)), corrupt("a secrets block of 4 bytes is too short")},
		{"secrets longer than their block", put(secretsBlock(little, TLSKeyLog, "abcd"), 12, 5), corrupt("a secrets block claims 5 bytes and has room for 4")},
		{"a section without a byte order", put(sectionBlock(little), 8, 1), corrupt("a section begins with the byte order 01000000")},
		{"a section cut at its byte order", sectionBlock(little)[:10], &TruncatedError{Name: "x.pcap", Offset: at, Packet: 2}},
		{"a section of a later version", put(sectionBlock(little), 12, 2), corrupt("pcapng version 2 is not known")},
		{"a section that is too short", block(little, blockSection, little.AppendUint32(nil, byteOrderMagic)), corrupt("a section header of 4 bytes is too short")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, got, err := readAll(bytes.NewReader(slices.Concat(head, tt.in)))
			if len(got) != 1 || !alike(err, tt.want) {
				t.Fatalf("got %d packets and %#v, want 1 and %#v", len(got), err, tt.want)
			}
		})
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	file := slices.Concat(sectionBlock(big), secretsBlock(big, TLSKeyLog, "early"), interfaceBlock(big, 1, 0),
		enhancedBlock(big, 0, micro, 1, "a"), secretsBlock(big, 0x57474b4c, "of another kind"), secretsBlock(big, TLSKeyLog, ""),
		sectionBlock(little), secretsBlock(little, TLSKeyLog, "late"))
	f, got, err := readAll(bytes.NewReader(file))
	want := []Secret{
		{Type: TLSKeyLog, Data: []byte("early")},
		{Type: 0x57474b4c, Data: []byte("of another kind")},
		{Type: TLSKeyLog, Data: []byte("")},
		{Type: TLSKeyLog, Data: []byte("late")},
	}
	if err != nil || len(got) != 1 || !reflect.DeepEqual(f.Secrets(), want) {
		t.Errorf("got %d packets, %v, %v, want %v", len(got), err, f.Secrets(), want)
	}
}

func TestSecretsAreBounded(t *testing.T) {
	t.Parallel()
	four := secretsBlock(little, TLSKeyLog, strings.Repeat("k", 4<<20))
	f, _, err := readAll(bytes.NewReader(slices.Concat(sectionBlock(little), four, four, four, four, four, secretsBlock(little, TLSKeyLog, "fits"))))
	if err != nil || len(f.Secrets()) != 4 || string(f.Secrets()[3].Data) != "fits" || f.LostSecrets() != 2*4<<20 {
		t.Errorf("got %d secrets, %d bytes lost, %v", len(f.Secrets()), f.LostSecrets(), err)
	}
}

func TestInterfacesAreBounded(t *testing.T) {
	t.Parallel()
	many := slices.Concat(sectionBlock(little), bytes.Repeat(interfaceBlock(little, 1, 0), maxInterfaces))
	if _, _, err := readAll(bytes.NewReader(many)); err != nil {
		t.Errorf("as many as there may be: %v", err)
	}
	_, _, err := readAll(bytes.NewReader(slices.Concat(many, interfaceBlock(little, 1, 0))))
	if _, ok := err.(*CorruptError); !ok {
		t.Errorf("one more: %v", err)
	}
}
