package wsframe

import "testing"

// TestBreach has the key and accept of RFC 6455 §1.3.
func TestBreach(t *testing.T) {
	t.Parallel()
	asked := Asked{Key: "dGhlIHNhbXBsZSBub25jZQ==", Protocols: "v1, v2", Extensions: "permessage-deflate; client_max_window_bits"}
	for name, tt := range map[string]struct {
		change map[string]string
		want   Breach
	}{
		"proper":                 {nil, Proper},
		"in other letters":       {map[string]string{"Upgrade": "WebSocket", "Connection": "keep-alive, upgrade"}, Proper},
		"no Upgrade":             {map[string]string{"Upgrade": ""}, NoUpgrade},
		"another Upgrade":        {map[string]string{"Upgrade": "h2c"}, NoUpgrade},
		"no Connection":          {map[string]string{"Connection": ""}, NoConnection},
		"Connection: close":      {map[string]string{"Connection": "close"}, NoConnection},
		"no accept":              {map[string]string{"Sec-WebSocket-Accept": ""}, NoAccept},
		"accept of another key":  {map[string]string{"Sec-WebSocket-Accept": Accept("x")}, WrongAccept},
		"a subprotocol":          {map[string]string{"Sec-WebSocket-Protocol": "v2"}, Proper},
		"another subprotocol":    {map[string]string{"Sec-WebSocket-Protocol": "chat"}, NotAskedFor},
		"an extension":           {map[string]string{"Sec-WebSocket-Extensions": "permessage-deflate; server_no_context_takeover"}, Proper},
		"one beside it":          {map[string]string{"Sec-WebSocket-Extensions": "permessage-deflate, x-webkit-foo"}, NeverOffered},
		"an empty extension":     {map[string]string{"Sec-WebSocket-Extensions": ""}, Proper},
		"its name is no element": {map[string]string{"Sec-WebSocket-Extensions": "client_max_window_bits"}, NeverOffered},
	} {
		fields := map[string]string{"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}
		for field, value := range tt.change {
			fields[field] = value
		}
		got := asked.Breach(func(name string) string { return fields[name] })
		if got != tt.want {
			t.Errorf("%s: %v %q, want %v", name, got, got.Said().String(), tt.want)
		}
		if (got == Proper) != got.Said().Empty() {
			t.Errorf("%s: said %q", name, got.Said().String())
		}
	}
}
