package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"sioscope/protocol/fact"
	"sioscope/protocol/lang"
	"sioscope/ui/look"
	"sioscope/ui/rows"
	"sioscope/ui/timeline"
)

// A column of the packet table. They stand in the order of rows.Column.
type column struct {
	title string
	width float32 // dp; of "What" the one below which others give way, which gets what is left over
	least float32 // dp, where there is little room
	drop  int     // the higher, the earlier it goes where there is no room; 0 stays
	cell  func(*rows.Cells) string
	color func(*rows.Cells) fyne.ThemeColorName
	right bool // numbers
}

const (
	packetColumn = int(rows.ByPacket)
	socketColumn = int(rows.BySocketIO)
	whatColumn   = int(rows.ByWhat)
)

// columns are those of a table whose times have the given number of characters.
func columns(w lang.Words, fonts *timeline.Fonts, chars int) []column {
	text := func(c *rows.Cells) fyne.ThemeColorName { return theme.ColorNameForeground }
	dim := func(c *rows.Cells) fyne.ThemeColorName { return look.Dim }
	bad := func(c *rows.Cells) fyne.ThemeColorName {
		if c.Bad {
			return look.Bad
		}
		return theme.ColorNameForeground
	}
	node := func(c *rows.Cells) fyne.ThemeColorName {
		if c.WrongNode {
			return look.Bad
		}
		return theme.ColorNameForeground
	}
	most := func(texts ...string) (width float32) {
		for _, s := range texts {
			width = max(width, fonts.Width(s, timeline.Regular, inWhole(cellSize))+8)
		}
		return width
	}
	head := func(s string) float32 { return fonts.Width(s, timeline.Bold, inWhole(headSize)) + 6 }
	timeWidth := max(float32(chars)*7.3+14, head(w.S("Time")+" ↑")+4)
	packetWidth := max(widestPacket(w, fonts)+10, 100)
	nodeWidth := most(w.S("not %s", "A")) + 2
	return []column{
		{w.S("Time"), timeWidth, max(float32(chars)*7.3+8, head(w.S("Time")+" ↑")), 0, func(c *rows.Cells) string { return c.Time }, dim, false},
		{w.S("Dir"), 40, max(most(fact.In.Word(w), fact.Out.Word(w)), head(w.S("Dir"))), 2, func(c *rows.Cells) string { return c.Dir }, text, false},
		{w.S("Conn"), 50, 50, keptBelow + 1, func(c *rows.Cells) string { return c.Conn }, text, false},
		{w.S("Node"), max(nodeWidth, 54), max(nodeWidth, head(w.S("Node"))), 1, func(c *rows.Cells) string { return c.Node }, node, false},
		{w.S("Over"), 76, 76, keptBelow + 3, func(c *rows.Cells) string { return c.Over }, text, false},
		{w.S("Packet"), packetWidth, packetWidth, 0, func(c *rows.Cells) string { return c.Packet }, bad, false},
		{w.S("Socket.IO"), 116, 116, keptBelow + 2, func(c *rows.Cells) string { return c.SocketIO }, text, false},
		{w.S("What"), 186, 64, 0, func(c *rows.Cells) string { return c.What }, bad, false},
		{w.S("Bytes"), 62, 62, keptBelow + 4, func(c *rows.Cells) string { return c.Bytes }, dim, true},
	}
}

// widestPacket is the room that the names of packets need, of the problems among them in bold.
func widestPacket(w lang.Words, fonts *timeline.Fonts) (width float32) {
	for _, s := range [...]string{w.S("handshake"), w.S("upgrade request"), w.S("preflight"), w.S("refused %d", 400), w.S("no answer"),
		w.S("%d switched", 101), w.S("ws close"), w.S("conn closed"), w.S("unreadable")} {
		width = max(width, fonts.Width(s, timeline.Bold, inWhole(cellSize)))
	}
	return width
}

// keptBelow is the drop up to which columns stay until all have the least width: those that the program is for.
const keptBelow = 2

// edge is the blank left and right of the table's text.
const edge = 14

// places gives every column its x and width in a table of the given width, by the widths that were given to columns; a
// width of 0 hides it.
func places(cols []column, given map[rows.Column]float32, width float32) (x, w []float32) {
	x, w = make([]float32, len(cols)), make([]float32, len(cols))
	total := float32(2 * edge)
	for i := range cols {
		w[i] = cols[i].width
		if g, is := given[rows.Column(i)]; is {
			w[i] = g
		}
		total += w[i]
	}
	for drop := 9; drop > 0 && total > width; drop-- {
		if drop == keptBelow {
			total = narrowed(cols, given, w, total)
		}
		for i := range cols {
			if cols[i].drop == drop && total > width {
				total -= w[i]
				w[i] = 0
			}
		}
	}
	w[whatColumn] = max(w[whatColumn]+width-total, 40)
	at := float32(edge)
	for i := range cols {
		x[i] = at
		at += w[i]
	}
	return x, w
}

// narrowed gives the columns that are left, but those that the user gave a width, the least one. It gives what all take.
func narrowed(cols []column, given map[rows.Column]float32, w []float32, total float32) float32 {
	for i := range cols {
		if _, is := given[rows.Column(i)]; !is && w[i] > 0 {
			total += cols[i].least - w[i]
			w[i] = cols[i].least
		}
	}
	return total
}

// says is what a column says of a row where columns have these widths. Where there is no room for the one that tells what
// the packet is in Socket.IO, What does: CONNECT and DISCONNECT have nothing else to be told by.
func says(cols []column, i int, c *rows.Cells, widths []float32) string {
	text := cols[i].cell(c)
	if i == whatColumn && widths[socketColumn] == 0 && c.SocketIO != "" {
		return c.SocketIO + " " + text
	}
	return text
}
