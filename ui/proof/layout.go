package proof

import (
	"image/color"

	"sioscope/ui/timeline"
)

// A View is how a proof is drawn.
type View struct {
	W, H    int     // device pixels
	Scale   float64 // of them to a unit of length
	Palette *timeline.Palette
	Fonts   *timeline.Fonts // of the drawing goroutine
	Head    string          // the source, above all else
	Foot    []string        // what stands below, small: when it was saved, and of what
}

// The least and the most that a proof is magnified by, of what it is at 1440x900.
const leastSize, mostSize = 0.42, 4

// most is by how much what stands below the word is larger than it must be, where there is room for it.
const most = 1.6

// lay lays a proof out. What is told is as large as there is room for; where there is little, it is smaller until all of
// it has room, and only then cut.
func lay(p *Proof, v View) *sheet {
	k := float32(min(float64(v.W)/1440, float64(v.H)/800))
	least := leastSize * float32(v.Scale)
	k = min(max(k, least), mostSize*float32(v.Scale))
	for more := float32(most); ; {
		s := &sheet{v: v, p: p, k: k, more: more}
		switch fits := s.lay(); {
		case fits && (!s.torn || more <= 1) || more <= 1 && k <= least:
			return s
		case more > 1:
			more = max(more-0.1, 1)
		default:
			k = max(k*0.94, least)
		}
	}
}

// A sheet is one try to lay out a proof, k pixels to a unit, and more times that below the word.
type sheet struct {
	v          View
	p          *Proof
	scene      timeline.Scene
	tick       []stroke
	k, y, more float32
	torn       bool // a word goes on in the next line
}

// lay lays out, and says whether all had room.
func (s *sheet) lay() bool {
	s.scene.Reset(s.v.W, s.v.H, s.v.Scale)
	s.scene.Back = s.v.Palette.Back
	s.y = 14 * s.k
	if s.v.Head != "" {
		s.line(s.v.Head, timeline.Regular, 19, s.v.Palette.Dim)
	}
	s.y += 10 * s.k
	s.banner()
	s.y += 22 * s.k
	pal, k := s.v.Palette, s.k
	s.k *= s.more
	s.sentence(s.p.Why, timeline.Bold, 25, pal.Text)
	s.sentence(s.p.Caution, timeline.Bold, 25, pal.Bad)
	s.facts(44 * k)
	s.k = k
	s.foot()
	return s.y <= float32(s.v.H)
}

// margin is the blank at the left and at the right.
func (s *sheet) margin() float32 { return float32(s.v.W) * 0.031 }

// width is that of what is between the margins.
func (s *sheet) width() float32 { return float32(s.v.W) - 2*s.margin() }

// banner is the word with its sign on its colour, and since when.
func (s *sheet) banner() {
	fill, ink := colors(s.p.State)
	size, side := 190*s.k, 150*s.k
	room := s.width() - side - 2*s.margin() - 30*s.k
	if w := s.v.Fonts.Width(s.p.Word, timeline.Bold, size); w > room {
		size *= room / w
	}
	sub := s.wrap(s.p.Since, timeline.Bold, 33*s.k, s.width()-2*s.margin())
	high := max(side, size) + 34*s.k + float32(len(sub))*44*s.k
	x0, x1 := s.margin(), float32(s.v.W)-s.margin()
	s.add(timeline.Shape{Kind: timeline.Round, X0: x0, Y0: s.y, X1: x1, Y1: s.y + high, Width: 14 * s.k, Color: fill})
	middle := s.y + 14*s.k + max(side, size)/2
	s.sign(x0+s.margin()+side/2, middle, side*0.42, fill, ink)
	s.text(s.p.Word, timeline.Bold, size, x0+s.margin()+side+30*s.k, middle, ink)
	y := s.y + 14*s.k + max(side, size) + 22*s.k
	for _, t := range sub {
		s.text(t, timeline.Bold, 33*s.k, x0+s.margin(), y, ink)
		y += 44 * s.k
	}
	s.y += high
}

// colors are those of a state's banner, and of what is written upon it. The word and the sign say the same.
func colors(of State) (fill, ink color.RGBA) {
	white, black := color.RGBA{255, 255, 255, 255}, color.RGBA{17, 19, 24, 255}
	switch of {
	case WebSocket, WebTransport:
		return color.RGBA{0, 115, 79, 255}, white
	case Polling:
		return color.RGBA{230, 159, 0, 255}, black
	case Moving:
		return color.RGBA{0, 104, 168, 255}, white
	case NotConnected:
		return color.RGBA{178, 46, 38, 255}, white
	}
	return color.RGBA{84, 91, 106, 255}, white
}

