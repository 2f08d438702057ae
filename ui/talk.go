package ui

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"sioscope/capture/dial"
	"sioscope/protocol/lang"
	"sioscope/protocol/redact"
	"sioscope/ui/look"
	"sioscope/ui/plain"
	"sioscope/ui/words"
)

// A talkPart is what can be done with a connection: send events, leave, come back on other transports.
type talkPart struct {
	c *connector

	place           *line
	icon            *widget.Icon
	state           *line
	said            *notice
	leave           *button
	send            *button
	again           *button
	ways            *choice
	apply           *notice // that transports were chosen which the connection has not
	used            []string
	event           *entry
	args            *entry
	eventIn, argsIn *field
	ack             *tick
	sent            []sent
	history         history
	marks           int // that were given
	list            *fyne.Container
	heard           *line // over the list
	object          *fyne.Container
}

// A sent is an event that was emitted.
type sent struct {
	event, args string
	ack         bool // asked for
	mark        int  // by which the client tells what became of that
	acked       bool
	missed      bool // and none will come
	took        time.Duration
	at          time.Time
}

// maxSent is how many of the events that were sent are listed.
const maxSent = 30

func newTalkPart(c *connector) *talkPart {
	h := &c.w.hears
	p := &talkPart{c: c, said: newNotice(), apply: newNotice(), icon: widget.NewIcon(nil), ways: newWays(h), list: container.NewVBox()}
	p.place = newLine(c.w.fonts, 13, theme.ColorNameForeground, fyne.TextStyle{Monospace: true})
	p.state = newLine(c.w.fonts, 13.5, theme.ColorNameForeground, fyne.TextStyle{Bold: true})
	p.leave = newButton(h, h.S("Disconnect"), theme.LogoutIcon(), p.disconnect)
	p.again = newButton(h, h.S("Reconnect"), theme.ViewRefreshIcon(), c.reconnect)
	p.ways.OnChanged = func(string) { p.chosen() }
	change := newButton(h, h.S("Change…"), nil, c.change)
	change.Importance = widget.LowImportance
	p.event, p.args = newEntry(h, "message", p.emit), newLines(h, `"hello", {"n": 1}`, 2, p.emit)
	p.event.arrow = p.recall
	p.history = history{list: c.w.prefs.emissions(), at: -1}
	p.eventIn, p.argsIn = newField(h, h.S("Event"), p.event), newField(h, h.S("Arguments (JSON)"), p.args)
	p.event.OnChanged, p.args.OnChanged = p.eventIn.changed, p.argsIn.changed
	p.ack = newTick(h, h.S("Ask for an ack"), nil)
	p.send = newButton(h, h.S("Emit"), theme.MailSendIcon(), p.emit)
	p.send.Importance = widget.HighImportance
	p.heard = heading(h.S("Emitted"))
	p.heard.Hide()
	state := container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSize(20, 20), p.icon), nil, container.New(middle{}, p.state))
	p.object = container.New(stacked{},
		container.NewBorder(nil, nil, nil, change, container.New(middle{}, p.place)), gapTop(2), state, p.said.object, gapTop(8),
		newField(h, h.S("Transports"), p.ways).object, p.apply.object, container.NewGridWithColumns(2, p.leave, p.again),
		gapTop(10), rule(), gapTop(8), heading(h.S("Emit an event")), gapTop(4),
		p.eventIn.object, p.argsIn.object, paragraph(c.w.S("Several arguments are divided by commas. {\"$binary\": \"AQID\"} stands for bytes. ↑ and ↓ in the event bring back what was emitted.")), gapTop(4), inOrder(nil, nil, p.ack, nil, p.send),
		gapTop(12), p.heard, gapTop(2), p.list)
	p.object.Hide()
	return p
}

// update shows what became of the client.
func (p *talkPart) update() {
	state, over := p.c.client.State(), p.c.over()
	if over {
		state = dial.Over
	}
	last, left, acks := p.c.told.now(p.c.w.Words)
	p.place.Set(p.c.client.Place().URL.Host + namespaced(redact.Redactor{}.Target(p.c.client.Place().Namespace)))
	icon, color := stateLook(state)
	text, err := stateWords(p.c.w.Words, state), p.c.err()
	if over && err != nil {
		text, icon, color = p.c.w.S("No session"), theme.NewErrorThemedResource(theme.ErrorIcon()), look.Bad
	}
	if p.state.full != text {
		p.icon.SetResource(icon)
		p.state.SetColor(color)
		p.state.Set(text)
	}
	switch {
	case over && err != nil:
		p.said.wrong(sentenceOf(p.c.w.Words, err))
	case over && left != "":
		p.said.set(words.Quoting(p.c.w.Words, left), theme.NewWarningThemedResource(theme.WarningIcon()), look.Warn)
	case last == "" || over || state == dial.OnWebSocket:
		p.said.wrong("")
	default:
		p.said.set(words.Quoting(p.c.w.Words, last), theme.NewPrimaryThemedResource(theme.InfoIcon()), look.Dim)
	}
	p.press(state)
	for _, e := range acks {
		p.answered(e)
	}
	if over {
		p.missed()
	}
}

// press lets those buttons be pressed that do something in this state.
func (p *talkPart) press(state dial.State) {
	if over := state == dial.Over; p.leave.Disabled() != over {
		enable(p.leave, !over)
		enable(p.send, !over)
	}
}

