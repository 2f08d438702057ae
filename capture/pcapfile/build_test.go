package pcapfile

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"slices"
	"testing"
)

// little and big write files of either byte order.
var (
	little binary.AppendByteOrder = binary.LittleEndian
	big    binary.AppendByteOrder = binary.BigEndian
)

// pcapFile writes a file header and records that are already built.
func pcapFile(order binary.AppendByteOrder, magic uint32, linkType uint32, records ...[]byte) []byte {
	b := order.AppendUint32(nil, magic)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(b, 4)
	b = order.AppendUint32(b, 0)
	b = order.AppendUint32(b, 0)
	b = order.AppendUint32(b, 65535)
	b = order.AppendUint32(b, linkType)
	return slices.Concat(append([][]byte{b}, records...)...)
}

// record writes one pcap record; extra stands between its header and the data.
func record(order binary.AppendByteOrder, sec, frac uint32, orig int, extra, data string) []byte {
	b := order.AppendUint32(nil, sec)
	b = order.AppendUint32(b, frac)
	b = order.AppendUint32(b, uint32(len(data)))
	b = order.AppendUint32(b, uint32(orig))
	return append(b, extra+data...)
}

// block writes a pcapng block with a body that is padded to 32 bits.
func block(order binary.AppendByteOrder, kind uint32, body []byte) []byte {
	body = pad(slices.Clip(body))
	n := uint32(len(body) + blockOverhead)
	b := order.AppendUint32(nil, kind)
	b = order.AppendUint32(b, n)
	b = append(b, body...)
	return order.AppendUint32(b, n)
}

func pad(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func sectionBlock(order binary.AppendByteOrder) []byte {
	b := order.AppendUint32(nil, byteOrderMagic)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint16(b, 0)
	return block(order, blockSection, order.AppendUint64(b, 1<<64-1))
}

func option(order binary.AppendByteOrder, code uint16, value []byte) []byte {
	b := order.AppendUint16(nil, code)
	b = order.AppendUint16(b, uint16(len(value)))
	return pad(append(b, value...))
}

func interfaceBlock(order binary.AppendByteOrder, linkType uint16, snapLen uint32, options ...[]byte) []byte {
	b := order.AppendUint16(nil, linkType)
	b = order.AppendUint16(b, 0)
	b = order.AppendUint32(b, snapLen)
	return block(order, blockInterface, append(b, slices.Concat(options...)...))
}

func enhancedBlock(order binary.AppendByteOrder, iface uint32, ticks uint64, orig int, data string) []byte {
	b := order.AppendUint32(nil, iface)
	b = order.AppendUint32(b, uint32(ticks>>32))
	b = order.AppendUint32(b, uint32(ticks))
	b = order.AppendUint32(b, uint32(len(data)))
	b = order.AppendUint32(b, uint32(orig))
	return block(order, blockEnhanced, append(b, data...))
}

func obsoleteBlock(order binary.AppendByteOrder, iface uint16, ticks uint64, orig int, data string) []byte {
	b := order.AppendUint16(nil, iface)
	b = order.AppendUint16(b, 7) // dropped
	b = order.AppendUint32(b, uint32(ticks>>32))
	b = order.AppendUint32(b, uint32(ticks))
	b = order.AppendUint32(b, uint32(len(data)))
	b = order.AppendUint32(b, uint32(orig))
	return block(order, blockPacket, append(b, data...))
}

func simpleBlock(order binary.AppendByteOrder, orig int, data string) []byte {
	return block(order, blockSimple, append(order.AppendUint32(nil, uint32(orig)), data...))
}

func secretsBlock(order binary.AppendByteOrder, kind uint32, data string) []byte {
	b := order.AppendUint32(nil, kind)
	b = order.AppendUint32(b, uint32(len(data)))
	return block(order, blockSecrets, append(b, data...))
}

func gz(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// readAll reads every packet; their data are copied. The error is nil at a clean end.
func readAll(r io.Reader) (*Reader, []Packet, error) {
	f, err := NewReader(r, "x.pcap")
	if err != nil {
		return nil, nil, err
	}
	var all []Packet
	for {
		p, err := f.Next()
		if err == io.EOF {
			return f, all, nil
		}
		if err != nil {
			return f, all, err
		}
		p.Data = bytes.Clone(p.Data)
		all = append(all, p)
	}
}

// alike compares errors; what contradicts itself by the words, since a sentence keeps what it is made of.
func alike(a, b error) bool {
	var x, y *CorruptError
	if errors.As(a, &x) && errors.As(b, &y) {
		return x.Name == y.Name && x.Offset == y.Offset && x.Packet == y.Packet && x.Error() == y.Error()
	}
	return reflect.DeepEqual(a, b)
}
