package ui

import (
	"image"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

// alike fails where two pictures differ.
func (u user) alike(what string, a, b image.Image) {
	u.Helper()
	if a.Bounds() != b.Bounds() {
		u.Fatalf("%s: one is %v, one %v", what, a.Bounds(), b.Bounds())
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				u.Fatalf("%s: they differ at %d, %d", what, x, y)
			}
		}
	}
}

// TestPictureHasNothingThatWasTyped that may be a secret: with others of the same length it is the same, and the fields
// are as before.
func TestPictureHasNothingThatWasTyped(t *testing.T) {
	u := open(t)
	u.w.askConnect()
	c := u.w.connector
	c.fold.open(true)
	types := func(secret string) image.Image {
		c.url.SetText("http://user:" + secret + "@localhost:1/?token=" + secret)
		c.more.auth.SetText(`{"token": "` + secret + `"}`)
		c.more.header.SetText("X-Own: " + secret)
		c.more.query.SetText("own=" + secret)
		c.more.namespace.SetText("/chat?token=" + secret)
		u.w.tools.search.SetText("token=" + secret)
		u.w.win.Canvas().Unfocus()
		return u.w.paint()
	}
	u.w.OpenDemo()
	u.w.win.Resize(fyne.NewSize(1280, 1200))
	a, b := types("hunter2secret"), types("mississippi00")
	u.alike("pictures with secrets", a, b)
	for _, t := range u.w.typed() {
		if t.in.Password {
			u.Errorf("%q stays covered", t.in.Text)
		}
	}
}

// TestEmittedSecretIsNotListed: what is listed of what was emitted is masked.
func TestEmittedSecretIsNotListed(t *testing.T) {
	u := open(t)
	u.w.prefs.setEmissions([]emission{{Event: "a", Args: "1"}})
	row := u.w.connector.talk.sentRow(emission{Event: "login", Args: `{"password": "hunter2secret"}`}, "", "")
	if text := strings.Join(written(row), " "); strings.Contains(text, "hunter2secret") || !strings.Contains(text, "login") {
		t.Errorf("it says %q", text)
	}
}

// written are the texts of lines within an object.
func written(o fyne.CanvasObject) (list []string) {
	switch o := o.(type) {
	case *fyne.Container:
		for _, c := range o.Objects {
			list = append(list, written(c)...)
		}
	case *line:
		list = append(list, o.full)
	}
	return list
}

// TestSecretsOfAComparisonAreSeenToBe: the strip stands there while they are shown, a picture has none, and it goes with
// the comparison.
func TestSecretsOfAComparisonAreSeenToBe(t *testing.T) {
	u, c := compares(t, "direct-v4", "nginx-noupgrade")
	plain := u.w.paint()
	u.w.rune('x')
	if !c.detail.secrets || !u.w.exposed.Visible() {
		t.Fatal("nothing says that secrets are shown")
	}
	_ = u.w.paint()
	if !c.detail.secrets || !u.w.exposed.Visible() {
		t.Error("the picture changed the window")
	}
	u.w.hideSecrets()
	if c.detail.secrets || u.w.exposed.Visible() {
		t.Error("they are not hidden")
	}
	u.alike("after they were hidden", plain, u.w.paint())
	u.w.rune('x')
	u.w.leaveComparison()
	if u.w.exposed.Visible() {
		t.Error("the strip stays")
	}
}

// TestShownSecretsAreSeenInAnyLanguage: the strip is there in another language, too.
func TestShownSecretsAreSeenInAnyLanguage(t *testing.T) {
	u := open(t)
	u.w.OpenDemo()
	u.w.rune('x')
	u.w.setLanguage("ja")
	if !u.w.detail.secrets || !u.w.exposed.Visible() {
		t.Errorf("secrets are shown: %v, and said to be: %v", u.w.detail.secrets, u.w.exposed.Visible())
	}
}
