package live

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"sioscope/capture/link"
)

// describe adds what sysfs counts.
func describe(all []Interface) []Interface {
	for i := range all {
		in, known := number(all[i].Name, "statistics/rx_packets")
		if out, also := number(all[i].Name, "statistics/tx_packets"); known && also {
			all[i].Packets = in + out
			if all[i].Loopback {
				all[i].Packets = in // what goes out is what comes in
			}
		}
	}
	return all
}

func number(name, file string) (int64, bool) {
	text, err := os.ReadFile(filepath.Join("/sys/class/net", name, file))
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 0, 64)
	return n, err == nil
}

func loopbackIndex() uint32 {
	all, err := Interfaces()
	if err != nil {
		return 1
	}
	for i := range all {
		if all[i].Loopback {
			return uint32(all[i].index)
		}
	}
	return 1
}

// linkOf says what frames of an interface begin with, and whether it is for us to give them a header: for all
// interfaces together, and for those whose own header is not read.
func linkOf(i *Interface) (t link.Type, cooked bool) {
	kind, known := number(i.Name, "type")
	switch {
	case i.index == 0 || !known:
		return link.SLL2, true
	case kind == unix.ARPHRD_ETHER || kind == unix.ARPHRD_LOOPBACK:
		return link.Ethernet, false
	case kind == unix.ARPHRD_NONE: // tun, WireGuard
		return link.Raw, false
	}
	return link.SLL2, true
}