// sign is the state's, in a circle: a tick, a mark of exclamation or of question, arrows, a stop.
func (s *sheet) sign(x, y, r float32, fill, ink color.RGBA) {
	s.add(timeline.Shape{Kind: timeline.Round, X0: x - r, Y0: y - r, X1: x + r, Y1: y + r, Width: r, Color: ink})
	box := func(k timeline.ShapeKind, x0, y0, x1, y1, width float32) {
		s.add(timeline.Shape{Kind: k, X0: x + x0*r, Y0: y + y0*r, X1: x + x1*r, Y1: y + y1*r, Width: width * r, Color: fill})
	}
	letter := func(text string) {
		size := 1.5 * r
		s.text(text, timeline.Bold, size, x-s.v.Fonts.Width(text, timeline.Bold, size)/2, y, fill)
	}
	switch s.p.State {
	case WebSocket, WebTransport:
		s.tick = []stroke{{x - 0.46*r, y + 0.04*r, x - 0.12*r, y + 0.38*r, 0.2 * r, fill}, {x - 0.12*r, y + 0.38*r, x + 0.5*r, y - 0.36*r, 0.2 * r, fill}}
	case Polling:
		letter("!")
	case Moving:
		box(timeline.Right, -0.5, -0.45, 0.1, 0.45, 0)
		box(timeline.Right, 0.05, -0.45, 0.65, 0.45, 0)
	case Closed:
		box(timeline.Rect, -0.38, -0.38, 0.38, 0.38, 0)
	case NotConnected:
		box(timeline.Cross, -0.42, -0.42, 0.42, 0.42, 0.2)
	case NoSession:
		box(timeline.Rect, -0.5, -0.11, 0.5, 0.11, 0)
	default:
		letter("?")
	}
}

// facts are names and what is told of them, in two columns where there is room.
func (s *sheet) facts(gap float32) {
	columns := 1
	if float32(s.v.W) > 1000*s.k {
		columns = 2
	}
	wide := (s.width() - gap*float32(columns-1)) / float32(columns)
	name := float32(0)
	for _, f := range s.p.Facts {
		name = max(name, s.v.Fonts.Width(f.Name, timeline.Regular, 21*s.k))
	}
	name += 18 * s.k
	half := (len(s.p.Facts) + columns - 1) / columns
	top, end := s.y, s.y
	for i, f := range s.p.Facts {
		if i%half == 0 {
			s.y = top
		}
		s.fact(f, s.margin()+float32(i/half)*(wide+gap), name, wide)
		end = max(end, s.y)
	}
	s.y = end
}

func (s *sheet) fact(f Fact, x, name, wide float32) {
	const size, high = 22, 30
	s.text(f.Name, timeline.Regular, 21*s.k, x, s.y+high/2*s.k, s.v.Palette.Dim)
	for _, t := range s.wrap(f.Text, timeline.Bold, size*s.k, wide-name) {
		s.text(t, timeline.Bold, size*s.k, x+name, s.y+high/2*s.k, s.v.Palette.Text)
		s.y += high * s.k
	}
	s.y += 9 * s.k
}

// foot stands at the bottom.
func (s *sheet) foot() {
	var lines []string
	for _, t := range s.v.Foot {
		lines = append(lines, s.wrap(t, timeline.Regular, 17*s.k, s.width())...)
	}
	high := float32(len(lines)) * 24 * s.k
	y := max(s.y+10*s.k, float32(s.v.H)-high-14*s.k)
	if len(lines) > 0 {
		s.add(timeline.Shape{Kind: timeline.Rect, X0: s.margin(), Y0: y - 8*s.k, X1: float32(s.v.W) - s.margin(), Y1: y - 7*s.k, Color: s.v.Palette.Line})
	}
	for _, t := range lines {
		s.text(t, timeline.Regular, 17*s.k, s.margin(), y+12*s.k, s.v.Palette.Dim)
		y += 24 * s.k
	}
	if len(lines) > 0 {
		s.y = y
	}
}

// sentence is a text of its own, in as many lines as it takes.
func (s *sheet) sentence(text string, font timeline.Font, size float32, c color.RGBA) {
	if text == "" {
		return
	}
	for _, t := range s.wrap(text, font, size*s.k, s.width()) {
		s.line(t, font, size, c)
	}
	s.y += 14 * s.k
}

// line is one line, cut where it is too long.
func (s *sheet) line(text string, font timeline.Font, size float32, c color.RGBA) {
	s.text(s.v.Fonts.Cut(text, font, size*s.k, s.width()), font, size*s.k, s.margin(), s.y+0.72*size*s.k, c)
	s.y += 1.44 * size * s.k
}

// text writes at x, in the middle of y; size is in pixels.
func (s *sheet) text(text string, font timeline.Font, size, x, y float32, c color.RGBA) {
	s.add(timeline.Shape{Kind: timeline.Text, X0: x, Y0: y - size/2, X1: x + s.v.Fonts.Width(text, font, size), Y1: y + size/2, Text: text, Font: font, Size: size, Color: c})
}

func (s *sheet) add(shape timeline.Shape) { s.scene.Shapes = append(s.scene.Shapes, shape) }
