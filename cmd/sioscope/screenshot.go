package main

import (
	"fmt"
	"image/png"
	"os"
	"time"

	"fyne.io/fyne/v2"
	_ "fyne.io/fyne/v2/driver/software" // its app is the current one until another is made: it paints without a display

	"sioscope/capture"
	"sioscope/protocol/diagnose"
	"sioscope/ui"
	"sioscope/ui/handover"
	"sioscope/ui/locale"
	"sioscope/ui/look"
)

// screenshot writes a picture of the window, painted in memory.
func screenshot(o options) error {
	if err := handover.Place(o.screenshot, o.read()); err != nil {
		return err
	}
	if o.theme == "" || o.theme == look.System {
		o.theme = look.Light
	}
	opt := ui.Options{Files: o.files, Demo: demo, Diagnose: diagnose.In, Theme: o.theme, Language: o.language, Locale: locale.Of(os.Getenv), Memory: o.memory}
	live, posted := !o.empty && o.verb() != "open", make(chan func())
	if live {
		opt.Do = func(f func()) { posted <- f }
	}
	w, err := ui.New(fyne.CurrentApp(), opt)
	if err != nil {
		return err
	}
	if o.size == (fyne.Size{}) {
		o.size = fyne.NewSize(1440, 900)
	}
	if c, ok := w.Fyne().Canvas().(interface{ SetScale(float32) }); ok {
		c.SetScale(o.scale)
	}
	w.Fyne().Resize(o.size)
	openFirst(w, o)
	if live {
		watch(w, o, posted)
		return write(o.screenshot, w)
	}
	if err := w.Err(); err != nil {
		return err
	}
	w.Present()
	return write(o.screenshot, w)
}

// read are the files that the command line names.
func (o options) read() *capture.Files {
	if o.verb() != "open" {
		return &capture.Files{}
	}
	return o.files(o.rest()).(*capture.Files)
}

// watch lets a live source run for a while, or to its end, and does meanwhile what is posted to the main goroutine.
func watch(w *ui.Window, o options, posted <-chan func()) {
	after := time.After(o.wait)
	if o.verb() == "check" {
		after = time.After(max(o.wait, 2*time.Minute)) // of two, as it may be
	}
	for seen := false; ; {
		select {
		case f := <-posted:
			f()
		case <-after:
			return
		}
		if o.verb() == "check" && !w.Busy() {
			if seen {
				return
			}
			seen, after = true, time.After(time.Second) // what was drawn last is on its way
			continue
		}
	}
}

func write(path string, w *ui.Window) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, handover.Cause(err))
	}
	if err := png.Encode(f, w.Fyne().Canvas().Capture()); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", path, handover.Cause(err))
	}
	return f.Close()
}
