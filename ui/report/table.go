package report

import "strings"

// A column of a table. Cells are finished text without colours; paint colours one of them after it was padded.
type column struct {
	head  string
	cells []string
	right bool                // numbers: aligned to the right
	drop  int                 // the column with the lowest number above 0 goes first where room is short; 0: it stays
	short []string            // instead of dropping, the cells that take its place at that point
	paint func(row int) style // nil: normal
}

func (c *column) width() int {
	n := textWidth(c.head)
	for _, s := range c.cells {
		n = max(n, textWidth(s))
	}
	return n
}

const (
	tableIndent = 2
	tableGap    = 2
	dropLast    = 100
	minFirst    = 12 // columns the first column keeps when the table is too wide without all others that may go
)

// fit drops or shortens columns, in the order they say, until the table is at most width wide or nothing can go.
func fit(cols []column, width int) []column {
	for tableWidth(cols) > width {
		next := -1
		for i, c := range cols {
			if c.drop > 0 && (next < 0 || c.drop < cols[next].drop) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		if c := &cols[next]; c.short != nil {
			c.cells, c.short, c.drop = c.short, nil, dropLast
		} else {
			cols = append(cols[:next], cols[next+1:]...)
		}
	}
	return cols
}

func tableWidth(cols []column) int {
	n := tableIndent - tableGap
	for _, c := range cols {
		n += c.width() + tableGap
	}
	return n
}

// table prints the columns that fit; where even those are too wide, the first one is cut, then the last.
func (p *printer) table(cols []column) {
	cols = fit(cols, p.opt.Width)
	if len(cols) == 0 {
		return
	}
	widths := make([]int, len(cols))
	room := p.opt.Width - tableIndent
	for i, c := range cols {
		want := c.width()
		if i == 0 {
			want = max(want-max(tableWidth(cols)-p.opt.Width, 0), min(want, minFirst))
		}
		widths[i] = max(min(want, room), 1)
		room -= widths[i] + tableGap
	}
	p.tableRow(cols, widths, -1)
	for row := range cols[0].cells {
		p.tableRow(cols, widths, row)
	}
}

// tableRow prints one row, or the heads for -1.
func (p *printer) tableRow(cols []column, widths []int, row int) {
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", tableIndent))
	blank := 0 // blanks owed, so that no line ends in them
	for i, c := range cols {
		text, color := c.head, dim
		if row >= 0 {
			text, color = c.cells[row], normal
			if c.paint != nil {
				color = c.paint(row)
			}
		}
		text = shorten(text, widths[i], p.more)
		pad := widths[i] - textWidth(text)
		if c.right {
			blank, pad = blank+pad, 0
		}
		if text != "" {
			b.WriteString(strings.Repeat(" ", blank))
			blank = 0
		}
		b.WriteString(p.paint(color, text))
		blank += pad + tableGap
	}
	p.line(strings.TrimRight(b.String(), " "))
}
