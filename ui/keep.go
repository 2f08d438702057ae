package ui

import (
	"fmt"
	"os"
	"sync"

	"sioscope/capture"
	"sioscope/capture/temp"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/handover"
	"sioscope/ui/store"
)

// A keeping is the file that captured packets are kept in, so that they can be saved later: the one that was named, or a
// temporary one, which is let go of with the capture. It is made when the first packets come.
type keeping struct {
	path string // "" : a temporary one
	most int64  // bytes that a temporary one holds

	mu    sync.Mutex
	file  *os.File
	bytes int64
	gone  bool // more came than a temporary one holds, or nobody wants it any more
}

// Write keeps p. It fails only where a file was named: who named none misses nothing while packets come.
func (k *keeping) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.gone {
		return len(p), nil
	}
	err := k.open()
	if err == nil && (k.path != "" || k.bytes+int64(len(p)) <= k.most) {
		var n int
		n, err = k.file.Write(p)
		k.bytes += int64(n)
	} else if err == nil {
		k.discard()
	}
	switch {
	case err == nil:
	case k.path != "":
		return 0, fmt.Errorf("%s: %w", k.path, handover.Cause(err))
	default:
		k.discard()
	}
	return len(p), nil
}

func (k *keeping) open() (err error) {
	switch {
	case k.file != nil:
	case k.path == "":
		k.file, err = temp.Create("pcapng")
	default:
		k.file, err = os.OpenFile(k.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	}
	return err
}

// discard removes a temporary file, and takes no more.
func (k *keeping) discard() {
	k.gone = true
	if k.file == nil {
		return
	}
	k.file.Close()
	if k.path == "" {
		os.Remove(k.file.Name())
	}
}

// close lets go of the file; nil has none.
func (k *keeping) close() {
	if k != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.discard()
	}
}

// holds says whether packets were kept; nil has none.
func (k *keeping) holds() bool {
	if k == nil {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return !k.gone && k.file != nil
}

// files read what was kept once its source is over; without, why says why not.
func (k *keeping) files(w lang.Words) (f *capture.Files, why string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.gone:
		return nil, w.S("more came than the %s that are kept where the Sniff panel names no file", size(k.most))
	case k.file == nil:
		return nil, w.S("nothing was captured")
	}
	return &capture.Files{Inputs: []capture.Input{{Path: k.file.Name()}}}, ""
}

// keep finds the files of what is open, also those that live packets were kept in. Where there are none that can be
// passed on, why says so; "" where nobody would expect them.
func (w *Window) keep() (why string) {
	o := &w.opening
	var live, done bool
	w.with(func(_ *session.Tracker, st *store.State) { live, done = st.Live, st.Done })
	switch {
	case o.files != nil || !live:
	case o.kept == nil:
		return w.S("only Sniff sees packets")
	case !done:
		return w.S("stop the capture first")
	default:
		o.files, why = o.kept.files(w.Words)
	}
	return why
}
