package langtest

import "sioscope/protocol/diagnose"

// Left is what of a diagnosis in Japanese is not: what has no kana and no kanji, or English prose.
func Left(d *diagnose.Diagnosis) (left []string) {
	all := []string{d.Verdict.Title, d.Verdict.Summary}
	if d.Verdict.Cause != "" {
		all = append(all, d.Verdict.Cause)
	}
	for i := range d.Findings {
		f := &d.Findings[i]
		all = append(append(all, f.Title, f.Explanation), f.RuledOut...)
		for _, fix := range f.Fixes {
			all = append(all, fix.Text)
		}
		for _, t := range f.Tried {
			all = append(all, t.Text)
		}
		if f.WouldTell != "" {
			all = append(all, f.WouldTell)
		}
		for _, e := range f.Evidence { // which may be nothing but what went over the wire
			if english := English(e.Text); english != "" {
				left = append(left, f.ID+": "+english+": "+e.Text)
			}
		}
	}
	return append(left, LeftOf(all)...)
}

// LeftOf is the same of texts that have to be in Japanese, and what has stray blanks.
func LeftOf(texts []string) (left []string) {
	for _, text := range texts {
		switch english := English(text); {
		case !Japanese(text):
			left = append(left, "no Japanese: "+text)
		case english != "":
			left = append(left, english+": "+text)
		case Stray(text) != "":
			left = append(left, "stray blank: "+text)
		}
	}
	return left
}
