package tlskeys

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"encoding/binary"
	"hash"

	"golang.org/x/crypto/chacha20poly1305"

	"sioscope/protocol/tlshello"
)

// maxRecord is the longest record that is read, its header left out: RFC 5246 §6.2.3 allows 2,048 bytes over 16 KiB.
const maxRecord = 16<<10 + 2048

// An opener takes the protection from records.
type opener interface {
	// open appends the content of a record, header included, to dst, and tells its type; not ok where the record is
	// not the one with that sequence number.
	open(dst, record []byte, seq uint64) (content []byte, kind byte, ok bool)
	// overhead is by how much a record, header included, is longer than its content; -1: that varies.
	overhead() int
	// hint is the sequence number that a record itself suggests, given one that was opened.
	hint(record []byte) (seq uint64, ok bool)
}

// aead is AES-GCM and ChaCha20-Poly1305, RFC 5288 §3, RFC 7905 §2, RFC 8446 §5.2.
type aead struct {
	cipher.AEAD
	tls13    bool
	explicit int // bytes of the nonce that stand in the record
	iv       [12]byte
	nonce    [12]byte
	extra    [13]byte
	last     uint64 // nonce - sequence number, explicit
	opened   bool
}

func newAEAD(s *suite, tls13 bool, key, iv []byte) (*aead, error) {
	a := &aead{tls13: tls13}
	copy(a.iv[:], iv)
	var err error
	if s.protection == chacha {
		a.AEAD, err = chacha20poly1305.New(key)
		return a, err
	}
	if !tls13 {
		a.explicit = 8
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	a.AEAD, err = cipher.NewGCM(block)
	return a, err
}

func (a *aead) open(dst, record []byte, seq uint64) ([]byte, byte, bool) {
	body := record[tlshello.HeaderSize:]
	n := len(body) - a.explicit - a.Overhead()
	if n < 0 {
		return dst, 0, false
	}
	a.nonce = a.iv
	if a.explicit > 0 {
		copy(a.nonce[4:], body[:8])
	} else {
		binary.BigEndian.PutUint64(a.nonce[4:], binary.BigEndian.Uint64(a.iv[4:])^seq)
	}
	extra := record[:tlshello.HeaderSize]
	if !a.tls13 {
		extra = pseudoHeader(&a.extra, record, seq, n)
	}
	from := len(dst)
	content, err := a.Open(dst, a.nonce[:], body[a.explicit:], extra)
	if err != nil {
		return dst, 0, false
	}
	if !a.tls13 {
		if a.explicit > 0 {
			a.last, a.opened = binary.BigEndian.Uint64(body)-seq, true
		}
		return content, record[0], true
	}
	return inner(content, from)
}

// inner takes the padding and the type from TLSInnerPlaintext, RFC 8446 §5.2.
func inner(content []byte, from int) ([]byte, byte, bool) {
	end := len(content)
	for end > from && content[end-1] == 0 {
		end--
	}
	if end == from {
		return content[:from], 0, true // padding alone: nobody may send it
	}
	return content[:end-1], content[end-1], true
}

func (a *aead) overhead() int {
	n := tlshello.HeaderSize + a.explicit + a.Overhead()
	if a.tls13 {
		n++
	}
	return n
}

// hint: those who send explicit nonces count them up, from wherever they begin.
func (a *aead) hint(record []byte) (uint64, bool) {
	if !a.opened || len(record) < tlshello.HeaderSize+8 {
		return 0, false
	}
	return binary.BigEndian.Uint64(record[tlshello.HeaderSize:]) - a.last, true
}

// pseudoHeader is what the protection of TLS 1.2 covers beside the content, RFC 5246 §6.2.3.1.
func pseudoHeader(buf *[13]byte, record []byte, seq uint64, n int) []byte {
	binary.BigEndian.PutUint64(buf[:], seq)
	copy(buf[8:], record[:3])
	binary.BigEndian.PutUint16(buf[11:], uint16(n))
	return buf[:]
}

// blocks is AES-CBC with HMAC, RFC 5246 §6.2.3.2, or RFC 7366.
type blocks struct {
	aes   cipher.Block
	mode  ivSetter
	mac   hash.Hash
	etm   bool
	extra [13]byte
	sum   []byte
}

// ivSetter is what the standard library's CBC can do beside its interface.
type ivSetter interface {
	cipher.BlockMode
	SetIV([]byte)
}

func newCBC(s *suite, etm bool, macKey, key []byte) (*blocks, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	b := &blocks{aes: block, etm: etm, mac: hmac.New(s.mac.New, macKey)}
	b.mode, _ = cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize)).(ivSetter)
	return b, nil
}

func (b *blocks) overhead() int { return -1 }

func (b *blocks) hint([]byte) (uint64, bool) { return 0, false }

func (b *blocks) open(dst, record []byte, seq uint64) ([]byte, byte, bool) {
	body := record[tlshello.HeaderSize:]
	if b.etm {
		cut := len(body) - b.mac.Size()
		if cut < 0 || !b.fits(record, seq, body[:cut], body[cut:]) {
			return dst, 0, false
		}
		body = body[:cut]
	}
	if len(body) < 2*aes.BlockSize || len(body)%aes.BlockSize != 0 {
		return dst, 0, false
	}
	from := len(dst)
	dst = append(dst, body[aes.BlockSize:]...)
	content := dst[from:]
	b.decrypter(body[:aes.BlockSize]).CryptBlocks(content, content)
	n := len(content) - 1 - int(content[len(content)-1])
	if !b.etm {
		n -= b.mac.Size()
	}
	if n < 0 || !padded(content) || !b.etm && !b.fits(record, seq, content[:n], content[n:n+b.mac.Size()]) {
		return dst[:from], 0, false
	}
	return dst[:from+n], record[0], true
}

// decrypter saves the mode of operation from being made anew for every record, where the library lets it.
func (b *blocks) decrypter(iv []byte) cipher.BlockMode {
	if b.mode == nil {
		return cipher.NewCBCDecrypter(b.aes, iv)
	}
	b.mode.SetIV(iv)
	return b.mode
}

// padded reports whether content ends with padding, RFC 5246 §6.2.3.2.
func padded(content []byte) bool {
	last := content[len(content)-1]
	if int(last) >= len(content) {
		return false
	}
	for _, p := range content[len(content)-1-int(last):] {
		if p != last {
			return false
		}
	}
	return true
}

func (b *blocks) fits(record []byte, seq uint64, covered, sum []byte) bool {
	b.mac.Reset()
	b.mac.Write(pseudoHeader(&b.extra, record, seq, len(covered)))
	b.mac.Write(covered)
	b.sum = b.mac.Sum(b.sum[:0])
	return hmac.Equal(b.sum, sum)
}
