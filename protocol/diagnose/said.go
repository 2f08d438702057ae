package diagnose

import "sioscope/protocol/lang"

// What findings say in English, because programs read it too, said to people.

// Word is the severity in the reader's language.
func (s Severity) Word(w lang.Words) string {
	switch s {
	case Error:
		return w.S("error")
	case Warning:
		return w.S("warning")
	}
	return w.S("info")
}

// Confidence is a Finding.Confidence in the reader's language.
func Confidence(w lang.Words, confidence string) string {
	switch confidence {
	case "certain":
		return w.S("certain")
	case "likely":
		return w.S("likely")
	case "possible":
		return w.S("possible")
	}
	return confidence
}

// Hedge is a cause as a sentence of its own, which says that it is likely or possible where it is no more.
func Hedge(w lang.Words, confidence, cause string) string {
	switch {
	case cause == "":
	case confidence == "likely":
		return w.S("Most likely: %s", cause)
	case confidence == "possible":
		return w.S("Possibly: %s", cause)
	}
	return cause
}

// Sure is how sure the cause of the verdict is: the confidence of the finding that is the cause, "" where none is.
func (d *Diagnosis) Sure() string {
	for i := range d.Findings {
		if f := &d.Findings[i]; f.ID == d.Verdict.Lead && d.Verdict.State != StateUnknown {
			return f.Confidence
		}
	}
	return ""
}
