package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"sioscope/ui/look"
)

// A hitsBar tells what a search has found, and leads from hit to hit. It is hidden while nothing is searched for.
type hitsBar struct {
	h        *hears
	text     *line
	sessions *tick // the timeline shows only sessions with hits
	step     func(int)
	clear    func()
	only     func(bool)
	object   *fyne.Container
}

func newHitsBar(h *hears) *hitsBar {
	b := &hitsBar{h: h, text: newLine(nil, 12.5, look.Accent, fyne.TextStyle{Bold: true})}
	b.sessions = newTick(h, h.S("Only sessions with hits"), func(on bool) { b.only(on) })
	before := lowButton(h, theme.MoveUpIcon(), func() { b.step(-1) }).tipped(h.S("Previous hit: Shift+F3"))
	next := lowButton(h, theme.MoveDownIcon(), func() { b.step(1) }).tipped(h.S("Next hit: F3"))
	clear := lowButton(h, theme.CancelIcon(), func() { b.clear() }).tipped(h.S("Ends the search: Esc"))
	ticks := container.New(squat{}, b.sessions)
	row := container.NewBorder(nil, nil, nil, container.NewHBox(ticks, flatButton(before), flatButton(next), flatButton(clear)), container.New(middle{}, b.text))
	b.object = container.New(padded(0, 2, 8, 0), container.New(narrow{row, []yielding{{ticks, 500}}}, row))
	b.object.Hide()
	return b
}

// show brings the bar up to date.
func (b *hitsBar) show(t *table) {
	b.object.Hidden = len(t.words) == 0
	if !b.object.Hidden {
		b.text.Set(b.says(t))
	}
}

// says counts what was found, and names the place of what is chosen in it.
func (b *hitsBar) says(t *table) string {
	n, h := len(t.rows.Index), b.h
	hits := h.N(n, "%s hit", "%s hits", number(int64(n)))
	if t.at >= 0 {
		hits = h.S("Hit %s of %s", number(int64(t.at+1)), number(int64(n)))
	}
	if of := len(t.rows.Of); of > 0 {
		hits = h.N(of, "%s in %s session", "%s in %s sessions", hits, number(int64(of)))
	}
	if t.busy {
		hits = h.S("%s, searched %d %%", hits, t.searched)
	}
	if faded := t.rows.Faded; faded > 0 {
		hits = h.N(faded, "%s; %s payload is no longer kept", "%s; %s payloads are no longer kept", hits, number(int64(faded)))
	}
	return hits
}
