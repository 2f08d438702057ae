package http1_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"sioscope/protocol/fact"
	"sioscope/protocol/http1"
)

// encode applies a content coding; "raw" is deflate without its zlib wrapping.
func encode(t *testing.T, coding, text string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "raw":
		w, err = flate.NewWriter(&b, flate.BestSpeed)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// respond gives the response to a GET: its field lines, and its body; cut bytes of it are never sent.
func respond(t *testing.T, opt *http1.Options, fields, body string, cut int) *fact.Response {
	t.Helper()
	var got *fact.Response
	emit := func(f fact.Fact) {
		if r, ok := f.(*fact.Response); ok {
			c := *r
			c.Body, c.Header = bytes.Clone(r.Body), bytes.Clone(r.Header)
			got = &c
		}
	}
	c := http1.New(nil, opt)
	c.Write(fact.Out, 1, []byte("GET / HTTP/1.1\r\n\r\n"), emit)
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n", fields, len(body))
	c.Write(fact.In, 2, []byte(head+body[:len(body)-cut]), emit)
	c.Close(3, emit)
	if got == nil {
		t.Fatal("no response")
	}
	return got
}

func TestContentCodings(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("42[\"news\",{\"n\":1}]\x1e", 50)
	gz := encode(t, "gzip", text)
	damaged := []byte(gz)
	damaged[len(damaged)-5] ^= 1
	tests := []struct {
		name, coding, body string
		cut                int
		prefix             bool // some of text, not all
		want               string
		wrong              string
	}{
		{name: "gzip", coding: "gzip", body: gz, want: text},
		{name: "x-gzip", coding: "X-GZip", body: gz, want: text},
		{name: "identity", coding: "identity", body: text, want: text},
		{name: "deflate", coding: "deflate", body: encode(t, "zlib", text), want: text},
		{name: "deflate without zlib", coding: "deflate", body: encode(t, "raw", text), want: text},
		{name: "brotli", coding: "br", body: encode(t, "br", text), want: text},
		{name: "zstd", coding: "zstd", body: encode(t, "zstd", text), want: text},
		{name: "list", coding: "gzip, br", body: encode(t, "br", gz), want: text},
		{name: "two lines", coding: "gzip\r\nContent-Encoding: zstd", body: encode(t, "zstd", gz), want: text},
		{name: "cut gzip", coding: "gzip", body: gz, cut: 9, prefix: true, want: text},
		{name: "cut brotli", coding: "br", body: encode(t, "br", text), cut: 1, prefix: true, want: text},
		{name: "cut zstd", coding: "zstd", body: encode(t, "zstd", text), cut: 1, prefix: true, want: text},
		{name: "one byte", coding: "gzip", body: gz, cut: len(gz) - 1},
		{name: "checksum", coding: "gzip", body: string(damaged), want: text, wrong: "gzip: invalid checksum"},
		{name: "no gzip", coding: "gzip", body: "plain text", wrong: "gzip: invalid header"},
		{name: "no zstd", coding: "zstd", body: "plain text", wrong: "zstd: "},
		{name: "no brotli", coding: "br", body: "\xff\xff\xff\xff", wrong: "brotli: "},
		{name: "ends early", coding: "deflate", body: encode(t, "raw", text)[:5], prefix: true, want: text, wrong: "deflate: unexpected EOF"},
		{name: "unknown", coding: "compress", body: "x", wrong: "unknown content coding compress"},
		{name: "too many", coding: "gzip,gzip,gzip,gzip,gzip", body: gz, wrong: "too many content codings"},
	}
	opt := new(http1.Options)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // the second time with the decompressor of the first
				r := respond(t, opt, "Content-Encoding: "+tt.coding+"\r\n", tt.body, tt.cut)
				if tt.wrong == "" && r.BodyError != "" || !strings.HasPrefix(r.BodyError, tt.wrong) {
					t.Errorf("error %q, want %q", r.BodyError, tt.wrong)
				}
				if got := string(r.Body); got != tt.want && !(tt.prefix && strings.HasPrefix(tt.want, got)) {
					t.Errorf("body %q, want %q", got, tt.want)
				}
				if r.Incomplete != (tt.cut > 0) || r.BodySize != int64(len(tt.body)-tt.cut) || r.Truncated {
					t.Errorf("incomplete %v, truncated %v, size %d", r.Incomplete, r.Truncated, r.BodySize)
				}
			}
		})
	}
}

func TestBomb(t *testing.T) {
	t.Parallel()
	opt := &http1.Options{MaxDecoded: 1000}
	zeros := strings.Repeat("\x00", 1<<20)
	for _, tt := range []struct{ name, coding, body string }{
		{"gzip", "gzip", encode(t, "gzip", zeros)},
		{"deflate", "deflate", encode(t, "raw", zeros)},
		{"brotli", "br", encode(t, "br", zeros)},
		{"zstd", "zstd", encode(t, "zstd", zeros)},
		{"in two layers", "gzip, gzip", encode(t, "gzip", encode(t, "gzip", zeros))},
		{"in the outer layer", "gzip, br", encode(t, "br", encode(t, "gzip", "")+zeros)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := respond(t, opt, "Content-Encoding: "+tt.coding+"\r\n", tt.body, 0)
			if !r.Truncated || len(r.Body) > 1000 || r.BodyError != "" {
				t.Errorf("truncated %v, %d bytes, error %q", r.Truncated, len(r.Body), r.BodyError)
			}
		})
	}
	r := respond(t, opt, "Content-Encoding: gzip\r\n", encode(t, "gzip", zeros[:1000]), 0)
	if r.Truncated || len(r.Body) != 1000 {
		t.Errorf("exactly the limit: truncated %v, %d bytes", r.Truncated, len(r.Body))
	}
}

// A request has no place for the error: it is a fact of its own.
func TestRequestCoding(t *testing.T) {
	t.Parallel()
	var got []string
	c := http1.New(nil, new(http1.Options))
	c.Write(fact.Out, 1, []byte("POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 10\r\n\r\nplain text"), func(f fact.Fact) {
		switch f := f.(type) {
		case *fact.Malformed:
			got = append(got, f.What)
		case *fact.Request:
			got = append(got, fmt.Sprintf("%q", f.Body))
		}
	})
	if want := []string{"http: request body: gzip: invalid header", `""`}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
