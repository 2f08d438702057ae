package tlskeys

import (
	"crypto"
	"crypto/tls"
	"fmt"
	"strings"
)

type protection uint8

const (
	gcm protection = iota
	chacha
	cbc
)

// A suite is what a cipher suite says of records. How the keys were agreed upon does not matter here.
type suite struct {
	protection protection
	key        int         // bytes
	hash       crypto.Hash // of the key derivation
	mac        crypto.Hash // cbc
}

var (
	gcm128  = suite{gcm, 16, crypto.SHA256, 0}
	gcm256  = suite{gcm, 32, crypto.SHA384, 0}
	poly    = suite{chacha, 32, crypto.SHA256, 0}
	cbc128  = suite{cbc, 16, crypto.SHA256, crypto.SHA1}
	cbc256  = suite{cbc, 32, crypto.SHA256, crypto.SHA1}
	cbc128b = suite{cbc, 16, crypto.SHA256, crypto.SHA256}
	cbc256b = suite{cbc, 32, crypto.SHA256, crypto.SHA256}
	cbc256c = suite{cbc, 32, crypto.SHA384, crypto.SHA384}
)

// suiteIDs are the numbers of IANA's "TLS Cipher Suites", by what they have in common.
var suiteIDs = []struct {
	suite *suite
	ids   []uint16
}{
	{&gcm128, []uint16{0x1301, 0x009C, 0x009E, 0x00A0, 0x00A2, 0x00A4, 0x00A6, 0x00A8, 0x00AA, 0x00AC, 0xC02B, 0xC02D, 0xC02F, 0xC031, 0xD001}},
	{&gcm256, []uint16{0x1302, 0x009D, 0x009F, 0x00A1, 0x00A3, 0x00A5, 0x00A7, 0x00A9, 0x00AB, 0x00AD, 0xC02C, 0xC02E, 0xC030, 0xC032, 0xD002}},
	{&poly, []uint16{0x1303, 0xCCA8, 0xCCA9, 0xCCAA, 0xCCAB, 0xCCAC, 0xCCAD, 0xCCAE}},
	{&cbc128, []uint16{0x002F, 0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0x008C, 0x0090, 0x0094, 0xC004, 0xC009, 0xC00E, 0xC013, 0xC018, 0xC01D, 0xC01E, 0xC01F, 0xC035}},
	{&cbc256, []uint16{0x0035, 0x0036, 0x0037, 0x0038, 0x0039, 0x003A, 0x008D, 0x0091, 0x0095, 0xC005, 0xC00A, 0xC00F, 0xC014, 0xC019, 0xC020, 0xC021, 0xC022, 0xC036}},
	{&cbc128b, []uint16{0x003C, 0x003E, 0x003F, 0x0040, 0x0067, 0x006C, 0x00AE, 0x00B2, 0x00B6, 0xC023, 0xC025, 0xC027, 0xC029, 0xC037}},
	{&cbc256b, []uint16{0x003D, 0x0068, 0x0069, 0x006A, 0x006B, 0x006D}},
	{&cbc256c, []uint16{0x00AF, 0x00B3, 0x00B7, 0xC024, 0xC026, 0xC028, 0xC02A, 0xC038}},
}

// findSuite is nil for a suite that is not decrypted in that version of TLS.
func findSuite(id uint16, tls13 bool) *suite {
	if tls13 != (id>>8 == 0x13) {
		return nil
	}
	for _, s := range suiteIDs {
		for _, known := range s.ids {
			if known == id {
				return s.suite
			}
		}
	}
	return nil
}

func suiteName(id uint16) string {
	if name := tls.CipherSuiteName(id); !strings.HasPrefix(name, "0x") {
		return name
	}
	return fmt.Sprintf("0x%04X", id)
}
