package ui

import (
	"strings"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/dial"
	"sioscope/protocol/lang"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/words"
)

// A connector is the panel of a client of our own: a form, and, once connected, what can be done with the connection.
type connector struct {
	w     *Window
	panel *sidePanel

	url     *urlEntry
	urlIn   *field
	ways    *choice
	more    *clientForm
	fold    *fold
	form    *fyne.Container
	refused *notice // why the client cannot even begin

	client *dial.Client // nil before the first
	store  *store.Store // that its sessions are in
	told   *told
	talk   *talkPart
}

// told is what the client tells beside its facts, from its own goroutines.
type told struct {
	mu   sync.Mutex
	last lang.Sentence
	left lang.Sentence // how a session ended that was not left
	acks []dial.Event
}

func newConnector(w *Window) *connector {
	c := &connector{w: w, ways: newWays(&w.hears), refused: newNotice()}
	c.url = newURLEntry(&w.hears, w.prefs.urls(), c.connect)
	c.urlIn = newField(&w.hears, w.S("URL of the service"), c.url)
	c.url.OnChanged = func(url string) {
		c.urlIn.says(nil)
		c.refused.wrong("")
		if o, known := c.more.recall(w.prefs, url); known {
			c.ways.SetSelectedIndex(wayOf(o.Transports))
		}
	}
	c.more = newClientForm(&w.hears, c.connect)
	c.fold = newFold(&w.hears, w.S("More options"), c.more.object)
	do := newButton(&w.hears, w.S("Connect"), theme.LoginIcon(), c.connect)
	do.Importance = widget.HighImportance
	c.form = container.New(stacked{}, paragraph(w.S("Opens a Socket.IO session of its own and shows every packet of it.")), gapTop(4),
		c.urlIn.object, newField(&w.hears, w.S("Transports"), c.ways).object, do, c.refused.object, gapTop(8), c.fold.object)
	c.more.set(dial.Options{Cookies: true})
	c.talk = newTalkPart(c)
	c.panel = &sidePanel{title: w.S("Connect"), object: container.New(stacked{}, c.form, c.talk.object), first: c.url, update: c.update}
	return c
}

// Connect opens a session with the service that a URL names, as a client of our own; "" asks for the URL. What is wrong
// with it is said beside it.
func (w *Window) Connect(url string, o dial.Options) {
	w.showSide(w.connector.panel)
	w.connector.url.SetText(url)
	w.connector.ways.SetSelectedIndex(wayOf(o.Transports))
	w.connector.more.set(o)
	if url != "" {
		w.connector.connect()
	}
}

// connect does what the form says.
func (c *connector) connect() {
	o, ok := c.more.options()
	if !ok {
		c.fold.open(true)
	}
	_, err := dial.ParseURL(c.url.Text)
	if !c.urlIn.says(err) || !ok {
		c.refused.wrong("")
		return
	}
	o.Transports = chosenWay(c.ways)
	c.w.letGo(func() { c.run(o, false) })
}

// run runs a client; again goes on in the picture that the one before is in.
func (c *connector) run(o dial.Options, again bool) {
	heard := &told{} // each client's own: one that is over may still tell something
	o.Trace = heard.take
	client, err := dial.New(c.url.Text, o)
	c.refused.wrong(sentenceOf(c.w.Words, err))
	if err != nil {
		return
	}
	c.w.prefs.connectedAs(c.url.Text, o)
	c.url.SetOptions(c.w.prefs.urls())
	c.talk.missed()
	c.client, c.told = client, heard
	if again && c.w.store == c.store {
		c.w.again(client)
	} else {
		c.talk.forget()
		host := client.Place().URL.Host
		c.w.start(opening{called: func(w lang.Words) (string, string) { return host, w.S("No session with %s", host) }, source: client, live: true, alone: true})
		c.store = c.w.store
	}
	c.talk.began(chosenWay(c.ways))
	c.show(true)
	c.update()
	if c.talk.event.Text == "" {
		c.w.win.Canvas().Focus(c.talk.event)
	}
}

// show has what can be done with a connection in the place of the form, or the form.
func (c *connector) show(connected bool) {
	c.form.Hidden, c.talk.object.Hidden = connected, !connected
	c.panel.object.Refresh()
	c.w.side.scroll.Refresh()
	c.w.side.scroll.ScrollToTop()
	if connected {
		c.w.takeKeys() // the field that had them is hidden
	}
}

// change goes back to the form.
func (c *connector) change() {
	c.show(false)
	c.w.win.Canvas().Focus(c.url)
}

// reconnect connects again, with the transports that are chosen now.
func (c *connector) reconnect() {
	o, ok := c.more.options()
	if !ok {
		c.change()
		return
	}
	o.Transports = chosenWay(c.talk.ways)
	c.ways.SetSelectedIndex(wayOf(o.Transports))
	c.run(o, true)
}

// over says whether the client that ran last is done.
func (c *connector) over() bool {
	done := true
	if c.client != nil && c.store != nil && c.w.store == c.store {
		c.store.Read(func(_ *session.Tracker, st *store.State) { done = st.Done })
		done = done && c.client.State() != dial.Idle // else it is the client before
	}
	return done
}

// err is why the client that ran last had no session.
func (c *connector) err() (err error) {
	if c.store != nil {
		c.store.Read(func(_ *session.Tracker, st *store.State) { err = st.Err })
	}
	return err
}

func (c *connector) update() {
	if c.client != nil && c.talk.object.Visible() {
		c.talk.update()
	}
}

// take is for dial's Trace.
func (t *told) take(e dial.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e.Kind {
	case dial.Resolved, dial.Connected:
	case dial.Acked, dial.Unacked:
		t.acks = append(t.acks, e)
	case dial.Left:
		t.left = e.Said
	default:
		t.last = e.Said
	}
}

// now is the last that was told, how the session ended, and what became of acknowledgements since the last call.
func (t *told) now(w lang.Words) (last, left string, acks []dial.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	acks, t.acks = t.acks, nil
	return t.last.In(w), t.left.In(w), acks
}

// sentenceOf is an error for people, "" for none.
func sentenceOf(w lang.Words, err error) string {
	if err == nil {
		return ""
	}
	return words.Quoting(w, dial.Explain(w, err))
}

// stateLook is how a client's state is shown, beside its words.
func stateLook(s dial.State) (fyne.Resource, fyne.ThemeColorName) {
	switch s {
	case dial.OnWebSocket:
		return theme.NewSuccessThemedResource(theme.ConfirmIcon()), look.Good
	case dial.OnPolling:
		return theme.NewWarningThemedResource(theme.WarningIcon()), look.Warn
	}
	return theme.NewPrimaryThemedResource(theme.InfoIcon()), look.Dim
}

// cleanURL is what is remembered of a URL: nothing that may be a secret.
func cleanURL(url string, masked string) string {
	url, _, _ = strings.Cut(url, "#")
	if scheme, rest, found := strings.Cut(url, "://"); found {
		host, path, slash := strings.Cut(rest, "/")
		if at := strings.LastIndexByte(host, '@'); at >= 0 {
			host = host[at+1:]
		}
		url = scheme + "://" + host
		if slash {
			url += "/" + path
		}
	}
	if masked != url {
		url, _, _ = strings.Cut(url, "?")
	}
	if scheme, rest, found := strings.Cut(url, "://"); found && !hidesNothing(url) { // within the path
		host, _, _ := strings.Cut(rest, "/")
		url = scheme + "://" + host
	}
	return url
}
