package decodecmd

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// maxInput is how much of standard input is read, in bytes.
const maxInput = 16 << 20

// A unit is an HTTP body, a WebSocket message, or bytes of a WebTransport stream.
type unit struct {
	transport string
	data      []byte
	piped     bool // from standard input
}

// units reads the arguments, or standard input where there are none.
func (o *options) units(args []string, stdin io.Reader) ([]unit, error) {
	if len(args) == 0 {
		u, err := o.piped(stdin)
		return []unit{u}, err
	}
	units := make([]unit, 0, len(args))
	for i, arg := range args {
		u := unit{transport: o.transport}
		if name, rest, ok := strings.Cut(arg, ":"); ok && slices.Contains(transports, name) {
			u.transport, arg = name, rest
		}
		var err error
		if u.data, err = o.bytes(arg); err == nil {
			err = o.ready(u)
		}
		if err != nil {
			return nil, fmt.Errorf("argument %d: %w", i+1, err)
		}
		units = append(units, u)
	}
	return units, nil
}

func (o *options) piped(stdin io.Reader) (unit, error) {
	u := unit{transport: o.transport, piped: true}
	if err := o.ready(u); err != nil {
		return u, err
	}
	b, err := io.ReadAll(io.LimitReader(stdin, maxInput+1))
	switch {
	case err != nil:
		return u, fmt.Errorf("reading standard input: %w", err)
	case len(b) > maxInput:
		return u, fmt.Errorf("standard input is longer than %d bytes", maxInput)
	}
	if o.hex {
		u.data, err = unhex(string(b))
		return u, err
	}
	u.data = b
	return u, nil
}

func (o *options) ready(u unit) error {
	if u.transport == "" {
		return errors.New("--transport is missing: one of " + strings.Join(transports, ", "))
	}
	return o.checkTransport(u.transport)
}

func (o *options) bytes(arg string) ([]byte, error) {
	if o.hex {
		return unhex(arg)
	}
	return []byte(arg), nil
}

// unhex reads hex digits with blanks and line ends anywhere.
func unhex(text string) ([]byte, error) {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	b, err := hex.DecodeString(strings.TrimPrefix(digits, "0x"))
	if errors.Is(err, hex.ErrLength) {
		return nil, errors.New("an odd number of hex digits")
	}
	if err != nil {
		return nil, fmt.Errorf("not hex: %.40q", text)
	}
	return b, nil
}
