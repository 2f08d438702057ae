package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/protocol/fact"
	"sioscope/protocol/session"
	"sioscope/ui/rows"
	"sioscope/ui/store"
)

// TestTheCountOfRowsIsWholeAsItGrows: the bar's parts are not refreshed for it, but moved.
func TestTheCountOfRowsIsWholeAsItGrows(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	b := u.w.table.bar
	for _, total := range []int{9, 12_345, 1_234_567, 10} {
		b.show(total)
		if got, want := b.count.Size().Width, b.count.MinSize().Width; got < want {
			t.Errorf("of %d rows %q has %.0f of %.0f dp", total, b.count.full, got, want)
		}
		at := b.row.Objects[1] // at the right
		if end := at.Position().X + at.Size().Width; end > b.row.Size().Width+1 || at.Size().Width < at.MinSize().Width {
			t.Errorf("of %d rows the bar ends at %.0f of %.0f dp", total, end, b.row.Size().Width)
		}
	}
}

// TestProblemsOnlyYieldsToWhatHasNoRoomBesideIt: not at a width at which there is room for it.
func TestProblemsOnlyYieldsToWhatHasNoRoomBesideIt(t *testing.T) {
	u := open(t)
	for _, language := range []string{"en", "ja"} {
		u.w.setLanguage(language)
		u.w.OpenDemo()
		b := u.w.table.bar
		for _, chosen := range []string{"", "Session abcdefgh…"} {
			b.scope = chosen
			chip(b.session, chosen)
			for width := float32(200); width < 500; width += 10 {
				b.object.Resize(fyne.NewSize(width, b.object.MinSize().Height))
				all := b.problems.MinSize().Width + b.pings.MinSize().Width + b.session.MinSize().Width
				if least := b.row.MinSize().Width; least > b.row.Size().Width && b.problems.Visible() || !b.problems.Visible() && b.row.Size().Width > all+40 {
					t.Errorf("%s, %q, %v: of %v dp the parts take %v, Problems only is shown: %v", language, chosen, width, b.row.Size().Width, least, b.problems.Visible())
				}
			}
		}
	}
	u.w.setLanguage("en")
}

// TestShowSecretsShowsThoseOfTheTable: what a client proves itself with is masked there until it is asked for, and again
// when it is not any more, also in another language meanwhile.
func TestShowSecretsShowsThoseOfTheTable(t *testing.T) {
	const secret = "secret-token-1234"
	u := open(t)
	proves := func() {
		c := conversation(3)
		auth := []byte(`40{"token":"` + secret + `"}`)
		last := c.facts[len(c.facts)-1].(*fact.Message)
		c.facts = append(c.facts, &fact.Message{Conn: last.Conn, Exchange: 1, Dir: fact.Out, Start: last.End, End: last.End, Opcode: fact.Text, Payload: auth, Size: int64(len(auth))})
		u.w.read("proves", c)
	}
	proves()
	shown := func() bool {
		row := newTableRow(u.w.table)
		for i := range u.w.table.rows.Index {
			if u.w.table.update(i, row); strings.Contains(row.cells.What, secret) {
				return true
			}
		}
		return false
	}
	for _, step := range []struct {
		what string
		do   func()
		want bool
	}{
		{"at first", func() {}, false},
		{"as they are shown", func() { u.w.rune('x') }, true},
		{"in Japanese", func() { u.w.setLanguage("ja") }, true},
		{"as they are hidden", func() { u.w.rune('x') }, false},
		{"of another capture", func() {
			u.w.rune('x')
			u.w.OpenDemo()
			u.w.Open([]string{copied(t, t.TempDir(), "namespaces/capture.pcap")})
		}, false},
	} {
		if step.do(); shown() != step.want {
			t.Errorf("%s the secret is in the table: %v", step.what, !step.want)
		}
	}
	u.w.rune('x')
	u.w.Search(secret)
	row := newTableRow(u.w.table)
	if u.w.table.update(0, row); row.found.Masked {
		t.Error("a hit is said to be within what is masked, and nothing is")
	}
}

// TestTheSessionIsNamedByAllOfItsSidWhereThereIsRoom, and nothing yields to it; the bar is as high with a name as without.
func TestTheSessionIsNamedByAllOfItsSidWhereThereIsRoom(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	b := u.w.table.bar
	high := b.object.MinSize().Height
	u.w.SelectSession(0)
	sid := ""
	u.w.with(func(tr *session.Tracker, _ *store.State) { sid = tr.Sessions[0].SID })
	last := ""
	for width := float32(330); width < 1000; width += 5 {
		b.object.Resize(fyne.NewSize(width, b.object.MinSize().Height))
		name := b.session.Text
		if least := b.row.MinSize().Width; least > b.row.Size().Width {
			t.Errorf("%q in %v dp: the parts take %v of %v", name, width, least, b.row.Size().Width)
		}
		if whole := strings.Contains(name, sid); whole && (!b.problems.Visible() || !b.count.Visible()) || !whole && name != b.scope {
			t.Errorf("%v dp: it is called %q", width, name)
		}
		last = name
	}
	if !strings.Contains(last, sid) {
		t.Errorf("in 1000 dp it is called %q", last)
	}
	b.show(1_234_567)
	if at := b.row.Objects[1]; b.session.Text != last || at.Position().X+at.Size().Width > b.row.Size().Width+1 {
		t.Errorf("with more rows it is called %q", b.session.Text)
	}
	if got := b.object.MinSize().Height; got != high {
		t.Errorf("the bar is %v high with a name, %v without", got, high)
	}
	u.w.SelectSession(-1)
	b.t.tick(func(f *rows.Filter) { f.Session = 0 })
	if b.session.Visible() {
		t.Errorf("%q stays", b.session.Text)
	}
}
