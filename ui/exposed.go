package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// newExposed is the strip that stands over everything while secrets are shown: whoever shares the screen sees that they do.
func (w *Window) newExposed() *fyne.Container {
	says := newLine(w.fonts, 13, look.Bad, fyne.TextStyle{Bold: true})
	says.Set(w.S("Secrets are shown in this window: tokens, cookies and passwords."))
	hide := newButton(&w.hears, w.S("Hide secrets"), theme.VisibilityOffIcon(), func() { w.detail.reveal.SetChecked(false) })
	icon := container.NewCenter(container.NewGridWrap(fyne.NewSize(20, 20), widget.NewIcon(theme.NewErrorThemedResource(theme.VisibilityIcon()))))
	row := container.NewBorder(nil, nil, container.NewHBox(gap(6), icon), container.NewHBox(hide, gap(8)), container.New(middle{}, says))
	strip := container.New(stacked{}, panel(row, 3, 3, 4, 4), rule())
	strip.Hide()
	return strip
}

// showExposed has the strip there while secrets are shown.
func (w *Window) showExposed(on bool) {
	if w.exposed.Visible() == on {
		return
	}
	w.exposed.Hidden = !on
	w.main.Refresh()
}

// hidden does something while no secret is shown.
func (w *Window) hidden(do func()) {
	if shown := w.detail.secrets; shown {
		w.detail.expose(false)
		defer w.detail.expose(true)
	}
	do()
}
