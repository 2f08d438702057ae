package pcapfile

import (
	"bytes"

	"sioscope/protocol/lang"
)

// TLSKeyLog is the type of secrets that are lines of an SSLKEYLOGFILE (draft-ietf-opsawg-pcapng §4.7).
const TLSKeyLog = 0x544c534b

// maxSecrets is how many bytes of secrets a Reader keeps. A key log has some 500 bytes a connection.
const maxSecrets = 16 << 20

// A Secret is the content of a Decryption Secrets Block.
type Secret struct {
	Type uint32 // TLSKeyLog, or of another protocol
	Data []byte
}

// Secrets returns the secrets met so far. They may stand anywhere in a file, so behind the packets too:
// after each packet there may be more, appended to those that were there. 16 MiB of them are kept.
func (r *Reader) Secrets() []Secret { return r.secrets }

// MayHaveSecrets reports whether the file is of a kind that can hold secrets: pcapng.
func (r *Reader) MayHaveSecrets() bool { return r.isNg }

// LostSecrets returns how many bytes of secrets were met and not kept, because there were too many.
func (r *Reader) LostSecrets() int { return r.lostSecrets }

// secretsBlock keeps what a Decryption Secrets Block holds.
func (r *Reader) secretsBlock(start int64, body []byte) error {
	if len(body) < 8 {
		return r.corrupt(start, lang.Say("a secrets block of %d bytes is too short", len(body)))
	}
	n := r.order.u32(body[4:])
	if int64(n) > int64(len(body)-8) {
		return r.corrupt(start, lang.Say("a secrets block claims %d bytes and has room for %d", n, len(body)-8))
	}
	const overhead = 64 // so that a million of empty ones are bounded too
	if r.secretBytes+int(n)+overhead > maxSecrets {
		r.lostSecrets += int(n)
		return nil
	}
	r.secretBytes += int(n) + overhead
	r.secrets = append(r.secrets, Secret{Type: r.order.u32(body), Data: bytes.Clone(body[8 : 8+n])})
	return nil
}
