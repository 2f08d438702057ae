package pcapfile

import (
	"bytes"
	"unicode/utf8"
)

// looksLike names what a file that is no capture seems to be, from its first bytes.
func looksLike(head []byte) string {
	if len(head) == 0 {
		return "an empty file"
	}
	for _, m := range [...]struct{ prefix, name string }{
		{"\x7fELF", "a program (ELF)"},
		{"MZ", "a Windows program"},
		{"PK\x03\x04", "a zip archive: unpack it first"},
		{"\x28\xb5\x2f\xfd", "zstd data: decompress it first"},
		{"\xfd7zXZ", "xz data: decompress it first"},
		{"BZh", "bzip2 data: decompress it first"},
		{"\x04\x22\x4d\x18", "lz4 data: decompress it first"},
		{"7z\xbc\xaf", "a 7-Zip archive: unpack it first"},
		{"snoop\x00", "a snoop capture: convert it with editcap"},
		{"GMBU", "a Network Monitor capture: convert it with editcap"},
		{"RTSS", "a Network Monitor capture: convert it with editcap"},
		{"%PDF", "a PDF"},
		{"\x89PNG", "a picture (PNG)"},
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
		return "something else"
	case bytes.HasPrefix(text, []byte("{")) && bytes.Contains(text, []byte(`"log"`)):
		return "a HAR file"
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		return "JSON"
	case bytes.HasPrefix(text, []byte("<")):
		return "HTML or XML"
	}
	return "text (a capture is what tcpdump writes with -w)"
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
