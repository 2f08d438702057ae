package report

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// mask is text of the wire, without secrets, in at most limit characters. What comes far behind them is not looked at.
func (in *Input) mask(s string, limit int) string {
	if len(s) > 16*limit {
		s = s[:16*limit] + "…"
	}
	return tidy(in.Redact.Text(s), limit)
}

// fileNames are the names of all files that something is said of.
func (in *Input) fileNames() (names []string) {
	for i := range in.Files {
		names = append(names, in.Files[i].Name)
	}
	for _, n := range in.Notes {
		names = append(names, n.File)
	}
	return names
}

// unplaced are sentences without the directories that files are in, unless the reader knows them.
func (p *printer) unplaced(list, names []string) []string {
	for i := range list {
		if !p.opt.Paths {
			list[i] = p.in.Redact.Files(list[i], names...)
		}
	}
	return list
}

// notesForOthers are what there is to say of the files and of the input, without the directories they are in: what is
// passed on need not tell how the disk of its author is laid out.
func (in *Input) notesForOthers() []string {
	list := slices.Concat(in.captures(), in.inputNotes())
	for _, name := range in.fileNames() {
		base := name[strings.LastIndexAny(name, `/\`)+1:]
		if base == name || base == "" {
			continue
		}
		for i := range list {
			list[i] = strings.ReplaceAll(list[i], name, base)
		}
	}
	return list
}

// utc is a time of day with its date.
func utc(at int64) string { return time.Unix(0, at).UTC().Format("2006-01-02 15:04:05") }

// since is a time as seconds after the first packet.
func (in *Input) since(at int64) string {
	if at == 0 {
		return "?"
	}
	return fmt.Sprintf("%.3f s", time.Duration(at-in.First).Seconds())
}

// worst are at most n sessions, in their order where that is all, else those with most trouble first.
func (in *Input) worst(n int) []*session.Session {
	if len(in.Sessions) <= n {
		return in.Sessions
	}
	trouble := in.trouble()
	list := append([]*session.Session(nil), in.Sessions...)
	sort.SliceStable(list, func(i, j int) bool { return trouble(list[i]) < trouble(list[j]) })
	return list[:n]
}

// totals is how much was read: packets, bytes, connections, gaps, and what was encrypted.
func (in *Input) totals() string {
	s := in.Stats
	var parts []string
	if s.Entries > 0 || in.OfLogs() {
		parts = append(parts, in.Plural(int(s.Entries), "HAR entry", "HAR entries"))
	}
	packets := s.Packets > 0 || s.Connections == 0 && !in.OfLogs() // else connections are our own, or a HAR's
	if packets {
		parts = append(parts, in.Count(int(s.Packets), "packet"))
	}
	parts = append(parts, bytesText(s.Bytes), in.Count(int(s.Connections), "connection"))
	if packets {
		parts = append(parts, in.Count(int(s.Gaps), "gap"), in.S("%d encrypted", lang.Amount(s.Encrypted)))
	}
	return strings.Join(parts, " · ")
}
