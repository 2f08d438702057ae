package ui

import (
	"cmp"
	"errors"
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/protocol/socketio"
	"sioscope/ui/look"
	"sioscope/ui/payload"
	"sioscope/ui/rows"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
	"sioscope/ui/words"
)

// A subject is what is selected; -1 where a part is not known.
type subject struct {
	session, exchange, row int32
	request                bool // the request is explained, and the row is the first packet it carried
	refused                bool // the line of refused handshakes
}

var nothing = subject{session: -1, exchange: -1, row: -1}

// A detail explains what is selected: in words, as data, with its headers, and as bytes.
type detail struct {
	copyText func(string)
	page     page // of meaning

	store *store.Store
	about subject
	times rows.Times
	content
	secrets bool       // shown unmasked, as the user asked
	exposed func(bool) // told whether they are
	subject part       // what the verdict is about; nil: all but what a check tried
	failed  string     // what is said where nothing came of a live source
	checks  bool       // experiments are run
	trial   timeline.Trial

	title   *line
	badge   *line
	top     *fyne.Container
	foot    *fyne.Container // secrets and filter: not below Meaning, where room is scarce
	body    *fyne.Container
	meaning *account
	scroll  *container.Scroll
	tree    *lineView
	headers *lineView
	bytes   *lineView
	before  int // the lines of bytes that stand before them
	reveal  *tick
	copy    *button
	wire    *button
	tabs    *container.AppTabs
	names   []string // of the tabs, without what is counted on them
	words   []string // that are marked
	object  fyne.CanvasObject
}

// content is what is shown of a subject.
type content struct {
	text    words.Text
	heading string // instead of the text's title, where the verdict above has that already
	packetContent
}

type packetContent struct {
	data   []byte        // of the packet, as it was sent
	lead   string        // what the packet is, in a line before its arguments; "" where it is no Socket.IO as text
	args   []byte        // what follows lead
	packet *rows.Decoded // what Socket.IO makes of it, where its bytes alone do not show that; else nil
	heads  [2]head       // request and answer
	binary bool
	auth   bool // the data is what a client proves itself with
	filter string
}

