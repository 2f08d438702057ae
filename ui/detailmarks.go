package ui

import (
	"sioscope/ui/payload"
	"sioscope/ui/rows"
)

// prepareMarks notes what the tabs are called, and has their lines marked.
func (d *detail) prepareMarks() {
	for _, t := range d.tabs.Items {
		d.names = append(d.names, t.Text)
	}
	for _, v := range [...]*lineView{d.tree, d.headers} {
		v.spans = func(i int) ([]rows.Span, int) { return d.textSpans(v.lines, i) }
	}
	d.bytes.spans = func(i int) ([]rows.Span, int) {
		spans := d.hexSpans(i-d.before, perLine(max(d.bytes.width, 40)))
		return spans, len(spans)
	}
}

// mark marks words in data, headers and bytes, and counts them on the tabs. They are lower case.
func (d *detail) mark(words []string) {
	d.words = words
	for _, v := range d.views() {
		v.list.Refresh()
	}
	d.countHits()
}

// views are the lines of the tabs but for the first.
func (d *detail) views() [3]*lineView { return [...]*lineView{d.tree, d.headers, d.bytes} }

// countHits writes beside the tabs' names how often what is searched for is in them.
func (d *detail) countHits() {
	changed := false
	for i, v := range d.views() {
		name := d.names[i+1]
		_, n := v.hits()
		if v == d.bytes && n > 0 { // marked as numbers, and as letters
			n = len(rows.Spans(string(d.maskedBytes()), d.words, mostHits))
		}
		if n > 0 {
			name = d.page.hears.S("%s (%s)", name, number(int64(n)))
		}
		if tab := d.tabs.Items[i+1]; tab.Text != name {
			tab.Text, changed = name, true
		}
	}
	if changed {
		d.tabs.Refresh()
	}
	d.scrollToHit()
}

// scrollToHit brings the first hit of the open tab on screen.
func (d *detail) scrollToHit() {
	if i := d.tabs.SelectedIndex() - 1; i >= 0 && len(d.words) > 0 {
		v := d.views()[i]
		if first, n := v.hits(); n > 0 {
			v.list.ScrollTo(first)
		}
	}
}

// showHit opens a tab with a hit, where one of data is open that has none.
func (d *detail) showHit() {
	open := d.tabs.SelectedIndex()
	if open == 0 {
		return
	}
	views := d.views()
	if _, n := views[open-1].hits(); n > 0 {
		return
	}
	for i, v := range views {
		if _, n := v.hits(); n > 0 && !d.tabs.Items[i+1].Disabled() {
			d.tabs.SelectIndex(i + 1)
			return
		}
	}
}

// mostHits is how many are counted of a tab.
const mostHits = 9_999

// hits counts what is marked, and gives the first line in which that begins.
func (v *lineView) hits() (first, n int) {
	for i := range v.visible {
		_, begin := v.spans(v.visible[i])
		if begin > 0 && n == 0 {
			first = i
		}
		if n += begin; n >= mostHits {
			break
		}
	}
	return first, n
}

// textSpans are the pieces of a line that are marked: of text, what is searched for, also where that goes on from a line
// to the next. begin is how many begin in this one.
func (d *detail) textSpans(lines []payload.Line, i int) (spans []rows.Span, begin int) {
	if len(d.words) == 0 {
		return nil, 0
	}
	before, own, after := payload.Around(lines, i, longest(d.words)-1)
	from, indent := len(before), lines[i].Indent
	for _, s := range rows.Spans(before+own+after, d.words, 4*mostMarks) {
		a, b := max(s.From-from, 0), min(s.To-from, len(own))
		if a >= b {
			continue
		}
		spans = append(spans, rows.Span{From: indent + a, To: indent + b})
		if s.From >= from {
			begin++
		}
	}
	return spans, begin
}

// hexSpans are the places of what is searched for in a line of bytes: as numbers and as letters.
func (d *detail) hexSpans(i, perLine int) (spans []rows.Span) {
	if i < 0 || len(d.words) == 0 || d.binary && d.auth && !d.secrets {
		return nil
	}
	data, from := d.maskedBytes(), i*perLine
	before := max(from-longest(d.words), 0)
	end := min(from+perLine+longest(d.words), len(data))
	if before >= end {
		return nil
	}
	for _, s := range rows.Spans(string(data[before:end]), d.words, 4*mostMarks) {
		a, b := max(before+s.From-from, 0), min(before+s.To-from, perLine, len(data)-from)
		if a < b {
			spans = append(spans, hexPlaces(a, b, perLine)...)
		}
	}
	return spans
}

func longest(words []string) (n int) {
	for _, w := range words {
		n = max(n, len(w))
	}
	return n
}

// hexPlaces are where the bytes from a to b stand in a line of payload.Hex: as numbers, and as letters.
func hexPlaces(a, b, perLine int) []rows.Span {
	const numbers = 8
	letters := numbers + perLine*3 - 1 + 2
	return []rows.Span{{From: numbers + 3*a, To: numbers + 3*b - 1}, {From: letters + a, To: letters + b}}
}