func stateWords(w lang.Words, s dial.State) string {
	switch s {
	case dial.OnWebSocket:
		return w.S("Connected, on WebSocket")
	case dial.OnPolling:
		return w.S("Connected, on polling")
	case dial.Over:
		return w.S("Disconnected")
	}
	return w.S("Connecting…")
}

func namespaced(namespace string) string {
	if namespace == "/" {
		return ""
	}
	return namespace
}

// chosen says that transports do not change under a connection, where others were chosen than it was made with.
func (p *talkPart) chosen() {
	text, importance := "", widget.MediumImportance
	if !slices.Equal(chosenWay(p.ways), p.used) {
		importance = widget.HighImportance
		text = p.c.w.S("Reconnect applies this; the connection as it is keeps its transports.")
		if p.c.over() {
			text = p.c.w.S("Reconnect applies this.")
		}
	}
	p.again.Importance = importance
	p.again.Refresh()
	p.apply.set(text, theme.NewPrimaryThemedResource(theme.InfoIcon()), look.Dim)
	p.object.Refresh()
}

// began forgets what was said of the connection before.
func (p *talkPart) began(transports []string) {
	p.used = transports
	p.ways.SetSelectedIndex(wayOf(transports))
	p.chosen()
	p.eventIn.says(nil)
	p.argsIn.says(nil)
}

func (p *talkPart) disconnect() { p.c.client.Disconnect() }

// emit sends what was filled in.
func (p *talkPart) emit() {
	args := strings.TrimSpace(p.args.Text)
	name := strings.TrimSpace(p.event.Text)
	if name == "" {
		name = p.event.PlaceHolder
	}
	e, err := dial.ParseEmission(name, spaced(args))
	p.marks++
	e.Acknowledge, e.Mark = p.ack.Checked, p.marks
	where, other := p.eventIn, p.argsIn
	if _, nameErr := dial.ParseEmission(name, ""); err != nil && nameErr == nil {
		where, other = p.argsIn, p.eventIn
	}
	other.says(nil)
	if !where.says(err) {
		return
	}
	if err := p.c.client.Emit(e); !p.eventIn.says(err) {
		return
	}
	p.history.add(emission{name, args, e.Acknowledge})
	p.c.w.prefs.setEmissions(p.history.list)
	p.sent = append([]sent{{event: name, args: args, ack: e.Acknowledge, mark: e.Mark, at: time.Now()}}, p.sent...)
	p.sent = p.sent[:min(len(p.sent), maxSent)]
	p.showSent()
}

// spaced lets arguments be divided by commas, as they are in code, where dial wants blanks.
func spaced(args string) string {
	var all []json.RawMessage
	if json.Unmarshal([]byte("["+args+"]"), &all) != nil {
		return args
	}
	list := make([]string, len(all))
	for i, v := range all {
		list[i] = string(v)
	}
	return strings.Join(list, " ")
}

// answered notes what became of an acknowledgement.
func (p *talkPart) answered(e dial.Event) {
	for i := range p.sent {
		if s := &p.sent[i]; s.mark == e.Mark {
			s.acked, s.missed, s.took = e.Kind == dial.Acked, e.Kind == dial.Unacked, e.Took
			p.showSent()
			return
		}
	}
}

// missed gives up all acknowledgements that did not come: they count within a session, and it is over.
func (p *talkPart) missed() {
	changed := false
	for i := range p.sent {
		if s := &p.sent[i]; s.ack && !s.acked && !s.missed {
			s.missed, changed = true, true
		}
	}
	if changed {
		p.showSent()
	}
}

func (p *talkPart) forget() {
	p.sent = nil
	p.showSent()
}

// showSent lists what was sent, the last first, and what was before this connection; a click takes it up again.
func (p *talkPart) showSent() {
	p.list.RemoveAll()
	p.heard.Hidden = len(p.sent) == 0
	for _, s := range p.sent {
		color := look.Dim
		switch {
		case s.acked:
			color = look.Good
		case s.missed:
			color = look.Warn
		}
		p.list.Add(p.sentRow(emission{s.event, s.args, s.ack}, s.became(p.c.w.Words), color))
	}
	earlier := p.earlier()
	if len(earlier) > 0 {
		p.list.Add(heading(p.c.w.S("Emitted before")))
	}
	for _, e := range earlier {
		p.list.Add(p.sentRow(e, "", look.Dim))
	}
	p.list.Refresh()
	p.object.Refresh()
}

// sentRow is an emission, and what became of it.
func (p *talkPart) sentRow(e emission, text string, color fyne.ThemeColorName) fyne.CanvasObject {
	b := newButton(&p.c.w.hears, "", nil, func() {
		p.take(e)
		p.c.w.win.Canvas().Focus(p.event)
	}).tipped(p.c.w.S("Takes the event up again"))
	b.Importance = widget.LowImportance
	name := newLine(p.c.w.fonts, 12.5, theme.ColorNameForeground, fyne.TextStyle{Monospace: true})
	name.Set(e.Event + "  " + redact.Redactor{}.Emission(e.Event, oneLine(e.Args)))
	became := newLine(nil, 11.5, color, fyne.TextStyle{})
	became.Set(text)
	return container.NewStack(b, container.New(padded(3, 3, 6, 6), container.NewBorder(nil, nil, nil, became, name)))
}

func (s *sent) became(w lang.Words) string {
	switch {
	case s.acked:
		return w.S("ack after %s", plain.Span(int64(s.took)))
	case s.missed:
		return w.S("the ack never came")
	case s.ack:
		return w.S("no ack yet")
	}
	return s.at.Format("15:04:05")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
