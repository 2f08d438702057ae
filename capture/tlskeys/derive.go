package tlskeys

import (
	"crypto"
	"crypto/hkdf"
	"crypto/hmac"
	_ "crypto/sha1" // the hashes of suites
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/binary"
)

// prf is the pseudorandom function of TLS 1.2, RFC 5246 §5.
func prf(h crypto.Hash, secret []byte, label string, seed []byte, n int) []byte {
	mac := hmac.New(h.New, secret)
	sum := func(parts ...[]byte) []byte {
		mac.Reset()
		for _, p := range parts {
			mac.Write(p)
		}
		return mac.Sum(nil)
	}
	named := append([]byte(label), seed...)
	var out []byte
	for a := sum(named); len(out) < n; a = sum(a) {
		out = append(out, sum(a, named)...)
	}
	return out[:n]
}

// expand is HKDF-Expand-Label with an empty context, RFC 8446 §7.1. It is nil for a secret that is none of that hash.
func expand(h crypto.Hash, secret []byte, label string, n int) []byte {
	info := binary.BigEndian.AppendUint16(nil, uint16(n))
	info = append(info, byte(len("tls13 ")+len(label)))
	info = append(info, "tls13 "+label...)
	out, err := hkdf.Expand(h.New, secret, string(append(info, 0)), n)
	if err != nil {
		return nil
	}
	return out
}

// A pair are the ciphers of both directions, TLS 1.2.
type pair [2]opener

// derive12 makes the ciphers of a connection, RFC 5246 §6.3.
func derive12(s *suite, etm bool, secret []byte, client, server [32]byte) (pair, error) {
	var macSize, ivSize int
	switch s.protection {
	case gcm:
		ivSize = 4
	case chacha:
		ivSize = 12
	case cbc:
		macSize = s.mac.Size()
	}
	seed := append(server[:], client[:]...)
	block := prf(s.hash, secret, "key expansion", seed, 2*(macSize+s.key+ivSize))
	take := func(n int) []byte {
		b := block[:n:n]
		block = block[n:]
		return b
	}
	var parts [6][]byte // MAC keys, keys, IVs; each of the client and of the server
	for i, n := range []int{macSize, macSize, s.key, s.key, ivSize, ivSize} {
		parts[i] = take(n)
	}
	var p pair
	for i := range p {
		var err error
		if s.protection == cbc {
			p[i], err = newCBC(s, etm, parts[i], parts[2+i])
		} else {
			p[i], err = newAEAD(s, false, parts[2+i], parts[4+i])
		}
		if err != nil {
			return p, err
		}
	}
	return p, nil
}

// derive13 makes the cipher that a traffic secret stands for, RFC 8446 §7.3.
func derive13(s *suite, secret []byte) (opener, error) {
	return newAEAD(s, true, expand(s.hash, secret, "key", s.key), expand(s.hash, secret, "iv", 12))
}

// nextSecret is the traffic secret after a KeyUpdate, RFC 8446 §7.2.
func nextSecret(s *suite, secret []byte) []byte {
	return expand(s.hash, secret, "traffic upd", s.hash.Size())
}
