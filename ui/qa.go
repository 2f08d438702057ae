package ui

import (
	"cmp"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/proof"
	"sioscope/ui/rows"
	"sioscope/ui/store"
)

// A qaView tells of one session in a word, over the whole window: for whoever must see with their own eyes that WebSocket
// is in use. It is of the selected session, or of the one that proof.Of chooses while none is selected.
type qaView struct {
	w      *Window
	on     bool
	wanted bool // it opens with the next source
	shown  proof.Proof
	head   string
	image  *proofImage

	at  *line // which session of how many
	row *fyne.Container

	back, previous, next, newest, why, save *button
	object                                  fyne.CanvasObject
}

func newQAView(w *Window) *qaView {
	v := &qaView{w: w, image: newProofImage(w.opt.Do)}
	h := &w.hears
	v.back = newButton(h, w.S("Back"), theme.NavigateBackIcon(), v.leave)
	v.previous = newButton(h, w.S("Previous session"), theme.MediaSkipPreviousIcon(), func() { w.stepSession(-1) })
	v.next = newButton(h, w.S("Next session"), theme.MediaSkipNextIcon(), func() { w.stepSession(1) })
	v.newest = newButton(h, w.S("Newest"), theme.MediaFastForwardIcon(), v.followNewest)
	v.why = newButton(h, w.S("Why and fix"), nil, w.why)
	v.save = newButton(h, w.S("Save evidence…"), theme.DocumentSaveIcon(), w.askEvidence)
	v.save.Importance = widget.HighImportance
	v.at = newLine(nil, 13, look.Dim, fyne.TextStyle{})
	v.row = container.NewHBox(v.back, v.previous, container.New(middle{}, v.at), v.next, v.newest, layout.NewSpacer(), v.why, v.save)
	v.object = container.NewStack(newFill(look.Back, fyne.Size{}),
		container.NewBorder(nil, container.New(stacked{}, rule(), onPanel(container.New(padded(6, 6, 10, 10), v.row))), nil, nil, v.image))
	return v
}

// ShowQA shows the QA view of what is open, or of what is opened next.
func (w *Window) ShowQA() {
	w.qa.wanted = w.store == nil
	if w.store != nil && !w.qa.on {
		w.qa.open()
	}
}

// toggleQA shows the QA view, or goes back.
func (w *Window) toggleQA() {
	if w.qa.on {
		w.qa.leave()
		return
	}
	if w.store != nil {
		w.ShowQA()
	}
}

func (v *qaView) open() {
	v.on, v.wanted = true, false
	v.w.win.Canvas().Unfocus()
	v.swap(v.object)
	v.pull()
	v.image.dirty()
	v.w.win.SetMainMenu(v.w.menu())
}

// leave goes back to what is behind it.
func (v *qaView) leave() {
	if !v.on {
		return
	}
	v.on = false
	v.swap(v.w.main)
	v.w.win.Canvas().Unfocus()
	v.w.win.SetMainMenu(v.w.menu())
}

func (v *qaView) swap(what fyne.CanvasObject) {
	v.w.root.Objects = []fyne.CanvasObject{what}
	v.w.root.Refresh()
}

// key does what a key means in the view, and says whether it means nothing else: what is behind the view has no keys.
func (v *qaView) key(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyLeft, fyne.KeyUp:
		v.w.stepSession(-1)
	case fyne.KeyRight, fyne.KeyDown:
		v.w.stepSession(1)
	case fyne.KeyEscape, fyne.KeyF1, fyne.KeyF10:
		return false
	}
	return true
}

// hears says whether a character means something in the view.
func (v *qaView) hears(r rune) bool { return strings.ContainsRune("QqNnBbWwIi", r) }

// step selects the session that began before or after the one that is shown.
func (v *qaView) step(n int) {
	if next := v.beside(n); next >= 0 {
		v.w.SelectSession(next)
	}
}

// beside is the session n after the shown one, by the order in which they began; -1 where there is none. Where the shown
// one is none of those that are counted, it is the newest of them.
func (v *qaView) beside(n int) (next int32) {
	v.w.with(func(t *session.Tracker, _ *store.State) { _, next = v.placed(t, n) })
	return next
}

// placed is how many sessions began before the shown one, -1 where that is not known, and which began n after it.
func (v *qaView) placed(t *session.Tracker, n int) (at int, next int32) {
	list := cmp.Or(v.w.opening.subject.about(t), t).Sessions
	at = slices.IndexFunc(list, func(s *session.Session) bool { return int32(s.Index) == v.shown.Session })
	switch {
	case at < 0 && len(list) > 0:
		return at, int32(list[len(list)-1].Index)
	case at < 0 || at+n < 0 || at+n >= len(list):
		return at, -1
	}
	return at, int32(list[at+n].Index)
}

// followNewest lets go of the session that is selected, and of a record selects the newest.
func (v *qaView) followNewest() {
	if last, record := v.last(); record && last >= 0 {
		v.w.SelectSession(last)
		return
	}
	v.w.table.restrict(func(f *rows.Filter) { f.Session, f.Conn, f.Refused = 0, 0, false })
	v.w.choose(nothing)
}

