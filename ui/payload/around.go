package payload

// Around is what stands before and after the i-th line in the text that it was cut out of, at least most bytes of each
// where there are as many, and what of the text is in the line itself.
func Around(lines []Line, i, most int) (before, own, after string) {
	for k := i; lines[k].On && len(before) < most; k-- {
		before = lines[k-1].Text[lines[k-1].Indent:] + before
	}
	for k := i + 1; k < len(lines) && lines[k].On && len(after) < most; k++ {
		after += lines[k].Text[lines[k].Indent:]
	}
	return before, lines[i].Text[lines[i].Indent:], after
}
