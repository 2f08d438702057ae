package capture

import (
	"bytes"
	"os"
	"strings"

	"sioscope/capture/pcapfile"
	"sioscope/protocol/lang"
)

// keyLog collects the keys of the chosen connections, out of the key logs and the captures.
func (s *saver) keyLog(f *Files) (log []byte, n int, err error) {
	want, had := map[string]bool{}, map[string]bool{}
	for _, random := range s.part.Keys {
		want[strings.ToLower(random)] = true
	}
	seen := map[string]bool{}
	take := func(text []byte) {
		for line := range bytes.Lines(text) {
			fields := strings.Fields(string(line))
			if len(fields) != 3 || !want[strings.ToLower(fields[1])] || seen[string(line)] {
				continue
			}
			seen[string(line)] = true
			had[strings.ToLower(fields[1])] = true
			log = append(log, strings.Join(fields, " ")+"\n"...)
		}
	}
	for _, path := range f.Keys {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, 0, lang.Say("reading keys again: %s", err)
		}
		take(text)
	}
	for _, src := range s.run.sources {
		for _, b := range src.reader.Secrets() {
			if b.Type == pcapfile.TLSKeyLog {
				take(b.Data)
			}
		}
	}
	return log, len(had), nil
}
