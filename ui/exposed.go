package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/protocol/redact"
	"sioscope/ui/look"
)

// newExposed is the strip that stands over everything while secrets are shown: whoever shares the screen sees that they do.
func (w *Window) newExposed() *fyne.Container {
	says := newLine(w.fonts, 13, look.Bad, fyne.TextStyle{Bold: true})
	says.Set(w.S("Secrets are shown in this window: tokens, cookies and passwords."))
	hide := newButton(&w.hears, w.S("Hide secrets"), theme.VisibilityOffIcon(), w.hideSecrets)
	icon := container.NewCenter(container.NewGridWrap(fyne.NewSize(20, 20), widget.NewIcon(theme.NewErrorThemedResource(theme.VisibilityIcon()))))
	row := container.NewBorder(nil, nil, container.NewHBox(gap(6), icon), container.NewHBox(hide, gap(8)), container.New(middle{}, says))
	strip := container.New(stacked{}, container.New(padded(3, 3, 4, 4), row), rule())
	strip.Hide()
	return strip
}

// showExposed has the strip there while secrets are shown, and shows them in the table too.
func (w *Window) showExposed(on bool) {
	w.table.expose(on)
	if w.exposed.Visible() == on {
		return
	}
	w.exposed.Hidden = !on
	w.main.Refresh()
}

// hideSecrets masks them, in what is compared too.
func (w *Window) hideSecrets() {
	w.detail.reveal.SetChecked(false)
	if w.compared != nil {
		w.compared.detail.reveal.SetChecked(false)
	}
}

// hidden does something while no secret is shown: none of the traffic, and none that was typed.
func (w *Window) hidden(do func()) {
	if w.detail.secrets {
		w.detail.expose(false)
		defer w.detail.expose(true)
	}
	if c := w.compared; c != nil && c.detail.secrets {
		c.detail.expose(false)
		defer c.detail.expose(true)
	}
	for _, t := range w.typed() {
		if t.secret {
			t.cover(true)
			defer t.cover(false)
		}
	}
	do()
}

// A typedText is what was typed somewhere.
type typedText struct {
	in     *widget.Entry
	object fyne.CanvasObject // that in is of
	secret bool              // it may be one
}

// cover has dots in the place of its letters, or the letters again.
func (t *typedText) cover(on bool) {
	t.object.MinSize() // a field that is made with dots gets a button that shows the letters
	t.in.Password = on
	t.object.Refresh()
}

// typed is what was typed of all that may be a secret. What the form says of auth, headers and query holds here too.
func (w *Window) typed() (list []typedText) {
	search := w.tools.search
	list = append(list, typedText{&search.Entry, search, w.searchesSecret()})
	talk := w.connector.talk
	args := talk.args
	list = append(list, typedText{&args.Entry, args, args.Text != (redact.Redactor{}).Emission(talk.event.Text, args.Text)})
	for _, url := range []*urlEntry{w.connector.url, w.checker.url} {
		list = append(list, typedText{&url.Entry, url, !hidesNothing(url.Text)})
	}
	for _, f := range []*clientForm{w.connector.more, w.checker.more} {
		for _, e := range []*entry{f.path, f.namespace} {
			list = append(list, typedText{&e.Entry, e, !hidesNothing(e.Text)})
		}
		for _, e := range []*entry{f.auth, f.header, f.query} {
			list = append(list, typedText{&e.Entry, e, e.Text != ""})
		}
	}
	return list
}
