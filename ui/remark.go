package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/ui/look"
)

// A remark is a sentence over what is open, about what the user just tried, perhaps with a button for what to do about
// it. It goes when it is closed, when Escape finds nothing else to take back, and when something is opened.
type remark struct {
	notice *notice
	act    *button
	do     func()
	row    *fyne.Container
	object *fyne.Container
	layout func()
}

func newRemark(h *hears, layout func()) *remark {
	r := &remark{notice: newNotice(), layout: layout}
	r.act = newButton(h, "", nil, func() {
		do := r.do
		r.clear()
		do()
	})
	closer := newButton(h, "", theme.CancelIcon(), r.clear).tipped(h.S("Close (Esc)"))
	closer.Importance = widget.LowImportance
	r.row = container.NewBorder(nil, nil, nil, container.NewHBox(r.act, closer), container.New(middle{}, r.notice.object))
	r.object = container.New(stacked{}, container.New(padded(2, 2, 14, 8), r.row), rule())
	r.object.Hide()
	return r
}

// wrong says what did not work.
func (r *remark) wrong(text string) {
	r.say(text, theme.NewErrorThemedResource(theme.ErrorIcon()), look.Bad)
}

// offer says something, and offers to do something about it.
func (r *remark) offer(text, action string, do func()) {
	r.do = do
	r.act.SetText(action)
	r.say(text, theme.NewPrimaryThemedResource(theme.InfoIcon()), theme.ColorNameForeground)
	r.act.Show()
	r.row.Refresh()
}

func (r *remark) say(text string, icon fyne.Resource, color fyne.ThemeColorName) {
	r.act.Hide()
	r.notice.set(text, icon, color)
	r.object.Hidden = text == ""
	r.row.Refresh()
	r.layout()
}

// clear takes it back.
func (r *remark) clear() {
	if r.object.Visible() {
		r.say("", nil, "")
	}
}
