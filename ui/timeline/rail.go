package timeline

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"sioscope/protocol/lang"
)

// A Pin is a number at a time.
type Pin struct {
	Time   int64
	Number int
	Square bool // it is a square, and else round
}

// RailHeight is the height of a Rail, dp.
const RailHeight = 22

// A RailInput is everything a frame of a rail depends on.
type RailInput struct {
	lang.Words

	Pins    []Pin // by time
	Chosen  int   // the number that is selected, 0: none
	View    View
	W, H    int     // device pixels
	Scale   float64 // device pixels per dp
	Left    float64 // width of the column of names, dp
	Palette *Palette
	Fonts   *Fonts
}

// Rail lays out numbers above a timeline, each where its time is. Those that would overlap stand in one sign together.
func Rail(in RailInput, scene *Scene) {
	scene.Reset(in.W, in.H, in.Scale)
	scene.Back = in.Palette.Back
	l := &layouter{Scene: scene, k: float32(in.Scale), left: float32(in.Left * in.Scale)}
	l.Input = Input{Words: in.Words, View: in.View, W: in.W, H: in.H, Scale: in.Scale, Left: in.Left, Palette: in.Palette, Fonts: in.Fonts}
	l.rect(box{0, 0, l.left, float32(l.H)}, in.Palette.Panel)
	l.railKey()
	l.push(box{l.left, 0, float32(l.W), float32(l.H)})
	defer l.pop()
	for i := 0; i < len(in.Pins); {
		i = l.pin(in.Pins, i, in.Chosen)
	}
}

// railKey says in the column of names what the two shapes mean.
func (l *layouter) railKey() {
	x, mid := l.dp(14), float32(l.H)/2
	for _, k := range [...]struct {
		square bool
		text   string
	}{{true, l.S("explains a fault")}, {false, l.S("differs")}} {
		b := box{x, mid - l.dp(5), x + l.dp(10), mid + l.dp(5)}
		l.sign(b, k.square, false)
		w := l.Fonts.Width(k.text, Regular, l.dp(11))
		l.text(box{b.x1 + l.dp(5), 0, min(b.x1+l.dp(6)+w, l.left-l.dp(4)), float32(l.H)}, k.text, Regular, 11, l.Palette.Dim)
		x = b.x1 + l.dp(18) + w
	}
}

// pinHigh is the height of a pin, dp.
const pinHigh = 16

// pin draws the i-th pin with those that it would overlap, and gives the number of the next one.
func (l *layouter) pin(pins []Pin, i, chosen int) int {
	first := pins[i]
	x := l.x(first.Time)
	square, is := first.Square, first.Number == chosen
	numbers := []int{first.Number}
	text := strconv.Itoa(first.Number)
	wide := func() float32 { return max(l.Fonts.Width(text, Bold, l.dp(11))+l.dp(9), l.dp(pinHigh)) }
	next := i + 1
	for ; next < len(pins); next++ {
		p := pins[next]
		apart := l.dp(pinHigh) / 2
		if l.x(p.Time)-apart > x+wide()-l.dp(pinHigh)/2+l.dp(2) {
			break
		}
		numbers = append(numbers, p.Number)
		if square = square || p.Square; p.Number == chosen { // it stands first
			is = true
			copy(numbers[1:], numbers[:len(numbers)-1])
			numbers[0] = chosen
		}
		text = pinText(numbers)
	}
	x -= l.dp(pinHigh) / 2
	if x+wide() < l.left || x > float32(l.W) || l.x(first.Time) < l.left {
		return next
	}
	mid := float32(l.H) / 2
	b := box{x, mid - l.dp(pinHigh)/2, x + wide(), mid + l.dp(pinHigh)/2}
	l.sign(b, square, is)
	w := l.Fonts.Width(text, Bold, l.dp(11))
	ink := l.Palette.Text
	if is {
		ink = l.Palette.Back
	}
	l.plain(box{(b.x0 + b.x1 - w) / 2, b.y0, b.x1, b.y1}, text, Bold, 11, ink)
	l.target(b, Hit{Kind: HitPin, Session: -1, Conn: -1, Exchange: -1, Row: -1, Index: i, Count: len(numbers), From: first.Time, To: pins[next-1].Time})
	return next
}

// pinText has up to three numbers.
func pinText(numbers []int) string {
	var parts []string
	for i, n := range numbers {
		if i == 3 {
			return fmt.Sprintf("%s +%d", strings.Join(parts, "·"), len(numbers)-i)
		}
		parts = append(parts, strconv.Itoa(n))
	}
	return strings.Join(parts, "·")
}

// sign is a pin's shape: outlined, and filled where it is selected.
func (l *layouter) sign(b box, square, filled bool) {
	radius, c := (b.y1-b.y0)/2, l.Palette.Frame
	if square {
		radius, c = l.dp(2), l.Palette.Bad
	}
	fill := mix(l.Palette.Back, c, 0.18)
	if filled {
		fill = c
	}
	l.bordered(b, radius, fill, c)
}

// bordered is a rounded box within a border, which follows its corners.
func (l *layouter) bordered(b box, radius float32, fill, border color.RGBA) {
	l.shape(Round, b, radius, border)
	in := b.grow(-max(l.dp(1.5), 1))
	l.shape(Round, in, max(radius-l.dp(1.5), 0), fill)
}

// guides draws a dashed line at each of some times.
func (l *layouter) guides(axis float32) {
	from, to := l.span()
	for _, t := range l.Guides {
		if t >= from && t <= to {
			x := l.x(t)
			l.shape(Dashes, box{x, axis, x + max(l.dp(1), 1), float32(l.H)}, 0, alpha(l.Palette.Frame, 150))
		}
	}
}
