package ui

import (
	"encoding/json"
	"slices"

	"sioscope/protocol/redact"
)

// An emission is an event that was emitted, as it was typed.
type emission struct {
	Event string `json:"event"`
	Args  string `json:"args,omitempty"`
	Ack   bool   `json:"ack,omitempty"`
}

// How many emissions are remembered, and how many of those from before are listed.
const (
	maxEmissions = 40
	maxEarlier   = 8
)

// emissions are what was emitted in runs before, the last first.
func (s settings) emissions() (list []emission) {
	json.Unmarshal([]byte(s.String("connect.emitted")), &list) // what is none is nothing
	return list
}

// setEmissions remembers them. Arguments that may hold a secret are left out.
func (s settings) setEmissions(list []emission) {
	list = slices.Clone(list)
	for i := range list {
		if list[i].Args != (redact.Redactor{}).Emission(list[i].Event, list[i].Args) {
			list[i].Args = ""
		}
	}
	if text, err := json.Marshal(list); err == nil {
		s.SetString("connect.emitted", string(text))
	}
}

// A history is what was emitted, in this run and before, and how far the arrows went back in it.
type history struct {
	list  []emission // the last first
	at    int        // of what is in the fields; -1: what was typed
	typed emission
}

// add puts an emission first.
func (h *history) add(e emission) {
	h.list = slices.DeleteFunc(h.list, func(o emission) bool { return o == e })
	h.list = append([]emission{e}, h.list...)
	h.list = h.list[:min(len(h.list), maxEmissions)]
	h.at = -1
}

// step goes one back in time, or with -1 one on, from what is in the fields; ok is false where there is no more.
func (h *history) step(by int, now emission) (e emission, ok bool) {
	if h.at >= len(h.list) || h.at >= 0 && h.list[h.at] != now {
		h.at = -1 // something else was typed since
	}
	if h.at == -1 {
		h.typed = now
	}
	next := h.at + by
	if next < -1 || next >= len(h.list) {
		return now, false
	}
	if h.at = next; next == -1 {
		return h.typed, true
	}
	return h.list[next], true
}

// recall goes through what was emitted, from the field of the event.
func (p *talkPart) recall(by int) {
	if e, ok := p.history.step(by, emission{p.event.Text, p.args.Text, p.ack.Checked}); ok {
		p.take(e)
	}
}

// take fills the fields in.
func (p *talkPart) take(e emission) {
	p.event.SetText(e.Event)
	p.args.SetText(e.Args)
	p.ack.SetChecked(e.Ack)
	p.event.CursorColumn = len([]rune(e.Event))
	p.event.Refresh()
}

// earlier are those that were not emitted over this connection.
func (p *talkPart) earlier() (list []emission) {
	for _, e := range p.history.list {
		here := slices.ContainsFunc(p.sent, func(s sent) bool { return s.event == e.Event && s.args == e.Args })
		if !here && len(list) < maxEarlier {
			list = append(list, e)
		}
	}
	return list
}
