package ui

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"sioscope/capture/check"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
)

// A comparand is what may be a side of a comparison.
type comparand struct {
	name   string       // what sentences call it
	label  string       // where it comes from: a file, an address, a session
	offer  string       // what the form calls it
	paths  []string     // of the files that are read
	source store.Source // read instead of files; nil: it is none
	store  *store.Store // of what was read already; nil: it is to be read
	only   int32        // the number of the one session of the store that it is; -1: all of it
	// diagnose is the source's own, where it knows more than the traffic; nil: the window's
	diagnose    func(*session.Tracker) diagnose.Diagnosis
	experiments func() []check.Experiment // of a check; else nil
	subject     part                      // what its diagnosis is about; nil: all but what a check tried
	trial       timeline.Trial            // see opening
}

// fromFile is a capture that is to be read.
func fromFile(name, path string) comparand {
	return comparand{name: name, label: path, paths: []string{path}, only: -1, trial: (*session.Exchange).Trial}
}

// ofCheck is a service that is to be checked.
func ofCheck(name, url string, run *check.Check) comparand {
	return comparand{name: cmp.Or(name, run.URL().Host), label: redact.Redactor{}.Target(url), only: -1, source: run, diagnose: run.Diagnose,
		experiments: run.Experiments, subject: run.Subject, trial: run.Trial}
}

// opened is what the window shows.
func (w *Window) opened() comparand {
	return comparand{label: w.opening.name, paths: w.opening.reopen, store: w.store, only: -1, experiments: w.opening.experiments, subject: w.verdict.subject, trial: w.opening.trial}
}

// maxSides is how many sessions of what is open are offered as a side.
const maxSides = 30

// offered are the sides that need no file: what is open, each of its sessions, what was kept, what was open before.
func (w *Window) offered() (list []comparand) {
	if w.store != nil {
		c := w.opened()
		c.name, c.offer = nameFromFile(w.Words, c.label), w.S("What is open: %s", c.label)
		list = append(list, c)
	}
	if w.kept != nil {
		c := *w.kept
		c.offer = w.S("What was kept: %s", c.label)
		list = append(list, c)
	}
	if w.former != "" {
		c := fromFile(nameFromFile(w.Words, w.former), w.former)
		c.offer = w.S("What was open before: %s", shorten(w.former, 50))
		list = append(list, c)
	}
	w.with(func(t *session.Tracker, _ *store.State) {
		for _, s := range t.Sessions[:min(len(t.Sessions), maxSides)] {
			list = append(list, w.oneSession(s))
		}
	})
	return list
}

// oneSession is a session of what is open.
func (w *Window) oneSession(s *session.Session) comparand {
	name := timeline.Name(w.Words, s)
	text := w.S("Session %s (%s)", name, s.Transport().String())
	return comparand{name: shortSID(name), label: text, offer: text, store: w.store, only: int32(s.Index), trial: w.opening.trial}
}

// shortSID is a sid as sentences have it.
func shortSID(sid string) string {
	if len(sid) > 10 && !strings.Contains(sid, " ") {
		return sid[:8] + "…"
	}
	return sid
}

// usual are words in names of files, and what a side is called then.
func usual(w lang.Words) []struct{ word, name string } {
	return []struct{ word, name string }{
		{"production", w.S("Production")}, {"prod", w.S("Production")}, {"prd", w.S("Production")}, {"live", w.S("Production")},
		{"development", w.S("Development")}, {"dev", w.S("Development")}, {"local", w.S("Development")}, {"localhost", w.S("Development")},
		{"staging", w.S("Staging")}, {"stage", w.S("Staging")}, {"before", w.S("Before")}, {"after", w.S("After")}, {"fixed", w.S("After")},
	}
}

// nameFromFile is what a side is called by the file that it comes from: by a word in its name or that of its directory,
// else by the name.
func nameFromFile(w lang.Words, path string) string {
	file, dir := stem(path), filepath.Base(filepath.Dir(path))
	for _, part := range [...]string{file, dir} {
		if name := usualName(w, part); name != "" {
			return name
		}
	}
	if (file == "capture" || file == "") && dir != "." && dir != "/" {
		return dir
	}
	return file
}

// usualName is what a side is called by a word in a text; "" where it has none.
func usualName(w lang.Words, text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !(r >= 'a' && r <= 'z') })
	for _, u := range usual(w) {
		if slices.Contains(words, u.word) {
			return u.name
		}
	}
	return ""
}

// stem is a file's name without what says its kind.
func stem(path string) string {
	name := filepath.Base(path)
	for {
		ext := filepath.Ext(name)
		switch strings.ToLower(ext) {
		case ".gz", ".pcap", ".pcapng", ".cap", ".dmp", ".har", ".zip", ".json":
			name = strings.TrimSuffix(name, ext)
			continue
		}
		return name
	}
}

// apart gives two sides names that tell them apart.
func apart(w lang.Words, names [2]string) [2]string {
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	switch {
	case names[0] == "" && names[1] == "":
		return [2]string{"A", "B"}
	case names[0] == "":
		names[0] = "A"
	case names[1] == "":
		names[1] = "B"
	}
	if names[0] == names[1] {
		return [2]string{w.S("%s (1)", names[0]), w.S("%s (2)", names[1])}
	}
	return names
}
