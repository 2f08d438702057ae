package engineio

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sioscope/internal/vectortest"
)

// show writes a packet so that two of them compare.
func show(p Packet) string {
	name := p.Type.String()
	switch {
	case !p.HasData:
		return name
	case p.Binary:
		return name + "#" + hex.EncodeToString(p.Data)
	}
	return fmt.Sprintf("%s:%q", name, p.Data)
}

func showWant(p vectortest.EIOPacket) string {
	name := "unknown"
	if p.Type != nil {
		name = *p.Type
	}
	switch {
	case p.Hex != nil:
		return name + "#" + hex.EncodeToString(*p.Hex)
	case p.Text != nil:
		return fmt.Sprintf("%s:%q", name, *p.Text)
	}
	return name
}

// result is what a vector decodes to, in the vectors' own terms.
type result struct {
	packets []Packet
	shown   []string
	odd     Odd
	err     error
	index   int // of the error, among what was delivered
}

func (r *result) add(p Packet) {
	r.shown = append(r.shown, show(p))
	p.Data = bytes.Clone(p.Data)
	r.packets = append(r.packets, p)
	r.odd |= p.Odd
}

func (r *result) fail(err error, before int) {
	if err == nil || r.err != nil {
		return
	}
	r.err, r.index = err, before
	var d *DecodeError
	if errors.As(err, &d) {
		r.index += d.Packet
	}
}

func decodeVector(v vectortest.Vector) result {
	var r result
	d := Decoder{Rev: v.EIO, DoubleUTF8: v.DoubleUTF8}
	for _, m := range v.Messages() {
		before := len(r.packets)
		switch m.Transport {
		case "polling":
			r.fail(d.Polling(m.Bytes, r.add), before)
		case "polling-binary":
			r.fail(d.PollingBinary(m.Bytes, r.add), before)
		case "jsonp":
			r.fail(d.JSONP(m.Bytes, v.Direction == "client-to-server", r.add), before)
		case "webtransport":
			wt := WebTransportDecoder{MaxPayload: v.Opts.MaxPayload}
			chunk := max(v.Opts.Chunk, 1)
			if v.Opts.Chunk == 0 {
				chunk = len(m.Bytes)
			}
			for part := range slices.Chunk(m.Bytes, chunk) {
				r.fail(wt.Write(part, r.add), before)
			}
		default:
			p, err := d.Message(m.Transport == "websocket-binary", m.Bytes)
			if err != nil {
				r.fail(err, before)
				continue
			}
			r.add(p)
		}
	}
	return r
}

// flagged are the lenient vectors whose oddness this package sees, and how: everything else lenient is Socket.IO's.
var flagged = map[string]Odd{
	"eio3-poll-b64-unpadded":     OddBase64,
	"eio3-poll-b64-urlsafe":      OddBase64,
	"eio3-poll-b64-bad-type":     OddType | OddBase64,
	"eio3-poll-len-hex":          OddLength,
	"eio3-poll-len-exp":          OddLength,
	"eio3-poll-len-leading-zero": OddLength,
	"eio3-poll-bom":              OddLength,
	"eio3-bin-lead-2":            OddLead,
	"eio3-bin-unknown-type":      OddType,
	"eio3-bin-truncated":         OddShort,
	"eio3-wsbin-ascii-4":         OddType,
	"eio3-wsbin-empty-frame":     OddType,
	"eio3-wsbin-unknown-type":    OddType,
	"eio4-poll-bin-unpadded":     OddBase64,
	"eio4-poll-bin-urlsafe":      OddBase64,
	"eio4-poll-bin-garbage":      OddBase64,
	"eio4-poll-bin-crlf":         OddBase64,
	"eio4-wt-len64":              OddLongHeader,
	"eio4-wt-len16-nonminimal":   OddLongHeader,
}

