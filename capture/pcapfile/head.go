package pcapfile

// Head tells, before the first Next, what wrote a pcapng file and which interfaces are described before its first packet.
// A pcap file says neither.
func (r *Reader) Head() (app string, interfaces []Iface) {
	for r.isNg && r.err == nil {
		start := r.in.offset()
		h, err := r.in.peek(8)
		if err != nil {
			break // Next says so
		}
		kind := r.order.u32(h)
		if kind == blockSection {
			if r.packets > 0 || r.setByteOrder(start) != nil {
				break
			}
			h, _ = r.in.peek(8)
		}
		if kind != blockSection && kind != blockInterface && kind != blockSecrets {
			break
		}
		size, err := r.blockSize(start, r.order.u32(h[4:]))
		if err != nil {
			break
		}
		body, err := r.body(start, size)
		if err != nil {
			break
		}
		if _, r.err = r.block(kind, start, body, new(Packet)); r.err != nil {
			break
		}
	}
	for _, i := range r.ng.interfaces {
		interfaces = append(interfaces, Iface{Name: i.name, About: i.about, Link: i.link, SnapLen: int(i.snapLen)})
	}
	return r.ng.app, interfaces
}

// About is what an interface of the present section is said to be, "" where nothing is.
func (r *Reader) About(iface int) string {
	if iface < 0 || iface >= len(r.ng.interfaces) {
		return ""
	}
	return r.ng.interfaces[iface].about
}
