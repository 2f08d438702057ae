package link

import "testing"

func TestEndpoint(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   Endpoint
		want string
	}{
		{"zero", Endpoint{}, "[::]:0"},
		{"IPv4", Endpoint{Addr: [16]byte{10: 0xff, 11: 0xff, 12: 192, 13: 0, 14: 2, 15: 1}, Port: 80}, "192.0.2.1:80"},
		{"IPv6", Endpoint{Addr: [16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 1}, Port: 443}, "[2001:db8::1]:443"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.in.String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	tests := []struct{ got, want string }{
		{Flags(0).String(), ""},
		{(SYN | ACK).String(), "SYN|ACK"},
		{Flags(0xff).String(), "FIN|SYN|RST|PSH|ACK|URG"},
		{Ethernet.String(), "Ethernet"},
		{SLL2.String(), "Linux cooked v2"},
		{Type(147).String(), "link type 147"},
		{UnknownLink.String(), "unknown link type"},
		{Kind(99).String(), "kind 99"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