// oddButStrict are vectors that every decoder must accept and that are flagged nevertheless.
var oddButStrict = map[string]Odd{
	"eio3-poll-invalid-utf8":           OddUTF8,
	"eio3-bin-lone-surrogate":          OddUTF8,
	"eio4-poll-invalid-utf8":           OddUTF8,
	"eio3-poll-double-utf8-read-by-2x": OddDouble,
	"eio4-jsonp-post-b64-raw-plus":     OddBase64,
	"eio4-poll-rs-in-data":             OddBase64,
	"eio4-poll-b4-is-data":             OddBase64,
}

func TestVectors(t *testing.T) {
	t.Parallel()
	ran, canonical := 0, 0
	for _, v := range vectortest.Load(t) {
		ran++
		if v.Canonical {
			canonical++
		}
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			got := decodeVector(v)
			var want []string
			for _, p := range v.Expect {
				want = append(want, showWant(p))
			}
			if !slices.Equal(got.shown, want) {
				t.Errorf("packets\n got %s\nwant %s", got.shown, want)
			}
			if (got.err != nil) != (v.Error != "") {
				t.Errorf("error %v, want %q", got.err, v.Error)
			}
			if got.err != nil && got.index != v.ErrorIndex {
				t.Errorf("error at %d, want %d: %v", got.index, v.ErrorIndex, got.err)
			}
			if want := flagged[v.ID] | oddButStrict[v.ID]; got.odd != want {
				t.Errorf("odd %q, want %q", got.odd, want)
			}
			if v.Layer == "eio" && v.Lenient && got.odd == 0 {
				t.Error("lenient and not flagged")
			}
			if v.Canonical {
				checkEncoding(t, v, got.packets)
			}
		})
	}
	t.Logf("%d vectors ran, %d of them also encoded", ran, canonical)
}

// checkEncoding writes the packets again, one message each where the transport has messages.
func checkEncoding(t *testing.T, v vectortest.Vector, packets []Packet) {
	t.Helper()
	e := Encoder{Rev: v.EIO, DoubleUTF8: v.DoubleUTF8}
	switch v.Transport {
	case "polling":
		equalBytes(t, e.AppendPolling(nil, packets...), v.Bytes)
	case "polling-binary":
		equalBytes(t, e.AppendPollingBinary(nil, packets...), v.Bytes)
	case "webtransport":
		var got []byte
		for _, p := range packets {
			got = e.AppendWebTransport(got, p)
		}
		equalBytes(t, got, v.Bytes)
	default:
		for i, m := range v.Messages() {
			e.Base64 = strings.HasPrefix(string(m.Bytes), "b") && m.Transport == "websocket-text"
			got, binary := e.AppendMessage(nil, packets[i])
			equalBytes(t, got, m.Bytes)
			if binary != (m.Transport == "websocket-binary") {
				t.Errorf("message %d: binary is %v", i, binary)
			}
		}
	}
}

func equalBytes(t *testing.T, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("encoded\n got %q\nwant %q", got, want)
	}
}

// TestVectorsJSONPRoundTrip wraps every text polling vector as JSONP, both ways, and reads it back.
func TestVectorsJSONPRoundTrip(t *testing.T) {
	t.Parallel()
	for _, v := range vectortest.Load(t) {
		if v.Transport != "polling" || v.Error != "" || v.DoubleUTF8 {
			continue
		}
		want := decodeVector(v)
		e := Encoder{Rev: v.EIO}
		var answer, form result
		answer.fail(DecodeJSONP(v.EIO, e.AppendJSONP(nil, "0", want.packets...), false, answer.add), 0)
		form.fail(DecodeJSONP(v.EIO, e.AppendForm(nil, want.packets...), true, form.add), 0)
		if len(want.packets) > 0 && want.odd&OddType == 0 && !slices.Equal(answer.shown, want.shown) {
			t.Errorf("%s: answer %s (%v), want %s", v.ID, answer.shown, answer.err, want.shown)
		}
		if len(want.packets) > 0 && want.odd&OddType == 0 && !slices.Equal(form.shown, want.shown) {
			t.Errorf("%s: form %s (%v), want %s", v.ID, form.shown, form.err, want.shown)
		}
	}
}
