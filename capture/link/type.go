package link

import "strconv"

// A Type says what a captured frame begins with: a LINKTYPE_ number of https://www.tcpdump.org/linktypes.html.
type Type uint16

// The types that are decoded.
const (
	Null      Type = 0 // BSD and macOS loopback, Windows loopback
	Ethernet  Type = 1
	PPP       Type = 9
	FDDI      Type = 10
	Raw12     Type = 12 // raw IP, as the DLT_ number of most systems
	Raw14     Type = 14 // raw IP, as the DLT_ number of OpenBSD
	PPPHDLC   Type = 50
	PPPoE     Type = 51
	Raw       Type = 101
	CiscoHDLC Type = 104
	IEEE80211 Type = 105
	Loop      Type = 108 // OpenBSD loopback
	SLL       Type = 113 // Linux "any"
	PFLog     Type = 117
	Prism     Type = 119
	Radiotap  Type = 127
	IPv4      Type = 228
	IPv6      Type = 229
	PKTAP     Type = 258 // macOS "any"
	SLL2      Type = 276 // Linux "any", since libpcap 1.10
)

// String is the name that capture programs show, as far as it is known here.
func (t Type) String() string {
	switch t {
	case Null:
		return "BSD loopback"
	case Ethernet:
		return "Ethernet"
	case PPP, PPPHDLC:
		return "PPP"
	case FDDI:
		return "FDDI"
	case Raw12, Raw14, Raw:
		return "raw IP"
	case PPPoE:
		return "PPPoE"
	case CiscoHDLC:
		return "Cisco HDLC"
	case IEEE80211:
		return "802.11"
	case Loop:
		return "OpenBSD loopback"
	case SLL:
		return "Linux cooked v1"
	case PFLog:
		return "OpenBSD pflog"
	case Prism:
		return "802.11 with Prism header"
	case Radiotap:
		return "802.11 with radiotap header"
	case IPv4:
		return "raw IPv4"
	case IPv6:
		return "raw IPv6"
	case PKTAP:
		return "Apple PKTAP"
	case SLL2:
		return "Linux cooked v2"
	}
	return "link type " + strconv.Itoa(int(t))
}
