package wsframe

// inflate replaces the message's payload by what it says, and keeps the history for the next one, RFC 7692 §7.2.2.
//
// After a message that could not be inflated to its end, or was not seen, what later ones may refer to is unknown. Then
// the history begins anew: a later message whose references all lie within what was inflated since is exact and is
// marked like any other; one that reaches back further is Incomplete, its payload ending before that reference.
func (d *Decoder) inflate(m *Message) {
	r := d.uncommon()
	window := d.Deflate.window(d.FromClient)
	whole := !m.Incomplete && !m.Truncated
	text, more, err := d.scratch().inflate(m.Payload, whole, r.history, d.limit())
	m.Payload = text
	m.Truncated = m.Truncated || more
	if err != nil && whole {
		m.Incomplete = true
		if !r.lost {
			m.note(FlawInflate)
		}
	}
	if !whole || more || err != nil {
		d.forget()
		return
	}
	r.history = remember(r.history, text, window)
	r.lost = r.lost && len(r.history) < window
}

// forget drops the history: something that later messages may refer to was not seen.
func (d *Decoder) forget() {
	if d.rare == nil || d.Deflate.Enabled && d.Deflate.window(d.FromClient) == 0 {
		return
	}
	d.rare.history, d.rare.lost = d.rare.history[:0], true
}
