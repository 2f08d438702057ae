// Package redact masks the secrets in what leaves the program: reports, screenshots of details, copied text.
//
// It keeps what a reader needs to follow an Engine.IO conversation (the sid, the transport, names of parameters,
// cookies and fields) and replaces values that may open a door. It does not look for personal data, and it changes
// nothing in what was recorded. Masking what is masked already changes nothing.
package redact

// Mask stands for a value that was taken out. It is ASCII, valid within a URL, a header and a JSON string.
const Mask = "***"

// A Redactor masks secrets. The zero value masks.
type Redactor struct {
	Off bool // everything passes unchanged, as --no-redact asks
	// Fill gives what stands for a secret, for where something else must: for bytes within a packet, say, of which there
	// must be as many. nil: Mask does.
	Fill func(secret string) string
	Asks *Asks // knows acknowledgements that have secrets, where packets are masked in the order of their times; nil: none are known
}

// mask is what stands for a secret.
func (r Redactor) mask(secret string) string {
	if r.Fill != nil {
		return r.Fill(secret)
	}
	return Mask
}
