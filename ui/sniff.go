package ui

import (
	"errors"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/live"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/words"
)

// A sniffer is the panel of an interface that is watched: which one, what of its traffic, and Start, Pause, Stop.
type sniffer struct {
	w     *Window
	panel *sidePanel

	faces            *faceList
	ports, hosts     *entry
	filter, keys     *entry
	file             *entry // that the packets are kept in
	portsIn, hostsIn *field
	fileIn           *field
	start            *button
	pause, stop      *button
	running          *fyne.Container // what can be done while it runs
	state            *line
	denied           *deniedPart

	path   string // of the program that captures; "": it is looked for
	helper *live.Helper
	store  *store.Store // that its packets are in
	paused bool
}

func newSniffer(w *Window) *sniffer {
	p := &sniffer{w: w}
	h := &w.hears
	p.faces = newFaceList(w)
	p.ports, p.hosts, p.filter = newEntry(h, h.S("all; or 3000, 8080"), p.run), newEntry(h, h.S("all; or 10.0.0.7, 10.1.0.0/16"), p.run), newEntry(h, h.S("none; or vlan 7 and not port 22"), p.run)
	p.portsIn, p.hostsIn = newField(h, h.S("Ports"), p.ports), newField(h, h.S("Addresses"), p.hosts)
	p.file = newEntry(h, h.S("a temporary one; or ~/traffic.pcapng"), p.run)
	p.fileIn = newField(h, h.S("Keep the packets in a file"), p.file)
	p.file.OnChanged = p.fileIn.changed
	p.ports.OnChanged, p.hosts.OnChanged = p.portsIn.changed, p.hostsIn.changed
	p.keys = newEntry(h, h.S("the file that SSLKEYLOGFILE names"), p.run)
	more := newFold(h, h.S("More options"), container.New(stacked{}, newField(h, h.S("Filter in tcpdump's words"), p.filter).object, newField(h, h.S("TLS keys"), p.keys).object))
	p.start = newButton(h, h.S("Start"), theme.MediaRecordIcon(), p.run)
	p.start.Importance = widget.HighImportance
	p.pause, p.stop = newButton(h, h.S("Pause"), theme.MediaPauseIcon(), p.toggle), newButton(h, h.S("Stop"), theme.MediaStopIcon(), func() { w.cancel() })
	p.state = newLine(w.fonts, 12, look.Dim, fyne.TextStyle{})
	p.running = container.New(stacked{}, container.NewGridWithColumns(2, p.pause, p.stop), gapTop(4), p.state)
	p.running.Hide()
	p.denied = newDeniedPart(w)
	object := container.New(stacked{},
		paragraph(w.S("Watches the traffic of a network interface, and sends nothing. A program beside this one captures: the window needs no rights for it.")),
		gapTop(6), p.start, p.running, p.denied.object, gapTop(8), heading(w.S("Interface")), gapTop(2), p.faces.object, gapTop(8),
		p.portsIn.object, p.hostsIn.object, p.fileIn.object, more.object)
	p.panel = &sidePanel{title: w.S("Sniff"), object: object, first: p.ports, update: p.update, shut: p.faces.rest}
	return p
}

// Sniff opens the panel, filled in as the options say; where they name an interface, it is watched at once.
func (w *Window) Sniff(o live.Options) {
	p := w.sniffer
	w.showSide(p.panel)
	p.fill(o)
	if o.Interface != "" {
		p.run()
	}
}

// askSniff opens the panel, or closes it.
func (w *Window) askSniff() { w.openSide(w.sniffer.panel) }

// fill writes options into the form.
func (p *sniffer) fill(o live.Options) {
	var ports, hosts []string
	for _, n := range o.Ports {
		ports = append(ports, strconv.Itoa(int(n)))
	}
	for _, h := range o.Hosts {
		hosts = append(hosts, h.String())
	}
	if o.Interface != "" {
		p.faces.choose(o.Interface)
	}
	p.ports.SetText(strings.Join(ports, ", "))
	p.hosts.SetText(strings.Join(hosts, ", "))
	p.filter.SetText(o.Filter)
	p.keys.SetText(o.KeyLog)
}

// options are what was filled in. Where that cannot be read, the fields say so, and ok is false.
func (p *sniffer) options() (o live.Options, ok bool) {
	o.Interface = p.faces.chosen
	ports, badPorts := live.ParsePorts(p.ports.Text)
	var badHosts error
	for _, word := range strings.FieldsFunc(p.hosts.Text, func(r rune) bool { return r == ',' || r == ' ' }) {
		var h netip.Prefix
		h, badHosts = live.ParseAddress(word)
		if badHosts != nil {
			break
		}
		o.Hosts = append(o.Hosts, h)
	}
	o.Ports, o.Filter, o.KeyLog = ports, strings.TrimSpace(p.filter.Text), strings.TrimSpace(p.keys.Text)
	ok = p.portsIn.says(badPorts)
	return o, p.hostsIn.says(badHosts) && ok && o.Interface != ""
}

// run begins to watch, in a new picture.
func (p *sniffer) run() {
	o, ok := p.options()
	if !ok {
		return
	}
	path := ""
	if strings.TrimSpace(p.file.Text) != "" {
		var err error
		path, err = p.w.place(p.file.Text)
		if !p.fileIn.says(err) {
			return
		}
	}
	if _, err := os.Lstat(path); err == nil {
		p.w.askReplace([]string{path}, func() { p.capture(o, path) })
		return
	}
	p.capture(o, path)
}

