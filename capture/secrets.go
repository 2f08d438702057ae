package capture

import (
	"container/heap"
	"errors"
	"iter"
	"os"
	"slices"
	"time"

	"sioscope/capture/pcapfile"
	"sioscope/capture/tlskeys"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
)

// secrets are the keys of a run: key logs, and what the captures themselves hold.
type secrets struct {
	tlskeys.Keys
	run   *run
	logs  []*tlskeys.Log
	read  time.Time // when the logs were read last
	count int       // Keys.Count when connections that wait were last asked
}

// logPause is how often key logs are looked at for the sake of connections that wait. It costs a system call.
const logPause = 50 * time.Millisecond

// openKeys reads the key logs. One that cannot be read is told.
func (r *run) openKeys(paths []string) {
	s := &r.secrets
	s.run, s.Miss = r, s.more
	for _, path := range paths {
		l := &tlskeys.Log{Path: path}
		if err := l.Read(&s.Keys); err != nil {
			r.emit(fact.NewNote(path, lang.Of(keysError(path, err))))
			continue
		}
		s.logs = append(s.logs, l)
		s.Grows = true
	}
	s.read = time.Now()
}

// tellEmpty says so where all key logs stayed empty until the captures ended: keys may come late.
func (s *secrets) tellEmpty() {
	if len(s.logs) > 0 && s.Empty() {
		s.run.emit(fact.NewNote(s.logs[0].Path, lang.Say("%s holds no key so far; want a file that SSLKEYLOGFILE named while the connections were made", s.logs[0].Path)))
	}
}

func keysError(path string, err error) error {
	var said *os.PathError
	if errors.As(err, &said) {
		err = said.Err
	}
	return lang.Say("%s: its keys cannot be read, so encrypted connections stay dark: %s", path, err)
}

// more gets keys that were written since the logs were read, and those that stand further on in the captures.
func (s *secrets) more() {
	for _, src := range s.run.sources {
		src.lookAhead()
	}
	s.readLogs()
}

func (s *secrets) readLogs() {
	for _, l := range s.logs {
		_ = l.Read(&s.Keys) // it was there: whoever removes it takes no key back
	}
	s.read = time.Now()
}

// resume lets connections go on whose keys came late, in order of time over all of them, and reports whether there were
// any.
func (s *secrets) resume() bool {
	if s.Waiting() && len(s.logs) > 0 && time.Since(s.read) > logPause {
		s.readLogs()
	}
	if !s.Waiting() || s.count == s.Count() {
		return false
	}
	s.count = s.Count()
	var queue ready
	for _, src := range s.run.sources {
		for f := range src.waiting() {
			if at := f.conn.Ready(); at != 0 {
				queue = append(queue, resumable{f, src, at})
			}
		}
	}
	found := len(queue) > 0
	heap.Init(&queue)
	for len(queue) > 0 {
		first := &queue[0]
		first.flow.conn.Resume(first.from.emit)
		if first.at = first.flow.conn.Ready(); first.at != 0 {
			heap.Fix(&queue, 0)
			continue
		}
		if first.flow.closed != nil {
			first.from.finish(first.flow)
		}
		heap.Pop(&queue)
	}
	return found
}

// A resumable is a connection with bytes that a key made readable.
type resumable struct {
	flow *flow
	from *source
	at   int64 // the time of the oldest
}

// ready is a heap, the oldest first.
type ready []resumable

func (r ready) Len() int { return len(r) }

func (r ready) Less(i, j int) bool {
	return r[i].at < r[j].at || r[i].at == r[j].at && r[i].flow.fact.ID < r[j].flow.fact.ID
}

func (r ready) Swap(i, j int) { r[i], r[j] = r[j], r[i] }

func (r *ready) Push(x any) { *r = append(*r, x.(resumable)) }

func (r *ready) Pop() any {
	last := len(*r) - 1
	x := (*r)[last]
	*r = (*r)[:last]
	return x
}

// waiting are the connections that may wait for keys.
func (s *source) waiting() iter.Seq[*flow] {
	return func(yield func(*flow) bool) {
		if s.heir {
			return
		}
		for _, f := range s.live {
			if !yield(f) {
				return
			}
		}
		for _, f := range s.late {
			if !yield(f) {
				return
			}
		}
	}
}

// keep keeps a connection that has ended, and drops those that wait no more.
func (s *source) keep(f *flow) {
	if len(s.late) == cap(s.late) {
		s.late = slices.DeleteFunc(s.late, func(f *flow) bool { return !f.conn.Waits() })
	}
	s.late = append(s.late, f)
}

// usesKeys reports whether the source's TLS connections can be decrypted at all.
func (s *source) usesKeys() bool { return len(s.run.secrets.logs) > 0 || s.reader.MayHaveSecrets() }

// takeSecrets adds the keys that the reader has met since it was last asked.
func (s *source) takeSecrets() {
	all := s.reader.Secrets()
	for _, b := range all[min(s.secrets, len(all)):] {
		if b.Type == pcapfile.TLSKeyLog && !s.ahead {
			s.run.secrets.AddLog(b.Data)
		}
	}
	s.secrets = len(all)
}

// lookAhead adds the keys that stand anywhere in a file, once. Of a pipe they are known when they come.
func (s *source) lookAhead() {
	if s.ahead || s.file == nil || !s.reader.MayHaveSecrets() {
		return
	}
	if !regular(s.file) {
		return
	}
	s.ahead = true
	f, err := os.Open(s.file.Name())
	if err != nil {
		return
	}
	defer f.Close()
	r, err := pcapfile.NewReader(f, s.name)
	for err == nil {
		_, err = r.Next()
	}
	if r == nil {
		return
	}
	for _, b := range r.Secrets() {
		if b.Type == pcapfile.TLSKeyLog {
			s.run.secrets.AddLog(b.Data)
		}
	}
}
