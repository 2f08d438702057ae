package timeline

import (
	"cmp"
	"image/color"
	"slices"
	"strings"

	"sioscope/protocol/lang"
	"sioscope/protocol/session"
)

// An Input is everything a frame depends on.
type Input struct {
	lang.Words // the language of what is written; the zero value is English

	Tracker *session.Tracker
	Lines   []Line
	View    View
	Scroll  float64 // dp of lines above the top edge
	W, H    int     // device pixels
	Scale   float64 // device pixels per dp
	Left    float64 // width of the header column, dp
	Now     int64   // until when a live source was watched: what is open lasts until then; 0 of a capture
	Wall    bool    // time of day on the axis
	Origin  int64   // the moment that the axis counts from, also backwards; 0: from the beginning
	Guides  []int64 // times that a dashed line stands at
	Heading string  // of the names; "" is "Session · connection"
	Nothing string  // where the sessions would be, where none is shown; or ""
	Chosen  int32   // the selected session, -1 none
	Palette *Palette
	Fonts   *Fonts
	Faults  *Faults // may be nil
	Flags   []Flag  // by time
	Notes   []Note  // by time
	Static  bool    // a picture in a report: nothing can be opened or scrolled, and every legend entry is there
	Trial   Trial   // may be nil
	// Trouble says whether a finding touches a session; nil: none does.
	Trouble func(*session.Session) bool
	Hits    map[int32]int32 // how many packets of each session a search found; nil: nothing is searched for
}

// A Trial says of a request that it was sent to see what becomes of it: that it is refused is no fault. nil: none was.
type Trial func(*session.Exchange) bool

// Is says so of a nil Trial, too.
func (f Trial) Is(e *session.Exchange) bool { return f != nil && f(e) }

// All says so of all of some requests, and of none where there are none.
func (f Trial) All(list []*session.Exchange) bool {
	return f != nil && len(list) > 0 && !slices.ContainsFunc(list, func(e *session.Exchange) bool { return !f(e) })
}

// A layouter turns an Input into a Scene.
type layouter struct {
	Input
	*Scene
	k    float32 // device pixels per dp
	left float32 // device pixels

	under color.RGBA // what the line being laid out is drawn on
	names []box      // where words stand beside marks: no others go there
	bands []box      // where transports and requests are drawn, for flags
	over  []stretch  // what lies over the band of the session being laid out
}

// Layout fills scene with what is visible. The work depends on the size of the image, not on that of the capture:
// within a line the first and last visible thing are searched for, and what shares a pixel becomes one.
func Layout(in Input, scene *Scene) { lay(in, scene) }

// lay gives what knows where things were put.
func lay(in Input, scene *Scene) *layouter {
	scene.Reset(in.W, in.H, in.Scale)
	scene.Back = in.Palette.Back
	scene.Content = Height(in.Lines)
	l := &layouter{Input: in, Scene: scene, k: float32(in.Scale), left: float32(in.Left * in.Scale)}
	axis := float32(AxisHeight) * l.k
	l.rect(box{0, axis, l.left, float32(l.H)}, l.Palette.Panel)
	l.grid(axis)
	l.flags(axis)
	pennants := l.pennants(axis)
	l.noteLines(pennants, axis)
	l.lines(axis)
	if y := axis + l.dp(float32(l.Content)); l.Nothing != "" {
		l.text(box{l.left + l.dp(18), y + l.dp(14), float32(l.W) - l.dp(8), y + l.dp(40)}, l.Nothing, Regular, 12.5, l.Palette.Dim)
	}
	l.flagNames(axis)
	l.axis(axis, pennants)
	l.notes(pennants)
	l.scrollbar(axis)
	return l
}

// dp converts to device pixels.
func (l *layouter) dp(v float32) float32 { return v * l.k }

// until is the end of the time that is known.
func (l *layouter) until() int64 { return max(l.Tracker.Last, l.Now) }

// lives says whether a session goes on while it is watched.
func (l *layouter) lives(s *session.Session) bool { return l.Now != 0 && Lives(s) }

// Lives says whether a session goes on as far as its connections tell: a client on polling that goes away says nothing.
func Lives(s *session.Session) bool {
	if s.Closed != 0 {
		return false
	}
	conns := s.Conns[max(len(s.Conns)-lastConns, 0):]
	return slices.ContainsFunc(conns, func(c *session.Conn) bool { return c.Closed == 0 })
}

// lastConns is how many of a session's connections are looked at for one that is open: there may be one a poll.
const lastConns = 16

// lived is until when a session is known to be there.
func (l *layouter) lived(s *session.Session) int64 {
	if l.lives(s) {
		return l.until()
	}
	return s.LastSeen
}

// x is where a time is, in device pixels, kept within what a float32 can hold.
func (l *layouter) x(t int64) float32 {
	x := l.left + float32(l.View.X(t))*l.k
	return min(max(x, l.left-1e5), float32(l.W)+1e5)
}

// span is the time on screen.
func (l *layouter) span() (from, to int64) {
	return l.View.Start, l.View.Time(float64(float32(l.W)-l.left)/l.Input.Scale) + 1
}

