package timeline

import (
	"image"
	"image/color"
)

// ShapeKind is what a Shape is drawn as.
type ShapeKind uint8

const (
	Rect     ShapeKind = iota
	Round              // rectangle with rounded corners
	Outline            // the border of one, Width thick
	Hatch              // rectangle with slanting stripes
	Diamond            // fills its box
	Triangle           // points up
	Down               // triangle that points down
	Right              // triangle that points right
	Cross              // an X
	Dashes             // a vertical dashed line at X0
	Text
	ClipPush // what follows is drawn inside the box alone
	ClipPop
)

// A Shape is one thing to draw, its box in device pixels.
type Shape struct {
	Kind           ShapeKind
	X0, Y0, X1, Y1 float32
	Width          float32 // of an Outline or Cross, and the corner radius of a Round
	Color          color.RGBA
	Text           string
	Font           Font    // of Text
	Size           float32 // of Text, device pixels
	Advance        float32 // of Text in a Static picture: how long it is; 0: as the font has it
}

// HitKind says what lies under the mouse.
type HitKind uint8

const (
	HitNothing  HitKind = iota
	HitSession          // a session's line
	HitToggle           // the triangle that opens and closes it
	HitConn             // a connection's lane
	HitExchange         // a request
	HitRow              // a packet's tick
	HitPhase            // a stretch on one transport
	HitProbe            // an upgrade attempt or what came of it
	HitRefused          // the line of refused handshakes
	HitPin              // numbers in a Rail: so many, from Index in its list
	HitNode             // a node in the legend; Index is its index
	HitNote             // the number of a note; Index is its index, Count how many share its place
)

// A Hit is what lies under the mouse: indices in the Tracker, -1 where there is none.
type Hit struct {
	Kind                         HitKind
	Session, Conn, Exchange, Row int32
	Index                        int   // of the phase or probe in its session
	Count                        int   // things merged into this one; 1 or 0: it is one
	From, To                     int64 // time covered
}

// A Target is a Hit and where it is.
type Target struct {
	X0, Y0, X1, Y1 float32
	Hit            Hit
}

// A Scene is one frame: shapes in the order drawn, and what can be hit.
type Scene struct {
	Size    image.Point // device pixels
	Scale   float32
	Back    color.RGBA
	Shapes  []Shape
	Targets []Target
	Content float64 // height of all lines, dp
}

// Reset empties the Scene for w by h device pixels, and keeps its memory.
func (s *Scene) Reset(w, h int, scale float64) {
	s.Size, s.Scale = image.Pt(w, h), float32(scale)
	s.Shapes, s.Targets, s.Content = s.Shapes[:0], s.Targets[:0], 0
}

// Hit finds the topmost target at x, y device pixels, with slack pixels around small ones.
func (s *Scene) Hit(x, y, slack float32) Hit {
	for i := len(s.Targets) - 1; i >= 0; i-- {
		t := &s.Targets[i]
		if x >= t.X0-slack && x < t.X1+slack && y >= t.Y0 && y < t.Y1 {
			return t.Hit
		}
	}
	return Hit{Session: -1, Conn: -1, Exchange: -1, Row: -1}
}

// Bar is the target of a request in its connection's lane, or that of the bar it was merged into; nil where it is not on
// screen. conn is its connection's index, at its beginning.
func (s *Scene) Bar(exchange, conn int32, at int64) *Target {
	var merged *Target
	for i := range s.Targets {
		switch t := &s.Targets[i]; {
		case t.Hit.Kind != HitExchange || t.Hit.Conn < 0:
		case t.Hit.Exchange == exchange:
			return t
		case t.Hit.Conn == conn && t.Hit.Count > 1 && t.Hit.From <= at && at <= t.Hit.To:
			merged = t
		}
	}
	return merged
}

func (s *Scene) rect(r box, c color.RGBA) {
	s.Shapes = append(s.Shapes, Shape{Kind: Rect, X0: r.x0, Y0: r.y0, X1: r.x1, Y1: r.y1, Color: c})
}

func (s *Scene) shape(k ShapeKind, r box, width float32, c color.RGBA) {
	s.Shapes = append(s.Shapes, Shape{Kind: k, X0: r.x0, Y0: r.y0, X1: r.x1, Y1: r.y1, Width: width, Color: c})
}

func (s *Scene) target(r box, h Hit) {
	s.Targets = append(s.Targets, Target{r.x0, r.y0, r.x1, r.y1, h})
}

func (s *Scene) push(r box) { s.shape(ClipPush, r, 0, color.RGBA{}) }
func (s *Scene) pop()       { s.shape(ClipPop, box{}, 0, color.RGBA{}) }

// A box is a rectangle in device pixels.
type box struct{ x0, y0, x1, y1 float32 }

func (b box) grow(d float32) box { return box{b.x0 - d, b.y0 - d, b.x1 + d, b.y1 + d} }

func (b box) pixels() image.Rectangle {
	return image.Rect(round(b.x0), round(b.y0), round(b.x1), round(b.y1))
}

func round(f float32) int {
	if f < 0 {
		return int(f - 0.5)
	}
	return int(f + 0.5)
}
