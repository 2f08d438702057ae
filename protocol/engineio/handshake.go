package engineio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A Handshake is what the open packet says (Engine.IO v4, "Handshake").
type Handshake struct {
	SID          string
	Upgrades     []string // transports the server offers; empty: none
	PingInterval int64    // milliseconds
	PingTimeout  int64    // milliseconds
	MaxPayload   int64    // bytes; 0: the server named none
	Keys         []string // in the order of the JSON text, which differs between servers
}

// ParseOpen reads the data of an open packet. What is there and has the wrong type is an error, with the fields read
// so far; keys it does not know are allowed. WebTransport clients send an open packet that has only a sid, or no data.
func ParseOpen(data []byte) (Handshake, error) {
	var h Handshake
	if !json.Valid(data) {
		return h, errors.New("open packet: not JSON")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, _ := dec.Token(); t != json.Delim('{') {
		return h, errors.New("open packet: not a JSON object")
	}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return h, fmt.Errorf("open packet: %w", err)
		}
		key, _ := t.(string)
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return h, fmt.Errorf("open packet: %w", err)
		}
		h.Keys = append(h.Keys, key)
		if err := h.set(key, value); err != nil {
			return h, fmt.Errorf("open packet: %s: %w", key, err)
		}
	}
	if h.SID == "" {
		return h, errors.New("open packet: no sid")
	}
	return h, nil
}

func (h *Handshake) set(key string, value json.RawMessage) error {
	switch key {
	case "sid":
		return json.Unmarshal(value, &h.SID)
	case "upgrades":
		return json.Unmarshal(value, &h.Upgrades)
	case "pingInterval":
		return setInt(&h.PingInterval, value)
	case "pingTimeout":
		return setInt(&h.PingTimeout, value)
	case "maxPayload":
		return setInt(&h.MaxPayload, value)
	}
	return nil
}

// setInt takes any JSON number: some servers write 25000.0.
func setInt(to *int64, value json.RawMessage) error {
	var f float64
	if err := json.Unmarshal(value, &f); err != nil {
		return err
	}
	*to = int64(max(-1<<53, min(f, 1<<53)))
	return nil
}

// Dialect guesses the server from the order of the keys: python-engineio writes pingTimeout before pingInterval, the
// Node server and those that copy it the other way round.
func (h Handshake) Dialect() Dialect {
	timeout, interval := slices.Index(h.Keys, "pingTimeout"), slices.Index(h.Keys, "pingInterval")
	switch {
	case timeout < 0 || interval < 0:
		return UnknownDialect
	case timeout < interval:
		return Python
	}
	return Node
}
