package pcapfile

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"sioscope/protocol/lang"
)

// Looks says whether a file that begins with head is a capture, not compressed.
func Looks(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	little, big := binary.LittleEndian.Uint32(head), binary.BigEndian.Uint32(head)
	return big == blockSection || knownMagic(little) || knownMagic(big)
}

// looksLike names what a file that is no capture seems to be, from its first bytes.
func looksLike(head []byte) string {
	if len(head) == 0 {
		return lang.Mark("an empty file")
	}
	for _, m := range [...]struct{ prefix, name string }{
		{"\x7fELF", lang.Mark("a program (ELF)")},
		{"MZ", lang.Mark("a Windows program")},
		{"PK\x03\x04", lang.Mark("a zip archive: save it to a file and open that, or unpack it")},
		{"\x28\xb5\x2f\xfd", lang.Mark("zstd data: decompress it first")},
		{"\xfd7zXZ", lang.Mark("xz data: decompress it first")},
		{"BZh", lang.Mark("bzip2 data: decompress it first")},
		{"\x04\x22\x4d\x18", lang.Mark("lz4 data: decompress it first")},
		{"7z\xbc\xaf", lang.Mark("a 7-Zip archive: unpack it first")},
		{"snoop\x00", lang.Mark("a snoop capture: convert it with editcap")},
		{"GMBU", lang.Mark("a Network Monitor capture: convert it with editcap")},
		{"RTSS", lang.Mark("a Network Monitor capture: convert it with editcap")},
		{"%PDF", lang.Mark("a PDF")},
		{"\x89PNG", lang.Mark("a picture (PNG)")},
	} {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.name
		}
	}
	return looksLikeText(head[:min(len(head), 512)])
}

// looksLikeText tells text from bytes that mean nothing here.
func looksLikeText(head []byte) string {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.IndexByte(head, 0) >= 0 || !validPrefix(head):
		return lang.Mark("something else")
	case bytes.HasPrefix(text, []byte("{")) && bytes.Contains(text, []byte(`"log"`)):
		return lang.Mark("a HAR file")
	case bytes.HasPrefix(text, []byte(`{"constants":`)): // as Chromium's net/log/file_net_log_observer.cc begins one
		return lang.Mark("a network log of Chrome (chrome://net-export), which is not read: save a HAR from the network panel instead")
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		return lang.Mark("JSON")
	case bytes.HasPrefix(text, []byte("<")):
		return lang.Mark("HTML or XML")
	}
	return lang.Mark("text (a capture is what tcpdump writes with -w)")
}

// validPrefix reports whether b is UTF-8, the last rune perhaps cut.
func validPrefix(b []byte) bool {
	for cut := range utf8.UTFMax {
		if cut <= len(b) && utf8.Valid(b[:len(b)-cut]) {
			return true
		}
	}
	return false
}
