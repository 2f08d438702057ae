package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"sioscope/capture/dial"
	"sioscope/internal/lab"
	"sioscope/protocol/diagnose"
	"sioscope/protocol/lang/langtest"
	"sioscope/protocol/session"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/walk"
)

// menuItem is an item of the menus by a part of its name, nil where there is none.
func menuItem(items []*fyne.MenuItem, name string) *fyne.MenuItem {
	for _, i := range items {
		if i.Label == name {
			return i
		}
		if i.ChildMenu != nil {
			if found := menuItem(i.ChildMenu.Items, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// chooses does what an item of the menus does.
func (u user) chooses(name string) {
	u.Helper()
	for _, m := range u.w.Fyne().MainMenu().Items {
		if i := menuItem(m.Items, name); i != nil {
			i.Action()
			return
		}
	}
	u.Fatalf("no menu has %q", name)
}

// TestNextLanguageIsAnother: its key changes the language that is spoken each time, whatever the system's is.
func TestNextLanguageIsAnother(t *testing.T) {
	u := open(t)
	for range 4 {
		before := u.w.S("Export")
		u.w.nextLanguage()
		if u.w.S("Export") == before {
			t.Errorf("%q is followed by the same", before)
		}
	}
}

// TestAnotherLanguageLeavesEverythingAsItWas: a user who chooses Japanese loses nothing of what was opened, chosen and typed.
func TestAnotherLanguageLeavesEverythingAsItWas(t *testing.T) {
	u := open(t)
	w := u.w
	w.OpenDemo()
	w.SelectSession(0)
	w.tools.search.SetText("ping")
	w.table.pings.SetChecked(true)
	w.Connect("", dial.Options{})
	w.connector.url.SetText("https://example.org")
	w.connector.more.header.SetText("X-Tenant: blue")
	rows, view, about := len(w.table.rows.Index), w.chart.View(), w.about
	if rows == 0 {
		t.Fatal("nothing was found")
	}

	u.chooses("日本語")
	for what, text := range map[string]string{"verdict": w.verdict.title.full, "button": w.verdict.why.Text, "panel": w.side.title.full} {
		if !langtest.Japanese(text) {
			t.Errorf("%s says %q", what, text)
		}
	}
	if got := len(w.table.rows.Index); got != rows || w.tools.search.Text != "ping" || w.table.rows.Filter.Text != "ping" {
		t.Errorf("%d rows for %q, were %d", got, w.tools.search.Text, rows)
	}
	if w.about != about || w.chart.View() != view || w.store == nil {
		t.Error("another selection or view")
	}
	if c := w.connector; w.side.now != c.panel || c.url.Text != "https://example.org" || c.more.header.Text != "X-Tenant: blue" {
		t.Errorf("the form has %q, %q", c.url.Text, c.more.header.Text)
	}
	if title := w.Fyne().Title(); title != "デモ記録 · sioscope" || w.tools.name.full != "デモ記録" {
		t.Errorf("what is open is called %q, %q", title, w.tools.name.full)
	}
	if w.prefs.language() != "ja" {
		t.Error("it is not remembered")
	}

	u.chooses("English")
	u.sees("verdict", w.verdict.title.full, "On polling, not WebSocket")
	if w.prefs.language() != "en" || len(w.table.rows.Index) != rows {
		t.Error("going back changed something")
	}
}

// TestLabGoesOnInAnotherLanguage: what is live goes on, with what was switched.
func TestLabGoesOnInAnotherLanguage(t *testing.T) {
	w, posted := liveWindow(t)
	w.OpenLab(lab.Options{})
	defer w.ends(t, posted)
	loop(t, posted, func() bool { return w.sessions() >= 3 })
	w.labPanel.press(lab.UpgradeStripped)
	w.setLanguage("ja")
	before := w.packets()
	loop(t, posted, func() bool { return w.packets() > before && langtest.Japanese(w.verdict.title.full) })
	if !w.Live() || w.side.now != w.labPanel.panel || !w.labPanel.lab.On(lab.UpgradeStripped) || len(w.labPanel.deeds) != 1 {
		t.Error("the lab is not as it was")
	}
	for _, s := range w.labPanel.switches {
		if s.on != w.labPanel.lab.On(s.fault.ID) {
			t.Errorf("%s is shown as %v", s.fault.ID, s.on)
		}
	}
}

func (w *Window) packets() (n int64) {
	w.with(func(t *session.Tracker, _ *store.State) { n = packets(t) })
	return n
}

func TestLanguageIsTheOneAskedForOrRememberedOrTheSystems(t *testing.T) {
	for _, tt := range []struct {
		asked, remembered, system string
		japanese                  bool
	}{
		{"", "", "", false},
		{"", "", "ja", true},
		{"", "en", "ja", false},
		{"", "ja", "en", true},
		{"en", "ja", "ja", false},
		{"ja", "en", "", true},
		{"", "", "c", false},
	} {
		app := walk.App(t)
		settings{app.Preferences()}.setLanguage(tt.remembered)
		w, err := New(app, Options{Files: files, Demo: demo, Diagnose: diagnose.In, Theme: look.Dark, Language: tt.asked, Locale: tt.system})
		if err != nil {
			t.Fatal(err)
		}
		w.OpenDemo()
		var said string
		w.store.Read(func(_ *session.Tracker, st *store.State) { said = st.Diagnosis.Verdict.Title })
		if got := langtest.Japanese(said); got != tt.japanese {
			t.Errorf("asked %q, remembered %q, system %q: %q", tt.asked, tt.remembered, tt.system, said)
		}
		w.Fyne().Close()
	}
}
