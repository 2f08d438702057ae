package link

import (
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// odd decodes the link types that HTTP traffic is rarely captured on, with gopacket: as far as the layer
// that names what follows, and from there as all others. It is slow, and nothing else uses gopacket.
func (d *Decoder) odd(t Type, b []byte, cut int, seg *Segment) Kind {
	first, names, ok := oddDecoder(t)
	if !ok {
		return UnknownLink
	}
	b = b[:len(b):len(b)] // gopacket appends a checksum to some frames, and moves the rest over a radiotap's padding
	frame := gopacket.NewPacket(b, first, gopacket.DecodeOptions{Lazy: true, NoCopy: t != Radiotap})
	switch l := frame.Layer(names).(type) {
	case *layers.SNAP:
		return d.network(uint16(l.Type), l.Payload, cut, seg)
	case *layers.PPP:
		return d.ppp(uint16(l.PPPType), l.Payload, cut, seg)
	case *layers.PFLog:
		return d.ip(l.Payload, cut, seg)
	}
	all := frame.Layers()
	if len(all) == 0 || all[0].LayerType() == gopacket.LayerTypeDecodeFailure {
		return Malformed
	}
	return NotTCP // Wi-Fi has beacons, acknowledgements and encrypted frames
}

// oddDecoder gives gopacket's decoder for frames of type t, and the layer of them that names what follows.
func oddDecoder(t Type) (first gopacket.Decoder, names gopacket.LayerType, ok bool) {
	switch t {
	case PPP, PPPHDLC: // both have address and control, or leave them out
		return layers.LinkTypePPP, layers.LayerTypePPP, true
	case PFLog:
		return layers.LinkTypePFLog, layers.LayerTypePFLog, true
	case FDDI, IEEE80211, Prism, Radiotap:
		return layers.LinkType(t), layers.LayerTypeSNAP, true
	}
	return nil, 0, false
}
