package live

import (
	"net"
	"net/netip"
	"runtime"
	"strings"

	"sioscope/protocol/lang"
)

// An Interface is a place where packets can be captured.
type Interface struct {
	Name      string // what to ask for
	About     string // what it is, in words, where that is known
	Addresses []netip.Prefix
	Up        bool // it is switched on
	Running   bool // and connected
	Loopback  bool
	// Packets is how many came and went since it was there, -1 where that cannot be known cheaply.
	Packets int64

	index int // the system's; 0: Any
}

// State is one word.
func (i *Interface) State() string {
	switch {
	case !i.Up:
		return lang.Mark("down")
	case !i.Running:
		return lang.Mark("no link")
	}
	return lang.Mark("up")
}

// Interfaces lists what can be captured on, in the system's order; Any is the last, where there is such a thing.
func Interfaces() ([]Interface, error) {
	list, err := net.Interfaces()
	if err != nil {
		return nil, lang.Say("listing the interfaces: %s", err)
	}
	var all []Interface
	for _, n := range list {
		i := Interface{Name: n.Name, index: n.Index, Packets: -1,
			Up: n.Flags&net.FlagUp != 0, Running: n.Flags&net.FlagRunning != 0, Loopback: n.Flags&net.FlagLoopback != 0}
		addrs, _ := n.Addrs() // an interface that went away meanwhile has none
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil {
				i.Addresses = append(i.Addresses, p)
			}
		}
		if i.Loopback {
			i.About = lang.Mark("this machine's own traffic")
		}
		all = append(all, i)
	}
	all = describe(all)
	if runtime.GOOS == "linux" {
		all = append(all, Interface{Name: Any, About: lang.Mark("all of them"), Up: true, Running: true, Packets: -1})
	}
	return all, nil
}

// find is the interface of a name.
func find(name string) (*Interface, error) {
	all, err := Interfaces()
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range all {
		if all[i].Name == name {
			return &all[i], nil
		}
		names = append(names, all[i].Name)
	}
	return nil, lang.Say("there is no interface %q; there are %s", name, strings.Join(names, ", "))
}
