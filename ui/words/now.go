package words

import (
	"fmt"
	"strings"

	"sioscope/protocol/lang"
)

// A change puts a phrase of a sentence in the place of another. Both are marked for the catalogue, which must have the
// first as it stands in the sentences it has.
type change struct {
	from, to string
	label    string // what is written in the window, where to names it: "%s"
}

// said is what the phrase becomes.
func (c *change) said(w lang.Words) string {
	if c.label != "" {
		return fmt.Sprintf(w.Said(c.to), w.Said(c.label))
	}
	return w.Said(c.to)
}

// Now says of what happens now what a verdict says of a capture; where over, of what did so just now.
func Now(w lang.Words, s string, over bool) string {
	if over {
		return changed(w, s, justNow)
	}
	return changed(w, s, now)
}

var justNow = []change{
	{from: lang.Mark("was under way when the capture ended"), to: lang.Mark("was under way at the end")},
	{from: lang.Mark("the capture is too short to tell why"), to: lang.Mark("that was too short to tell why")},
	{from: lang.Mark("The capture is too short to tell why"), to: lang.Mark("That was too short to tell why")},
	{from: lang.Mark(" in this capture")},
}

var now = []change{
	{from: lang.Mark("was under way when the capture ended"), to: lang.Mark("is under way")},
	{from: lang.Mark("the capture is too short to tell why"), to: lang.Mark("it is too early to tell why")},
	{from: lang.Mark("The capture is too short to tell why"), to: lang.Mark("It is too early to tell why")},
	{from: lang.Mark("in this capture"), to: lang.Mark("so far")},
}

// changed makes the changes in a sentence of the language, or in one that is in English still. Of phrases that begin at
// the same place the first counts.
func changed(w lang.Words, s string, list []change) string {
	var said, english []string
	for i := range list {
		c := &list[i]
		said, english = append(said, w.Said(c.from), c.said(w)), append(english, c.from, c.said(nil))
	}
	return strings.NewReplacer(append(said, english...)...).Replace(s)
}