func newDetail(fonts *timeline.Fonts, h *hears, copyText func(string), jump func(words.Place)) *detail {
	d := &detail{exposed: func(bool) {}, copyText: copyText, about: nothing}
	d.title = newLine(fonts, 14.5, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	d.badge = newLine(nil, 11.5, look.Dim, fyne.TextStyle{})
	d.meaning = newAccount(nil)
	d.scroll = d.meaning.scroll
	d.page = page{hears: h, copyText: copyText, scroll: d.scroll, jump: jump}
	d.meaning.page = &d.page
	d.tree = newLineView(h, func(width int) []payload.Line { return d.dataLines(width) })
	d.headers = newLineView(h, func(width int) []payload.Line { return payload.Text(d.headText(), width) })
	d.bytes = newLineView(h, func(width int) (lines []payload.Line) {
		lines, d.before = d.hexLines(width)
		return lines
	})
	d.tabs = container.NewAppTabs(container.NewTabItem(h.S("Meaning"), d.scroll), container.NewTabItem(h.S("Data"), d.tree.object),
		container.NewTabItem(h.S("Headers"), d.headers.object), container.NewTabItem(h.S("Bytes"), d.bytes.object))
	d.prepareMarks()
	d.reveal = newTick(h, h.S("Show secrets"), d.expose)
	d.copy = newButton(h, h.S("Copy"), theme.ContentCopyIcon(), func() { d.copyText(d.current()) })
	d.wire = newButton(h, h.S("Copy Wireshark filter"), nil, func() { d.copyText(d.filter) })
	d.copy.Importance, d.wire.Importance = widget.LowImportance, widget.LowImportance
	d.top = container.NewBorder(nil, nil, nil, container.NewHBox(container.NewCenter(d.badge), d.copy), container.New(middle{}, d.title))
	d.foot = container.New(stacked{}, rule(), container.New(padded(0, 0, 6, 6), container.NewBorder(nil, nil, d.reveal, d.wire)))
	d.foot.Hide()
	d.tabs.OnSelected = func(*container.TabItem) {
		d.showFoot()
		d.scrollToHit()
	}
	d.body = container.NewBorder(container.New(padded(4, 0, 8, 4), d.top), d.foot, nil, nil, d.tabs)
	d.object = container.NewStack(newFill(look.Back, fyne.Size{}), d.body)
	d.refill()
	return d
}

func (d *detail) setStore(s *store.Store) {
	d.store, d.secrets = s, false
	d.reveal.Checked = false
	d.reveal.Refresh()
	d.exposed(false)
	d.set(nothing)
}

// expose shows secrets, or masks them.
func (d *detail) expose(on bool) {
	d.secrets = on
	d.refill()
	d.exposed(on)
}

// set shows another subject.
func (d *detail) set(s subject) {
	d.about = s
	d.refill()
	d.scroll.ScrollToTop()
}

// refill reads the subject out of the store and shows it.
func (d *detail) refill() {
	d.load()
	d.show()
	d.showPacket()
}

// fill does the same where more may be known of the same subject: what did not change stays as it is, also what the
// user folded in it.
func (d *detail) fill() {
	before := d.content
	d.load()
	if !reflect.DeepEqual(before.text, d.text) {
		d.show()
	}
	if !reflect.DeepEqual(before.packetContent, d.packetContent) {
		d.showPacket()
	}
}

func (d *detail) load() {
	d.content = content{}
	if d.store != nil {
		d.store.Read(func(t *session.Tracker, st *store.State) { d.read(t, st) })
	}
}

func (d *detail) redactor() redact.Redactor { return redact.Redactor{Off: d.secrets} }

// unreadable is what there is to say of what could not be read.
func unreadable(w lang.Words, err error) words.Text {
	var denied *capture.DeniedError
	if errors.As(err, &denied) {
		allow, copied := denied.Commands()
		return words.Denied(w, err, allow, copied)
	}
	return words.Unreadable(w, err)
}

func (d *detail) read(t *session.Tracker, st *store.State) {
	d.times.Origin = t.First
	w := words.Writer{Words: d.page.hears.Words, Tracker: t, Diagnosis: &st.Diagnosis, Redact: d.redactor(), Time: d.time, Live: st.Live, Over: st.Done, Now: st.Now(), Checks: d.checks, Trial: d.trial, About: d.subject.about(t)}
	switch a := d.about; {
	case gone(t, a):
		d.text = words.Released(w.Words)
	case a.row >= 0:
		r := t.RowAt(a.row)
		d.text, d.data, d.binary = w.Row(a.row), t.Payload(r.Data), r.Binary
		if a.request {
			d.text = w.Exchange(a.exchange)
		}
		d.packet = rows.Decode(t, a.row)
		d.lead, d.args = rows.Lead(t, r)
		d.auth = r.HasSIO && r.SIO == socketio.Connect && r.Dir == fact.Out
		d.filter = wireshark(t.ConnAt(r.Conn))
		if r.Exchange >= 0 {
			d.heads = heads(t, t.ExchangeAt(r.Exchange))
		}
	case a.exchange >= 0:
		e := t.ExchangeAt(a.exchange)
		d.text, d.heads, d.filter = w.Exchange(a.exchange), heads(t, e), wireshark(e.Conn)
	case a.session >= 0:
		d.text = w.Session(a.session)
		d.filter = wiresharkAll(t.SessionAt(a.session))
	case a.refused:
		d.text = w.Refused()
	case st.Live && failed(t, st):
		d.text = words.Nothing(w.Words, d.failed, st.Err)
	case failed(t, st):
		d.text = unreadable(w.Words, st.Err)
	case d.checks && !st.Done && st.Diagnosis.Verdict.State == "", d.checks && !st.Done && len(t.Sessions)+len(t.Refused) == 0:
		d.text = words.Checking(w.Words, st.Name)
	case d.checks && st.Cancelled:
		d.text = w.Cancelled(cancelledCheck(w.Words, t, st))
	case !st.Done && !st.Live && (st.Diagnosis.Verdict.State == "" || st.Diagnosis.Verdict.State == diagnose.StateNone):
		d.text = words.Reading(w.Words, st.Name) // it is too early for what it tells of no session
	case st.Done || len(t.Sessions) > 0:
		d.text = w.Findings()
		if d.heading = w.S("All sessions"); w.About != nil {
			d.heading = w.S("Verdict")
		}
	}
}

// gone says whether what is selected made room for what came later.
func gone(t *session.Tracker, a subject) bool {
	switch {
	case a.row >= 0:
		return a.row < t.FirstRow
	case a.exchange >= 0:
		return t.ExchangeAt(a.exchange).Index < 0
	}
	return a.session >= 0 && !t.HasSession(a.session)
}

func (d *detail) time(t int64) string { return d.times.Long(t) }

// show puts the texts into the widgets.
func (d *detail) show() {
	d.title.Set(cmp.Or(d.heading, d.text.Title))
	d.title.SetColor(theme.ColorNameForeground)
	if d.text.Bad {
		d.title.SetColor(look.Bad)
	}
	d.badge.Set(d.text.Badge)
	d.top.Refresh()
	d.meaning.set(&d.text)
}

// showPacket does so for the tabs beside Meaning.
func (d *detail) showPacket() {
	d.tree.refresh()
	d.headers.refresh()
	d.bytes.refresh()
	d.countHits()
	enable(d.wire, d.filter != "")
	for i, has := range []bool{true, len(d.data) > 0, len(d.heads[0].fields)+len(d.heads[1].fields) > 0, len(d.data) > 0} {
		if has {
			d.tabs.EnableIndex(i)
		} else {
			d.tabs.DisableIndex(i)
		}
	}
	if d.tabs.Selected() == nil || d.tabs.Selected().Disabled() {
		d.tabs.SelectIndex(0)
	}
}

// open shows the i-th tab, where it has something to show.
func (d *detail) open(i int) {
	if !d.tabs.Items[i].Disabled() {
		d.tabs.SelectIndex(i)
	}
}

func (d *detail) showFoot() {
	if show := d.tabs.SelectedIndex() > 0; show != d.foot.Visible() {
		d.foot.Hidden = !show
		d.body.Refresh()
	}
}

func enable(b *button, on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}