func (l *layouter) marks() []Mark {
	if l.Tracker.First == 0 {
		return nil
	}
	width := float64(float32(l.W)-l.left) / l.Input.Scale
	char := float64(l.Fonts.Width("0", Regular, l.dp(11))) / l.Input.Scale
	if l.Origin != 0 && !l.Wall {
		return l.View.around(l.Words, width, char, l.Origin)
	}
	return l.View.Marks(l.Words, width, char, l.Tracker.First, l.Wall)
}

func (l *layouter) grid(axis float32) {
	for _, m := range l.marks() {
		x := l.x(m.Time)
		l.shape(Dashes, box{x, axis, x + 1, float32(l.H)}, 0, l.Palette.Grid)
	}
	l.guides(axis)
}

func (l *layouter) axis(h float32, taken []pennant) {
	l.rect(box{0, 0, float32(l.W), h}, l.Palette.Panel)
	l.rect(box{0, h - l.dp(1), float32(l.W), h}, l.Palette.Line)
	end := l.left
	if l.Wall {
		zone := Zone(l.View.Start)
		end -= l.dp(12) + l.Fonts.Width(zone, Regular, l.dp(11))
		l.plain(box{end, 0, l.left, h}, zone, Regular, 11, l.Palette.Dim)
	}
	l.text(box{l.dp(14), 0, end - l.dp(4), h}, cmp.Or(l.Heading, l.S("Session · connection")), Regular, 11, l.Palette.Dim)
	l.push(box{l.left, 0, float32(l.W), h})
	free := l.left // where no label stands so far
	for _, m := range l.marks() {
		w := l.Fonts.Width(m.Label, Regular, l.dp(11))
		x := max(min(l.x(m.Time)-w/2, float32(l.W)-l.dp(4)-w), l.left+l.dp(2))
		if x < free || slices.ContainsFunc(taken, func(p pennant) bool { return p.meets(box{x - l.dp(3), 0, x + w + l.dp(3), h}) }) {
			continue
		}
		l.plain(box{x, 0, x + w, h}, m.Label, Regular, 11, l.Palette.Dim)
		free = x + w + l.dp(6)
	}
	l.pop()
}

func (l *layouter) lines(top float32) {
	height := (float64(l.H) - float64(top)) / l.Input.Scale
	from, to := Visible(l.Lines, l.Scroll, l.Scroll+height)
	for _, line := range l.Lines[from:to] {
		y := top + float32(line.Y-l.Scroll)*l.k
		b := box{0, y, float32(l.W), y + float32(line.H)*l.k}
		l.under = l.Palette.Back
		switch line.Kind {
		case SessionLine:
			l.session(line, b)
		case ConnLine:
			l.lane(line, b)
			l.bands = append(l.bands, b)
		case RefusedLine:
			l.refused(b)
			l.bands = append(l.bands, b)
		case MoreLine:
			l.more(line, b)
		}
	}
}

// scrollbar shows how much of the lines is on screen, where not all are.
func (l *layouter) scrollbar(top float32) {
	room := float64(l.H)/l.Input.Scale - AxisHeight
	if l.Content <= room || room <= 0 || l.Static {
		return
	}
	track := float32(room) * l.k
	h := max(track*float32(room/l.Content), l.dp(24))
	y := top + (track-h)*float32(l.Scroll/(l.Content-room))
	x := float32(l.W) - l.dp(8)
	l.shape(Round, box{x, y, x + l.dp(6), y + h}, l.dp(3), alpha(l.Palette.Dim, 110))
}

// text puts text at the left of b, in the middle of its height, cut to its width. size is in dp.
func (l *layouter) text(b box, text string, f Font, size float32, c color.RGBA) {
	text = l.Fonts.Cut(text, f, l.dp(size), b.x1-b.x0+1)
	l.plain(b, text, f, size, c)
}

func (l *layouter) plain(b box, text string, f Font, size float32, c color.RGBA) {
	if text == "" {
		return
	}
	s := Shape{Kind: Text, X0: b.x0, Y0: b.y0, X1: b.x1, Y1: b.y1, Color: c, Text: text, Font: f, Size: l.dp(size)}
	if l.Static && strings.IndexFunc(text, eastAsian) < 0 {
		s.Advance = l.Fonts.Width(text, f, s.Size)
	}
	l.Shapes = append(l.Shapes, s)
}

// pillTint is how much of its colour the ground of a badge has.
const pillTint = 0.18

// pill is a badge of at most width device pixels: tinted, outlined, with text. It returns where the next one may begin.
func (l *layouter) pill(x, y, width float32, text string, c color.RGBA) float32 {
	pad, h := l.dp(8), l.dp(16)
	text = l.Fonts.Cut(text, Bold, l.dp(10.5), width-2*pad)
	if text == "" {
		return x
	}
	b := box{x, y, x + l.Fonts.Width(text, Bold, l.dp(10.5)) + 2*pad, y + h}
	l.shape(Round, b, h/2, mix(l.Palette.Panel, c, pillTint))
	l.shape(Outline, b, max(l.dp(1), 1), c)
	l.plain(box{x + pad, y, b.x1, y + h}, text, Bold, 10.5, readable(c, l.Palette))
	return b.x1 + l.dp(6)
}

func alpha(c color.RGBA, a uint8) color.RGBA { return color.RGBA{c.R, c.G, c.B, a} }