// last is the newest session, -1 where there is none, and record whether it is a matter of record, as proof.Input has it.
func (v *qaView) last() (last int32, record bool) {
	last = -1
	v.w.with(func(t *session.Tracker, st *store.State) {
		record = !st.Live || v.w.opening.experiments != nil
		if list := cmp.Or(v.w.opening.subject.about(t), t).Sessions; len(list) > 0 {
			last = int32(list[len(list)-1].Index)
		}
	})
	return last, record
}

// pull shows what is new.
func (v *qaView) pull() {
	if !v.on || v.w.store == nil {
		return
	}
	v.keepKeys()
	p, head := v.w.proof(), v.w.sourceLine()
	if reflect.DeepEqual(p, v.shown) && head == v.head && v.image.proof != nil {
		return
	}
	v.shown, v.head = p, head
	v.image.set(&p, head)
	v.offer()
}

// keepKeys takes the keyboard from what is hidden behind the view.
func (v *qaView) keepKeys() {
	c := v.w.win.Canvas()
	if f, is := c.Focused().(*button); c.Focused() != nil && c.Overlays().Top() == nil && (!is || !v.has(f)) {
		c.Unfocus()
	}
}

func (v *qaView) has(b *button) bool {
	for _, own := range []*button{v.back, v.previous, v.next, v.newest, v.why, v.save} {
		if own == b {
			return true
		}
	}
	return false
}

// offer enables what can be done.
func (v *qaView) offer() {
	enable(v.previous, v.beside(-1) >= 0)
	enable(v.next, v.beside(1) >= 0)
	v.count()
	last, record := v.last()
	enable(v.newest, !record && v.w.about.session >= 0 || record && last != v.shown.Session)
	if show := v.shown.Findings || v.shown.State != proof.WebSocket; show != v.why.Visible() {
		v.why.Hidden = !show
		v.why.Refresh()
	}
}

// count says which session of how many it is.
func (v *qaView) count() {
	text := ""
	v.w.with(func(t *session.Tracker, _ *store.State) {
		at, _ := v.placed(t, 0)
		if all := v.shown.Count.All; at >= 0 && all > 1 {
			kept := len(cmp.Or(v.w.opening.subject.about(t), t).Sessions)
			text = v.w.S("session %d of %d", all-kept+at+1, all)
		}
	})
	if text != v.at.full {
		v.at.Set(text)
		v.row.Refresh()
	}
}

// proof is what there is to say of the session that is asked for.
func (w *Window) proof() (p proof.Proof) {
	ask := w.asked()
	w.with(func(t *session.Tracker, st *store.State) { p = proof.Of(ask.input(t, st)) })
	return p
}

// An asking is which session is asked for, and of what source. It may be used from any goroutine.
type asking struct {
	lang.Words
	session     int32
	subject     part
	checks, own bool
	target      string
}

func (w *Window) asked() asking {
	o := &w.opening
	return asking{Words: w.Words, session: w.about.session, subject: o.subject, checks: o.experiments != nil, own: o.alone, target: w.target()}
}

// input is what the proof is made of.
func (a *asking) input(t *session.Tracker, st *store.State) proof.Input {
	in := proof.Input{Words: a.Words, Tracker: t, Diagnosis: &st.Diagnosis, About: a.subject.about(t), Session: a.session,
		Record: !st.Live || a.checks, Over: st.Done, Own: a.own, Now: st.Now(), Target: a.target}
	if st.Err != nil && t.AllSessions() == 0 {
		in.Failed = plain.Text(sentence(a.Words, st))
	}
	return in
}

// target is the URL that a client of our own, or a check, was given, without what may be a secret in it; "" for what is
// neither.
func (w *Window) target() string {
	var u url.URL
	switch {
	case w.store == nil:
	case w.store == w.connector.store && w.connector.client != nil:
		u = *w.connector.client.Place().URL
	case w.store == w.checker.store && w.checker.run != nil:
		u = *w.checker.run.URL()
	}
	if u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host + redact.Redactor{}.Target(u.Path)
}

// sourceLine names the source, and says whether it goes on.
func (w *Window) sourceLine() (text string) {
	w.with(func(t *session.Tracker, st *store.State) { text = headOf(w.Words, t, st) })
	return text
}

func headOf(w lang.Words, t *session.Tracker, st *store.State) string {
	name := plain.Text(st.Name)
	switch {
	case !st.Live && !st.Done:
		return w.S("%s · being read: this is what was read so far", name)
	case !st.Live && allLogs(t):
		return w.S("%s · a HAR: times are those of its requests", name)
	case !st.Live:
		return w.S("%s · a capture: times are those of its packets", name)
	case st.Held():
		return w.S("%s · live, paused", name)
	case !st.Done:
		return w.S("%s · ● live", name)
	}
	return w.S("%s · over", name)
}
