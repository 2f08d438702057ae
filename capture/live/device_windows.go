package live

import (
	"net"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"sioscope/capture/link"
	"sioscope/protocol/lang"
)

// A npcap is an open interface of Npcap, which is libpcap for Windows (https://npcap.com): its functions are called in
// wpcap.dll, so that no cgo is needed. It is built with every release, and was never run on Windows by us.
type npcap struct {
	name   string
	lib    *library
	handle uintptr
}

// A library is wpcap.dll.
type library struct {
	findAllDevs, freeAllDevs, create, setSnaplen, setPromisc, setTimeout, setBufferSize, setImmediateMode,
	activate, datalink, setFilter, nextEx, stats, geterr, closeHandle *windows.LazyProc
}

// errbufSize is PCAP_ERRBUF_SIZE.
const errbufSize = 256

// load finds Npcap where it is installed.
func load() (*library, error) {
	system, err := windows.GetSystemDirectory()
	if err != nil {
		return nil, err
	}
	// wpcap.dll needs Packet.dll from beside it.
	if err := windows.SetDllDirectory(filepath.Join(system, "Npcap")); err != nil {
		return nil, err
	}
	defer windows.SetDllDirectory("") //nolint:errcheck // the default again
	dll := windows.NewLazyDLL(filepath.Join(system, "Npcap", "wpcap.dll"))
	if err := dll.Load(); err != nil {
		return nil, &PermissionError{Cause: lang.Say("capturing needs Npcap, which is not installed"), Hint: lang.Say("get it from https://npcap.com")}
	}
	p := dll.NewProc
	return &library{p("pcap_findalldevs"), p("pcap_freealldevs"), p("pcap_create"), p("pcap_set_snaplen"), p("pcap_set_promisc"),
		p("pcap_set_timeout"), p("pcap_set_buffer_size"), p("pcap_set_immediate_mode"), p("pcap_activate"), p("pcap_datalink"),
		p("pcap_setfilter"), p("pcap_next_ex"), p("pcap_stats"), p("pcap_geterr"), p("pcap_close")}, nil
}

// pcapIf is struct pcap_if, as far as it is used.
type pcapIf struct {
	next              *pcapIf
	name, description *byte
	addresses         *pcapAddr
	flags             uint32
}

type pcapAddr struct {
	next *pcapAddr
	addr *windows.RawSockaddrAny
}

// deviceOf finds Npcap's name of an interface that Windows calls otherwise: by an address that both know, or by its
// description.
func (l *library) deviceOf(i *Interface) (string, error) {
	var list *pcapIf
	var said [errbufSize]byte
	if n, _, _ := l.findAllDevs.Call(uintptr(unsafe.Pointer(&list)), uintptr(unsafe.Pointer(&said[0]))); int32(n) != 0 {
		return "", lang.Say("Npcap cannot list the interfaces: %s", windows.ByteSliceToString(said[:]))
	}
	defer l.freeAllDevs.Call(uintptr(unsafe.Pointer(list)))
	for d := list; d != nil; d = d.next {
		name := windows.BytePtrToString(d.name)
		if i.Loopback && strings.HasSuffix(name, "NPF_Loopback") || !i.Loopback && d.has(i) {
			return name, nil
		}
	}
	return "", lang.Say("Npcap does not know the interface %s; it may have no address", i.Name)
}

// has says whether an interface has one of the addresses.
func (d *pcapIf) has(i *Interface) bool {
	for a := d.addresses; a != nil; a = a.next {
		if a.addr == nil {
			continue
		}
		sa, err := a.addr.Sockaddr()
		if err != nil {
			continue
		}
		var ip net.IP
		switch sa := sa.(type) {
		case *windows.SockaddrInet4:
			ip = sa.Addr[:]
		case *windows.SockaddrInet6:
			ip = sa.Addr[:]
		}
		for _, p := range i.Addresses {
			if ip.Equal(p.Addr().AsSlice()) {
				return true
			}
		}
	}
	return false
}

func open(o Options) (device, link.Type, error) {
	face, err := find(o.Interface)
	if err != nil {
		return nil, 0, err
	}
	lib, err := load()
	if err != nil {
		return nil, 0, err
	}
	name, err := lib.deviceOf(face)
	if err != nil {
		return nil, 0, err
	}
	path, err := windows.BytePtrFromString(name)
	if err != nil {
		return nil, 0, err
	}
	var said [errbufSize]byte
	handle, _, _ := lib.create.Call(uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&said[0])))
	if handle == 0 {
		return nil, 0, lang.Say("capturing on %s: %s", o.Interface, windows.ByteSliceToString(said[:]))
	}
	d := &npcap{name: o.Interface, lib: lib, handle: handle}
	t, err := d.start(o)
	if err != nil {
		d.close()
		return nil, 0, err
	}
	return d, t, nil
}

// permDenied is PCAP_ERROR_PERM_DENIED.
const permDenied = -8

func (d *npcap) start(o Options) (link.Type, error) {
	d.lib.setSnaplen.Call(d.handle, SnapLen)
	d.lib.setTimeout.Call(d.handle, uintptr(lookEvery.Milliseconds()))
	d.lib.setBufferSize.Call(d.handle, uintptr(o.Buffer))
	if !o.Quiet {
		d.lib.setPromisc.Call(d.handle, 1)
	}
	if n, _, _ := d.lib.activate.Call(d.handle); int32(n) < 0 {
		if int32(n) == permDenied {
			return 0, newPermissionError(o.Interface)
		}
		return 0, d.failure()
	}
	kind, _, _ := d.lib.datalink.Call(d.handle)
	t := link.Type(kind)
	program, err := o.program(t, nil)
	if err != nil {
		return 0, err
	}
	filter := struct { // struct bpf_program
		n     uint32
		first unsafe.Pointer
	}{uint32(len(program)), unsafe.Pointer(&program[0])}
	if n, _, _ := d.lib.setFilter.Call(d.handle, uintptr(unsafe.Pointer(&filter))); int32(n) != 0 {
		return 0, d.failure()
	}
	return t, nil
}

func (d *npcap) failure() error {
	text, _, _ := d.lib.geterr.Call(d.handle)
	return lang.Say("capturing on %s: %s", d.name, windows.BytePtrToString(*(**byte)(unsafe.Pointer(&text))))
}

// pcapHeader is struct pcap_pkthdr, with the 32-bit times of Windows.
type pcapHeader struct {
	seconds, micros, captured, length uint32
}

func (d *npcap) read(_ time.Duration, use func(int64, []byte, int) error) error {
	for range 4096 { // not without end, so that others are looked after
		var head *pcapHeader
		var data *byte
		n, _, _ := d.lib.nextEx.Call(d.handle, uintptr(unsafe.Pointer(&head)), uintptr(unsafe.Pointer(&data)))
		switch int32(n) {
		case 1:
		case 0: // none came in time
			return nil
		default:
			return d.failure()
		}
		at := int64(head.seconds)*1e9 + int64(head.micros)*1e3
		if err := use(at, unsafe.Slice(data, head.captured), int(head.length)); err != nil {
			return err
		}
	}
	return nil
}

func (d *npcap) counts() (received, dropped int64) {
	var st struct{ received, dropped, ifDropped, a, b, c uint32 } // struct pcap_stat, with room for Windows' own
	if n, _, _ := d.lib.stats.Call(d.handle, uintptr(unsafe.Pointer(&st))); int32(n) != 0 {
		return 0, 0
	}
	return int64(st.received), int64(st.dropped)
}

func (d *npcap) close() { d.lib.closeHandle.Call(d.handle) }

func describe(all []Interface) []Interface { return all }
