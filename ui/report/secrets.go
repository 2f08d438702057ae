package report

import "sioscope/protocol/lang"

// Secrets says what became of the secrets in a report. Whoever is asked whether to mask them, and whoever gets the report,
// reads the same.
func Secrets(w lang.Words, masked bool) string {
	if masked {
		return w.S("Tokens, cookies and credentials are masked.")
	}
	return w.S("Tokens, cookies and credentials in what is quoted of requests and answers are not masked: whoever gets this can use them.")
}

// unmasked says that secrets are in it; "" where they are not.
func (in *Input) unmasked() string {
	if !in.Redact.Off {
		return ""
	}
	return Secrets(in.Words, false)
}

// secrets says the same to programs.
func (j *jsonReport) secrets() {
	word := "masked"
	if j.in.Redact.Off {
		word = "not masked"
	}
	j.newline()
	j.key("secrets").str(word)
}
