package ui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sioscope/capture/live"
)

// TestSniffIsKept: what was captured can be saved once it is stopped, from the file that was named or a temporary one.
func TestSniffIsKept(t *testing.T) {
	demo, err := filepath.Abs("../assets/demo.pcap")
	if err != nil {
		t.Fatal(err)
	}
	path := capturing(t, `/bin/cat `+demo+`; exec /bin/sleep 600`)
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for _, name := range []string{"", filepath.Join(dir, "traffic.pcapng")} {
		w, posted := liveWindow(t)
		u, p := user{t, w}, w.sniffer
		p.path = path
		p.file.SetText(name)
		w.Sniff(live.Options{Interface: loopback(t)})
		loop(t, posted, func() bool { return w.sessions() > 0 })
		packets := w.forms()[7]
		if why := w.impossible(packets, choosing{}); !strings.Contains(why, "stop the capture first") {
			t.Errorf("while it runs, it is said %q", why)
		}
		w.ends(t, posted)
		if why := w.impossible(packets, choosing{}); why != "" {
			t.Fatalf("after it, it is said %q", why)
		}
		saved := filepath.Join(dir, "saved.pcapng")
		w.askExport(byAll, packetForm, nil)
		e := w.exporting
		e.entry.SetText(saved)
		e.save()
		loop(t, posted, func() bool { return e.stop == nil })
		for w.win.Canvas().Overlays().Top() != nil {
			w.win.Canvas().Overlays().Remove(w.win.Canvas().Overlays().Top())
		}
		kept := w.opening.files.Inputs[0].Path
		if name == "" == (kept == name) || name == "" && strings.Contains(w.beside(".html"), dir) {
			t.Errorf("named %q, it is kept in %q", name, kept)
		}
		if name != "" {
			p.run()
			u.sees("the form", p.fileIn.wrong.says, "choose another name")
		}
		w.Open([]string{saved})
		<-w.filled
		if u.sessions() != 1 {
			t.Errorf("what was saved shows %d sessions", u.sessions())
		}
		if _, err := os.Stat(kept); (err == nil) != (name != "") {
			t.Errorf("named %q, the file is left: %v", name, err)
		}
		if name != "" {
			p.run()
			if n := u.overlays(); n != 1 {
				t.Errorf("the file is to be written over, and %d dialogs ask", n)
			}
		}
		w.showSide(nil)
	}
}

// TestKeptNoLonger: who named no file is told that more came than is kept; where a named one fails, the capture does.
func TestKeptNoLonger(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	k := &keeping{most: 5}
	for range 3 {
		if n, err := k.Write([]byte("abc")); n != 3 || err != nil {
			t.Fatal(n, err)
		}
	}
	if f, why := k.files(nil); f != nil || !strings.Contains(why, "more came") {
		t.Errorf("it is read from %v, and says %q", f, why)
	}
	if _, err := os.Stat(k.file.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Error("the file is left")
	}
	named := &keeping{path: filepath.Join(t.TempDir(), "none", "x.pcapng"), most: 5}
	if _, err := named.Write([]byte("abc")); err == nil {
		t.Error("what cannot be kept is not told")
	}
	named.close()
	(*keeping)(nil).close()
}
