package causes

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Target is the part of the cases that must be right in the first place. None may be certain and wrong.
const Target = 0.95

// A Table counts cases by what was done (rows) and what was said first (columns).
type Table struct {
	Cases, Right int
	Certain      int // cases of which something was said to be certain, and is wrong
	count        map[string]map[string]int
}

// Tabulate counts cases.
func Tabulate(cases []Case) Table {
	t := Table{count: map[string]map[string]int{}}
	for i := range cases {
		c := &cases[i]
		t.Cases++
		row := c.Row()
		if t.count[row] == nil {
			t.count[row] = map[string]int{}
		}
		t.count[row][c.First]++
		if c.Right() {
			t.Right++
		}
		if len(c.Wrong) > 0 {
			t.Certain++
		}
	}
	return t
}

// Share is the part of the cases that are right in the first place.
func (t *Table) Share() float64 { return float64(t.Right) / float64(max(t.Cases, 1)) }

// rows are what was done, most cases first.
func (t *Table) rows() []string {
	all := slices.Sorted(maps.Keys(t.count))
	slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(sum(t.count[b]), sum(t.count[a])) })
	return all
}

func sum(m map[string]int) int {
	n := 0
	for _, k := range m {
		n += k
	}
	return n
}

// Write prints the table. Columns in which no row but their own has anything are left out: their figures are on the
// diagonal, under "right".
func (t *Table) Write(out io.Writer) error {
	w := bufio.NewWriter(out)
	rows := t.rows()
	columns := t.confused()
	wide := 0
	for _, r := range rows {
		wide = max(wide, len(r))
	}
	for i, c := range columns {
		fmt.Fprintf(w, "%*s   %s%d = said: %s\n", wide, "", strings.Repeat(" ", 16), i+1, c)
	}
	fmt.Fprintf(w, "%-*s  cases  right", wide, "what it was")
	for i := range columns {
		fmt.Fprintf(w, "  %3d", i+1)
	}
	fmt.Fprintln(w)
	for _, r := range rows {
		fmt.Fprintf(w, "%-*s  %5d  %5d", wide, r, sum(t.count[r]), t.count[r][r])
		for _, c := range columns {
			if n := t.count[r][c]; n > 0 && c != r {
				fmt.Fprintf(w, "  %3d", n)
			} else {
				fmt.Fprint(w, "    ·")
			}
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%d cases, %d right at first place (%.1f %%), %d with a wrong certain verdict\n", t.Cases, t.Right, 100*t.Share(), t.Certain)
	return w.Flush()
}

// confused are the columns that some other row was said to be.
func (t *Table) confused() []string {
	found := map[string]bool{}
	for row, said := range t.count {
		for c := range said {
			if c != row {
				found[c] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}
