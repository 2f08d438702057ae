package wsframe

import (
	"encoding/hex"
	"strings"
	"testing"
	"unsafe"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestIdleDecoderIsSmall(t *testing.T) {
	t.Parallel()
	if n := unsafe.Sizeof(Decoder{}); n >= 200 {
		t.Errorf("a Decoder takes %d bytes, want less than 200", n)
	}
}

// What engine.io 1.8 sends for a text of 1,501 bytes: a flush block inside, and a trailing 00.
func TestEngineIOInflate(t *testing.T) {
	t.Parallel()
	d := Decoder{Deflate: Deflate{Enabled: true}}
	var got []string
	err := d.Write(1, unhex(t, "c113 32a91805a360148c825130ec00000000ffff00 8106 3370726f6265"), func(m *Message) {
		got = append(got, string(m.Payload))
	})
	if want := "4" + strings.Repeat("x", 1500); err != nil || len(got) != 2 || got[0] != want || got[1] != "3probe" {
		t.Errorf("got %q, %v", got, err)
	}
}
