package compare

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sioscope/protocol/lang"
)

// A value is what one side shows of a property.
type value struct {
	text string // "" where the side does not show it
	key  string // what is held against the other side's
	ns   int64  // of a measured time, which differs from run to run
}

// like says whether two values are alike. Measured times are, unless one is at least twice the other and the
// difference is one that people notice.
func (v value) like(o value) Likeness {
	const noticed = 50e6 // ns
	switch {
	case v.text == "" || o.text == "":
		return Unknown
	case v.ns != 0 && o.ns != 0:
		less, more := min(v.ns, o.ns), max(v.ns, o.ns)
		if more >= 2*less && more-less >= noticed {
			return Different
		}
		return Same
	case v.key != o.key:
		return Different
	}
	return Same
}

// said is a value whose text is what is compared.
func said(text string) value { return value{text: text, key: text} }

// A tally counts how often something was seen.
type tally []counted

type counted struct {
	key, text string
	n         int
}

func (t *tally) add(key, text string) {
	for i := range *t {
		if (*t)[i].key == key {
			(*t)[i].n++
			return
		}
	}
	if len(*t) > maxTally {
		(*t)[maxTally].n++
		return
	}
	if len(*t) == maxTally {
		key, text = others, others
	}
	*t = append(*t, counted{key, text, 1})
}

const others = "others"

const maxTally = 64 // different things that are kept apart

const shownOfTally = 3

// tell tells what was seen, the most frequent first, with how often where there is more than one thing.
func (f *facts) tell(t tally) value {
	list := slices.Clone(t)
	slices.SortStableFunc(list, func(a, b counted) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.key, b.key)) })
	var keys, texts []string
	for i, c := range list {
		keys = append(keys, c.key)
		text := c.text
		if c.key == others {
			text = f.S("others")
		}
		switch {
		case len(list) == 1:
			texts = append(texts, text)
		case i < shownOfTally:
			texts = append(texts, f.S("%s (%d)", text, c.n))
		}
	}
	if more := len(list) - shownOfTally; more > 0 {
		texts = append(texts, f.S("%d more", lang.Amount(more)))
	}
	slices.Sort(keys)
	return value{text: f.List(texts), key: strings.Join(keys, "\n")}
}

// most is the text of what was seen most often, "" where nothing was.
func (t tally) most() string {
	best := -1
	for i := range t {
		if best < 0 || t[i].n > t[best].n {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	return t[best].text
}

func digit(n int) string { return strconv.Itoa(n) }

// span is a length of time for people: "75 ms", "2.0 s".
func span(ns int64) string {
	d := time.Duration(ns)
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", float64(ns)/1e6)
	}
	if d < time.Second-time.Millisecond/2 {
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
