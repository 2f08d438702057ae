package ui_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"sioscope/assets"
	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/ui"
	"sioscope/ui/chart"
	"sioscope/ui/look"
	"sioscope/ui/store"
	"sioscope/ui/timeline"
	"sioscope/ui/walk"
)

// A person is somebody who sits before the window, and knows of it what can be seen. The stories share Fyne's one app:
// none is parallel.
type person struct {
	*walk.User
	w    *ui.Window
	open func(fyne.App, func(func()))
}

// sits puts somebody before an empty window of 1280 by 800, in the dark theme and in English unless with says else.
func sits(t *testing.T, with func(*ui.Options)) *person {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	p := &person{}
	p.open = func(a fyne.App, do func(func())) {
		opt := ui.Options{Files: captures, Demo: recording, Diagnose: diagnose.In, Do: do, Modifiers: p.held, Theme: look.Dark}
		if with != nil {
			with(&opt)
		}
		w, err := ui.New(a, opt)
		if err != nil {
			t.Fatal(err)
		}
		w.Fyne().Resize(fyne.NewSize(1280, 800))
		p.w = w
	}
	p.User = walk.Sit(t, p.open)
	return p
}

// japanese has the window speak Japanese.
func japanese(o *ui.Options) { o.Language = "ja" }

// held are the keys held down.
func (p *person) held() fyne.KeyModifier {
	if p.User == nil {
		return 0
	}
	return p.User.Held()
}

func captures(paths []string) store.Source {
	f := &capture.Files{}
	for _, p := range paths {
		f.Inputs = append(f.Inputs, capture.ParseInput(p))
	}
	return f
}

func recording() store.Source {
	return &capture.Files{Inputs: []capture.Input{{Path: "-"}}, Stdin: bytes.NewReader(assets.Demo)}
}

// customers is a copy of a recording, as somebody would send it, by the name it is sent as.
func customers(t *testing.T, recorded, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../internal/recordings/testdata", recorded))
	if err != nil {
		t.Fatal(err)
	}
	return sent(t, name, b)
}

// sent is a file in a directory of its own.
func sent(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// inTimeline is the first place where the wanted thing is drawn.
func (p *person) inTimeline(want func(timeline.Hit) bool) fyne.Position {
	p.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); { // its sessions unfold when all was read
		walk.Draw(p.w.Fyne().Canvas()) // things have places once they are painted
		p.Rest()
		c, at := walk.Find[*chart.Chart](p.User)
		for y := float32(timeline.AxisHeight); y < c.Size().Height; y += 2 {
			for x := float32(0); x < c.Size().Width; x++ {
				if want(c.At(fyne.NewPos(x, y))) {
					return at.AddXY(x, y)
				}
			}
		}
	}
	p.Fatal("it is nowhere in the timeline")
	return fyne.Position{}
}

// reads is what a file holds.
func (p *person) file(path string) string {
	p.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		p.Fatal(err)
	}
	return string(b)
}
