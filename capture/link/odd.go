package link

import (
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// odd decodes the link types that HTTP traffic is rarely captured on, with gopacket: as far as IP, and
// from there as all others. It is slow, and nothing but this function uses gopacket.
func (d *Decoder) odd(t Type, b []byte, cut int, seg *Segment) Kind {
	first, ok := oddDecoder(t)
	if !ok {
		return UnknownLink
	}
	b = b[:len(b):len(b)] // gopacket appends a checksum to some frames
	frame := gopacket.NewPacket(b, first, gopacket.DecodeOptions{Lazy: true, NoCopy: true})
	ip := frame.NetworkLayer()
	if ip != nil && (ip.LayerType() == layers.LayerTypeIPv4 || ip.LayerType() == layers.LayerTypeIPv6) {
		header := ip.LayerContents() // its payload stands behind it, in the same memory
		return d.ip(header[:min(len(b), cap(header))], cut, seg)
	}
	if frame.ErrorLayer() != nil {
		return Malformed
	}
	return NotTCP
}

// oddDecoder is gopacket's decoder of t.
func oddDecoder(t Type) (gopacket.Decoder, bool) {
	switch t {
	case PPP, PPPHDLC: // it knows both, and PPPHDLC by the first name alone
		return layers.LinkTypePPP, true
	case FDDI, IEEE80211, PFLog, Prism, Radiotap:
		return layers.LinkType(t), true
	}
	return nil, false
}