// capture begins to watch; the packets are kept in the file at path, "" for none.
func (p *sniffer) capture(o live.Options, path string) {
	p.w.letGo(func() { p.begin(o, path) })
}

func (p *sniffer) begin(o live.Options, path string) {
	p.w.prefs.SetString("sniff.interface", o.Interface)
	name := o.Interface
	if m := o.String(); m != "" {
		name += ", " + m
	}
	kept := &keeping{path: path, most: p.w.memory()}
	p.helper, p.paused = &live.Helper{Options: o, Path: p.path, Copy: kept}, false
	p.w.start(opening{called: func(w lang.Words) (string, string) { return name, w.S("Nothing could be captured on %s", o.Interface) }, source: p.helper, live: true, kept: kept})
	p.store = p.w.store
	p.update()
}

// toggle holds the capture, or goes on.
func (p *sniffer) toggle() {
	if !p.runs() {
		return
	}
	p.paused = !p.paused
	p.store.Hold(p.paused)
	p.helper.Hold(p.paused)
	p.update()
}

// runs says whether what is open is this capture, and goes on.
func (p *sniffer) runs() bool { return p.store != nil && p.w.store == p.store && p.w.Live() }

// update shows what can be done now, and what went wrong.
func (p *sniffer) update() {
	p.faces.watch()
	runs, err := p.runs(), error(nil)
	p.faces.seen(p.seen(runs))
	if p.store != nil && p.store == p.w.store {
		p.store.Read(func(_ *session.Tracker, st *store.State) { err = st.Err })
	}
	text, icon := p.w.S("Pause"), theme.MediaPauseIcon()
	if p.paused {
		text, icon = p.w.S("Go on"), theme.MediaPlayIcon()
	}
	if p.pause.Text != text {
		p.pause.SetText(text)
		p.pause.SetIcon(icon)
		p.w.win.SetMainMenu(p.w.menu())
	}
	if runs {
		p.state.Set(p.says())
	}
	changed := p.denied.show(p.w.Words, err)
	if runs != p.running.Visible() {
		p.running.Hidden, p.start.Hidden, changed = !runs, runs, true
	}
	if changed {
		p.panel.object.Refresh()
		p.w.side.scroll.Refresh()
	}
}

// seen is the interface that is captured on, and whether Socket.IO was seen there.
func (p *sniffer) seen(runs bool) (name, what string) {
	if !runs {
		return "", ""
	}
	p.w.with(func(t *session.Tracker, st *store.State) {
		what = p.w.S("no Socket.IO yet")
		if n := p.w.allSessions(t, st); n > 0 {
			what = p.w.Count(n, "session")
		}
	})
	return p.helper.Options.Interface, what
}

// pauses holds a live source, or goes on. Only what is sniffed can wait: of other sources the picture stands still, and no
// button says that they are held.
func (w *Window) pauses() {
	switch {
	case w.sniffer.runs():
		w.sniffer.toggle()
		w.showRate()
	case w.Live():
		w.toggleFollow()
	}
}

// says is how the capture is.
func (p *sniffer) says() string {
	using := p.helper.Using()
	switch {
	case p.paused:
		return p.w.S("Paused: what comes waits, up to %s", size(live.DefaultBuffer))
	case using == "":
		return p.w.S("Starting")
	}
	return p.w.S("Capturing on %s, with %s", p.helper.Options.Interface, p.w.Said(using))
}

// A deniedPart says why nothing was captured; where permission is missing, with the command that gives it.
type deniedPart struct {
	cause   *notice
	hint    *notice
	command string
	text    *prose // the command
	typed   *fyne.Container
	object  *fyne.Container
}

func newDeniedPart(w *Window) *deniedPart {
	d := &deniedPart{cause: newNotice(), hint: newNotice(), text: newProse()}
	copied := newButton(&w.hears, w.S("Copy the command"), theme.ContentCopyIcon(), func() { w.copy(d.command) })
	d.typed = container.New(stacked{}, gapTop(4), paragraph(w.S("Type this once in a terminal, and start again:")), gapTop(2), flush(d.text), gapTop(4), copied)
	d.typed.Hide()
	d.object = container.New(stacked{}, d.cause.object, d.typed, d.hint.object)
	return d
}

// show shows an error, nil none, and says whether that changed anything.
func (d *deniedPart) show(w lang.Words, err error) bool {
	cause, hint, command := sentenceOf(w, err), "", ""
	var denied *live.PermissionError
	if errors.As(err, &denied) {
		cause, hint, command = words.Sentence(w, denied.Cause.In(w)), words.Sentence(w, denied.Hint.In(w)), denied.Command
	}
	if cause == d.cause.says && hint == d.hint.says && command == d.command {
		return false
	}
	d.cause.wrong(cause)
	d.hint.set(hint, theme.NewPrimaryThemedResource(theme.InfoIcon()), look.Dim)
	d.command = command
	d.text.Say(command, widget.RichTextStyle{ColorName: theme.ColorNameForeground, SizeName: look.MonoText, TextStyle: fyne.TextStyle{Monospace: true}})
	d.typed.Hidden = command == ""
	return true
}
