package ui

// A part that is made anew in another language takes over what the one before had: what it shows, and what the user
// filled in, chose and opened.

func (t *table) inherit(o *table) {
	t.store, t.rows, t.order, t.times, t.chosen, t.follow = o.store, o.rows, o.order, o.times, o.chosen, o.follow
	t.mask, t.trial, t.kept = o.mask, o.trial, o.kept
	at := o.list.GetScrollOffset()
	o.stop() // what it looks for comes too late
	t.bar.hits.sessions.set(o.bar.hits.sessions.Checked)
	if t.store == nil {
		return
	}
	t.setFilter(t.rows.Filter)
	t.list.ScrollToOffset(at)
}

func (d *detail) inherit(o *detail) {
	d.store, d.times, d.secrets, d.subject, d.failed, d.checks, d.words = o.store, o.times, o.secrets, o.subject, o.failed, o.checks, o.words
	d.trial = o.trial
	d.reveal.Checked = o.secrets
	d.exposed(d.secrets)
	d.set(o.about)
	d.open(o.tabs.SelectedIndex())
	d.showFoot()
}

func (b *toolbar) inherit(o *toolbar) {
	b.name.Set(o.name.full)
	change := b.search.OnChanged
	b.search.OnChanged = nil // the table looks for it already
	b.search.SetText(o.search.Text)
	b.search.OnChanged = change
	b.search.showClear()
}

func (v *verdictBar) inherit(o *verdictBar, of *opening) {
	v.reset(of)
	v.since, v.subject = o.since, o.subject
}

func (e *entry) inherit(o *entry) { e.SetText(o.Text) }

func (f *fold) inherit(o *fold) { f.open(o.what.Visible()) }

func (f *clientForm) inherit(o *clientForm) {
	f.base = o.base
	f.eio.SetSelectedIndex(o.eio.SelectedIndex())
	for i, e := range []*entry{f.path, f.namespace, f.auth, f.header, f.query} {
		e.inherit([]*entry{o.path, o.namespace, o.auth, o.header, o.query}[i])
	}
	f.cookies.SetChecked(o.cookies.Checked)
	f.insecure.SetChecked(o.insecure.Checked)
}

func (c *connector) inherit(o *connector) {
	c.client, c.store, c.told = o.client, o.store, o.told
	c.url.SetText(o.url.Text)
	c.ways.SetSelectedIndex(o.ways.SelectedIndex())
	c.more.inherit(o.more)
	c.fold.inherit(o.fold)
	c.talk.inherit(o.talk)
	c.form.Hidden, c.talk.object.Hidden = o.form.Hidden, o.talk.object.Hidden
}

func (p *talkPart) inherit(o *talkPart) {
	p.used, p.sent, p.marks, p.history = o.used, o.sent, o.marks, o.history
	p.event.inherit(o.event)
	p.args.inherit(o.args)
	p.ack.SetChecked(o.ack.Checked)
	if p.c.client != nil {
		p.ways.SetSelectedIndex(o.ways.SelectedIndex())
		p.showSent()
	}
}

func (c *checker) inherit(o *checker) {
	c.run, c.store = o.run, o.store
	c.url.SetText(o.url.Text)
	c.most.inherit(o.most)
	c.idle.SetChecked(o.idle.Checked)
	c.more.inherit(o.more)
	c.fold.inherit(o.fold)
	c.form.Hidden, c.results.Hidden = o.form.Hidden, o.results.Hidden
}

func (p *labPanel) inherit(o *labPanel) {
	p.lab, p.store, p.deeds, p.nodeHeader = o.lab, o.store, o.deeds, o.nodeHeader
	p.url.Set(o.url.full)
	if p.store != nil && p.store == p.w.store {
		p.flag()
		p.sinceLast()
	}
}

func (p *sniffer) inherit(o *sniffer) {
	p.path, p.helper, p.store, p.paused = o.path, o.helper, o.store, o.paused
	for i, e := range []*entry{p.ports, p.hosts, p.filter, p.keys, p.file} {
		e.inherit([]*entry{o.ports, o.hosts, o.filter, o.keys, o.file}[i])
	}
	p.faces.chosen = o.faces.chosen
}
