package assets

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"testing"
)

func TestDemoIsAPcapThatShowsTheFault(t *testing.T) {
	t.Parallel()
	if got := binary.LittleEndian.Uint32(Demo); got != 0xa1b2c3d4 && got != 0xa1b23c4d {
		t.Errorf("magic number %#x, want a little-endian pcap", got)
	}
	for _, want := range []string{"transport=polling", "Upgrade: websocket", "Session ID unknown"} {
		if !bytes.Contains(Demo, []byte(want)) {
			t.Errorf("nothing in the recording says %q", want)
		}
	}
}

func TestIconIs512Square(t *testing.T) {
	t.Parallel()
	icon, err := png.DecodeConfig(bytes.NewReader(Icon))
	if err != nil {
		t.Fatal(err)
	}
	if icon.Width != 512 || icon.Height != 512 {
		t.Errorf("icon is %dx%d, want 512x512", icon.Width, icon.Height)
	}
}
