package live

import (
	"errors"
	"net"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"sioscope/capture/link"
	"sioscope/protocol/lang"
)

const (
	blockSize = 1 << 20 // of the ring: the kernel fills one after the other, and no packet is longer
	retire    = 20      // milliseconds after which a block is handed over, full or not
)

// A packetSocket is an AF_PACKET socket with a ring in memory that the kernel shares (packet(7), TPACKET_V3).
type packetSocket struct {
	name   string
	fd     int
	ring   []byte
	next   int  // the block to be read
	cooked bool // frames come without their link header: one of LINKTYPE_LINUX_SLL2 goes before them
	frame  []byte

	received, dropped int64
}

// open captures on one interface, or on all.
func open(o Options) (device, link.Type, error) {
	face, err := find(o.Interface)
	if err != nil {
		return nil, 0, err
	}
	t, cooked := linkOf(face)
	kind := unix.SOCK_RAW
	if cooked {
		kind = unix.SOCK_DGRAM
	}
	// Protocol 0 hears nothing: no packet comes before the filter is in place.
	fd, err := unix.Socket(unix.AF_PACKET, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, 0, failure(o.Interface, lang.Say("opening a packet socket"), err)
	}
	s := &packetSocket{name: o.Interface, fd: fd, cooked: cooked}
	if err := s.start(face, t, o); err != nil {
		s.close()
		return nil, 0, err
	}
	return s, t, nil
}

// failure is why something cannot be done.
func failure(name string, doing lang.Sentence, err error) error {
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return newPermissionError(name)
	case errors.Is(err, unix.ENETDOWN) && vanished(name), errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO):
		return lang.Say("the interface %s is gone: it was removed, or has another name now", name)
	case errors.Is(err, unix.ENETDOWN):
		return lang.Say("the interface %s is down; bring it up with: sudo ip link set %s up", name, name)
	}
	return lang.Say("%s on %s: %s", doing, name, err)
}

// vanished says whether an interface that went down is no longer there. The kernel takes it down before it removes it.
func vanished(name string) bool {
	const looks, pause = 20, 10 * time.Millisecond
	for range looks {
		if _, err := net.InterfaceByName(name); err != nil {
			return true
		}
		time.Sleep(pause)
	}
	return false
}

// start sets up filter and ring, and then lets packets come.
func (s *packetSocket) start(face *Interface, t link.Type, o Options) error {
	program, err := o.program(t, once(face, s.cooked))
	if err != nil {
		return err
	}
	filter := make([]unix.SockFilter, len(program))
	for i, p := range program {
		filter[i] = unix.SockFilter{Code: p.Op, Jt: p.Jt, Jf: p.Jf, K: p.K}
	}
	if err := unix.SetsockoptSockFprog(s.fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}); err != nil {
		return failure(s.name, lang.Say("setting the filter"), err)
	}
	if err := s.share(o.Buffer); err != nil {
		return failure(s.name, lang.Say("setting up the buffer"), err)
	}
	if err := unix.Bind(s.fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ALL), Ifindex: face.index}); err != nil {
		return failure(s.name, lang.Say("capturing"), err)
	}
	if face.index != 0 && !face.Loopback && !o.Quiet {
		all := unix.PacketMreq{Ifindex: int32(face.index), Type: unix.PACKET_MR_PROMISC}
		if err := unix.SetsockoptPacketMreq(s.fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &all); err != nil {
			return failure(s.name, lang.Say("asking for all packets"), err)
		}
	}
	return nil
}

// share makes the ring: as large as asked for, or as the system has memory for.
func (s *packetSocket) share(size int) error {
	if err := unix.SetsockoptInt(s.fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3); err != nil {
		return err
	}
	for blocks := max(size/blockSize, 2); ; blocks /= 2 {
		err := unix.SetsockoptTpacketReq3(s.fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &unix.TpacketReq3{
			Block_size: blockSize, Block_nr: uint32(blocks), Frame_size: 1 << 11, Frame_nr: uint32(blocks * (blockSize >> 11)), Retire_blk_tov: retire,
		})
		if errors.Is(err, unix.ENOMEM) && blocks > 2 {
			continue
		}
		if err != nil {
			return err
		}
		s.ring, err = unix.Mmap(s.fd, 0, blocks*blockSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		return err
	}
}

// once is the filter that drops what the loopback shows a second time: each of its packets goes out and comes in.
func once(face *Interface, cooked bool) []bpf.Instruction {
	outgoing := []bpf.Instruction{
		bpf.LoadExtension{Num: bpf.ExtType},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.PACKET_OUTGOING, SkipTrue: 1},
		bpf.RetConstant{Val: 0},
	}
	switch {
	case face.Loopback:
		return outgoing
	case face.index == 0: // all interfaces, and the first is the loopback
		outgoing[1] = bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.PACKET_OUTGOING, SkipTrue: 3}
		return []bpf.Instruction{outgoing[0], outgoing[1], bpf.LoadExtension{Num: bpf.ExtInterfaceIndex},
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: loopbackIndex(), SkipTrue: 1}, outgoing[2]}
	}
	return nil
}

