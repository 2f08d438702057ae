package pcapfile

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"sioscope/capture/link"
)

// The figures are those that capinfos and tshark give for the files: packets, bytes on the wire, the first
// and the last time, TCP segments and the bytes in them.
func TestRecordedFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file              string
		packets, bytes    int
		first, last       int64
		segments, payload int
		secrets           int
		cut               bool
	}{
		{file: "direct-v4.pcap", packets: 234, bytes: 22691, first: 1795425035_999564000, last: 1795425037_693374000, segments: 234, payload: 7023},
		{file: "direct-v3.pcapng", packets: 83, bytes: 7872, first: 1795425041_215568000, last: 1795425042_908674000, segments: 83, payload: 2314},
		{file: "cut.pcap", packets: 130, bytes: 14003, first: 1795425035_999564000, last: 1795425036_067645000, segments: 130, payload: 5199, cut: true},
		{file: "tls12.pcapng", packets: 108, bytes: 20023, first: 1795425278_230565000, last: 1795425279_819239000, segments: 108, payload: 12839, secrets: 1},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(filepath.Join("testdata", tt.file))
			if err != nil {
				t.Fatal(err)
			}
			f, got, err := readAll(bytes.NewReader(b))
			if _, cut := err.(*TruncatedError); cut != tt.cut || err != nil && !cut {
				t.Fatalf("ended with %v", err)
			}
			if len(got) != tt.packets {
				t.Fatalf("got %d packets, want %d", len(got), tt.packets)
			}
			if first, last := got[0].Time, got[len(got)-1].Time; first != tt.first || last != tt.last {
				t.Errorf("from %d to %d, want from %d to %d", first, last, tt.first, tt.last)
			}
			if len(f.Secrets()) != tt.secrets {
				t.Fatalf("got %d secrets, want %d", len(f.Secrets()), tt.secrets)
			}
			for _, s := range f.Secrets() {
				if s.Type != TLSKeyLog || !bytes.HasPrefix(s.Data, []byte("CLIENT_RANDOM 8abbb57fc9e4cff4")) {
					t.Errorf("secrets of type %x: %.40q", s.Type, s.Data)
				}
			}
			var d link.Decoder
			var seg link.Segment
			var bytes, segments, payload int
			for _, p := range got {
				bytes += p.OrigLen
				if d.Decode(p.Link, p.Time, p.Data, p.OrigLen, &seg) == link.TCP {
					segments++
					payload += len(seg.Payload)
				}
			}
			if bytes != tt.bytes || segments != tt.segments || payload != tt.payload {
				t.Errorf("got %d bytes, %d segments, %d bytes in them, want %d, %d, %d", bytes, segments, payload, tt.bytes, tt.segments, tt.payload)
			}
		})
	}
}
