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
