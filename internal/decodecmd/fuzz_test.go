package decodecmd

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"testing"
	"unicode"

	"sioscope/internal/vectortest"
)

// FuzzRun pipes bytes in as every transport: the answer is JSON, and the text for people moves no cursor.
func FuzzRun(f *testing.F) {
	for _, v := range vectortest.Load(f) {
		f.Add([]byte(v.Bytes), uint8(slices.Index(transports, v.Transport)), uint8(v.EIO))
	}
	f.Fuzz(func(t *testing.T, p []byte, transport, eio uint8) {
		a := []string{"--eio", strconv.Itoa(int(3 + eio%2)), "--transport", transports[int(transport)%len(transports)]}
		var text, js bytes.Buffer
		status := Run(a, bytes.NewReader(p), &text, io.Discard)
		if again := Run(append(a, "--format", "json"), bytes.NewReader(p), &js, io.Discard); again != status {
			t.Errorf("status %d as text, %d as JSON", status, again)
		}
		if status != 2 && !json.Valid(js.Bytes()) {
			t.Errorf("not JSON: %s", &js)
		}
		for _, r := range text.String() {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%U in %q", r, &text)
			}
		}
	})
}