// read goes through the blocks that the kernel has handed over.
func (s *packetSocket) read(wait time.Duration, use func(int64, []byte, int) error) error {
	blocks := len(s.ring) / blockSize
	for n := 0; n < blocks; n++ { // not without end, so that others are looked after
		block := s.ring[s.next*blockSize : (s.next+1)*blockSize]
		status := (*uint32)(unsafe.Pointer(&block[8]))
		if atomic.LoadUint32(status)&unix.TP_STATUS_USER == 0 {
			if n > 0 {
				return nil
			}
			if err := s.wait(wait); err != nil {
				return err
			}
			if atomic.LoadUint32(status)&unix.TP_STATUS_USER == 0 {
				return nil
			}
		}
		err := s.block(block, use)
		atomic.StoreUint32(status, unix.TP_STATUS_KERNEL)
		s.next = (s.next + 1) % blocks
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *packetSocket) wait(most time.Duration) error {
	fds := []unix.PollFd{{Fd: int32(s.fd), Events: unix.POLLIN}}
	_, err := unix.Poll(fds, int(most.Milliseconds()))
	if err != nil && err != unix.EINTR {
		return failure(s.name, lang.Say("waiting for packets"), err)
	}
	if fds[0].Revents&unix.POLLERR != 0 {
		if code, err := unix.GetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_ERROR); err == nil && code != 0 {
			return failure(s.name, lang.Say("capturing"), syscall.Errno(code))
		}
	}
	return nil
}

// block gives the packets of one block.
func (s *packetSocket) block(b []byte, use func(int64, []byte, int) error) error {
	head := (*unix.TpacketHdrV1)(unsafe.Pointer(&b[8]))
	for at, n := head.Offset_to_first_pkt, head.Num_pkts; n > 0; n-- {
		h := (*unix.Tpacket3Hdr)(unsafe.Pointer(&b[at]))
		data, orig := s.whole(b[at:], h)
		if err := use(int64(h.Sec)*1e9+int64(h.Nsec), data, orig); err != nil {
			return err
		}
		at += h.Next_offset
	}
	return nil
}

// whole is a packet as it was on the wire: with the VLAN tag that the kernel took out, or, where it shows no link
// header, with one.
func (s *packetSocket) whole(b []byte, h *unix.Tpacket3Hdr) (data []byte, orig int) {
	tagged := h.Status&unix.TP_STATUS_VLAN_VALID != 0
	switch {
	case s.cooked:
		data = b[h.Net:][:h.Snaplen]
		from := (*unix.RawSockaddrLinklayer)(unsafe.Pointer(&b[unix.SizeofTpacket3Hdr]))
		s.frame = append(appendSLL2(s.frame[:0], from), data...)
		return s.frame, int(h.Len) + sll2Len
	case tagged && h.Snaplen >= 12:
		data = b[h.Mac:][:h.Snaplen]
		tpid := uint16(unix.ETH_P_8021Q)
		if h.Status&unix.TP_STATUS_VLAN_TPID_VALID != 0 {
			tpid = h.Hv1.Vlan_tpid
		}
		tci := uint16(h.Hv1.Vlan_tci)
		s.frame = append(append(s.frame[:0], data[:12]...), byte(tpid>>8), byte(tpid), byte(tci>>8), byte(tci))
		s.frame = append(s.frame, data[12:]...)
		return s.frame, int(h.Len) + 4
	}
	return b[h.Mac:][:h.Snaplen], int(h.Len)
}

const sll2Len = 20

// appendSLL2 makes a header of LINKTYPE_LINUX_SLL2.
func appendSLL2(b []byte, from *unix.RawSockaddrLinklayer) []byte {
	p := (*[2]byte)(unsafe.Pointer(&from.Protocol)) // in network order
	b = append(b, p[0], p[1], 0, 0)
	i := uint32(from.Ifindex)
	b = append(b, byte(i>>24), byte(i>>16), byte(i>>8), byte(i), byte(from.Hatype>>8), byte(from.Hatype), from.Pkttype, from.Halen)
	return append(b, from.Addr[:]...)
}

// counts asks the kernel, which begins at zero again with every answer. What it counts as received includes what it
// dropped.
func (s *packetSocket) counts() (received, dropped int64) {
	if st, err := unix.GetsockoptTpacketStatsV3(s.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
		s.received += int64(st.Packets)
		s.dropped += int64(st.Drops)
	}
	return s.received, s.dropped
}

func (s *packetSocket) close() {
	if s.ring != nil {
		unix.Munmap(s.ring)
		s.ring = nil
	}
	unix.Close(s.fd)
}

func htons(v uint16) uint16 {
	b := [2]byte{byte(v >> 8), byte(v)}
	return *(*uint16)(unsafe.Pointer(&b))
}
